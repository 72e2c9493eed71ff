/* What the command line of `tlm verify` says. table_verify.c points right into it. */
#ifndef VERIFY_ARGS_H
#define VERIFY_ARGS_H

#include "tlm.h"

enum verify_with { VERIFY_WITH_NONE, VERIFY_WITH_AVRO_C };

struct verify_args {
    struct tlm_list operands;
    bool full;
    bool strict; /* what is only strange is an error, too */
    enum verify_with with;
    bool json;
    bool quiet, verbose;
    uint64_t threads;
};

void verify_args_init(void *opaque);
int cmd_verify(void *opaque);

#endif
