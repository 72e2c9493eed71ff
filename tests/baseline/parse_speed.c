/*
 * How fast the parsers are, from memory: every chunk of a file, again and again.
 *
 *   parse_speed jsonl|csv FILE [--runs N] [--chunk BYTES] [--time FIELD] [--only LANE]
 *               [--time-format FORMAT] [--tz ZONE]
 *
 * Prints, for each set of instructions that can be asked for, the least and the median time for a
 * value, and the rows that came in frames. The lanes take turns, so that a noisy machine is noisy
 * for all of them. Without --time the time is "ts".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "rows/parse_csv.h"
#include "rows/parse_json.h"

enum { LANES = 4, RUNS_MAX = 1000 };

struct input {
    bool csv;
    char *text, *at_hand; /* at_hand: one chunk, in the cache as after a read */
    size_t len, header;   /* header: bytes of the first line of CSV */
    const char *time_field, *time_format, *tz;
    size_t chunk;
};

struct lane {
    const char *name;
    enum tlm_cpu cpu;
    bool skipped;
    struct tlm_row_rules rules;
    struct tlm_columns columns;
    struct tlm_assembler assembler;
    struct tlm_rows rows;
    struct tlm_json_parser *json;
    struct tlm_csv_parser *csv;
    size_t values, good_rows, frame_rows, frames, bad_rows; /* of the last run */
    uint64_t check;
    double seconds[RUNS_MAX];
};

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "parse_speed: %s\n", what);
    exit(2);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void read_file(struct input *input, const char *path)
{
    FILE *file = fopen(path, "rb");
    must(file && fseek(file, 0, SEEK_END) == 0, path);
    input->len = (size_t)ftell(file);
    rewind(file);
    input->text = calloc(1, input->len + TLM_TEXT_PADDING);
    input->at_hand = calloc(1, input->len + TLM_TEXT_PADDING);
    must(input->at_hand && input->text && fread(input->text, 1, input->len, file) == input->len,
         path);
    fclose(file);
    const char *newline = memchr(input->text, '\n', input->len);
    must(newline != NULL, "no line in the file");
    input->header = input->csv ? (size_t)(newline + 1 - input->text) : 0;
}

static void set_header(struct lane *lane, const struct input *input)
{
    struct tlm_arena arena = {0};
    struct tlm_string *names;
    size_t n;
    lane->csv = tlm__csv_parser_new(&lane->assembler);
    must(lane->csv && !tlm__csv_split(input->text, input->header, ',', &arena, &names, &n) &&
             !tlm__csv_set_header(lane->csv, names, n, NULL),
         "header");
    tlm__arena_release(&arena);
}

static void open_lane(struct lane *lane, const struct input *input)
{
    struct tlm_row_options options;
    tlm_row_options_init(&options);
    options.cpu = lane->cpu;
    options.time_format = input->time_format;
    options.tz = input->tz;
    must(!tlm__row_rules_init(&lane->rules, &options, NULL), "rules");
    lane->rules.input = input->csv ? TLM_INPUT_CSV : TLM_INPUT_JSONL;
    lane->rules.shape = TLM_SHAPE_WIDE;
    lane->rules.delimiter = ',';
    lane->rules.time_parts[0] = input->time_field;
    lane->rules.time_part_lens[0] = strlen(input->time_field);
    lane->rules.n_time_parts = 1;
    tlm__columns_init(&lane->columns, &lane->rules);
    must(!tlm__assembler_init(&lane->assembler, &lane->rules, &lane->columns, NULL), "assembler");
    lane->assembler.rows = &lane->rows;
    if (input->csv)
        set_header(lane, input);
    else
        must((lane->json = tlm__json_parser_new(&lane->assembler)) != NULL, "parser");
}

static void close_lane(struct lane *lane)
{
    tlm__json_parser_free(lane->json);
    tlm__csv_parser_free(lane->csv);
    tlm__assembler_release(&lane->assembler);
    tlm__columns_release(&lane->columns);
    tlm__rows_release(&lane->rows);
    tlm__row_rules_release(&lane->rules);
}

static void count_value(struct lane *lane, const struct tlm_frame_column *column, size_t row)
{
    const uint8_t kind = column->kinds ? column->kinds[row] : column->kind;
    if (kind == TLM_CELL_NONE)
        return;
    lane->values++;
    lane->check += column->values[row];
}

