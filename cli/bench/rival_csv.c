#include "bench/rival_text.h"

#include <csv.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/failure.h"

#define READ_BYTES (1 << 20)
#define ABSENT SIZE_MAX

struct cell {
    size_t at, len; /* in the text of the row */
};

struct csv_state {
    struct rival_writer *writer;
    const char *time_name;
    struct tlm_error *error;
    enum tlm_code code; /* the first failure */
    bool in_data;       /* the header is behind us */
    char **names;
    size_t n_names;
    size_t time_column, channel_column, value_column; /* or ABSENT */
    bool is_long;
    size_t column;
    enum { TIME_AHEAD, TIME_KNOWN, TIME_BAD } state;
    int64_t time_ns;
    struct cell *cells; /* of this row, where its time comes later, or it is long */
    char *text;
    size_t text_len, text_cap;
};

static void stop(struct csv_state *state)
{
    if (!state->code)
        state->code = bench_fail_memory(state->error);
}

/* A number when all of the text is one: long when it has neither dot nor exponent. */
static struct rival_value take_cell(char *text, size_t len)
{
    char *end;
    struct rival_value value = {TLM_DOUBLE, {.real = strtod(text, &end)}};
    if (*end)
        return (struct rival_value){TLM_STRING, {.text = {text, len}}};
    double real = value.as.real;
    if (fabs(real) < 0x1p63 && real == (double)(int64_t)real && !strpbrk(text, ".eE"))
        value = (struct rival_value){TLM_LONG, {.integer = strtoll(text, NULL, 10)}};
    return value;
}

static void add_cell(struct csv_state *state, size_t place, const char *name, char *text,
                     size_t len)
{
    if (!len || state->code)
        return;
    struct rival_value value = take_cell(text, len);
    struct rival_series *series = rival_writer_series(state->writer, place, name);
    if (!series)
        stop(state);
    else
        state->code = rival_writer_add(state->writer, series, state->time_ns, &value, state->error);
}

/* A column's place among the series: all but the time have one, once each has had a value. */
static void add_wide(struct csv_state *state, size_t column, char *text, size_t len)
{
    size_t place = column - (column > state->time_column);
    add_cell(state, place, state->names[column], text, len);
}

static void hold_cell(struct csv_state *state, const char *text, size_t len)
{
    if (state->text_len + len + 1 > state->text_cap) {
        size_t cap = 2 * (state->text_len + len + 1);
        char *larger = realloc(state->text, cap);
        if (!larger) {
            stop(state);
            return;
        }
        state->text = larger;
        state->text_cap = cap;
    }
    state->cells[state->column] = (struct cell){state->text_len, len};
    memcpy(state->text + state->text_len, text, len + 1);
    state->text_len += len + 1;
}

static void add_name(struct csv_state *state, const char *text)
{
    size_t column = state->n_names;
    char **names = realloc(state->names, (column + 1) * sizeof(char *));
    char *name = strdup(text);
    if (names)
        state->names = names;
    if (!names || !name) {
        free(name);
        stop(state);
        return;
    }
    state->names[state->n_names++] = name;
    if (!strcmp(name, state->time_name))
        state->time_column = column;
    else if (!strcmp(name, "channel"))
        state->channel_column = column;
    else if (!strcmp(name, "value"))
        state->value_column = column;
}

/* The text ends with NUL: CSV_APPEND_NULL. */
static void on_cell(void *bytes, size_t len, void *ctx)
{
    struct csv_state *state = ctx;
    char *text = bytes;
    if (state->code)
        return;
    if (!state->in_data) {
        add_name(state, text);
        return;
    }
    if (state->column < state->n_names) {
        if (state->column == state->time_column)
            state->state = rival_time_parse(text, &state->time_ns) ? TIME_KNOWN : TIME_BAD;
        else if (state->state == TIME_AHEAD || state->is_long)
            hold_cell(state, text, len);
        else if (state->state == TIME_KNOWN)
            add_wide(state, state->column, text, len);
    }
    state->column++;
}

static void end_header(struct csv_state *state)
{
    state->in_data = true;
    state->is_long = state->n_names == 3 && state->time_column != ABSENT &&
                     state->channel_column != ABSENT && state->value_column != ABSENT;
    state->cells = calloc(state->n_names + 1, sizeof *state->cells);
    if (!state->cells)
        stop(state);
}

static void add_long(struct csv_state *state)
{
    const struct cell *channel = &state->cells[state->channel_column];
    const struct cell *value = &state->cells[state->value_column];
    if (state->column > state->channel_column && state->column > state->value_column)
        add_cell(state, ABSENT, state->text + channel->at, state->text + value->at, value->len);
}

static void on_row(int end, void *ctx)
{
    (void)end;
    struct csv_state *state = ctx;
    if (!state->in_data)
        end_header(state);
    else if (state->state == TIME_KNOWN && state->is_long)
        add_long(state);
    else if (state->state == TIME_KNOWN)
        for (size_t i = 0; i < state->time_column; i++)
            add_wide(state, i, state->text + state->cells[i].at, state->cells[i].len);
    state->column = 0;
    state->text_len = 0;
    state->state = TIME_AHEAD;
}

static void read_csv(struct csv_state *state, FILE *in)
{
    struct csv_parser parser;
    char *bytes = malloc(READ_BYTES);
    size_t len;
    if (!bytes || csv_init(&parser, CSV_APPEND_NULL)) {
        free(bytes);
        stop(state);
        return;
    }
    while (!state->code && (len = fread(bytes, 1, READ_BYTES, in)) > 0)
        if (csv_parse(&parser, bytes, len, on_cell, on_row, state) != len)
            state->code =
                bench_fail(state->error, TLM_INPUT, "libcsv: %s", csv_strerror(csv_error(&parser)));
    if (!state->code)
        csv_fini(&parser, on_cell, on_row, state);
    csv_free(&parser);
    free(bytes);
}

enum tlm_code rival_read_csv(struct rival_writer *writer, const char *in, const char *time,
                             struct tlm_error *error)
{
    struct csv_state state = {.writer = writer,
                              .time_name = time,
                              .error = error,
                              .time_column = ABSENT,
                              .channel_column = ABSENT,
                              .value_column = ABSENT};
    FILE *file = fopen(in, "rb");
    if (!file)
        return bench_fail_io(error, in);
    read_csv(&state, file);
    if (!state.code && ferror(file))
        state.code = bench_fail(error, TLM_IO, "%s: cannot be read", in);
    fclose(file);
    for (size_t i = 0; i < state.n_names; i++)
        free(state.names[i]);
    free(state.names);
    free(state.cells);
    free(state.text);
    return state.code;
}
