#include "support/unit.h"

#include <inttypes.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "avro/avro_schema.h"
#include "base/buf.h"
#include "support/containers.h"
#include "support/scratch.h"
#include "tlm.h"

static struct tlm_error error;

/* ---- what is read, as text --------------------------------------------------------------------
 */

/* One line for each point: "channel{tags} ns type value". The lines of a block come from one
 * thread, the blocks in order. */
struct lines {
    struct tlm_buf text;
    uint64_t blocks, records;
    uint64_t stop_after; /* blocks */
    int fail_in_points;  /* the n-th call; 0: none */
    atomic_int calls;
};

static void *begin(void *ctx)
{
    (void)ctx;
    return calloc(1, sizeof(struct tlm_buf));
}

static void drop(void *ctx, void *batch)
{
    (void)ctx;
    tlm__buf_release(batch);
    free(batch);
}

static enum tlm_code end(void *ctx, void *batch, const struct tlm_block *block,
                         struct tlm_error *why)
{
    struct lines *lines = ctx;
    struct tlm_buf *text = batch;
    HOLDS(tlm__buf_append(&lines->text, text->data, text->len), "memory");
    lines->blocks++;
    lines->records += block->records;
    HOLDS(block->raw_bytes > 0 && block->bytes > block->data_bytes + TLM_SYNC_BYTES, "sizes");
    drop(ctx, batch);
    return lines->blocks == lines->stop_after ? tlm__fail(why, TLM_STOPPED, "enough") : TLM_OK;
}

static void put_text(struct tlm_buf *out, struct tlm_string text)
{
    HOLDS(tlm__buf_append(out, text.data, text.len), "memory");
}

static void put_real(struct tlm_buf *out, double real)
{
    char text[TLM_DOUBLE_TEXT];
    put_text(out, (struct tlm_string){text, tlm_double_text(real, text)});
}

static void put_value(struct tlm_buf *out, enum tlm_type type, const union tlm_point_value *value)
{
    switch (type) {
    case TLM_DOUBLE:
        put_real(out, value->real);
        return;
    case TLM_LONG:
        tlm__buf_printf(out, "%" PRId64, value->integer);
        return;
    case TLM_STRING:
    case TLM_JSON:
        put_text(out, value->text);
        return;
    case TLM_DOUBLE_ARRAY:
        for (size_t i = 0; i < value->reals.len; i++) {
            tlm__buf_append_byte(out, i ? ',' : '[');
            put_real(out, value->reals.items[i]);
        }
        return;
    case TLM_STRING_ARRAY:
        for (size_t i = 0; i < value->texts.len; i++) {
            tlm__buf_append_byte(out, i ? ',' : '[');
            put_text(out, value->texts.items[i]);
        }
        return;
    }
}

static void put_point(struct tlm_buf *out, const struct tlm_run_of_points *run, size_t i)
{
    union tlm_point_value value = {.integer = 0};
    enum tlm_type type = run->types ? (enum tlm_type)run->types[i] : run->type;
    put_text(out, run->channel);
    for (size_t k = 0; k < run->n_tags; k++) {
        tlm__buf_append_byte(out, k ? ',' : '{');
        put_text(out, run->tags[k].key);
        tlm__buf_append_byte(out, '=');
        put_text(out, run->tags[k].value);
    }
    if (run->n_tags)
        tlm__buf_append_byte(out, '}');
    tlm__buf_printf(out, " %" PRId64 " %s ", run->timestamps_ns[i], tlm_type_name(type));
    if (run->values)
        value = run->values[i];
    else if (run->reals)
        value.real = run->reals[i];
    else
        value.integer = run->integers[i];
    put_value(out, type, &value);
    tlm__buf_append_byte(out, '\n');
}

