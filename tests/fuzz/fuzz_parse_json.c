/* Any bytes as JSON lines. The first byte chooses the options. What must hold whatever comes:
 * every row is good or bad, texts are UTF-8, JSON cells are compact JSON, and one row more or less
 * before a row changes nothing in it. */
#include "support/json_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_json(const struct tlm_cell *cell)
{
    struct tlm_buf again = {0};
    size_t at;
    const char *why;
    json_rows_must(!tlm__json_compact(cell->value.bytes, cell->length, TLM_DUPLICATE_REJECT, &again,
                                      &at, &why),
                   "a JSON cell");
    json_rows_must(again.len == cell->length &&
                       memcmp(again.data, cell->value.bytes, again.len) == 0,
                   "a compact JSON cell");
    tlm__buf_release(&again);
}

static void check_strings(const struct tlm_cell *cell)
{
    uint32_t n;
    for (size_t i = 0; i < cell->length; i += 4 + (size_t)n) {
        memcpy(&n, cell->value.bytes + i, sizeof n);
        json_rows_must(n <= cell->length - i - 4, "a length in a string array");
        json_rows_must(tlm__utf8_valid(cell->value.bytes + i + 4, n), "UTF-8 in an array");
    }
}

static void check_rows(const struct json_rows *j, size_t size)
{
    size_t cells = 0;
    json_rows_must(j->rows.n_rows + j->rows.n_bad == j->rows_seen, "the count of rows");
    for (size_t i = 0; i < j->rows.n_rows; i++)
        cells += j->rows.rows[i].cells;
    json_rows_must(cells == j->rows.n_cells, "the count of cells");
    for (size_t i = 0; i < cells; i++) {
        const struct tlm_cell *cell = &j->rows.cells[i];
        if (cell->kind == TLM_STRING)
            json_rows_must(tlm__utf8_valid(cell->value.bytes, cell->length), "UTF-8");
        else if (cell->kind == TLM_STRING_ARRAY)
            check_strings(cell);
        else if (cell->kind == TLM_JSON)
            check_json(cell);
    }
    for (size_t i = 0; i < j->rows.n_bad; i++) {
        const struct tlm_bad_row *bad = &j->rows.bad[i];
        json_rows_must(tlm_code_is_row(bad->code) && *bad->reason, "a reason");
        json_rows_must(bad->row <= j->rows_seen && bad->line <= j->lines_seen &&
                           bad->byte + bad->text_len <= size && bad->text == j->text + bad->byte,
                       "the place of a bad row");
    }
}

/* The last line alone, in a parser that has seen nothing, against the same line after others. */
static void check_last_line(struct json_rows *j, const struct tlm_row_options *options,
                            const char *text, size_t size)
{
    const char *newline = size ? memrchr(text, '\n', size - 1) : NULL;
    if (!newline)
        return;
    struct json_rows alone;
    json_rows_open(&alone, options);
    size_t before = (size_t)(newline + 1 - text);
    json_rows_parse(&alone, newline + 1, size - before);
    char *expected = strdup(json_rows_show(&alone));
    json_rows_parse(j, newline + 1, size - before);
    json_rows_must(expected && strcmp(json_rows_show(j), expected) == 0, "the last line alone");
    free(expected);
    json_rows_close(&alone);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const globs[] = {"*x*"};
    struct tlm_row_options options;
    struct json_rows j;
    if (size == 0)
        return 0;
    tlm_row_options_init(&options);
    options.flatten = data[0] & 1 ? "." : NULL;
    options.duplicate_keys = data[0] & 2 ? TLM_DUPLICATE_LAST : TLM_DUPLICATE_REJECT;
    options.shape = data[0] & 4 ? TLM_SHAPE_LONG : TLM_SHAPE_WIDE;
    if (data[0] & 8)
        options.excludes = (struct tlm_list){globs, 1};
    const char *text = (const char *)data + 1;
    json_rows_open(&j, &options);
    json_rows_parse(&j, text, size - 1);
    check_rows(&j, size - 1);
    check_last_line(&j, &options, text, size - 1);
    json_rows_close(&j);
    return 0;
}
