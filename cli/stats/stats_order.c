#include "stats_order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct rank {
    struct stats_line *line;
    double value; /* largest first; NaN last */
};

int stats_order_names(const struct stats_line *a, const struct stats_line *b)
{
    struct tlm_string x, y;
    for (size_t i = 0;; i++) {
        bool more = stats_line_text(a, i, &x), others = stats_line_text(b, i, &y);
        if (!more || !others)
            return more - others;
        int order = memcmp(x.data, y.data, x.len < y.len ? x.len : y.len);
        if (order || x.len != y.len)
            return order ? order : x.len < y.len ? -1 : 1;
    }
}

static int compare(const void *a, const void *b)
{
    const struct rank *x = a, *y = b;
    if (x->value > y->value || (!isnan(x->value) && isnan(y->value)))
        return -1;
    if (x->value < y->value || (isnan(x->value) && !isnan(y->value)))
        return 1;
    return stats_order_names(x->line, y->line);
}

static double value_of(const struct stats_line *line, enum stats_order order)
{
    bool finite = moments_finite(&line->moments) != 0;
    switch (order) {
    case STATS_BY_NAME:
        return 0;
    case STATS_BY_POINTS:
        return (double)line->points;
    case STATS_BY_RATE:
        return line->median ? 1 / (double)line->median : NAN;
    case STATS_BY_GAPS:
        return (double)line->gap_count;
    case STATS_BY_BYTES:
        return (double)line->disk_bytes;
    case STATS_BY_MEAN:
        return finite ? moments_mean(&line->moments) : NAN;
    case STATS_BY_STD:
        return finite ? moments_deviation(&line->moments) : NAN;
    }
    return 0;
}

bool stats_order_sort(struct stats_lines *lines, enum stats_order order)
{
    struct rank *ranks = malloc((lines->n + 1) * sizeof *ranks);
    if (!ranks)
        return false;
    for (size_t i = 0; i < lines->n; i++)
        ranks[i] = (struct rank){lines->items[i], value_of(lines->items[i], order)};
    if (lines->n)
        qsort(ranks, lines->n, sizeof *ranks, compare);
    for (size_t i = 0; i < lines->n; i++)
        lines->items[i] = ranks[i].line;
    free(ranks);
    return true;
}
