/* AvroStream records to columns, against what was encoded and against the generic decoder. */
#include "support/unit.h"

#include <string.h>

#include "avro/avro_schema.h"
#include "avro/decode_columns.h"
#include "avro/decode_stream.h"
#include "avro/encode.h"
#include "avro/varint.h"
#include "base/tags.h"
#include "support/datum.h"
#include "support/random.h"
#include "support/random_points.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

/* ---- what was encoded ------------------------------------------------------------------------ */

/* Appends a value in the form of struct tlm_points' heap. */
static void append_value(const struct tlm_stream *stream, enum tlm_type type, uint64_t value,
                         struct tlm_buf *heap)
{
    struct tlm_items items = {0};
    struct tlm_string text;
    double real;
    switch (type) {
    case TLM_DOUBLE:
    case TLM_LONG:
        return;
    case TLM_STRING:
    case TLM_JSON:
        text = tlm__stream_text(stream, value);
        random_append(heap, text.data, text.len);
        return;
    case TLM_DOUBLE_ARRAY:
        while (tlm__stream_next_double(stream, &value, &items, &real))
            random_append(heap, &real, sizeof real);
        return;
    case TLM_STRING_ARRAY:
        while (tlm__stream_next_string(stream, &value, &items, &text)) {
            uint32_t len = (uint32_t)text.len;
            random_append(heap, &len, sizeof len);
            random_append(heap, text.data, text.len);
        }
        return;
    }
}

static void check_points(const struct tlm_stream *stream, const struct tlm_points *points)
{
    const struct tlm_stream_record *record = &stream->record;
    struct tlm_buf heap = {0};
    size_t heap_at = 0;
    ck_assert_uint_eq(record->n, points->n);
    for (size_t i = 0; i < points->n; i++) {
        enum tlm_type type = points->types ? (enum tlm_type)points->types[i] : points->type;
        enum tlm_type ours = record->types ? (enum tlm_type)record->types[i] : record->type;
        HOLDS(record->times_ns[i] == points->times_ns[i], "time %zu", i);
        HOLDS(type == ours, "type %zu", i);
        append_value(stream, type, record->values[i], &heap);
        if (type == TLM_DOUBLE || type == TLM_LONG)
            HOLDS(record->values[i] == points->values[i], "value %zu", i);
        else
            HOLDS(heap.len - heap_at == points->values[i], "length %zu", i);
        heap_at = heap.len;
    }
    if (heap.len)
        ck_assert_mem_eq(heap.data, points->heap, heap.len);
    tlm__buf_release(&heap);
}

static struct tlm_series_header header_of(const char *channel, size_t n_tags)
{
    struct tlm_series_header header;
    struct tlm_buf set = {0};
    struct tlm_tag tags[] = {{"a", "1"}, {"b", ""}, {"c", "three"}};
    const char *duplicate;
    ck_assert(tlm__tags_encode(&set, tags, n_tags, &duplicate));
    ck_assert(tlm__series_header_init(&header, channel, (const char *)set.data, set.len));
    tlm__buf_release(&set);
    return header;
}

enum { SERIES = 6 };

struct block {
    struct random_points points[SERIES];
    struct tlm_buf bytes;
};

static void block_init(struct block *block, struct random *random, size_t most)
{
    static const char *const channels[SERIES] = {"", "rpm", "temp", "c", "a.longer.channel", "x"};
    struct tlm_encoded made;
    *block = (struct block){0};
    for (size_t i = 0; i < SERIES; i++) {
        struct random_points *points = &block->points[i];
        random_points_init(points, random, 1 + random_below(random, most));
        if (i && random_below(random, 2)) { /* the times of the series before */
            size_t n = points->n < points[-1].n ? points->n : points[-1].n;
            memcpy(points->times.data, points[-1].times.data, n * sizeof(int64_t));
        }
        struct tlm_points view = random_points_view(points, 0, points->n, 0);
        struct tlm_series_header header = header_of(channels[i], i % 4);
        ck_assert(tlm__encode_record(&block->bytes, &header, &view, NULL, &made));
        tlm__series_header_release(&header);
    }
}

