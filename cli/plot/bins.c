#include "plot/bins.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "inspect/room.h"

#define EXACT 9007199254740992.0 /* whole numbers up to here are themselves as doubles */
#define SMALLEST 5e-324          /* number above 0 */
#define MOST_DECIMALS 9
#define LARGE 1e12 /* from here on an exponent is easier to read */

/* ---- ranges --------------------------------------------------------------------------------- */

struct bins_range bins_range_none(void)
{
    return (struct bins_range){
        .least = INFINITY, .most = -INFINITY, .positive = INFINITY, .negative = -INFINITY};
}

void bins_range_add(struct bins_range *range, double value)
{
    range->least = value < range->least ? value : range->least;
    range->most = value > range->most ? value : range->most;
    if (value > 0 && value < range->positive)
        range->positive = value;
    if (value < 0 && value > range->negative)
        range->negative = value;
    range->zero = range->zero || value == 0;
    range->fraction = range->fraction || value != floor(value);
}

void bins_range_join(struct bins_range *range, const struct bins_range *other)
{
    range->least = fmin(range->least, other->least);
    range->most = fmax(range->most, other->most);
    range->positive = fmin(range->positive, other->positive);
    range->negative = fmax(range->negative, other->negative);
    range->zero = range->zero || other->zero;
    range->fraction = range->fraction || other->fraction;
}

/* ---- all kinds ------------------------------------------------------------------------------ */

void bins_release(struct bins *bins)
{
    free(bins->items);
    *bins = (struct bins){0};
}

static bool reserve(struct bins *bins, size_t n)
{
    struct bin *items = calloc(n + 1, sizeof *items);
    *bins = (struct bins){.items = items};
    return items;
}

static void add(struct bins *bins, double from, double to)
{
    bins->items[bins->n++] = (struct bin){.from = from, .to = to};
}

size_t bins_find(const struct bins *bins, double value)
{
    /* how many bins lie wholly below it */
    bool mirrored = bins->growing && value < 0;
    size_t low = 0, high = bins->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct bin *bin = &bins->items[middle];
        bool below = mirrored || bin->from == bin->to ? bin->to < value : bin->to <= value;
        if (below)
            low = middle + 1;
        else
            high = middle;
    }
    return low < bins->n ? low : bins->n - 1;
}

char *bins_edge(const struct bins *bins, double edge, char out[BINS_TEXT])
{
    if (bins->decimals >= 0)
        snprintf(out, BINS_TEXT, "%.*f", bins->decimals, edge == 0 ? 0 : edge);
    else
        snprintf(out, BINS_TEXT, "%.15g", edge == 0 ? 0 : edge);
    return out;
}

/* digits times 10^exponent, correctly rounded: the number that this text stands for. */
static double decimal(double digits, int exponent)
{
    char text[BINS_TEXT];
    snprintf(text, sizeof text, "%.0fe%d", digits, exponent);
    double value = strtod(text, NULL);
    return value > DBL_MAX ? DBL_MAX : value < -DBL_MAX ? -DBL_MAX : value;
}

/* ---- bins of equal width -------------------------------------------------------------------- */

/* Edges are (origin + n * digits) times 10^exponent. */
struct ruler {
    int digits, exponent;
    double origin;
    size_t n; /* bins that hold everything */
};

static double ruler_edge(const struct ruler *ruler, size_t n)
{
    return decimal(ruler->origin + (double)n * ruler->digits, ruler->exponent);
}

/* Lays it on the numbers, the first edge being a multiple of `align`. False: doubles do not lie
 * close enough to each other for that, or it takes more than `most` bins. The largest number may be
 * the upper edge of the last bin - from 0 to 1 there are ten tenths - unless each bin is for one
 * whole number. */
static bool ruler_lay(struct ruler *ruler, const struct bins_range *range, int align, size_t most)
{
    double unit = decimal(align, ruler->exponent), width = decimal(ruler->digits, ruler->exponent);
    double first = floor(range->least / unit), n = (range->most - range->least) / width;
    if (!(fabs(first) < EXACT / 100) || !(n <= (double)most + 2) ||
        !(fabs(range->most / unit) < EXACT / 100))
        return false;
    while (decimal((first + 1) * align, ruler->exponent) <= range->least)
        first++;
    while (decimal(first * align, ruler->exponent) > range->least)
        first--;
    ruler->origin = first * align;
    bool inside = range->fraction || width > 1;
    for (ruler->n = 1; ruler->n <= most; ruler->n++) {
        double edge = ruler_edge(ruler, ruler->n);
        if (inside ? range->most <= edge : range->most < edge)
            return true;
    }
    return false;
}

