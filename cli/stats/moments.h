/* Least, most, sum and sum of squares of numbers, without any rounding: doubles are integers in
 * units of 2^-1074, and so are longs. */
#ifndef MOMENTS_H
#define MOMENTS_H

#include "stats/exact_sum.h"

#define MOMENTS_UNIT                                                             \
    (-1074) /* 2^MOMENTS_UNIT is the unit of sums; that of squares is its square \
             */

/* {0} is of no numbers. */
struct moments {
    uint64_t reals, integers; /* numbers in the next four: no NaN, but infinities */
    double least_real, most_real;
    int64_t least_integer, most_integer;
    uint64_t nan, infinite;
    struct exact_sum sum, squares; /* of finite numbers */
};

/* What the sums are made with; for one thread at a time. */
struct moments_lanes;
struct moments_lanes *moments_lanes_new(void); /* NULL: memory is out */
void moments_lanes_free(struct moments_lanes *lanes);

void moments_release(struct moments *moments);
/* Of no numbers again; keeps memory. */
void moments_reset(struct moments *moments);
/* False: memory is out. */
bool moments_add_reals(struct moments *moments, struct moments_lanes *lanes, const double *values,
                       size_t n);
bool moments_add_integers(struct moments *moments, const int64_t *values, size_t n);
/* Adds what another one says but for its sums. */
void moments_merge_range(struct moments *into, const struct moments *from);

uint64_t moments_finite(const struct moments *moments);
/* Of the finite numbers, of which there has to be one. */
double moments_mean(const struct moments *moments);
double moments_deviation(const struct moments *moments);

/* Least and most may be a double or a long. */
struct moments_number {
    bool is_integer;
    double real;
    int64_t integer;
};
struct moments_number moments_least(const struct moments *moments);
struct moments_number moments_most(const struct moments *moments);
/* As numbers, without rounding: below, equal to or above 0. Not for NaN. */
int moments_compare(struct moments_number a, struct moments_number b);
double moments_real(struct moments_number number);

#endif
