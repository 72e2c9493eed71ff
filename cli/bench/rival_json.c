#include "bench/rival_text.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/failure.h"

enum row_shape { SHAPE_UNKNOWN, SHAPE_WIDE, SHAPE_LONG };

struct json_state {
    struct rival_writer *writer;
    const char *time;
    enum row_shape shape;
    void *items; /* room for the elements of one array */
    size_t items_bytes;
    char *text; /* of the last JsonStruct */
};

static void *reserve_items(struct json_state *state, size_t n, size_t size)
{
    if (n * size > state->items_bytes || !state->items) {
        void *larger = realloc(state->items, 2 * n * size + 1);
        if (!larger)
            return NULL;
        state->items = larger;
        state->items_bytes = 2 * n * size + 1;
    }
    return state->items;
}

/* Whether an array holds numbers (and null) only, or strings (and null) only, or others. */
static enum tlm_type array_type(const json_t *array)
{
    bool numbers = true, strings = true;
    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *item = json_array_get(array, i);
        numbers = numbers && (json_is_number(item) || json_is_null(item));
        strings = strings && (json_is_string(item) || json_is_null(item));
    }
    return numbers ? TLM_DOUBLE_ARRAY : strings ? TLM_STRING_ARRAY : TLM_JSON;
}

static bool take_doubles(struct json_state *state, const json_t *array, struct rival_value *value)
{
    size_t n = json_array_size(array);
    double *doubles = reserve_items(state, n, sizeof *doubles);
    for (size_t i = 0; doubles && i < n; i++) {
        const json_t *item = json_array_get(array, i);
        doubles[i] = json_is_null(item) ? (double)NAN : json_number_value(item);
    }
    value->as.doubles = (struct tlm_doubles){doubles, n};
    return doubles != NULL;
}

static bool take_strings(struct json_state *state, const json_t *array, struct rival_value *value)
{
    size_t n = json_array_size(array);
    struct tlm_string *strings = reserve_items(state, n, sizeof *strings);
    for (size_t i = 0; strings && i < n; i++) {
        const json_t *item = json_array_get(array, i);
        strings[i] = (struct tlm_string){json_string_value(item), json_string_length(item)};
    }
    value->as.strings = (struct tlm_strings){strings, n};
    return strings != NULL;
}

static bool take_json(struct json_state *state, const json_t *item, struct rival_value *value)
{
    free(state->text);
    state->text = json_dumps(item, JSON_COMPACT | JSON_ENCODE_ANY);
    if (!state->text)
        return false;
    value->as.text = (struct tlm_string){state->text, strlen(state->text)};
    return true;
}

static bool take_array(struct json_state *state, const json_t *array, struct rival_value *value)
{
    value->type = array_type(array);
    if (value->type == TLM_DOUBLE_ARRAY)
        return take_doubles(state, array, value);
    if (value->type == TLM_STRING_ARRAY)
        return take_strings(state, array, value);
    return take_json(state, array, value);
}

/* What a value of a row becomes; false: memory is out. Not for null. */
static bool take_value(struct json_state *state, const json_t *item, struct rival_value *value)
{
    switch (json_typeof(item)) {
    case JSON_REAL:
        value->type = TLM_DOUBLE;
        value->as.real = json_real_value(item);
        return true;
    case JSON_INTEGER:
    case JSON_TRUE:
    case JSON_FALSE:
        value->type = TLM_LONG;
        value->as.integer = json_is_integer(item) ? json_integer_value(item) : json_is_true(item);
        return true;
    case JSON_STRING:
        value->type = TLM_STRING;
        value->as.text = (struct tlm_string){json_string_value(item), json_string_length(item)};
        return true;
    case JSON_ARRAY:
        return take_array(state, item, value);
    case JSON_OBJECT:
    case JSON_NULL:
        break;
    }
    value->type = TLM_JSON;
    return take_json(state, item, value);
}

static enum tlm_code add_json_point(struct json_state *state, size_t place, const char *name,
                                    int64_t time_ns, const json_t *item, struct tlm_error *error)
{
    struct rival_value value;
    if (json_is_null(item))
        return TLM_OK;
    struct rival_series *series = rival_writer_series(state->writer, place, name);
    if (!series || !take_value(state, item, &value))
        return bench_fail_memory(error);
    return rival_writer_add(state->writer, series, time_ns, &value, error);
}

static bool json_time(const json_t *time, int64_t *ns)
{
    if (!json_is_integer(time))
        return json_is_string(time) && rival_time_parse(json_string_value(time), ns);
    *ns = json_integer_value(time);
    return true;
}

static enum tlm_code add_json_row(struct json_state *state, json_t *row, struct tlm_error *error)
{
    enum tlm_code code = TLM_OK;
    json_t *time = json_object_get(row, state->time), *item;
    json_t *channel = json_object_get(row, "channel");
    const char *key;
    size_t place = 0;
    int64_t ns;
    if (!json_time(time, &ns))
        return TLM_OK;
    if (state->shape == SHAPE_UNKNOWN)
        state->shape =
            json_is_string(channel) && json_object_get(row, "value") && json_object_size(row) == 3
                ? SHAPE_LONG
                : SHAPE_WIDE;
    if (state->shape == SHAPE_LONG) {
        item = json_object_get(row, "value");
        return json_is_string(channel) && item
                   ? add_json_point(state, SIZE_MAX, json_string_value(channel), ns, item, error)
                   : TLM_OK;
    }
    json_object_foreach(row, key, item)
    {
        if (item != time && !code)
            code = add_json_point(state, place++, key, ns, item, error);
    }
    return code;
}

static enum tlm_code read_json_rows(struct json_state *state, FILE *in, struct tlm_error *error)
{
    enum tlm_code code = TLM_OK;
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    while (!code && (len = getline(&line, &size, in)) > 0) {
        json_t *row = json_loadb(line, (size_t)len, 0, NULL);
        if (json_is_object(row))
            code = add_json_row(state, row, error);
        json_decref(row);
    }
    free(line);
    return code;
}

enum tlm_code rival_read_jsonl(struct rival_writer *writer, const char *in, const char *time,
                               struct tlm_error *error)
{
    struct json_state state = {.writer = writer, .time = time};
    FILE *file = fopen(in, "rb");
    if (!file)
        return bench_fail_io(error, in);
    enum tlm_code code = read_json_rows(&state, file, error);
    if (!code && ferror(file))
        code = bench_fail(error, TLM_IO, "%s: cannot be read", in);
    fclose(file);
    free(state.items);
    free(state.text);
    return code;
}
