#include "support/unit.h"

#include <string.h>

#include "recut_order.h"
#include "support/random.h"
#include "support/scratch.h"
#include "tlm.h"

static struct tlm_error error;

/* ---- series in order --------------------------------------------------------------------------
 */

static struct tlm_series_set set;
static struct tlm_held *held;
static struct tlm_ordered ordered;

static void start(void)
{
    ordered = (struct tlm_ordered){0};
    held = tlm__series_get(&set, "a", 1, "", 0);
    ck_assert_ptr_nonnull(held);
}

static void finish(void)
{
    tlm__ordered_release(&ordered);
    tlm__series_release(&set);
}

static void add_bits(int64_t ns, enum tlm_type type, uint64_t bits)
{
    HOLDS(tlm__held_reserve(&set, held, 1, 0), "memory");
    HOLDS(tlm__held_push(&set, held, ns, type, bits), "memory");
}

static void add_long(int64_t ns, int64_t value)
{
    add_bits(ns, TLM_LONG, (uint64_t)value);
}

static void add_text(int64_t ns, enum tlm_type type, const char *text)
{
    size_t len = strlen(text);
    HOLDS(tlm__held_reserve(&set, held, 1, len), "memory");
    HOLDS(tlm__held_push(&set, held, ns, type, len), "memory");
    memcpy(held->now.heap.data + held->now.heap.len, text, len);
    held->now.heap.len += len;
}

static void order(enum tlm_dedupe dedupe)
{
    HOLDS(tlm__order_series(&ordered, held, dedupe), "memory");
}

/* The points as a text: "time:value" with a space between; texts in quotes, doubles as bits. */
static const char *told(void)
{
    static char out[4096];
    const struct tlm_points *points = &ordered.points;
    size_t len = 0, heap_at = 0;
    out[0] = '\0';
    for (size_t i = 0; i < points->n; i++) {
        enum tlm_type type = points->types ? (enum tlm_type)points->types[i] : points->type;
        long long ns = points->times_ns[i];
        size_t room = sizeof out - len;
        if (type == TLM_LONG)
            len += (size_t)snprintf(out + len, room, " %lld:%lld" + !i, ns,
                                    (long long)points->values[i]);
        else if (type == TLM_DOUBLE)
            len += (size_t)snprintf(out + len, room, " %lld:%llx" + !i, ns,
                                    (unsigned long long)points->values[i]);
        else {
            len += (size_t)snprintf(out + len, room, " %lld:'%.*s'" + !i, ns,
                                    (int)points->values[i], (const char *)points->heap + heap_at);
            heap_at += points->values[i];
        }
    }
    return out;
}

START_TEST(points_in_order_stay_where_they_are)
{
    start();
    for (int i = 0; i < 5; i++)
        add_long(i / 2, i);
    order(TLM_DEDUPE_NONE);
    ck_assert_str_eq(told(), "0:0 0:1 1:2 1:3 2:4");
    ck_assert_ptr_eq(ordered.points.times_ns, held->now.times->ns);
    ck_assert_ptr_null(ordered.times_ns);
    finish();
    start();
    for (int i = 0; i < 5; i++)
        add_long(i, i);
    for (int dedupe = TLM_DEDUPE_NONE; dedupe <= TLM_DEDUPE_LAST; dedupe++) {
        order((enum tlm_dedupe)dedupe);
        ck_assert_str_eq(told(), "0:0 1:1 2:2 3:3 4:4");
        ck_assert_ptr_null(ordered.times_ns);
        ck_assert_uint_eq(ordered.duplicates, 0);
    }
    finish();
}
END_TEST

START_TEST(points_of_one_time_stay_in_order)
{
    start();
    add_long(5, 0);
    add_long(-3, 1);
    add_long(5, 2);
    add_long(INT64_MAX, 3);
    add_long(INT64_MIN, 4);
    add_long(-3, 5);
    add_long(5, 6);
    order(TLM_DEDUPE_NONE);
    ck_assert_str_eq(told(), "-9223372036854775808:4 -3:1 -3:5 5:0 5:2 5:6 9223372036854775807:3");
    finish();
}
END_TEST

static const char *deduped(enum tlm_dedupe dedupe)
{
    tlm__ordered_release(&ordered);
    ordered = (struct tlm_ordered){0};
    order(dedupe);
    return told();
}

