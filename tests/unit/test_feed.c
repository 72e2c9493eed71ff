/* The feed as a C program uses it: sources into a writer, bad rows, notes, stopping, live input. */
#include "support/unit.h"

#include <errno.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "support/scratch.h"
#include "tlm.h"

#define T0 "1700000000"
#define SAID_MAX 32

/* What on_reject was given. */
struct said {
    enum tlm_code code;
    uint64_t row, line, byte;
    char source[64], text[512], reason[512];
    size_t text_len;
};

static struct tlm_writer *writer;
static struct tlm_feed *feed;
static struct tlm_row_options options;
static struct tlm_error error;
static struct said said[SAID_MAX];
static size_t n_said, n_wakes, n_progress;
static char notes[4096]; /* each with a newline */
static int wake_answer;

static void copy_text(char *to, size_t size, const char *from, size_t len)
{
    if (len >= size)
        len = size - 1;
    memcpy(to, from, len);
    to[len] = '\0';
}

static void take_reject(void *ctx, const struct tlm_reject *reject)
{
    ck_assert_ptr_eq(ctx, &options);
    ck_assert_uint_lt(n_said, SAID_MAX);
    struct said *it = &said[n_said++];
    *it = (struct said){.code = reject->code,
                        .row = reject->row,
                        .line = reject->line,
                        .byte = reject->byte,
                        .text_len = reject->text.len};
    copy_text(it->source, sizeof it->source, reject->source, strlen(reject->source));
    copy_text(it->text, sizeof it->text, reject->text.data, reject->text.len);
    copy_text(it->reason, sizeof it->reason, reject->reason, strlen(reject->reason));
}

static void take_note(void *ctx, const char *message)
{
    ck_assert_ptr_eq(ctx, &options);
    strncat(notes, message, sizeof notes - strlen(notes) - 2);
    strcat(notes, "\n");
}

static void take_progress(void *ctx)
{
    ck_assert_ptr_eq(ctx, &options);
    n_progress++;
}

static int take_wake(void *ctx)
{
    ck_assert_ptr_eq(ctx, &options);
    uint64_t count;
    ck_assert_int_eq(read(options.wake_fd, &count, sizeof count), sizeof count);
    n_wakes++;
    return wake_answer;
}

/* A fresh folder, a writer to run.avro, options with a time field of seconds. */
static void enter(void)
{
    scratch_enter();
    struct tlm_writer_options writes;
    tlm_writer_options_init(&writes);
    writes.output = "run.avro";
    writes.fsync = TLM_FSYNC_NONE;
    writes.flush_interval_ns = 0;
    ck_assert_msg(tlm_writer_open(&writer, &writes, &error) == TLM_OK, "%s", error.message);
    tlm_row_options_init(&options);
    options.time_field = "ts";
    options.time_format = "s";
    options.on_reject = take_reject;
    options.on_note = take_note;
    options.on_progress = take_progress;
    options.on_wake = take_wake;
    options.ctx = &options;
    n_said = n_wakes = n_progress = 0;
    wake_answer = 0;
    notes[0] = '\0';
}

static void leave(void)
{
    tlm_feed_free(feed);
    feed = NULL;
    tlm_writer_free(writer);
    writer = NULL;
    if (options.wake_fd >= 0)
        close(options.wake_fd);
}

static void make_feed(void)
{
    ck_assert_msg(tlm_feed_new(&feed, writer, &options, &error) == TLM_OK, "%s", error.message);
}

static void put(const char *name, const char *text, size_t len)
{
    FILE *file = fopen(name, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text, 1, len, file), len);
    ck_assert_int_eq(fclose(file), 0);
}

static enum tlm_code feed_file(const char *name)
{
    if (!feed)
        make_feed();
    return tlm_feed_file(feed, name, &error);
}

static void feed_text(const char *name, const char *text)
{
    put(name, text, strlen(text));
    ck_assert_msg(feed_file(name) == TLM_OK, "%s", error.message);
}

static void feed_fails(const char *name, const char *text, enum tlm_code code)
{
    put(name, text, strlen(text));
    ck_assert_int_eq(feed_file(name), code);
    ck_assert_int_eq(error.code, code);
}

static void holds(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "\"%s\" lacks \"%s\"", text, part);
}

static uint64_t points(void)
{
    return tlm_writer_points(writer);
}

