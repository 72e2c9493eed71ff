/* The library as a C program uses it: rotation, batching, errors, threads. */
#include "support/unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/avro_lines.h"
#include "support/scratch.h"
#include "tlm.h"

static size_t count_files(void)
{
    size_t n = 0;
    DIR *dir = opendir(".");
    for (struct dirent *entry; (entry = readdir(dir));)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(dir);
    return n;
}

static struct tlm_writer_options defaults(const char *output)
{
    struct tlm_writer_options options;
    tlm_writer_options_init(&options);
    options.output = output;
    options.fsync = TLM_FSYNC_NONE;
    options.flush_interval_ns = 0;
    return options;
}

static struct tlm_writer *open_writer(const struct tlm_writer_options *options)
{
    struct tlm_writer *writer = NULL;
    struct tlm_error error;
    ck_assert_msg(tlm_writer_open(&writer, options, &error) == TLM_OK, "%s", error.message);
    return writer;
}

static void close_writer(struct tlm_writer *writer)
{
    struct tlm_error error;
    ck_assert_msg(tlm_writer_close(writer, &error) == TLM_OK, "%s", error.message);
}

/* n points of one series from time first on. */
static void write_points(struct tlm_writer *writer, const char *channel, int64_t first, size_t n)
{
    struct tlm_error error;
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(tlm_write_double(writer, channel, NULL, 0, first + (int64_t)i, (double)i,
                                       &error) == TLM_OK,
                      "%s", error.message);
}

static void write_column(struct tlm_writer *writer, const char *channel, size_t n)
{
    int64_t *times = calloc(n, sizeof *times);
    double *values = calloc(n, sizeof *values);
    for (size_t i = 0; i < n; i++) {
        times[i] = (int64_t)i;
        values[i] = (double)i / 3;
    }
    struct tlm_column column = {channel, NULL, 0, TLM_DOUBLE, values, NULL};
    struct tlm_error error;
    ck_assert_msg(tlm_write_column(writer, times, &column, n, &error) == TLM_OK, "%s",
                  error.message);
    free(times);
    free(values);
}

static void check_parts(struct tlm_writer *writer, size_t n, const uint64_t *points)
{
    struct tlm_part parts[64];
    ck_assert_uint_eq(tlm_writer_parts(writer, 0, parts, 64), n);
    for (size_t i = 0; i < n; i++) {
        struct lines lines = {0};
        ck_assert_uint_eq(parts[i].points, points[i]);
        ck_assert_uint_eq(parts[i].index, i);
        ck_assert_uint_eq(lines_read(&lines, parts[i].path), points[i]);
        struct stat info;
        ck_assert_int_eq(stat(parts[i].path, &info), 0);
        ck_assert_uint_eq((uint64_t)info.st_size, parts[i].bytes);
        lines_release(&lines);
    }
}

/* ---- rotation ------------------------------------------------------------------------------- */

START_TEST(rotates_exactly_by_points)
{
    scratch_enter();
    struct tlm_writer_options options = defaults("run.avro");
    options.rotate_points = 100;
    struct tlm_writer *writer = open_writer(&options);
    write_points(writer, "a", 0, 250);
    close_writer(writer);
    check_parts(writer, 3, (const uint64_t[]){100, 100, 50});
    ck_assert_int_eq(access("run_002.avro", F_OK), 0);
    ck_assert_uint_eq(count_files(), 3);
    tlm_writer_free(writer);
}
END_TEST

START_TEST(slices_a_column_that_straddles)
{
    scratch_enter();
    struct tlm_writer_options options = defaults("run.avro");
    options.rotate_points = 100;
    struct tlm_writer *writer = open_writer(&options);
    write_column(writer, "a", 80);
    write_column(writer, "b", 50);
    close_writer(writer);
    check_parts(writer, 2, (const uint64_t[]){100, 30});
    tlm_writer_free(writer);
}
END_TEST

