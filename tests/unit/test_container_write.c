/* The bytes of container files. What other readers see in them: test_avro_readers.c. */
#include "support/unit.h"

#include <string.h>

#include "avro/container_write.h"
#include "support/random_points.h"

static const uint8_t sync_marker[] = "0123456789abcdef";

/* ---- header --------------------------------------------------------------------------------- */

START_TEST(test_header_bytes)
{
    static const struct tlm_metadata metadata[] = {{"tlm.part", "7"}, {"empty", ""}};
    struct tlm_container_header header = {.schema = "\"long\"",
                                          .codec = "null",
                                          .metadata = metadata,
                                          .n_metadata = 2,
                                          .sync = sync_marker};
    static const char expected[] = "Obj\x01\x08"
                                   "\x16"
                                   "avro.schema\x0c\"long\""
                                   "\x14"
                                   "avro.codec\x08null"
                                   "\x10tlm.part\x02"
                                   "7"
                                   "\x0a"
                                   "empty\0\0"
                                   "0123456789abcdef";
    struct tlm_buf out = {0};
    ck_assert(tlm__container_header(&header, &out, NULL));
    ck_assert_uint_eq(out.len, sizeof expected - 1);
    ck_assert_mem_eq(out.data, expected, out.len);
    tlm__buf_release(&out);
}
END_TEST

START_TEST(test_figures_are_where_the_offsets_say)
{
    static const char *const keys[] = {"\x14tlm.points\x28", "\x16tlm.records\x28",
                                       "\x18tlm.first_ns\x28", "\x16tlm.last_ns\x28"};
    struct tlm_container_header header = {
        .schema = "\"long\"", .codec = "null", .sync = sync_marker, .figures = true};
    struct tlm_buf out = {0};
    size_t offsets[TLM_FIGURES];
    ck_assert(tlm__buf_append(&out, "before", 6));
    ck_assert(tlm__container_header(&header, &out, offsets));
    ck_assert_uint_eq(out.data[6 + 4], 12); /* six pairs */
    for (int i = 0; i < TLM_FIGURES; i++) {
        const uint8_t *text = out.data + 6 + offsets[i];
        size_t key_len = strlen(keys[i]);
        ck_assert_mem_eq(text - key_len, keys[i], key_len);
        ck_assert_mem_eq(text, "                    ", TLM_FIGURE_WIDTH);
    }
    size_t end = 6 + offsets[TLM_FIGURE_LAST_NS] + TLM_FIGURE_WIDTH;
    ck_assert_uint_eq(out.len, end + 1 + TLM_SYNC_BYTES);
    ck_assert_uint_eq(out.data[end], 0);
    tlm__buf_release(&out);
}
END_TEST