static struct tlm_feed_stats stats(void)
{
    struct tlm_feed_stats now;
    tlm_feed_stats(feed, &now);
    return now;
}

struct named {
    const char *channel;
    uint64_t points;
};

static void look_at(void *ctx, const struct tlm_series *series)
{
    struct named *named = ctx;
    if (strcmp(series->channel, named->channel) == 0)
        named->points += series->points;
}

static uint64_t points_of(const char *channel)
{
    struct named named = {.channel = channel};
    ck_assert_msg(tlm_writer_flush(writer, &error) == TLM_OK, "%s", error.message);
    tlm_writer_each_series(writer, look_at, &named);
    return named.points;
}

/* ---- bad rows ----------------------------------------------------------------------------------
 */

/* One bad row between two good ones. */
struct bad {
    enum tlm_code code;
    const char *row;
    const char *in_reason[2];
};

static void check_bad(const char *name, const char *header, const char *good, const struct bad *bad)
{
    char text[2048];
    snprintf(text, sizeof text, "%s%s\n%s\n%s\n", header, good, bad->row, good);
    uint64_t before = points();
    feed_text(name, text);
    ck_assert_msg(n_said == 1, "%s: %zu bad rows", bad->row, n_said);
    ck_assert_msg(said[0].code == bad->code, "%s: %s", bad->row, tlm_code_name(said[0].code));
    ck_assert(tlm_code_is_row(said[0].code));
    ck_assert_uint_eq(said[0].row, 2);
    ck_assert_uint_eq(said[0].line, header[0] ? 3 : 2);
    ck_assert_uint_eq(said[0].byte, strlen(header) + strlen(good) + 1);
    ck_assert_str_eq(said[0].text, bad->row);
    ck_assert_uint_eq(said[0].text_len, strlen(bad->row));
    ck_assert_str_eq(said[0].source, name);
    for (size_t i = 0; i < 2 && bad->in_reason[i]; i++)
        holds(said[0].reason, bad->in_reason[i]);
    ck_assert_uint_eq(points() - before, 2);
    ck_assert_uint_eq(stats().rows, 3);
    ck_assert_uint_eq(stats().rejected, 1);
    ck_assert_uint_eq(stats().rejected_by_code[bad->code], 1);
}

static const struct bad bad_json[] = {
    {TLM_ROW_SYNTAX, "{\"ts\":" T0 ",\"a\":", {"value", "22"}},
    {TLM_ROW_SYNTAX, "[1,2]", {"object", "["}},
    {TLM_ROW_UTF8, "{\"ts\":" T0 ",\"a\":\"\xff\"}", {"UTF-8", "23"}},
    {TLM_ROW_DUPLICATE, "{\"ts\":" T0 ",\"rpm\":1,\"rpm\":2}", {"\"rpm\""}},
    {TLM_ROW_DUPLICATE, "{\"ts\":" T0 ",\"o\":{\"x\":1,\"x\":2}}", {"\"x\""}},
    {TLM_ROW_NO_TIME, "{\"rpm\":1}", {"\"ts\""}},
    {TLM_ROW_NO_TIME, "{\"ts\":null,\"rpm\":1}", {"\"ts\""}},
    {TLM_ROW_TIME, "{\"ts\":\"soon\",\"rpm\":1}", {"\"soon\"", "timestamp"}},
    {TLM_ROW_TIME, "{\"ts\":9223372037,\"rpm\":1}", {"9223372037", "range"}},
    {TLM_ROW_RANGE, "{\"ts\":" T0 ",\"rpm\":1e400}", {"\"rpm\"", "1e400"}},
    {TLM_ROW_RANGE, "{\"ts\":" T0 ",\"rpm\":9223372036854775808}", {"\"rpm\"", "775808"}},
    {TLM_ROW_TYPE, "{\"ts\":" T0 ",\"temp\":\"warm\"}", {"\"temp\"", "warm"}},
    {TLM_ROW_CHANNEL, "{\"ts\":" T0 ",\"\":1}", {"empty"}},
};

START_TEST(a_bad_json_row_says_where_and_why)
{
    enter();
    struct tlm_pair type = {"temp", "double"};
    options.types = (struct tlm_pairs){&type, 1};
    check_bad("in.jsonl", "", "{\"ts\":" T0 ",\"a\":1}", &bad_json[_i]);
    leave();
}
END_TEST

