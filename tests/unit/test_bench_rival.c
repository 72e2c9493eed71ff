/* The rival of `tlm bench`: what it writes, read back with avro-c, is what went in. */
#include <avro.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/rival.h"
#include "bench/rival_text.h"

#include "support/scratch.h"
#include "support/unit.h"

#define START INT64_C(1700000000000000000)

/* ---- a file as text ------------------------------------------------------------------------- */

static void print_text(FILE *to, const avro_value_t *value)
{
    const char *text;
    size_t len;
    ck_assert_int_eq(avro_value_get_string(value, &text, &len), 0);
    fwrite(text, 1, len - 1, to);
}

static void print_scalar(FILE *to, const avro_value_t *value)
{
    double real;
    int64_t integer;
    if (avro_value_get_type(value) == AVRO_DOUBLE) {
        ck_assert_int_eq(avro_value_get_double(value, &real), 0);
        fprintf(to, "%.17g", real);
    } else if (avro_value_get_type(value) == AVRO_INT64) {
        ck_assert_int_eq(avro_value_get_long(value, &integer), 0);
        fprintf(to, "%" PRId64, integer);
    } else {
        print_text(to, value);
    }
}

static void print_value(FILE *to, const avro_value_t *value)
{
    static const char *const kinds[] = {"double", "string", "long", "doubles", "strings", "json"};
    avro_value_t branch, field, item;
    int kind;
    size_t n = 0;
    ck_assert_int_eq(avro_value_get_discriminant(value, &kind), 0);
    ck_assert_int_eq(avro_value_get_current_branch(value, &branch), 0);
    fprintf(to, " %s", kinds[kind]);
    if (kind < TLM_DOUBLE_ARRAY) {
        fputc(' ', to);
        print_scalar(to, &branch);
        return;
    }
    ck_assert_int_eq(avro_value_get_by_index(&branch, 0, &field, NULL), 0);
    if (kind == TLM_JSON) {
        fputc(' ', to);
        print_scalar(to, &field);
        return;
    }
    avro_value_get_size(&field, &n);
    for (size_t i = 0; i < n; i++) {
        avro_value_get_by_index(&field, i, &item, NULL);
        fputc(' ', to);
        print_scalar(to, &item);
    }
}

/* A line for each point: "CHANNEL TIME KIND VALUE...", the time counted from START. */
static void print_record(FILE *to, const avro_value_t *record)
{
    avro_value_t channel, times, values, item;
    size_t n, n_values;
    int64_t time;
    avro_value_get_by_index(record, 0, &channel, NULL);
    avro_value_get_by_index(record, 1, &times, NULL);
    avro_value_get_by_index(record, 2, &values, NULL);
    avro_value_get_size(&times, &n);
    avro_value_get_size(&values, &n_values);
    ck_assert_uint_eq(n, n_values);
    ck_assert_uint_gt(n, 0);
    for (size_t i = 0; i < n; i++) {
        print_text(to, &channel);
        avro_value_get_by_index(&times, i, &item, NULL);
        avro_value_get_long(&item, &time);
        fprintf(to, " %" PRId64, time - START);
        avro_value_get_by_index(&values, i, &item, NULL);
        print_value(to, &item);
        fputc('\n', to);
    }
}

/* To be freed. */
static char *read_points(const char *path, size_t *records)
{
    char *text;
    size_t size;
    avro_file_reader_t reader;
    avro_value_t record;
    FILE *to = open_memstream(&text, &size);
    ck_assert_msg(!avro_file_reader(path, &reader), "%s: %s", path, avro_strerror());
    avro_schema_t schema = avro_file_reader_get_writer_schema(reader);
    avro_value_iface_t *class = avro_generic_class_from_schema(schema);
    avro_generic_value_new(class, &record);
    for (*records = 0; avro_file_reader_read_value(reader, &record) == 0; ++*records) {
        print_record(to, &record);
        avro_value_reset(&record);
    }
    avro_value_decref(&record);
    avro_value_iface_decref(class);
    avro_schema_decref(schema);
    avro_file_reader_close(reader);
    fclose(to);
    return text;
}

