/* How a channel's numbers went over time, in little memory: sums in equal spans of time, which
 * double whenever the data has become longer than their number. */
#ifndef VALUE_HISTORY_H
#define VALUE_HISTORY_H

#include <stdint.h>

#define VALUE_HISTORY_SPANS 128u

struct value_history {
    uint64_t n;        /* numbers in all */
    unsigned shift;    /* a span is 2^shift ns */
    int64_t low, high; /* of the spans in use, numbered from 1970; span s is at s % SPANS */
    double sums[VALUE_HISTORY_SPANS];
    uint64_t counts[VALUE_HISTORY_SPANS];
};

/* {0} is ready. Adds n numbers around a time. */
void value_history_add(struct value_history *history, int64_t ns, double sum, uint64_t n);

/* The means over `width` equal pieces of first..last: NaN where there is nothing. With bridge the
 * holes between numbers take the one before; else only as far as one number usually lasts, which is
 * one piece at least. */
void value_history_resample(const struct value_history *history, int64_t first_ns, int64_t last_ns,
                            int bridge, double *means, unsigned width);

#endif
