#include "bench/rival_avro.h"

#include <avro.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/failure.h"

#define BATCH_POINTS 250000
#define BATCH_BYTES (6 << 20)  /* of texts and arrays */
#define BLOCK_BYTES (16 << 20) /* avro-c cannot write a record larger than its block */

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

struct rival_series {
    char *name;
    avro_value_t record, times, values; /* the latter two lie in record */
    size_t points;
};

struct rival_writer {
    avro_schema_t schema;
    avro_value_iface_t *class;
    avro_file_writer_t file;
    bool has_file;
    struct rival_series **series; /* in order of appearance */
    size_t n_series, series_cap;
    size_t *slots; /* hash table: index in series + 1, or 0 */
    size_t n_slots;
    size_t points, bytes; /* held */
    uint64_t total;
    char *text; /* room to end a text with NUL */
    size_t text_cap;
};

static enum tlm_code avro_fail(struct tlm_error *error)
{
    return bench_fail(error, TLM_IO, "avro-c: %s", avro_strerror());
}

/* ---- series -----------------------------------------------------------------------------------
 */

static void series_free(struct rival_series *series)
{
    if (!series)
        return;
    if (series->record.self)
        avro_value_decref(&series->record);
    free(series->name);
    free(series);
}

/* The handles of the fields stay good while the record lives, a reset included. */
static struct rival_series *series_new(struct rival_writer *writer, const char *name)
{
    struct rival_series *series = calloc(1, sizeof *series);
    if (!series)
        return NULL;
    series->name = strdup(name);
    if (!series->name || avro_generic_value_new(writer->class, &series->record) ||
        avro_value_get_by_index(&series->record, 1, &series->times, NULL) ||
        avro_value_get_by_index(&series->record, 2, &series->values, NULL)) {
        series_free(series);
        return NULL;
    }
    return series;
}

/* FNV-1a */
static size_t hash_name(const char *name)
{
    uint64_t hash = 0xcbf29ce484222325U;
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * 0x100000001b3U;
    return (size_t)(hash ^ hash >> 32);
}

/* The slot that holds the name, or the free one where it belongs. */
static size_t *find_slot(const struct rival_writer *writer, const char *name)
{
    size_t mask = writer->n_slots - 1;
    for (size_t i = hash_name(name) & mask;; i = (i + 1) & mask)
        if (!writer->slots[i] || !strcmp(writer->series[writer->slots[i] - 1]->name, name))
            return &writer->slots[i];
}

/* Room for one more series; the table stays at most half full. */
static bool reserve_series(struct rival_writer *writer)
{
    if (writer->n_series < writer->series_cap)
        return true;
    size_t cap = writer->series_cap ? writer->series_cap * 2 : 64;
    struct rival_series **series = realloc(writer->series, cap * sizeof(struct rival_series *));
    if (!series)
        return false;
    writer->series = series;
    size_t *slots = calloc(cap * 2, sizeof *slots);
    if (!slots)
        return false;
    free(writer->slots);
    writer->slots = slots;
    writer->n_slots = cap * 2;
    writer->series_cap = cap;
    for (size_t i = 0; i < writer->n_series; i++)
        *find_slot(writer, series[i]->name) = i + 1;
    return true;
}

struct rival_series *rival_writer_series(struct rival_writer *writer, size_t guess,
                                         const char *name)
{
    if (guess < writer->n_series && !strcmp(writer->series[guess]->name, name))
        return writer->series[guess];
    if (!reserve_series(writer))
        return NULL;
    size_t *slot = find_slot(writer, name);
    if (*slot)
        return writer->series[*slot - 1];
    struct rival_series *series = series_new(writer, name);
    if (!series)
        return NULL;
    writer->series[writer->n_series++] = series;
    *slot = writer->n_series;
    return series;
}

/* ---- records ----------------------------------------------------------------------------------
 */

static int write_series(struct rival_writer *writer, struct rival_series *series)
{
    avro_value_t field;
    int failed = avro_value_get_by_index(&series->record, 0, &field, NULL) ||
                 avro_value_set_string(&field, series->name) ||
                 avro_file_writer_append_value(writer->file, &series->record) ||
                 avro_value_reset(&series->record);
    series->points = 0;
    return failed;
}

