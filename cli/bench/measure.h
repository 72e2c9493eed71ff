/* A measurement: a warm-up, then several runs of the same work. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include "bench/limit.h"
#include "bench/run.h"
#include "bench/spread.h"

/* How everything is measured. */
struct bench_plan {
    const char *folder;
    const char *time; /* name of the time column, for the rival */
    unsigned runs;
    bool versus; /* the rival does the same work, alternately */
    bool limit;  /* the floor is measured afterwards */
    bool quiet;  /* no progress on a terminal */
};

/* What the rival needed, in the same order of runs. */
struct bench_versus {
    double *seconds;
    double *ratios; /* its time over that of tlm, pair by pair */
    struct bench_spread spread, ratio;
    uint64_t bytes; /* of its file */
};

struct bench_result {
    struct bench_setup setup;
    unsigned runs;
    double *seconds; /* of each run */
    struct bench_spread spread;
    struct bench_run middle;    /* the run at the median */
    struct bench_versus versus; /* seconds is NULL without */
    bool limited;
    struct bench_limit limit;
};

/* Allocates what result holds; release is fine after a failure, too. */
enum tlm_code bench_measure(const struct bench_plan *plan, const struct bench_setup *setup,
                            struct bench_result *result, struct tlm_error *error);
void bench_result_release(struct bench_result *result);

double bench_result_points_per_s(const struct bench_result *result);

#endif