static void expect_points(const char *path, const char *wanted)
{
    size_t records;
    char *found = read_points(path, &records);
    ck_assert_str_eq(found, wanted);
    free(found);
}

static void convert(enum bench_from from, const char *text, const char *time, const char *wanted)
{
    struct tlm_error error = {0};
    double seconds = -1;
    scratch_write("in", text);
    enum tlm_code code = bench_rival_text(from, "in", time, "out.avro", &seconds, &error);
    ck_assert_msg(code == TLM_OK, "%s", error.message);
    ck_assert(seconds > 0);
    expect_points("out.avro", wanted);
}

/* ---- text ----------------------------------------------------------------------------------- */

START_TEST(json_values)
{
    scratch_enter();
    convert(BENCH_JSONL,
            "{\"ts\":1700000000000000000,\"a\":1.5,\"n\":-7,\"s\":\"\\u00e9 x\",\"b\":true}\n"
            "{\"d\":[1,null,2.5],\"t\":[\"x\",\"\"],\"o\":{\"k\":1,\"j\":[2]},\"m\":[1,\"x\"],"
            "\"e\":[],\"a\":null,\"ts\":1700000000000000001}\n",
            "ts",
            "a 0 double 1.5\nn 0 long -7\ns 0 string \xc3\xa9 x\nb 0 long 1\n"
            "d 1 doubles 1 nan 2.5\nt 1 strings x \no 1 json {\"k\":1,\"j\":[2]}\n"
            "m 1 json [1,\"x\"]\ne 1 doubles\n");
}
END_TEST

START_TEST(json_rows_that_are_not)
{
    scratch_enter();
    convert(BENCH_JSONL,
            "{\"ts\":1700000000000000000,\"a\":1.5}\nnot json\n[1]\n\n{\"a\":2.5}\n"
            "{\"ts\":null,\"a\":1}\n{\"ts\":\"soon\",\"a\":1}\n"
            "{\"ts\":1700000000000000009,\"a\":3.5}",
            "ts", "a 0 double 1.5\na 9 double 3.5\n");
}
END_TEST

START_TEST(long_rows)
{
    scratch_enter();
    convert(BENCH_JSONL,
            "{\"channel\":\"x\",\"timestamp\":1700000000000000000,\"value\":1.5}\n"
            "{\"channel\":\"y\",\"timestamp\":1700000000000000001,\"value\":\"v\"}\n"
            "{\"timestamp\":1700000000000000002,\"channel\":\"x\",\"value\":null}\n"
            "{\"timestamp\":1700000000000000003,\"channel\":\"x\",\"value\":2.5}\n",
            "timestamp", "x 0 double 1.5\nx 3 double 2.5\ny 1 string v\n");
    convert(BENCH_CSV,
            "value,timestamp,channel\n1.5,1700000000000000000,x\n2,1700000000000000001,y\n"
            ",1700000000000000001,x\n3.5,1700000000000000002,x\n",
            "timestamp", "x 0 double 1.5\nx 2 double 3.5\ny 1 long 2\n");
}
END_TEST

START_TEST(csv_values)
{
    scratch_enter();
    convert(BENCH_CSV,
            "ts,a,\"b, c\",d\r\n1700000000000000000,1.25,-3,word\r\n"
            "1700000000000000001,,1e3,\"two \"\"words\"\"\"\r\n"
            "1700000000000000002,-0.5,9223372036854775807\r\n",
            "ts",
            "a 0 double 1.25\na 2 double -0.5\nb, c 0 long -3\nb, c 1 double 1000\n"
            "b, c 2 double 9.2233720368547758e+18\nd 0 string word\nd 1 string two \"words\"\n");
}
END_TEST