START_TEST(test_figure_text)
{
    static const struct {
        int64_t value;
        const char *text;
    } cases[] = {
        {0, "00000000000000000000"},
        {1704067200123, "00000001704067200123"},
        {1704067200123456789, "01704067200123456789"},
        {-1, "-0000000000000000001"},
        {INT64_MAX, "09223372036854775807"},
        {INT64_MIN, "-9223372036854775808"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[TLM_FIGURE_WIDTH + 1] = {[TLM_FIGURE_WIDTH] = 0};
        tlm__container_figure(text, cases[i].value);
        ck_assert_str_eq(text, cases[i].text);
    }
}
END_TEST

/* ---- blocks --------------------------------------------------------------------------------- */

static uint64_t read_varint(const uint8_t *bytes, size_t *at)
{
    uint64_t bits = 0;
    int shift = 0;
    do {
        bits |= (uint64_t)(bytes[*at] & 0x7f) << shift;
        shift += 7;
    } while (bytes[(*at)++] & 0x80);
    return bits >> 1;
}

/* Compresses raw into a block behind other bytes; everything must be at its place. */
static void check_block(enum tlm_codec codec, const uint8_t *raw, size_t len, uint64_t records)
{
    struct tlm_compressor *compressor = tlm__compressor_new(codec);
    struct tlm_buf out = {0}, plain = {0};
    ck_assert_int_eq(tlm__compress(compressor, raw, len, &plain, NULL), TLM_OK);
    ck_assert(tlm__buf_append(&out, "before", 6));
    ck_assert_int_eq(tlm__container_block(compressor, records, raw, len, sync_marker, &out, NULL),
                     TLM_OK);
    size_t at = 6;
    ck_assert_mem_eq(out.data, "before", 6);
    ck_assert_uint_eq(read_varint(out.data, &at), records);
    size_t size_at = at;
    ck_assert_uint_eq(read_varint(out.data, &at), plain.len);
    ck_assert(at == size_at + 1 || out.data[at - 1] != 0); /* no longer than needed */
    if (plain.len)
        ck_assert_mem_eq(out.data + at, plain.data, plain.len);
    ck_assert_mem_eq(out.data + at + plain.len, sync_marker, TLM_SYNC_BYTES);
    ck_assert_uint_eq(out.len, at + plain.len + TLM_SYNC_BYTES);
    tlm__compressor_free(compressor);
    tlm__buf_release(&out);
    tlm__buf_release(&plain);
}

/* Sizes whose varints are shorter and longer than those of the raw sizes. */
START_TEST(test_block_bytes)
{
    static const size_t lens[] = {0, 1, 60, 63, 64, 8191, 8192, 10000, 1048575, 1048576, 2000000};
    struct random random = {9};
    for (int noise = 0; noise < 2; noise++)
        for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
            struct tlm_buf raw = {0};
            for (size_t k = 0; k < lens[i]; k++) {
                uint8_t byte = noise ? (uint8_t)random_next(&random) : 'x';
                random_append(&raw, &byte, 1);
            }
            for (int codec = TLM_CODEC_SNAPPY; codec <= TLM_CODEC_ZSTANDARD; codec++)
                check_block((enum tlm_codec)codec, raw.data, raw.len, lens[i] * 1000);
            tlm__buf_release(&raw);
        }
}
END_TEST

START_TEST(test_failure_changes_nothing)
{
    static const uint8_t raw[10] = {1};
    struct tlm_compressor *compressor = tlm__compressor_new(TLM_CODEC_SNAPPY);
    struct tlm_buf full = {.len = SIZE_MAX}; /* no room can be made behind it */
    struct tlm_container_header header = {
        .schema = "\"long\"", .codec = "null", .sync = sync_marker};
    struct tlm_error error;
    ck_assert_int_eq(tlm__container_block(compressor, 1, raw, 10, sync_marker, &full, &error),
                     TLM_NO_MEMORY);
    ck_assert_uint_eq(full.len, SIZE_MAX);
    full.len = SIZE_MAX - 2;
    ck_assert(!tlm__container_header(&header, &full, NULL));
    ck_assert_uint_eq(full.len, SIZE_MAX - 2);

    /* Refused by the codec, after the count is written. */
    struct tlm_buf out = {0};
    ck_assert(tlm__buf_append(&out, "before", 6));
    ck_assert_int_eq(
        tlm__container_block(compressor, 1, raw, (size_t)UINT32_MAX + 1, sync_marker, &out, &error),
        TLM_LIMIT);
    ck_assert_uint_eq(out.len, 6);
    ck_assert_mem_eq(out.data, "before", 6);
    ck_assert_int_eq(tlm__container_block(compressor, 1, raw, 10, sync_marker, &out, &error),
                     TLM_OK);
    ck_assert_mem_eq(out.data, "before\x02", 7);
    tlm__buf_release(&out);
    tlm__compressor_free(compressor);
}
END_TEST

UNIT_MAIN("container_write", test_header_bytes, test_figures_are_where_the_offsets_say,
          test_figure_text, test_block_bytes, test_failure_changes_nothing)
