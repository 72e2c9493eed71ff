/* Each codec's blocks, undone by another library than the one that made them where there is one:
 * deflate and CRC-32 by zlib. */
#include "support/unit.h"

#include <snappy-c.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "avro/codec.h"
#include "base/deflate.h"
#include "support/random_points.h"

static const enum tlm_codec codecs[] = {TLM_CODEC_SNAPPY, TLM_CODEC_NULL, TLM_CODEC_DEFLATE,
                                        TLM_CODEC_ZSTANDARD};
#define CODECS (sizeof codecs / sizeof codecs[0])

/* ---- the other way round -------------------------------------------------------------------- */

static void undo_snappy(const uint8_t *bytes, size_t len, struct tlm_buf *raw)
{
    size_t size = 0;
    ck_assert_uint_ge(len, 4);
    ck_assert(!snappy_uncompressed_length((const char *)bytes, len - 4, &size));
    ck_assert(tlm__buf_reserve(raw, size));
    ck_assert(!snappy_uncompress((const char *)bytes, len - 4, (char *)raw->data, &size));
    raw->len = size;
    uint32_t crc = (uint32_t)crc32(0, raw->data, (uInt)size);
    for (size_t i = 0; i < 4; i++)
        ck_assert_uint_eq(bytes[len - 4 + i], crc >> (24 - 8 * i) & 0xff);
}

static void undo_deflate(const uint8_t *bytes, size_t len, struct tlm_buf *raw, size_t size)
{
    z_stream stream = {0};
    ck_assert_int_eq(inflateInit2(&stream, -15), Z_OK); /* no zlib header */
    ck_assert(tlm__buf_reserve(raw, size + 1));
    stream.next_in = (Bytef *)(uintptr_t)bytes;
    stream.avail_in = (uInt)len;
    stream.next_out = raw->data;
    stream.avail_out = (uInt)size + 1;
    ck_assert_int_eq(inflate(&stream, Z_FINISH), Z_STREAM_END);
    ck_assert_uint_eq(stream.avail_in, 0);
    raw->len = stream.total_out;
    inflateEnd(&stream);
}

static void undo_zstandard(const uint8_t *bytes, size_t len, struct tlm_buf *raw, size_t size)
{
    ck_assert(tlm__buf_reserve(raw, size + 1));
    raw->len = ZSTD_decompress(raw->data, size + 1, bytes, len);
    ck_assert(!ZSTD_isError(raw->len));
}

/* size: what should come out. */
static void undo(enum tlm_codec codec, const struct tlm_buf *from, struct tlm_buf *raw, size_t size)
{
    tlm__buf_reset(raw);
    switch (codec) {
    case TLM_CODEC_SNAPPY:
        undo_snappy(from->data, from->len, raw);
        break;
    case TLM_CODEC_NULL:
        ck_assert(tlm__buf_append(raw, from->data, from->len));
        break;
    case TLM_CODEC_DEFLATE:
        undo_deflate(from->data, from->len, raw, size);
        break;
    case TLM_CODEC_ZSTANDARD:
        undo_zstandard(from->data, from->len, raw, size);
        break;
    }
}

/* ---- inputs --------------------------------------------------------------------------------- */

/* Runs of repeated, counting and random bytes. */
static struct tlm_buf mixed_bytes(struct random *random, size_t len)
{
    struct tlm_buf buf = {0};
    while (buf.len < len) {
        size_t kind = random_below(random, 3), run = 1 + random_below(random, 5000);
        for (size_t i = 0; i < run && buf.len < len; i++) {
            uint8_t byte = kind == 0 ? 7 : kind == 1 ? (uint8_t)i : (uint8_t)random_next(random);
            random_append(&buf, &byte, 1);
        }
    }
    return buf;
}

static void check_round_trip(struct tlm_compressor *compressor, enum tlm_codec codec,
                             const struct tlm_buf *input)
{
    struct tlm_buf out = {0}, again = {0}, raw = {0};
    struct tlm_error error;
    ck_assert_int_eq(tlm__compress(compressor, input->data, input->len, &out, &error), TLM_OK);
    undo(codec, &out, &raw, input->len);
    ck_assert_uint_eq(raw.len, input->len);
    if (input->len)
        ck_assert_mem_eq(raw.data, input->data, raw.len);

    /* A used compressor makes the same bytes as a new one, and appends them. */
    struct tlm_compressor *fresh = tlm__compressor_new(codec);
    ck_assert_ptr_nonnull(fresh);
    ck_assert(tlm__buf_append(&again, "before", 6));
    ck_assert_int_eq(tlm__compress(fresh, input->data, input->len, &again, &error), TLM_OK);
    ck_assert_uint_eq(again.len, 6 + out.len);
    ck_assert_mem_eq(again.data, "before", 6);
    if (out.len)
        ck_assert_mem_eq(again.data + 6, out.data, out.len);
    tlm__compressor_free(fresh);
    tlm__buf_release(&out);
    tlm__buf_release(&again);
    tlm__buf_release(&raw);
}

