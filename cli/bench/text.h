/* Generated data as a text file. */
#ifndef BENCH_TEXT_H
#define BENCH_TEXT_H

#include "bench/data.h"

#define BENCH_TEXT_TIME "ts" /* the key or column of the time, epoch nanoseconds */

/* Writes all of data as wide rows, JSON lines or CSV as `from` says, decimals with six digits of
 * fraction. CSV is for doubles, longs and strings only. Ends early with TLM_STOPPED when a signal
 * asks for it. */
enum tlm_code bench_text_write(const struct bench_data *data, const struct bench_shape *shape,
                               const char *path, struct tlm_error *error);

#endif
