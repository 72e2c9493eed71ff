#include "stats_figures.h"

#include <math.h>
#include <stdlib.h>

/* ---- intervals ------------------------------------------------------------------------------ */

static uint64_t step_of(const struct ranks_group *entry)
{
    return interval_step(entry->key);
}

/* The smallest distance from the median at `at` within which half of all entries lie. */
static uint64_t spread_of(const struct ranks_group *entries, size_t n, size_t at, uint64_t total)
{
    const uint64_t median = step_of(&entries[at]), wanted = total - total / 2;
    uint64_t sum = entries[at].weight, distance = 0;
    size_t low = at, high = at + 1;
    while (sum < wanted) {
        uint64_t below = low > 0 ? median - step_of(&entries[low - 1]) : UINT64_MAX;
        uint64_t above = high < n ? step_of(&entries[high]) - median : UINT64_MAX;
        bool down = low > 0 && below <= above;
        distance = down ? below : above;
        sum += entries[down ? --low : high++].weight;
    }
    return distance;
}

static uint64_t threshold_of(const struct stats_rules *rules, uint64_t median)
{
    double beyond = rules->gap_factor * (double)median;
    if (rules->gap_ns)
        return rules->gap_ns;
    return beyond < 0x1p63 ? (uint64_t)beyond : UINT64_MAX;
}

bool stats_settle_gaps(struct stats_line *line, const struct stats_rules *rules,
                       struct ranks *ranks, bool *more)
{
    size_t n, at;
    if (!line->totals.steps)
        return true;
    struct ranks_group *entries = sketch_entries(&line->intervals, ranks, &n);
    if (!entries)
        return false;
    at = sketch_find(entries, n, line->totals.steps, 50);
    line->median = step_of(&entries[at]);
    line->jitter = spread_of(entries, n, at, line->totals.steps);
    free(entries);
    line->beyond = threshold_of(rules, line->median);
    for (size_t i = 0; i < line->gaps.n && line->gaps.items[i].step > line->beyond; i++) {
        line->gap_count += line->gaps.items[i].count;
        line->gap_total += line->gaps.items[i].count * line->gaps.items[i].step;
    }
    line->recount = line->gaps.dropped > line->beyond;
    *more |= line->recount;
    return true;
}

/* ---- numbers -------------------------------------------------------------------------------- */

/* Doubles and longs in one order. */
struct numbers {
    struct ranks_group *reals, *integers;
    size_t n_reals, n_integers;
};

static struct moments_number real_at(const struct numbers *numbers, size_t i)
{
    union {
        int64_t bits;
        double value;
    } real = {.bits = ranks_bits(numbers->reals[i].key, true)};
    return (struct moments_number){.is_integer = false, .real = real.value};
}

static struct moments_number integer_at(const struct numbers *numbers, size_t i)
{
    return (struct moments_number){.is_integer = true, .integer = numbers->integers[i].key};
}

/* The smallest number with at least `percent` of `total` at or below it. */
static struct moments_number number_at(const struct numbers *numbers, uint64_t total,
                                       unsigned percent)
{
    uint64_t wanted = total / 100 * percent + (total % 100 * percent + 99) / 100, sum = 0;
    struct moments_number number = {.is_integer = false};
    size_t x = 0, y = 0;
    while (sum < wanted) {
        bool real = y == numbers->n_integers ||
                    (x < numbers->n_reals &&
                     moments_compare(real_at(numbers, x), integer_at(numbers, y)) <= 0);
        number = real ? real_at(numbers, x) : integer_at(numbers, y);
        sum += real ? numbers->reals[x++].weight : numbers->integers[y++].weight;
    }
    return number;
}

static bool find_numbers(const struct stats_line *line, struct ranks *ranks,
                         struct stats_figures *figures)
{
    struct numbers numbers = {0};
    numbers.reals = sketch_entries(&line->reals, ranks, &numbers.n_reals);
    numbers.integers = sketch_entries(&line->integers, ranks, &numbers.n_integers);
    bool found = numbers.reals && numbers.integers;
    if (found) {
        figures->p1 = number_at(&numbers, figures->numbers, 1);
        figures->p50 = number_at(&numbers, figures->numbers, 50);
        figures->p99 = number_at(&numbers, figures->numbers, 99);
        figures->quantile_error =
            (double)(line->reals.error + line->integers.error) / (double)figures->numbers;
    }
    free(numbers.reals);
    free(numbers.integers);
    return found;
}

bool stats_figures(const struct stats_line *line, struct ranks *ranks,
                   struct stats_figures *figures)
{
    const struct moments *moments = &line->moments;
    *figures = (struct stats_figures){
        .steps = line->totals.steps,
        .numbers = moments->reals + moments->integers,
        .finite = moments_finite(moments),
    };
    if (figures->steps)
        figures->rate_hz = 1e9 / (double)line->median;
    if (line->gap_count) {
        figures->longest = line->gaps.items[0].step;
        figures->longest_at = line->gaps.items[0].begins;
    }
    figures->n_top = text_counts_top(&line->texts, figures->top, STATS_TOP);
    if (figures->finite) {
        figures->mean = moments_mean(moments);
        figures->deviation = moments_deviation(moments);
    }
    if (!figures->numbers)
        return true;
    figures->least = moments_least(moments);
    figures->most = moments_most(moments);
    return find_numbers(line, ranks, figures);
}
