#include "stats_change.h"

#include <math.h>

const char *stats_changed_name(enum stats_changed what)
{
    static const char *const names[] = {
        [CHANGED_SERIES] = "series", [CHANGED_TYPE] = "type", [CHANGED_POINTS] = "points",
        [CHANGED_RATE] = "rate",     [CHANGED_GAPS] = "gaps", [CHANGED_NAN] = "nan",
        [CHANGED_MIN] = "min",       [CHANGED_MEAN] = "mean", [CHANGED_MAX] = "max",
    };
    return names[what];
}

/* The changes found so far. */
struct finding {
    struct stats_change *changes;
    int n;
    double tolerance;
};

static struct moments_number real(double value)
{
    return (struct moments_number){.is_integer = false, .real = value};
}

static struct moments_number count(uint64_t value)
{
    return (struct moments_number){.is_integer = true, .integer = (int64_t)value};
}

static void add(struct finding *finding, struct stats_change change)
{
    change.beyond = change.share > finding->tolerance;
    finding->changes[finding->n++] = change;
}

/* The part of the whole that a difference is; two numbers may be so far apart that only halves can
 * be subtracted. */
static double share_of(double a, double b, double whole)
{
    double difference = fabs(b / 2 - a / 2);
    if (a == b)
        return 0;
    return whole > 0 && isfinite(difference) && isfinite(whole) ? difference / (whole / 2)
                                                                : INFINITY;
}

static void compare(struct finding *finding, enum stats_changed what, bool has_a,
                    struct moments_number a, bool has_b, struct moments_number b, double spread)
{
    struct stats_change change = {what, has_a, has_b, a, b, INFINITY, spread > 0, false};
    double x = moments_real(a), y = moments_real(b);
    if ((!has_a && !has_b) || (has_a && has_b && moments_compare(a, b) == 0))
        return;
    if (has_a && has_b)
        change.share = share_of(x, y, spread > 0 ? spread : fmax(fabs(x), fabs(y)));
    add(finding, change);
}

static double nan_share(const struct stats_line *line)
{
    const struct moments *moments = &line->moments;
    uint64_t all = moments->reals + moments->integers + moments->nan;
    return all ? (double)moments->nan / (double)all : 0;
}

static double range_of(const struct stats_figures *figures)
{
    double range = moments_real(figures->most) - moments_real(figures->least);
    return figures->numbers && isfinite(range) ? range : 0;
}

static void compare_numbers(struct finding *finding, const struct stats_line *lines[2],
                            const struct stats_figures figures[2])
{
    const struct stats_figures *a = &figures[0], *b = &figures[1];
    const double nan_a = nan_share(lines[0]), nan_b = nan_share(lines[1]);
    const double range = fmax(range_of(a), range_of(b));
    if (nan_a < nan_b || nan_a > nan_b)
        add(finding, (struct stats_change){CHANGED_NAN, true, true, real(nan_a), real(nan_b),
                                           fabs(nan_b - nan_a), false, false});
    compare(finding, CHANGED_MIN, a->numbers, a->least, b->numbers, b->least, range);
    compare(finding, CHANGED_MEAN, a->finite, real(a->mean), b->finite, real(b->mean),
            fmax(a->deviation, b->deviation));
    compare(finding, CHANGED_MAX, a->numbers, a->most, b->numbers, b->most, range);
}

static int compare_presence(struct finding *finding, const struct stats_line *a,
                            const struct stats_line *b)
{
    compare(finding, CHANGED_SERIES, a, count(a ? a->points : 0), b, count(b ? b->points : 0), 0);
    return finding->n;
}

int stats_changes(const struct stats_line *a, const struct stats_line *b, struct ranks *ranks,
                  double tolerance, struct stats_change changes[STATS_CHANGES])
{
    struct finding finding = {changes, 0, tolerance};
    const struct stats_line *lines[2] = {a, b};
    struct stats_figures figures[2];
    if (!a || !b)
        return compare_presence(&finding, a, b);
    if (!stats_figures(a, ranks, &figures[0]) || !stats_figures(b, ranks, &figures[1]))
        return -1;
    if (a->types != b->types)
        add(&finding, (struct stats_change){CHANGED_TYPE, true, true, count(a->types),
                                            count(b->types), INFINITY, false, false});
    compare(&finding, CHANGED_POINTS, true, count(a->points), true, count(b->points), 0);
    compare(&finding, CHANGED_RATE, figures[0].steps, real(figures[0].rate_hz), figures[1].steps,
            real(figures[1].rate_hz), 0);
    compare(&finding, CHANGED_GAPS, true, count(a->gap_count), true, count(b->gap_count), 0);
    compare_numbers(&finding, lines, figures);
    return finding.n;
}
