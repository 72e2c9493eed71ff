/* Rows read as if they were Avro: the points are those of the file that would be written; what is
 * wrong is said as the writer says it; an end on either side ends the other. */
#include "row_pipe.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "channel_files.h"
#include "select.h"
#include "support/scratch.h"
#include "support/unit.h"

enum { ROWS = 60000, LINE = 160 };

static struct tlm_error error;
static struct tlm_row_options rows;
static struct row_pipe_options options;
static bool left_out;

static void enter(void)
{
    scratch_enter();
    signal(SIGPIPE, SIG_DFL);
    alarm(120);
    ck_assert_ptr_nonnull(freopen("said", "w", stderr));
    tlm_row_options_init(&rows);
    options = (struct row_pipe_options){
        .command = "stats", .rows = &rows, .threads = 2, .memory_bytes = UINT64_C(32) << 20};
    left_out = false;
}

/* What was said on stderr. */
static const char *said(void)
{
    fflush(stderr);
    return scratch_read("said");
}

static void check_said(const char *part)
{
    ck_assert_msg(strstr(said(), part) != NULL, "\"%s\" is not in \"%s\"", part, said());
}

/* ---- files ---------------------------------------------------------------------------------- */

static char *make_csv(void)
{
    char *text = malloc((size_t)ROWS * LINE), *at = text;
    at += sprintf(at, "time,speed,count,name\n");
    for (int i = 0; i < ROWS; i++)
        at += sprintf(at, "2024-06-01T%02d:%02d:%02d.%03dZ,%.3f,%d,%s\n", i / 36000, i / 600 % 60,
                      i / 10 % 60, i % 10 * 100, i * 0.125, i % 7, i % 100 ? "" : "mark");
    return text;
}

static char *make_json(void)
{
    char *text = malloc((size_t)ROWS * LINE), *at = text;
    for (int i = 0; i < ROWS; i++)
        at += sprintf(at, "{\"ts\":%d,\"speed\":%.3f,\"list\":[%d,2.5],\"name\":\"n%d\"}\n",
                      1700000000 + i, i * 0.125, i, i % 9);
    return text;
}

static void write_gzip(const char *path, const char *text)
{
    gzFile file = gzopen(path, "wb");
    ck_assert_int_eq(gzwrite(file, text, (unsigned)strlen(text)), (int)strlen(text));
    ck_assert_int_eq(gzclose(file), Z_OK);
}

static void write_bytes(const char *path, const void *bytes, size_t len)
{
    FILE *file = fopen(path, "w");
    ck_assert_uint_eq(fwrite(bytes, 1, len, file), len);
    ck_assert_int_eq(fclose(file), 0);
}

static void write_zstd(const char *path, const char *text)
{
    size_t bound = ZSTD_compressBound(strlen(text));
    void *packed = malloc(bound);
    write_bytes(path, packed, ZSTD_compress(packed, bound, text, strlen(text), 1));
    free(packed);
}

static void write_avro(const char *from, const char *to)
{
    struct tlm_writer_options writes;
    struct tlm_writer *writer;
    struct tlm_feed *feed;
    tlm_writer_options_init(&writes);
    writes.output = to;
    ck_assert_msg(!tlm_writer_open(&writer, &writes, &error), "%s", error.message);
    ck_assert_msg(!tlm_feed_new(&feed, writer, &rows, &error), "%s", error.message);
    ck_assert_msg(!tlm_feed_file(feed, from, &error), "%s", error.message);
    ck_assert_msg(!tlm_writer_close(writer, &error), "%s", error.message);
    tlm_feed_free(feed);
    tlm_writer_free(writer);
}

/* ---- reading -------------------------------------------------------------------------------- */

static void *begin(void *ctx)
{
    return ctx;
}

static enum tlm_code add_points(void *ctx, void *batch, const struct tlm_run_of_points *points,
                                struct tlm_error *why)
{
    (void)ctx;
    return tlm_checksum_add(batch, points, why);
}

static enum tlm_code end(void *ctx, void *batch, const struct tlm_block *block,
                         struct tlm_error *why)
{
    (void)ctx;
    (void)batch;
    (void)block;
    (void)why;
    return TLM_OK;
}

static enum tlm_code pass_points(void *ctx, void *batch, const struct tlm_run_of_points *points,
                                 struct tlm_error *why)
{
    (void)points;
    return end(ctx, batch, NULL, why);
}