static enum tlm_code points(void *ctx, void *batch, const struct tlm_run_of_points *run,
                            struct tlm_error *why)
{
    struct lines *lines = ctx;
    if (lines->fail_in_points && atomic_fetch_add(&lines->calls, 1) + 1 == lines->fail_in_points)
        return tlm__fail(why, TLM_LIMIT, "no more");
    HOLDS(run->n >= 1 && run->offset > 0 && run->raw_bytes > 0, "an empty run");
    HOLDS(!run->reals || (!run->types && run->type == TLM_DOUBLE), "reals");
    HOLDS(!run->integers || (!run->types && run->type == TLM_LONG), "integers");
    HOLDS((run->reals != NULL) + (run->integers != NULL) + (run->values != NULL) == 1, "columns");
    for (size_t i = 0; i < run->n; i++)
        put_point(batch, run, i);
    return TLM_OK;
}

static enum tlm_code json(void *ctx, void *batch, struct tlm_string line, struct tlm_error *why)
{
    (void)ctx;
    (void)why;
    put_text(batch, line);
    tlm__buf_append_byte(batch, '\n');
    return TLM_OK;
}

static struct tlm_reading reading_of(struct lines *lines, unsigned threads)
{
    struct tlm_reading reading = {
        .threads = threads,
        .ctx = lines,
        .begin = begin,
        .points = points,
        .json = json,
        .end = end,
        .drop = drop,
    };
    tlm_selection_init(&reading.selection);
    return reading;
}

static enum tlm_code read_path(const char *path, const struct tlm_reading *reading)
{
    struct tlm_file *file;
    struct lines *lines = reading->ctx;
    tlm__buf_reset(&lines->text);
    lines->blocks = lines->records = 0;
    enum tlm_code code = tlm_file_open(&file, path, &error);
    if (code)
        return code;
    code = tlm_file_read(file, reading, &error);
    tlm_file_close(file);
    return code;
}

static const char *text_of(struct lines *lines)
{
    HOLDS(tlm__buf_append_text(&lines->text, ""), "memory");
    return (const char *)lines->text.data;
}

/* What a selection gives of run.avro. */
static void selects(const struct tlm_selection *selection, const char *wanted)
{
    for (unsigned threads = 1; threads <= 3; threads++) {
        struct lines lines = {.blocks = 0};
        struct tlm_reading reading = reading_of(&lines, threads);
        reading.selection = *selection;
        ck_assert_int_eq(read_path("run.avro", &reading), TLM_OK);
        ck_assert_str_eq(text_of(&lines), wanted);
        tlm__buf_release(&lines.text);
    }
}

/* ---- files ----------------------------------------------------------------------------------- */

static struct tlm_writer *open_writer(uint64_t batch)
{
    struct tlm_writer_options options;
    struct tlm_writer *writer;
    tlm_writer_options_init(&options);
    options.output = "run.avro";
    options.force = true;
    options.batch_points = batch;
    options.fsync = TLM_FSYNC_NONE;
    ck_assert_int_eq(tlm_writer_open(&writer, &options, &error), TLM_OK);
    return writer;
}

static void close_writer(struct tlm_writer *writer)
{
    ck_assert_int_eq(tlm_writer_close(writer, &error), TLM_OK);
    tlm_writer_free(writer);
}

static void write_column(struct tlm_writer *writer, const char *channel, enum tlm_type type,
                         const void *values, const int64_t *times, size_t n)
{
    const struct tlm_column column = {.channel = channel, .type = type, .values = values};
    ck_assert_int_eq(tlm_write_column(writer, times, &column, n, &error), TLM_OK);
}

/* a: 0 to 9; b{site=x}, b{site=y,rack=2}: longs; each batch one block. */
static void write_simple(uint64_t batch)
{
    static const struct tlm_tag x = {"site", "x"}, y[] = {{"site", "y"}, {"rack", "2"}};
    struct tlm_writer *writer = open_writer(batch);
    for (int64_t i = 0; i < 10; i++) {
        ck_assert(!tlm_write_double(writer, "a", NULL, 0, i, (double)i / 2, &error));
        if (i % 3 == 0)
            ck_assert(!tlm_write_long(writer, "b", &x, 1, i, -i, &error));
        if (i % 5 == 0)
            ck_assert(!tlm_write_long(writer, "b", y, 2, i, i, &error));
    }
    close_writer(writer);
}