/* The finest one that does with so many bins. */
static bool ruler_choose(struct ruler *ruler, const struct bins_range *range, size_t exactly,
                         size_t most)
{
    static const int fine[] = {10, 12, 15, 20, 25, 30, 40, 50, 60, 80};
    static const int round[] = {10, 20, 25, 50};
    const int *digits = exactly ? fine : round, n = exactly ? 10 : 4;
    const size_t wanted = exactly ? exactly : most;
    double width = (range->most - range->least) / (double)wanted;
    if (!(width > 0)) /* a constant */
        width = range->fraction ? fabs(range->least) / 10 : 1;
    if (!(width > 0) || !isfinite(width))
        return false;
    int exponent = (int)floor(log10(width)) - 2;
    exponent = !range->fraction && exponent < -1 ? -1 : exponent; /* ten tenths: whole numbers */
    for (int i = 0; i < 5 * n; i++) {
        *ruler = (struct ruler){.digits = digits[i % n], .exponent = exponent + i / n};
        if (!range->fraction && ruler->exponent < 0 && ruler->digits % 10)
            continue;
        if (ruler_lay(ruler, range, exactly ? 10 : ruler->digits, wanted))
            return true;
    }
    return false;
}

static int decimals_of(const struct ruler *ruler)
{
    int decimals = -ruler->exponent - (ruler->digits % 10 == 0);
    bool large = fabs(ruler_edge(ruler, 0)) >= LARGE || fabs(ruler_edge(ruler, ruler->n)) >= LARGE;
    return large || decimals > MOST_DECIMALS ? -1 : decimals < 0 ? 0 : decimals;
}

/* Where no round numbers will do: parts of the whole. */
static bool equal_parts(struct bins *bins, const struct bins_range *range, size_t n)
{
    if (!reserve(bins, n))
        return false;
    bins->decimals = -1;
    for (size_t i = 0; i < n; i++) {
        double from =
            range->least * (1 - (double)i / (double)n) + range->most * ((double)i / (double)n);
        if (bins->n && (from <= bins->items[bins->n - 1].from || from >= range->most))
            continue;
        if (bins->n)
            bins->items[bins->n - 1].to = from;
        add(bins, from, range->most);
    }
    return true;
}

bool bins_equal(struct bins *bins, const struct bins_range *range, size_t exactly, size_t most)
{
    struct ruler ruler;
    if (range->least > range->most)
        return reserve(bins, 0);
    if (!ruler_choose(&ruler, range, exactly, most))
        return equal_parts(bins, range, exactly ? exactly : most);
    size_t n = exactly ? exactly : ruler.n;
    if (!reserve(bins, n))
        return false;
    bins->decimals = decimals_of(&ruler);
    for (size_t i = 0; i < n; i++)
        add(bins, ruler_edge(&ruler, i), ruler_edge(&ruler, i + 1));
    return true;
}

/* ---- bins that grow ------------------------------------------------------------------------- */

/* Edges within a decade, or decades in one bin. */
struct pace {
    int edges[3];
    int n, decades;
};

static double pace_edge(const struct pace *pace, int place)
{
    int turn = place >= 0 ? place / pace->n : -((-place + pace->n - 1) / pace->n);
    return fmax(decimal(pace->edges[place - turn * pace->n], turn * pace->decades), SMALLEST);
}

/* Whether a size belongs into a bin that begins at this edge or further on. */
static bool is_passed(const struct pace *pace, int place, double size)
{
    double edge = pace_edge(pace, place);
    return edge <= size && edge < DBL_MAX; /* the last bin ends there */
}

/* Places of the edges around sizes from least to most, both above 0. */
static void pace_span(const struct pace *pace, double least, double most, int *first, int *end)
{
    *first = (int)floor(log10(least)) * pace->n / pace->decades - 2 * pace->n;
    while (is_passed(pace, *first + 1, least))
        ++*first;
    *end = *first + 1;
    while (is_passed(pace, *end, most))
        ++*end;
}

struct pace_use {
    int negative_first, negative_end, positive_first, positive_end;
    size_t n;
};

static void pace_use(const struct pace *pace, const struct bins_range *range, struct pace_use *use)
{
    *use = (struct pace_use){.n = range->zero};
    if (range->least < 0)
        pace_span(pace, -range->negative, -range->least, &use->negative_first, &use->negative_end);
    if (range->most > 0)
        pace_span(pace, range->positive, range->most, &use->positive_first, &use->positive_end);
    use->n += (size_t)(use->negative_end - use->negative_first) +
              (size_t)(use->positive_end - use->positive_first);
}

bool bins_growing(struct bins *bins, const struct bins_range *range, size_t most)
{
    static const struct pace paces[] = {
        {{1, 2, 5}, 3, 1}, {{1, 3}, 2, 1}, {{1}, 1, 1},  {{1}, 1, 2},
        {{1}, 1, 5},       {{1}, 1, 10},   {{1}, 1, 50}, {{1}, 1, 100},
    };
    const size_t n = sizeof paces / sizeof paces[0];
    struct pace_use use;
    size_t at = 0;
    pace_use(&paces[at], range, &use);
    while (use.n > most && at + 1 < n)
        pace_use(&paces[++at], range, &use);
    if (!reserve(bins, use.n))
        return false;
    bins->decimals = -1;
    bins->growing = true;
    for (int i = use.negative_end; i > use.negative_first; i--)
        add(bins, -pace_edge(&paces[at], i), -pace_edge(&paces[at], i - 1));
    if (range->zero)
        add(bins, 0, 0);
    for (int i = use.positive_first; i < use.positive_end; i++)
        add(bins, pace_edge(&paces[at], i), pace_edge(&paces[at], i + 1));
    return true;
}
