#include "plot/strip.h"

#include <math.h>
#include <stdlib.h>

#include "plot/axis.h"

/* A point that is held. */
struct held {
    int64_t ns;
    double least, most;
};

struct strip {
    unsigned bits;
    int64_t first_ns, last_ns;
    struct pyramid_sum all;
    struct held *points; /* until slices are made */
    size_t n, room;
    /* A slice is 2^shift ns long; the one of time t is number t >> shift. Numbers from that of
     * first_ns to that of last_ns are in use, each at its last `bits` bits. */
    struct pyramid_sum *slices;
    unsigned shift;
};

struct strip *strip_new(unsigned bits)
{
    struct strip *strip = calloc(1, sizeof *strip);
    if (!strip)
        return NULL;
    strip->bits = bits;
    strip->all = pyramid_nothing();
    return strip;
}

void strip_free(struct strip *strip)
{
    if (!strip)
        return;
    free(strip->points);
    free(strip->slices);
    free(strip);
}

static size_t capacity(const struct strip *strip)
{
    return (size_t)1 << strip->bits;
}

static struct pyramid_sum sum_of(double least, double most)
{
    struct pyramid_sum sum = pyramid_nothing();
    bool fine = isfinite(least) && isfinite(most) && least <= most;
    if (fine) {
        sum.least = least;
        sum.most = most;
    }
    sum.points = 1;
    sum.odd = !fine;
    return sum;
}

/* ---- slices --------------------------------------------------------------------------------- */

static struct pyramid_sum *slice(const struct strip *strip, int64_t number)
{
    return &strip->slices[(uint64_t)number & (capacity(strip) - 1)];
}

static struct pyramid_sum *new_slices(const struct strip *strip)
{
    struct pyramid_sum *slices = malloc(capacity(strip) * sizeof *slices);
    for (size_t i = 0; slices && i < capacity(strip); i++)
        slices[i] = pyramid_nothing();
    return slices;
}

/* The shortest slices, not shorter than now, that hold everything from first to last. */
static unsigned wanted_shift(const struct strip *strip, int64_t first_ns, int64_t last_ns)
{
    unsigned shift = strip->shift;
    while ((uint64_t)(last_ns >> shift) - (uint64_t)(first_ns >> shift) >= capacity(strip))
        shift++;
    return shift;
}

static bool make_slices(struct strip *strip, int64_t first_ns, int64_t last_ns)
{
    strip->slices = new_slices(strip);
    if (!strip->slices)
        return false;
    strip->shift = wanted_shift(strip, first_ns, last_ns);
    for (size_t i = 0; i < strip->n; i++) {
        const struct held *point = &strip->points[i];
        struct pyramid_sum sum = sum_of(point->least, point->most);
        pyramid_join(slice(strip, point->ns >> strip->shift), &sum);
    }
    free(strip->points);
    strip->points = NULL;
    strip->n = 0;
    return true;
}

static bool widen(struct strip *strip, int64_t first_ns, int64_t last_ns)
{
    unsigned shift = wanted_shift(strip, first_ns, last_ns), by = shift - strip->shift;
    if (!by)
        return true;
    struct strip wider = *strip;
    wider.shift = shift;
    wider.slices = new_slices(strip);
    if (!wider.slices)
        return false;
    int64_t end = strip->last_ns >> strip->shift;
    for (int64_t number = strip->first_ns >> strip->shift; number <= end; number++)
        pyramid_join(slice(&wider, number >> by), slice(strip, number));
    free(strip->slices);
    *strip = wider;
    return true;
}

/* ---- filling -------------------------------------------------------------------------------- */

static bool hold(struct strip *strip, const struct held *point)
{
    if (strip->n == strip->room) {
        size_t room = strip->room ? 2 * strip->room : 256;
        struct held *points = realloc(strip->points, room * sizeof *points);
        if (!points)
            return false;
        strip->points = points;
        strip->room = room;
    }
    strip->points[strip->n++] = *point;
    return true;
}

bool strip_add(struct strip *strip, int64_t time_ns, double least, double most)
{
    bool any = strip->all.points > 0;
    int64_t first_ns = any && strip->first_ns < time_ns ? strip->first_ns : time_ns;
    int64_t last_ns = any && strip->last_ns > time_ns ? strip->last_ns : time_ns;
    struct pyramid_sum sum = sum_of(least, most);
    if (!strip->slices && strip->n == capacity(strip) && !make_slices(strip, first_ns, last_ns))
        return false;
    if (strip->slices) {
        if (!widen(strip, first_ns, last_ns))
            return false;
        pyramid_join(slice(strip, time_ns >> strip->shift), &sum);
    } else if (!hold(strip, &(struct held){time_ns, least, most})) {
        return false;
    }
    strip->first_ns = first_ns;
    strip->last_ns = last_ns;
    pyramid_join(&strip->all, &sum);
    return true;
}

/* ---- asking --------------------------------------------------------------------------------- */

struct pyramid_sum strip_sum(const struct strip *strip)
{
    return strip->all;
}

bool strip_span(const struct strip *strip, int64_t *first_ns, int64_t *last_ns)
{
    *first_ns = strip->first_ns;
    *last_ns = strip->last_ns;
    return strip->all.points > 0;
}

/* The middle of a slice, or of the part of it that there are points in. */
static int64_t middle(const struct strip *strip, int64_t number)
{
    int64_t from = (int64_t)((uint64_t)number << strip->shift);
    int64_t last = from | (int64_t)(((uint64_t)1 << strip->shift) - 1);
    from = from < strip->first_ns ? strip->first_ns : from;
    last = last > strip->last_ns ? strip->last_ns : last;
    return (int64_t)((uint64_t)from + ((uint64_t)last - (uint64_t)from) / 2);
}

void strip_reduce(const struct strip *strip, int64_t first_ns, int64_t last_ns,
                  struct pyramid_sum *columns, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        columns[i] = pyramid_nothing();
    if (!n || !strip->all.points)
        return;
    for (size_t i = 0; i < strip->n; i++) {
        const struct held *point = &strip->points[i];
        struct pyramid_sum sum = sum_of(point->least, point->most);
        pyramid_join(&columns[axis_column(point->ns, first_ns, last_ns, n)], &sum);
    }
    if (!strip->slices)
        return;
    int64_t end = strip->last_ns >> strip->shift;
    for (int64_t number = strip->first_ns >> strip->shift; number <= end; number++) {
        const struct pyramid_sum *sum = slice(strip, number);
        if (sum->points)
            pyramid_join(&columns[axis_column(middle(strip, number), first_ns, last_ns, n)], sum);
    }
}
