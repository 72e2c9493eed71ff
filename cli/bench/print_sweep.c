/* Many measurements, for people and for tables. */
#include <inttypes.h>

#include "bench/print.h"
#include "units.h"

/* What the rows of a sweep differ in. */
static const char *heading_of(enum bench_sweep_kind kind)
{
    static const char *const headings[] = {"",         "frame",   "channels",         "type",
                                           "rotation", "threads", "channels \\ frame"};
    return headings[kind];
}

/* ---- the table ------------------------------------------------------------------------------ */

static void begin_grid(FILE *out, const struct bench_sweep *sweep)
{
    fprintf(out, "  points/s\n  %-16s", heading_of(sweep->kind));
    for (size_t i = 0; i < sweep->n_frames; i++) {
        char text[UNITS_TEXT];
        fprintf(out, "%11s", units_print_short(text, sweep->setups[i].shape.frame));
    }
    putc('\n', out);
    fflush(out);
}

void bench_print_sweep_begin(FILE *out, const struct bench_sweep *sweep)
{
    if (sweep->n_frames) {
        begin_grid(out, sweep);
        return;
    }
    fprintf(out, "  %-9s%10s%9s%8s%8s%13s%10s%6s\n", heading_of(sweep->kind), "points/s", "time",
            "spread", "vs 1st",
            sweep->setups[0].shape.from == BENCH_MEMORY ? "records/s" : "text/s", "B/point",
            "parts");
    fflush(out);
}

static void put_cell(FILE *out, const struct bench_sweep *sweep, const struct bench_result *result,
                     size_t i)
{
    char text[UNITS_TEXT];
    if (i % sweep->n_frames == 0)
        fprintf(out, "  %-16s", units_print_count(text, result->setup.shape.channels));
    fprintf(out, "%11s", units_print_short(text, (uint64_t)bench_result_points_per_s(result)));
    if ((i + 1) % sweep->n_frames == 0)
        putc('\n', out);
}

void bench_print_sweep_row(FILE *out, const struct bench_sweep *sweep,
                           const struct bench_result *results, size_t i)
{
    char speed[UNITS_TEXT], time[BENCH_TEXT], bytes[BENCH_TEXT];
    const struct bench_result *result = &results[i];
    const struct tlm_stats *stats = &result->middle.stats;
    double per_s = bench_result_points_per_s(result), seconds = result->spread.median;
    if (sweep->n_frames) {
        put_cell(out, sweep, result, i);
    } else {
        fprintf(out, "  %-9s%10s%9s%6.0f %%%7.2fx%13s%10.2f%6" PRIu64 "\n", sweep->labels[i],
                units_print_short(speed, (uint64_t)per_s), bench_text_seconds(time, seconds),
                bench_spread_percent(&result->spread),
                per_s / bench_result_points_per_s(&results[0]),
                bench_text_bytes_per_s(bytes, stats->bytes_in ? stats->bytes_in : stats->bytes_raw,
                                       seconds),
                stats->points ? (double)stats->bytes_out / (double)stats->points : 0, stats->parts);
    }
    fflush(out);
}

/* ---- what was best -------------------------------------------------------------------------- */

static void put_extreme(FILE *out, const struct bench_sweep *sweep, const char *word, size_t i,
                        const struct bench_result *results)
{
    char text[BENCH_TEXT];
    fprintf(out, "%s %s%s%s (%s)", word, sweep->n_frames ? "" : heading_of(sweep->kind),
            sweep->n_frames ? "" : " ", sweep->labels[i],
            bench_text_speed(text, bench_result_points_per_s(&results[i])));
}

void bench_print_sweep_end(FILE *out, const struct bench_sweep *sweep,
                           const struct bench_result *results)
{
    size_t best = 0, worst = 0;
    for (size_t i = 1; i < sweep->n; i++) {
        double speed = bench_result_points_per_s(&results[i]);
        if (speed > bench_result_points_per_s(&results[best]))
            best = i;
        if (speed < bench_result_points_per_s(&results[worst]))
            worst = i;
    }
    fputs("\n  ", out);
    put_extreme(out, sweep, "best:", best, results);
    put_extreme(out, sweep, "; worst:", worst, results);
    fprintf(out, "; %.2fx apart\n  ",
            bench_result_points_per_s(&results[best]) / bench_result_points_per_s(&results[worst]));
    if (results[0].runs == 1)
        fputs("one run each\n", out);
    else
        fprintf(out, "medians of %u runs\n", results[0].runs);
}

/* ---- CSV ------------------------------------------------------------------------------------ */

void bench_print_csv(FILE *out, const struct bench_result *results, size_t n)
{
    fputs("type,channels,points,frame,seconds,bytes,parts,points_per_s\n", out);
    for (size_t i = 0; i < n; i++) {
        const struct bench_shape *shape = &results[i].setup.shape;
        const struct tlm_stats *stats = &results[i].middle.stats;
        fprintf(out, "%s,%" PRIu64 ",%" PRIu64 ",",
                shape->input ? "input" : bench_type_name(shape->type), stats->series,
                stats->points);
        if (shape->from == BENCH_MEMORY)
            fprintf(out, "%" PRIu64, shape->frame);
        fprintf(out, ",%.9f,%" PRIu64 ",%" PRIu64 ",%.0f\n", results[i].spread.median,
                stats->bytes_out, stats->parts, bench_result_points_per_s(&results[i]));
    }
}

/* ---- against a baseline --------------------------------------------------------------------- */

void bench_print_compare(FILE *out, const char *path, const struct bench_pair *pairs, size_t n)
{
    char before[BENCH_TEXT], now[BENCH_TEXT];
    fprintf(out, "\n  against %s: time, then, now, now/then\n", path);
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "  %s\n", pairs[i].name);
        if (pairs[i].old_seconds > 0 && pairs[i].new_seconds > 0)
            fprintf(out, "    %12s %12s %8.3f\n", bench_text_seconds(before, pairs[i].old_seconds),
                    bench_text_seconds(now, pairs[i].new_seconds), bench_pair_ratio(&pairs[i]));
        else
            fprintf(out, "    %s\n",
                    pairs[i].old_seconds > 0 ? "not measured now" : "is not in the baseline");
    }
}