START_TEST(leaves_no_empty_last_part)
{
    scratch_enter();
    struct tlm_writer_options options = defaults("run.avro");
    options.rotate_points = 50;
    struct tlm_writer *writer = open_writer(&options);
    write_column(writer, "a", 100);
    close_writer(writer);
    check_parts(writer, 2, (const uint64_t[]){50, 50});
    ck_assert_uint_eq(count_files(), 2);
    tlm_writer_free(writer);
}
END_TEST

START_TEST(a_full_part_is_finished_at_once)
{
    scratch_enter();
    struct tlm_writer_options options = defaults("run.avro");
    options.rotate_points = 10;
    struct tlm_writer *writer = open_writer(&options);
    write_points(writer, "a", 0, 10);
    ck_assert_uint_eq(tlm_writer_parts(writer, 0, NULL, 0), 1);
    tlm_writer_free(writer);
}
END_TEST

START_TEST(writes_nothing_without_points)
{
    scratch_enter();
    struct tlm_writer_options options = defaults("run.avro");
    struct tlm_writer *writer = open_writer(&options);
    close_writer(writer);
    ck_assert_uint_eq(tlm_writer_parts(writer, 0, NULL, 0), 0);
    ck_assert_uint_eq(count_files(), 0);
    tlm_writer_free(writer);
}
END_TEST

START_TEST(rotates_by_size)
{
    scratch_enter();
    struct tlm_writer_options options = defaults("run.avro");
    options.rotate_bytes = 20000;
    options.block_bytes = 4096;
    options.codec = TLM_CODEC_NULL;
    struct tlm_writer *writer = open_writer(&options);
    write_column(writer, "a", 10000);
    close_writer(writer);
    struct tlm_part parts[64];
    size_t n = tlm_writer_parts(writer, 0, parts, 64);
    uint64_t points = 0;
    ck_assert_uint_gt(n, 5);
    for (size_t i = 0; i < n; i++) {
        ck_assert_uint_le(parts[i].bytes, 20000);
        points += parts[i].points;
        if (i + 1 < n)
            ck_assert_uint_gt(parts[i].bytes, 20000 - 4096 - 64);
    }
    ck_assert_uint_eq(points, 10000);
    tlm_writer_free(writer);
}
END_TEST

START_TEST(no_part_is_larger_than_a_size_below_that_of_a_block)
{
    scratch_enter();
    struct tlm_writer_options options = defaults("run.avro");
    options.rotate_bytes = 3000;
    struct tlm_writer *writer = open_writer(&options);
    write_column(writer, "a", 10000);
    close_writer(writer);
    struct tlm_part parts[256];
    size_t n = tlm_writer_parts(writer, 0, parts, 256);
    uint64_t points = 0;
    ck_assert_uint_le(n, 256);
    for (size_t i = 0; i < n; i++) {
        ck_assert_uint_le(parts[i].bytes, 3000);
        points += parts[i].points;
    }
    ck_assert_uint_eq(points, 10000);
    tlm_writer_free(writer);
}
END_TEST

START_TEST(a_size_that_a_header_fills_is_refused)
{
    scratch_enter();
    struct tlm_writer_options options = defaults("run.avro");
    struct tlm_writer *writer = NULL;
    struct tlm_error error;
    options.rotate_bytes = 800;
    ck_assert_int_eq(tlm_writer_open(&writer, &options, &error), TLM_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "parts of 800 bytes have no room for points"));
    ck_assert_uint_eq(count_files(), 0);
}
END_TEST

START_TEST(rotates_by_span_of_data_time)
{
    scratch_enter();
    struct tlm_writer_options options = defaults("run.avro");
    options.rotate_span_ns = 100;
    struct tlm_writer *writer = open_writer(&options);
    write_points(writer, "a", 1000, 100); /* 1000 .. 1099 */
    write_points(writer, "a", 990, 1);    /* late: stays */
    write_points(writer, "a", 1100, 30);
    write_points(writer, "a", 5000, 1);
    close_writer(writer);
    check_parts(writer, 3, (const uint64_t[]){101, 30, 1});
    tlm_writer_free(writer);
}
END_TEST