static void count(struct lane *lane)
{
    const struct tlm_rows *rows = &lane->rows;
    lane->values += rows->n_cells;
    lane->good_rows += rows->n_rows + rows->frame_rows;
    lane->bad_rows += rows->n_bad;
    lane->frame_rows += rows->frame_rows;
    lane->frames += rows->n_frames;
    for (size_t i = 0; i < rows->n_cells; i++)
        lane->check += (uint64_t)rows->cells[i].value.integer;
    for (size_t i = 0; i < rows->n_frames; i++) {
        const struct tlm_frame *frame = &rows->frames[i];
        for (size_t c = 0; c < frame->n_columns; c++)
            for (size_t r = 0; r < frame->n_rows; r++)
                count_value(lane, &frame->columns[c], r);
    }
}

/* The whole text once; returns the seconds that the parser took. */
static double parse(struct lane *lane, const struct input *input, bool counting)
{
    double spent = 0;
    struct tlm_place at = {.row = 1, .line = 1};
    lane->values = lane->good_rows = lane->frame_rows = lane->frames = lane->bad_rows = 0;
    lane->check = 0;
    for (size_t from = input->header; from < input->len;) {
        size_t size = input->len - from < input->chunk ? input->len - from : input->chunk;
        while (from + size < input->len && input->text[from + size - 1] != '\n')
            size++;
        memcpy(input->at_hand, input->text + from, size);
        const char *text = input->at_hand;
        double start = now();
        tlm__rows_reset(&lane->rows);
        must(input->csv ? tlm__csv_parse(lane->csv, text, size, at, &at.row, &at.line)
                        : tlm__json_parse(lane->json, text, size, at, &at.row, &at.line),
             "memory is out");
        spent += now() - start;
        if (counting)
            count(lane);
        from += size;
    }
    return spent;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void report(struct lane *lane, const struct input *input, size_t runs)
{
    qsort(lane->seconds, runs, sizeof *lane->seconds, by_size);
    double least = lane->seconds[0], median = lane->seconds[runs / 2];
    double values = (double)(lane->values + lane->good_rows); /* the times too */
    printf("%-9s %7.2f %7.2f ns/value %8.0f MB/s  %zu rows, %zu in %zu frames, %zu bad, sum %llx\n",
           lane->name, least * 1e9 / values, median * 1e9 / values,
           (double)(input->len - input->header) / least * 1e-6, lane->good_rows, lane->frame_rows,
           lane->frames, lane->bad_rows, (unsigned long long)lane->check);
}

int main(int argc, char **argv)
{
    static struct lane lanes[LANES] = {{.name = "best", .cpu = TLM_CPU_AUTO},
                                       {.name = "avx2", .cpu = TLM_CPU_AVX2},
                                       {.name = "portable", .cpu = TLM_CPU_PORTABLE},
                                       {.name = "rowwise", .cpu = TLM_CPU_ROWWISE}};
    struct input input = {.time_field = "ts", .chunk = 256 * 1024};
    size_t runs = 9;
    const char *only = NULL;
    must(argc >= 3, "usage: parse_speed jsonl|csv FILE [--runs N] [--chunk BYTES] [--time FIELD]");
    input.csv = strcmp(argv[1], "csv") == 0;
    for (int i = 3; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--runs") == 0)
            runs = (size_t)strtoul(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--chunk") == 0)
            input.chunk = (size_t)strtoul(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--time") == 0)
            input.time_field = argv[i + 1];
        else if (strcmp(argv[i], "--only") == 0)
            only = argv[i + 1];
        else if (strcmp(argv[i], "--time-format") == 0)
            input.time_format = argv[i + 1];
        else if (strcmp(argv[i], "--tz") == 0)
            input.tz = argv[i + 1];
    }
    must(runs && runs <= RUNS_MAX && input.chunk, "numbers");
    read_file(&input, argv[2]);
    for (size_t i = 0; i < LANES; i++) {
        lanes[i].skipped = only && strcmp(only, lanes[i].name) != 0;
        if (lanes[i].skipped)
            continue;
        open_lane(&lanes[i], &input);
        parse(&lanes[i], &input, true);
    }
    for (size_t run = 0; run < runs; run++)
        for (size_t i = 0; i < LANES; i++)
            if (!lanes[i].skipped)
                lanes[i].seconds[run] = parse(&lanes[i], &input, false);
    for (size_t i = 0; i < LANES; i++) {
        if (lanes[i].skipped)
            continue;
        parse(&lanes[i], &input, true);
        report(&lanes[i], &input, runs);
        close_lane(&lanes[i]);
    }
    free(input.text);
    free(input.at_hand);
    return 0;
}
