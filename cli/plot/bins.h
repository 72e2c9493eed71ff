/* Bins that numbers are counted in, with round edges. */
#ifndef BINS_H
#define BINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is known of the finite numbers before they are counted. */
struct bins_range {
    double least, most;        /* least > most: there are none */
    double positive, negative; /* positive: the least above 0; negative: the largest below 0 */
    bool zero, fraction;       /* 0 occurs; one is not whole */
};

/* One that holds nothing yet. */
struct bins_range bins_range_none(void);
void bins_range_add(struct bins_range *range, double value); /* finite */
void bins_range_join(struct bins_range *range, const struct bins_range *other);

struct bin {
    double from, to; /* from <= value < to, or <= to in the last one; of negative numbers in growing
                      * bins from < value <= to; from == to: just that number */
    uint64_t count;
};

struct bins {
    struct bin *items; /* ascending, without holes between them but for growing ones around 0 */
    size_t n;
    int decimals; /* that the edges have; negative: they are best written with an exponent */
    bool growing;
};

/* Of equal width: `exactly` so many, or when 0 at most `most`. What is within the range has a bin.
 * False: memory is out. */
bool bins_equal(struct bins *bins, const struct bins_range *range, size_t exactly, size_t most);
/* That grow with the number's size, at most `most` when it can be done: three to a decade, two,
 * one, or several decades in one; mirrored for negative numbers; 0 has one of its own. */
bool bins_growing(struct bins *bins, const struct bins_range *range, size_t most);
void bins_release(struct bins *bins);

/* The place of a number within the range. */
size_t bins_find(const struct bins *bins, double value);

#define BINS_TEXT 40
/* An edge as a text; returns out. */
char *bins_edge(const struct bins *bins, double edge, char out[BINS_TEXT]);

#endif
