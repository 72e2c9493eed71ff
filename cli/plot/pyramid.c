#include "plot/pyramid.h"

#include <math.h>
#include <stdlib.h>

#define FAN 16u   /* cells of a level that one of the next sums up */
#define LEVELS 17 /* FAN to the power of 16 is all that 64 bits can count */

/* A point that is held. */
struct held {
    int64_t time_ns;
    double least, most;
};

struct pyramid {
    int64_t first_ns, last_ns;
    size_t max_points, max_slices;
    struct held *points; /* until slices are made */
    size_t n_points, capacity;
    bool disorder;
    struct pyramid_sum *slices;
    size_t n_slices;
    uint64_t slice_ns; /* 0: points */
    /* levels[0] sums up FAN points or slices each. */
    struct pyramid_sum *levels[LEVELS];
    size_t lengths[LEVELS];
};

struct pyramid_sum pyramid_nothing(void)
{
    return (struct pyramid_sum){.least = INFINITY, .most = -INFINITY};
}

void pyramid_join(struct pyramid_sum *sum, const struct pyramid_sum *other)
{
    sum->least = other->least < sum->least ? other->least : sum->least;
    sum->most = other->most > sum->most ? other->most : sum->most;
    sum->points += other->points;
    sum->odd += other->odd;
}

struct pyramid *pyramid_new(int64_t first_ns, int64_t last_ns, size_t max_points, size_t max_slices)
{
    struct pyramid *pyramid = calloc(1, sizeof *pyramid);
    if (!pyramid)
        return NULL;
    pyramid->first_ns = first_ns;
    pyramid->last_ns = last_ns;
    pyramid->max_points = max_points;
    pyramid->max_slices = max_slices;
    return pyramid;
}

void pyramid_free(struct pyramid *pyramid)
{
    if (!pyramid)
        return;
    for (size_t i = 0; i < LEVELS; i++)
        free(pyramid->levels[i]);
    free(pyramid->points);
    free(pyramid->slices);
    free(pyramid);
}

/* ---- filling -------------------------------------------------------------------------------- */

static struct pyramid_sum sum_of_point(double least, double most)
{
    struct pyramid_sum sum = pyramid_nothing();
    sum.points = 1;
    if (isfinite(least) && isfinite(most) && least <= most) {
        sum.least = least;
        sum.most = most;
    } else {
        sum.odd = 1;
    }
    return sum;
}

static void add_to_slice(struct pyramid *pyramid, int64_t time_ns, double least, double most)
{
    uint64_t at = ((uint64_t)time_ns - (uint64_t)pyramid->first_ns) / pyramid->slice_ns;
    struct pyramid_sum sum = sum_of_point(least, most);
    pyramid_join(&pyramid->slices[at], &sum);
}

/* From now on only slices are held. */
static bool make_slices(struct pyramid *pyramid)
{
    uint64_t span = (uint64_t)pyramid->last_ns - (uint64_t)pyramid->first_ns;
    pyramid->slice_ns = span / pyramid->max_slices + 1;
    pyramid->n_slices = (size_t)(span / pyramid->slice_ns) + 1;
    pyramid->slices = malloc(pyramid->n_slices * sizeof *pyramid->slices);
    if (!pyramid->slices)
        return false;
    for (size_t i = 0; i < pyramid->n_slices; i++)
        pyramid->slices[i] = pyramid_nothing();
    for (size_t i = 0; i < pyramid->n_points; i++) {
        const struct held *point = &pyramid->points[i];
        add_to_slice(pyramid, point->time_ns, point->least, point->most);
    }
    free(pyramid->points);
    pyramid->points = NULL;
    pyramid->n_points = 0;
    return true;
}

static bool reserve_point(struct pyramid *pyramid)
{
    if (pyramid->n_points < pyramid->capacity)
        return true;
    size_t capacity = pyramid->capacity ? 2 * pyramid->capacity : 1024;
    capacity = capacity > pyramid->max_points ? pyramid->max_points : capacity;
    struct held *points = realloc(pyramid->points, capacity * sizeof *points);
    if (!points)
        return false;
    pyramid->points = points;
    pyramid->capacity = capacity;
    return true;
}

bool pyramid_add(struct pyramid *pyramid, int64_t time_ns, double least, double most)
{
    if (time_ns < pyramid->first_ns || time_ns > pyramid->last_ns)
        return true;
    if (!pyramid->slices && pyramid->n_points == pyramid->max_points && !make_slices(pyramid))
        return false;
    if (pyramid->slices) {
        add_to_slice(pyramid, time_ns, least, most);
        return true;
    }
    if (!reserve_point(pyramid))
        return false;
    if (pyramid->n_points && time_ns < pyramid->points[pyramid->n_points - 1].time_ns)
        pyramid->disorder = true;
    pyramid->points[pyramid->n_points++] = (struct held){time_ns, least, most};
    return true;
}

