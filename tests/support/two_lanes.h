/* The same text through a parser with its hot lane and one without: what comes out must be equal,
 * down to the bits, the counters and the reasons of bad rows. */
#ifndef TLM_TESTS_TWO_LANES_H
#define TLM_TESTS_TWO_LANES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rows/parse_csv.h"
#include "rows/parse_json.h"
#include "support/unframe.h"

struct two_lanes {
    struct tlm_row_options options; /* cpu is set for each lane */
    bool csv;
    char delimiter;
    const char *header; /* CSV */
    const char *time_field;
    const char *text;
    size_t len;
    bool is_long;  /* rows with channel and value */
    size_t chunk;  /* at least so many bytes go to the parser at once, up to the end of a line */
    char tempting; /* what the padding is filled with */
};

struct one_lane {
    struct tlm_row_rules rules;
    struct tlm_columns columns;
    struct tlm_assembler assembler;
    struct tlm_rows rows;
    struct tlm_json_parser *json;
    struct tlm_csv_parser *csv;
    uint64_t rows_seen, lines_seen;
    size_t frame_rows;
    struct tlm_buf out; /* everything that came out */
};

static inline void two_lanes_must(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "two_lanes: %s failed\n", what);
    abort();
}

static inline void one_lane_put(struct one_lane *lane, const void *bytes, size_t len)
{
    two_lanes_must(tlm__buf_append(&lane->out, bytes, len), "memory");
}

static inline void one_lane_put_text(struct one_lane *lane, const char *text, size_t len)
{
    one_lane_put(lane, &len, sizeof len);
    one_lane_put(lane, text, len);
}

static inline void one_lane_open(struct one_lane *lane, const struct two_lanes *pair,
                                 enum tlm_cpu cpu)
{
    *lane = (struct one_lane){0};
    struct tlm_row_options options = pair->options;
    options.cpu = cpu;
    if (pair->is_long) {
        options.channel_field = "channel";
        options.value_field = "value";
    }
    two_lanes_must(!tlm__row_rules_init(&lane->rules, &options, NULL), "rules");
    lane->rules.input = pair->csv ? TLM_INPUT_CSV : TLM_INPUT_JSONL;
    lane->rules.shape = pair->is_long ? TLM_SHAPE_LONG : TLM_SHAPE_WIDE;
    lane->rules.tags_object = lane->rules.type_field = pair->is_long;
    lane->rules.delimiter = pair->delimiter;
    lane->rules.time_parts[0] = pair->time_field;
    lane->rules.time_part_lens[0] = strlen(pair->time_field);
    lane->rules.n_time_parts = 1;
    tlm__columns_init(&lane->columns, &lane->rules);
    two_lanes_must(!tlm__assembler_init(&lane->assembler, &lane->rules, &lane->columns, NULL),
                   "assembler");
    lane->assembler.rows = &lane->rows;
    if (!pair->csv) {
        lane->json = tlm__json_parser_new(&lane->assembler);
        two_lanes_must(lane->json != NULL, "parser");
        return;
    }
    struct tlm_arena arena = {0};
    struct tlm_string *names;
    size_t n;
    lane->csv = tlm__csv_parser_new(&lane->assembler);
    two_lanes_must(lane->csv != NULL, "parser");
    two_lanes_must(
        !tlm__csv_split(pair->header, strlen(pair->header), pair->delimiter, &arena, &names, &n) &&
            !tlm__csv_set_header(lane->csv, names, n, NULL),
        "header");
    tlm__arena_release(&arena);
}

static inline void one_lane_close(struct one_lane *lane)
{
    tlm__json_parser_free(lane->json);
    tlm__csv_parser_free(lane->csv);
    tlm__assembler_release(&lane->assembler);
    tlm__columns_release(&lane->columns);
    tlm__rows_release(&lane->rows);
    tlm__row_rules_release(&lane->rules);
    tlm__buf_release(&lane->out);
}

