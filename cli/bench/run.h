/* One run: the work done once, and timed. */
#ifndef BENCH_RUN_H
#define BENCH_RUN_H

#include "bench/data.h"

/* What is done, and how. */
struct bench_setup {
    struct bench_shape shape;
    uint64_t producers;               /* threads that call tlm_write_frame */
    struct tlm_writer_options writer; /* without an output */
    struct tlm_row_options rows;      /* how text is read */
};

struct bench_job {
    const struct bench_setup *setup;
    const struct bench_data *data; /* NULL: the input is the user's own */
    const char *text;              /* path of the text to read, or NULL when from memory */
    const char *folder;            /* what is written goes here, and away again */
};

struct bench_run {
    double seconds; /* from opening the writer until it is closed */
    struct tlm_stats stats;
};

/* Fails, too, when points went missing. TLM_STOPPED: a signal asked for it. */
enum tlm_code bench_run_once(const struct bench_job *job, struct bench_run *run,
                             struct tlm_error *error);

#endif