#define A_LINES                                                                        \
    "a 0 double 0.0\na 1 double 0.5\na 2 double 1.0\na 3 double 1.5\na 4 double 2.0\n" \
    "a 5 double 2.5\na 6 double 3.0\na 7 double 3.5\na 8 double 4.0\na 9 double 4.5\n"
#define X_LINES \
    "b{site=x} 0 long 0\nb{site=x} 3 long -3\nb{site=x} 6 long -6\nb{site=x} 9 long -9\n"
#define Y_LINES "b{rack=2,site=y} 0 long 0\nb{rack=2,site=y} 5 long 5\n"

/* ---- selection ------------------------------------------------------------------------------- */

START_TEST(channels)
{
    struct tlm_selection selection;
    const char *wanted[] = {"a*"}, *unwanted[] = {"?"}, *both[] = {"a", "b"}, *none[] = {"c"};
    scratch_enter();
    write_simple(1000);
    tlm_selection_init(&selection);
    selects(&selection, A_LINES X_LINES Y_LINES);
    selection.channels = (struct tlm_list){wanted, 1};
    selects(&selection, A_LINES);
    selection.channels = (struct tlm_list){both, 2};
    selects(&selection, A_LINES X_LINES Y_LINES);
    selection.excludes = (struct tlm_list){both, 1};
    selects(&selection, X_LINES Y_LINES);
    selection.channels = (struct tlm_list){NULL, 0};
    selects(&selection, X_LINES Y_LINES);
    selection.excludes = (struct tlm_list){unwanted, 1};
    selects(&selection, "");
    selection = (struct tlm_selection){.channels = {none, 1}, .to_ns = INT64_MAX};
    selects(&selection, "");
}
END_TEST

START_TEST(tags)
{
    struct tlm_selection selection;
    const struct tlm_pair site[] = {{"site", "x"}}, two[] = {{"rack", "2"}, {"site", "y"}},
                          no[] = {{"rack", "2"}, {"site", "x"}}, part[] = {{"sit", "ex"}};
    scratch_enter();
    write_simple(1000);
    tlm_selection_init(&selection);
    selection.tags = (struct tlm_pairs){site, 1};
    selects(&selection, X_LINES);
    selection.tags = (struct tlm_pairs){two, 2};
    selects(&selection, Y_LINES);
    selection.tags = (struct tlm_pairs){no, 2};
    selects(&selection, "");
    selection.tags = (struct tlm_pairs){part, 1};
    selects(&selection, "");
    selection.tags = (struct tlm_pairs){two, 2};
    selection.from_ns = 1;
    selects(&selection, "b{rack=2,site=y} 5 long 5\n");
}
END_TEST

START_TEST(times)
{
    struct tlm_selection selection;
    scratch_enter();
    write_simple(1000);
    tlm_selection_init(&selection);
    selection.from_ns = 9;
    selects(&selection, "a 9 double 4.5\nb{site=x} 9 long -9\n");
    selection.from_ns = 4;
    selection.to_ns = 6; /* half open */
    selects(&selection, "a 4 double 2.0\na 5 double 2.5\nb{rack=2,site=y} 5 long 5\n");
    selection.from_ns = 10; /* the header says that there is nothing */
    selection.to_ns = INT64_MAX;
    selects(&selection, "");
    selection.from_ns = INT64_MIN;
    selection.to_ns = 0;
    selects(&selection, "");
    selection.to_ns = 1;
    selects(&selection, "a 0 double 0.0\nb{site=x} 0 long 0\nb{rack=2,site=y} 0 long 0\n");
}
END_TEST