static size_t wait_for_parts(struct tlm_writer *writer, size_t n)
{
    size_t parts = 0;
    for (int i = 0; i < 2000 && parts < n; i++) {
        usleep(5000);
        parts = tlm_writer_parts(writer, 0, NULL, 0);
    }
    return parts;
}

START_TEST(rotates_by_age_without_input)
{
    scratch_enter();
    struct tlm_writer_options options = defaults("run.avro");
    options.rotate_age_ns = 20000000;
    struct tlm_writer *writer = open_writer(&options);
    write_points(writer, "a", 0, 5);
    ck_assert_uint_eq(wait_for_parts(writer, 1), 1);
    write_points(writer, "a", 10, 5);
    ck_assert_uint_eq(wait_for_parts(writer, 2), 2);
    close_writer(writer);
    check_parts(writer, 2, (const uint64_t[]){5, 5});
    tlm_writer_free(writer);
}
END_TEST

START_TEST(rotates_by_wall_clock_without_input)
{
    scratch_enter();
    struct tlm_writer_options options = defaults("run.avro");
    options.rotate_every_ns = 50000000;
    struct tlm_writer *writer = open_writer(&options);
    write_points(writer, "a", 0, 5);
    ck_assert_uint_eq(wait_for_parts(writer, 1), 1);
    close_writer(writer);
    check_parts(writer, 1, (const uint64_t[]){5});
    tlm_writer_free(writer);
}
END_TEST

START_TEST(flushes_by_interval_without_input)
{
    scratch_enter();
    struct tlm_writer_options options = defaults("run.avro");
    options.flush_interval_ns = 20000000;
    struct tlm_writer *writer = open_writer(&options);
    write_points(writer, "a", 0, 5);
    struct tlm_stats stats = {0};
    for (int i = 0; i < 2000 && !stats.flushes; i++) {
        usleep(5000);
        tlm_writer_stats(writer, &stats);
    }
    ck_assert_uint_eq(stats.records, 1);
    struct stat info;
    ck_assert_int_eq(stat(".run.avro.partial", &info), 0);
    ck_assert_int_gt(info.st_size, 0);
    close_writer(writer);
    check_parts(writer, 1, (const uint64_t[]){5});
    tlm_writer_free(writer);
}
END_TEST

START_TEST(rotates_on_request)
{
    scratch_enter();
    struct tlm_error error;
    struct tlm_writer_options options = defaults("run_{index}.avro");
    struct tlm_writer *writer = open_writer(&options);
    write_points(writer, "a", 0, 3);
    ck_assert_int_eq(tlm_writer_rotate(writer, &error), TLM_OK);
    ck_assert_int_eq(tlm_writer_rotate(writer, &error), TLM_OK);
    write_points(writer, "a", 0, 4);
    close_writer(writer);
    check_parts(writer, 2, (const uint64_t[]){3, 4});
    tlm_writer_free(writer);
    scratch_enter();
    options = defaults("run.avro");
    writer = open_writer(&options);
    write_points(writer, "a", 0, 3);
    ck_assert_int_eq(tlm_writer_rotate(writer, &error), TLM_ARGUMENT);
    write_points(writer, "a", 0, 3); /* nothing was latched */
    close_writer(writer);
    check_parts(writer, 1, (const uint64_t[]){6});
    tlm_writer_free(writer);
}
END_TEST

/* ---- batching ------------------------------------------------------------------------------- */

