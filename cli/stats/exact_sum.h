/* Sums without any rounding: integers as wide as need be, in the unit that the caller has in mind,
 * which for doubles is the smallest one, 2^-1074. */
#ifndef EXACT_SUM_H
#define EXACT_SUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

__extension__ typedef unsigned __int128 exact_uint128;
__extension__ typedef __int128 exact_int128;

/* The sum of words[i] * 2^(64 * (low + i)), the last word's top bit counting negative. {0} is 0. */
struct exact_sum {
    unsigned low;
    unsigned n, room;
    uint64_t *words;
};

void exact_sum_release(struct exact_sum *sum);
/* Makes it 0 and keeps the memory. */
void exact_sum_reset(struct exact_sum *sum);
/* Adds value * 2^position, or takes it away. False: memory is out. */
bool exact_sum_add(struct exact_sum *sum, exact_uint128 value, unsigned position, bool negative);
/* Adds another one, of n words that begin at word `low`. False: memory is out. */
bool exact_sum_merge(struct exact_sum *sum, unsigned low, const uint64_t *words, unsigned n);

/* The sum / n * 2^unit, rounded once, to nearest; never anything below 2^unit. */
double exact_sum_mean(const struct exact_sum *sum, uint64_t n, int unit);
/* The population's standard deviation of n numbers of which these are the sum, in units of 2^unit,
 * and the sum of the squares, in units of its square: within two units in the last place, and 0
 * only if they are all equal. */
double exact_sum_deviation(const struct exact_sum *sum, const struct exact_sum *squares, uint64_t n,
                           int unit);

#endif
