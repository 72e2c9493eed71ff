/* What the command line of `tlm bench` says. table_bench.c points right into it. */
#ifndef BENCH_ARGS_H
#define BENCH_ARGS_H

#include "bench/run.h"
#include "bench/sweep.h"

enum bench_noise { BENCH_NOISE_REGULAR, BENCH_NOISE_NOISY };
enum bench_rival { BENCH_RIVAL_NONE, BENCH_RIVAL_AVRO_C };

/* Which options were given, where that is not plain from their value. */
struct bench_given {
    bool type, channels, points, frame, noise, from, rotate, producers, threads, runs;
};

struct bench_args {
    struct bench_setup setup;
    struct bench_given given;
    enum bench_noise noise;
    uint64_t threads; /* 0: as many as processors */
    uint64_t runs;
    const char *dir;
    enum bench_sweep_kind sweep;
    enum bench_rival versus;
    bool limit, profile;
    bool json, csv, quick;
    const char *baseline;
};

/* Fills in the defaults of a struct bench_args. */
void bench_args_init(void *args);
/* Checks them against each other, and derives what follows from them. On a failure says why on
 * stderr and returns an exit status, else 0. */
int bench_args_settle(struct bench_args *args);
/* By how much --quick divides the sizes of a sweep. */
uint64_t bench_args_divisor(const struct bench_args *args);
/* Runs the command on a struct bench_args (it may change it); returns the exit status. */
int cmd_bench(void *opaque);

#endif