START_TEST(writes_one_record_per_series_and_flush_in_order_of_appearance)
{
    scratch_enter();
    struct tlm_writer_options options = defaults("run.avro");
    options.batch_points = 6;
    struct tlm_writer *writer = open_writer(&options);
    for (int i = 0; i < 4; i++) {
        write_points(writer, "z", i, 1);
        write_points(writer, "a", i, 1);
        write_points(writer, "m", i, 1);
    }
    close_writer(writer);
    struct tlm_stats stats;
    tlm_writer_stats(writer, &stats);
    ck_assert_uint_eq(stats.records, 6);
    ck_assert_uint_eq(stats.flushes, 2);
    struct lines lines = {0};
    lines_read(&lines, "run.avro");
    ck_assert_int_eq(lines.items[0][0], 'z');
    ck_assert_int_eq(lines.items[2][0], 'a');
    ck_assert_int_eq(lines.items[4][0], 'm');
    lines_release(&lines);
    tlm_writer_free(writer);
}
END_TEST

/* Flushes for rounds of a point for each of n series. */
static uint64_t flushes_of(const struct tlm_writer_options *options, int n, int rounds)
{
    scratch_enter();
    struct tlm_writer *writer = open_writer(options);
    struct tlm_stats stats;
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < n; i++) {
            char channel[16];
            snprintf(channel, sizeof channel, "c%d", i);
            write_points(writer, channel, round, 1);
        }
    tlm_writer_stats(writer, &stats);
    close_writer(writer);
    tlm_writer_free(writer);
    return stats.flushes;
}

START_TEST(many_series_make_a_batch_larger)
{
    struct tlm_writer_options options = defaults("run.avro");
    ck_assert_uint_eq(flushes_of(&options, 100, 2501), 1);
    ck_assert_uint_eq(flushes_of(&options, 300, 999), 0);
    ck_assert_uint_eq(flushes_of(&options, 300, 1001), 1);
    options.memory_bytes = 64 << 20;
    ck_assert_uint_eq(flushes_of(&options, 300, 999), 1); /* 262144 points at most */
    options.batch_points = 1000;
    ck_assert_uint_eq(flushes_of(&options, 300, 10), 3);
}
END_TEST

START_TEST(keeps_the_memory_budget)
{
    scratch_enter();
    struct tlm_writer_options options = defaults("run.avro");
    options.memory_bytes = 8u << 20;
    options.batch_points = 100000000;
    struct tlm_writer *writer = open_writer(&options);
    char *text = malloc(100001);
    memset(text, 'x', 100000);
    text[100000] = '\0';
    struct tlm_error error;
    for (int i = 0; i < 400; i++) {
        ck_assert_int_eq(tlm_write_string(writer, "big", NULL, 0, i, text, &error), TLM_OK);
        ck_assert_int_eq(tlm_write_double(writer, "small", NULL, 0, i, i, &error), TLM_OK);
    }
    struct tlm_stats stats;
    tlm_writer_stats(writer, &stats);
    ck_assert_uint_le(stats.bytes_held_max, 8u << 20);
    ck_assert_uint_gt(stats.pressure_flushes, 3);
    close_writer(writer);
    struct lines lines = {0};
    ck_assert_uint_eq(lines_read(&lines, "run.avro"), 800);
    lines_release(&lines);
    tlm_writer_free(writer);
    free(text);
}
END_TEST

