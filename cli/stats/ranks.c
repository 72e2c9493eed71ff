#include "ranks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/coarse_groups.h"

/* Numbers are spread over bins, about half as many as there are numbers; only the bins where a
 * wanted one lies are put in order. Where most numbers fall into few bins these are spread again;
 * doubles first by value, then by their keys, which suits those of very different magnitude. */

#define MOST_BINS 65536u
#define SHORT 24 /* such bins are sorted by insertion */
enum { BY_VALUE = 2, DEPTH = 4 };

struct level {
    uint16_t *bins; /* of each number */
    uint32_t *ends; /* of each bin in `items` */
    int64_t *items; /* the numbers, bin by bin */
    size_t room;    /* numbers */
};

struct ranks {
    struct level levels[DEPTH + 1]; /* the last one for a copy */
    int64_t *keys;                  /* where the groups' go */
    size_t *middles;                /* the rank in the middle of each group */
    size_t n, k;                    /* that these are of */
    size_t middles_room;
    uint32_t coarse[COARSE_BINS];
    int64_t *picked; /* keys of groups */
    size_t picked_room;
};

struct ranks *ranks_new(void)
{
    return calloc(1, sizeof(struct ranks));
}

void ranks_free(struct ranks *ranks)
{
    for (unsigned i = 0; ranks && i <= DEPTH; i++) {
        free(ranks->levels[i].bins);
        free(ranks->levels[i].ends);
        free(ranks->levels[i].items);
    }
    if (ranks) {
        free(ranks->middles);
        free(ranks->picked);
    }
    free(ranks);
}

static size_t bins_for(size_t n)
{
    size_t bins = 16;
    while (bins < n / 2 && bins < MOST_BINS)
        bins *= 2;
    return bins;
}

static bool make_room(struct level *level, size_t n)
{
    if (n <= level->room)
        return true;
    size_t room = n + n / 4;
    free(level->bins);
    free(level->ends);
    free(level->items);
    level->bins = malloc(room * sizeof *level->bins);
    level->ends = malloc(bins_for(room) * sizeof *level->ends);
    level->items = malloc(room * sizeof *level->items);
    level->room = level->bins && level->ends && level->items ? room : 0;
    return level->room != 0;
}

/* ---- bins ----------------------------------------------------------------------------------- */

