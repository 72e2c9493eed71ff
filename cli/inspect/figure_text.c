#include "figure_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "units.h"

#define SECOND_NS INT64_C(1000000000)
#define DAY_NS (86400 * SECOND_NS)

char *figure_count(char out[FIGURE_TEXT], uint64_t count, bool about)
{
    char digits[UNITS_TEXT];
    snprintf(out, FIGURE_TEXT, "%s%s", about ? "~" : "", units_print_count(digits, count));
    return out;
}

char *figure_rate(char out[FIGURE_TEXT], double hertz, bool about)
{
    static const char *const units[] = {"uHz", "mHz", "Hz", "kHz", "MHz", "GHz"};
    size_t unit = 0;
    out[0] = '\0';
    if (!(hertz > 0))
        return out;
    for (hertz *= 1e6; hertz >= 999.95 && unit + 1 < sizeof units / sizeof units[0]; unit++)
        hertz /= 1000;
    snprintf(out, FIGURE_TEXT, "%s%.4g %s", about ? "~" : "", hertz, units[unit]);
    return out;
}

char *figure_share(char out[FIGURE_TEXT], double part, double whole)
{
    snprintf(out, FIGURE_TEXT, "%.1f %%", whole > 0 ? 100 * part / whole : 0);
    return out;
}

char *figure_ratio(char out[FIGURE_TEXT], double ratio)
{
    out[0] = '\0';
    if (ratio > 0)
        snprintf(out, FIGURE_TEXT, ratio < 100 ? "%.1fx" : "%.0fx", ratio);
    return out;
}

/* ---- least and most ------------------------------------------------------------------------- */

static char *print_real(char out[FIGURE_TEXT], double value)
{
    if (isinf(value))
        snprintf(out, FIGURE_TEXT, value < 0 ? "-Infinity" : "Infinity");
    else
        snprintf(out, FIGURE_TEXT, "%.5g", value);
    return out;
}

static char *print_number(char out[FIGURE_TEXT], const struct channel_figures *figures, double real,
                          int64_t integer, bool real_wins)
{
    out[0] = '\0';
    if (figures->reals && (!figures->integers || real_wins))
        print_real(out, real);
    else if (figures->integers)
        snprintf(out, FIGURE_TEXT, "%" PRId64, integer);
    return out;
}

char *figure_least(char out[FIGURE_TEXT], const struct channel_figures *figures)
{
    return print_number(out, figures, figures->least_real, figures->least_integer,
                        figures->least_real < (double)figures->least_integer);
}

char *figure_most(char out[FIGURE_TEXT], const struct channel_figures *figures)
{
    return print_number(out, figures, figures->most_real, figures->most_integer,
                        figures->most_real > (double)figures->most_integer);
}

char *figure_types(char out[FIGURE_TEXT], unsigned types)
{
    size_t len = 0;
    out[0] = '\0';
    for (unsigned type = 0; type < TLM_TYPES && len < FIGURE_TEXT; type++)
        if (types & 1u << type)
            len += (size_t)snprintf(out + len, FIGURE_TEXT - len, "%s%s", len ? "+" : "",
                                    tlm_type_name((enum tlm_type)type));
    return out;
}

/* ---- time ----------------------------------------------------------------------------------- */

char *figure_duration(char out[FIGURE_TEXT], int64_t first_ns, int64_t last_ns)
{
    char text[UNITS_TEXT];
    snprintf(out, FIGURE_TEXT, "%s",
             units_print_duration(text, (uint64_t)last_ns - (uint64_t)first_ns));
    return out;
}

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

struct figure_clock figure_clock_of(int64_t first_ns, int64_t last_ns)
{
    uint64_t span = (uint64_t)last_ns - (uint64_t)first_ns;
    struct figure_clock clock = {
        .date = floor_div(first_ns, DAY_NS) != floor_div(last_ns, DAY_NS),
        .year = broken_down(first_ns).tm_year != broken_down(last_ns).tm_year,
    };
    clock.minutes = span < 400 * (uint64_t)DAY_NS;
    clock.seconds = span < 7 * (uint64_t)DAY_NS;
    clock.digits = span < 10000 ? 9 : span < 10000000 ? 6 : span < 3600 * SECOND_NS ? 3 : 0;
    return clock;
}

char *figure_time(char out[FIGURE_TEXT], int64_t ns, const struct figure_clock *clock)
{
    struct tm tm = broken_down(ns);
    char fraction[16] = "";
    size_t len = 0;
    if (clock->year)
        len += (size_t)snprintf(out, FIGURE_TEXT, "%04d-", tm.tm_year + 1900);
    if (clock->date)
        len += (size_t)snprintf(out + len, FIGURE_TEXT - len, "%02d-%02d%s", tm.tm_mon + 1,
                                tm.tm_mday, clock->minutes ? " " : "");
    if (!clock->minutes)
        return out;
    if (clock->digits)
        snprintf(fraction, sizeof fraction, ".%09" PRId64,
                 ns - floor_div(ns, SECOND_NS) * SECOND_NS);
    len += (size_t)snprintf(out + len, FIGURE_TEXT - len, "%02d:%02d", tm.tm_hour, tm.tm_min);
    if (clock->seconds)
        snprintf(out + len, FIGURE_TEXT - len, ":%02d%.*s", tm.tm_sec,
                 clock->digits ? (int)clock->digits + 1 : 0, fraction);
    return out;
}