/* INT64_MAX as the end is no end: also of what is at INT64_MAX. */
START_TEST(ends_of_time)
{
    struct tlm_selection selection;
    scratch_enter();
    struct tlm_writer *writer = open_writer(1000);
    ck_assert(!tlm_write_double(writer, "a", NULL, 0, INT64_MIN, 1, &error));
    ck_assert(!tlm_write_double(writer, "a", NULL, 0, INT64_MAX, 2, &error));
    close_writer(writer);
    tlm_selection_init(&selection);
    selects(&selection, "a -9223372036854775808 double 1.0\na 9223372036854775807 double 2.0\n");
    selection.from_ns = INT64_MAX;
    selects(&selection, "a 9223372036854775807 double 2.0\n");
    selection = (struct tlm_selection){.from_ns = INT64_MIN, .to_ns = INT64_MIN};
    selects(&selection, "");
    selection.to_ns = INT64_MIN + 1;
    selects(&selection, "a -9223372036854775808 double 1.0\n");
}
END_TEST

/* ---- values ---------------------------------------------------------------------------------- */

static void write_kinds(void)
{
    const int64_t at[] = {1, 2, 3};
    const double reals[] = {1.5, -0.0, NAN}, items[] = {1, 2.5};
    const int64_t longs[] = {INT64_MIN, 0, INT64_MAX};
    const struct tlm_string texts[] = {{"x", 1}, {"", 0}, {"\xc3\xa9", 2}};
    const struct tlm_string objects[] = {{"{}", 2}, {"[1]", 3}, {"{\"a\":1}", 7}};
    const struct tlm_doubles lists[] = {{items, 2}, {items, 0}, {items, 1}};
    const struct tlm_strings words[] = {{texts, 3}, {texts, 0}, {texts, 1}};
    struct tlm_writer *writer = open_writer(1000);
    write_column(writer, "real", TLM_DOUBLE, reals, at, 3);
    write_column(writer, "long", TLM_LONG, longs, at, 3);
    write_column(writer, "text", TLM_STRING, texts, at, 3);
    write_column(writer, "json", TLM_JSON, objects, at, 3);
    write_column(writer, "reals", TLM_DOUBLE_ARRAY, lists, at, 3);
    write_column(writer, "texts", TLM_STRING_ARRAY, words, at, 3);
    write_column(writer, "mixed", TLM_DOUBLE, reals, at, 2);
    write_column(writer, "mixed", TLM_STRING, texts, at + 2, 1);
    write_column(writer, "mixed", TLM_DOUBLE_ARRAY, lists, at, 1);
    write_column(writer, "mixed", TLM_LONG, longs, at, 1);
    close_writer(writer);
}

START_TEST(every_type)
{
    struct tlm_selection selection;
    scratch_enter();
    write_kinds();
    tlm_selection_init(&selection);
    selects(&selection,
            "real 1 double 1.5\nreal 2 double -0.0\nreal 3 double NaN\n"
            "long 1 long -9223372036854775808\nlong 2 long 0\nlong 3 long 9223372036854775807\n"
            "text 1 string x\ntext 2 string \ntext 3 string \xc3\xa9\n"
            "json 1 json {}\njson 2 json [1]\njson 3 json {\"a\":1}\n"
            "reals 1 double array [1.0,2.5\nreals 2 double array \nreals 3 double array [1.0\n"
            "texts 1 string array [x,,\xc3\xa9\ntexts 2 string array \ntexts 3 string array [x\n"
            "mixed 1 double 1.5\nmixed 2 double -0.0\nmixed 3 string x\n"
            "mixed 1 double array [1.0,2.5\nmixed 1 long -9223372036854775808\n");
    selection.from_ns = 2;
    selection.to_ns = 3;
    selects(&selection, "real 2 double -0.0\nlong 2 long 0\ntext 2 string \njson 2 json [1]\n"
                        "reals 2 double array \ntexts 2 string array \nmixed 2 double -0.0\n");
    selection.from_ns = 3;
    selection.to_ns = 4;
    selects(&selection, "real 3 double NaN\nlong 3 long 9223372036854775807\n"
                        "text 3 string \xc3\xa9\njson 3 json {\"a\":1}\n"
                        "reals 3 double array [1.0\ntexts 3 string array [x\nmixed 3 string x\n");
}
END_TEST

