/* What the command line of `tlm prune` says. table_prune.c points right into it. */
#ifndef PRUNE_ARGS_H
#define PRUNE_ARGS_H

#include "retention_args.h"

struct prune_args {
    struct tlm_list operands;
    struct retention_args retention;
    bool dry_run;
    bool json;
    bool quiet, verbose;
};

void prune_args_init(void *opaque);
int cmd_prune(void *opaque);

#endif
