/* What the command line of `tlm count` says. table_count.c points right into it. */
#ifndef COUNT_ARGS_H
#define COUNT_ARGS_H

#include "select.h"

struct count_args {
    struct tlm_list operands;
    struct select_args select;
    bool records; /* instead of points */
    bool trust;   /* what the headers say is not looked at again */
    bool json;
    uint64_t threads;
};

void count_args_init(void *opaque);
int cmd_count(void *opaque);

#endif
