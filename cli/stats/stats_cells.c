#include "stats_cells.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "report.h"

static struct stats_cell *add(struct stats_cells *cells, const char *group, const char *name,
                              bool known)
{
    struct stats_cell *cell = &cells->items[cells->n++];
    cell->group = group;
    cell->name = name;
    cell->kind = known ? CELL_NUMBER : CELL_NONE;
    cell->text[0] = '\0';
    return cell;
}

static void add_count(struct stats_cells *cells, const char *group, const char *name, bool known,
                      uint64_t count)
{
    struct stats_cell *cell = add(cells, group, name, known);
    snprintf(cell->text, sizeof cell->text, "%" PRIu64, count);
}

static void add_signed(struct stats_cells *cells, const char *name, int64_t value)
{
    struct stats_cell *cell = add(cells, NULL, name, true);
    snprintf(cell->text, sizeof cell->text, "%" PRId64, value);
}

static void add_flag(struct stats_cells *cells, const char *group, const char *name, bool known,
                     bool value)
{
    struct stats_cell *cell = add(cells, group, name, known);
    snprintf(cell->text, sizeof cell->text, "%s", value ? "true" : "false");
}

static void add_real(struct stats_cells *cells, const char *group, const char *name, bool known,
                     double value)
{
    struct stats_cell *cell = add(cells, group, name, known);
    tlm_double_text(value + 0.0, cell->text); /* no -0.0 */
    if (known && !isfinite(value))
        cell->kind = CELL_TEXT;
}

void stats_cells_number(struct stats_cells *cells, const char *name, bool known,
                        struct moments_number number)
{
    if (!number.is_integer) {
        add_real(cells, NULL, name, known, number.real);
        return;
    }
    struct stats_cell *cell = add(cells, NULL, name, known);
    snprintf(cell->text, sizeof cell->text, "%" PRId64, number.integer);
}

/* Nanoseconds as seconds, every digit. */
static void add_seconds(struct stats_cells *cells, const char *group, const char *name, bool known,
                        uint64_t ns)
{
    struct stats_cell *cell = add(cells, group, name, known);
    int len = snprintf(cell->text, sizeof cell->text, "%" PRIu64 ".%09" PRIu64, ns / 1000000000,
                       ns % 1000000000);
    while (len > 2 && cell->text[len - 1] == '0' && cell->text[len - 2] != '.')
        cell->text[--len] = '\0';
}

static void add_time(struct stats_cells *cells, const char *group, const char *name, bool known,
                     int64_t ns)
{
    char time[REPORT_TIME];
    struct stats_cell *cell = add(cells, group, name, known);
    snprintf(cell->text, sizeof cell->text, "%s", report_time(time, ns));
    cell->kind = known ? CELL_TEXT : CELL_NONE;
}

static void add_times(struct stats_cells *cells, const struct stats_line *line,
                      const struct stats_figures *figures)
{
    bool steps = figures->steps != 0, gaps = line->gap_count != 0;
    add_count(cells, NULL, "points", true, line->points);
    add_signed(cells, "first_ns", line->first_ns);
    add_signed(cells, "last_ns", line->last_ns);
    add_time(cells, NULL, "first", true, line->first_ns);
    add_time(cells, NULL, "last", true, line->last_ns);
    add_seconds(cells, NULL, "duration_s", true,
                (uint64_t)line->last_ns - (uint64_t)line->first_ns);
    add_real(cells, NULL, "rate_hz", steps, figures->rate_hz);
    add_seconds(cells, NULL, "interval_median_s", steps, line->median);
    add_seconds(cells, NULL, "jitter_s", steps, line->jitter);
    add_count(cells, "gaps", "count", true, line->gap_count);
    add_flag(cells, "gaps", "exact", true, !line->recount);
    add_seconds(cells, "gaps", "total_s", true, line->gap_total);
    add_seconds(cells, "gaps", "longest_s", gaps, figures->longest);
    add_time(cells, "gaps", "longest_at", gaps, figures->longest_at);
    add_count(cells, NULL, "out_of_order", true, line->totals.late);
    add_count(cells, NULL, "duplicates", true, line->totals.duplicates);
}

static void add_numbers(struct stats_cells *cells, const struct stats_line *line,
                        const struct stats_figures *figures)
{
    const unsigned numeric = 1u << TLM_DOUBLE | 1u << TLM_LONG;
    bool any = (line->types & numeric) != 0, some = figures->numbers, finite = figures->finite;
    add_count(cells, NULL, "nan", any, line->moments.nan);
    add_count(cells, NULL, "infinite", any, line->moments.infinite);
    stats_cells_number(cells, "min", some, figures->least);
    stats_cells_number(cells, "max", some, figures->most);
    add_real(cells, NULL, "mean", finite, figures->mean);
    add_real(cells, NULL, "std", finite, figures->deviation);
    stats_cells_number(cells, "p1", some, figures->p1);
    stats_cells_number(cells, "p50", some, figures->p50);
    stats_cells_number(cells, "p99", some, figures->p99);
    add_real(cells, NULL, "quantile_error", some, figures->quantile_error);
}

bool stats_cells_texts(const struct stats_line *line)
{
    return line->types & (1u << TLM_STRING | 1u << TLM_JSON);
}

void stats_cells_fill(struct stats_cells *cells, const struct stats_line *line,
                      const struct stats_figures *figures)
{
    const struct stats_lengths *lengths = &line->lengths;
    bool arrays = lengths->n != 0, texts = stats_cells_texts(line);
    cells->n = 0;
    add_times(cells, line, figures);
    add_numbers(cells, line, figures);
    add_count(cells, NULL, "distinct", texts, line->texts.seen);
    add_flag(cells, NULL, "distinct_exact", texts, !line->texts.more);
    add_count(cells, "length", "min", arrays, lengths->least);
    add_real(cells, "length", "mean", arrays,
             arrays ? (double)lengths->sum / (double)lengths->n : 0);
    add_count(cells, "length", "max", arrays, lengths->most);
    add_count(cells, NULL, "bytes_raw", true, line->raw_bytes);
    add_count(cells, NULL, "bytes_disk", true, line->disk_bytes);
}

bool stats_cells_tag(const struct stats_rules *rules, const struct stats_line *line, size_t i,
                     struct tlm_string *key, struct tlm_string *value)
{
    if (rules->by != STATS_EACH_TAG)
        return rules->by == STATS_EACH_SERIES && stats_line_text(line, 2 * i + 1, key) &&
               stats_line_text(line, 2 * i + 2, value);
    *key = rules->tag;
    return i == 0 && stats_line_text(line, 0, value);
}
