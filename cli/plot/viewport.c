#include "plot/viewport.h"

#define LEAST_NS UINT64_C(20) /* narrower than this there is nothing to be told apart */

/* Unsigned arithmetic wraps as it has to: the span of two int64_t need not be one. */
static uint64_t distance(int64_t from, int64_t to)
{
    return (uint64_t)to - (uint64_t)from;
}

static int64_t later(int64_t time, uint64_t by)
{
    return (int64_t)((uint64_t)time + by);
}

static uint64_t share(uint64_t value, unsigned numerator, unsigned denominator)
{
    uint64_t whole = value / denominator, rest = value % denominator, product;
    if (__builtin_mul_overflow(whole, (uint64_t)numerator, &product))
        return UINT64_MAX;
    uint64_t more = rest * numerator / denominator;
    return product > UINT64_MAX - more ? UINT64_MAX : product + more;
}

void viewport_init(struct viewport *view, int64_t first_ns, int64_t last_ns)
{
    *view = (struct viewport){.first_ns = first_ns, .last_ns = last_ns};
    viewport_fit(view);
}

void viewport_fit(struct viewport *view)
{
    view->from_ns = view->first_ns;
    view->span_ns = distance(view->first_ns, view->last_ns);
}

int64_t viewport_last(const struct viewport *view)
{
    return later(view->from_ns, view->span_ns);
}

bool viewport_is_whole(const struct viewport *view)
{
    return view->from_ns == view->first_ns && viewport_last(view) == view->last_ns;
}

/* Puts the window so that its left end is `offset` behind the start, or as far as it may be. */
static void place(struct viewport *view, uint64_t offset)
{
    uint64_t room = distance(view->first_ns, view->last_ns) - view->span_ns;
    view->from_ns = later(view->first_ns, offset < room ? offset : room);
}

bool viewport_zoom(struct viewport *view, unsigned numerator, unsigned denominator)
{
    uint64_t whole = distance(view->first_ns, view->last_ns);
    uint64_t least = whole < LEAST_NS ? whole : LEAST_NS;
    uint64_t span = share(view->span_ns, numerator, denominator);
    if (numerator > denominator && span == view->span_ns && span < whole)
        span++;
    span = span > whole ? whole : span < least ? least : span;
    if (span == view->span_ns)
        return false;
    uint64_t offset = distance(view->first_ns, view->from_ns), before = view->span_ns;
    view->span_ns = span;
    if (span < before)
        offset += (before - span) / 2;
    else
        offset = offset > (span - before) / 2 ? offset - (span - before) / 2 : 0;
    place(view, offset);
    return true;
}

void viewport_pan(struct viewport *view, int numerator, unsigned denominator)
{
    uint64_t offset = distance(view->first_ns, view->from_ns);
    uint64_t by =
        share(view->span_ns, (unsigned)(numerator < 0 ? -numerator : numerator), denominator);
    by = by ? by : 1;
    if (numerator < 0)
        place(view, offset > by ? offset - by : 0);
    else
        place(view, offset > UINT64_MAX - by ? UINT64_MAX : offset + by);
}

void viewport_to_start(struct viewport *view)
{
    place(view, 0);
}

void viewport_to_end(struct viewport *view)
{
    place(view, UINT64_MAX);
}

int64_t viewport_column(const struct viewport *view, unsigned column, unsigned columns)
{
    if (column >= columns)
        return viewport_last(view);
    return later(view->from_ns, share(view->span_ns, column, columns));
}
