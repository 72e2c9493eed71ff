/* What the command line of `tlm checksum` says. table_checksum.c points right into it. */
#ifndef CHECKSUM_ARGS_H
#define CHECKSUM_ARGS_H

#include "select.h"

struct checksum_args {
    struct tlm_list operands;
    struct select_args select;
    bool total; /* only that */
    bool json;
    uint64_t threads;
};

void checksum_args_init(void *opaque);
int cmd_checksum(void *opaque);

#endif