/* Points of telemetry files as records, too. */
START_TEST(points_as_json)
{
    struct lines lines = {.blocks = 0};
    struct tlm_reading reading = reading_of(&lines, 2);
    scratch_enter();
    struct tlm_writer *writer = open_writer(1000);
    ck_assert(!tlm_write_double(writer, "a", NULL, 0, 7, 0.5, &error));
    close_writer(writer);
    reading.points = NULL;
    ck_assert_int_eq(read_path("run.avro", &reading), TLM_OK);
    ck_assert_str_eq(text_of(&lines),
                     "{\"channel\":\"a\",\"timestamps\":[7],\"values\":[0.5],\"tags\":{}}\n");
    tlm__buf_release(&lines.text);
}
END_TEST

/* ---- threads --------------------------------------------------------------------------------- */

START_TEST(threads_do_not_matter)
{
    struct lines one = {.blocks = 0}, more = {.blocks = 0};
    uint64_t state = 3;
    char name[16];
    scratch_enter();
    struct tlm_writer *writer = open_writer(97);
    for (int64_t i = 0; i < 5000; i++) {
        snprintf(name, sizeof name, "c%zu", below(&state, 5));
        ck_assert(!tlm_write_double(writer, name, NULL, 0, i, (double)draw(&state), &error));
    }
    close_writer(writer);
    struct tlm_reading reading = reading_of(&one, 1);
    ck_assert_int_eq(read_path("run.avro", &reading), TLM_OK);
    ck_assert_uint_ge(one.blocks, 50);
    for (unsigned threads = 0; threads <= 4; threads++) {
        reading = reading_of(&more, threads);
        ck_assert_int_eq(read_path("run.avro", &reading), TLM_OK);
        ck_assert_uint_eq(more.blocks, one.blocks);
        ck_assert_uint_eq(more.text.len, one.text.len);
        ck_assert(memcmp(more.text.data, one.text.data, one.text.len) == 0);
    }
    tlm__buf_release(&one.text);
    tlm__buf_release(&more.text);
}
END_TEST

/* Whoever has enough, or fails, ends it; what was begun is dropped (the sanitizers tell). */
START_TEST(ends_early)
{
    scratch_enter();
    write_simple(2);
    for (unsigned threads = 1; threads <= 3; threads++) {
        struct lines lines = {.stop_after = 2};
        struct tlm_reading reading = reading_of(&lines, threads);
        ck_assert_int_eq(read_path("run.avro", &reading), TLM_STOPPED);
        ck_assert_str_eq(error.message, "enough");
        ck_assert_uint_eq(lines.blocks, 2);
        lines.stop_after = 0;
        lines.fail_in_points = 4;
        ck_assert_int_eq(read_path("run.avro", &reading), TLM_LIMIT);
        ck_assert_ptr_nonnull(strstr(error.message, "run.avro: byte "));
        ck_assert_ptr_nonnull(strstr(error.message, "no more"));
        tlm__buf_release(&lines.text);
    }
}
END_TEST

/* ---- headers --------------------------------------------------------------------------------- */

static void write_bytes(const char *path, const struct tlm_buf *bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, bytes->data, bytes->len), (ssize_t)bytes->len);
    close(fd);
}

static void write_header(struct tlm_buf *out, const char *schema, const struct tlm_metadata *pairs,
                         size_t n)
{
    const struct tlm_container_header header = {.schema = schema,
                                                .codec = "null",
                                                .metadata = pairs,
                                                .n_metadata = n,
                                                .sync = containers_sync};
    HOLDS(tlm__container_header(&header, out, NULL), "memory");
}