START_TEST(writes_every_type)
{
    scratch_enter();
    struct tlm_writer_options options = defaults("run.avro");
    struct tlm_writer *writer = open_writer(&options);
    struct tlm_error error;
    struct tlm_tag tags[] = {{"b", "2"}, {"a", "1"}};
    const int64_t times[] = {5, 6};
    const double reals[] = {1.5, -2.5};
    const int64_t longs[] = {INT64_MIN, 7};
    const struct tlm_string texts[] = {{"x", 1}, {"", 0}};
    const struct tlm_string json[] = {{"{ \"k\" : 1.10 }", 14}, {"[]", 2}};
    const struct tlm_doubles arrays[] = {{reals, 2}, {NULL, 0}};
    const struct tlm_strings strings[] = {{texts, 2}, {NULL, 0}};
    const uint8_t present[] = {1, 0};
    const struct tlm_column columns[] = {
        {"d", tags, 2, TLM_DOUBLE, reals, NULL},
        {"l", NULL, 0, TLM_LONG, longs, present},
        {"s", NULL, 0, TLM_STRING, texts, NULL},
        {"j", NULL, 0, TLM_JSON, json, NULL},
        {"a", NULL, 0, TLM_DOUBLE_ARRAY, arrays, NULL},
        {"t", NULL, 0, TLM_STRING_ARRAY, strings, NULL},
    };
    ck_assert_int_eq(tlm_write_frame(writer, times, columns, 6, 2, &error), TLM_OK);
    ck_assert_uint_eq(tlm_writer_points(writer), 11);
    close_writer(writer);
    struct lines lines = {0};
    lines_read(&lines, "run.avro");
    static const char *const want[] = {
        "d{a=1,b=2} 5 double 3ff8000000000000",
        "d{a=1,b=2} 6 double c004000000000000",
        "l{} 5 long -9223372036854775808",
        "s{} 5 string x",
        "s{} 6 string ",
        "j{} 5 json {\"k\":1.10}",
        "j{} 6 json []",
        "a{} 5 doubles 3ff8000000000000,c004000000000000,",
        "a{} 6 doubles ",
        "t{} 5 strings 1:x,0:,",
        "t{} 6 strings ",
    };
    ck_assert_uint_eq(lines.n, 11);
    for (size_t i = 0; i < 11; i++)
        ck_assert_str_eq(lines.items[i], want[i]);
    lines_release(&lines);
    tlm_writer_free(writer);
}
END_TEST

START_TEST(a_frame_is_cut_in_time)
{
    scratch_enter();
    struct tlm_writer_options options = defaults("run.avro");
    options.rotate_points = 5;
    struct tlm_writer *writer = open_writer(&options);
    int64_t times[4] = {0, 1, 2, 3};
    double values[4] = {0, 1, 2, 3};
    struct tlm_column columns[] = {{"a", NULL, 0, TLM_DOUBLE, values, NULL},
                                   {"b", NULL, 0, TLM_DOUBLE, values, NULL}};
    ck_assert_int_eq(tlm_write_frame(writer, times, columns, 2, 4, NULL), TLM_OK);
    close_writer(writer);
    struct tlm_part parts[2];
    ck_assert_uint_eq(tlm_writer_parts(writer, 0, parts, 2), 2);
    ck_assert_int_eq(parts[0].last_ns, 2);
    ck_assert_int_eq(parts[1].first_ns, 2);
    check_parts(writer, 2, (const uint64_t[]){5, 3});
    tlm_writer_free(writer);
}
END_TEST

/* ---- errors --------------------------------------------------------------------------------- */

START_TEST(row_errors_leave_the_writer_usable)
{
    scratch_enter();
    struct tlm_writer_options options = defaults("run.avro");
    struct tlm_writer *writer = open_writer(&options);
    struct tlm_error error;
    struct tlm_tag twice[] = {{"k", "1"}, {"k", "2"}};
    struct tlm_string texts[] = {{"ok", 2}, {"\xff", 1}};
    struct tlm_column bad = {"s", NULL, 0, TLM_STRING, texts, NULL};
    int64_t times[] = {1, 2};
    ck_assert_int_eq(tlm_write_double(writer, "", NULL, 0, 1, 1, &error), TLM_ROW_CHANNEL);
    ck_assert_int_eq(tlm_write_double(writer, "\xff", NULL, 0, 1, 1, &error), TLM_ROW_UTF8);
    ck_assert_int_eq(tlm_write_double(writer, "a", twice, 2, 1, 1, &error), TLM_ROW_CHANNEL);
    ck_assert_int_eq(tlm_write_column(writer, times, &bad, 2, &error), TLM_ROW_UTF8);
    ck_assert_uint_eq(error.row, 2);
    texts[1] = (struct tlm_string){"{", 1};
    bad.type = TLM_JSON;
    ck_assert_int_eq(tlm_write_column(writer, times, &bad, 2, &error), TLM_ROW_SYNTAX);
    ck_assert_uint_eq(tlm_writer_points(writer), 0);
    write_points(writer, "a", 0, 1);
    close_writer(writer);
    check_parts(writer, 1, (const uint64_t[]){1});
    tlm_writer_free(writer);
}
END_TEST

