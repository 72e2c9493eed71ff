#include "bench/shape.h"

const char *bench_type_name(enum bench_type type)
{
    static const char *const names[BENCH_TYPES] = {"double", "long",   "string",
                                                   "array",  "struct", "mixed"};
    return names[type];
}

const char *bench_from_name(enum bench_from from)
{
    static const char *const names[] = {"memory", "jsonl", "csv"};
    return names[from];
}

uint64_t bench_shape_rows(const struct bench_shape *shape)
{
    uint64_t rows = shape->points / shape->channels;
    return rows ? rows : 1;
}

uint64_t bench_shape_frame_rows(const struct bench_shape *shape)
{
    uint64_t rows = shape->frame / shape->channels, all = bench_shape_rows(shape);
    rows = rows ? rows : 1;
    return rows < all ? rows : all;
}

enum tlm_type bench_shape_column(const struct bench_shape *shape, uint64_t channel)
{
    static const enum tlm_type types[BENCH_MIXED] = {
        [BENCH_DOUBLE] = TLM_DOUBLE,      [BENCH_LONG] = TLM_LONG,   [BENCH_STRING] = TLM_STRING,
        [BENCH_ARRAY] = TLM_DOUBLE_ARRAY, [BENCH_STRUCT] = TLM_JSON,
    };
    return types[shape->type == BENCH_MIXED ? channel % BENCH_MIXED : shape->type];
}
