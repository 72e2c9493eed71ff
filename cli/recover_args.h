/* What the command line of `tlm recover` says. table_recover.c points right into it. */
#ifndef RECOVER_ARGS_H
#define RECOVER_ARGS_H

#include "tlm.h"

struct recover_args {
    struct tlm_list operands;
    const char *output; /* a file, or a folder */
    bool finish;
    bool report;
    bool force;
    const char *like;
    bool json;
    bool quiet;
};

void recover_args_init(void *opaque);
int cmd_recover(void *opaque);

#endif