START_TEST(duplicates)
{
    start();
    add_long(2, 20);
    add_long(1, 10);
    add_long(2, 21);
    add_long(1, 10);
    add_long(2, 20);
    ck_assert_str_eq(deduped(TLM_DEDUPE_NONE), "1:10 1:10 2:20 2:21 2:20");
    ck_assert_str_eq(deduped(TLM_DEDUPE_EXACT), "1:10 2:20 2:21");
    ck_assert_uint_eq(ordered.duplicates, 2);
    ck_assert_str_eq(deduped(TLM_DEDUPE_FIRST), "1:10 2:20");
    ck_assert_uint_eq(ordered.duplicates, 3);
    ck_assert_str_eq(deduped(TLM_DEDUPE_LAST), "1:10 2:20");
    finish();
    start();
    add_long(7, 1);
    add_long(7, 2);
    ck_assert_str_eq(deduped(TLM_DEDUPE_FIRST), "7:1");
    ck_assert_str_eq(deduped(TLM_DEDUPE_LAST), "7:2");
    finish();
}
END_TEST

START_TEST(duplicates_at_the_ends_of_time)
{
    start();
    add_long(INT64_MAX, 1);
    add_long(INT64_MAX, 1);
    ck_assert_str_eq(deduped(TLM_DEDUPE_EXACT), "9223372036854775807:1");
    add_long(INT64_MIN, 2);
    add_long(INT64_MIN, 2);
    ck_assert_str_eq(deduped(TLM_DEDUPE_LAST), "-9223372036854775808:2 9223372036854775807:1");
    finish();
}
END_TEST

/* Many of one time are told apart in another way than a few. */
START_TEST(many_duplicates)
{
    for (int n = 2; n < 300; n += 7) {
        start();
        for (int i = 0; i < n; i++) {
            add_long(1, i % (n / 2));
            add_bits(1, TLM_DOUBLE, i % 2 ? 0x7ff8000000000000 : 0x7ff8000000000000 + (uint64_t)i);
            add_text(1, TLM_STRING, i % 2 ? "odd" : "even");
        }
        order(TLM_DEDUPE_EXACT);
        ck_assert_uint_eq(ordered.points.n, (size_t)(n / 2 + 3));
        ck_assert_uint_eq(ordered.duplicates, (size_t)(3 * n - n / 2 - 3));
        finish();
    }
}
END_TEST

/* Every NaN is the same; zeros are two; a long is no double. */
START_TEST(numbers_that_are_alike)
{
    start();
    add_bits(1, TLM_DOUBLE, 0x7ff8000000000000);
    add_bits(1, TLM_DOUBLE, 0xfff8000000000123);
    add_bits(1, TLM_DOUBLE, 0x7ff0000000000000);
    add_bits(1, TLM_DOUBLE, 0);
    add_bits(1, TLM_DOUBLE, 0x8000000000000000);
    add_bits(1, TLM_LONG, 0);
    add_bits(1, TLM_LONG, 0x7ff8000000000000);
    add_bits(1, TLM_DOUBLE, 0);
    ck_assert_str_eq(deduped(TLM_DEDUPE_EXACT),
                     "1:7ff8000000000000 1:7ff0000000000000 1:0 1:8000000000000000 1:0 "
                     "1:9221120237041090560");
    ck_assert_uint_eq(ordered.duplicates, 2);
    finish();
}
END_TEST

/* Arrays go by their items, as in the checksum. */
START_TEST(arrays_that_are_alike)
{
    static const uint64_t items[][2] = {
        {0x7ff8000000000000, 1}, {0x7ff8000000000123, 1}, {0x7ff8000000000000, 2}};
    start();
    for (size_t i = 0; i < 3; i++) {
        HOLDS(tlm__held_reserve(&set, held, 1, sizeof items[i]), "memory");
        HOLDS(tlm__held_push(&set, held, 1, TLM_DOUBLE_ARRAY, sizeof items[i]), "memory");
        memcpy(held->now.heap.data + held->now.heap.len, items[i], sizeof items[i]);
        held->now.heap.len += sizeof items[i];
    }
    order(TLM_DEDUPE_EXACT);
    ck_assert_uint_eq(ordered.points.n, 2);
    ck_assert_mem_eq(ordered.points.heap, items[0], sizeof items[0]);
    ck_assert_mem_eq(ordered.points.heap + sizeof items[0], items[2], sizeof items[2]);
    finish();
}
END_TEST

START_TEST(texts_move_with_their_points)
{
    start();
    add_text(3, TLM_STRING, "three");
    add_text(1, TLM_STRING, "");
    add_text(2, TLM_STRING, "a longer text than the others");
    add_text(1, TLM_STRING, "one");
    add_text(3, TLM_STRING, "three");
    ck_assert_str_eq(deduped(TLM_DEDUPE_NONE),
                     "1:'' 1:'one' 2:'a longer text than the others' 3:'three' 3:'three'");
    ck_assert_str_eq(deduped(TLM_DEDUPE_EXACT),
                     "1:'' 1:'one' 2:'a longer text than the others' 3:'three'");
    ck_assert_str_eq(deduped(TLM_DEDUPE_LAST),
                     "1:'one' 2:'a longer text than the others' 3:'three'");
    finish();
}
END_TEST

