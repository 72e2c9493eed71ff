#include "value_history.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static unsigned place(int64_t span)
{
    return (unsigned)((uint64_t)span % VALUE_HISTORY_SPANS);
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* True when all spans from low to high have a place of their own. */
static bool fits(int64_t low, int64_t high)
{
    return (uint64_t)high - (uint64_t)low < VALUE_HISTORY_SPANS;
}

/* Makes spans longer until those in use and this one (of the present length) fit. */
static void widen(struct value_history *history, int64_t span)
{
    int64_t low = least(history->low, span), high = most(history->high, span);
    unsigned by = 0;
    while (!fits(low >> by, high >> by))
        by++;
    if (by == 0)
        return;
    struct value_history old = *history;
    memset(history->sums, 0, sizeof history->sums);
    memset(history->counts, 0, sizeof history->counts);
    for (int64_t s = old.low; s <= old.high; s++) {
        history->sums[place(s >> by)] += old.sums[place(s)];
        history->counts[place(s >> by)] += old.counts[place(s)];
    }
    history->shift += by;
    history->low >>= by;
    history->high >>= by;
}

void value_history_add(struct value_history *history, int64_t ns, double sum, uint64_t n)
{
    int64_t span = ns >> history->shift;
    if (!history->n)
        history->low = history->high = span;
    if (span < history->low || span > history->high) {
        widen(history, span);
        span = ns >> history->shift;
        history->low = least(history->low, span);
        history->high = most(history->high, span);
    }
    history->sums[place(span)] += sum;
    history->counts[place(span)] += n;
    history->n += n;
}

/* ---- resampling ----------------------------------------------------------------------------- */

static unsigned piece_of(const struct value_history *history, int64_t span, int64_t first_ns,
                         int64_t last_ns, unsigned width)
{
    double begin = ldexp((double)span, (int)history->shift);
    double middle = begin + ldexp(0.5, (int)history->shift) - (double)first_ns;
    double whole = (double)last_ns - (double)first_ns + 1;
    double at = middle / whole * width;
    return at <= 0 ? 0 : at >= width ? width - 1 : (unsigned)at;
}

/* Lets numbers last until the next one, but not longer than `most_held` pieces. */
static void fill(double *means, unsigned width, unsigned most_held)
{
    for (unsigned i = 0; i < width;) {
        unsigned next = i + 1;
        while (next < width && isnan(means[next]))
            next++;
        if (!isnan(means[i]) && next < width && next - i - 1 <= most_held)
            for (unsigned k = i + 1; k < next; k++)
                means[k] = means[i];
        i = next;
    }
}

void value_history_resample(const struct value_history *history, int64_t first_ns, int64_t last_ns,
                            int bridge, double *means, unsigned width)
{
    double counts[512] = {0};
    unsigned used = 0;
    if (width > 512)
        width = 512;
    memset(means, 0, width * sizeof *means);
    for (int64_t s = history->low; history->n && s <= history->high; s++) {
        unsigned piece = piece_of(history, s, first_ns, last_ns, width);
        used += history->counts[place(s)] != 0;
        means[piece] += history->sums[place(s)];
        counts[piece] += (double)history->counts[place(s)];
    }
    for (unsigned i = 0; i < width; i++)
        means[i] = counts[i] > 0 ? means[i] / counts[i] : NAN;
    fill(means, width, bridge ? width : used < width ? 2 * width / (used + 1) : 1);
}