static double real_of(int64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Numbers that lie together, to be spread. */
struct part {
    int64_t *numbers;
    size_t n;
    bool real;
    size_t first_rank;    /* of the least, among all */
    size_t group, groups; /* wanted: the middles of group..groups-1 */
    unsigned depth;
    struct ranks_extent extent; /* when it is known */
    bool has_extent;
};

static struct ranks_extent extent_of(const struct part *part)
{
    struct ranks_extent extent = {INFINITY, -INFINITY, INT64_MAX, INT64_MIN};
    double least[2] = {INFINITY, INFINITY}, most[2] = {-INFINITY, -INFINITY};
    size_t i = 0;
    for (; part->real && i + 2 <= part->n; i += 2) /* two that do not wait for each other */
        for (unsigned k = 0; k < 2; k++) {
            double value = real_of(part->numbers[i + k]);
            least[k] = value < least[k] ? value : least[k];
            most[k] = value > most[k] ? value : most[k];
        }
    for (; i < part->n; i++) {
        int64_t number = part->numbers[i];
        double value = real_of(number);
        least[0] = value < least[0] ? value : least[0];
        most[0] = value > most[0] ? value : most[0];
        extent.first = number < extent.first ? number : extent.first;
        extent.last = number > extent.last ? number : extent.last;
    }
    extent.least = least[0] < least[1] ? least[0] : least[1];
    extent.most = most[0] > most[1] ? most[0] : most[1];
    return extent;
}

/* False: they are too far apart, or too near, for arithmetic. */
static bool bin_reals(struct level *level, const struct part *part,
                      const struct ranks_extent *extent, size_t bins)
{
    const double least = extent->least, range = extent->most - least;
    const double scale = (double)(bins - 1) / range;
    const int64_t *numbers = part->numbers;
    uint16_t *to = level->bins;
    if (!isfinite(range) || !isfinite(scale))
        return false;
    for (size_t i = 0, n = part->n; i < n; i++)
        to[i] = (uint16_t)(int32_t)((real_of(numbers[i]) - least) * scale);
    return true;
}

static void bin_integers(struct level *level, const struct part *part,
                         const struct ranks_extent *extent, size_t bins)
{
    const uint64_t first = (uint64_t)extent->first, range = (uint64_t)extent->last - first;
    const int64_t *numbers = part->numbers;
    uint16_t *to = level->bins;
    unsigned shift = 0;
    while (range >> shift >= bins)
        shift++;
    for (size_t i = 0, n = part->n; i < n; i++)
        to[i] = (uint16_t)(((uint64_t)numbers[i] - first) >> shift);
}

static void spread(struct level *level, const struct part *part, size_t n_bins)
{
    const uint16_t *bins = level->bins;
    const int64_t *numbers = part->numbers;
    uint32_t *ends = level->ends, sum = 0;
    int64_t *items = level->items;
    memset(ends, 0, n_bins * sizeof *ends);
    for (size_t i = 0, n = part->n; i < n; i++)
        ends[bins[i]]++;
    for (size_t i = 0; i < n_bins; i++) {
        uint32_t count = ends[i];
        ends[i] = sum;
        sum += count;
    }
    for (size_t i = 0, n = part->n; i < n; i++)
        items[ends[bins[i]]++] = numbers[i];
}

/* ---- small parts ---------------------------------------------------------------------------- */

static void make_keys(struct part *part)
{
    for (size_t i = 0; part->real && i < part->n; i++)
        part->numbers[i] = ranks_key(part->numbers[i], true);
    part->real = false;
}

static void insert(int64_t *keys, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        int64_t key = keys[i];
        size_t at = i;
        for (; at > 0 && keys[at - 1] > key; at--)
            keys[at] = keys[at - 1];
        keys[at] = key;
    }
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void take_sorted(struct ranks *ranks, const struct part *part)
{
    for (size_t i = part->group; i < part->groups; i++)
        ranks->keys[i] = part->numbers[ranks->middles[i] - part->first_rank];
}

static void take_same(struct ranks *ranks, const struct part *part)
{
    for (size_t i = part->group; i < part->groups; i++)
        ranks->keys[i] = ranks_key(part->numbers[0], part->real);
}

/* ---- parts ---------------------------------------------------------------------------------- */

static bool take(struct ranks *ranks, struct part *part);

/* The bins with numbers that are wanted, as parts of their own. */
static bool take_bins(struct ranks *ranks, const struct level *level, const struct part *whole)
{
    const uint32_t *ends = level->ends;
    const size_t *middles = ranks->middles;
    size_t bin = 0, group = whole->group;
    while (group < whole->groups) {
        size_t rank = middles[group] - whole->first_rank;
        while (ends[bin] <= rank)
            bin++;
        size_t from = bin ? ends[bin - 1] : 0, end = group + 1;
        while (end < whole->groups && middles[end] - whole->first_rank < ends[bin])
            end++;
        struct part part = {level->items + from,
                            ends[bin] - from,
                            whole->real,
                            whole->first_rank + from,
                            group,
                            end,
                            whole->depth + 1,
                            {0, 0, 0, 0},
                            false};
        if (!take(ranks, &part))
            return false;
        group = end;
    }
    return true;
}

static bool take_keys(struct ranks *ranks, struct part *part)
{
    struct level *copy = &ranks->levels[DEPTH];
    if (!make_room(copy, part->n))
        return false;
    memcpy(copy->items, part->numbers, part->n * sizeof *copy->items);
    part->numbers = copy->items;
    part->has_extent = false;
    part->depth = BY_VALUE;
    return take(ranks, part);
}

static bool take_large(struct ranks *ranks, struct part *part)
{
    struct level *level = &ranks->levels[part->depth];
    const struct ranks_extent extent = part->has_extent ? part->extent : extent_of(part);
    size_t bins = bins_for(part->n);
    if (part->real ? extent.least == extent.most && extent.least != 0
                   : extent.first == extent.last) {
        take_same(ranks, part);
        return true;
    }
    if (!make_room(level, part->n))
        return false;
    if (part->real && !bin_reals(level, part, &extent, bins))
        return take_keys(ranks, part);
    if (!part->real)
        bin_integers(level, part, &extent, bins);
    spread(level, part, bins);
    return take_bins(ranks, level, part);
}

static bool take(struct ranks *ranks, struct part *part)
{
    if (part->depth >= BY_VALUE || part->n <= SHORT)
        make_keys(part);
    if (part->n > SHORT && part->depth < DEPTH)
        return take_large(ranks, part);
    if (part->n <= SHORT)
        insert(part->numbers, part->n);
    else
        qsort(part->numbers, part->n, sizeof *part->numbers, compare);
    take_sorted(ranks, part);
    return true;
}

static bool find_middles(struct ranks *ranks, size_t n, size_t k)
{
    size_t even = n / k, odd = n % k, from = 0, rest = 0;
    if (n == ranks->n && k == ranks->k)
        return true;
    if (k > ranks->middles_room) {
        free(ranks->middles);
        ranks->middles = malloc(k * sizeof *ranks->middles);
        ranks->middles_room = ranks->middles ? k : 0;
    }
    ranks->n = n;
    ranks->k = ranks->middles ? k : 0;
    for (size_t i = 0; i < ranks->k; i++) {
        size_t weight = even;
        rest += odd;
        if (rest >= k) {
            rest -= k;
            weight++;
        }
        ranks->middles[i] = from + (weight - 1) / 2;
        from += weight;
    }
    return ranks->middles != NULL;
}

bool ranks_pick(struct ranks *ranks, const struct ranks_numbers *numbers, size_t k, int64_t *keys,
                uint64_t *error)
{
    size_t n = numbers->n;
    int64_t few[SHORT] = {0};
    struct part part = {few, n, numbers->real, 0, 0, k, 0, {0, 0, 0, 0}, numbers->extent != NULL};
    if (!find_middles(ranks, n, k))
        return false;
    if (numbers->extent)
        part.extent = *numbers->extent;
    if (n <= SHORT)
        memcpy(few, numbers->items, n * sizeof *few);
    else
        part.numbers = (int64_t *)(uintptr_t)numbers->items; /* only read: they are spread first */
    ranks->keys = keys;
    *error = (n + k - 1) / k / 2;
    return take(ranks, &part);
}

/* Coarse groups may be wrong by one in so many numbers. Where more would be wrong, since many are
 * equal or near each other, it takes the time to find the groups exactly. */
#define ALLOWED 160

size_t ranks_groups(struct ranks *ranks, const struct ranks_numbers *numbers, size_t k,
                    struct ranks_group *groups, uint64_t *error)
{
    struct ranks_numbers known = *numbers;
    struct ranks_extent extent;
    const size_t n = numbers->n;
    if (!known.extent) {
        struct part part = {
            .numbers = (int64_t *)(uintptr_t)numbers->items, .n = n, .real = numbers->real};
        extent = extent_of(&part);
        known.extent = &extent;
    }
    size_t made = k < n ? coarse_groups(&known, ranks->coarse, k, n / ALLOWED, groups, error) : 0;
    if (made)
        return made;
    if (k > ranks->picked_room) {
        free(ranks->picked);
        ranks->picked = malloc(k * sizeof *ranks->picked);
        ranks->picked_room = ranks->picked ? k : 0;
    }
    if (!ranks->picked || !ranks_pick(ranks, &known, k, ranks->picked, error))
        return 0;
    for (size_t i = 0, rest = 0; i < k; i++) {
        rest += n % k;
        groups[i] = (struct ranks_group){ranks->picked[i], n / k + (rest >= k)};
        rest -= rest >= k ? k : 0;
    }
    return k;
}

static void sort_groups(struct ranks_group *groups, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct ranks_group group = groups[i];
        size_t at = i;
        for (; at > 0 && groups[at - 1].key > group.key; at--)
            groups[at] = groups[at - 1];
        groups[at] = group;
    }
}

size_t ranks_few(const struct ranks_numbers *numbers, struct ranks_group groups[RANKS_FEW])
{
    size_t k = 0;
    for (size_t i = 0, from = 0; i < numbers->n; i = from) {
        const int64_t number = numbers->items[i];
        while (++from < numbers->n && numbers->items[from] == number)
            continue;
        size_t at = 0;
        while (at < k && groups[at].key != number)
            at++;
        if (at == RANKS_FEW)
            return 0;
        if (at == k)
            groups[k++] = (struct ranks_group){number, 0};
        groups[at].weight += from - i;
    }
    for (size_t i = 0; i < k; i++)
        groups[i].key = ranks_key(groups[i].key, numbers->real);
    sort_groups(groups, k);
    return k;
}
