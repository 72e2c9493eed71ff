/* The times of one record: what steps they make, which are late or twice.
 *
 * A step goes from the latest time so far to one that is later still. A time before the latest is
 * late; the latest once more is a duplicate. Neither makes a step, so steps add up to the time
 * from the first point to the last one and are never negative. Steps are uint64_t nanoseconds; the
 * numbers of a sketch are those with the topmost bit turned round (interval_number). */
#ifndef INTERVALS_H
#define INTERVALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct interval_totals {
    uint64_t steps, late, duplicates;
};

static inline int64_t interval_number(uint64_t step)
{
    return (int64_t)(step ^ UINT64_C(1) << 63);
}
static inline uint64_t interval_step(int64_t number)
{
    return (uint64_t)number ^ UINT64_C(1) << 63;
}

/* Writes the steps that n times make, and where each begins, which are n at most; *latest is the
 * latest before them when there were any, and after them. */
struct interval_totals intervals_find(const int64_t *times, size_t n, bool any, int64_t *latest,
                                      int64_t *numbers, int64_t *begins);
/* True when each time is later than the one before by the same step. */
bool intervals_even(const int64_t *times, size_t n, uint64_t *step);

/* ---- the longest ----------------------------------------------------------------------------- */

/* The longest intervals by their length, so that those beyond any threshold can be counted once it
 * is known. */
struct gap {
    uint64_t step, count;
    int64_t begins; /* of the first one of that length */
};

#define GAP_LENGTHS 256u /* that are kept at most */

struct gaps {
    struct gap *items; /* longest first, each length once */
    size_t n, room;
    uint64_t dropped; /* the longest that is not among them, 0: all are */
};

void gaps_release(struct gaps *gaps);
/* Sorts intervals, makes one of those of the same length, and leaves the longest GAP_LENGTHS.
 * Returns how many these are; what does not fit goes into *dropped. */
size_t gaps_sort(struct gap *items, size_t n, uint64_t *dropped);
/* Adds intervals that gaps_sort made; where both have a length the one that was there is the first.
 * False: memory is out. */
bool gaps_add(struct gaps *gaps, const struct gap *items, size_t n, uint64_t dropped);

#endif
