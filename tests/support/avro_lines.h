/* Telemetry files as lines of text, one for each point, as avro-c reads them:
 *   CHANNEL{k=v,...} TIME TYPE VALUE
 * with doubles as the hex of their bits, so that equal lines are equal points. */
#ifndef TLM_TESTS_AVRO_LINES_H
#define TLM_TESTS_AVRO_LINES_H

#include <avro.h>
#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct lines {
    char **items;
    size_t n, cap;
};

static inline void lines_add(struct lines *lines, char *line)
{
    if (lines->n == lines->cap) {
        lines->cap = lines->cap ? lines->cap * 2 : 1024;
        lines->items = realloc(lines->items, lines->cap * sizeof *lines->items);
        ck_assert_ptr_nonnull(lines->items);
    }
    lines->items[lines->n++] = line;
}

static inline void lines_release(struct lines *lines)
{
    for (size_t i = 0; i < lines->n; i++)
        free(lines->items[i]);
    free(lines->items);
    *lines = (struct lines){0};
}

static inline int lines_compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static inline void lines_sort(struct lines *lines)
{
    qsort(lines->items, lines->n, sizeof *lines->items, lines_compare);
}

static inline uint64_t lines_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static inline const char *lines_string(const avro_value_t *value, size_t *len)
{
    const char *text;
    ck_assert_int_eq(avro_value_get_string(value, &text, len), 0);
    --*len; /* avro-c counts the NUL */
    return text;
}

static inline void lines_print_items(FILE *out, const avro_value_t *record)
{
    avro_value_t items, item;
    size_t n, len;
    double real;
    ck_assert_int_eq(avro_value_get_by_index(record, 0, &items, NULL), 0);
    ck_assert_int_eq(avro_value_get_size(&items, &n), 0);
    for (size_t i = 0; i < n; i++) {
        ck_assert_int_eq(avro_value_get_by_index(&items, i, &item, NULL), 0);
        if (avro_value_get_type(&item) == AVRO_DOUBLE) {
            avro_value_get_double(&item, &real);
            fprintf(out, "%016" PRIx64 ",", lines_bits(real));
        } else {
            const char *text = lines_string(&item, &len);
            fprintf(out, "%zu:%s,", len, text);
        }
    }
}

static inline void lines_print_value(FILE *out, const avro_value_t *value)
{
    static const char *const types[] = {"double", "string", "long", "doubles", "strings", "json"};
    avro_value_t branch, text;
    int number;
    double real;
    int64_t integer;
    size_t len;
    ck_assert_int_eq(avro_value_get_discriminant(value, &number), 0);
    ck_assert_int_eq(avro_value_get_current_branch(value, &branch), 0);
    fprintf(out, "%s ", types[number]);
    switch (number) {
    case 0:
        avro_value_get_double(&branch, &real);
        fprintf(out, "%016" PRIx64, lines_bits(real));
        break;
    case 1:
        fputs(lines_string(&branch, &len), out);
        break;
    case 2:
        avro_value_get_long(&branch, &integer);
        fprintf(out, "%" PRId64, integer);
        break;
    case 3:
    case 4:
        lines_print_items(out, &branch);
        break;
    default:
        ck_assert_int_eq(avro_value_get_by_index(&branch, 0, &text, NULL), 0);
        fputs(lines_string(&text, &len), out);
    }
}

static inline void lines_print_series(FILE *out, const avro_value_t *record)
{
    avro_value_t channel, tags, tag;
    const char *key;
    size_t n, len;
    ck_assert_int_eq(avro_value_get_by_index(record, 0, &channel, NULL), 0);
    ck_assert_int_eq(avro_value_get_by_index(record, 3, &tags, NULL), 0);
    ck_assert_int_eq(avro_value_get_size(&tags, &n), 0);
    fprintf(out, "%s{", lines_string(&channel, &len));
    for (size_t i = 0; i < n; i++) {
        ck_assert_int_eq(avro_value_get_by_index(&tags, i, &tag, &key), 0);
        fprintf(out, "%s%s=%s", i ? "," : "", key, lines_string(&tag, &len));
    }
    fputs("} ", out);
}

static inline void lines_add_record(struct lines *lines, const avro_value_t *record)
{
    avro_value_t times, values, item;
    size_t n, n_values;
    int64_t time;
    ck_assert_int_eq(avro_value_get_by_index(record, 1, &times, NULL), 0);
    ck_assert_int_eq(avro_value_get_by_index(record, 2, &values, NULL), 0);
    ck_assert_int_eq(avro_value_get_size(&times, &n), 0);
    ck_assert_int_eq(avro_value_get_size(&values, &n_values), 0);
    ck_assert_uint_eq(n, n_values);
    for (size_t i = 0; i < n; i++) {
        char *line = NULL;
        size_t size;
        FILE *out = open_memstream(&line, &size);
        lines_print_series(out, record);
        avro_value_get_by_index(&times, i, &item, NULL);
        ck_assert_int_eq(avro_value_get_long(&item, &time), 0);
        fprintf(out, "%" PRId64 " ", time);
        avro_value_get_by_index(&values, i, &item, NULL);
        lines_print_value(out, &item);
        fclose(out);
        lines_add(lines, line);
    }
}

/* Appends the points of a file; returns how many there were. */
static inline size_t lines_read(struct lines *lines, const char *path)
{
    avro_file_reader_t reader;
    size_t before = lines->n;
    ck_assert_msg(avro_file_reader(path, &reader) == 0, "%s: %s", path, avro_strerror());
    avro_schema_t schema = avro_file_reader_get_writer_schema(reader);
    avro_value_iface_t *iface = avro_generic_class_from_schema(schema);
    avro_value_t record;
    avro_generic_value_new(iface, &record);
    while (avro_file_reader_read_value(reader, &record) == 0) {
        lines_add_record(lines, &record);
        avro_value_reset(&record);
    }
    avro_value_decref(&record);
    avro_value_iface_decref(iface);
    avro_schema_decref(schema);
    avro_file_reader_close(reader);
    return lines->n - before;
}

#endif
