/* Results as JSON, and back as far as comparing needs it. */
#ifndef BENCH_RESULT_JSON_H
#define BENCH_RESULT_JSON_H

#include <stdio.h>

#include "bench/compare.h"
#include "bench/machine.h"
#include "bench/measure.h"
#include "bench/sweep.h"

struct bench_report {
    const struct bench_machine *machine;
    const char *command; /* line that made it */
    const char *sweep;   /* its name, or NULL */
    double latched_ns;
    const struct bench_result *results;
    size_t n_results;
    const char *baseline; /* path, or NULL */
    const struct bench_pair *pairs;
    size_t n_pairs;
};

/* One JSON object. False: memory is out or it was not written. */
bool bench_json_print(FILE *out, const struct bench_report *report);

/* The rows of a file that was written so; free() releases *rows. */
enum tlm_code bench_json_load(const char *path, struct bench_row **rows, size_t *n,
                              struct tlm_error *error);

#endif