static void block_release(struct block *block)
{
    for (size_t i = 0; i < SERIES; i++)
        random_points_release(&block->points[i]);
    tlm__buf_release(&block->bytes);
}

static void check_tags(const struct tlm_stream_record *record, size_t n)
{
    ck_assert_uint_eq(record->n_tags, n);
    if (n == 3) {
        ck_assert_uint_eq(record->tags[5].len, 5);
        ck_assert_mem_eq(record->tags[5].data, "three", 5);
        ck_assert_uint_eq(record->tags[3].len, 0);
        ck_assert_mem_eq(record->tags[2].data, "b", 1);
    }
}

/* In each way that a caller may take a record. */
static void check_record(struct tlm_stream *stream, const struct block *block, size_t i, size_t how)
{
    const struct random_points *points = &block->points[i];
    struct tlm_points view = random_points_view(points, 0, points->n, 0);
    ck_assert(tlm__stream_next(stream));
    if (how == 0)
        return;
    if (how & 1) {
        ck_assert(tlm__stream_tags(stream));
        check_tags(&stream->record, i % 4);
        ck_assert_uint_eq(stream->record.n, points->n);
    }
    if (how < 4) {
        ck_assert(tlm__stream_points(stream, TLM_WANT_POINTS));
        check_points(stream, &view);
    } else if (how < 6) {
        ck_assert(tlm__stream_points(stream, TLM_WANT_TIMES));
        ck_assert_ptr_null(stream->record.values);
        ck_assert_mem_eq(stream->record.times_ns, view.times_ns, points->n * sizeof(int64_t));
    } else {
        ck_assert(tlm__stream_points(stream, TLM_WANT_VALUES));
        ck_assert_ptr_null(stream->record.times_ns);
        ck_assert_uint_eq(stream->record.n, points->n);
    }
    check_tags(&stream->record, i % 4);
}

START_TEST(test_what_was_encoded_comes_back)
{
    struct random random = {12345};
    struct tlm_stream stream = {0};
    struct tlm_error error = {0};
    for (int round = 0; round < 300; round++) {
        struct block block;
        block_init(&block, &random, round % 3 ? 40 : 500);
        uint8_t *bytes = exactly(block.bytes.data, block.bytes.len);
        tlm__stream_begin(&stream, bytes, block.bytes.len, &error);
        for (size_t i = 0; i < SERIES; i++)
            check_record(&stream, &block, i, round % 2 ? 2 : random_below(&random, 8));
        ck_assert_msg(tlm__stream_end(&stream), "%s", error.message);
        free(bytes);
        block_release(&block);
    }
    tlm__stream_release(&stream);
}
END_TEST

/* ---- forms that our writer does not use --------------------------------------------------------
 */

/* Appends one value, at times in a longer form than needed. */
static void put_long(struct tlm_buf *out, uint64_t *state, int64_t value)
{
    uint8_t bytes[TLM_VARINT_MAX];
    size_t len = (size_t)(tlm__varint_put(bytes, value) - bytes);
    if (len < 9 && below(state, 20) == 0) {
        bytes[len - 1] |= 0x80;
        bytes[len++] = 0;
    }
    random_append(out, bytes, len);
}

/* n elements (their encodings one after the other, ends telling where each ends) in blocks of any
 * size, with or without their sizes. */
static void put_blocks(struct tlm_buf *out, uint64_t *state, const struct tlm_buf *body,
                       const size_t *ends, size_t n)
{
    for (size_t i = 0; i < n;) {
        size_t count = 1 + below(state, below(state, 3) ? n - i : 3);
        if (count > n - i)
            count = n - i;
        size_t from = i ? ends[i - 1] : 0, size = ends[i + count - 1] - from;
        bool sized = below(state, 2);
        put_long(out, state, sized ? -(int64_t)count : (int64_t)count);
        if (sized)
            put_long(out, state, (int64_t)size);
        random_append(out, body->data + from, size);
        i += count;
    }
    random_append(out, "", 1);
}

