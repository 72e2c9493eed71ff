#include "batch_marks.h"

#include <math.h>

#include "point_number.h"
#include "stats/batch_room.h"

#define MARKS 64u /* of a record, about */

/* The end of the points that make one mark with the one at `from`: looked for in steps, since it
 * does not matter much where it is. */
static size_t mark_end(const struct tlm_run_of_points *points, size_t from, int64_t grain_ns)
{
    const int64_t *times = points->timestamps_ns;
    const size_t step = 1 + points->n / MARKS;
    for (size_t end = from + step; end < points->n; end += step) {
        uint64_t apart = times[end] < times[from] ? (uint64_t)times[from] - (uint64_t)times[end]
                                                  : (uint64_t)times[end] - (uint64_t)times[from];
        if (apart >= (uint64_t)grain_ns)
            return end;
    }
    return points->n;
}

static double sum_of(const double *values, size_t n)
{
    double sums[4] = {0}; /* do not wait for each other */
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (unsigned k = 0; k < 4; k++)
            sums[k] += values[i + k];
    for (; i < n; i++)
        sums[0] += values[i];
    return sums[0] + sums[1] + (sums[2] + sums[3]);
}

static struct stats_mark mark_of(const struct tlm_run_of_points *points, size_t from, size_t end)
{
    struct stats_mark mark = {points->timestamps_ns[from + (end - from) / 2], 0, 0};
    if (points->reals) {
        mark.sum = sum_of(points->reals + from, end - from);
        mark.n = end - from;
        if (isfinite(mark.sum))
            return mark;
        mark.sum = 0;
        mark.n = 0;
    }
    for (size_t i = from; i < end; i++) {
        double value = point_number(points, i);
        if (!isfinite(value))
            continue;
        mark.sum += value;
        mark.n++;
    }
    mark.n = isfinite(mark.sum) ? mark.n : 0;
    return mark;
}

bool batch_add_marks(struct stats_batch *batch, const struct stats_rules *rules,
                     const struct tlm_run_of_points *points, struct stats_record *record)
{
    record->marks = batch->n_marks;
    if (!rules->curves || !moments_finite(&record->moments))
        return true;
    for (size_t from = 0, end; from < points->n; from = end) {
        end = mark_end(points, from, rules->grain_ns);
        const struct stats_mark mark = mark_of(points, from, end);
        if (!mark.n)
            continue;
        if (!BATCH_GROW(batch->marks, batch->n_marks, batch->marks_room, 1))
            return false;
        batch->marks[batch->n_marks++] = mark;
    }
    record->n_marks = batch->n_marks - record->marks;
    return true;
}
