/* A JSON parser with all that it needs, for tests: text in, rows as readable text out. */
#ifndef TLM_TESTS_JSON_ROWS_H
#define TLM_TESTS_JSON_ROWS_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tags.h"
#include "rows/parse_json.h"
#include "support/unframe.h"

struct json_rows {
    struct tlm_row_options options;
    struct tlm_row_rules rules;
    struct tlm_columns columns;
    struct tlm_rows rows;
    struct tlm_assembler assembler;
    struct tlm_json_parser *parser;
    char *text; /* of the last parse: padding exactly as promised, so that sanitizers see more */
    uint64_t rows_seen, lines_seen;
    struct tlm_buf shown;
};

static inline void json_rows_must(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "json_rows: %s failed\n", what);
    abort();
}

/* Settles what the feed would settle, then makes the parser. options: all but time_field, which is
 * "t" in nanoseconds. */
static inline void json_rows_open(struct json_rows *j, const struct tlm_row_options *options)
{
    *j = (struct json_rows){.options = *options};
    j->options.time_format = "ns";
    if (!j->options.channel_field)
        j->options.channel_field = "channel";
    if (!j->options.value_field)
        j->options.value_field = "value";
    enum tlm_shape shape = options->shape == TLM_SHAPE_LONG ? TLM_SHAPE_LONG : TLM_SHAPE_WIDE;
    j->options.shape = TLM_SHAPE_AUTO;
    json_rows_must(tlm__row_rules_init(&j->rules, &j->options, NULL) == TLM_OK, "rules");
    j->rules.input = TLM_INPUT_JSONL;
    j->rules.shape = j->rules.options.shape = shape;
    j->rules.tags_object = j->rules.type_field = shape == TLM_SHAPE_LONG;
    j->rules.time_parts[0] = options->time_field ? options->time_field : "t";
    j->rules.time_part_lens[0] = strlen(j->rules.time_parts[0]);
    j->rules.n_time_parts = 1;
    tlm__columns_init(&j->columns, &j->rules);
    json_rows_must(!tlm__assembler_init(&j->assembler, &j->rules, &j->columns, NULL), "assembler");
    j->assembler.rows = &j->rows;
    j->parser = tlm__json_parser_new(&j->assembler);
    json_rows_must(j->parser != NULL, "parser");
}

static inline void json_rows_close(struct json_rows *j)
{
    tlm__json_parser_free(j->parser);
    tlm__assembler_release(&j->assembler);
    tlm__columns_release(&j->columns);
    tlm__row_rules_release(&j->rules);
    tlm__rows_release(&j->rows);
    tlm__buf_release(&j->shown);
    free(j->text);
}

/* Rows of an earlier parse are forgotten. */
static inline void json_rows_parse(struct json_rows *j, const char *text, size_t len)
{
    free(j->text);
    j->text = malloc(len + TLM_TEXT_PADDING);
    json_rows_must(j->text != NULL, "malloc");
    memcpy(j->text, text, len);
    memset(j->text + len, '}', TLM_TEXT_PADDING); /* tempting, but not part of the text */
    tlm__rows_reset(&j->rows);
    j->rows_seen = j->lines_seen = 0;
    struct tlm_place at = {.row = 1, .line = 1, .byte = 0};
    json_rows_must(tlm__json_parse(j->parser, j->text, len, at, &j->rows_seen, &j->lines_seen),
                   "parse");
    unframe(&j->rows);
}

static inline void json_rows_show_text(struct tlm_buf *out, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        tlm__buf_printf(out, bytes[i] ? "%c" : "\\0", bytes[i]);
}

static inline void json_rows_show_cell(struct tlm_buf *out, const struct tlm_cell *cell)
{
    const char *bytes = cell->value.bytes;
    uint32_t n;
    double real;
    switch (cell->kind) {
    case TLM_DOUBLE:
        tlm__buf_printf(out, "%.17g", cell->value.real);
        break;
    case TLM_CELL_INT:
        tlm__buf_printf(out, "%" PRId64 "i", cell->value.integer);
        break;
    case TLM_LONG:
        tlm__buf_printf(out, "%" PRId64 "l", cell->value.integer);
        break;
    case TLM_DOUBLE_ARRAY:
        for (uint32_t i = 0; i < cell->length; i += 8) {
            memcpy(&real, bytes + i, sizeof real);
            tlm__buf_printf(out, "%s%.17g", i ? " " : "[", real);
        }
        tlm__buf_printf(out, cell->length ? "]" : "[]");
        break;
    case TLM_STRING_ARRAY:
        for (uint32_t i = 0; i < cell->length; i += 4 + n) {
            memcpy(&n, bytes + i, sizeof n);
            tlm__buf_printf(out, i ? "|" : "<");
            json_rows_show_text(out, bytes + i + 4, n);
        }
        tlm__buf_printf(out, ">");
        break;
    default:
        tlm__buf_printf(out, cell->kind == TLM_JSON ? "J" : "'");
        json_rows_show_text(out, bytes, cell->length);
        tlm__buf_printf(out, cell->kind == TLM_JSON ? "" : "'");
    }
}

static inline void json_rows_show_tags(struct json_rows *j, uint32_t number)
{
    const struct tlm_intern_entry *set = &j->columns.tag_sets.entries[number];
    size_t at = 0;
    struct tlm_tag tag;
    while (tlm__tags_next(set->bytes, set->len, &at, &tag))
        tlm__buf_printf(&j->shown, " #%s=%s", tag.key, tag.value);
}

/* What the last parse has made, a line for each row: its time, tags and cells, or "!code reason".
 * Cells: 1i an integer, 1l a long, 1.5 a double, 'text', [1 2] doubles, <a|b> strings, J{} JSON. */
static inline const char *json_rows_show(struct json_rows *j)
{
    tlm__buf_reset(&j->shown);
    size_t bad = 0, cell = 0;
    for (size_t i = 0; i <= j->rows.n_rows; i++) {
        for (; bad < j->rows.n_bad && j->rows.bad[bad].rows_before == i; bad++)
            tlm__buf_printf(&j->shown, "!%s %s\n", tlm_code_name(j->rows.bad[bad].code),
                            j->rows.bad[bad].reason);
        if (i == j->rows.n_rows)
            break;
        tlm__buf_printf(&j->shown, "%" PRId64, j->rows.rows[i].time_ns);
        json_rows_show_tags(j, j->rows.rows[i].tags);
        for (size_t end = cell + j->rows.rows[i].cells; cell < end; cell++) {
            const struct tlm_cell *c = &j->rows.cells[cell];
            tlm__buf_printf(&j->shown, " %s=", j->columns.channels.entries[c->channel].bytes);
            json_rows_show_cell(&j->shown, c);
        }
        tlm__buf_printf(&j->shown, "\n");
    }
    tlm__buf_append_byte(&j->shown, 0);
    return (const char *)j->shown.data;
}

#endif