enum { MOST = 200 };

struct column {
    size_t n;
    int64_t times[MOST];
    uint64_t values[MOST];
    uint8_t types[MOST];
};

/* A record of longs and doubles: values, and which bytes, are both by chance. */
static void put_record(struct tlm_buf *out, uint64_t *state, struct column *column)
{
    struct tlm_buf body = {0};
    size_t ends[MOST];
    size_t kind = below(state, 4);
    unsigned narrow = (unsigned)below(state, 60);
    random_append(out,
                  "\x02"
                  "c",
                  2);
    column->n = below(state, MOST + 1);
    for (size_t i = 0; i < column->n; i++) {
        column->times[i] = kind ? 1704067200000000000 + (int64_t)(draw(state) >> 20)
                                : (int64_t)draw(state) >> narrow;
        put_long(&body, state, column->times[i]);
        ends[i] = body.len;
    }
    put_blocks(out, state, &body, ends, column->n);
    tlm__buf_reset(&body);
    for (size_t i = 0; i < column->n; i++) {
        column->values[i] = (uint64_t)((int64_t)draw(state) >> narrow);
        column->types[i] = kind == 1 ? TLM_DOUBLE : kind == 2 ? TLM_LONG : below(state, 30) ? 0 : 2;
        put_long(&body, state, column->types[i]);
        if (column->types[i] == TLM_DOUBLE)
            random_append(&body, &column->values[i], 8);
        else
            put_long(&body, state, (int64_t)column->values[i]);
        ends[i] = body.len;
    }
    put_blocks(out, state, &body, ends, column->n);
    random_append(out, "\x01\x06\x02k\x00\x00", 6);
    tlm__buf_release(&body);
}

START_TEST(test_every_form_of_arrays_and_integers)
{
    uint64_t state = 7;
    struct tlm_stream stream = {0};
    struct tlm_error error = {0};
    static struct column columns[3];
    for (int round = 0; round < 3000; round++) {
        struct tlm_buf block = {0};
        for (size_t i = 0; i < LEN(columns); i++)
            put_record(&block, &state, &columns[i]);
        uint8_t *bytes = exactly(block.data, block.len);
        tlm__stream_begin(&stream, bytes, block.len, &error);
        for (size_t i = 0; i < LEN(columns); i++) {
            const struct tlm_stream_record *record = &stream.record;
            ck_assert(tlm__stream_next(&stream));
            if (below(&state, 4) == 0)
                continue;
            bool ok = tlm__stream_points(&stream, TLM_WANT_POINTS);
            HOLDS(ok, "%s", error.message);
            HOLDS(record->n == columns[i].n, "round %d", round);
            for (size_t j = 0; j < record->n; j++)
                HOLDS(record->times_ns[j] == columns[i].times[j] &&
                          record->values[j] == columns[i].values[j] &&
                          (record->types ? record->types[j] : record->type) == columns[i].types[j],
                      "round %d, point %zu", round, j);
            HOLDS(record->n_tags == 1 && record->tags[0].data[0] == 'k', "round %d", round);
        }
        HOLDS(tlm__stream_end(&stream), "%s", error.message);
        tlm__buf_release(&block);
        free(bytes);
    }
    tlm__stream_release(&stream);
}
END_TEST

