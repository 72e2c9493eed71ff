/* One measurement, for people. */
#include <inttypes.h>
#include <string.h>

#include "bench/print.h"
#include "bench/title.h"
#include "help.h"
#include "phases.h"
#include "tlm.h"
#include "units.h"

#define WIDTH 80

/* ---- pieces --------------------------------------------------------------------------------- */

const char *bench_text_speed(char text[BENCH_TEXT], double per_s)
{
    char count[UNITS_TEXT];
    snprintf(text, BENCH_TEXT, "%s/s", units_print_short(count, (uint64_t)per_s));
    return text;
}

const char *bench_text_seconds(char text[BENCH_TEXT], double seconds)
{
    char duration[UNITS_TEXT];
    snprintf(text, BENCH_TEXT, "%s", units_print_duration(duration, (uint64_t)(seconds * 1e9)));
    return text;
}

const char *bench_text_bytes_per_s(char text[BENCH_TEXT], uint64_t bytes, double seconds)
{
    char size[UNITS_TEXT];
    double per_s = seconds > 0 ? (double)bytes / seconds : 0;
    snprintf(text, BENCH_TEXT, "%s/s", units_print_size(size, (uint64_t)per_s));
    return text;
}

static void print_wrapped(FILE *out, const char *text)
{
    fputs("  ", out);
    help_put_wrapped(out, text, 2, WIDTH - 1);
}

/* ---- heading -------------------------------------------------------------------------------- */

void bench_print_heading(FILE *out, const struct bench_machine *machine, const char *title)
{
    char line[BENCH_NAME];
    fputs("tlm bench: ", out);
    help_put_wrapped(out, title, sizeof "tlm bench: " - 1, WIDTH - 1);
    snprintf(line, sizeof line, "tlm %s, %s, %u core%s, %s", tlm_version(), machine->cpu,
             machine->cores, machine->cores == 1 ? "" : "s", machine->kernel);
    print_wrapped(out, line);
    putc('\n', out);
    fflush(out);
}

/* ---- result --------------------------------------------------------------------------------- */

static void print_spread(FILE *out, const struct bench_spread *spread, unsigned runs)
{
    char min[BENCH_TEXT], max[BENCH_TEXT];
    if (runs == 1)
        fprintf(out, "one run only\n");
    else
        fprintf(out, "median of %u runs, %s .. %s, spread %.0f %%\n", runs,
                bench_text_seconds(min, spread->min), bench_text_seconds(max, spread->max),
                bench_spread_percent(spread));
}

static void print_sizes(FILE *out, const struct tlm_stats *stats, double seconds)
{
    char size[UNITS_TEXT], speed[BENCH_TEXT];
    if (stats->bytes_in)
        fprintf(out, "  %-9s %12s  %s\n", "text", units_print_size(size, stats->bytes_in),
                bench_text_bytes_per_s(speed, stats->bytes_in, seconds));
    fprintf(out, "  %-9s %12s  %s\n", "records", units_print_size(size, stats->bytes_raw),
            bench_text_bytes_per_s(speed, stats->bytes_raw, seconds));
    fprintf(out, "  %-9s %12s  %" PRIu64 " part%s", "file",
            units_print_size(size, stats->bytes_out), stats->parts, stats->parts == 1 ? "" : "s");
    if (stats->bytes_raw && stats->points)
        fprintf(out, ", %.3f of the records, %.2f bytes a point",
                (double)stats->bytes_out / (double)stats->bytes_raw,
                (double)stats->bytes_out / (double)stats->points);
    putc('\n', out);
}

static void print_versus(FILE *out, const struct bench_result *result)
{
    char ours[BENCH_TEXT], theirs[BENCH_TEXT], size[UNITS_TEXT];
    const struct bench_versus *versus = &result->versus;
    enum bench_from from = result->setup.shape.from;
    fprintf(out, "\n  versus avro-c%s on one thread; tlm on %u:\n",
            from == BENCH_MEMORY ? " (value API)"
            : from == BENCH_CSV  ? " (libcsv, strtod, value API)"
                                 : " (jansson, value API)",
            result->middle.stats.threads);
    fprintf(out, "  %6s %12s %12s %10s\n", "", "tlm", "avro-c", "ratio");
    for (unsigned i = 0; i < result->runs; i++)
        fprintf(out, "  %6u %12s %12s %9.2fx\n", i + 1,
                bench_text_seconds(ours, result->seconds[i]),
                bench_text_seconds(theirs, versus->seconds[i]), versus->ratios[i]);
    fprintf(out, "  %6s %12s %12s %9.2fx\n", "median",
            bench_text_seconds(ours, result->spread.median),
            bench_text_seconds(theirs, versus->spread.median), versus->ratio.median);
    if (versus->bytes)
        fprintf(out, "  its file: %s; the one of tlm is %.2f of that\n",
                units_print_size(size, versus->bytes),
                (double)result->middle.stats.bytes_out / (double)versus->bytes);
}

