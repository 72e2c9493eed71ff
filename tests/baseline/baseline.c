/*
 * The straightforward way, to measure tlm against: jansson or libcsv parse, avro-c's value API and
 * data-file writer write. The same records as tlm: one per series and batch of 250,000 points.
 *
 *   baseline jsonl|csv IN OUT.avro       (the first column, or the key "ts", is epoch nanoseconds)
 */
#include <avro.h>
#include <csv.h>
#include <jansson.h>

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH_POINTS 250000
#define BLOCK_BYTES (16 << 20) /* avro-c cannot write a record larger than its block */
#define READ_BYTES (1 << 20)

static const char schema_json[] =
    "{\"type\":\"record\",\"name\":\"AvroStream\",\"namespace\":\"io.nominal.ingest\",\"fields\":["
    "{\"name\":\"channel\",\"type\":\"string\"},"
    "{\"name\":\"timestamps\",\"type\":{\"type\":\"array\",\"items\":\"long\"}},"
    "{\"name\":\"values\",\"type\":{\"type\":\"array\",\"items\":[\"double\",\"string\",\"long\","
    "{\"type\":\"record\",\"name\":\"DoubleArray\",\"fields\":["
    "{\"name\":\"items\",\"type\":{\"type\":\"array\",\"items\":\"double\"}}]},"
    "{\"type\":\"record\",\"name\":\"StringArray\",\"fields\":["
    "{\"name\":\"items\",\"type\":{\"type\":\"array\",\"items\":\"string\"}}]},"
    "{\"type\":\"record\",\"name\":\"JsonStruct\",\"fields\":["
    "{\"name\":\"json\",\"type\":\"string\"}]}]}},"
    "{\"name\":\"tags\",\"type\":{\"type\":\"map\",\"values\":\"string\"},\"default\":{}}]}";

/* The number is the branch of the union. */
enum kind { DOUBLE = 0, STRING = 1, LONG = 2 };

struct value {
    enum kind kind;
    union {
        double real;
        int64_t integer;
        char *text; /* owned */
    } as;
};

struct series {
    char *name;
    int64_t *times;
    struct value *values;
    size_t len, cap;
};

struct batch {
    struct series *series;
    size_t n_series;
    size_t points;  /* held */
    uint64_t total; /* written and held */
    uint64_t rows;
    avro_file_writer_t writer;
    avro_value_t record;
};

static void die(const char *what, const char *why)
{
    fprintf(stderr, "baseline: %s: %s\n", what, why);
    exit(1);
}

static void *grow(void *memory, size_t bytes)
{
    void *larger = realloc(memory, bytes);
    if (!larger)
        die("memory", "out of it");
    return larger;
}

static void check(int error, const char *what)
{
    if (error)
        die(what, avro_strerror());
}

/* Rows mostly have the same columns, so the series at the same place is tried first. */
static struct series *find_series(struct batch *batch, size_t guess, const char *name)
{
    if (guess < batch->n_series && !strcmp(batch->series[guess].name, name))
        return &batch->series[guess];
    for (size_t i = 0; i < batch->n_series; i++)
        if (!strcmp(batch->series[i].name, name))
            return &batch->series[i];
    batch->series = grow(batch->series, (batch->n_series + 1) * sizeof *batch->series);
    struct series *series = &batch->series[batch->n_series++];
    *series = (struct series){.name = strdup(name)};
    return series;
}

static void append_value(avro_value_t *array, const struct value *value)
{
    avro_value_t element, branch;
    check(avro_value_append(array, &element, NULL), "append");
    check(avro_value_set_branch(&element, (int)value->kind, &branch), "branch");
    if (value->kind == DOUBLE)
        check(avro_value_set_double(&branch, value->as.real), "double");
    else if (value->kind == LONG)
        check(avro_value_set_long(&branch, value->as.integer), "long");
    else
        check(avro_value_set_string(&branch, value->as.text), "string");
}

static void write_series(struct batch *batch, struct series *series)
{
    avro_value_t field, element;
    check(avro_value_reset(&batch->record), "reset");
    check(avro_value_get_by_index(&batch->record, 0, &field, NULL), "channel");
    check(avro_value_set_string(&field, series->name), "channel");
    check(avro_value_get_by_index(&batch->record, 1, &field, NULL), "timestamps");
    for (size_t i = 0; i < series->len; i++) {
        check(avro_value_append(&field, &element, NULL), "append");
        check(avro_value_set_long(&element, series->times[i]), "timestamp");
    }
    check(avro_value_get_by_index(&batch->record, 2, &field, NULL), "values");
    for (size_t i = 0; i < series->len; i++)
        append_value(&field, &series->values[i]);
    check(avro_file_writer_append_value(batch->writer, &batch->record), "write");
    for (size_t i = 0; i < series->len; i++)
        if (series->values[i].kind == STRING)
            free(series->values[i].as.text);
    series->len = 0;
}

