#include "stats_json.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "cat/cat_quote.h"
#include "report.h"

/* ---- cells ---------------------------------------------------------------------------------- */

enum cell_kind { CELL_NONE, CELL_NUMBER, CELL_TEXT };

struct cell {
    const char *group, *name;
    enum cell_kind kind;
    char text[64];
};

enum { MOST_CELLS = 40 };

struct cells {
    struct cell items[MOST_CELLS];
    size_t n;
};

static struct cell *add(struct cells *cells, const char *group, const char *name, bool known)
{
    struct cell *cell = &cells->items[cells->n++];
    cell->group = group;
    cell->name = name;
    cell->kind = known ? CELL_NUMBER : CELL_NONE;
    cell->text[0] = '\0';
    return cell;
}

static void add_count(struct cells *cells, const char *group, const char *name, bool known,
                      uint64_t count)
{
    struct cell *cell = add(cells, group, name, known);
    snprintf(cell->text, sizeof cell->text, "%" PRIu64, count);
}

static void add_signed(struct cells *cells, const char *name, int64_t value)
{
    struct cell *cell = add(cells, NULL, name, true);
    snprintf(cell->text, sizeof cell->text, "%" PRId64, value);
}

static void add_flag(struct cells *cells, const char *group, const char *name, bool known,
                     bool value)
{
    struct cell *cell = add(cells, group, name, known);
    snprintf(cell->text, sizeof cell->text, "%s", value ? "true" : "false");
}

static void add_real(struct cells *cells, const char *group, const char *name, bool known,
                     double value)
{
    struct cell *cell = add(cells, group, name, known);
    tlm_double_text(value + 0.0, cell->text); /* no -0.0 */
    if (known && !isfinite(value))
        cell->kind = CELL_TEXT;
}

static void add_number(struct cells *cells, const char *name, bool known,
                       struct moments_number number)
{
    if (!number.is_integer) {
        add_real(cells, NULL, name, known, number.real);
        return;
    }
    struct cell *cell = add(cells, NULL, name, known);
    snprintf(cell->text, sizeof cell->text, "%" PRId64, number.integer);
}

/* Nanoseconds as seconds, every digit. */
static void add_seconds(struct cells *cells, const char *group, const char *name, bool known,
                        uint64_t ns)
{
    struct cell *cell = add(cells, group, name, known);
    int len = snprintf(cell->text, sizeof cell->text, "%" PRIu64 ".%09" PRIu64, ns / 1000000000,
                       ns % 1000000000);
    while (len > 2 && cell->text[len - 1] == '0' && cell->text[len - 2] != '.')
        cell->text[--len] = '\0';
}

static void add_time(struct cells *cells, const char *group, const char *name, bool known,
                     int64_t ns)
{
    char time[REPORT_TIME];
    struct cell *cell = add(cells, group, name, known);
    snprintf(cell->text, sizeof cell->text, "%s", report_time(time, ns));
    cell->kind = known ? CELL_TEXT : CELL_NONE;
}