START_TEST(csv_time_in_any_column)
{
    scratch_enter();
    convert(BENCH_CSV,
            "a,b,when,c\n1.5,2.5,1700000000000000000,3.5\n9,9,soon,9\n"
            "4.5,,2023-11-14T22:13:20.000000005Z,6.5\n",
            "when",
            "c 0 double 3.5\nc 5 double 6.5\na 0 double 1.5\na 5 double 4.5\nb 0 double 2.5\n");
}
END_TEST

START_TEST(many_names)
{
    char *text, *wanted;
    size_t size;
    scratch_enter();
    FILE *in = open_memstream(&text, &size), *out = open_memstream(&wanted, &size);
    for (int row = 0; row < 3000; row++)
        fprintf(in, "{\"channel\":\"c%d\",\"ts\":%" PRId64 ",\"value\":%d}\n", row * 7 % 1000,
                START + row, row);
    for (int i = 0; i < 1000; i++)
        for (int row = i; row < 3000; row += 1000)
            fprintf(out, "c%d %d long %d\n", i * 7 % 1000, row, row);
    fclose(in);
    fclose(out);
    convert(BENCH_JSONL, text, "ts", wanted);
    free(text);
    free(wanted);
}
END_TEST

START_TEST(times)
{
    static const struct {
        const char *text;
        int64_t ns;
    } good[] = {
        {"1700000000000000000", START},
        {"-5", -5},
        {"2023-11-14T22:13:20Z", START},
        {"2023-11-14 22:13:20.5Z", START + 500000000},
        {"2023-11-15T00:13:20.123456789+02:00", START + 123456789},
        {"2023-11-14T18:43:20-03:30", START},
        {"1969-12-31T23:59:59.75Z", -250000000},
    };
    static const char *const bad[] = {"",
                                      "soon",
                                      "2023-11-14",
                                      "2023-11-14T22:13:20",
                                      "2023-11-14T22:13:20+2",
                                      "2023-11-14T22:13:20Zx",
                                      "99999999999999999999",
                                      "9999-12-31T00:00:00Z"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        int64_t ns = 1;
        ck_assert_msg(rival_time_parse(good[i].text, &ns) && ns == good[i].ns, "%s is %" PRId64,
                      good[i].text, ns);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t ns;
        ck_assert_msg(!rival_time_parse(bad[i], &ns), "%s", bad[i]);
    }
}
END_TEST

START_TEST(failures)
{
    struct tlm_error error;
    double seconds = -1;
    scratch_enter();
    ck_assert_int_eq(bench_rival_text(BENCH_CSV, "none", "ts", "out.avro", &seconds, &error),
                     TLM_IO);
    ck_assert_str_eq(error.message, "none: No such file or directory");
    scratch_write("in", "{\"a\":1}\n");
    ck_assert_int_eq(bench_rival_text(BENCH_JSONL, "in", "ts", "out.avro", &seconds, &error),
                     TLM_INPUT);
    ck_assert_ptr_nonnull(strstr(error.message, "in: no row has a time"));
    ck_assert_int_eq(bench_rival_text(BENCH_JSONL, "in", "ts", "none/out.avro", &seconds, &error),
                     TLM_IO);
    ck_assert(seconds == -1);
}
END_TEST

/* ---- from memory ---------------------------------------------------------------------------- */

static void print_column(FILE *to, const struct bench_frame *frame, const struct tlm_column *column,
                         size_t i)
{
    fprintf(to, "%s %" PRId64, column->channel, frame->times_ns[i] - START);
    if (column->type == TLM_DOUBLE) {
        fprintf(to, " double %.17g", ((const double *)column->values)[i]);
    } else if (column->type == TLM_LONG) {
        fprintf(to, " long %" PRId64, ((const int64_t *)column->values)[i]);
    } else if (column->type == TLM_DOUBLE_ARRAY) {
        const struct tlm_doubles *doubles = (const struct tlm_doubles *)column->values + i;
        fputs(" doubles", to);
        for (size_t k = 0; k < doubles->len; k++)
            fprintf(to, " %.17g", doubles->items[k]);
    } else {
        const struct tlm_string *text = (const struct tlm_string *)column->values + i;
        fprintf(to, " %s %.*s", column->type == TLM_JSON ? "json" : "string", (int)text->len,
                text->data);
    }
    fputc('\n', to);
}

