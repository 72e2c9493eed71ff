/* Generated data: frames that follow each other in time. Read-only once made, so that several
 * threads may take frames from it. */
#ifndef BENCH_DATA_H
#define BENCH_DATA_H

#include "bench/shape.h"

struct bench_data;

/* NULL when memory is out. The values come from a pool much larger than the compressors look back,
 * always the same for the same shape. */
struct bench_data *bench_data_new(const struct bench_shape *shape);
void bench_data_free(struct bench_data *data);

struct bench_frame {
    const int64_t *times_ns; /* rows of them */
    size_t rows;
    size_t n_columns;
};

uint64_t bench_data_frames(const struct bench_data *data);
/* Frame i; fills columns (shape.channels of them), which point into data. */
struct bench_frame bench_data_frame(const struct bench_data *data, uint64_t i,
                                    struct tlm_column *columns);

#endif
