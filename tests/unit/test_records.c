/* The records of a block: what is left out, and that nothing is missing. */
#include "support/unit.h"

#include <string.h>

#include "avro/codec.h"
#include "avro/decompress.h"
#include "avro/records.h"
#include "base/crc_join.h"
#include "base/deflate.h"
#include "support/random_points.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

enum { SERIES = 40 };

/* Series of which some have timestamps in common. */
struct set {
    struct random_points points[SERIES];
    struct tlm_series_header headers[SERIES];
};

static void set_init(struct set *set, struct random *random, size_t most)
{
    for (size_t i = 0; i < SERIES; i++) {
        struct random_points *points = &set->points[i];
        size_t like = random_below(random, SERIES), n = 1 + random_below(random, most);
        char channel[16];
        n = like < i ? set->points[like].n : n;
        random_points_init(points, random, n);
        if (like < i) {
            memcpy(points->times.data, set->points[like].times.data, n * sizeof(int64_t));
            if (random_below(random, 8) == 0) /* almost */
                points->times.data[random_below(random, n * sizeof(int64_t))] ^= 1;
        }
        snprintf(channel, sizeof channel, "channel %zu", i);
        ck_assert(tlm__series_header_init(&set->headers[i], channel, "", 0));
    }
}

static void set_release(struct set *set)
{
    for (size_t i = 0; i < SERIES; i++) {
        random_points_release(&set->points[i]);
        tlm__series_header_release(&set->headers[i]);
    }
}

/* All records one after the other, each on its own. */
static struct tlm_buf encode_alone(const struct set *set)
{
    struct tlm_buf out = {0};
    struct tlm_encoded made;
    for (size_t i = 0; i < SERIES; i++) {
        struct tlm_points view = random_points_view(&set->points[i], 0, set->points[i].n, 0);
        ck_assert(tlm__encode_record(&out, &set->headers[i], &view, NULL, &made));
    }
    return out;
}

static void add_all(struct tlm_records *records, const struct set *set)
{
    for (size_t i = 0; i < SERIES; i++) {
        struct tlm_points view = random_points_view(&set->points[i], 0, set->points[i].n, 0);
        size_t times_of = SIZE_MAX;
        ck_assert(tlm__records_add(records, &set->headers[i], &view, &times_of));
        ck_assert_uint_le(times_of, i);
        ck_assert_uint_eq(set->points[times_of].n, view.n);
        ck_assert_mem_eq(set->points[times_of].times.data, view.times_ns, view.n * sizeof(int64_t));
    }
}

static void check_spans(const struct tlm_layout *layout, const struct tlm_buf *whole, size_t len)
{
    size_t at = 0, before = 0;
    for (size_t i = 0; i < layout->n; i++) {
        const struct tlm_span *span = &layout->spans[i];
        ck_assert_uint_ge(span->at, at);
        at = span->at;
        if (span->kind == TLM_SPAN_REPEAT) {
            const uint8_t *here = whole->data + at + before;
            ck_assert_uint_le(span->back, at + before);
            ck_assert_mem_eq(here, here - span->back, span->len);
            before += span->len;
        } else {
            at += span->len;
        }
    }
    ck_assert_uint_le(at, len);
    ck_assert_uint_eq(before, layout->left_out);
}

/* The block of the records decompresses to all of them, with the right CRC-32. */
static void check_block(const struct tlm_records *records, const struct tlm_buf *whole)
{
    struct tlm_compressor *compressor = tlm__compressor_new(TLM_CODEC_SNAPPY);
    struct tlm_decompressor *decompressor = tlm__decompressor_new();
    struct tlm_buf out = {0};
    struct tlm_string back;
    tlm__compressor_hint(compressor, &records->layout);
    ck_assert_int_eq(tlm__compress(compressor, records->bytes.data, records->bytes.len, &out, NULL),
                     TLM_OK);
    struct tlm_packed packed = {TLM_UNPACKER_SNAPPY, out.data, out.len, 0};
    ck_assert_int_eq(tlm__decompress(decompressor, &packed, &back, NULL), TLM_OK);
    ck_assert_uint_eq(back.len, whole->len);
    ck_assert_mem_eq(back.data, whole->data, back.len);
    tlm__buf_release(&out);
    tlm__compressor_free(compressor);
    tlm__decompressor_free(decompressor);
}

START_TEST(test_what_is_left_out_comes_back)
{
    struct random random = {20240601};
    struct tlm_records records = {0}, plain = {.whole = true};
    size_t left_out = 0;
    for (int round = 0; round < 40; round++) {
        struct set set;
        set_init(&set, &random, round % 2 ? 300 : 3000);
        struct tlm_buf alone = encode_alone(&set), whole = {0};
        add_all(&records, &set);
        add_all(&plain, &set);
        ck_assert(tlm__layout_fill(&records.layout, records.bytes.data, records.bytes.len, &whole));
        ck_assert_uint_eq(whole.len, alone.len);
        ck_assert_mem_eq(whole.data, alone.data, whole.len);
        ck_assert_uint_eq(plain.bytes.len, alone.len);
        ck_assert_uint_eq(plain.layout.left_out, 0);
        ck_assert_mem_eq(plain.bytes.data, alone.data, alone.len);
        check_spans(&records.layout, &whole, records.bytes.len);
        check_spans(&plain.layout, &whole, plain.bytes.len);
        check_block(&records, &whole);
        left_out += records.layout.left_out;
        tlm__records_reset(&records);
        tlm__records_reset(&plain);
        tlm__buf_release(&alone);
        tlm__buf_release(&whole);
        set_release(&set);
    }
    ck_assert_uint_gt(left_out, 0);
    tlm__records_release(&records);
    tlm__records_release(&plain);
}
END_TEST

START_TEST(test_crcs_are_joined)
{
    uint8_t bytes[5000];
    struct random random = {20240602};
    for (size_t i = 0; i < LEN(bytes); i++)
        bytes[i] = (uint8_t)random_next(&random);
    for (size_t len = 0; len <= LEN(bytes); len = len * 3 / 2 + 1)
        for (size_t cut = 0; cut <= len; cut = cut * 2 + 1) {
            uint32_t first = tlm__crc32(bytes, cut), second = tlm__crc32(bytes + cut, len - cut);
            ck_assert_uint_eq(tlm__crc_join(first, second, tlm__crc_shift(len - cut)),
                              tlm__crc32(bytes, len));
            ck_assert_uint_eq(tlm__crc32_on(first, bytes + cut, len - cut), tlm__crc32(bytes, len));
        }
}
END_TEST

UNIT_MAIN("records", test_what_is_left_out_comes_back, test_crcs_are_joined)