START_TEST(mixed_types)
{
    start();
    add_text(4, TLM_STRING, "{}");
    add_long(2, 5);
    add_text(2, TLM_JSON, "{}");
    add_bits(1, TLM_DOUBLE, 0x3ff0000000000000);
    add_text(2, TLM_STRING, "{}");
    add_text(2, TLM_JSON, "{}");
    add_long(2, 5);
    ck_assert_str_eq(deduped(TLM_DEDUPE_NONE),
                     "1:3ff0000000000000 2:5 2:'{}' 2:'{}' 2:'{}' 2:5 4:'{}'");
    ck_assert_str_eq(deduped(TLM_DEDUPE_EXACT), "1:3ff0000000000000 2:5 2:'{}' 2:'{}' 4:'{}'");
    ck_assert_uint_eq(ordered.points.types[2], TLM_JSON);
    ck_assert_uint_eq(ordered.points.types[3], TLM_STRING);
    ck_assert_str_eq(deduped(TLM_DEDUPE_FIRST), "1:3ff0000000000000 2:5 4:'{}'");
    finish();
}
END_TEST

/* ---- the call ---------------------------------------------------------------------------------
 */

static struct tlm_recut_options options;
static struct tlm_recut_result result;

enum { FILES = 3, POINTS = 1000 };
static const char *const inputs[FILES] = {"in0.avro", "in1.avro", "in2.avro"};

static void write_input(int number)
{
    struct tlm_writer_options writing;
    struct tlm_writer *writer;
    tlm_writer_options_init(&writing);
    writing.output = inputs[number];
    writing.batch_points = 100;
    HOLDS(!tlm_writer_open(&writer, &writing, &error), "%s", error.message);
    for (int64_t i = 0; i < POINTS; i++)
        HOLDS(!tlm_write_long(writer, "n", NULL, 0, number * POINTS + i, i, &error), "%s",
              error.message);
    HOLDS(!tlm_writer_close(writer, &error), "%s", error.message);
    tlm_writer_free(writer);
}

static void set_up(void)
{
    scratch_enter();
    for (int i = 0; i < FILES; i++)
        write_input(i);
    tlm_recut_options_init(&options);
    options.paths = inputs;
    options.n_paths = FILES;
    options.writer.output = "out.avro";
}

static void fails(enum tlm_code code, const char *message)
{
    error = (struct tlm_error){0};
    ck_assert_int_eq(tlm_recut(&options, &result, &error), code);
    ck_assert_int_eq(error.code, code);
    ck_assert_str_eq(error.message, message);
    ck_assert_int_eq(tlm_recut(&options, &result, NULL), code);
    ck_assert_int_eq(scratch_count("."), FILES);
}

START_TEST(options_that_cannot_be)
{
    static const char *const no_pipe[] = {"-"};
    set_up();
    options.n_paths = 0;
    fails(TLM_ARGUMENT, "there is no input");
    options.n_paths = FILES;
    options.writer.output = NULL;
    fails(TLM_ARGUMENT, "the output has to be a file");
    options.writer.output = "out.avro";
    options.writer.output_fd = 1;
    fails(TLM_ARGUMENT, "the output has to be a file");
    options.writer.output_fd = -1;
    options.split = TLM_SPLIT_TAG;
    fails(TLM_ARGUMENT, "the tag to split by has no name");
    options.split = TLM_SPLIT_NONE;
    options.writer.memory_bytes = ((uint64_t)16 << 20) - 1;
    fails(TLM_ARGUMENT, "the memory budget is at least 16 MiB");
    options.writer.memory_bytes = (uint64_t)16 << 20;
    options.delete_sources = options.skip_damaged = true;
    fails(TLM_ARGUMENT, "sources are only deleted when the parts hold all of their points, not "
                        "when some are left out");
    options.skip_damaged = false;
    options.dedupe = TLM_DEDUPE_LAST;
    fails(TLM_ARGUMENT, "sources are only deleted when the parts hold all of their points, not "
                        "when some are left out");
    options.delete_sources = false;
    options.paths = no_pipe;
    options.n_paths = 1;
    fails(TLM_ARGUMENT, "standard input cannot be cut: inputs are read more than once");
}
END_TEST

START_TEST(all_goes_well)
{
    set_up();
    options.writer.rotate_points = 700;
    ck_assert_int_eq(tlm_recut(&options, &result, &error), TLM_OK);
    ck_assert_uint_eq(result.files, FILES);
    ck_assert_uint_eq(result.points, FILES * POINTS);
    ck_assert_uint_eq(result.parts, 5);
    ck_assert_uint_eq(result.blocks_copied, 30);
    ck_assert_uint_eq(result.blocks_decoded, 0);
    ck_assert_int_eq(scratch_count("."), FILES + 5);
}
END_TEST