static const struct bad bad_csv[] = {
    {TLM_ROW_COLUMNS, T0 ",1,2,3", {"4 cells", "3 columns"}},
    {TLM_ROW_UTF8, T0 ",\xff", {"UTF-8"}},
    {TLM_ROW_NO_TIME, ",1", {"\"ts\""}},
    {TLM_ROW_TIME, "soon,1", {"\"soon\""}},
    {TLM_ROW_RANGE, T0 ",1e400", {"\"a\"", "1e400"}},
    {TLM_ROW_TYPE, T0 ",1,warm", {"\"temp\"", "warm"}},
};

START_TEST(a_bad_csv_row_says_where_and_why)
{
    enter();
    struct tlm_pair type = {"temp", "double"};
    options.types = (struct tlm_pairs){&type, 1};
    check_bad("in.csv", "ts,a,temp\n", T0 ",1", &bad_csv[_i]);
    leave();
}
END_TEST

static const struct bad bad_long[] = {
    {TLM_ROW_CHANNEL, "{\"ts\":" T0 ",\"value\":1}", {"\"channel\""}},
    {TLM_ROW_CHANNEL, "{\"ts\":" T0 ",\"channel\":\"\",\"value\":1}", {"\"channel\""}},
    {TLM_ROW_CHANNEL,
     "{\"ts\":" T0 ",\"channel\":\"a\",\"value\":1,\"tags\":{\"\":\"x\"}}",
     {"tag"}},
    {TLM_ROW_CHANNEL,
     "{\"ts\":" T0 ",\"channel\":\"a\",\"value\":1,\"tags\":{\"fleet\":\"x\"}}",
     {"\"fleet\"", "twice"}},
};

START_TEST(a_bad_long_row_says_where_and_why)
{
    enter();
    struct tlm_pair tag = {"fleet", "north"};
    options.tags = (struct tlm_pairs){&tag, 1};
    options.shape = TLM_SHAPE_LONG;
    check_bad("in.jsonl", "", "{\"ts\":" T0 ",\"channel\":\"a\",\"value\":1}", &bad_long[_i]);
    leave();
}
END_TEST

START_TEST(every_row_code_is_provoked_by_a_test)
{
    bool seen[TLM_ROW_CODES] = {[TLM_ROW_TOO_LONG] = true}; /* further down */
    for (size_t i = 0; i < sizeof bad_json / sizeof bad_json[0]; i++)
        seen[bad_json[i].code] = true;
    for (size_t i = 0; i < sizeof bad_csv / sizeof bad_csv[0]; i++)
        seen[bad_csv[i].code] = true;
    for (size_t i = TLM_ROW_SYNTAX; i < TLM_ROW_CODES; i++)
        ck_assert_msg(seen[i], "%s", tlm_code_name((enum tlm_code)i));
}
END_TEST

START_TEST(abort_keeps_the_rows_before)
{
    enter();
    options.bad_rows = TLM_BAD_ABORT;
    feed_fails("in.jsonl",
               "{\"ts\":" T0 ",\"a\":1}\n{\"ts\":" T0 ",\"a\":2}\nnonsense\n{\"ts\":" T0
               ",\"a\":3}\n",
               TLM_ABORTED);
    ck_assert_uint_eq(points(), 2);
    ck_assert_uint_eq(error.row, 3);
    ck_assert_uint_eq(n_said, 1);
    holds(error.message, "in.jsonl:3");
    leave();
}
END_TEST

START_TEST(max_errors_counts_over_all_sources)
{
    enter();
    options.max_errors = 3;
    feed_text("1.jsonl", "bad\n{\"ts\":" T0 ",\"a\":1}\nbad\n");
    ck_assert_uint_eq(n_said, 2);
    feed_fails("2.jsonl", "{\"ts\":" T0 ",\"a\":2}\nbad\n{\"ts\":" T0 ",\"a\":3}\nbad\n",
               TLM_ABORTED);
    ck_assert_uint_eq(n_said, 3);
    ck_assert_uint_eq(points(), 2);
    holds(error.message, "2.jsonl:2");
    leave();
}
END_TEST

