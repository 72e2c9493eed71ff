/* CSV text: split into chunks as the feed does, then parsed. The first bytes choose the options.
 * Whatever comes: no fault, lines and rows add up, and chunks do not matter. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rows/parse_csv.h"
#include "rows/split.h"
#include "support/unframe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OPTION_BYTES = 2 };

struct parsed {
    uint64_t rows, lines, good, bad, cells;
};

static void need(bool holds)
{
    if (!holds)
        abort();
}

static void parse(struct tlm_csv_parser *parser, struct tlm_rows *rows, const char *text,
                  size_t len, struct parsed *parsed)
{
    struct tlm_place at = {.row = parsed->rows + 1, .line = parsed->lines + 1};
    char *padded = malloc(len + TLM_TEXT_PADDING);
    need(padded != NULL);
    memcpy(padded, text, len);
    memset(padded + len, '"', TLM_TEXT_PADDING);
    tlm__rows_reset(rows);
    need(tlm__csv_parse(parser, padded, len, at, &parsed->rows, &parsed->lines));
    unframe(rows);
    parsed->good += rows->n_rows;
    parsed->bad += rows->n_bad;
    parsed->cells += rows->n_cells;
    for (size_t i = 0; i < rows->n_bad; i++) {
        const struct tlm_bad_row *bad = &rows->bad[i];
        need(bad->text >= padded && bad->text + bad->text_len <= padded + len);
        need(bad->byte == (uint64_t)(bad->text - padded) && bad->line <= parsed->lines);
    }
    free(padded);
}

/* chunk 0: all at once. */
static struct parsed run(const struct tlm_row_rules *rules, const char *text, size_t len,
                         size_t chunk)
{
    struct tlm_columns columns;
    struct tlm_assembler assembler;
    struct tlm_rows rows = {0};
    struct parsed parsed = {0};
    tlm__columns_init(&columns, rules);
    need(tlm__assembler_init(&assembler, rules, &columns, NULL) == TLM_OK);
    assembler.rows = &rows;
    struct tlm_csv_parser *parser = tlm__csv_parser_new(&assembler);
    struct tlm_split split = {.quotes = true, .delimiter = rules->delimiter};
    struct tlm_arena arena = {0};
    struct tlm_string *names;
    size_t n, at = tlm__split_first(&split, text, len);
    if (tlm__csv_split(text, at, rules->delimiter, &arena, &names, &n) == TLM_OK &&
        tlm__csv_set_header(parser, names, n, NULL) == TLM_OK) {
        for (size_t seen = at; chunk && seen < len; seen += chunk) {
            size_t whole = tlm__split_rows(&split, text + at, seen - at);
            parse(parser, &rows, text + at, whole, &parsed);
            at += whole;
        }
        parse(parser, &rows, text + at, len - at, &parsed);
        need(parsed.rows == parsed.good + parsed.bad);
    }
    tlm__arena_release(&arena);
    tlm__csv_parser_free(parser);
    tlm__rows_release(&rows);
    tlm__assembler_release(&assembler);
    tlm__columns_release(&columns);
    return parsed;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char delimiters[] = {',', ';', '\t', ' '};
    static const char *const nulls[] = {"NA"};
    static const struct tlm_pair fields[] = {{"tag", "g"}};
    if (size < OPTION_BYTES)
        return 0;
    struct tlm_row_options options;
    struct tlm_row_rules rules;
    tlm_row_options_init(&options);
    options.time_format = "ns";
    options.decimal = data[0] & 4 ? ',' : '.';
    options.comment = data[0] & 8 ? "#" : NULL;
    options.null_values = (struct tlm_list){nulls, data[0] & 16 ? 1 : 0};
    options.tag_fields = (struct tlm_pairs){fields, data[0] & 32 ? 1 : 0};
    options.max_line = data[0] & 64 ? 32 : 1 << 20;
    options.channel_field = "c";
    options.value_field = "v";
    need(tlm__row_rules_init(&rules, &options, NULL) == TLM_OK);
    rules.input = TLM_INPUT_CSV;
    rules.shape = data[0] & 128 ? TLM_SHAPE_LONG : TLM_SHAPE_WIDE;
    rules.tags_object = rules.type_field = rules.shape == TLM_SHAPE_LONG;
    rules.delimiter = delimiters[data[0] & 3];
    rules.time_parts[0] = "t";
    rules.time_part_lens[0] = 1;
    rules.n_time_parts = 1;
    const char *text = (const char *)data + OPTION_BYTES;
    size_t len = size - OPTION_BYTES;
    struct parsed whole = run(&rules, text, len, 0);
    struct parsed chunks = run(&rules, text, len, (size_t)data[1] + 1);
    /* Comments are outside the splitter's view: a quote in one may move where chunks end. */
    if (!options.comment)
        need(memcmp(&whole, &chunks, sizeof whole) == 0);
    tlm__row_rules_release(&rules);
    return 0;
}
