/* The work that `tlm bench` measures. */
#ifndef BENCH_SHAPE_H
#define BENCH_SHAPE_H

#include "tlm.h"

enum bench_type {
    BENCH_DOUBLE,
    BENCH_LONG,
    BENCH_STRING,
    BENCH_ARRAY,  /* of doubles */
    BENCH_STRUCT, /* a small JSON object */
    BENCH_MIXED   /* the channels take the types above in turn */
};
#define BENCH_TYPES (BENCH_MIXED + 1)

#define BENCH_CHANNELS_MAX (1 << 20)

enum bench_from { BENCH_MEMORY, BENCH_JSONL, BENCH_CSV };

struct bench_shape {
    enum bench_type type;
    enum bench_from from;
    bool regular; /* values that repeat with a period; else random walks */
    uint64_t channels;
    uint64_t points;   /* of all channels together */
    uint64_t frame;    /* points of one call of tlm_write_frame; rows = frame / channels, from 1 */
    const char *input; /* the user's own file, JSON lines or CSV as `from` says; or NULL */
};

const char *bench_type_name(enum bench_type type);
const char *bench_from_name(enum bench_from from);
/* All rows, and those of one call: whole ones, at least one. */
uint64_t bench_shape_rows(const struct bench_shape *shape);
uint64_t bench_shape_frame_rows(const struct bench_shape *shape);
/* What the values of a channel are. */
enum tlm_type bench_shape_column(const struct bench_shape *shape, uint64_t channel);

#endif
