#include "stats_json.h"

#include <inttypes.h>
#include <math.h>

#include "cat/cat_quote.h"
#include "stats/stats_cells.h"

/* ---- names ---------------------------------------------------------------------------------- */

static bool quote(struct cat_text *out, const char *before, struct tlm_string text)
{
    return cat_text_add_words(out, before) && cat_quote_json(out, text);
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
    for (size_t i = 0; added && stats_cells_tag(rules, line, i, &key, &value); i++)
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

bool stats_json_top(struct cat_text *out, const struct stats_figures *figures)
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

static bool add_cell(struct cat_text *out, const struct stats_cell *cell, bool opens, bool closes)
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
static bool add_cells(struct cat_text *out, const struct stats_cells *cells)
{
    const char *open = NULL;
    for (size_t i = 0; i < cells->n; i++) {
        const struct stats_cell *cell = &cells->items[i];
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
    struct stats_cells cells;
    stats_cells_fill(&cells, line, figures);
    bool made = cat_text_add_char(&text, '{') && add_names(&text, rules, line) &&
                cat_text_add_words(&text, ",\"types\":") && add_types(&text, line->types) &&
                add_cells(&text, &cells);
    if (made && stats_cells_texts(line))
        made = cat_text_add_words(&text, ",\"top\":") && stats_json_top(&text, figures);
    return print(out, &text, made && cat_text_add_words(&text, "}\n"));
}

static bool add_value(struct cat_text *out, const struct stats_change *change, bool known,
                      struct moments_number number)
{
    struct stats_cells cells = {.n = 0};
    if (!known)
        return cat_text_add_words(out, "null");
    if (change->what == CHANGED_TYPE)
        return add_types(out, (unsigned)number.integer);
    stats_cells_number(&cells, "", true, number);
    const struct stats_cell *cell = cells.items;
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