START_TEST(header)
{
    struct tlm_file *file;
    scratch_enter();
    write_simple(1000);
    ck_assert_int_eq(tlm_file_open(&file, "run.avro", &error), TLM_OK);
    const struct tlm_file_info *info = tlm_file_info(file);
    ck_assert_str_eq(info->path, "run.avro");
    ck_assert_str_eq(info->codec, "snappy");
    ck_assert_str_eq(info->schema_name, "io.nominal.ingest.AvroStream");
    ck_assert(info->has_points && info->has_figures && !info->unfinished);
    ck_assert_uint_eq(info->points, 16);
    ck_assert_uint_eq(info->records, 3);
    ck_assert(info->first_ns == 0 && info->last_ns == 9);
    ck_assert_uint_ge(info->n_metadata, 6);
    struct tlm_block block;
    bool got;
    ck_assert_int_eq(tlm_file_next_block(file, true, &block, &got, &error), TLM_OK);
    ck_assert(got && block.offset == info->header_bytes && block.records == 3 && block.raw_bytes);
    ck_assert_uint_eq(block.offset + block.bytes, info->bytes);
    ck_assert_int_eq(tlm_file_next_block(file, true, &block, &got, &error), TLM_OK);
    ck_assert(!got);
    tlm_file_close(file);
    tlm_file_close(NULL);
}
END_TEST

/* Figures that are none are not believed. */
START_TEST(strange_figures)
{
    static const struct {
        const char *points;
        bool known, unfinished;
    } cases[] = {
        {"5", true, false},
        {" 5 ", true, false},
        {"00000000000000000005", true, false},
        {"-0000000000000000005", false, false},
        {"99999999999999999999", false, false},
        {"9223372036854775807", true, false},
        {"9223372036854775808", false, false},
        {"", false, false},
        {"                    ", false, false}, /* the others are there */
        {"5x", false, false},
        {"+5", false, false},
        {"-", false, false},
        {"5 5", false, false},
    };
    struct tlm_buf bytes = {0};
    scratch_enter();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct tlm_metadata pairs[] = {{"tlm.points", cases[i].points},
                                             {"tlm.records", "1"},
                                             {"tlm.first_ns", "-5"},
                                             {"tlm.last_ns", "7"}};
        struct tlm_file *file;
        tlm__buf_reset(&bytes);
        write_header(&bytes, tlm__avro_stream_schema, pairs, 4);
        write_bytes("x.avro", &bytes);
        ck_assert_int_eq(tlm_file_open(&file, "x.avro", &error), TLM_OK);
        const struct tlm_file_info *info = tlm_file_info(file);
        ck_assert_msg(info->has_figures == cases[i].known, "\"%s\"", cases[i].points);
        ck_assert_msg(info->unfinished == cases[i].unfinished, "\"%s\"", cases[i].points);
        tlm_file_close(file);
    }
    tlm__buf_release(&bytes);
}
END_TEST

START_TEST(unfinished)
{
    char partial[64];
    struct tlm_file *file;
    scratch_enter();
    struct tlm_writer *writer = open_writer(1000);
    ck_assert(!tlm_write_double(writer, "a", NULL, 0, 7, 0.5, &error));
    ck_assert_int_eq(tlm_writer_flush(writer, &error), TLM_OK);
    tlm_writer_partial(writer, partial, sizeof partial);
    ck_assert_int_eq(tlm_file_open(&file, partial, &error), TLM_OK);
    ck_assert(tlm_file_info(file)->unfinished && !tlm_file_info(file)->has_figures);
    tlm_file_close(file);
    close_writer(writer);
    ck_assert_int_eq(tlm_file_open(&file, "run.avro", &error), TLM_OK);
    ck_assert(!tlm_file_info(file)->unfinished && tlm_file_info(file)->has_figures);
    tlm_file_close(file);
}
END_TEST

/* ---- other schemas --------------------------------------------------------------------------- */

