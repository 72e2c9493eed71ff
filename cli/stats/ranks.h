/* Evenly spaced order statistics of many numbers, without sorting all of them. */
#ifndef RANKS_H
#define RANKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers are the bits of doubles (no NaN) or longs. Keys are int64_t that are ordered as the
 * numbers are: -0.0 comes before 0.0. */
static inline int64_t ranks_key(int64_t bits, bool real)
{
    return real && bits < 0 ? bits ^ INT64_MAX : bits;
}
/* The other way round. */
static inline int64_t ranks_bits(int64_t key, bool real)
{
    return ranks_key(key, real);
}

/* What it is done in; for one thread at a time. */
struct ranks;
struct ranks *ranks_new(void);        /* NULL: memory is out */
void ranks_free(struct ranks *ranks); /* NULL is fine */

struct ranks_extent {
    double least, most;  /* of doubles, */
    int64_t first, last; /* or of longs */
};

struct ranks_numbers {
    const int64_t *items;
    size_t n; /* at least 1 */
    bool real;
    const struct ranks_extent *extent; /* NULL: not known */
};

/* Cuts the numbers in their order into k groups of n / k, or one more, and puts the key in the
 * middle of each group into `keys`: group i is of ranks i * n / k up to (i + 1) * n / k. They are
 * sorted; with k = n they are all. k is from 1 to n. The number of numbers up to any value, as the
 * groups tell it, is wrong by *error at most. False: memory is out. */
bool ranks_pick(struct ranks *ranks, const struct ranks_numbers *numbers, size_t k, int64_t *keys,
                uint64_t *error);
/* So many numbers lie together, this one in their middle. */
struct ranks_group {
    int64_t key;
    uint64_t weight;
};
/* The same, the groups being of about equal weight only, k + 1 at most. Returns how many there are;
 * 0: memory is out. */
size_t ranks_groups(struct ranks *ranks, const struct ranks_numbers *numbers, size_t k,
                    struct ranks_group *groups, uint64_t *error);

/* Where no more than RANKS_FEW numbers are different: one group for each, which tells them exactly.
 * Returns how many; 0: there are more. */
#define RANKS_FEW 12
size_t ranks_few(const struct ranks_numbers *numbers, struct ranks_group groups[RANKS_FEW]);

#endif