START_TEST(skip_counts_bad_rows_too)
{
    enter();
    options.bad_rows = TLM_BAD_SKIP;
    feed_text("in.jsonl", "bad\n{\"ts\":" T0 ",\"a\":1}\n");
    ck_assert_uint_eq(stats().rejected, 1);
    ck_assert_uint_eq(n_said, 1);
    ck_assert_uint_eq(points(), 1);
    leave();
}
END_TEST

/* ---- long lines --------------------------------------------------------------------------------
 */

/* A line of len bytes that are no newline, then the text. */
static void put_long_line(const char *name, off_t len, const char *text)
{
    put(name, "", 0);
    ck_assert_int_eq(truncate(name, len), 0);
    FILE *file = fopen(name, "ab");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
}

static long peak_kib(void)
{
    struct rusage usage;
    ck_assert_int_eq(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

START_TEST(a_line_that_is_too_long_takes_no_memory)
{
    enter();
    off_t len = 200 << 20;
    options.input = TLM_INPUT_JSONL;
    options.max_line = 1 << 20;
    put_long_line("in.jsonl", len, "\n{\"ts\":" T0 ",\"a\":1}\n");
    long before = peak_kib();
    ck_assert_msg(feed_file("in.jsonl") == TLM_OK, "%s", error.message);
    ck_assert_int_lt(peak_kib() - before, 64 << 10);
    ck_assert_uint_eq(n_said, 1);
    ck_assert_int_eq(said[0].code, TLM_ROW_TOO_LONG);
    ck_assert_uint_eq(said[0].line, 1);
    ck_assert_uint_le(said[0].text_len, options.max_line);
    ck_assert_uint_eq(points(), 1);
    ck_assert_uint_eq(stats().rows, 2);
    ck_assert_uint_eq(stats().bytes_in, (uint64_t)len + strlen("\n{\"ts\":" T0 ",\"a\":1}\n"));
    leave();
}
END_TEST

START_TEST(a_long_line_ends_a_file)
{
    enter();
    options.max_line = 4096;
    char text[8192] = "{\"ts\":" T0 ",\"a\":1}\n";
    size_t start = strlen(text);
    memset(text + start, 'x', sizeof text - start - 1);
    text[sizeof text - 1] = '\0';
    feed_text("in.jsonl", text);
    ck_assert_uint_eq(n_said, 1);
    ck_assert_uint_eq(said[0].row, 2);
    ck_assert_uint_eq(said[0].byte, start);
    ck_assert_uint_eq(points(), 1);
    leave();
}
END_TEST

START_TEST(max_line_is_exact_and_leaves_the_newline_out)
{
    enter();
    options.max_line = strlen("{\"ts\":" T0 ",\"a\":1}");
    feed_text("in.jsonl",
              "{\"ts\":" T0 ",\"a\":1}\n{\"ts\":" T0 ",\"a\":22}\n{\"ts\":" T0 ",\"a\":3}\r\n");
    ck_assert_uint_eq(n_said, 1);
    ck_assert_int_eq(said[0].code, TLM_ROW_TOO_LONG);
    ck_assert_uint_eq(said[0].row, 2);
    ck_assert_uint_eq(points(), 2);
    leave();
}
END_TEST

START_TEST(an_unclosed_quote_costs_one_line)
{
    enter();
    feed_text("in.csv", "ts,a\n" T0 ",1\n" T0 ",\"never closed\n" T0 ",2\n" T0 ",3");
    ck_assert_uint_eq(n_said, 1);
    ck_assert_int_eq(said[0].code, TLM_ROW_SYNTAX);
    ck_assert_str_eq(said[0].text, T0 ",\"never closed");
    ck_assert_uint_eq(said[0].line, 3);
    ck_assert_uint_eq(points(), 3);
    leave();
}
END_TEST

START_TEST(an_unclosed_quote_before_max_line_costs_one_line)
{
    enter();
    options.max_line = 1000;
    char text[4096] = "ts,a\n" T0 ",\"never closed\n";
    for (int i = 0; i < 100; i++)
        strcat(text, T0 ",1\n");
    feed_text("in.csv", text);
    ck_assert_uint_eq(n_said, 1);
    ck_assert_uint_eq(said[0].line, 2);
    ck_assert_uint_eq(points(), 100);
    leave();
}
END_TEST

/* ---- what a source is --------------------------------------------------------------------------
 */

START_TEST(sources_with_different_columns_are_one_input)
{
    enter();
    feed_text("1.csv", "ts,a\n" T0 ",1\n");
    feed_text("2.csv", "b,a,ts\n2,3," T0 "\n");
    feed_text("3.jsonl", "{\"c\":1,\"a\":4,\"ts\":" T0 "}\n");
    feed_text("4.tsv", "ts\ta\n" T0 "\t5\n");
    ck_assert_uint_eq(points_of("a"), 4);
    ck_assert_uint_eq(points_of("b"), 1);
    ck_assert_uint_eq(points_of("c"), 1);
    ck_assert_uint_eq(points(), 6);
    ck_assert_uint_eq(stats().rows, 4);
    leave();
}
END_TEST

START_TEST(gzip_and_zstd_are_told_by_content)
{
    enter();
    const char *text = "ts,a\n" T0 ",1\n" T0 ",2\n";
    gzFile gz = gzopen("packed", "wb");
    ck_assert_int_eq(gzwrite(gz, text, (unsigned)strlen(text)), (int)strlen(text));
    ck_assert_int_eq(gzclose(gz), Z_OK);
    char packed[256];
    size_t size = ZSTD_compress(packed, sizeof packed, text, strlen(text), 1);
    ck_assert(!ZSTD_isError(size));
    put("packed.csv", packed, size);
    ck_assert_msg(feed_file("packed") == TLM_OK, "%s", error.message);
    ck_assert_msg(feed_file("packed.csv") == TLM_OK, "%s", error.message);
    ck_assert_uint_eq(points_of("a"), 4);
    ck_assert_uint_eq(stats().bytes_in, 2 * strlen(text));
    ck_assert_uint_ne(stats().file_bytes_in, 2 * strlen(text));
    leave();
}
END_TEST

START_TEST(rows_before_a_damaged_gzip_stream_are_taken)
{
    enter();
    gzFile gz = gzopen("whole.gz", "wb");
    gzputs(gz, "ts,a\n");
    srand(1);
    for (int i = 0; i < 100000; i++)
        gzprintf(gz, T0 ",%d\n", rand());
    ck_assert_int_eq(gzclose(gz), Z_OK);
    ck_assert_int_eq(truncate("whole.gz", 200000), 0);
    ck_assert_int_eq(feed_file("whole.gz"), TLM_INPUT);
    holds(error.message, "whole.gz");
    ck_assert_uint_gt(points(), 0);
    ck_assert_uint_lt(points(), 100000);
    ck_assert_uint_eq(n_said, 0);
    leave();
}
END_TEST

START_TEST(empty_sources_have_no_rows)
{
    enter();
    static const char *const texts[] = {"",     "\n\n",         "ts,a\n",
                                        "ts,a", "\xef\xbb\xbf", "\xef\xbb\xbfts,a\r\n\r\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        feed_text("in.csv", texts[i]);
    feed_text("in.jsonl", "");
    feed_text("blank.jsonl", " \n\r\n\t\n");
    ck_assert_uint_eq(stats().rows, 0);
    ck_assert_uint_eq(points(), 0);
    ck_assert_int_eq(tlm_writer_close(writer, &error), TLM_OK);
    ck_assert_int_ne(access("run.avro", F_OK), 0);
    leave();
}
END_TEST

START_TEST(skipped_lines_and_the_byte_order_mark_count_in_places)
{
    enter();
    options.skip_lines = 2;
    feed_text("in.csv", "\xef\xbb\xbfmade by \"X\nversion 3\nts,a\r\n" T0 ",1\r\nsoon,2\r\n");
    ck_assert_uint_eq(points(), 1);
    ck_assert_uint_eq(n_said, 1);
    ck_assert_uint_eq(said[0].row, 2);
    ck_assert_uint_eq(said[0].line, 5);
    ck_assert_uint_eq(said[0].byte, 3 + 11 + 10 + 6 + 14);
    ck_assert_str_eq(said[0].text, "soon,2");
    leave();
}
END_TEST

START_TEST(what_cannot_be_read_names_itself)
{
    enter();
    ck_assert_int_eq(mkdir("folder", 0777), 0);
    ck_assert_int_eq(feed_file("folder"), TLM_INPUT);
    holds(error.message, "folder");
    ck_assert_int_eq(feed_file("nowhere.csv"), TLM_IO);
    ck_assert_int_eq(error.sys_errno, ENOENT);
    holds(error.message, "nowhere.csv");
    feed_text("in.csv", "ts,a\n" T0 ",1\n"); /* the feed goes on */
    ck_assert_uint_eq(points(), 1);
    leave();
}
END_TEST

/* ---- notes -------------------------------------------------------------------------------------
 */

START_TEST(guesses_are_said_once)
{
    enter();
    options.time_field = NULL;
    options.time_format = NULL;
    feed_text("1.csv", "when,Timestamp,a\n1,2024-01-01T00:00:00Z,1\n");
    feed_text("2.csv", "when,Timestamp,a\n1,2024-01-01T00:00:00Z,1\n");
    const char *field = strstr(notes, "\"Timestamp\"");
    ck_assert_msg(field != NULL, "%s", notes);
    ck_assert_ptr_null(strstr(field + 1, "\"Timestamp\""));
    holds(notes, "RFC 3339");
    ck_assert_uint_eq(points(), 4);
    leave();
}
END_TEST

START_TEST(a_name_that_is_there_twice_is_said)
{
    enter();
    feed_text("in.csv", "ts,altitude,altitude\n" T0 ",1,2\n");
    holds(notes, "\"altitude\"");
    holds(notes, "altitude_2");
    ck_assert_uint_eq(points_of("altitude"), 1);
    ck_assert_uint_eq(points_of("altitude_2"), 1);
    leave();
}
END_TEST

START_TEST(nothing_is_said_of_what_was_asked_for)
{
    enter();
    options.shape = TLM_SHAPE_WIDE;
    feed_text("in.csv", "ts,a\n" T0 ",1\n");
    ck_assert_str_eq(notes, "");
    ck_assert_uint_gt(n_progress, 0);
    leave();
}
END_TEST

START_TEST(options_that_contradict_are_refused)
{
    static const char *const formats[] = {"relative:s", "furlongs", "strptime:%Q"};
    enter();
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        options.time_format = formats[i];
        ck_assert_int_eq(tlm_feed_new(&feed, writer, &options, &error), TLM_ARGUMENT);
        ck_assert_ptr_null(feed);
    }
    options.time_format = NULL;
    options.tz = "Mars/Olympus";
    ck_assert_int_eq(tlm_feed_new(&feed, writer, &options, &error), TLM_ARGUMENT);
    holds(error.message, "Mars/Olympus");
    leave();
}
END_TEST

/* ---- live input --------------------------------------------------------------------------------
 */

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static void *feed_fifo(void *code)
{
    *(enum tlm_code *)code = tlm_feed_file(feed, "fifo", &error);
    return NULL;
}

/* A fifo that stays open for writing until the descriptor returned is closed. */
static int make_fifo(void)
{
    ck_assert_int_eq(mkfifo("fifo", 0600), 0);
    int fd = open("fifo", O_RDWR | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    return fd;
}

static void send(int fd, const char *text)
{
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

START_TEST(a_row_of_a_live_pipe_is_held_before_more_comes)
{
    enter();
    int fd = make_fifo();
    make_feed();
    pthread_t thread;
    enum tlm_code code = TLM_CLOSED;
    ck_assert_int_eq(pthread_create(&thread, NULL, feed_fifo, &code), 0);
    for (uint64_t i = 1; i <= 5; i++) {
        send(fd, "{\"ts\":" T0);
        send(fd, ",\"a\":1}\n");
        while (points() < i)
            nap();
        ck_assert_uint_eq(points(), i);
    }
    send(fd, "{\"ts\":" T0 ",\"a\":6}"); /* the last row needs no newline */
    close(fd);
    pthread_join(thread, NULL);
    ck_assert_msg(code == TLM_OK, "%s", error.message);
    ck_assert_uint_eq(points(), 6);
    leave();
}
END_TEST

START_TEST(a_wake_stops_a_feed_that_waits)
{
    enter();
    int fd = make_fifo();
    options.wake_fd = eventfd(0, EFD_CLOEXEC);
    wake_answer = 1;
    make_feed();
    pthread_t thread;
    enum tlm_code code = TLM_OK;
    ck_assert_int_eq(pthread_create(&thread, NULL, feed_fifo, &code), 0);
    send(fd, "{\"ts\":" T0 ",\"a\":1}\n");
    while (points() < 1)
        nap();
    ck_assert_int_eq(write(options.wake_fd, &(uint64_t){1}, 8), 8);
    pthread_join(thread, NULL);
    ck_assert_int_eq(code, TLM_STOPPED);
    ck_assert_uint_eq(n_wakes, 1);
    ck_assert_uint_eq(points(), 1);
    close(fd);
    leave();
}
END_TEST

START_TEST(a_wake_that_wants_nothing_lets_the_feed_go_on)
{
    enter();
    int fd = make_fifo();
    options.wake_fd = eventfd(3, EFD_CLOEXEC);
    make_feed();
    pthread_t thread;
    enum tlm_code code = TLM_STOPPED;
    ck_assert_int_eq(pthread_create(&thread, NULL, feed_fifo, &code), 0);
    send(fd, "{\"ts\":" T0 ",\"a\":1}\n");
    while (points() < 1)
        nap();
    close(fd);
    pthread_join(thread, NULL);
    ck_assert_msg(code == TLM_OK, "%s", error.message);
    ck_assert_uint_ge(n_wakes, 1);
    leave();
}
END_TEST

START_TEST(a_wake_stops_a_feed_between_chunks_of_a_file)
{
    enter();
    FILE *file = fopen("in.csv", "wb");
    fputs("ts,a\n", file);
    for (int i = 0; i < 1000000; i++)
        fputs(T0 ",1\n", file);
    ck_assert_int_eq(fclose(file), 0);
    options.wake_fd = eventfd(1, EFD_CLOEXEC);
    wake_answer = 1;
    ck_assert_int_eq(feed_file("in.csv"), TLM_STOPPED);
    ck_assert_uint_eq(n_wakes, 1);
    ck_assert_uint_lt(points(), 1000000);
    leave();
}
END_TEST

START_TEST(a_writer_that_failed_ends_the_feed)
{
    enter();
    make_feed();
    ck_assert_int_eq(tlm_writer_close(writer, &error), TLM_OK);
    feed_fails("in.csv", "ts,a\n" T0 ",1\n", TLM_CLOSED);
    leave();
}
END_TEST

#define LOOP(name, cases) \
    tcase_add_loop_test(rows, name, 0, (int)(sizeof(cases) / sizeof(cases)[0]))

int main(void)
{
    Suite *suite = suite_create("feed");
    TCase *rows = tcase_create("rows");
    tcase_set_timeout(rows, 300);
    LOOP(a_bad_json_row_says_where_and_why, bad_json);
    LOOP(a_bad_csv_row_says_where_and_why, bad_csv);
    LOOP(a_bad_long_row_says_where_and_why, bad_long);
    const TTest *const tests[] = {every_row_code_is_provoked_by_a_test,
                                  abort_keeps_the_rows_before,
                                  max_errors_counts_over_all_sources,
                                  skip_counts_bad_rows_too,
                                  a_line_that_is_too_long_takes_no_memory,
                                  a_long_line_ends_a_file,
                                  max_line_is_exact_and_leaves_the_newline_out,
                                  an_unclosed_quote_costs_one_line,
                                  an_unclosed_quote_before_max_line_costs_one_line,
                                  sources_with_different_columns_are_one_input,
                                  gzip_and_zstd_are_told_by_content,
                                  rows_before_a_damaged_gzip_stream_are_taken,
                                  empty_sources_have_no_rows,
                                  skipped_lines_and_the_byte_order_mark_count_in_places,
                                  what_cannot_be_read_names_itself,
                                  guesses_are_said_once,
                                  a_name_that_is_there_twice_is_said,
                                  nothing_is_said_of_what_was_asked_for,
                                  options_that_contradict_are_refused,
                                  a_row_of_a_live_pipe_is_held_before_more_comes,
                                  a_wake_stops_a_feed_that_waits,
                                  a_wake_that_wants_nothing_lets_the_feed_go_on,
                                  a_wake_stops_a_feed_between_chunks_of_a_file,
                                  a_writer_that_failed_ends_the_feed};
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        tcase_add_test(rows, tests[i]);
    suite_add_tcase(suite, rows);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner), run = srunner_ntests_run(runner);
    srunner_free(runner);
    printf("unit feed: %d passed, %d failed\n", run - failed, failed);
    return failed != 0;
}
