/* tlm bench: medians, and comparing with a baseline. */
#include "bench/compare.h"
#include "bench/result_json.h"
#include "bench/spread.h"
#include "bench/title.h"
#include "support/scratch.h"
#include "support/unit.h"

START_TEST(median_of_an_odd_number)
{
    const double values[] = {5, 1, 4, 2, 3};
    struct bench_spread spread = bench_spread_of(values, 5);
    ck_assert_double_eq(spread.median, 3);
    ck_assert_double_eq(spread.min, 1);
    ck_assert_double_eq(spread.max, 5);
    ck_assert_uint_eq(bench_spread_middle(values, 5), 4);
    ck_assert_double_eq(bench_spread_percent(&spread), 400.0 / 3);
}
END_TEST

START_TEST(median_of_an_even_number)
{
    const double values[] = {8, 2, 4, 1};
    struct bench_spread spread = bench_spread_of(values, 4);
    ck_assert_double_eq(spread.median, 3);
    ck_assert_uint_eq(bench_spread_middle(values, 4), 1);
}
END_TEST

START_TEST(median_of_one_and_of_equals)
{
    const double one[] = {7}, same[] = {2, 2, 2};
    struct bench_spread spread = bench_spread_of(one, 1);
    ck_assert_double_eq(spread.median, 7);
    ck_assert_double_eq(bench_spread_percent(&spread), 0);
    spread = bench_spread_of(same, 3);
    ck_assert_double_eq(spread.median, 2);
    ck_assert_double_eq(spread.max, 2);
}
END_TEST

START_TEST(pairs_rows_of_one_name)
{
    const struct bench_row before[] = {{"a", 2}, {"gone", 1}, {"b", 4}};
    const struct bench_row now[] = {{"b", 1}, {"new", 3}, {"a", 3}};
    struct bench_pair pairs[6];
    ck_assert_uint_eq(bench_compare(before, 3, now, 3, pairs), 4);
    ck_assert_str_eq(pairs[0].name, "b");
    ck_assert_double_eq(bench_pair_ratio(&pairs[0]), 0.25);
    ck_assert_str_eq(pairs[1].name, "new");
    ck_assert_double_eq(pairs[1].old_seconds, 0);
    ck_assert_double_eq(bench_pair_ratio(&pairs[1]), 0);
    ck_assert_double_eq(bench_pair_ratio(&pairs[2]), 1.5);
    ck_assert_str_eq(pairs[3].name, "gone");
    ck_assert_double_eq(pairs[3].new_seconds, 0);
    ck_assert_double_eq(bench_pair_ratio(&pairs[3]), 0);
}
END_TEST

START_TEST(pairs_the_same_name_in_order)
{
    const struct bench_row before[] = {{"a", 2}, {"a", 4}, {"a", 8}};
    const struct bench_row now[] = {{"a", 1}, {"a", 1}};
    struct bench_pair pairs[5];
    ck_assert_uint_eq(bench_compare(before, 3, now, 2, pairs), 3);
    ck_assert_double_eq(pairs[0].old_seconds, 2);
    ck_assert_double_eq(pairs[1].old_seconds, 4);
    ck_assert_double_eq(pairs[2].old_seconds, 8);
    ck_assert_double_eq(pairs[2].new_seconds, 0);
    ck_assert_uint_eq(bench_compare(NULL, 0, now, 2, pairs), 2);
    ck_assert_double_eq(pairs[1].old_seconds, 0);
}
END_TEST

static struct bench_setup usual_setup(void)
{
    struct bench_setup setup = {
        .shape = {.channels = 10, .points = 10000000, .frame = 10000},
        .producers = 1,
    };
    tlm_writer_options_init(&setup.writer);
    tlm_row_options_init(&setup.rows);
    setup.writer.threads = 0; /* as many as there are processors */
    return setup;
}

