/* Which measurements a sweep consists of. */
#ifndef BENCH_SWEEP_H
#define BENCH_SWEEP_H

#include "bench/run.h"

enum bench_sweep_kind {
    BENCH_SINGLE, /* no sweep: the setup as it is */
    BENCH_SWEEP_FRAME,
    BENCH_SWEEP_CHANNELS,
    BENCH_SWEEP_TYPES,
    BENCH_SWEEP_ROTATION,
    BENCH_SWEEP_THREADS,
    BENCH_SWEEP_GRID /* of channels and frames: the frames of the first number of channels first */
};

#define BENCH_SWEEP_MOST 64
#define BENCH_LABEL 32

struct bench_sweep {
    enum bench_sweep_kind kind;
    size_t n;
    struct bench_setup setups[BENCH_SWEEP_MOST];
    char labels[BENCH_SWEEP_MOST][BENCH_LABEL]; /* what each differs in: "50k" */
    size_t n_frames;                            /* GRID: columns */
};

/* What the sweep varies is taken from it, all else from setup. Frames and rotation limits are
 * divided by `divisor`. cores: how many threads are worth trying. */
void bench_sweep_plan(struct bench_sweep *sweep, enum bench_sweep_kind kind,
                      const struct bench_setup *setup, uint64_t divisor, unsigned cores);
/* "frame", "channels", ... */
const char *bench_sweep_name(enum bench_sweep_kind kind);

#endif
