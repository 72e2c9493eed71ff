#include "stats_csv.h"

#include "cat/cat_quote.h"
#include "stats/stats_cells.h"
#include "stats/stats_json.h"

bool stats_csv_head(FILE *out, const struct stats_rules *rules)
{
    static const struct stats_line none = {0};
    static const struct stats_figures nothing = {0};
    struct stats_cells cells;
    stats_cells_fill(&cells, &none, &nothing);
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
    for (size_t i = 0; added && stats_cells_tag(rules, line, i, &key, &value); i++)
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
        !figures->n_top || (stats_json_top(&top, figures) &&
                            cat_quote_cell(out, (struct tlm_string){top.data, top.len}, ','));
    cat_text_release(&top);
    return added;
}

bool stats_csv_print(FILE *out, const struct stats_rules *rules, const struct stats_line *line,
                     const struct stats_figures *figures)
{
    struct cat_text text = {0};
    struct tlm_string channel;
    struct stats_cells cells;
    bool made = true;
    stats_cells_fill(&cells, line, figures);
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
    made = made && cat_text_add_char(&text, '\n');
    if (made)
        fwrite(text.data, 1, text.len, out);
    cat_text_release(&text);
    return made;
}
