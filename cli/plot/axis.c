#include "plot/axis.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#define SECOND_NS INT64_C(1000000000)
#define MINUTE_NS (60 * SECOND_NS)
#define HOUR_NS (60 * MINUTE_NS)
#define DAY_NS (24 * HOUR_NS)

/* ---- values --------------------------------------------------------------------------------- */

/* 1, 2 or 5 times a power of ten, so that at most `most` steps fit. */
static double round_step(double span, unsigned most)
{
    double raw = span / most, power = pow(10, floor(log10(raw)));
    double digit = raw / power;
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
}

static void print_value(char text[AXIS_TEXT], double value, double step)
{
    double size = fabs(value);
    int decimals = step < 1 ? (int)ceil(-log10(step) - 1e-9) : 0;
    if (size < step / 2)
        snprintf(text, AXIS_TEXT, "0");
    else if (size >= 1e9 || decimals > 7)
        snprintf(text, AXIS_TEXT, "%.*g", (int)fmin(15, ceil(log10(size / step)) + 1), value);
    else
        snprintf(text, AXIS_TEXT, "%.*f", decimals, value);
}

size_t axis_values(struct axis_mark *marks, double bottom, double top, unsigned most, bool whole)
{
    most = most > AXIS_MARKS ? AXIS_MARKS : most;
    double span = top - bottom;
    if (!isfinite(span) || !(span > 0) || most < 2)
        return 0;
    double step = round_step(span, most - 1);
    step = whole && step < 1 ? 1 : step;
    double first = ceil(bottom / step - 1e-9);
    size_t n = 0;
    if (!(step > 0) || fabs(first) > 9e15) /* doubles lie further apart than that */
        return 0;
    for (; n < most && (first + (double)n) * step <= top + step * 1e-9; n++) {
        marks[n].value = (first + (double)n) * step;
        print_value(marks[n].text, marks[n].value, step);
    }
    return n;
}

/* ---- times ---------------------------------------------------------------------------------- */

/* The distance of marks: ns, or months. */
struct time_step {
    int64_t ns;
    int months;
};

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static struct tm broken_down(int64_t ns)
{
    struct tm tm = {0};
    time_t seconds = (time_t)floor_div(ns, SECOND_NS);
    gmtime_r(&seconds, &tm);
    return tm;
}

static unsigned fraction_digits(int64_t step_ns)
{
    unsigned digits = 0;
    for (int64_t unit = SECOND_NS; step_ns % unit; unit /= 10)
        digits++;
    return digits;
}

static void print_clock(char text[AXIS_TEXT], int64_t ns, int64_t step_ns)
{
    struct tm tm = broken_down(ns);
    unsigned digits = fraction_digits(step_ns);
    char fraction[16];
    snprintf(fraction, sizeof fraction, ".%09lld",
             (long long)((ns % SECOND_NS + SECOND_NS) % SECOND_NS));
    if (step_ns % MINUTE_NS == 0)
        snprintf(text, AXIS_TEXT, "%02d:%02d", tm.tm_hour, tm.tm_min);
    else if (digits <= 3)
        snprintf(text, AXIS_TEXT, "%02d:%02d:%02d%.*s", tm.tm_hour, tm.tm_min, tm.tm_sec,
                 digits ? (int)digits + 1 : 0, fraction);
    else
        snprintf(text, AXIS_TEXT, "%02d%.*s s", tm.tm_sec, (int)digits + 1, fraction);
}

