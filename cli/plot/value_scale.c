#include "plot/value_scale.h"

#include <math.h>
#include <stdio.h>

#define BRIDGE 8 /* usual distances of points that a line may cross */

void value_scale_numbers(struct curve_scale *scale, double least, double most)
{
    if (least > most) {
        *scale = (struct curve_scale){.bottom = -1, .top = 1};
        return;
    }
    double room = (most / 2 - least / 2) * 0.08;
    if (!(room > 0)) /* a constant */
        room = least == 0 ? 1 : fabs(least) * 0.1;
    if (!(room > 0)) /* the smallest numbers there are */
        room = 1;
    scale->bottom = isfinite(least - room) ? least - room : least;
    scale->top = isfinite(most + room) ? most + room : most;
}

void value_scale_states(struct curve_scale *scale, size_t n)
{
    *scale = (struct curve_scale){.bottom = -0.5, .top = (double)n - 0.5, .steps = true};
}

void value_scale_counts(struct curve_scale *scale, struct pyramid_sum *columns, unsigned n)
{
    double most = 1;
    for (unsigned i = 0; i < n; i++) {
        struct pyramid_sum *sum = &columns[i];
        *sum = sum->points
                   ? (struct pyramid_sum){.most = (double)sum->points, .points = sum->points}
                   : pyramid_nothing();
        most = sum->points ? fmax(most, sum->most) : most;
    }
    *scale = (struct curve_scale){.bottom = 0, .top = most * 1.05};
}

size_t value_scale_marks(struct axis_mark *marks, const struct curve_scale *scale, unsigned most,
                         bool whole)
{
    size_t n = 0;
    most = most < 3 ? 3 : most;
    /* one mark says nothing of how far apart values are */
    for (unsigned end = 2 * most; n < 2 && most < end; most++)
        n = axis_values(marks, scale->bottom, scale->top, most, whole);
    return n;
}

size_t value_scale_state_marks(struct axis_mark *marks, const struct states *states)
{
    for (size_t i = 0; i < states->n; i++) {
        marks[i].value = (double)i;
        snprintf(marks[i].text, AXIS_TEXT, "%s", states->names[i]);
    }
    return states->n;
}

unsigned value_scale_bridge(uint64_t points, uint64_t span_ns, double column_ns, unsigned columns)
{
    double usual = points > 1 ? (double)span_ns / (double)(points - 1) : 0;
    double wanted = BRIDGE * usual / column_ns;
    return wanted < (double)columns ? (unsigned)wanted : columns;
}