/* Sources only go when parts are on disk, whatever else is asked for. */
START_TEST(deleting)
{
    set_up();
    options.delete_sources = true;
    options.writer.fsync = TLM_FSYNC_NONE;
    ck_assert_int_eq(tlm_recut(&options, &result, &error), TLM_OK);
    ck_assert_uint_eq(result.deleted, FILES);
    ck_assert_int_eq(scratch_count("."), 1);
    ck_assert(scratch_exists("out.avro"));
}
END_TEST

static uint64_t asked, allowed;

static bool go_on(void *ctx)
{
    ck_assert_ptr_eq(ctx, &allowed);
    return asked++ < allowed;
}

static void remove_parts(void)
{
    static const char *const names[] = {"out.avro", "out_000.avro", "out_001.avro", "out_002.avro"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)!unlink(names[i]);
}

/* Stops it when it has asked so often; false: it came to its end before. */
static bool is_stopped(uint64_t after)
{
    asked = 0;
    allowed = after;
    error = (struct tlm_error){0};
    enum tlm_code code = tlm_recut(&options, &result, &error);
    if (!code)
        return false;
    ck_assert_int_eq(code, TLM_STOPPED);
    ck_assert_str_eq(error.message, "stopped; the sources are as they were");
    ck_assert_uint_eq(asked, allowed + 1);
    return true;
}

/* Wherever it is stopped: nothing is left of it but finished parts, and no source is lost. */
static void stop_everywhere(int way)
{
    uint64_t after = 0;
    set_up();
    options.go_on = go_on;
    options.ctx = &allowed;
    options.delete_sources = true;
    options.coalesce = way == 1;
    options.sort = way == 2;
    options.writer.rotate_points = way == 3 ? POINTS : 0;
    for (; is_stopped(after); after++) {
        remove_parts();
        ck_assert_int_eq(scratch_count("."), FILES);
    }
    HOLDS(after > 60, "it asked only %d times", (int)after);
    ck_assert_uint_eq(result.deleted, FILES);
    remove_parts();
    ck_assert_int_eq(scratch_count("."), 0);
}

START_TEST(stopping)
{
    for (int way = 0; way < 4; way++)
        stop_everywhere(way);
}
END_TEST

/* ---- damage -----------------------------------------------------------------------------------
 */

static char lost_path[64];
static uint64_t lost_bytes, n_lost;

static void on_lost(void *ctx, const char *path, const struct tlm_lost_range *range)
{
    ck_assert_ptr_eq(ctx, &options);
    snprintf(lost_path, sizeof lost_path, "%s", path);
    lost_bytes += range->to - range->from;
    n_lost++;
    ck_assert_ptr_nonnull(range->why);
}

/* Changes a byte of the file, counted from its end. */
static void flip(const char *path, off_t from_end)
{
    uint8_t byte;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    off_t at = lseek(fd, 0, SEEK_END) - from_end;
    ck_assert_int_eq(pread(fd, &byte, 1, at), 1);
    byte ^= 0x55;
    ck_assert_int_eq(pwrite(fd, &byte, 1, at), 1);
    close(fd);
}

START_TEST(damage)
{
    set_up();
    flip(inputs[2], 25);
    options.on_lost = on_lost;
    options.ctx = &options;
    ck_assert_int_eq(tlm_recut(&options, &result, &error), TLM_DAMAGED);
    ck_assert_ptr_nonnull(strstr(error.message, "in2.avro"));
    ck_assert_uint_eq(n_lost, 0);
    ck_assert_int_eq(scratch_count("."), FILES);
    options.skip_damaged = true;
    ck_assert_int_eq(tlm_recut(&options, &result, &error), TLM_OK);
    ck_assert_uint_eq(n_lost, 1);
    ck_assert_str_eq(lost_path, "in2.avro");
    ck_assert_uint_eq(result.lost_files, 1);
    ck_assert_uint_eq(result.lost_records, 1);
    ck_assert_uint_eq(result.lost_bytes, lost_bytes);
    ck_assert_uint_eq(result.points, FILES * POINTS - 100);
}
END_TEST

UNIT_MAIN("recut", points_in_order_stay_where_they_are, points_of_one_time_stay_in_order,
          duplicates, many_duplicates, duplicates_at_the_ends_of_time, numbers_that_are_alike,
          arrays_that_are_alike, texts_move_with_their_points, mixed_types, options_that_cannot_be,
          all_goes_well, deleting, stopping, damage)