static inline void one_lane_put_cell(struct one_lane *lane, struct tlm_cell cell)
{
    uint32_t head[2] = {cell.channel, cell.kind};
    one_lane_put(lane, head, sizeof head);
    if (cell.kind == TLM_DOUBLE || cell.kind == TLM_LONG || cell.kind == TLM_CELL_INT)
        one_lane_put(lane, &cell.value, sizeof cell.value);
    else
        one_lane_put_text(lane, cell.value.bytes, cell.length);
}

static inline void one_lane_put_bad(struct one_lane *lane, const struct tlm_bad_row *bad)
{
    uint64_t numbers[] = {(uint64_t)bad->code, bad->rows_before, bad->row, bad->line, bad->byte};
    one_lane_put(lane, "!", 1);
    one_lane_put(lane, numbers, sizeof numbers);
    one_lane_put_text(lane, bad->text, bad->text_len);
    one_lane_put_text(lane, bad->reason, strlen(bad->reason));
}

/* Frames have been taken apart. */
static inline void one_lane_put_rows(struct one_lane *lane)
{
    const struct tlm_rows *rows = &lane->rows;
    size_t bad = 0, cell = 0;
    for (size_t i = 0; i <= rows->n_rows; i++) {
        for (; bad < rows->n_bad && rows->bad[bad].rows_before == i; bad++)
            one_lane_put_bad(lane, &rows->bad[bad]);
        if (i == rows->n_rows)
            break;
        one_lane_put(lane, "+", 1);
        one_lane_put(lane, &rows->rows[i].time_ns, sizeof rows->rows[i].time_ns);
        one_lane_put(lane, &rows->rows[i].tags, sizeof rows->rows[i].tags);
        for (uint32_t c = 0; c < rows->rows[i].cells; c++)
            one_lane_put_cell(lane, rows->cells[cell++]);
    }
    two_lanes_must(bad == rows->n_bad, "order of the bad rows");
    one_lane_put(lane, &lane->rows_seen, sizeof lane->rows_seen);
    one_lane_put(lane, &lane->lines_seen, sizeof lane->lines_seen);
}

static inline void one_lane_parse(struct one_lane *lane, const struct two_lanes *pair)
{
    for (size_t from = 0, size; from < pair->len; from += size) {
        size = pair->chunk && pair->chunk < pair->len - from ? pair->chunk : pair->len - from;
        while (from + size < pair->len && pair->text[from + size - 1] != '\n')
            size++;
        char *text = malloc(size + TLM_TEXT_PADDING);
        two_lanes_must(text != NULL, "memory");
        memcpy(text, pair->text + from, size);
        memset(text + size, pair->tempting, TLM_TEXT_PADDING);
        struct tlm_place at = {lane->rows_seen + 1, lane->lines_seen + 1, from, NULL, 0};
        tlm__rows_reset(&lane->rows);
        two_lanes_must(
            pair->csv
                ? tlm__csv_parse(lane->csv, text, size, at, &lane->rows_seen, &lane->lines_seen)
                : tlm__json_parse(lane->json, text, size, at, &lane->rows_seen, &lane->lines_seen),
            "parse");
        lane->frame_rows += lane->rows.frame_rows;
        unframe(&lane->rows);
        one_lane_put_rows(lane);
        free(text);
    }
}

/* True when both lanes gave the same. *fast_rows, unless NULL: rows that the hot lane has taken, or
 * the one for long rows. */
static inline bool two_lanes_agree(const struct two_lanes *pair, enum tlm_cpu cpu,
                                   size_t *fast_rows)
{
    struct one_lane hot, plain;
    one_lane_open(&hot, pair, cpu);
    one_lane_open(&plain, pair, TLM_CPU_ROWWISE);
    one_lane_parse(&hot, pair);
    one_lane_parse(&plain, pair);
    bool same = hot.out.len == plain.out.len &&
                (!hot.out.len || memcmp(hot.out.data, plain.out.data, hot.out.len) == 0);
    if (fast_rows)
        *fast_rows = hot.frame_rows + hot.assembler.lane_rows;
    one_lane_close(&hot);
    one_lane_close(&plain);
    return same;
}

#endif