static enum tlm_code end_at_once(void *ctx, void *batch, const struct tlm_block *block,
                                 struct tlm_error *why)
{
    end(ctx, batch, block, why);
    *why = (struct tlm_error){.code = TLM_LIMIT, .message = "enough"};
    return TLM_LIMIT;
}

static void drop(void *ctx, void *batch)
{
    (void)ctx;
    (void)batch;
}

static enum tlm_code read_points(struct tlm_file *file, struct tlm_series_digest *total)
{
    struct tlm_checksum *checksum;
    ck_assert(!tlm_checksum_new(&checksum, &error));
    struct tlm_reading reading = {.threads = 1,
                                  .ctx = checksum,
                                  .begin = begin,
                                  .points = add_points,
                                  .end = end,
                                  .drop = drop};
    tlm_selection_init(&reading.selection);
    enum tlm_code code = tlm_file_read(file, &reading, &error);
    *total = tlm_checksum_total(checksum);
    tlm_checksum_free(checksum);
    return code;
}

/* What a pipe gives, which must be all right. */
static struct tlm_series_digest through_pipe(const char *path)
{
    struct row_pipe *pipe;
    struct tlm_series_digest total;
    ck_assert_msg(!row_pipe_open(&pipe, path, &options, &error), "%s: %s", path, error.message);
    ck_assert_str_eq(tlm_file_info(row_pipe_file(pipe))->path,
                     strcmp(path, "-") == 0 ? "<stdin>" : path);
    enum tlm_code code = read_points(row_pipe_file(pipe), &total);
    code = row_pipe_close(pipe, code, &left_out, &error);
    ck_assert_msg(!code, "%s: %s", path, error.message);
    return total;
}

static void check_same(struct tlm_series_digest a, struct tlm_series_digest b)
{
    ck_assert_uint_eq(a.points, b.points);
    ck_assert_uint_eq(a.digest.high, b.digest.high);
    ck_assert_uint_eq(a.digest.low, b.digest.low);
}

/* Points of a file, and of what the writer makes of it. */
static void check_file(const char *path, uint64_t points)
{
    unlink("made.avro");
    write_avro(path, "made.avro");
    struct tlm_series_digest piped = through_pipe(path), made = through_pipe("made.avro");
    ck_assert_msg(piped.points == points, "%s: %llu points", path,
                  (unsigned long long)piped.points);
    check_same(piped, made);
    ck_assert(!left_out);
}

/* An opening or reading that ends with this. */
static void check_fails(const char *path, enum tlm_code expected, const char *message)
{
    struct row_pipe *pipe;
    struct tlm_series_digest total;
    enum tlm_code code = row_pipe_open(&pipe, path, &options, &error);
    if (!code) {
        code = read_points(row_pipe_file(pipe), &total);
        code = row_pipe_close(pipe, code, &left_out, &error);
    }
    ck_assert_msg(code == expected, "%s: %s: %s", path, tlm_code_name(code), error.message);
    ck_assert_msg(strstr(error.message, message) != NULL, "\"%s\" is not in \"%s\"", message,
                  error.message);
    ck_assert_msg(strstr(error.message, path) != NULL, "no \"%s\" in \"%s\"", path, error.message);
}

START_TEST(the_points_are_those_that_would_be_written)
{
    char *csv = make_csv(), *json = make_json();
    enter();
    scratch_write("x.csv", csv);
    scratch_write("x.jsonl", json);
    write_gzip("x.csv.gz", csv);
    write_zstd("x.jsonl.zst", json);
    check_file("x.csv", 2 * ROWS + ROWS / 100);
    check_said("tlm stats: time field: \"time\" (guessed");
    check_file("x.jsonl", 3 * ROWS);
    check_file("x.csv.gz", 2 * ROWS + ROWS / 100);
    check_file("x.jsonl.zst", 3 * ROWS);
    rows.shape = TLM_SHAPE_LONG;
    scratch_write("long.csv", "at;channel;value\n1;a;2,5\n2;b;3\n");
    rows.delimiter = ';';
    rows.decimal = ',';
    rows.time_field = "at";
    rows.time_format = "s";
    check_file("long.csv", 2);
    free(csv);
    free(json);
}
END_TEST

START_TEST(nothing_is_no_points)
{
    enter();
    scratch_write("empty.csv", "");
    scratch_write("head.csv", "time,a\n");
    ck_assert_uint_eq(through_pipe("empty.csv").points, 0);
    ck_assert_uint_eq(through_pipe("head.csv").points, 0);
    ck_assert_uint_eq(through_pipe("/dev/null").points, 0);
    ck_assert(!left_out);
}
END_TEST