static void flush(struct batch *batch)
{
    for (size_t i = 0; i < batch->n_series; i++)
        if (batch->series[i].len)
            write_series(batch, &batch->series[i]);
    batch->points = 0;
}

static void add_point(struct batch *batch, struct series *series, int64_t time, struct value value)
{
    if (series->len == series->cap) {
        series->cap = series->cap ? series->cap * 2 : 1024;
        series->times = grow(series->times, series->cap * sizeof *series->times);
        series->values = grow(series->values, series->cap * sizeof *series->values);
    }
    series->times[series->len] = time;
    series->values[series->len++] = value;
    batch->total++;
    if (++batch->points == BATCH_POINTS)
        flush(batch);
}

static void add_json_row(struct batch *batch, json_t *row)
{
    json_t *time = json_object_get(row, "ts"), *item;
    const char *key;
    size_t place = 0;
    if (!json_is_integer(time))
        die("row", "no integer ts");
    json_object_foreach(row, key, item)
    {
        if (item == time)
            continue;
        struct value value;
        if (json_is_real(item))
            value = (struct value){.kind = DOUBLE, .as.real = json_real_value(item)};
        else if (json_is_integer(item))
            value = (struct value){.kind = LONG, .as.integer = json_integer_value(item)};
        else if (json_is_string(item))
            value = (struct value){.kind = STRING, .as.text = strdup(json_string_value(item))};
        else
            continue;
        add_point(batch, find_series(batch, place++, key), json_integer_value(time), value);
    }
    batch->rows++;
}

static void convert_json(struct batch *batch, FILE *in)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    while ((len = getline(&line, &size, in)) > 0) {
        json_error_t error;
        json_t *row = json_loadb(line, (size_t)len, 0, &error);
        if (!json_is_object(row))
            die("row", error.text);
        add_json_row(batch, row);
        json_decref(row);
    }
    free(line);
}

struct csv_state {
    struct batch *batch;
    bool in_data; /* the header is behind us */
    size_t column;
    int64_t time;
};

static void on_cell(void *bytes, size_t len, void *ctx)
{
    struct csv_state *state = ctx;
    struct batch *batch = state->batch;
    char *text = bytes, *end; /* ends with NUL: CSV_APPEND_NULL */
    size_t column = state->column++;
    if (!state->in_data) {
        if (column)
            find_series(batch, column - 1, text);
        return;
    }
    if (column == 0) {
        state->time = strtoll(text, &end, 10);
        return;
    }
    if (!len || column > batch->n_series)
        return;
    struct value value = {.kind = DOUBLE, .as.real = strtod(text, &end)};
    if (*end)
        value = (struct value){.kind = STRING, .as.text = strdup(text)};
    add_point(batch, &batch->series[column - 1], state->time, value);
}

static void on_row(int end, void *ctx)
{
    (void)end;
    struct csv_state *state = ctx;
    state->batch->rows += state->in_data;
    state->in_data = true;
    state->column = 0;
}

static void convert_csv(struct batch *batch, FILE *in)
{
    struct csv_parser parser;
    struct csv_state state = {.batch = batch};
    char *bytes = grow(NULL, READ_BYTES);
    size_t len;
    if (csv_init(&parser, CSV_APPEND_NULL))
        die("csv", "cannot start");
    while ((len = fread(bytes, 1, READ_BYTES, in)) > 0)
        if (csv_parse(&parser, bytes, len, on_cell, on_row, &state) != len)
            die("csv", csv_strerror(csv_error(&parser)));
    csv_fini(&parser, on_cell, on_row, &state);
    csv_free(&parser);
    free(bytes);
}

int main(int argc, char **argv)
{
    if (argc != 4 || (strcmp(argv[1], "jsonl") && strcmp(argv[1], "csv")))
        die("usage", "baseline jsonl|csv IN OUT.avro");
    FILE *in = fopen(argv[2], "rb");
    if (!in)
        die(argv[2], strerror(errno));
    remove(argv[3]);
    avro_schema_t schema;
    struct batch batch = {0};
    check(avro_schema_from_json_length(schema_json, sizeof schema_json - 1, &schema), "schema");
    avro_value_iface_t *class = avro_generic_class_from_schema(schema);
    check(avro_generic_value_new(class, &batch.record), "record");
    check(avro_file_writer_create_with_codec(argv[3], schema, &batch.writer, "snappy", BLOCK_BYTES),
          argv[3]);
    if (!strcmp(argv[1], "jsonl"))
        convert_json(&batch, in);
    else
        convert_csv(&batch, in);
    flush(&batch);
    check(avro_file_writer_close(batch.writer), "close");
    fclose(in);
    for (size_t i = 0; i < batch.n_series; i++) {
        free(batch.series[i].name);
        free(batch.series[i].times);
        free(batch.series[i].values);
    }
    free(batch.series);
    avro_value_decref(&batch.record);
    avro_value_iface_decref(class);
    avro_schema_decref(schema);
    printf("%" PRIu64 " rows, %" PRIu64 " points\n", batch.rows, batch.total);
    return 0;
}