START_TEST(test_round_trip)
{
    static const size_t lens[] = {0, 1, 2, 63, 64, 65536, 65537, 1 << 20, 3000001, 100, 0};
    struct random random = {77};
    for (size_t c = 0; c < CODECS; c++) {
        struct tlm_compressor *compressor = tlm__compressor_new(codecs[c]);
        ck_assert_ptr_nonnull(compressor);
        for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
            struct tlm_buf input = mixed_bytes(&random, lens[i]);
            check_round_trip(compressor, codecs[c], &input);
            tlm__buf_release(&input);
        }
        tlm__compressor_free(compressor);
    }
}
END_TEST

START_TEST(test_it_compresses)
{
    struct tlm_buf input = {0};
    for (int i = 0; i < 100000; i++)
        random_append(&input, "telemetry ", 10);
    for (size_t c = 0; c < CODECS; c++) {
        struct tlm_compressor *compressor = tlm__compressor_new(codecs[c]);
        struct tlm_buf out = {0};
        ck_assert_int_eq(tlm__compress(compressor, input.data, input.len, &out, NULL), TLM_OK);
        if (codecs[c] == TLM_CODEC_NULL)
            ck_assert_uint_eq(out.len, input.len);
        else
            ck_assert_uint_lt(out.len, input.len / 10);
        tlm__buf_release(&out);
        tlm__compressor_free(compressor);
    }
    tlm__buf_release(&input);
}
END_TEST

START_TEST(test_names)
{
    ck_assert_str_eq(tlm__codec_name(TLM_CODEC_SNAPPY), "snappy");
    ck_assert_str_eq(tlm__codec_name(TLM_CODEC_NULL), "null");
    ck_assert_str_eq(tlm__codec_name(TLM_CODEC_DEFLATE), "deflate");
    ck_assert_str_eq(tlm__codec_name(TLM_CODEC_ZSTANDARD), "zstandard");
}
END_TEST

START_TEST(test_crc32)
{
    ck_assert_uint_eq(tlm__crc32((const uint8_t *)"123456789", 9), 0xcbf43926);
    ck_assert_uint_eq(tlm__crc32(NULL, 0), 0);
    struct random random = {3};
    struct tlm_buf bytes = mixed_bytes(&random, 100000);
    for (size_t at = 0; at < 64; at++)
        ck_assert_uint_eq(tlm__crc32(bytes.data + at, bytes.len - 2 * at),
                          crc32(0, bytes.data + at, (uInt)(bytes.len - 2 * at)));
    tlm__buf_release(&bytes);
}
END_TEST

START_TEST(test_memory_out)
{
    static const uint8_t raw[100] = {1, 2, 3};
    for (size_t c = 0; c < CODECS; c++) {
        struct tlm_compressor *compressor = tlm__compressor_new(codecs[c]);
        struct tlm_buf full = {.len = SIZE_MAX - 2}; /* no room can be made behind it */
        struct tlm_error error;
        ck_assert_int_eq(tlm__compress(compressor, raw, sizeof raw, &full, &error), TLM_NO_MEMORY);
        ck_assert_int_eq(error.code, TLM_NO_MEMORY);
        ck_assert_uint_eq(full.len, SIZE_MAX - 2);
        tlm__compressor_free(compressor);
    }
    tlm__compressor_free(NULL);
    tlm__deflate_compressor_free(NULL);
}
END_TEST

START_TEST(test_more_than_snappy_holds)
{
    static const uint8_t raw[1] = {0}; /* not read: the length decides */
    struct tlm_compressor *compressor = tlm__compressor_new(TLM_CODEC_SNAPPY);
    struct tlm_buf out = {0};
    struct tlm_error error;
    ck_assert_int_eq(tlm__compress(compressor, raw, (size_t)UINT32_MAX + 1, &out, &error),
                     TLM_LIMIT);
    ck_assert_ptr_nonnull(strstr(error.message, "4294967296"));
    ck_assert_uint_eq(out.len, 0);
    tlm__compressor_free(compressor);
}
END_TEST

UNIT_MAIN("codec", test_round_trip, test_it_compresses, test_names, test_crc32, test_memory_out,
          test_more_than_snappy_holds)
