/* Two lists of measurements side by side. */
#ifndef BENCH_COMPARE_H
#define BENCH_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#define BENCH_NAME 600

/* A measurement as it is found again: the name says its shape. */
struct bench_row {
    char name[BENCH_NAME];
    double seconds; /* median */
};

/* One on either side or on both; seconds 0: it is missing there. */
struct bench_pair {
    const char *name;
    double old_seconds, new_seconds;
};

/* Pairs rows of the same name, each row once: first the new ones in their order, then the old ones
 * that found none. pairs has room for n_old + n_new; returns how many there are. */
size_t bench_compare(const struct bench_row *old_rows, size_t n_old,
                     const struct bench_row *new_rows, size_t n_new, struct bench_pair *pairs);
/* New over old, or 0 where one side is missing. */
double bench_pair_ratio(const struct bench_pair *pair);

#endif