static void add_times(struct cells *cells, const struct stats_line *line,
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

static void add_numbers(struct cells *cells, const struct stats_line *line,
                        const struct stats_figures *figures)
{
    const unsigned numeric = 1u << TLM_DOUBLE | 1u << TLM_LONG;
    bool any = (line->types & numeric) != 0, some = figures->numbers, finite = figures->finite;
    add_count(cells, NULL, "nan", any, line->moments.nan);
    add_count(cells, NULL, "infinite", any, line->moments.infinite);
    add_number(cells, "min", some, figures->least);
    add_number(cells, "max", some, figures->most);
    add_real(cells, NULL, "mean", finite, figures->mean);
    add_real(cells, NULL, "std", finite, figures->deviation);
    add_number(cells, "p1", some, figures->p1);
    add_number(cells, "p50", some, figures->p50);
    add_number(cells, "p99", some, figures->p99);
    add_real(cells, NULL, "quantile_error", some, figures->quantile_error);
}

static bool has_texts(const struct stats_line *line)
{
    return line->types & (1u << TLM_STRING | 1u << TLM_JSON);
}

static void fill(struct cells *cells, const struct stats_line *line,
                 const struct stats_figures *figures)
{
    const struct stats_lengths *lengths = &line->lengths;
    bool arrays = lengths->n != 0, texts = has_texts(line);
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

/* ---- names ---------------------------------------------------------------------------------- */

static bool quote(struct cat_text *out, const char *before, struct tlm_string text)
{
    return cat_text_add_words(out, before) && cat_quote_json(out, text);
}

/* Key and value of tag i of a line; false: there is none. */
static bool tag_at(const struct stats_rules *rules, const struct stats_line *line, size_t i,
                   struct tlm_string *key, struct tlm_string *value)
{
    if (rules->by != STATS_EACH_TAG)
        return rules->by == STATS_EACH_SERIES && stats_line_text(line, 2 * i + 1, key) &&
               stats_line_text(line, 2 * i + 2, value);
    *key = rules->tag;
    return i == 0 && stats_line_text(line, 0, value);
}

static bool add_names(struct cat_text *out, const struct stats_rules *rules,
                      const struct stats_line *line)
{
    struct tlm_string channel, key, value;
    bool series = rules->by == STATS_EACH_SERIES, tag = rules->by == STATS_EACH_TAG;
    bool added = tag || (stats_line_text(line, 0, &channel) && quote(out, "\"channel\":", channel));
    if (rules->by == STATS_EACH_CHANNEL)
        return added;
    added = added && cat_text_add_words(out, series ? ",\"tags\":{" : "\"tags\":{");
    for (size_t i = 0; added && tag_at(rules, line, i, &key, &value); i++)
        added = quote(out, i ? "," : "", key) && quote(out, ":", value);
    return added && cat_text_add_char(out, '}');
}

/* ---- JSON ----------------------------------------------------------------------------------- */

static bool add_types(struct cat_text *out, unsigned types)
{
    bool added = cat_text_add_char(out, '['), first = true;
    for (unsigned type = 0; added && type < TLM_TYPES; type++) {
        if (!(types & 1u << type))
            continue;
        added = cat_text_add_words(out, first ? "\"" : ",\"") &&
                cat_text_add_words(out, tlm_type_name((enum tlm_type)type)) &&
                cat_text_add_char(out, '"');
        first = false;
    }
    return added && cat_text_add_char(out, ']');
}

static bool add_top(struct cat_text *out, const struct stats_figures *figures)
{
    char count[32];
    bool added = cat_text_add_char(out, '[');
    for (size_t i = 0; added && i < figures->n_top; i++) {
        const struct text_count *item = figures->top[i];
        snprintf(count, sizeof count, ",\"count\":%" PRIu64 "}", item->count);
        added =
            quote(out,
                  i ? ",{\"value\":" : "{\"value\":", (struct tlm_string){item->text, item->len}) &&
            cat_text_add_words(out, count);
    }
    return added && cat_text_add_char(out, ']');
}

static bool add_cell(struct cat_text *out, const struct cell *cell, bool opens, bool closes)
{
    bool text = cell->kind == CELL_TEXT;
    bool added = cat_text_add_words(out, opens && cell->group ? ",\"" : "");
    if (added && opens && cell->group)
        added = cat_text_add_words(out, cell->group) && cat_text_add_words(out, "\":{\"");
    else
        added = added && cat_text_add_words(out, ",\"");
    return added && cat_text_add_words(out, cell->name) &&
           cat_text_add_words(out, text ? "\":\"" : "\":") && cat_text_add_words(out, cell->text) &&
           cat_text_add_words(out, text ? "\"" : "") && cat_text_add_words(out, closes ? "}" : "");
}

/* The group that is open after a cell, NULL: none. */
static bool add_cells(struct cat_text *out, const struct cells *cells)
{
    const char *open = NULL;
    for (size_t i = 0; i < cells->n; i++) {
        const struct cell *cell = &cells->items[i];
        if (cell->kind == CELL_NONE)
            continue;
        size_t next = i + 1;
        while (next < cells->n && cells->items[next].kind == CELL_NONE)
            next++;
        bool opens = cell->group && cell->group != open;
        bool closes = cell->group && (next == cells->n || cells->items[next].group != cell->group);
        if (!add_cell(out, cell, opens, closes))
            return false;
        open = closes ? NULL : cell->group;
    }
    return true;
}

static bool print(FILE *out, struct cat_text *text, bool made)
{
    if (made)
        fwrite(text->data, 1, text->len, out);
    cat_text_release(text);
    return made;
}

bool stats_json_print(FILE *out, const struct stats_rules *rules, const struct stats_line *line,
                      const struct stats_figures *figures)
{
    struct cat_text text = {0};
    struct cells cells;
    fill(&cells, line, figures);
    bool made = cat_text_add_char(&text, '{') && add_names(&text, rules, line) &&
                cat_text_add_words(&text, ",\"types\":") && add_types(&text, line->types) &&
                add_cells(&text, &cells);
    if (made && has_texts(line))
        made = cat_text_add_words(&text, ",\"top\":") && add_top(&text, figures);
    return print(out, &text, made && cat_text_add_words(&text, "}\n"));
}

static bool add_value(struct cat_text *out, const struct stats_change *change, bool known,
                      struct moments_number number)
{
    struct cells cells = {.n = 0};
    if (!known)
        return cat_text_add_words(out, "null");
    if (change->what == CHANGED_TYPE)
        return add_types(out, (unsigned)number.integer);
    add_number(&cells, "", true, number);
    const struct cell *cell = cells.items;
    const char *mark = cell->kind == CELL_TEXT ? "\"" : "";
    return cat_text_add_words(out, mark) && cat_text_add_words(out, cell->text) &&
           cat_text_add_words(out, mark);
}

static bool add_change(struct cat_text *out, const struct stats_change *change, bool first)
{
    char share[TLM_DOUBLE_TEXT] = "null";
    if (isfinite(change->share))
        tlm_double_text(change->share, share);
    return cat_text_add_words(out, first ? "{\"figure\":\"" : ",{\"figure\":\"") &&
           cat_text_add_words(out, stats_changed_name(change->what)) &&
           cat_text_add_words(out, "\",\"a\":") &&
           add_value(out, change, change->has_a, change->a) && cat_text_add_words(out, ",\"b\":") &&
           add_value(out, change, change->has_b, change->b) &&
           cat_text_add_words(out, ",\"change\":") && cat_text_add_words(out, share) &&
           cat_text_add_words(out, change->beyond ? ",\"beyond\":true}" : ",\"beyond\":false}");
}

bool stats_json_changes(FILE *out, const struct stats_rules *rules, const struct stats_line *line,
                        const struct stats_change *changes, size_t n)
{
    struct cat_text text = {0};
    bool made = cat_text_add_char(&text, '{') && add_names(&text, rules, line) &&
                cat_text_add_words(&text, ",\"changes\":[");
    for (size_t i = 0; made && i < n; i++)
        made = add_change(&text, &changes[i], i == 0);
    return print(out, &text, made && cat_text_add_words(&text, "]}\n"));
}

/* ---- CSV ------------------------------------------------------------------------------------ */

bool stats_csv_head(FILE *out, const struct stats_rules *rules)
{
    static const struct stats_line none = {0};
    static const struct stats_figures nothing = {0};
    struct cells cells;
    fill(&cells, &none, &nothing);
    if (rules->by != STATS_EACH_TAG)
        fputs("channel,", out);
    if (rules->by != STATS_EACH_CHANNEL)
        fputs("tags,", out);
    fputs("types", out);
    for (size_t i = 0; i < cells.n; i++)
        fprintf(out, ",%s%s%s", cells.items[i].group ? cells.items[i].group : "",
                cells.items[i].group ? "_" : "", cells.items[i].name);
    fputs(",top\n", out);
    return true;
}

static bool add_tags_cell(struct cat_text *out, const struct stats_rules *rules,
                          const struct stats_line *line)
{
    struct cat_text tags = {0};
    struct tlm_string key, value;
    bool added = true;
    for (size_t i = 0; added && tag_at(rules, line, i, &key, &value); i++)
        added = cat_text_add_words(&tags, i ? "," : "") && cat_text_add(&tags, key.data, key.len) &&
                cat_text_add_char(&tags, '=') && cat_text_add(&tags, value.data, value.len);
    if (added && tags.len)
        added = cat_quote_cell(out, (struct tlm_string){tags.data, tags.len}, ',');
    cat_text_release(&tags);
    return added;
}

static bool add_top_cell(struct cat_text *out, const struct stats_figures *figures)
{
    struct cat_text top = {0};
    bool added =
        !figures->n_top || (add_top(&top, figures) &&
                            cat_quote_cell(out, (struct tlm_string){top.data, top.len}, ','));
    cat_text_release(&top);
    return added;
}

bool stats_csv_print(FILE *out, const struct stats_rules *rules, const struct stats_line *line,
                     const struct stats_figures *figures)
{
    struct cat_text text = {0};
    struct tlm_string channel;
    struct cells cells;
    bool made = true;
    fill(&cells, line, figures);
    if (rules->by != STATS_EACH_TAG)
        made = stats_line_text(line, 0, &channel) && cat_quote_cell(&text, channel, ',') &&
               cat_text_add_char(&text, ',');
    if (made && rules->by != STATS_EACH_CHANNEL)
        made = add_tags_cell(&text, rules, line) && cat_text_add_char(&text, ',');
    for (unsigned type = 0, n = 0; made && type < TLM_TYPES; type++)
        if (line->types & 1u << type)
            made = cat_text_add_words(&text, n++ ? "+" : "") &&
                   cat_text_add_words(&text, tlm_type_name((enum tlm_type)type));
    for (size_t i = 0; made && i < cells.n; i++)
        made = cat_text_add_char(&text, ',') &&
               (cells.items[i].kind == CELL_NONE || cat_text_add_words(&text, cells.items[i].text));
    made = made && cat_text_add_char(&text, ',') && add_top_cell(&text, figures);
    return print(out, &text, made && cat_text_add_char(&text, '\n'));
}