START_TEST(other_schemas)
{
    struct tlm_buf bytes = {0};
    struct lines lines = {.blocks = 0};
    struct tlm_reading reading = reading_of(&lines, 2);
    scratch_enter();
    containers_header(&bytes, "snappy");
    containers_longs(&bytes, "snappy", 5, 3);
    containers_block(&bytes, 0, "\x00\x00\x00\x00\x00", 5); /* no records, no data: passed over */
    containers_longs(&bytes, "snappy", -1, 1);
    write_bytes("longs.avro", &bytes);
    ck_assert_int_eq(read_path("longs.avro", &reading), TLM_OK);
    ck_assert_str_eq(text_of(&lines), "5\n6\n7\n-1\n");
    ck_assert_uint_eq(lines.blocks, 2);
    reading.json = NULL;
    ck_assert_int_eq(read_path("longs.avro", &reading), TLM_INPUT);
    ck_assert_str_eq(error.message, "longs.avro: holds no telemetry: its schema is long");
    tlm__buf_release(&lines.text);
    tlm__buf_release(&bytes);
}
END_TEST

START_TEST(records_as_json)
{
    struct tlm_buf bytes = {0};
    struct lines lines = {.blocks = 0};
    struct tlm_reading reading = reading_of(&lines, 1);
    scratch_enter();
    write_header(&bytes,
                 "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":"
                 "[\"null\",\"string\"]},{\"name\":\"b\",\"type\":{\"type\":\"array\",\"items\":"
                 "\"boolean\"}}]}",
                 NULL, 0);
    containers_block(&bytes, 2, "\x02\x04hi\x04\x01\x00\x00\x00\x00", 10);
    write_bytes("x.avro", &bytes);
    ck_assert_int_eq(read_path("x.avro", &reading), TLM_OK);
    ck_assert_str_eq(text_of(&lines), "{\"a\":\"hi\",\"b\":[true,false]}\n{\"a\":null,\"b\":[]}\n");
    tlm__buf_release(&lines.text);
    tlm__buf_release(&bytes);
}
END_TEST

/* ---- damage ---------------------------------------------------------------------------------- */

static void read_file(const char *path, struct tlm_buf *bytes)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    ck_assert(fd >= 0 && fstat(fd, &info) == 0);
    tlm__buf_reset(bytes);
    HOLDS(tlm__buf_reserve(bytes, (size_t)info.st_size), "memory");
    bytes->len = (size_t)info.st_size;
    ck_assert_int_eq(read(fd, bytes->data, bytes->len), (ssize_t)bytes->len);
    close(fd);
}

/* Whatever byte of it is changed: an error that names the file and the byte, or all points, or
 * what the changed header says. */
START_TEST(every_flip)
{
    struct tlm_buf bytes = {0};
    struct lines lines = {.blocks = 0};
    struct tlm_reading reading = reading_of(&lines, 2);
    struct tlm_file *file;
    scratch_enter();
    write_simple(6);
    ck_assert_int_eq(tlm_file_open(&file, "run.avro", &error), TLM_OK);
    size_t header_len = (size_t)tlm_file_info(file)->header_bytes;
    tlm_file_close(file);
    ck_assert_int_eq(read_path("run.avro", &reading), TLM_OK);
    char *good = strdup(text_of(&lines));
    read_file("run.avro", &bytes);
    for (size_t i = 0; i < bytes.len; i++) {
        uint8_t was = bytes.data[i];
        bytes.data[i] ^= (uint8_t)(1 << i % 8);
        write_bytes("x.avro", &bytes);
        enum tlm_code code = read_path("x.avro", &reading);
        if (i >= header_len && code == TLM_OK) /* snappy may make the same of it */
            HOLDS(strcmp(text_of(&lines), good) == 0, "byte %zu passes", i);
        else if (i >= header_len)
            HOLDS(code == TLM_DAMAGED || code == TLM_LIMIT, "byte %zu: %d", i, code);
        if (code)
            HOLDS(strstr(error.message, "x.avro: "), "%s", error.message);
        if (code && i >= header_len)
            HOLDS(strstr(error.message, "byte "), "%s", error.message);
        bytes.data[i] = was;
    }
    free(good);
    tlm__buf_release(&lines.text);
    tlm__buf_release(&bytes);
}
END_TEST