START_TEST(quiet_says_nothing)
{
    enter();
    scratch_write("x.jsonl", "{\"ts\":1700000000,\"a\":1}\n{\"ts\":1700000001,\"a\":2.5}\n");
    options.quiet = true;
    ck_assert_uint_eq(through_pipe("x.jsonl").points, 2);
    ck_assert_str_eq(said(), "");
}
END_TEST

/* "From 10 s before the end" needs to know the end of rows, too; nothing is said twice. */
START_TEST(times_that_count_from_the_end)
{
    enter();
    scratch_write("x.jsonl", "{\"ts\":1700000000,\"a\":1}\nbad\n{\"ts\":1700000060,\"a\":2.5}\n");
    write_avro("x.jsonl", "x.avro");
    char *paths[] = {(char[]){"x.jsonl"}, (char[]){"x.avro"}};
    const struct select_args args = {.from = "-10s"};
    struct select select;
    struct tlm_selection selection;
    ck_assert_int_eq(select_settle(&select, &args, "stats"), 0);
    for (size_t i = 0; i < 2; i++) {
        struct channel_files files = {.paths = &paths[i], .n = 1, .rows = &options};
        ck_assert_msg(!select_resolve(&select, &files, &selection, &error), "%s", error.message);
        ck_assert_int_eq(selection.from_ns, INT64_C(1700000050000000000));
    }
    ck_assert_str_eq(said(), "");
    struct channel_files only_avro = {.paths = paths, .n = 1};
    ck_assert_int_eq(select_resolve(&select, &only_avro, &selection, &error), TLM_DAMAGED);
}
END_TEST

/* ---- what is wrong -------------------------------------------------------------------------- */

#define BAD_ROWS "{\"ts\":1,\"a\":1}\n{\"ts\":2,\"a\":1e400}\n{\"a\":3}\n{\"ts\":4,\"a\":4}\n"

START_TEST(bad_rows_are_left_out_and_told)
{
    enter();
    scratch_write("x.jsonl", BAD_ROWS);
    rows.time_field = "ts";
    rows.time_format = "s";
    ck_assert_uint_eq(through_pipe("x.jsonl").points, 2);
    ck_assert(left_out);
    check_said("tlm stats: x.jsonl:2: ");
    check_said("tlm stats: x.jsonl:3: ");
    check_said("tlm stats: x.jsonl: 2 rows left out: 1 no-time, 1 range\n");
    left_out = false;
    rows.bad_rows = TLM_BAD_SKIP;
    ck_assert_uint_eq(through_pipe("x.jsonl").points, 2);
    ck_assert(!left_out);
}
END_TEST

START_TEST(quiet_still_tells_how_many_bad_rows)
{
    enter();
    scratch_write("x.jsonl", BAD_ROWS);
    rows.time_field = "ts";
    rows.time_format = "s";
    options.quiet = true;
    ck_assert_uint_eq(through_pipe("x.jsonl").points, 2);
    ck_assert(left_out);
    ck_assert_str_eq(said(), "tlm stats: x.jsonl: 2 rows left out: 1 no-time, 1 range\n");
}
END_TEST

START_TEST(many_bad_rows_are_said_once)
{
    enter();
    FILE *file = fopen("x.csv", "w");
    fputs("time,a\n2024-06-01T00:00:00Z,1\n", file);
    for (int i = 0; i < 1000; i++)
        fputs("never,1\n", file);
    fclose(file);
    ck_assert_uint_eq(through_pipe("x.csv").points, 1);
    check_said("tlm stats: x.csv:12: ");
    check_said("tlm stats: further bad rows are only counted\n");
    check_said("tlm stats: x.csv: 1,000 rows left out: 1,000 time\n");
    ck_assert_ptr_null(strstr(said(), "x.csv:13: "));
}
END_TEST

START_TEST(too_many_bad_rows_fail)
{
    enter();
    scratch_write("x.jsonl", BAD_ROWS);
    rows.time_field = "ts";
    rows.time_format = "s";
    rows.bad_rows = TLM_BAD_ABORT;
    check_fails("x.jsonl", TLM_ABORTED, "x.jsonl: stopped at the first bad row");
    check_said("tlm stats: x.jsonl:2: ");
    rows.bad_rows = TLM_BAD_REJECT;
    rows.max_errors = 2;
    check_fails("x.jsonl", TLM_ABORTED, "x.jsonl: stopped: too many bad rows (--max-errors)");
    options.quiet = true;
    check_fails("x.jsonl", TLM_ABORTED, "x.jsonl:3: ");
}
END_TEST