/* With more threads than one, a later block may be ready before the one that fails. */
static void check_latching(unsigned threads)
{
    scratch_enter();
    struct tlm_writer_options options = defaults("run.avro");
    options.codec = TLM_CODEC_NULL;
    options.threads = threads;
    options.block_bytes = 20000;
    struct tlm_writer *writer = open_writer(&options);
    struct tlm_error error, again;
    struct rlimit limit = {10000, RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    write_column(writer, "a", 5000);
    ck_assert_int_eq(tlm_writer_flush(writer, &error), TLM_IO);
    ck_assert_int_eq(error.sys_errno, EFBIG);
    ck_assert_ptr_nonnull(strstr(error.message, ".run.avro.partial"));
    ck_assert_int_eq(tlm_write_double(writer, "a", NULL, 0, 1, 1, &again), TLM_IO);
    ck_assert_str_eq(again.message, error.message);
    ck_assert_int_eq(tlm_writer_sync(writer, &again), TLM_IO);
    ck_assert_int_eq(tlm_writer_close(writer, &again), TLM_IO);
    ck_assert_int_eq(tlm_writer_close(writer, &again), TLM_IO);
    ck_assert_str_eq(again.message, error.message);
    ck_assert_int_ne(access("run.avro", F_OK), 0);
    tlm_writer_free(writer);
}

START_TEST(the_first_other_error_is_latched)
{
    check_latching(1);
    check_latching(4);
}
END_TEST

START_TEST(close_is_idempotent_and_ends_the_writer)
{
    scratch_enter();
    struct tlm_writer_options options = defaults("run.avro");
    struct tlm_writer *writer = open_writer(&options);
    struct tlm_error error;
    write_points(writer, "a", 0, 1);
    close_writer(writer);
    close_writer(writer);
    ck_assert_int_eq(tlm_write_double(writer, "a", NULL, 0, 1, 1, &error), TLM_CLOSED);
    ck_assert_int_eq(tlm_writer_flush(writer, &error), TLM_CLOSED);
    struct tlm_stats stats;
    tlm_writer_stats(writer, &stats);
    ck_assert_uint_eq(stats.points, 1);
    tlm_writer_free(writer);
}
END_TEST

START_TEST(free_without_close_publishes)
{
    scratch_enter();
    struct tlm_writer_options options = defaults("run.avro");
    struct tlm_writer *writer = open_writer(&options);
    write_points(writer, "a", 0, 7);
    tlm_writer_free(writer);
    struct lines lines = {0};
    ck_assert_uint_eq(lines_read(&lines, "run.avro"), 7);
    lines_release(&lines);
}
END_TEST

START_TEST(abandon_keeps_or_removes_the_partial)
{
    for (int keep = 0; keep < 2; keep++) {
        scratch_enter();
        struct tlm_writer_options options = defaults("run.avro");
        struct tlm_writer *writer = open_writer(&options);
        write_points(writer, "a", 0, 7);
        tlm_writer_flush(writer, NULL);
        write_points(writer, "a", 0, 7);
        tlm_writer_abandon(writer, keep);
        tlm_writer_free(writer);
        ck_assert_int_ne(access("run.avro", F_OK), 0);
        ck_assert_int_eq(access(".run.avro.partial", F_OK) == 0, keep);
        if (keep) {
            struct lines lines = {0};
            ck_assert_uint_eq(lines_read(&lines, ".run.avro.partial"), 14);
            lines_release(&lines);
        }
    }
}
END_TEST

START_TEST(refuses_options_that_contradict)
{
    scratch_enter();
    struct tlm_writer *writer = NULL;
    struct tlm_error error;
    struct tlm_metadata reserved = {"avro.codec", "x"};
    struct tlm_writer_options options = defaults(NULL);
    ck_assert_int_eq(tlm_writer_open(&writer, &options, &error), TLM_ARGUMENT);
    options = defaults("x.avro");
    options.memory_bytes = 1;
    ck_assert_int_eq(tlm_writer_open(&writer, &options, &error), TLM_ARGUMENT);
    options = defaults("x.avro");
    options.metadata = &reserved;
    options.n_metadata = 1;
    ck_assert_int_eq(tlm_writer_open(&writer, &options, &error), TLM_ARGUMENT);
    options = defaults(NULL);
    options.output_fd = 1;
    options.rotate_points = 5;
    ck_assert_int_eq(tlm_writer_open(&writer, &options, &error), TLM_ARGUMENT);
    options = defaults("x_{nonsense}.avro");
    ck_assert_int_eq(tlm_writer_open(&writer, &options, &error), TLM_ARGUMENT);
    ck_assert_ptr_null(writer);
    ck_assert_uint_eq(count_files(), 0);
}
END_TEST

START_TEST(refuses_names_that_are_taken)
{
    scratch_enter();
    struct tlm_writer *writer = NULL, *second = NULL;
    struct tlm_error error;
    struct tlm_writer_options options = defaults("run.avro");
    options.rotate_points = 10;
    writer = open_writer(&options);
    ck_assert_int_eq(tlm_writer_open(&second, &options, &error), TLM_LOCKED);
    write_points(writer, "a", 0, 25);
    ck_assert_int_eq(tlm_writer_open(&second, &options, &error), TLM_EXISTS);
    tlm_writer_free(writer);
    ck_assert_int_eq(tlm_writer_open(&second, &options, &error), TLM_EXISTS);
    ck_assert_ptr_nonnull(strstr(error.message, "run_00"));
    options.continue_index = true;
    writer = open_writer(&options);
    write_points(writer, "a", 0, 5);
    close_writer(writer);
    struct tlm_part part;
    ck_assert_uint_eq(tlm_writer_parts(writer, 0, &part, 1), 1);
    ck_assert_str_eq(part.path, "run_003.avro");
    tlm_writer_free(writer);
}
END_TEST

START_TEST(sets_a_dead_writers_partial_aside)
{
    scratch_enter();
    int fd = open(".run.avro.partial", O_CREAT | O_WRONLY, 0644);
    ck_assert_int_eq(write(fd, "half", 4), 4);
    close(fd);
    struct tlm_writer_options options = defaults("run.avro");
    struct tlm_writer *writer = open_writer(&options);
    write_points(writer, "a", 0, 5);
    close_writer(writer);
    tlm_writer_free(writer);
    ck_assert_int_eq(access(".run.avro.partial.1", F_OK), 0);
    ck_assert_int_eq(access("run.avro", F_OK), 0);
}
END_TEST

/* ---- threads -------------------------------------------------------------------------------- */

struct producer {
    struct tlm_writer *writer;
    int number;
    uint64_t written;
};

static void *produce(void *argument)
{
    struct producer *producer = argument;
    char channel[16];
    snprintf(channel, sizeof channel, "p%d", producer->number);
    for (int i = 0; i < 20000; i++) {
        struct tlm_error error;
        enum tlm_code code =
            tlm_write_double(producer->writer, channel, NULL, 0, i, i * 0.5, &error);
        if (code == TLM_CLOSED)
            break;
        ck_assert_int_eq(code, TLM_OK);
        producer->written++;
    }
    return NULL;
}

static uint64_t run_producers(struct tlm_writer *writer, bool close_early)
{
    pthread_t threads[4];
    struct producer producers[4];
    uint64_t written = 0;
    for (int i = 0; i < 4; i++) {
        producers[i] = (struct producer){writer, i, 0};
        pthread_create(&threads[i], NULL, produce, &producers[i]);
    }
    if (close_early) {
        while (tlm_writer_points(writer) < 1000)
            usleep(100);
        close_writer(writer);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        written += producers[i].written;
    }
    return written;
}

START_TEST(takes_points_from_many_threads)
{
    scratch_enter();
    struct tlm_writer_options options = defaults("run.avro");
    options.rotate_points = 7777;
    options.batch_points = 1000;
    options.flush_interval_ns = 1000000;
    struct tlm_writer *writer = open_writer(&options);
    ck_assert_uint_eq(run_producers(writer, false), 80000);
    close_writer(writer);
    struct tlm_part parts[64];
    size_t n = tlm_writer_parts(writer, 0, parts, 64);
    struct lines lines = {0};
    for (size_t i = 0; i < n; i++)
        lines_read(&lines, parts[i].path);
    ck_assert_uint_eq(lines.n, 80000);
    lines_release(&lines);
    tlm_writer_free(writer);
}
END_TEST

START_TEST(close_races_writes_cleanly)
{
    for (int round = 0; round < 5; round++) {
        scratch_enter();
        struct tlm_writer_options options = defaults("run.avro");
        options.batch_points = 100;
        struct tlm_writer *writer = open_writer(&options);
        uint64_t written = run_producers(writer, true);
        ck_assert_uint_eq(tlm_writer_points(writer), written);
        struct lines lines = {0};
        ck_assert_uint_eq(lines_read(&lines, "run.avro"), written);
        lines_release(&lines);
        tlm_writer_free(writer);
    }
}
END_TEST

static size_t reported;

static void count_part(void *ctx, const struct tlm_part *part)
{
    struct tlm_writer **writer = ctx;
    ck_assert_uint_eq(part->index, reported);
    ck_assert_int_eq(access(part->path, F_OK), 0);
    if (*writer) /* no lock is held: looking is fine */
        ck_assert_uint_gt(tlm_writer_parts(*writer, 0, NULL, 0), reported);
    reported++;
}

START_TEST(reports_parts_in_order)
{
    scratch_enter();
    struct tlm_writer *writer = NULL;
    struct tlm_writer_options options = defaults("run.avro");
    options.rotate_points = 10;
    options.on_part = count_part;
    options.ctx = &writer;
    reported = 0;
    writer = open_writer(&options);
    write_column(writer, "a", 95);
    ck_assert_uint_eq(reported, 9);
    close_writer(writer);
    ck_assert_uint_eq(reported, 10);
    tlm_writer_free(writer);
}
END_TEST

UNIT_MAIN("writer", rotates_exactly_by_points, slices_a_column_that_straddles,
          leaves_no_empty_last_part, a_full_part_is_finished_at_once, writes_nothing_without_points,
          rotates_by_size, no_part_is_larger_than_a_size_below_that_of_a_block,
          a_size_that_a_header_fills_is_refused, rotates_by_span_of_data_time,
          rotates_by_age_without_input, rotates_by_wall_clock_without_input,
          flushes_by_interval_without_input, rotates_on_request,
          writes_one_record_per_series_and_flush_in_order_of_appearance,
          many_series_make_a_batch_larger, keeps_the_memory_budget, writes_every_type,
          a_frame_is_cut_in_time, row_errors_leave_the_writer_usable,
          the_first_other_error_is_latched, close_is_idempotent_and_ends_the_writer,
          free_without_close_publishes, abandon_keeps_or_removes_the_partial,
          refuses_options_that_contradict, refuses_names_that_are_taken,
          sets_a_dead_writers_partial_aside, takes_points_from_many_threads,
          close_races_writes_cleanly, reports_parts_in_order)
