/* What the command line of `tlm rotate` says. table_rotate.c points right into it. */
#ifndef ROTATE_ARGS_H
#define ROTATE_ARGS_H

#include "select.h"

enum rotate_sort { ROTATE_AS_IS, ROTATE_BY_TIME };

struct rotate_args {
    struct tlm_recut_options recut; /* paths and split are filled in later */
    struct tlm_list operands;
    struct select_args select;
    const char *split_by; /* "channel" or "tag.KEY" */
    enum rotate_sort sort;
    uint64_t max_open, threads;
    bool emit_files, emit_nul;
    const char *on_close;
    const char *signal; /* a writer's --pidfile */
    uint64_t timeout_ns;
    bool json, quiet, verbose;
};

/* Fills in the defaults of a struct rotate_args. */
void rotate_args_init(void *opaque);
/* Runs the command on a struct rotate_args (it may change it); returns the exit status. */
int cmd_rotate(void *opaque);

#endif