static int flush(struct rival_writer *writer)
{
    for (size_t i = 0; i < writer->n_series; i++)
        if (writer->series[i]->points && write_series(writer, writer->series[i]))
            return -1;
    writer->points = 0;
    writer->bytes = 0;
    return 0;
}

/* avro-c counts the NUL that ends a string. */
static int set_text(struct rival_writer *writer, avro_value_t *value, struct tlm_string text)
{
    if (text.len >= writer->text_cap) {
        size_t cap = text.len < 4096 ? 4096 : text.len + text.len / 2;
        char *larger = realloc(writer->text, cap);
        if (!larger)
            return -1;
        writer->text = larger;
        writer->text_cap = cap;
    }
    if (text.len)
        memcpy(writer->text, text.data, text.len);
    writer->text[text.len] = '\0';
    writer->bytes += text.len;
    return avro_value_set_string_len(value, writer->text, text.len + 1);
}

static int set_doubles(struct rival_writer *writer, avro_value_t *record,
                       struct tlm_doubles doubles)
{
    avro_value_t items, item;
    if (avro_value_get_by_index(record, 0, &items, NULL))
        return -1;
    for (size_t i = 0; i < doubles.len; i++)
        if (avro_value_append(&items, &item, NULL) ||
            avro_value_set_double(&item, doubles.items[i]))
            return -1;
    writer->bytes += doubles.len * sizeof(double);
    return 0;
}

static int set_strings(struct rival_writer *writer, avro_value_t *record,
                       struct tlm_strings strings)
{
    avro_value_t items, item;
    if (avro_value_get_by_index(record, 0, &items, NULL))
        return -1;
    for (size_t i = 0; i < strings.len; i++)
        if (avro_value_append(&items, &item, NULL) || set_text(writer, &item, strings.items[i]))
            return -1;
    return 0;
}

static int append_value(struct rival_writer *writer, avro_value_t *values,
                        const struct rival_value *value)
{
    avro_value_t element, branch, json;
    if (avro_value_append(values, &element, NULL) ||
        avro_value_set_branch(&element, (int)value->type, &branch))
        return -1;
    switch (value->type) {
    case TLM_DOUBLE:
        return avro_value_set_double(&branch, value->as.real);
    case TLM_LONG:
        return avro_value_set_long(&branch, value->as.integer);
    case TLM_STRING:
        return set_text(writer, &branch, value->as.text);
    case TLM_DOUBLE_ARRAY:
        return set_doubles(writer, &branch, value->as.doubles);
    case TLM_STRING_ARRAY:
        return set_strings(writer, &branch, value->as.strings);
    case TLM_JSON:
        return avro_value_get_by_index(&branch, 0, &json, NULL) ||
               set_text(writer, &json, value->as.text);
    }
    return -1;
}

enum tlm_code rival_writer_add(struct rival_writer *writer, struct rival_series *series,
                               int64_t time_ns, const struct rival_value *value,
                               struct tlm_error *error)
{
    avro_value_t element;
    if (avro_value_append(&series->times, &element, NULL) ||
        avro_value_set_long(&element, time_ns) || append_value(writer, &series->values, value))
        return avro_fail(error);
    series->points++;
    writer->points++;
    writer->total++;
    if ((writer->points >= BATCH_POINTS || writer->bytes >= BATCH_BYTES) && flush(writer))
        return avro_fail(error);
    return TLM_OK;
}

/* ---- frames -----------------------------------------------------------------------------------
 */

static int append_times(avro_value_t *times, const int64_t *times_ns, const uint8_t *present,
                        size_t n)
{
    avro_value_t element;
    for (size_t i = 0; i < n; i++)
        if ((!present || present[i]) && (avro_value_append(times, &element, NULL) ||
                                         avro_value_set_long(&element, times_ns[i])))
            return -1;
    return 0;
}

/* The most frequent column by a loop of its own. */
static int append_doubles(avro_value_t *values, const double *reals, size_t n)
{
    avro_value_t element, branch;
    for (size_t i = 0; i < n; i++)
        if (avro_value_append(values, &element, NULL) ||
            avro_value_set_branch(&element, TLM_DOUBLE, &branch) ||
            avro_value_set_double(&branch, reals[i]))
            return -1;
    return 0;
}

