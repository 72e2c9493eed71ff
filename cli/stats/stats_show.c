#include "stats_show.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/figure_text.h"
#include "screen_text.h"
#include "sparkline.h"
#include "units.h"

enum { CURVE_MOST = 40, MOST_SHOWN = 32, COLUMNS = 18, OTHERS = 15 };

/* What all lines share. */
struct sheet {
    const struct stats_rules *rules;
    const struct screen_look *look;
    struct screen_table *table;
    struct ranks *ranks;
    int64_t first_ns, last_ns;
    unsigned curve; /* columns of it */
    bool others;    /* there are texts or arrays */
    bool inexact;   /* some gaps are more than is said, or some texts */
};

/* ---- names ---------------------------------------------------------------------------------- */

/* Puts a text into out, which has room for it. */
static size_t put(char *out, const char *before, struct tlm_string text)
{
    size_t len = strlen(before);
    memcpy(out, before, len);
    if (text.len)
        memcpy(out + len, text.data, text.len);
    return len + text.len;
}

char *stats_show_name(const struct stats_rules *rules, const struct stats_line *line)
{
    struct tlm_string text;
    char *raw = malloc(line->key_len + rules->tag.len + 16);
    size_t len = 0, i = 0;
    if (!raw)
        return NULL;
    if (rules->by == STATS_EACH_TAG) {
        len = put(raw, "", rules->tag);
        len += stats_line_text(line, 0, &text) ? put(raw + len, "=", text)
                                               : put(raw + len, ": none", (struct tlm_string){0});
    } else {
        /* channel{key=value,key=value: each text had a longer length before it */
        for (; stats_line_text(line, i, &text); i++)
            len += put(raw + len, i == 0 ? "" : i == 1 ? "{" : i % 2 ? "," : "=", text);
        if (i > 1)
            raw[len++] = '}';
    }
    char *clean = screen_text_clean(raw, len);
    free(raw);
    return clean;
}

/* ---- cells ---------------------------------------------------------------------------------- */

static void add_number(const struct sheet *sheet, bool known, struct moments_number number)
{
    char text[FIGURE_TEXT] = "";
    if (known && number.is_integer)
        snprintf(text, sizeof text, "%" PRId64, number.integer);
    else if (known && isinf(number.real))
        snprintf(text, sizeof text, number.real < 0 ? "-Infinity" : "Infinity");
    else if (known)
        snprintf(text, sizeof text, "%.5g", number.real + 0.0);
    screen_table_add(sheet->table, text);
}

static void add_real(const struct sheet *sheet, bool known, double value)
{
    add_number(sheet, known, (struct moments_number){.is_integer = false, .real = value});
}

/* A count of what should not be; nothing where there is none. */
static void add_trouble(const struct sheet *sheet, uint64_t count, bool more)
{
    char text[FIGURE_TEXT], digits[UNITS_TEXT];
    snprintf(text, sizeof text, "%s%s", more ? ">=" : "", units_print_count(digits, count));
    screen_table_add_as(sheet->table, count || more ? text : "", COLOR_NOTICE);
}

static void add_duration(const struct sheet *sheet, bool known, uint64_t ns)
{
    char text[UNITS_TEXT];
    screen_table_add(sheet->table, known ? units_print_duration(text, ns) : "");
}

static void add_curve(const struct sheet *sheet, const struct stats_line *line)
{
    double means[CURVE_MOST];
    char text[CURVE_MOST * SPARKLINE_BYTES + 1] = "";
    if (line->history && line->history->n) {
        value_history_resample(line->history, sheet->first_ns, sheet->last_ns, 0, means,
                               sheet->curve);
        sparkline_draw(text, means, sheet->curve, sheet->look->ascii);
    }
    size_t len = strlen(text);
    while (len && text[len - 1] == ' ')
        len--;
    screen_table_add_bytes(sheet->table, text, len);
}

/* Bytes of a text to show: whole characters. */
static int shown_bytes(const struct text_count *text)
{
    size_t len = text->len < MOST_SHOWN ? text->len : MOST_SHOWN;
    while (len < text->len && len && (text->text[len] & 0xc0) == 0x80)
        len--;
    return (int)len;
}

/* What can be said of texts and arrays, which have no mean. */
static void add_other(struct sheet *sheet, const struct stats_line *line,
                      const struct stats_figures *figures)
{
    char text[160] = "", digits[UNITS_TEXT];
    const struct stats_lengths *lengths = &line->lengths;
    if (figures->n_top) {
        snprintf(text, sizeof text, "%s%s text%s, mostly \"%.*s\"", line->texts.more ? ">=" : "",
                 units_print_count(digits, line->texts.seen), line->texts.seen == 1 ? "" : "s",
                 shown_bytes(figures->top[0]), figures->top[0]->text);
        sheet->inexact |= line->texts.more;
    } else if (lengths->n) {
        snprintf(text, sizeof text, "%" PRIu64 " to %" PRIu64 " items", lengths->least,
                 lengths->most);
    }
    screen_table_add(sheet->table, text);
}

