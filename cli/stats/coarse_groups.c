#include "coarse_groups.h"

#include <math.h>
#include <string.h>

/* Numbers fall into bins of equal width. A bin is how many numbers it has, and which of them was
 * the last: that stands for the bin, or for the group of bins in whose middle it is. */
#define COUNT 0xffffu
#define LAST_SHIFT 16

static inline void add(uint32_t *bin, size_t number)
{
    *bin = (*bin & COUNT) + 1 + ((uint32_t)number << LAST_SHIFT);
}

static size_t bins_for(size_t n)
{
    size_t bins = 64;
    while (bins < n / 2 && bins < COARSE_BINS)
        bins *= 2;
    return bins;
}

static inline int32_t bin_of(int64_t bits, double least, double scale)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return (int32_t)((value - least) * scale);
}

static bool bin_reals(const struct ranks_numbers *numbers, uint32_t *bins, size_t n_bins)
{
    const double least = numbers->extent->least, range = numbers->extent->most - least;
    const double scale = (double)(n_bins - 1) / range;
    if (!isfinite(range) || !isfinite(scale))
        return false;
    memset(bins, 0, n_bins * sizeof *bins);
    const size_t quarter = numbers->n / 4;
    for (size_t i = 0; i < quarter; i++) /* neighbours are often alike: they wait for each other */
        for (size_t k = 0; k < 4; k++)
            add(&bins[bin_of(numbers->items[i + k * quarter], least, scale)], i + k * quarter);
    for (size_t i = 4 * quarter; i < numbers->n; i++)
        add(&bins[bin_of(numbers->items[i], least, scale)], i);
    return true;
}

/* Returns whether each bin is a single value. */
static bool bin_integers(const struct ranks_numbers *numbers, uint32_t *bins, size_t n_bins)
{
    const uint64_t first = (uint64_t)numbers->extent->first;
    const uint64_t range = (uint64_t)numbers->extent->last - first;
    unsigned shift = 0;
    while (range >> shift >= n_bins)
        shift++;
    memset(bins, 0, n_bins * sizeof *bins);
    for (size_t i = 0; i < numbers->n; i++)
        add(&bins[((uint64_t)numbers->items[i] - first) >> shift], i);
    return shift == 0;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* One group out of bins that have `weight` numbers together: the bin that its middle lies in stands
 * for it. Returns by how much a count within the group may be wrong. */
static uint64_t unite(const struct ranks_numbers *numbers, const uint32_t *bins, uint64_t weight,
                      bool single, struct ranks_group *group)
{
    uint64_t before = 0, count = *bins & COUNT;
    while (2 * (before + count) < weight) {
        before += count;
        count = *++bins & COUNT;
    }
    group->key = ranks_key(numbers->items[*bins >> LAST_SHIFT], numbers->real);
    group->weight = weight;
    return larger(before, weight - before - count) + (single ? 0 : count - 1);
}

size_t coarse_groups(const struct ranks_numbers *numbers, uint32_t bins[COARSE_BINS], size_t k,
                     uint64_t allowed, struct ranks_group *groups, uint64_t *error)
{
    const size_t n_bins = bins_for(numbers->n);
    const uint64_t share = (numbers->n + k - 1) / k;
    uint64_t weight = 0, worst = 0;
    size_t n = 0, from = 0;
    bool single = false;
    if (numbers->n > COARSE_MOST || !numbers->extent)
        return 0;
    if (numbers->real ? !bin_reals(numbers, bins, n_bins) : false)
        return 0;
    if (!numbers->real)
        single = bin_integers(numbers, bins, n_bins);
    for (size_t i = 0; i < n_bins; i++) {
        weight += bins[i] & COUNT;
        if (weight < share)
            continue;
        uint64_t wrong = unite(numbers, bins + from, weight, single, &groups[n++]);
        worst = larger(wrong, worst);
        weight = 0;
        from = i + 1;
    }
    if (weight)
        worst = larger(unite(numbers, bins + from, weight, single, &groups[n++]), worst);
    *error = worst;
    return worst <= allowed ? n : 0;
}
