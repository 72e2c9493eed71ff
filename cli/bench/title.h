/* What a measurement is called: the same setup has the same title, another one another. */
#ifndef BENCH_TITLE_H
#define BENCH_TITLE_H

#include "bench/compare.h"
#include "bench/run.h"
#include "bench/sweep.h"

/* "double, noisy, from memory, 10 channels, 10M points, frames of 10k", and what of the rest is
 * not as usual. */
const char *bench_title(const struct bench_setup *setup, char title[BENCH_NAME]);
/* The same without what the sweep varies. */
const char *bench_title_of_sweep(const struct bench_setup *setup, enum bench_sweep_kind kind,
                                 char title[BENCH_NAME]);
const char *bench_codec_name(enum tlm_codec codec);
const char *bench_fsync_name(enum tlm_fsync fsync);

#endif
