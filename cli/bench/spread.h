/* What several runs of the same say: median, least and most. */
#ifndef BENCH_SPREAD_H
#define BENCH_SPREAD_H

#include <stddef.h>

struct bench_spread {
    double median, min, max;
};

/* Of n values, from 1; none of them is a NaN. */
struct bench_spread bench_spread_of(const double *values, size_t n);
/* Index of the value at the median, of the lower one of two. */
size_t bench_spread_middle(const double *values, size_t n);
/* How far most and least are apart, in percent of the median. */
double bench_spread_percent(const struct bench_spread *spread);

#endif