START_TEST(what_cannot_be_read_is_named)
{
    enter();
    char *csv = make_csv();
    ck_assert_int_eq(mkdir("folder", 0777), 0);
    scratch_write("empty.avro", "");
    scratch_write("rows.avro", csv);
    scratch_write(".x.avro.partial", "");
    scratch_write("untimed.csv", "a,b\n1,2\n");
    check_fails("missing.csv", TLM_IO, "cannot open missing.csv");
    check_fails("folder", TLM_INPUT, "folder is a directory");
    check_fails("empty.avro", TLM_DAMAGED, "");
    check_fails("rows.avro", TLM_DAMAGED, "");
    check_fails(".x.avro.partial", TLM_DAMAGED, "");
    check_fails("untimed.csv", TLM_ARGUMENT, "time");
    scratch_write("x.csv", csv);
    rows.time_format = "fortnights";
    ck_assert_int_eq(row_pipe_open(&(struct row_pipe *){NULL}, "x.csv", &options, &error),
                     TLM_ARGUMENT);
    free(csv);
}
END_TEST

/* The message is that of the rows, not that of a reader whose file ends early. */
START_TEST(a_cut_input_fails_as_such)
{
    enter();
    char *csv = make_csv();
    write_gzip("x.csv.gz", csv);
    struct stat info;
    ck_assert_int_eq(stat("x.csv.gz", &info), 0);
    ck_assert_int_eq(truncate("x.csv.gz", info.st_size / 2), 0);
    check_fails("x.csv.gz", TLM_INPUT, "gzip data ends early");
    ck_assert_int_eq(truncate("x.csv.gz", 3), 0);
    check_fails("x.csv.gz", TLM_INPUT, "gzip data ends early");
    free(csv);
}
END_TEST

START_TEST(too_little_memory_is_an_error)
{
    enter();
    scratch_write("x.csv", "time,a\n2024-06-01T00:00:00Z,1\n");
    options.memory_bytes = 1000;
    ck_assert_int_eq(row_pipe_open(&(struct row_pipe *){NULL}, "x.csv", &options, &error),
                     TLM_ARGUMENT);
}
END_TEST

/* ---- pipes ---------------------------------------------------------------------------------- */

/* Somebody who writes a file into a pipe. */
struct pourer {
    pthread_t thread;
    const char *from;
    int to;
    size_t piece;
};

static void *pour(void *argument)
{
    const struct pourer *pourer = argument;
    char bytes[4096];
    ssize_t n;
    int from = open(pourer->from, O_RDONLY);
    while ((n = read(from, bytes, pourer->piece)) > 0)
        if (write(pourer->to, bytes, (size_t)n) != n)
            break;
    close(from);
    close(pourer->to);
    return NULL;
}

static void check_stdin(const char *path, size_t piece, struct tlm_series_digest expected)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
    struct pourer pourer = {.from = path, .to = ends[1], .piece = piece};
    ck_assert_int_eq(pthread_create(&pourer.thread, NULL, pour, &pourer), 0);
    check_same(through_pipe("-"), expected);
    pthread_join(pourer.thread, NULL);
    ck_assert_int_ge(fcntl(STDIN_FILENO, F_GETFD), 0); /* it stays open */
}

START_TEST(standard_input_may_be_either)
{
    char *csv = make_csv();
    enter();
    scratch_write("x.csv", csv);
    scratch_write("y.csv", "time,a\n2024-06-01T00:00:00Z,1\n");
    write_gzip("y.csv.gz", "time,a\n2024-06-01T00:00:00Z,1\n");
    write_avro("x.csv", "x.avro");
    write_avro("y.csv", "y.avro");
    struct tlm_series_digest long_one = through_pipe("x.csv"), short_one = through_pipe("y.csv");
    check_stdin("x.csv", 4096, long_one);
    check_stdin("x.avro", 4096, long_one);
    check_stdin("y.csv", 1, short_one);
    check_stdin("y.csv.gz", 1, short_one);
    check_stdin("y.avro", 1, short_one);
    free(csv);
}
END_TEST