START_TEST(test_types_are_one_by_one_only_where_they_differ)
{
    static const char uniform[] = "\x02"
                                  "c\x04\x02\x04\x00\x02\x00"
                                  "ABCDEFGH\x02\x00"
                                  "abcdefgh"
                                  "\x00\x00";
    static const char mixed[] = "\x02"
                                "c\x04\x02\x04\x00\x02\x02\x02x\x02\x04\x05\x00\x00";
    static const char empty[] = "\x02"
                                "c\x00\x00\x00";
    struct tlm_stream stream = {0};
    struct tlm_string text;
    tlm__stream_begin(&stream, uniform, sizeof uniform - 1, NULL);
    ck_assert(tlm__stream_next(&stream) && tlm__stream_points(&stream, TLM_WANT_POINTS));
    ck_assert_ptr_null(stream.record.types);
    ck_assert_mem_eq(stream.record.values, "ABCDEFGHabcdefgh", 16);
    ck_assert(tlm__stream_end(&stream));
    tlm__stream_begin(&stream, mixed, sizeof mixed - 1, NULL);
    ck_assert(tlm__stream_next(&stream) && tlm__stream_points(&stream, TLM_WANT_POINTS));
    ck_assert_mem_eq(stream.record.types, "\x01\x02", 2);
    text = tlm__stream_text(&stream, stream.record.values[0]);
    ck_assert(text.len == 1 && text.data[0] == 'x');
    ck_assert_int_eq((int64_t)stream.record.values[1], -3);
    tlm__stream_begin(&stream, empty, sizeof empty - 1, NULL);
    ck_assert(tlm__stream_next(&stream) && tlm__stream_points(&stream, TLM_WANT_POINTS));
    ck_assert_uint_eq(stream.record.n, 0);
    ck_assert(tlm__stream_end(&stream));
    tlm__stream_release(&stream);
}
END_TEST

/* ---- damage ------------------------------------------------------------------------------------
 */

/* Reads all records; false when one is refused. */
static bool reads(struct tlm_stream *stream, const void *bytes, size_t len, size_t records,
                  bool skip, struct tlm_error *error)
{
    bool ok = true;
    tlm__stream_begin(stream, bytes, len, error);
    for (size_t i = 0; ok && i < records; i++)
        ok = tlm__stream_next(stream) && (skip || tlm__stream_points(stream, TLM_WANT_POINTS));
    return ok && tlm__stream_end(stream);
}

static void refuse(const void *bytes, size_t len, bool skip, const char *message)
{
    struct tlm_stream stream = {0};
    struct tlm_error error = {0};
    uint8_t *copy = exactly(bytes, len);
    ck_assert(!reads(&stream, copy, len, 1, skip, &error));
    ck_assert_int_eq(stream.cursor.code, TLM_DAMAGED);
    ck_assert_str_eq(error.message, message);
    ck_assert(!reads(&stream, copy, len, 1, skip, NULL));
    tlm__stream_release(&stream);
    free(copy);
}

#define BOTH(bytes, message)                  \
    do {                                      \
        refuse(BYTES(bytes), false, message); \
        refuse(BYTES(bytes), true, message);  \
    } while (0)

START_TEST(test_damage)
{
    BOTH("\x02"
         "c\x04\x02\x04\x00\x02\x04\x05\x00\x00",
         "byte 2 of the block: 2 timestamps, but 1 values");
    BOTH("\x02"
         "c\x02\x02\x00\x04\x04\x05\x04\x05\x00\x00",
         "byte 2 of the block: 1 timestamps, but 2 values");
    BOTH("\x02"
         "c\x02\x02\x00\x02\x0c\x05\x00\x00",
         "byte 6 of the block: union branch 6, but there are 6");
    BOTH("\x06"
         "c",
         "byte 0 of the block: a length of 3 bytes, but 1 are left");
    BOTH("\x02"
         "c\x08\x02",
         "byte 2 of the block: 4 elements of 1 bytes or more in 1");
    BOTH("\x02"
         "c\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02\x00\x00\x00",
         "byte 3 of the block: an integer of more than 64 bits");
    BOTH("\x02"
         "c\x00\x06\x04\x00\x00",
         "byte 3 of the block: 3 elements of 2 bytes or more in 3");
    BOTH("\x02"
         "c\x02\x02\x00\x02\x00"
         "abc",
         "byte 7 of the block: a value of 8 bytes, but 3 are left");
    BOTH("\x02"
         "c\x02\x02\x00\x02\x02\x08zz",
         "byte 7 of the block: a length of 4 bytes, but 2 are left");
    BOTH("\x02"
         "c\x00\x00\x00!",
         "byte 5 of the block: 1 bytes behind the last record");
    BOTH("\x02"
         "c\x00\x00\x02\x01\x00\x00",
         "byte 5 of the block: a length of -1 bytes");
    BOTH("\x02"
         "c\x02\x02\x00\x02\x06\x04"
         "abcdefgh\x00\x00\x00",
         "byte 7 of the block: 2 elements of 8 bytes or more in 11");
    /* A block's size that is not its size shows only when it is looked into. */
    refuse(BYTES("\x02"
                 "c\x03\x06\x02\x04\x00\x00\x00"),
           false, "byte 6 of the block: an array or map block ends here, not at byte 7 as it says");
    refuse(BYTES("\x02"
                 "c\x00\x01\x06\x04\x02\x00\x00\x00"),
           false, "byte 7 of the block: an array or map block ends here, not at byte 8 as it says");
}
END_TEST

