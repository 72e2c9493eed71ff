/* Runs the CSV parser with given options and shows what came out as text. */
#ifndef TLM_TESTS_CSV_ROWS_H
#define TLM_TESTS_CSV_ROWS_H

#include <check.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/tags.h"
#include "rows/parse_csv.h"
#include "support/unframe.h"

struct csv_rows {
    struct tlm_row_options options; /* set these, then csv_rows_start */
    char delimiter;
    const char *time_column;
    bool is_long;
    struct tlm_row_rules rules;
    struct tlm_columns columns;
    struct tlm_assembler assembler;
    struct tlm_rows rows;
    struct tlm_csv_parser *parser;
    struct tlm_buf notes; /* one a line */
    uint64_t rows_seen, lines_seen;
};

static void csv_rows_note(void *ctx, const char *message)
{
    struct csv_rows *csv = ctx;
    ck_assert(tlm__buf_printf(&csv->notes, "%s\n", message));
}

/* Defaults: comma, column t is the time in nanoseconds. */
static void csv_rows_init(struct csv_rows *csv)
{
    *csv = (struct csv_rows){.delimiter = ',', .time_column = "t"};
    tlm_row_options_init(&csv->options);
    csv->options.time_format = "ns";
    csv->options.on_note = csv_rows_note;
    csv->options.ctx = csv;
}

/* Ready to parse; the header is one record. */
static enum tlm_code csv_rows_start(struct csv_rows *csv, const char *header,
                                    struct tlm_error *error)
{
    ck_assert_int_eq(tlm__row_rules_init(&csv->rules, &csv->options, error), TLM_OK);
    csv->rules.input = TLM_INPUT_CSV;
    csv->rules.shape = csv->is_long ? TLM_SHAPE_LONG : TLM_SHAPE_WIDE;
    csv->rules.tags_object = csv->rules.type_field = csv->is_long;
    csv->rules.delimiter = csv->delimiter;
    csv->rules.time_parts[0] = csv->time_column;
    csv->rules.time_part_lens[0] = strlen(csv->time_column);
    csv->rules.n_time_parts = 1;
    tlm__columns_init(&csv->columns, &csv->rules);
    ck_assert_int_eq(tlm__assembler_init(&csv->assembler, &csv->rules, &csv->columns, error),
                     TLM_OK);
    csv->assembler.rows = &csv->rows;
    csv->parser = tlm__csv_parser_new(&csv->assembler);
    ck_assert_ptr_nonnull(csv->parser);
    struct tlm_arena arena = {0};
    struct tlm_string *names;
    size_t n;
    enum tlm_code code = tlm__csv_split(header, strlen(header), csv->delimiter, &arena, &names, &n);
    if (!code)
        code = tlm__csv_set_header(csv->parser, names, n, error);
    tlm__arena_release(&arena);
    return code;
}

static void csv_rows_release(struct csv_rows *csv)
{
    tlm__csv_parser_free(csv->parser);
    tlm__assembler_release(&csv->assembler);
    tlm__columns_release(&csv->columns);
    tlm__rows_release(&csv->rows);
    tlm__row_rules_release(&csv->rules);
    tlm__buf_release(&csv->notes);
}

/* A copy with the padding that parsers may read, filled with what would mislead them. */
static char *csv_rows_padded(const char *text, size_t len)
{
    char *copy = malloc(len + TLM_TEXT_PADDING);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, len);
    for (size_t i = 0; i < TLM_TEXT_PADDING; i++)
        copy[len + i] = "\n,\"1"[i % 4];
    return copy;
}

static void csv_rows_show_cell(const struct csv_rows *csv, const struct tlm_cell *cell,
                               struct tlm_buf *out)
{
    bool done = tlm__buf_printf(out, " %s=", csv->columns.channels.entries[cell->channel].bytes);
    switch (cell->kind) {
    case TLM_DOUBLE:
        done = done && tlm__buf_printf(out, "%.17g", cell->value.real);
        break;
    case TLM_LONG:
    case TLM_CELL_INT:
        done = done && tlm__buf_printf(out, "%s%" PRId64, cell->kind == TLM_LONG ? "L" : "",
                                       cell->value.integer);
        break;
    case TLM_DOUBLE_ARRAY:
        for (uint32_t i = 0; i < cell->length; i += (uint32_t)sizeof(double)) {
            double item;
            memcpy(&item, cell->value.bytes + i, sizeof item);
            done = done && tlm__buf_printf(out, "%s%.17g", i ? " " : "", item);
        }
        done = done && tlm__buf_append_text(out, "]");
        break;
    default:
        done = done && tlm__buf_append_text(out, &"J"[cell->kind != TLM_JSON]) &&
               tlm__buf_append_text(out, &"<"[cell->kind != TLM_STRING_ARRAY]) &&
               tlm__buf_append_byte(out, '\'') &&
               tlm__buf_append(out, cell->value.bytes, cell->length) &&
               tlm__buf_append_byte(out, '\'');
        break;
    }
    ck_assert(done);
}

static void csv_rows_show_bad(const struct tlm_bad_row *bad, struct tlm_buf *out)
{
    ck_assert(tlm__buf_printf(out,
                              "!%s row %" PRIu64 " line %" PRIu64 " byte %" PRIu64 " [%.*s] %s\n",
                              tlm_code_name(bad->code), bad->row, bad->line, bad->byte,
                              (int)bad->text_len, bad->text, bad->reason));
}

static void csv_rows_show_tags(const struct csv_rows *csv, uint32_t set, struct tlm_buf *out)
{
    const struct tlm_intern_entry *entry = &csv->columns.tag_sets.entries[set];
    struct tlm_tag tag;
    for (size_t at = 0; tlm__tags_next(entry->bytes, entry->len, &at, &tag);)
        ck_assert(tlm__buf_printf(out, " {%s=%s}", tag.key, tag.value));
}

/* Good and bad rows in their order, one a line: `5 a=1 b=2.5 c='text' d=Lintegerlong e=J'json'`. */
static void csv_rows_show(const struct csv_rows *csv, struct tlm_buf *out)
{
    size_t cell = 0, bad = 0;
    for (size_t i = 0; i <= csv->rows.n_rows; i++) {
        while (bad < csv->rows.n_bad && csv->rows.bad[bad].rows_before == i)
            csv_rows_show_bad(&csv->rows.bad[bad++], out);
        if (i == csv->rows.n_rows)
            break;
        const struct tlm_row *row = &csv->rows.rows[i];
        ck_assert(tlm__buf_printf(out, "%" PRId64, row->time_ns));
        csv_rows_show_tags(csv, row->tags, out);
        for (uint32_t k = 0; k < row->cells; k++)
            csv_rows_show_cell(csv, &csv->rows.cells[cell++], out);
        ck_assert(tlm__buf_append_byte(out, '\n'));
    }
    ck_assert(tlm__buf_append_text(out, ""));
}

/* Parses text as the start of a source. */
static void csv_rows_parse(struct csv_rows *csv, const char *text, size_t len)
{
    struct tlm_place at = {.row = 1, .line = 1};
    ck_assert(tlm__csv_parse(csv->parser, text, len, at, &csv->rows_seen, &csv->lines_seen));
    unframe(&csv->rows);
}

#endif
