/* The parts of the floor, each run once. All return seconds, or less than 0 with error filled. */
#ifndef BENCH_LIMIT_PARTS_H
#define BENCH_LIMIT_PARTS_H

#include "bench/limit.h"

/* pread of the whole text in pieces. The scan reads them too, but its seconds are those of the
 * scans alone, of the thread that took longest. */
double limit_read(const struct bench_volume *volume, struct tlm_error *error);
double limit_scan_text(const struct bench_volume *volume, struct tlm_error *error);

/* Raw records; the next three go over them as often as makes up bytes_raw. */
struct limit_sample {
    uint8_t *bytes;
    size_t len;
};
double limit_copy(const struct bench_volume *volume, const struct limit_sample *sample,
                  struct tlm_error *error);
double limit_crc(const struct bench_volume *volume, const struct limit_sample *sample,
                 struct tlm_error *error);
double limit_snappy(const struct bench_volume *volume, const struct limit_sample *sample,
                    struct tlm_error *error);
/* A file for each thread, bytes_out in all: one file takes writes of one thread at a time, and
 * other work goes on beside them. */
double limit_write(const struct bench_volume *volume, struct tlm_error *error);

#endif