/* Cut anywhere, or with any byte changed: refused, or read as the generic decoder reads it. */
START_TEST(test_cut_and_changed)
{
    struct tlm_schema_tree tree = schema_of(tlm__avro_stream_schema);
    struct random random = {99};
    struct tlm_stream stream = {0};
    struct tlm_error error = {0};
    struct block block;
    block_init(&block, &random, 24);
    for (size_t len = 0; len < block.bytes.len; len++) {
        uint8_t *bytes = exactly(block.bytes.data, len);
        ck_assert(!reads(&stream, bytes, len, SERIES, false, &error));
        ck_assert(!reads(&stream, bytes, len, SERIES, true, &error));
        free(bytes);
    }
    uint8_t *bytes = exactly(block.bytes.data, block.bytes.len);
    for (size_t i = 0; i < block.bytes.len * 8; i++) {
        bytes[i / 8] ^= (uint8_t)(1 << i % 8);
        bool ok = reads(&stream, bytes, block.bytes.len, SERIES, false, &error);
        bool generic = tlm__block_check(&tree, bytes, block.bytes.len, SERIES, NULL) == TLM_OK;
        HOLDS(ok == generic || (generic && strstr(error.message, " timestamps, but ")),
              "bit %zu: %s", i, error.message);
        reads(&stream, bytes, block.bytes.len, SERIES, true, &error);
        bytes[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    free(bytes);
    block_release(&block);
    tlm__stream_release(&stream);
    tlm__schema_tree_release(&tree);
}
END_TEST

/* Columns that are shorter than what the fast code takes at once, and such as it cannot take. */
START_TEST(test_columns)
{
    static const uint8_t nine[] = "\x80\x80\x80\x80\x80\x80\x80\x80\x01";
    static const uint8_t ten[] = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\xff";
    int64_t times[40];
    uint8_t *bytes = exactly(ten, 10);
    const uint8_t *at = bytes;
    ck_assert_uint_eq(tlm__columns_times(&at, bytes + 10, times, 1), 1);
    ck_assert_int_eq(times[0], INT64_MIN);
    at = bytes;
    ck_assert_uint_eq(tlm__columns_skip(&at, bytes + 9, 1), 0);
    bytes[9] = 2;
    at = bytes;
    ck_assert_uint_eq(tlm__columns_times(&at, bytes + 10, times, 1), 0);
    ck_assert_uint_eq(tlm__columns_skip(&at, bytes + 10, 1), 0);
    free(bytes);
    bytes = malloc(40 * 9);
    for (size_t i = 0; i < 40; i++)
        memcpy(bytes + i * 9, nine, 9);
    at = bytes;
    ck_assert_uint_eq(tlm__columns_times(&at, bytes + 40 * 9, times, 40), 39);
    ck_assert_int_eq(times[38], INT64_C(1) << 55);
    ck_assert_ptr_eq(at, bytes + 39 * 9);
    at = bytes;
    ck_assert_uint_eq(tlm__columns_skip(&at, bytes + 40 * 9, 40), 40);
    free(bytes);
}
END_TEST

UNIT_MAIN("decode_stream", test_what_was_encoded_comes_back, test_every_form_of_arrays_and_integers,
          test_types_are_one_by_one_only_where_they_differ, test_damage, test_cut_and_changed,
          test_columns)