static struct rival_value value_at(const struct tlm_column *column, size_t i)
{
    struct rival_value value = {.type = column->type};
    switch (column->type) {
    case TLM_DOUBLE:
        value.as.real = ((const double *)column->values)[i];
        break;
    case TLM_LONG:
        value.as.integer = ((const int64_t *)column->values)[i];
        break;
    case TLM_STRING:
    case TLM_JSON:
        value.as.text = ((const struct tlm_string *)column->values)[i];
        break;
    case TLM_DOUBLE_ARRAY:
        value.as.doubles = ((const struct tlm_doubles *)column->values)[i];
        break;
    case TLM_STRING_ARRAY:
        value.as.strings = ((const struct tlm_strings *)column->values)[i];
        break;
    }
    return value;
}

static int append_column(struct rival_writer *writer, struct rival_series *series,
                         const struct tlm_column *column, size_t first, size_t n)
{
    if (column->type == TLM_DOUBLE && !column->present) {
        series->points += n;
        writer->points += n;
        return append_doubles(&series->values, (const double *)column->values + first, n);
    }
    for (size_t i = first; i < first + n; i++) {
        if (column->present && !column->present[i])
            continue;
        struct rival_value value = value_at(column, i);
        if (append_value(writer, &series->values, &value))
            return -1;
        series->points++;
        writer->points++;
    }
    return 0;
}

/* Rows that go into the batch at hand; texts and arrays are looked at again and again. */
static size_t rows_to_take(const struct rival_writer *writer, const struct tlm_column *columns,
                           size_t n_columns)
{
    size_t rows = (BATCH_POINTS - writer->points) / n_columns;
    bool small = true;
    for (size_t c = 0; c < n_columns; c++)
        small = small && (columns[c].type == TLM_DOUBLE || columns[c].type == TLM_LONG);
    if (!small && rows > 64)
        rows = 64;
    return rows ? rows : 1;
}

static int append_rows(struct rival_writer *writer, const int64_t *times_ns,
                       const struct tlm_column *columns, size_t n_columns, size_t first, size_t n)
{
    for (size_t c = 0; c < n_columns; c++) {
        struct rival_series *series = rival_writer_series(writer, c, columns[c].channel);
        const uint8_t *present = columns[c].present;
        if (!series ||
            append_times(&series->times, times_ns + first, present ? present + first : NULL, n) ||
            append_column(writer, series, &columns[c], first, n))
            return -1;
    }
    return 0;
}

enum tlm_code rival_writer_add_frame(struct rival_writer *writer, const int64_t *times_ns,
                                     const struct tlm_column *columns, size_t n_columns,
                                     size_t rows, struct tlm_error *error)
{
    for (size_t first = 0; n_columns && first < rows;) {
        size_t before = writer->points;
        size_t n = rows_to_take(writer, columns, n_columns);
        n = n < rows - first ? n : rows - first;
        if (append_rows(writer, times_ns, columns, n_columns, first, n))
            return avro_fail(error);
        writer->total += writer->points - before;
        first += n;
        if ((writer->points + n_columns > BATCH_POINTS || writer->bytes >= BATCH_BYTES) &&
            flush(writer))
            return avro_fail(error);
    }
    return TLM_OK;
}

/* ---- the file ---------------------------------------------------------------------------------
 */

enum tlm_code rival_writer_open(struct rival_writer **result, const char *out,
                                struct tlm_error *error)
{
    struct rival_writer *writer = calloc(1, sizeof *writer);
    if (!writer)
        return bench_fail_memory(error);
    remove(out); /* avro-c refuses a file that is there */
    if (avro_schema_from_json_length(schema_json, sizeof schema_json - 1, &writer->schema) ||
        !(writer->class = avro_generic_class_from_schema(writer->schema)) ||
        avro_file_writer_create_with_codec(out, writer->schema, &writer->file, "snappy",
                                           BLOCK_BYTES)) {
        rival_writer_free(writer);
        return avro_fail(error);
    }
    writer->has_file = true;
    *result = writer;
    return TLM_OK;
}

enum tlm_code rival_writer_close(struct rival_writer *writer, struct tlm_error *error)
{
    int failed = flush(writer);
    writer->has_file = false;
    if (avro_file_writer_close(writer->file) || failed)
        return avro_fail(error);
    return TLM_OK;
}

