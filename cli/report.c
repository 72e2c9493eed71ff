#include "report.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "phases.h"
#include "units.h"

enum { PARTS_SHOWN = 5 };

const char *report_time(char out[REPORT_TIME], int64_t ns)
{
    int64_t seconds = ns / 1000000000, rest = ns % 1000000000;
    if (rest < 0) {
        rest += 1000000000;
        seconds--;
    }
    time_t at = (time_t)seconds;
    struct tm tm;
    gmtime_r(&at, &tm);
    size_t len =
        (size_t)snprintf(out, REPORT_TIME, "%04d-%02d-%02dT%02d:%02d:%02d", tm.tm_year + 1900,
                         tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
    if (rest) {
        len += (size_t)snprintf(out + len, REPORT_TIME - len, ".%09lld", (long long)rest);
        while (out[len - 1] == '0')
            len--;
    }
    snprintf(out + len, REPORT_TIME - len, "Z");
    return out;
}

/* ---- summary -------------------------------------------------------------------------------- */

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

void report_rejected(FILE *out, const char *before, const struct tlm_feed *feed)
{
    struct tlm_feed_stats stats;
    char count[UNITS_TEXT];
    const char *between = ": ";
    tlm_feed_stats(feed, &stats);
    if (!stats.rejected)
        return;
    fprintf(out, "%s%s row%s left out", before, units_print_count(count, stats.rejected),
            plural(stats.rejected));
    for (int code = 0; code < TLM_ROW_CODES; code++) {
        if (!stats.rejected_by_code[code])
            continue;
        fprintf(out, "%s%s %s", between, units_print_count(count, stats.rejected_by_code[code]),
                tlm_code_name((enum tlm_code)code));
        between = ", ";
    }
    putc('\n', out);
}

static void print_part(FILE *out, const struct tlm_part *part)
{
    char points[UNITS_TEXT], size[UNITS_TEXT], first[REPORT_TIME], last[REPORT_TIME];
    fprintf(out, "  %s  %s point%s  %s  %s .. %s\n", part->path,
            units_print_count(points, part->points), plural(part->points),
            units_print_size(size, part->bytes), report_time(first, part->first_ns),
            report_time(last, part->last_ns));
}

void report_parts(FILE *out, const struct tlm_part *parts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (n <= PARTS_SHOWN || i < PARTS_SHOWN - 2 || i + 1 == n)
            print_part(out, &parts[i]);
        else if (i == PARTS_SHOWN - 2)
            fprintf(out, "  ... %zu more ...\n", n - (PARTS_SHOWN - 1));
    }
}

static void print_parts(FILE *out, struct tlm_writer *writer)
{
    size_t n = tlm_writer_parts(writer, 0, NULL, 0);
    struct tlm_part *parts = calloc(n + 1, sizeof *parts);
    if (!parts)
        return;
    tlm_writer_parts(writer, 0, parts, n);
    report_parts(out, parts, n);
    free(parts);
}

void report_summary_text(FILE *out, const struct report *report)
{
    struct tlm_stats stats;
    struct tlm_feed_stats feed;
    char rows[UNITS_TEXT], points[UNITS_TEXT], series[UNITS_TEXT], size[UNITS_TEXT],
        time[UNITS_TEXT];
    tlm_writer_stats(report->writer, &stats);
    tlm_feed_stats(report->feed, &feed);
    fprintf(out, "tlm write: %s row%s, %s point%s in %s series, ",
            units_print_count(rows, feed.rows), plural(feed.rows),
            units_print_count(points, stats.points), plural(stats.points),
            units_print_count(series, stats.series));
    if (stats.parts)
        fprintf(out, "%llu part%s%s (%s) in %s\n", (unsigned long long)stats.parts,
                plural(stats.parts), report->dry_run ? " would be written" : "",
                units_print_size(size, stats.bytes_out), units_print_duration(time, stats.wall_ns));
    else
        fprintf(out, "no part written\n");
    report_rejected(out, "  ", report->feed);
    print_parts(out, report->writer);
}