static void print_time(char text[AXIS_TEXT], int64_t ns, const struct time_step *step)
{
    struct tm tm = broken_down(ns);
    if (step->months % 12 == 0 && step->months)
        snprintf(text, AXIS_TEXT, "%04d", tm.tm_year + 1900);
    else if (step->months)
        snprintf(text, AXIS_TEXT, "%04d-%02d", tm.tm_year + 1900, tm.tm_mon + 1);
    else if (step->ns % DAY_NS == 0)
        snprintf(text, AXIS_TEXT, "%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
    else if (ns % DAY_NS == 0 && step->ns >= MINUTE_NS)
        snprintf(text, AXIS_TEXT, "%02d-%02d", tm.tm_mon + 1, tm.tm_mday);
    else
        print_clock(text, ns, step->ns);
}

static unsigned text_width(const struct time_step *step)
{
    if (step->months)
        return step->months % 12 ? 7 : 4;
    if (step->ns % DAY_NS == 0)
        return 10;
    if (step->ns % MINUTE_NS == 0)
        return 5;
    unsigned digits = fraction_digits(step->ns);
    return digits > 3 ? 5 + digits : digits ? 9 + digits : 8;
}

/* The next larger step; false after the last one. */
static bool next_step(struct time_step *step, size_t *at)
{
    static const int64_t clocks[] = {
        SECOND_NS,  2 * SECOND_NS, 5 * SECOND_NS, 10 * SECOND_NS, 15 * SECOND_NS, 30 * SECOND_NS,
        MINUTE_NS,  2 * MINUTE_NS, 5 * MINUTE_NS, 10 * MINUTE_NS, 15 * MINUTE_NS, 30 * MINUTE_NS,
        HOUR_NS,    2 * HOUR_NS,   3 * HOUR_NS,   6 * HOUR_NS,    12 * HOUR_NS,   DAY_NS,
        2 * DAY_NS, 5 * DAY_NS,    10 * DAY_NS,
    };
    static const int months[] = {1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200};
    static const int64_t digits[] = {1, 2, 5};
    const size_t n_small = 27, n_clocks = sizeof clocks / sizeof clocks[0];
    size_t i = (*at)++;
    if (i < n_small) {
        int64_t power = 1;
        for (size_t k = 0; k < i / 3; k++)
            power *= 10;
        *step = (struct time_step){.ns = digits[i % 3] * power};
        return true;
    }
    i -= n_small;
    if (i < n_clocks) {
        *step = (struct time_step){.ns = clocks[i]};
        return true;
    }
    i -= n_clocks;
    if (i >= sizeof months / sizeof months[0])
        return false;
    *step = (struct time_step){.ns = 30 * DAY_NS, .months = months[i]};
    return true;
}

/* Nanoseconds at the start of a month counted from the year 0; false: no int64_t holds them. */
static bool month_start(long month, int64_t *ns)
{
    struct tm tm = {.tm_year = (int)(month / 12 - 1900), .tm_mon = (int)(month % 12), .tm_mday = 1};
    return !__builtin_mul_overflow((int64_t)timegm(&tm), SECOND_NS, ns);
}

static size_t month_marks(struct axis_mark *marks, int64_t first_ns, int64_t last_ns,
                          const struct time_step *step)
{
    struct tm tm = broken_down(first_ns);
    long month = ((tm.tm_year + 1900L) * 12 + tm.tm_mon) / step->months * step->months;
    size_t n = 0;
    int64_t ns;
    for (; n < AXIS_MARKS; month += step->months) {
        bool known = month_start(month, &ns);
        if (known && ns > last_ns)
            break;
        if (!known && month > 2000L * 12)
            break;
        if (!known || ns < first_ns)
            continue;
        marks[n].ns = ns;
        print_time(marks[n++].text, ns, step);
    }
    return n;
}

static size_t even_marks(struct axis_mark *marks, int64_t first_ns, int64_t last_ns,
                         const struct time_step *step)
{
    /* the first multiple that is not before first_ns, unless that is beyond all times */
    int64_t rest = first_ns % step->ns, ns = first_ns;
    size_t n = 0;
    if (rest && __builtin_add_overflow(first_ns, rest < 0 ? -rest : step->ns - rest, &ns))
        return 0;
    while (ns <= last_ns && n < AXIS_MARKS) {
        marks[n].ns = ns;
        print_time(marks[n++].text, ns, step);
        if (__builtin_add_overflow(ns, step->ns, &ns))
            break;
    }
    return n;
}

size_t axis_times(struct axis_mark *marks, int64_t first_ns, int64_t last_ns, unsigned columns)
{
    double span = (double)((uint64_t)last_ns - (uint64_t)first_ns) + 1;
    double column_ns = span / (columns ? columns : 1);
    struct time_step step;
    size_t at = 0;
    while (next_step(&step, &at)) {
        double length = (double)step.ns * (step.months ? step.months : 1);
        if (length >= column_ns * (text_width(&step) + 3) && span / length < AXIS_MARKS)
            return step.months ? month_marks(marks, first_ns, last_ns, &step)
                               : even_marks(marks, first_ns, last_ns, &step);
    }
    return 0;
}

unsigned axis_column(int64_t ns, int64_t first_ns, int64_t last_ns, unsigned columns)
{
    double span = (double)((uint64_t)last_ns - (uint64_t)first_ns);
    double offset = (double)((uint64_t)ns - (uint64_t)first_ns);
    unsigned column = span > 0 ? (unsigned)(offset / span * columns) : 0;
    return column < columns ? column : columns ? columns - 1 : 0;
}

char *axis_instant(char out[AXIS_TEXT], int64_t ns, uint64_t span_ns)
{
    struct tm tm = broken_down(ns);
    int digits = span_ns < 10000                       ? 9
                 : span_ns < 10000000                  ? 6
                 : span_ns < 100 * (uint64_t)SECOND_NS ? 3
                                                       : 0;
    char fraction[16];
    snprintf(fraction, sizeof fraction, ".%09lld",
             (long long)((ns % SECOND_NS + SECOND_NS) % SECOND_NS));
    snprintf(out, AXIS_TEXT, "%04d-%02d-%02d %02d:%02d:%02d%.*s", tm.tm_year + 1900, tm.tm_mon + 1,
             tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, digits ? digits + 1 : 0, fraction);
    return out;
}