static bool add_line(struct sheet *sheet, const struct stats_line *line)
{
    char text[FIGURE_TEXT];
    struct stats_figures figures;
    struct screen_table *table = sheet->table;
    char *name = stats_show_name(sheet->rules, line);
    if (!name || !stats_figures(line, sheet->ranks, &figures)) {
        free(name);
        return false;
    }
    bool numbers = figures.numbers != 0, finite = figures.finite != 0;
    screen_table_add(table, name);
    free(name);
    screen_table_add(table, figure_types(text, line->types));
    screen_table_add(table, figure_count(text, line->points, false));
    screen_table_add(table, figure_rate(text, figures.rate_hz, false));
    add_duration(sheet, figures.steps != 0, line->jitter);
    add_trouble(sheet, line->gap_count, line->recount);
    add_duration(sheet, line->gap_count != 0, figures.longest);
    add_trouble(sheet, line->totals.late, false);
    add_trouble(sheet, line->totals.duplicates, false);
    add_trouble(sheet, line->moments.nan, false);
    add_number(sheet, numbers, figures.least);
    add_real(sheet, finite, figures.mean);
    add_real(sheet, finite, figures.deviation);
    add_number(sheet, numbers, figures.p50);
    add_number(sheet, numbers, figures.most);
    if (sheet->others)
        add_other(sheet, line, &figures);
    screen_table_add(table, units_print_size(text, line->disk_bytes));
    add_curve(sheet, line);
    sheet->inexact |= line->recount;
    return true;
}

/* ---- the table ------------------------------------------------------------------------------ */

static void look_over(struct sheet *sheet, const struct stats_lines *lines)
{
    for (size_t i = 0; i < lines->n; i++) {
        const struct stats_line *line = lines->items[i];
        if (!i || line->first_ns < sheet->first_ns)
            sheet->first_ns = line->first_ns;
        if (!i || line->last_ns > sheet->last_ns)
            sheet->last_ns = line->last_ns;
        sheet->others |= line->texts.n || line->lengths.n;
    }
}

/* On one line, or on two where that is too long for the width. */
static void show_head(FILE *out, const struct stats_lines *lines, const struct sheet *sheet,
                      size_t width)
{
    char points[UNITS_TEXT], n[UNITS_TEXT], series[UNITS_TEXT], first[FIGURE_TEXT],
        last[FIGURE_TEXT], span[FIGURE_TEXT], what[200], when[200];
    const struct figure_clock clock = {true, true, true, true, 3};
    uint64_t all = 0;
    for (size_t i = 0; i < lines->n; i++)
        all += lines->items[i]->points;
    size_t len = (size_t)snprintf(what, sizeof what, "%s point%s of %s series",
                                  units_print_count(points, all), all == 1 ? "" : "s",
                                  units_print_count(series, lines->n_clocks));
    if (sheet->rules->by != STATS_EACH_SERIES)
        len += (size_t)snprintf(what + len, sizeof what - len, ", %s line%s %s",
                                units_print_count(n, lines->n), lines->n == 1 ? "" : "s",
                                sheet->rules->by == STATS_EACH_TAG ? "of the tag" : "by channel");
    len += (size_t)snprintf(when, sizeof when, "%s .. %s UTC  (%s)",
                            figure_time(first, sheet->first_ns, &clock),
                            figure_time(last, sheet->last_ns, &clock),
                            figure_duration(span, sheet->first_ns, sheet->last_ns));
    fprintf(out, "%s%s%s\n\n", what, len + 2 > width ? "\n" : ", ", when);
}

bool stats_show(FILE *out, const struct stats_rules *rules, const struct stats_lines *lines,
                size_t n, const struct screen_look *look)
{
    static const struct screen_column all[COLUMNS] = {
        {.title = "channel", .shrinks_to = 16, .middle = true, .role = COLOR_NAME},
        {.title = "type", .shrinks_to = 6},
        {.title = "points", .right = true},
        {.title = "rate", .right = true},
        {.title = "jitter", .right = true, .optional = 7},
        {.title = "gaps", .right = true, .optional = 1},
        {.title = "longest", .right = true, .optional = 6},
        {.title = "late", .right = true, .optional = 2},
        {.title = "twice", .right = true, .optional = 2},
        {.title = "NaN", .right = true, .optional = 1},
        {.title = "min", .right = true},
        {.title = "mean", .right = true},
        {.title = "std", .right = true, .optional = 3},
        {.title = "p50", .right = true, .optional = 5},
        {.title = "max", .right = true},
        {.title = "values", .shrinks_to = 12, .optional = 8},
        {.title = "on disk", .right = true, .optional = 9},
        {.title = "curve", .optional = 4, .role = COLOR_DRAWN},
    };
    struct sheet sheet = {.rules = rules, .look = look, .ranks = lines->ranks};
    struct screen_column columns[COLUMNS];
    size_t n_columns = 0;
    look_over(&sheet, lines);
    sheet.curve = look->width < 140 ? 8 : look->width < 180 ? 16 : 24;
    for (size_t i = 0; i < COLUMNS; i++)
        if (i != OTHERS || sheet.others)
            columns[n_columns++] = all[i];
    columns[0].title = rules->by == STATS_EACH_TAG ? "tag" : "channel";
    sheet.table = screen_table_new(columns, n_columns);
    bool done = sheet.table != NULL;
    for (size_t i = 0; done && i < n; i++)
        done = add_line(&sheet, lines->items[i]);
    if (done) {
        show_head(out, lines, &sheet, look->width);
        done = screen_table_print(sheet.table, out, look, 0);
    }
    if (done && n < lines->n)
        fprintf(out, "and %zu more\n", lines->n - n);
    if (done && sheet.inexact)
        fprintf(out, "\n>= there are at least so many: --json tells which figures are exact\n");
    screen_table_free(sheet.table);
    return done;
}