START_TEST(a_title_says_what_differs)
{
    char title[BENCH_NAME];
    struct bench_setup setup = usual_setup();
    ck_assert_str_eq(bench_title(&setup, title), "double, noisy, from memory, 10 channels, "
                                                 "10M points, frames of 10k");
    setup.shape.points = 1234567;
    setup.shape.regular = true;
    setup.writer.rotate_points = 250000;
    setup.writer.codec = TLM_CODEC_NULL;
    setup.writer.fsync = TLM_FSYNC_NONE;
    setup.writer.threads = 1;
    setup.producers = 4;
    ck_assert_str_eq(bench_title(&setup, title),
                     "double, regular, from memory, 10 channels, 1234567 points, frames of 10k, "
                     "4 producers, rotated every 250k, 1 thread, codec null, fsync none");
    ck_assert_str_eq(bench_title_of_sweep(&setup, BENCH_SWEEP_GRID, title),
                     "double, regular, from memory, 1234567 points, "
                     "4 producers, rotated every 250k, 1 thread, codec null, fsync none");
}
END_TEST

/* Prints a report of two results into the file. */
static void print_report(const char *path)
{
    const double seconds[] = {0.25, 0.5, 1};
    struct bench_machine machine = {.cpu = "a \"cpu\"", .kernel = "k", .cores = 2};
    struct bench_result results[2] = {{.setup = usual_setup()}, {.setup = usual_setup()}};
    results[1].setup.shape.channels = 1;
    for (int i = 0; i < 2; i++) {
        results[i].runs = 3;
        results[i].seconds = (double *)seconds;
        results[i].spread = bench_spread_of(seconds, 3);
        results[i].middle.stats.points = 10;
    }
    results[1].limited = true;
    results[1].limit.floor = 0.1;
    results[1].versus =
        (struct bench_versus){.seconds = (double *)seconds, .ratios = (double *)seconds};
    const struct bench_report report = {
        .machine = &machine, .command = "tlm \xff", .results = results, .n_results = 2};
    FILE *file = fopen(path, "we");
    ck_assert_ptr_nonnull(file);
    ck_assert(bench_json_print(file, &report));
    fclose(file);
}

START_TEST(what_is_printed_can_be_loaded)
{
    struct bench_row *rows;
    struct tlm_error error;
    size_t n;
    char title[BENCH_NAME];
    struct bench_setup setup = usual_setup();
    scratch_enter();
    print_report("a.json");
    ck_assert_int_eq(bench_json_load("a.json", &rows, &n, &error), TLM_OK);
    ck_assert_uint_eq(n, 2);
    ck_assert_str_eq(rows[0].name, bench_title(&setup, title));
    ck_assert_double_eq(rows[0].seconds, 0.5);
    ck_assert_str_ne(rows[0].name, rows[1].name);
    free(rows);
}
END_TEST

START_TEST(refuses_what_is_no_report)
{
    static const char *const texts[] = {
        "{}",
        "[]",
        "{\"results\": []}",
        "{\"results\": [{\"name\": \"a\"}]}",
        "{\"results\": [{\"name\": \"a\", \"spread\": {\"median\": \"1\"}}]}",
        "{\"results\": [{\"name\": \"a\", \"spread\": {\"median\": 0}}]}",
        "{\"results\": [{\"spread\": {\"median\": 1}}]}",
        "{\"results\": 3, ",
    };
    struct bench_row *rows = NULL;
    struct tlm_error error;
    size_t n;
    scratch_enter();
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        scratch_write("a.json", texts[i]);
        ck_assert_int_eq(bench_json_load("a.json", &rows, &n, &error), TLM_INPUT);
        ck_assert_ptr_nonnull(strstr(error.message, "a.json"));
    }
    ck_assert_int_eq(bench_json_load("none.json", &rows, &n, &error), TLM_IO);
    ck_assert_ptr_nonnull(strstr(error.message, "none.json"));
    ck_assert_ptr_null(rows);
}
END_TEST

UNIT_MAIN("bench_results", median_of_an_odd_number, median_of_an_even_number,
          median_of_one_and_of_equals, pairs_rows_of_one_name, pairs_the_same_name_in_order,
          a_title_says_what_differs, what_is_printed_can_be_loaded, refuses_what_is_no_report)