/* Every block before the damage is delivered. A cut at the end of one is known by the figures in
 * the header. */
START_TEST(every_cut)
{
    struct tlm_buf bytes = {0};
    struct lines lines = {.blocks = 0};
    struct tlm_reading reading = reading_of(&lines, 2);
    scratch_enter();
    write_simple(6);
    read_file("run.avro", &bytes);
    size_t whole = bytes.len;
    uint64_t most = 0;
    for (bytes.len = 0; bytes.len < whole; bytes.len++) {
        write_bytes("x.avro", &bytes);
        enum tlm_code code = read_path("x.avro", &reading);
        HOLDS(code == TLM_DAMAGED, "%zu: %d", bytes.len, code);
        HOLDS(bytes.len == 0 || strstr(error.message, "byte "), "%s", error.message);
        HOLDS(lines.blocks >= most && lines.blocks <= most + 1, "%zu", bytes.len);
        if (lines.blocks != most)
            HOLDS(strstr(error.message, "but its header says"), "%zu ends a block: %s", bytes.len,
                  error.message);
        most = lines.blocks;
    }
    ck_assert_uint_eq(most, 2);
    tlm__buf_release(&lines.text);
    tlm__buf_release(&bytes);
}
END_TEST

static void is_damaged(const char *data, size_t len, int64_t records, const char *why)
{
    struct tlm_buf bytes = {0};
    struct lines lines = {.blocks = 0};
    struct tlm_reading reading = reading_of(&lines, 2);
    write_header(&bytes, tlm__avro_stream_schema, NULL, 0);
    containers_block(&bytes, records, data, len);
    write_bytes("x.avro", &bytes);
    ck_assert_int_eq(read_path("x.avro", &reading), TLM_DAMAGED);
    ck_assert_msg(strstr(error.message, "x.avro: byte ") == error.message, "%s", error.message);
    ck_assert_msg(strstr(error.message, why) != NULL, "%s", error.message);
    tlm__buf_release(&lines.text);
    tlm__buf_release(&bytes);
}

START_TEST(bad_records)
{
    scratch_enter();
    is_damaged("\x02"
               "a\x02\x02\x00\x00\x00",
               7, 1, "1 timestamps, but 0 values");
    is_damaged("\x02"
               "a\x00\x00\x00\x00",
               6, 1, "");
    is_damaged("\x02"
               "a\x00\x00\x00",
               5, 2, "");
    is_damaged("\x02"
               "a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
               12, 1, "");
    is_damaged("\x02"
               "a\x02\x02\x00\x02\x0c\x00\x00",
               9, 1, "union branch");
    is_damaged("x", 1, 0, "1 bytes of no record");
}
END_TEST

START_TEST(no_such_file)
{
    struct tlm_file *file;
    scratch_enter();
    ck_assert_int_eq(tlm_file_open(&file, "none.avro", &error), TLM_IO);
    ck_assert_ptr_nonnull(strstr(error.message, "none.avro"));
    scratch_write("text.avro", "hello world, this is no container file at all\n");
    ck_assert_int_eq(tlm_file_open(&file, "text.avro", &error), TLM_DAMAGED);
    ck_assert_ptr_nonnull(strstr(error.message, "text.avro: byte 0"));
    ck_assert_int_eq(tlm_file_open(&file, ".", &error), TLM_INPUT);
}
END_TEST

UNIT_MAIN("reader", channels, tags, times, ends_of_time, every_type, points_as_json,
          threads_do_not_matter, ends_early, header, strange_figures, unfinished, other_schemas,
          records_as_json, every_flip, every_cut, bad_records, no_such_file)
