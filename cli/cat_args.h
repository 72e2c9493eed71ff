/* What the command line of `tlm cat` says. table_cat.c points right into it. */
#ifndef CAT_ARGS_H
#define CAT_ARGS_H

#include "cat/cat_bucket.h"
#include "cat/cat_format.h"
#include "cat/cat_wide.h"
#include "select.h"

enum cat_int64 { CAT_INT64_NUMBER, CAT_INT64_STRING };

struct cat_args {
    struct tlm_list operands;
    struct select_args select;
    bool csv, tsv;
    bool wide;
    enum cat_fill fill;
    enum cat_time_format time_format;
    enum cat_int64 int64;
    uint64_t every_ns;
    enum cat_aggregate aggregate;
    uint64_t head, tail; /* CAT_LIMIT_NONE: all */
    const char *output;
    bool force;
    uint64_t threads;
    uint64_t memory_bytes;
    struct {
        bool fill, aggregate, every, head, tail, memory;
    } given;
};

void cat_args_init(void *opaque);
/* What is contradictory is said on stderr; returns an exit status. */
int cat_args_check(const struct cat_args *args);
struct cat_format cat_args_format(const struct cat_args *args);

int cmd_cat(void *opaque);

#endif
