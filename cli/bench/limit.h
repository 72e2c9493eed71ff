/* The floor: the least that this machine needs for the parts of the work, each measured alone. */
#ifndef BENCH_LIMIT_H
#define BENCH_LIMIT_H

#include "bench/data.h"

/* What a run of tlm took in and gave out; the floor is measured for the same bytes. */
struct bench_volume {
    const char *text;              /* path of the input text, or NULL when from memory */
    const char *folder;            /* where output goes */
    const struct bench_data *data; /* or NULL when the input is the user's own */
    uint64_t bytes_raw;            /* records before compression */
    uint64_t bytes_out;            /* of the files */
    unsigned threads;
};

/* Seconds with `threads` threads sharing the work where it can be shared; 0 where it does not
 * apply. */
struct bench_limit {
    double read;   /* pread of the text into a reused buffer */
    double scan;   /* the simplest scan of it for numbers that is right for plain decimals */
    double copy;   /* memcpy of the raw record bytes out of cold memory */
    double snappy; /* libsnappy on the raw record bytes: for comparison, not part of the floor */
    double crc;    /* CRC-32 of the raw record bytes */
    double write;  /* write of the file's bytes */
    double floor;  /* read + scan + copy + crc + write */
};

enum tlm_code bench_limit_measure(const struct bench_volume *volume, unsigned runs,
                                  struct bench_limit *limit, struct tlm_error *error);

#endif