void rival_writer_free(struct rival_writer *writer)
{
    if (!writer)
        return;
    if (writer->has_file)
        avro_file_writer_close(writer->file);
    for (size_t i = 0; i < writer->n_series; i++)
        series_free(writer->series[i]);
    if (writer->class)
        avro_value_iface_decref(writer->class);
    if (writer->schema)
        avro_schema_decref(writer->schema);
    free(writer->series);
    free(writer->slots);
    free(writer->text);
    free(writer);
}

uint64_t rival_writer_points(const struct rival_writer *writer)
{
    return writer->total;
}

/* ---- reading -----------------------------------------------------------------------------------
 */

/* Items of an array value, until the record is done. */
struct piece {
    struct piece *next;
    max_align_t data[];
};

struct rival_reader {
    avro_file_reader_t file;
    avro_schema_t file_schema;
    avro_value_iface_t *class;
    avro_value_t record; /* the next ones lie in it */
    struct tlm_run_of_points run;
    int64_t *times;
    uint8_t *types;
    union tlm_point_value *values;
    struct piece *pieces;
};

static void *take_piece(struct rival_reader *reader, size_t n, size_t size)
{
    struct piece *piece = malloc(sizeof *piece + n * size);
    if (!piece)
        return NULL;
    piece->next = reader->pieces;
    reader->pieces = piece;
    return piece->data;
}

static void drop_pieces(struct rival_reader *reader)
{
    for (struct piece *piece = reader->pieces, *next; piece; piece = next) {
        next = piece->next;
        free(piece);
    }
    reader->pieces = NULL;
}

/* Without the NUL that avro-c counts. */
static int get_text(const avro_value_t *value, struct tlm_string *text)
{
    size_t size;
    if (avro_value_get_string(value, &text->data, &size))
        return EINVAL;
    text->len = size - 1;
    return 0;
}

static int get_reals(struct rival_reader *reader, const avro_value_t *items,
                     struct tlm_doubles *list)
{
    size_t n;
    if (avro_value_get_size(items, &n))
        return EINVAL;
    double *reals = take_piece(reader, n, sizeof *reals);
    *list = (struct tlm_doubles){reals, n};
    for (size_t i = 0; i < n && reals; i++) {
        avro_value_t item;
        if (avro_value_get_by_index(items, i, &item, NULL) ||
            avro_value_get_double(&item, &reals[i]))
            return EINVAL;
    }
    return reals ? 0 : ENOMEM;
}

static int get_texts(struct rival_reader *reader, const avro_value_t *items,
                     struct tlm_strings *list)
{
    size_t n;
    if (avro_value_get_size(items, &n))
        return EINVAL;
    struct tlm_string *texts = take_piece(reader, n, sizeof *texts);
    *list = (struct tlm_strings){texts, n};
    for (size_t i = 0; i < n && texts; i++) {
        avro_value_t item;
        if (avro_value_get_by_index(items, i, &item, NULL) || get_text(&item, &texts[i]))
            return EINVAL;
    }
    return texts ? 0 : ENOMEM;
}

static int get_point(struct rival_reader *reader, const avro_value_t *value, enum tlm_type type,
                     union tlm_point_value *point)
{
    avro_value_t field;
    switch (type) {
    case TLM_DOUBLE:
        return avro_value_get_double(value, &point->real);
    case TLM_LONG:
        return avro_value_get_long(value, &point->integer);
    case TLM_STRING:
        return get_text(value, &point->text);
    case TLM_JSON:
        return avro_value_get_by_index(value, 0, &field, NULL) || get_text(&field, &point->text);
    case TLM_DOUBLE_ARRAY:
        return avro_value_get_by_index(value, 0, &field, NULL) ||
               get_reals(reader, &field, &point->reals);
    case TLM_STRING_ARRAY:
        return avro_value_get_by_index(value, 0, &field, NULL) ||
               get_texts(reader, &field, &point->texts);
    }
    return EINVAL;
}

static int get_values(struct rival_reader *reader, const avro_value_t *values)
{
    for (size_t i = 0; i < reader->run.n; i++) {
        avro_value_t item, branch;
        int type;
        if (avro_value_get_by_index(values, i, &item, NULL) ||
            avro_value_get_discriminant(&item, &type) || type < 0 || type >= TLM_TYPES ||
            avro_value_get_current_branch(&item, &branch) ||
            get_point(reader, &branch, (enum tlm_type)type, &reader->values[i]))
            return EINVAL;
        reader->types[i] = (uint8_t)type;
    }
    return 0;
}