void report_line(FILE *out, const struct report *report)
{
    struct tlm_stats stats;
    struct tlm_feed_stats feed;
    char rows[UNITS_TEXT], points[UNITS_TEXT], held[UNITS_TEXT], size[UNITS_TEXT], time[UNITS_TEXT];
    tlm_writer_stats(report->writer, &stats);
    tlm_feed_stats(report->feed, &feed);
    fprintf(out,
            "tlm write: %s rows (%llu rejected), %s points, %llu parts, %s written, %s held, "
            "running for %s\n",
            units_print_count(rows, feed.rows), (unsigned long long)feed.rejected,
            units_print_count(points, stats.points), (unsigned long long)stats.parts,
            units_print_size(size, stats.bytes_out), units_print_size(held, stats.bytes_held),
            units_print_duration(time, stats.wall_ns));
    fflush(out);
}

/* ---- dry run -------------------------------------------------------------------------------- */

static void print_types(FILE *out, const struct tlm_series *series)
{
    const char *before = "";
    for (int type = 0; type < TLM_TYPES; type++) {
        char count[UNITS_TEXT];
        if (!series->points_of_type[type])
            continue;
        fprintf(out, "%s%s", before, tlm_type_name((enum tlm_type)type));
        if (series->points_of_type[type] != series->points)
            fprintf(out, " %s", units_print_count(count, series->points_of_type[type]));
        before = ", ";
    }
}

static void print_series(void *ctx, const struct tlm_series *series)
{
    FILE *out = ctx;
    char points[UNITS_TEXT], first[REPORT_TIME], last[REPORT_TIME];
    if (!series->points)
        return;
    fprintf(out, "%-28s %10s  ", series->channel, units_print_count(points, series->points));
    print_types(out, series);
    for (size_t i = 0; i < series->n_tags; i++)
        fprintf(out, "%s%s=%s", i ? "," : "  ", series->tags[i].key, series->tags[i].value);
    fprintf(out, "  %s .. %s\n", report_time(first, series->first_ns),
            report_time(last, series->last_ns));
}

void report_series(FILE *out, struct tlm_writer *writer)
{
    fprintf(out, "%-28s %10s  %s\n", "channel", "points", "type, tags, first .. last time");
    tlm_writer_each_series(writer, print_series, out);
}

/* ---- statistics ----------------------------------------------------------------------------- */

void report_counts(FILE *out, const struct tlm_stats *s)
{
    char a[UNITS_TEXT], b[UNITS_TEXT], c[UNITS_TEXT];
    double seconds = (double)s->wall_ns / 1e9 + 1e-9;
    fprintf(out, "  rows %s (%s rejected), points %s", units_print_count(a, s->rows),
            units_print_count(b, s->rejected), units_print_count(c, s->points));
    fprintf(out, ", %s points/s\n", units_print_short(a, (uint64_t)((double)s->points / seconds)));
    fprintf(out, "  series %s, records %s, blocks %s", units_print_count(a, s->series),
            units_print_count(b, s->records), units_print_count(c, s->blocks));
    fprintf(out, ", parts %s, flushes %s", units_print_count(a, s->parts),
            units_print_count(b, s->flushes));
    fprintf(out, " (%s by memory)\n", units_print_count(a, s->pressure_flushes));
    fprintf(out, "  text in %s, records %s", units_print_size(a, s->bytes_in),
            units_print_size(b, s->bytes_raw));
    fprintf(out, ", files %s", units_print_size(a, s->bytes_out));
    fprintf(out, ", held at most %s\n", units_print_size(a, s->bytes_held_max));
}

void report_stats_text(FILE *out, const struct report *report)
{
    struct tlm_stats s;
    struct phase phases[PHASES];
    char time[UNITS_TEXT];
    tlm_writer_stats(report->writer, &s);
    phases_of(&s, phases);
    double whole_ns = phases_whole_ns(&s);
    fprintf(out, "tlm write: statistics, %s with %u thread%s\n",
            units_print_duration(time, s.wall_ns), s.threads, plural(s.threads));
    report_counts(out, &s);
    for (int i = 0; i < PHASES; i++)
        phases_print_line(out, &phases[i], whole_ns);
    phases_print_bound(out, phases, whole_ns);
}
