#include "batch_times.h"

#include <string.h>

#include "stats/batch_piece.h"
#include "stats/batch_room.h"

#define SOME 31 /* steps, to guess the usual one */

/* About the median, which need not be exact. */
static double usual_step(const int64_t *numbers, size_t n)
{
    int64_t some[SOME];
    size_t k = n < SOME ? n : SOME;
    for (size_t i = 0; i < k; i++) {
        int64_t number = numbers[i * n / k];
        size_t at = i;
        for (; at > 0 && some[at - 1] > number; at--)
            some[at] = some[at - 1];
        some[at] = number;
    }
    return k ? (double)interval_step(some[k / 2]) : 0;
}

static bool add_gap(struct stats_batch *batch, uint64_t step, uint64_t count, int64_t begins)
{
    if (!BATCH_GROW(batch->gaps, batch->n_gaps, batch->gaps_room, 1))
        return false;
    batch->gaps[batch->n_gaps++] = (struct gap){step, count, begins};
    return true;
}

/* Numbers of steps above this may be gaps; the others only are where the usual step of the series
 * turns out to be much less than that of the record. */
static int64_t gap_limit(const struct stats_rules *rules, const int64_t *numbers, size_t n)
{
    double least = usual_step(numbers, n) * rules->gap_factor / 2;
    if (rules->gap_ns)
        return interval_number(rules->gap_ns);
    return interval_number(least < 0x1p63 ? (uint64_t)least : UINT64_MAX);
}

/* Keeps those that may be gaps, and the longest in any case. */
static bool add_gaps(struct stats_batch *batch, const struct stats_rules *rules,
                     struct stats_times *times, const int64_t *numbers, const int64_t *begins)
{
    const size_t n = times->totals.steps;
    const int64_t limit = gap_limit(rules, numbers, n);
    int64_t dropped = INT64_MIN;
    size_t longest = 0;
    bool added = true;
    times->gaps = batch->n_gaps;
    for (size_t i = 1; i < n; i++)
        longest = numbers[i] > numbers[longest] ? i : longest;
    for (size_t i = 0; i < n && added; i++) {
        if (numbers[i] > limit || i == longest)
            added = add_gap(batch, interval_step(numbers[i]), 1, begins[i]);
        else
            dropped = numbers[i] > dropped ? numbers[i] : dropped;
    }
    times->dropped = interval_step(dropped);
    times->n_gaps =
        gaps_sort(batch->gaps + times->gaps, batch->n_gaps - times->gaps, &times->dropped);
    batch->n_gaps = times->gaps + times->n_gaps;
    return added;
}

static bool add_even(struct stats_batch *batch, struct stats_times *times, uint64_t step)
{
    times->latest = times->last;
    times->totals.steps = times->n - 1;
    times->gaps = batch->n_gaps;
    times->n_gaps = 1;
    return batch_add_same(batch, &times->steps, interval_number(step), times->n - 1) &&
           add_gap(batch, step, times->n - 1, times->begin);
}

bool stats_batch_times(struct stats_batch *batch, const struct stats_rules *rules, size_t at,
                       size_t n, bool any, int64_t latest)
{
    if (!BATCH_GROW(batch->times, batch->n_times, batch->times_room, 1))
        return false;
    struct stats_times *times = &batch->times[batch->n_times++];
    const int64_t *all = batch->numbers + at;
    uint64_t step;
    *times = (struct stats_times){
        .at = at, .n = n, .begin = all[0], .first = all[0], .last = all[0], .latest = latest};
    if (!any && intervals_even(all, n, &step)) {
        times->last = all[n - 1];
        return add_even(batch, times, step);
    }
    for (size_t i = 1; i < n; i++) {
        times->first = all[i] < times->first ? all[i] : times->first;
        times->last = all[i] > times->last ? all[i] : times->last;
    }
    int64_t *numbers = batch_spare(batch, 0, n), *begins = batch_spare(batch, 1, n);
    if (!numbers || !begins)
        return false;
    times->totals = intervals_find(all, n, any, &times->latest, numbers, begins);
    const struct ranks_numbers steps = {numbers, times->totals.steps, false, NULL};
    return batch_add_piece(batch, &times->steps, &steps, false) &&
           add_gaps(batch, rules, times, numbers, begins);
}

bool batch_add_times(struct stats_batch *batch, const struct stats_rules *rules,
                     const struct tlm_run_of_points *points, struct stats_record *record)
{
    size_t n = points->n, at = batch->n_numbers;
    const struct stats_times *before = batch->n_times ? &batch->times[batch->n_times - 1] : NULL;
    record->times = batch->n_times - 1;
    if (before && before->n == n &&
        memcmp(batch->numbers + before->at, points->timestamps_ns, n * sizeof(int64_t)) == 0)
        return true;
    int64_t *to = batch_numbers(batch, n);
    if (!to)
        return false;
    memcpy(to, points->timestamps_ns, n * sizeof *to);
    batch->n_numbers += n;
    record->times = batch->n_times;
    return stats_batch_times(batch, rules, at, n, false, 0);
}