/* ---- levels --------------------------------------------------------------------------------- */

static struct pyramid_sum leaf(const struct pyramid *pyramid, size_t at)
{
    if (pyramid->slices)
        return pyramid->slices[at];
    return sum_of_point(pyramid->points[at].least, pyramid->points[at].most);
}

static size_t leaves(const struct pyramid *pyramid)
{
    return pyramid->slices ? pyramid->n_slices : pyramid->n_points;
}

/* Cell `at` of a level; level 0 are the leaves. */
static struct pyramid_sum cell(const struct pyramid *pyramid, size_t level, size_t at)
{
    return level ? pyramid->levels[level - 1][at] : leaf(pyramid, at);
}

/* The level above `level`, which has n cells. */
static bool make_level(struct pyramid *pyramid, size_t level, size_t n)
{
    size_t length = (n + FAN - 1) / FAN;
    struct pyramid_sum *cells = malloc(length * sizeof *cells);
    if (!cells)
        return false;
    for (size_t i = 0; i < length; i++) {
        cells[i] = pyramid_nothing();
        for (size_t at = i * FAN; at < n && at < (i + 1) * FAN; at++) {
            struct pyramid_sum below = cell(pyramid, level, at);
            pyramid_join(&cells[i], &below);
        }
    }
    pyramid->levels[level] = cells;
    pyramid->lengths[level] = length;
    return true;
}

static int compare_times(const void *a, const void *b)
{
    const struct held *left = a, *right = b;
    return (left->time_ns > right->time_ns) - (left->time_ns < right->time_ns);
}

bool pyramid_finish(struct pyramid *pyramid)
{
    if (pyramid->disorder && !pyramid->slices)
        qsort(pyramid->points, pyramid->n_points, sizeof *pyramid->points, compare_times);
    size_t n = leaves(pyramid);
    for (size_t level = 0; n > FAN; level++) {
        if (!make_level(pyramid, level, n))
            return false;
        n = pyramid->lengths[level];
    }
    return true;
}

/* ---- asking --------------------------------------------------------------------------------- */

/* The first point that is not before time_ns. */
static size_t first_point(const struct pyramid *pyramid, int64_t time_ns)
{
    size_t low = 0, high = pyramid->n_points;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (pyramid->points[middle].time_ns < time_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The slice that time_ns is in, which has to be in the span. */
static size_t slice_at(const struct pyramid *pyramid, int64_t time_ns)
{
    return (size_t)(((uint64_t)time_ns - (uint64_t)pyramid->first_ns) / pyramid->slice_ns);
}

/* Leaves from `from` up to before `end`: single cells up to whole ones of the next level, from both
 * sides, and so on upwards. */
static struct pyramid_sum sum_leaves(const struct pyramid *pyramid, size_t from, size_t end)
{
    struct pyramid_sum sum = pyramid_nothing();
    for (size_t level = 0; from < end; level++, from /= FAN, end /= FAN) {
        bool top = level == LEVELS || !pyramid->levels[level];
        while (from < end && (top || from % FAN)) {
            struct pyramid_sum one = cell(pyramid, level, from++);
            pyramid_join(&sum, &one);
        }
        while (from < end && end % FAN) {
            struct pyramid_sum one = cell(pyramid, level, --end);
            pyramid_join(&sum, &one);
        }
        if (top)
            break;
    }
    return sum;
}

struct pyramid_sum pyramid_ask(const struct pyramid *pyramid, int64_t from_ns, int64_t last_ns)
{
    from_ns = from_ns < pyramid->first_ns ? pyramid->first_ns : from_ns;
    last_ns = last_ns > pyramid->last_ns ? pyramid->last_ns : last_ns;
    if (last_ns < from_ns)
        return pyramid_nothing();
    if (pyramid->slices)
        return sum_leaves(pyramid, slice_at(pyramid, from_ns), slice_at(pyramid, last_ns) + 1);
    size_t end = last_ns == INT64_MAX ? pyramid->n_points : first_point(pyramid, last_ns + 1);
    return sum_leaves(pyramid, first_point(pyramid, from_ns), end);
}

uint64_t pyramid_slice_ns(const struct pyramid *pyramid)
{
    return pyramid->slice_ns;
}

bool pyramid_covers(const struct pyramid *pyramid, int64_t from_ns, int64_t last_ns)
{
    return from_ns >= pyramid->first_ns && last_ns <= pyramid->last_ns;
}