START_TEST(a_file_as_standard_input_is_read_from_where_it_stands)
{
    enter();
    scratch_write("x.csv", "time,a\n2024-06-01T00:00:00Z,1\n");
    write_avro("x.csv", "x.avro");
    struct tlm_series_digest one = through_pipe("x.csv");
    ck_assert_int_eq(system("{ printf before; cat x.csv; } >later.csv;"
                            "{ printf before; cat x.avro; } >later"),
                     0);
    const char *const names[] = {"later.csv", "later"};
    for (size_t i = 0; i < 2; i++) {
        int fd = open(names[i], O_RDONLY);
        ck_assert_int_eq(lseek(fd, 6, SEEK_SET), 6);
        ck_assert_int_eq(dup2(fd, STDIN_FILENO), STDIN_FILENO);
        close(fd);
        check_same(through_pipe("-"), one);
    }
}
END_TEST

static void *pour_into_fifo(void *argument)
{
    struct pourer *pourer = argument;
    pourer->to = open("fifo", O_WRONLY);
    return pour(pourer);
}

/* It can be opened once only: a second opening would wait for a second writer. */
START_TEST(a_fifo_is_opened_once)
{
    enter();
    scratch_write("x.csv", "time,a\n2024-06-01T00:00:00Z,1\n");
    write_avro("x.csv", "x.avro");
    struct tlm_series_digest one = through_pipe("x.csv");
    ck_assert_int_eq(mkfifo("fifo", 0600), 0);
    const char *const names[] = {"x.csv", "x.avro"};
    for (size_t i = 0; i < 2; i++) {
        struct pourer pourer = {.from = names[i], .piece = 4096};
        ck_assert_int_eq(pthread_create(&pourer.thread, NULL, pour_into_fifo, &pourer), 0);
        check_same(through_pipe("fifo"), one);
        pthread_join(pourer.thread, NULL);
    }
}
END_TEST

/* ---- a reader that stops -------------------------------------------------------------------- */

/* What does not fit into the pipe is not waited for, and SIGPIPE does not end the program. */
START_TEST(reading_may_stop_at_any_time)
{
    struct row_pipe *pipe;
    char *csv = make_csv();
    enter();
    scratch_write("x.csv", csv);
    FILE *file = fopen("big.csv", "w");
    fputs(csv, file);
    for (int i = 0; i < 5; i++)
        fputs(strchr(csv, '\n') + 1, file);
    fclose(file);
    ck_assert_msg(!row_pipe_open(&pipe, "big.csv", &options, &error), "%s", error.message);
    ck_assert_int_eq(row_pipe_close(pipe, TLM_OK, &left_out, &error), TLM_OK);
    struct tlm_reading reading = {
        .threads = 1, .begin = begin, .points = pass_points, .end = end_at_once, .drop = drop};
    tlm_selection_init(&reading.selection);
    reading.ctx = &reading;
    ck_assert_msg(!row_pipe_open(&pipe, "big.csv", &options, &error), "%s", error.message);
    enum tlm_code code = tlm_file_read(row_pipe_file(pipe), &reading, &error);
    ck_assert_int_eq(code, TLM_LIMIT);
    ck_assert_int_eq(row_pipe_close(pipe, code, &left_out, &error), TLM_LIMIT);
    ck_assert_str_eq(error.message, "enough");
    ck_assert(!left_out);
    free(csv);
}
END_TEST

START_TEST(a_live_input_does_not_hold_up_the_end)
{
    int ends[2];
    struct row_pipe *rows_of;
    static const char row[] = "{\"ts\":1700000000,\"a\":1}\n";
    enter();
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(write(ends[1], row, sizeof row - 1), (ssize_t)sizeof row - 1);
    /* the header comes with the first points, since they are not held for long */
    ck_assert_msg(!row_pipe_open(&rows_of, "-", &options, &error), "%s", error.message);
    ck_assert_int_eq(row_pipe_close(rows_of, TLM_OK, &left_out, &error), TLM_OK);
    close(ends[1]);
}
END_TEST

UNIT_MAIN("row_pipe", the_points_are_those_that_would_be_written, nothing_is_no_points,
          quiet_says_nothing, times_that_count_from_the_end, bad_rows_are_left_out_and_told,
          quiet_still_tells_how_many_bad_rows, many_bad_rows_are_said_once, too_many_bad_rows_fail,
          what_cannot_be_read_is_named, a_cut_input_fails_as_such, too_little_memory_is_an_error,
          standard_input_may_be_either, a_file_as_standard_input_is_read_from_where_it_stands,
          a_fifo_is_opened_once, reading_may_stop_at_any_time,
          a_live_input_does_not_hold_up_the_end)
