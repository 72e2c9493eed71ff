/* The straightforward way, in the same process: jansson or libcsv and strtod parse, avro-c's value
 * API and data-file writer (snappy) write the same records. */
#ifndef BENCH_RIVAL_H
#define BENCH_RIVAL_H

#include "bench/data.h"

/* Each writes `out` (replaced when there) and sets *seconds, from the first byte read to the file
 * closed. On one thread, always. */
enum tlm_code bench_rival_memory(const struct bench_data *data, const char *out, double *seconds,
                                 struct tlm_error *error);
/* `time` names the time column; its values are epoch nanoseconds or RFC 3339. */
enum tlm_code bench_rival_text(enum bench_from from, const char *in, const char *time,
                               const char *out, double *seconds, struct tlm_error *error);

#endif
