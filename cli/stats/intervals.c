#include "intervals.h"

#include <stdlib.h>

bool intervals_even(const int64_t *times, size_t n, uint64_t *step)
{
    if (n < 2 || times[1] <= times[0])
        return false;
    const uint64_t first = (uint64_t)times[1] - (uint64_t)times[0];
    uint64_t differ = 0, back = 0;
    for (size_t i = 1; i < n; i++) {
        differ |= ((uint64_t)times[i] - (uint64_t)times[i - 1]) ^ first;
        back |= times[i] <= times[i - 1];
    }
    *step = first;
    return !differ && !back;
}

struct interval_totals intervals_find(const int64_t *times, size_t n, bool any, int64_t *latest,
                                      int64_t *numbers, int64_t *begins)
{
    struct interval_totals totals = {0};
    size_t i = 0;
    int64_t last = *latest;
    if (!any)
        last = times[i++];
    for (; i < n; i++) {
        if (times[i] > last) {
            numbers[totals.steps] = interval_number((uint64_t)times[i] - (uint64_t)last);
            begins[totals.steps++] = last;
            last = times[i];
        } else {
            totals.late += times[i] < last;
            totals.duplicates += times[i] == last;
        }
    }
    *latest = last;
    return totals;
}

/* ---- the longest ----------------------------------------------------------------------------- */

void gaps_release(struct gaps *gaps)
{
    free(gaps->items);
    *gaps = (struct gaps){0};
}

static int compare(const void *a, const void *b)
{
    const struct gap *x = a, *y = b;
    if (x->step != y->step)
        return x->step > y->step ? -1 : 1;
    return (x->begins > y->begins) - (x->begins < y->begins);
}

/* Makes one of those of the same length. */
static size_t unite(struct gap *items, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (kept && items[kept - 1].step == items[i].step)
            items[kept - 1].count += items[i].count;
        else
            items[kept++] = items[i];
    return kept;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

size_t gaps_sort(struct gap *items, size_t n, uint64_t *dropped)
{
    if (n > 1)
        qsort(items, n, sizeof *items, compare);
    n = unite(items, n);
    if (n <= GAP_LENGTHS)
        return n;
    *dropped = larger(*dropped, items[GAP_LENGTHS].step);
    return GAP_LENGTHS;
}

static bool make_room(struct gaps *gaps, size_t n)
{
    size_t room = n < 4 ? n : 2 * n;
    if (n <= gaps->room)
        return true;
    struct gap *items = realloc(gaps->items, room * sizeof *items);
    if (!items)
        return false;
    gaps->items = items;
    gaps->room = room;
    return true;
}

bool gaps_add(struct gaps *gaps, const struct gap *items, size_t n, uint64_t dropped)
{
    struct gap merged[GAP_LENGTHS];
    size_t at = 0, from = 0, kept = 0;
    gaps->dropped = larger(gaps->dropped, dropped);
    while ((at < gaps->n || from < n) && kept < GAP_LENGTHS) {
        bool both = at < gaps->n && from < n && gaps->items[at].step == items[from].step;
        bool old = at < gaps->n && (from == n || gaps->items[at].step >= items[from].step);
        merged[kept] = old ? gaps->items[at] : items[from];
        merged[kept++].count += both ? items[from].count : 0;
        at += old;
        from += both || !old;
    }
    if (at < gaps->n)
        gaps->dropped = larger(gaps->dropped, gaps->items[at].step);
    if (from < n)
        gaps->dropped = larger(gaps->dropped, items[from].step);
    if (!make_room(gaps, kept))
        return false;
    for (size_t i = 0; i < kept; i++)
        gaps->items[i] = merged[i];
    gaps->n = kept;
    return true;
}