static int get_times(struct rival_reader *reader, const avro_value_t *times)
{
    for (size_t i = 0; i < reader->run.n; i++) {
        avro_value_t item;
        if (avro_value_get_by_index(times, i, &item, NULL) ||
            avro_value_get_long(&item, &reader->times[i]))
            return EINVAL;
    }
    return 0;
}

static int compare_keys(const void *a, const void *b)
{
    const struct tlm_string *x = &((const struct tlm_file_pair *)a)->key;
    const struct tlm_string *y = &((const struct tlm_file_pair *)b)->key;
    int order = memcmp(x->data, y->data, x->len < y->len ? x->len : y->len);
    return order ? order : (x->len > y->len) - (x->len < y->len);
}

static int get_tags(struct rival_reader *reader, const avro_value_t *tags)
{
    size_t n;
    if (avro_value_get_size(tags, &n))
        return EINVAL;
    struct tlm_file_pair *pairs = take_piece(reader, n, sizeof *pairs);
    if (!pairs)
        return ENOMEM;
    for (size_t i = 0; i < n; i++) {
        avro_value_t item;
        if (avro_value_get_by_index(tags, i, &item, &pairs[i].key.data) ||
            get_text(&item, &pairs[i].value))
            return EINVAL;
        pairs[i].key.len = strlen(pairs[i].key.data);
    }
    qsort(pairs, n, sizeof *pairs, compare_keys);
    reader->run.tags = pairs;
    reader->run.n_tags = n;
    return 0;
}

/* The record at hand as a run of points. */
static int get_run(struct rival_reader *reader)
{
    avro_value_t channel, times, values, tags;
    size_t n, n_values;
    if (avro_value_get_by_index(&reader->record, 0, &channel, NULL) ||
        avro_value_get_by_index(&reader->record, 1, &times, NULL) ||
        avro_value_get_by_index(&reader->record, 2, &values, NULL) ||
        avro_value_get_by_index(&reader->record, 3, &tags, NULL) ||
        avro_value_get_size(&times, &n) || avro_value_get_size(&values, &n_values) || n != n_values)
        return EINVAL;
    reader->run = (struct tlm_run_of_points){.n = n};
    reader->run.timestamps_ns = reader->times = take_piece(reader, n, sizeof *reader->times);
    reader->run.types = reader->types = take_piece(reader, n, 1);
    reader->run.values = reader->values = take_piece(reader, n, sizeof *reader->values);
    if (!reader->times || !reader->types || !reader->values)
        return ENOMEM;
    return get_text(&channel, &reader->run.channel) || get_times(reader, &times) ||
           get_values(reader, &values) || get_tags(reader, &tags);
}

static enum tlm_code read_records(struct rival_reader *reader, rival_points *points, void *ctx,
                                  uint64_t *records, struct tlm_error *error)
{
    enum tlm_code code = TLM_OK;
    int end;
    for (*records = 0; !code; (*records)++) {
        avro_value_reset(&reader->record);
        end = avro_file_reader_read_value(reader->file, &reader->record);
        if (end)
            break;
        if (points && get_run(reader))
            code = avro_fail(error);
        else if (points && reader->run.n)
            code = points(ctx, &reader->run, error);
        drop_pieces(reader);
    }
    if (!code && end != EOF)
        code = avro_fail(error);
    return code;
}

enum tlm_code rival_read(const char *path, rival_points *points, void *ctx, uint64_t *records,
                         struct tlm_error *error)
{
    struct rival_reader reader = {0};
    enum tlm_code code = TLM_OK;
    if (avro_file_reader(path, &reader.file))
        return avro_fail(error);
    reader.file_schema = avro_file_reader_get_writer_schema(reader.file);
    reader.class = avro_generic_class_from_schema(reader.file_schema);
    if (!reader.class || avro_generic_value_new(reader.class, &reader.record))
        code = avro_fail(error);
    else
        code = read_records(&reader, points, ctx, records, error);
    if (reader.record.self)
        avro_value_decref(&reader.record);
    if (reader.class)
        avro_value_iface_decref(reader.class);
    avro_schema_decref(reader.file_schema);
    avro_file_reader_close(reader.file);
    return code;
}