static void print_limit(FILE *out, const struct bench_result *result)
{
    char time[BENCH_TEXT], speed[BENCH_TEXT];
    const struct bench_limit *limit = &result->limit;
    const struct tlm_stats *stats = &result->middle.stats;
    const struct {
        const char *name;
        double seconds;
        uint64_t bytes;
    } parts[] = {
        {"read", limit->read, stats->bytes_in},    {"scan", limit->scan, stats->bytes_in},
        {"copy", limit->copy, stats->bytes_raw},   {"CRC", limit->crc, stats->bytes_raw},
        {"write", limit->write, stats->bytes_out}, {"the floor", limit->floor, 0},
        {"this run", result->spread.median, 0},    {"(libsnappy)", limit->snappy, stats->bytes_raw},
    };
    const double share = 100 * limit->floor / result->spread.median;
    const double compressed = share + 100 * limit->snappy / result->spread.median;
    fprintf(out, "\n  the least this machine needs for these bytes, with %u thread%s:\n",
            stats->threads, stats->threads == 1 ? "" : "s");
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].seconds <= 0)
            continue;
        fprintf(out, "  %-11s %10s", parts[i].name, bench_text_seconds(time, parts[i].seconds));
        if (parts[i].bytes)
            fprintf(out, "  %14s", bench_text_bytes_per_s(speed, parts[i].bytes, parts[i].seconds));
        if (strcmp(parts[i].name, "this run") == 0)
            fprintf(out, "  %.0f %% of the speed of the floor", share);
        if (limit->snappy > 0 && parts[i].seconds == limit->snappy)
            fprintf(out, "  %.0f %% of the speed of the floor with it", compressed);
        putc('\n', out);
    }
}

void bench_print_result(FILE *out, const struct bench_result *result)
{
    char text[BENCH_TEXT], count[UNITS_TEXT];
    const struct tlm_stats *stats = &result->middle.stats;
    double seconds = result->spread.median;
    fprintf(out, "  %-9s %12s  ", "time", bench_text_seconds(text, seconds));
    print_spread(out, &result->spread, result->runs);
    fprintf(out, "  %-9s %12s  ", "points",
            bench_text_speed(text, bench_result_points_per_s(result)));
    fprintf(out, "%s in %s, %.1f ns a point\n", units_print_count(count, stats->points),
            bench_text_seconds(text, seconds),
            stats->points ? seconds * 1e9 / (double)stats->points : 0);
    print_sizes(out, stats, seconds);
    if (stats->rejected)
        fprintf(out, "  %-9s %12s  were left out\n", "bad rows",
                units_print_count(count, stats->rejected));
    if (result->versus.seconds)
        print_versus(out, result);
    if (result->limited)
        print_limit(out, result);
}

void bench_print_latched(FILE *out, double ns_per_call)
{
    fprintf(out, "\n  a call on a writer that failed earlier takes %.1f ns\n", ns_per_call);
}

/* ---- profile -------------------------------------------------------------------------------- */

void bench_print_profile(FILE *out, const struct bench_result *result)
{
    char time[BENCH_TEXT];
    struct phase phases[PHASES];
    const struct tlm_stats *stats = &result->middle.stats;
    double whole_ns = phases_whole_ns(stats);
    phases_of(stats, phases);
    struct phase rest = {"idle and rest", phases_rest_ns(phases, whole_ns)};
    fprintf(out, "\n  where %s went, as shares of the time of %u thread%s:\n",
            bench_text_seconds(time, (double)stats->wall_ns / 1e9), stats->threads,
            stats->threads == 1 ? "" : "s");
    for (int i = 0; i < PHASES; i++)
        phases_print_line(out, &phases[i], whole_ns);
    phases_print_line(out, &rest, whole_ns);
    phases_print_bound(out, phases, whole_ns);
    phases_print_idle(out, phases, whole_ns);
}