/* All points of a batch of `rows` rows after the other, by channel. */
static char *print_data(const struct bench_data *data, const struct bench_shape *shape, size_t rows)
{
    char *text;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    struct tlm_column *columns = calloc(shape->channels, sizeof *columns);
    for (uint64_t i = 0; i < bench_data_frames(data); i++) {
        struct bench_frame frame = bench_data_frame(data, i, columns);
        ck_assert_uint_le(frame.rows, rows);
        for (size_t c = 0; c < frame.n_columns; c++)
            for (size_t row = 0; row < frame.rows; row++)
                print_column(to, &frame, &columns[c], row);
    }
    fclose(to);
    free(columns);
    return text;
}

START_TEST(frames)
{
    scratch_enter();
    for (int type = BENCH_DOUBLE; type <= BENCH_MIXED; type++) {
        struct bench_shape shape = {
            .type = (enum bench_type)type, .channels = 7, .points = 700, .frame = 700};
        struct bench_data *data = bench_data_new(&shape);
        double seconds = -1;
        ck_assert_int_eq(bench_rival_memory(data, "out.avro", &seconds, NULL), TLM_OK);
        ck_assert(seconds > 0);
        char *wanted = print_data(data, &shape, 100);
        expect_points("out.avro", wanted);
        free(wanted);
        bench_data_free(data);
    }
}
END_TEST

/* Whole rows up to 250000 points make a batch: 83333 rows of three channels, whatever the frames.
 */
START_TEST(batches)
{
    struct bench_shape shape = {.channels = 3, .points = 600000, .frame = 30000};
    double seconds;
    size_t records;
    scratch_enter();
    struct bench_data *data = bench_data_new(&shape);
    ck_assert_int_eq(bench_rival_memory(data, "out.avro", &seconds, NULL), TLM_OK);
    char *found = read_points("out.avro", &records);
    size_t lines = 0;
    for (const char *at = found; (at = strchr(at, '\n')); at++)
        lines++;
    ck_assert_uint_eq(lines, 600000);
    ck_assert_uint_eq(records, 9);
    free(found);
    bench_data_free(data);
}
END_TEST

/* Texts that would not fit a block of avro-c's end their batch early. */
START_TEST(long_texts)
{
    enum { ROWS = 60, LEN = 1 << 20 };
    scratch_enter();
    FILE *in = fopen("in", "w");
    char *text = malloc(LEN + 1);
    memset(text, 'x', LEN);
    text[LEN] = '\0';
    for (int row = 0; row < ROWS; row++)
        fprintf(in, "{\"ts\":%" PRId64 ",\"s\":\"%s\"}\n", START + row, text);
    fclose(in);
    double seconds;
    size_t records;
    ck_assert_int_eq(bench_rival_text(BENCH_JSONL, "in", "ts", "out.avro", &seconds, NULL), TLM_OK);
    char *found = read_points("out.avro", &records);
    ck_assert_uint_eq(strlen(found), (size_t)ROWS * LEN + 10 * strlen("s 0 string \n") +
                                         (ROWS - 10) * strlen("s 10 string \n"));
    ck_assert_uint_eq(records, ROWS / 6);
    free(found);
    free(text);
}
END_TEST

UNIT_MAIN("bench_rival", json_values, json_rows_that_are_not, long_rows, csv_values,
          csv_time_in_any_column, many_names, times, failures, frames, batches, long_texts)
