/* What the command line of `tlm inspect` says. table_inspect.c points right into it. */
#ifndef INSPECT_ARGS_H
#define INSPECT_ARGS_H

#include "color.h"
#include "inspect/channel_table.h"
#include "select.h"

struct inspect_given {
    bool meta, head, sort;
};

struct inspect_args {
    struct tlm_list operands;
    struct select_args select;
    struct inspect_given given;
    enum channel_order sort;
    bool schema, blocks, timeline, browse, full, json, ascii;
    const char *meta; /* of --meta=KEY; NULL: all */
    uint64_t head;
    enum color_when color;
    uint64_t threads; /* 0: as many as processors */
};

/* Fills in the defaults of a struct inspect_args. */
void inspect_args_init(void *args);
/* Checks them against each other. Says on stderr what is wrong and returns an exit status, else
 * 0. */
int inspect_args_check(const struct inspect_args *args);
/* Runs the command on a struct inspect_args; returns the exit status. */
int cmd_inspect(void *opaque);

#endif
