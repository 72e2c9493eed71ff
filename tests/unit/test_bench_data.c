/* tlm bench: the generated data, as frames and as text. */
#include <fcntl.h>
#include <math.h>
#include <sys/stat.h>

#include "bench/data.h"
#include "bench/decimal.h"
#include "bench/text.h"
#include "bench/values.h"
#include "support/random.h"
#include "support/scratch.h"
#include "support/unit.h"

#define CHANNELS 7
#define MOST_CHANNELS 64

static struct bench_shape make_shape(enum bench_type type, enum bench_from from, bool regular)
{
    return (struct bench_shape){.type = type,
                                .from = from,
                                .regular = regular,
                                .channels = CHANNELS,
                                .points = 5000,
                                .frame = 700};
}

/* ---- numbers as text ------------------------------------------------------------------------ */

START_TEST(decimals_are_exact)
{
    static const struct {
        int64_t micro;
        const char *text;
    } cases[] = {
        {0, "0.000000"},         {1, "0.000001"},         {-1, "-0.000001"},
        {1500000, "1.500000"},   {-1500000, "-1.500000"}, {999999, "0.999999"},
        {-1000000, "-1.000000"}, {59123456, "59.123456"}, {INT64_C(123456789012), "123456.789012"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[BENCH_DECIMAL_TEXT] = "";
        *bench_put_micro(text, cases[i].micro) = '\0';
        ck_assert_str_eq(text, cases[i].text);
        double value = bench_double_of_micro(cases[i].micro);
        ck_assert_double_eq(value, strtod(text, NULL));
        ck_assert_int_eq(bench_micro_of_double(value), cases[i].micro);
    }
    uint64_t state = 1;
    for (int i = 0; i < 100000; i++) {
        char text[BENCH_DECIMAL_TEXT];
        int64_t micro =
            (int64_t)(draw(&state) >> (14 + draw(&state) % 50)) * (draw(&state) % 2 ? 1 : -1);
        *bench_put_micro(text, micro) = '\0';
        double value = bench_double_of_micro(micro);
        HOLDS(value == strtod(text, NULL), "%s", text);
        HOLDS(bench_micro_of_double(value) == micro, "%s", text);
    }
}
END_TEST

START_TEST(longs_have_all_digits)
{
    const int64_t values[] = {0, 7, -7, 10, 1717234200000000000, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char text[BENCH_DECIMAL_TEXT], wanted[BENCH_DECIMAL_TEXT];
        *bench_put_long(text, values[i]) = '\0';
        snprintf(wanted, sizeof wanted, "%lld", (long long)values[i]);
        ck_assert_str_eq(text, wanted);
    }
}
END_TEST

/* ---- frames --------------------------------------------------------------------------------- */

static void compare_value(const struct tlm_column *a, const struct tlm_column *b, size_t row)
{
    const struct tlm_string *s = a->values, *t = b->values;
    const struct tlm_doubles *x = a->values, *y = b->values;
    switch (a->type) {
    case TLM_DOUBLE:
    case TLM_LONG:
        HOLDS(memcmp((const char *)a->values + 8 * row, (const char *)b->values + 8 * row, 8) == 0,
              "row %zu", row);
        break;
    case TLM_STRING:
    case TLM_JSON:
        HOLDS(s[row].len == t[row].len && memcmp(s[row].data, t[row].data, s[row].len) == 0,
              "row %zu", row);
        break;
    case TLM_DOUBLE_ARRAY:
        HOLDS(x[row].len == 8 && y[row].len == 8 && memcmp(x[row].items, y[row].items, 64) == 0,
              "row %zu", row);
        break;
    case TLM_STRING_ARRAY:
        ck_abort();
    }
}

START_TEST(the_same_shape_gives_the_same_data)
{
    struct tlm_column a[CHANNELS], b[CHANNELS];
    struct bench_shape shape = make_shape((enum bench_type)(_i / 2), BENCH_MEMORY, _i % 2);
    struct bench_data *one = bench_data_new(&shape), *other = bench_data_new(&shape);
    ck_assert(one && other);
    for (uint64_t i = 0; i < bench_data_frames(one); i++) {
        struct bench_frame f = bench_data_frame(one, i, a), g = bench_data_frame(other, i, b);
        ck_assert_uint_eq(f.rows, g.rows);
        ck_assert_uint_eq(f.n_columns, CHANNELS);
        ck_assert_mem_eq(f.times_ns, g.times_ns, f.rows * 8);
        for (size_t c = 0; c < CHANNELS; c++) {
            ck_assert_str_eq(a[c].channel, b[c].channel);
            ck_assert_int_eq(a[c].type, bench_shape_column(&shape, c));
            for (size_t row = 0; row < f.rows; row++)
                compare_value(&a[c], &b[c], row);
        }
    }
    bench_data_free(one);
    bench_data_free(other);
}
END_TEST

START_TEST(frames_follow_each_other)
{
    struct tlm_column columns[CHANNELS];
    struct bench_shape shape = make_shape(BENCH_DOUBLE, BENCH_MEMORY, false);
    struct bench_data *data = bench_data_new(&shape);
    int64_t last = 0;
    uint64_t rows = 0;
    ck_assert_uint_eq(bench_shape_rows(&shape), 714);
    ck_assert_uint_eq(bench_data_frames(data), 8); /* seven of 100 rows, one of 14 */
    for (uint64_t i = 0; i < 8; i++) {
        struct bench_frame frame = bench_data_frame(data, i, columns);
        for (size_t row = 0; row < frame.rows; row++) {
            ck_assert(rows == 0 || frame.times_ns[row] == last + 1000000);
            last = frame.times_ns[row];
            rows++;
        }
    }
    ck_assert_uint_eq(rows, 714);
    bench_data_free(data);
}
END_TEST

START_TEST(frames_are_of_whole_rows)
{
    struct bench_shape shape = {.channels = 10, .points = 25, .frame = 3};
    ck_assert_uint_eq(bench_shape_rows(&shape), 2);
    ck_assert_uint_eq(bench_shape_frame_rows(&shape), 1);
    shape.frame = 1000;
    ck_assert_uint_eq(bench_shape_frame_rows(&shape), 2);
    shape.points = 1;
    ck_assert_uint_eq(bench_shape_rows(&shape), 1);
}
END_TEST

static const double *doubles_of(const struct bench_data *data, uint64_t frame, size_t channel)
{
    struct tlm_column columns[MOST_CHANNELS];
    bench_data_frame(data, frame, columns);
    return columns[channel].values;
}

/* What has to hold for text and binary to say the same, and for compressors not to be flattered. */
START_TEST(noise_is_noise)
{
    struct bench_shape shape = make_shape(BENCH_DOUBLE, BENCH_MEMORY, false);
    shape.frame = shape.points;
    struct bench_data *data = bench_data_new(&shape);
    size_t rows = (size_t)bench_shape_rows(&shape), equal = 0;
    for (size_t c = 0; c < CHANNELS; c++) {
        const double *values = doubles_of(data, 0, c);
        for (size_t row = 0; row < rows; row++) {
            double back = bench_double_of_micro(bench_micro_of_double(values[row]));
            HOLDS(memcmp(&values[row], &back, 8) == 0, "%.17g", values[row]);
            equal += row && values[row] == values[row - 1];
            HOLDS(!row || fabs(values[row] - values[row - 1]) <= 1.000001, "row %zu", row);
        }
        ck_assert(c == 0 || values[0] != doubles_of(data, 0, c - 1)[0]);
    }
    ck_assert_uint_lt(equal, 20);
    bench_data_free(data);
}
END_TEST

START_TEST(regular_values_repeat)
{
    struct bench_shape shape = {.channels = 1, .points = 4000, .frame = 4000, .regular = true};
    struct bench_data *data = bench_data_new(&shape);
    const double *values = doubles_of(data, 0, 0);
    for (size_t row = 1000; row < 4000; row++)
        HOLDS(values[row] == values[row - 1000], "row %zu", row);
    ck_assert_double_eq(values[1] - values[0], 0.125);
    bench_data_free(data);
}
END_TEST

/* More points than the pool: a channel goes on from one frame to the next, over its end too, and
 * channels near each other do not show the same stretch of it. */
START_TEST(a_pool_used_several_times)
{
    size_t most = bench_values_most(TLM_DOUBLE_ARRAY), rows = most / 8, frame_rows = rows / 3;
    struct bench_shape shape = {
        .type = BENCH_ARRAY, .channels = 40, .points = 40 * rows, .frame = 40 * frame_rows};
    struct tlm_column columns[MOST_CHANNELS];
    struct bench_data *data = bench_data_new(&shape);
    const struct tlm_doubles *first[MOST_CHANNELS], *last[MOST_CHANNELS] = {NULL};
    for (uint64_t i = 0; i < bench_data_frames(data); i++) {
        struct bench_frame frame = bench_data_frame(data, i, columns);
        for (size_t c = 0; c < 40; c++) {
            const struct tlm_doubles *arrays = columns[c].values;
            /* Neighbours in the pool, and the last one is followed by the first. */
            for (size_t row = 0; row < frame.rows; row++) {
                const struct tlm_doubles *before = row ? &arrays[row - 1] : last[c];
                HOLDS(arrays[row].len == 8, "row %zu", row);
                HOLDS(!before || arrays[row].items == before->items + 8 ||
                          arrays[row].items < before->items,
                      "channel %zu, frame %d, row %zu", c, (int)i, row);
            }
            last[c] = &arrays[frame.rows - 1];
            if (i == 0)
                first[c] = arrays;
        }
    }
    for (size_t c = 1; c < 40; c++) {
        ptrdiff_t apart = (first[c]->items - first[c - 1]->items) / 8;
        ck_assert_int_gt(labs(apart), (long)(most / 3));
    }
    bench_data_free(data);
}
END_TEST

/* 32 MiB at least, items and what they point to. */
START_TEST(pools_are_large)
{
    ck_assert_uint_ge(bench_values_most(TLM_DOUBLE) * sizeof(double), 32u << 20);
    ck_assert_uint_ge(bench_values_most(TLM_LONG) * sizeof(int64_t), 32u << 20);
    ck_assert_uint_ge(bench_values_most(TLM_DOUBLE_ARRAY) * 8 * sizeof(double), 32u << 20);
    ck_assert_uint_ge(bench_values_most(TLM_STRING) * (sizeof(struct tlm_string) + 16), 32u << 20);
    ck_assert_uint_ge(bench_values_most(TLM_JSON) * (sizeof(struct tlm_string) + 36), 32u << 20);
}
END_TEST

/* ---- text and frames say the same ----------------------------------------------------------- */

static struct tlm_writer *open_fixed(const char *path)
{
    static const uint8_t sync[16] = "0123456789abcde";
    struct tlm_writer *writer = NULL;
    struct tlm_writer_options options;
    tlm_writer_options_init(&options);
    options.output = path;
    options.sync_marker = sync;
    options.fsync = TLM_FSYNC_NONE;
    options.flush_interval_ns = 0;
    ck_assert_int_eq(tlm_writer_open(&writer, &options, NULL), TLM_OK);
    return writer;
}

static void close_fixed(struct tlm_writer *writer, uint64_t points)
{
    ck_assert_int_eq(tlm_writer_close(writer, NULL), TLM_OK);
    ck_assert_uint_eq(tlm_writer_points(writer), points);
    tlm_writer_free(writer);
}

static void write_frames(const struct bench_data *data, const char *path, uint64_t points)
{
    struct tlm_column columns[CHANNELS];
    struct tlm_error error;
    struct tlm_writer *writer = open_fixed(path);
    for (uint64_t i = 0; i < bench_data_frames(data); i++) {
        struct bench_frame frame = bench_data_frame(data, i, columns);
        ck_assert_msg(tlm_write_frame(writer, frame.times_ns, columns, frame.n_columns, frame.rows,
                                      &error) == TLM_OK,
                      "%s", error.message);
    }
    close_fixed(writer, points);
}

static void convert(const char *text, const struct bench_shape *shape, const char *path,
                    uint64_t points)
{
    struct tlm_feed *feed;
    struct tlm_row_options rows;
    struct tlm_error error;
    struct tlm_writer *writer = open_fixed(path);
    tlm_row_options_init(&rows);
    rows.input = shape->from == BENCH_CSV ? TLM_INPUT_CSV : TLM_INPUT_JSONL;
    rows.time_field = BENCH_TEXT_TIME;
    rows.time_format = "ns";
    rows.bad_rows = TLM_BAD_ABORT;
    ck_assert_int_eq(tlm_feed_new(&feed, writer, &rows, &error), TLM_OK);
    ck_assert_msg(tlm_feed_file(feed, text, &error) == TLM_OK, "%s", error.message);
    tlm_feed_free(feed);
    close_fixed(writer, points);
}

static char *read_all(const char *path, size_t *len)
{
    struct stat info;
    FILE *file = fopen(path, "re");
    ck_assert(file && stat(path, &info) == 0);
    *len = (size_t)info.st_size;
    char *bytes = malloc(*len);
    ck_assert_uint_eq(fread(bytes, 1, *len, file), *len);
    fclose(file);
    return bytes;
}

static void compare_files(const char *a, const char *b)
{
    size_t n, m;
    char *one = read_all(a, &n), *other = read_all(b, &m);
    ck_assert_uint_eq(n, m);
    ck_assert(memcmp(one, other, n) == 0);
    free(one);
    free(other);
}

START_TEST(text_has_the_same_points)
{
    struct bench_shape shape =
        make_shape((enum bench_type)(_i / 4), _i / 2 % 2 ? BENCH_CSV : BENCH_JSONL, _i % 2);
    if (shape.from == BENCH_CSV && shape.type > BENCH_STRING)
        return;
    struct tlm_error error;
    struct bench_data *data = bench_data_new(&shape);
    uint64_t points = bench_shape_rows(&shape) * CHANNELS;
    scratch_enter();
    ck_assert_int_eq(bench_text_write(data, &shape, "rows", &error), TLM_OK);
    convert("rows", &shape, "text.avro", points);
    write_frames(data, "frames.avro", points);
    compare_files("text.avro", "frames.avro");
    bench_data_free(data);
}
END_TEST

START_TEST(text_that_cannot_be_written)
{
    struct tlm_error error;
    struct bench_shape shape = make_shape(BENCH_DOUBLE, BENCH_JSONL, false);
    struct bench_data *data = bench_data_new(&shape);
    scratch_enter();
    ck_assert_int_eq(bench_text_write(data, &shape, "none/rows", &error), TLM_IO);
    ck_assert_str_eq(error.message, "none/rows: No such file or directory");
    ck_assert_int_eq(bench_text_write(data, &shape, "/dev/full", &error), TLM_IO);
    ck_assert_str_eq(error.message, "/dev/full: No space left on device");
    bench_data_free(data);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bench_data");
    TCase *cases = tcase_create("bench_data");
    tcase_set_timeout(cases, 300);
    tcase_add_test(cases, decimals_are_exact);
    tcase_add_test(cases, longs_have_all_digits);
    tcase_add_loop_test(cases, the_same_shape_gives_the_same_data, 0, 2 * BENCH_TYPES);
    tcase_add_test(cases, frames_follow_each_other);
    tcase_add_test(cases, frames_are_of_whole_rows);
    tcase_add_test(cases, noise_is_noise);
    tcase_add_test(cases, regular_values_repeat);
    tcase_add_test(cases, a_pool_used_several_times);
    tcase_add_test(cases, pools_are_large);
    tcase_add_loop_test(cases, text_has_the_same_points, 0, 4 * BENCH_TYPES);
    tcase_add_test(cases, text_that_cannot_be_written);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner), run = srunner_ntests_run(runner);
    srunner_free(runner);
    printf("unit bench_data: %d passed, %d failed\n", run - failed, failed);
    return failed != 0;
}
