#include "support/unit.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "avro/decompress.h"
#include "base/deflate.h"
#include "support/containers.h"

static struct tlm_string string(const char *text)
{
    return (struct tlm_string){text, strlen(text)};
}

static enum tlm_unpacker unpacker_of(const char *codec)
{
    enum tlm_unpacker unpacker = TLM_UNPACKER_NULL;
    ck_assert_int_eq(tlm__unpacker_of_name(string(codec), &unpacker, NULL), TLM_OK);
    return unpacker;
}

/* In memory that ends where the block ends, but for the slack that the null codec asks for. */
static enum tlm_code unpack(struct tlm_decompressor *decompressor, const char *codec,
                            const struct tlm_buf *block, size_t raw_max, struct tlm_string *raw,
                            struct tlm_error *error)
{
    static uint8_t *exact;
    free(exact);
    exact = malloc(block->len + 1);
    if (block->len) {
        memcpy(exact, block->data, block->len);
        exact = realloc(exact, block->len);
    }
    const struct tlm_packed packed = {unpacker_of(codec), exact, block->len, raw_max};
    return tlm__decompress(decompressor, &packed, raw, error);
}

static void fill(struct tlm_buf *raw, size_t len, uint64_t kind)
{
    uint64_t state = kind;
    tlm__buf_reset(raw);
    ck_assert(tlm__buf_reserve(raw, len + 1));
    for (size_t i = 0; i < len; i++)
        raw->data[i] = kind == 0 ? 'x' : kind == 1 ? (uint8_t)(i / 7) : (uint8_t)draw(&state);
    raw->len = len;
}

START_TEST(every_codec_comes_back)
{
    static const size_t sizes[] = {0, 1, 100, 65536, 65537, 3000000, 500};
    struct tlm_buf raw = {0}, block = {0};
    struct tlm_string back;
    for (size_t c = 0; c < CONTAINERS_CODECS; c++) {
        struct tlm_decompressor *decompressor = tlm__decompressor_new();
        for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
            for (uint64_t kind = 0; kind < 3; kind++) {
                fill(&raw, sizes[s], kind);
                tlm__buf_reset(&block);
                containers_pack(containers_codecs[c], &raw, &block);
                /* the cap may be exactly what comes out */
                size_t cap = raw.len ? raw.len : 1;
                ck_assert_int_eq(
                    unpack(decompressor, containers_codecs[c], &block, cap, &back, NULL), TLM_OK);
                ck_assert_uint_eq(back.len, raw.len);
                ck_assert(!raw.len || memcmp(back.data, raw.data, raw.len) == 0);
                struct tlm_error error;
                if (raw.len < 2)
                    continue;
                ck_assert_int_eq(
                    unpack(decompressor, containers_codecs[c], &block, raw.len - 1, &back, &error),
                    TLM_LIMIT);
                ck_assert_ptr_nonnull(strstr(error.message, containers_codecs[c]));
            }
        tlm__decompressor_trim(decompressor, 1000);
        tlm__decompressor_free(decompressor);
    }
    tlm__decompressor_free(NULL);
    tlm__buf_release(&raw);
    tlm__buf_release(&block);
}
END_TEST

/* From every writer. */
static bool has_checksum(enum tlm_unpacker unpacker)
{
    return unpacker == TLM_UNPACKER_SNAPPY || unpacker == TLM_UNPACKER_BZIP2 ||
           unpacker == TLM_UNPACKER_XZ;
}

/* Each truncation, each bit flip, and bytes behind the end, by one decompressor after another. */
START_TEST(damage)
{
    struct tlm_buf raw = {0}, block = {0}, broken = {0};
    struct tlm_string back;
    struct tlm_error error;
    fill(&raw, 300, 1);
    for (size_t c = 1; c < CONTAINERS_CODECS; c++) {
        const char *codec = containers_codecs[c];
        struct tlm_decompressor *decompressor = tlm__decompressor_new();
        tlm__buf_reset(&block);
        containers_pack(codec, &raw, &block);
        for (size_t len = 0; len < block.len; len++) {
            tlm__buf_reset(&broken);
            ck_assert(tlm__buf_append(&broken, block.data, len));
            error.message[0] = '\0';
            enum tlm_code code = unpack(decompressor, codec, &broken, 0, &back, &error);
            HOLDS(code == TLM_DAMAGED, "%s cut at %zu: %d", codec, len, code);
            HOLDS(strncmp(error.message, codec, strlen(codec)) == 0, "%s", error.message);
        }
        for (size_t bit = 0; bit < block.len * 8; bit++) {
            tlm__buf_reset(&broken);
            ck_assert(tlm__buf_append(&broken, block.data, block.len));
            broken.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
            enum tlm_code code = unpack(decompressor, codec, &broken, 1 << 20, &back, &error);
            if (code)
                HOLDS(code == TLM_DAMAGED || code == TLM_LIMIT, "%s bit %zu", codec, bit);
            else if (has_checksum(unpacker_of(codec)))
                HOLDS(back.len == raw.len && memcmp(back.data, raw.data, raw.len) == 0,
                      "%s bit %zu changes the data", codec, bit);
        }
        tlm__buf_reset(&broken);
        ck_assert(tlm__buf_append(&broken, block.data, block.len));
        ck_assert(tlm__buf_append(&broken, "\0\0\0\0\0", 5));
        ck_assert_int_eq(unpack(decompressor, codec, &broken, 0, &back, &error), TLM_DAMAGED);
        ck_assert_int_eq(unpack(decompressor, codec, &block, 0, &back, NULL), TLM_OK);
        ck_assert(back.len == raw.len && memcmp(back.data, raw.data, raw.len) == 0);
        tlm__decompressor_free(decompressor);
    }
    tlm__buf_release(&raw);
    tlm__buf_release(&block);
    tlm__buf_release(&broken);
}
END_TEST

START_TEST(the_crc_of_snappy)
{
    struct tlm_decompressor *decompressor = tlm__decompressor_new();
    struct tlm_buf raw = {0}, block = {0};
    struct tlm_string back;
    struct tlm_error error;
    fill(&raw, 300, 1);
    containers_pack("snappy", &raw, &block);
    uint32_t crc = (uint32_t)crc32(0, raw.data, 300);
    for (size_t i = 0; i < 4; i++) /* "CRC-32 is big-endian" */
        ck_assert_uint_eq(block.data[block.len - 4 + i], crc >> (24 - 8 * i) & 0xff);
    block.data[block.len - 1] ^= 1;
    ck_assert_int_eq(unpack(decompressor, "snappy", &block, 0, &back, &error), TLM_DAMAGED);
    ck_assert_ptr_nonnull(strstr(error.message, "CRC-32"));
    tlm__decompressor_free(decompressor);
    tlm__buf_release(&raw);
    tlm__buf_release(&block);
}
END_TEST

/* python3-avro leaves three bytes of zlib's checksum behind its stream; others are not let pass. */
START_TEST(what_follows_deflate)
{
    struct tlm_decompressor *decompressor = tlm__decompressor_new();
    struct tlm_buf raw = {0}, block = {0};
    struct tlm_string back;
    fill(&raw, 300, 1);
    uLong adler = adler32(1, raw.data, 300);
    ck_assert_uint_eq(adler, tlm__adler32(raw.data, 300));
    containers_pack("deflate", &raw, &block);
    for (int i = 0; i < 4; i++) {
        ck_assert(tlm__buf_append_byte(&block, (uint8_t)(adler >> (24 - 8 * i))));
        ck_assert_int_eq(unpack(decompressor, "deflate", &block, 0, &back, NULL), TLM_OK);
        block.data[block.len - 1] ^= 4;
        ck_assert_int_eq(unpack(decompressor, "deflate", &block, 0, &back, NULL), TLM_DAMAGED);
        block.data[block.len - 1] ^= 4;
    }
    ck_assert(tlm__buf_append_byte(&block, 0));
    ck_assert_int_eq(unpack(decompressor, "deflate", &block, 0, &back, NULL), TLM_DAMAGED);
    tlm__decompressor_free(decompressor);
    tlm__buf_release(&raw);
    tlm__buf_release(&block);
}
END_TEST

/* A size that is only claimed takes no memory: more than the cap is refused at once, more than the
 * bytes can hold is damage. */
START_TEST(claims)
{
    static const char snappy_4g[] = "\xff\xff\xff\xff\x0f\0\0CRC!";
    static const char snappy_1k[] = "\x80\x08\0xCRC!";
    struct tlm_decompressor *decompressor = tlm__decompressor_new();
    struct tlm_buf block = {0};
    struct tlm_string back;
    struct tlm_error error;
    ck_assert(tlm__buf_append(&block, snappy_4g, sizeof snappy_4g - 1));
    ck_assert_int_eq(unpack(decompressor, "snappy", &block, SIZE_MAX, &back, &error), TLM_DAMAGED);
    ck_assert_ptr_nonnull(strstr(error.message, "length"));
    tlm__buf_reset(&block);
    ck_assert(tlm__buf_append(&block, snappy_1k, sizeof snappy_1k - 1));
    ck_assert_int_eq(unpack(decompressor, "snappy", &block, 0, &back, &error), TLM_DAMAGED);
    /* a zstd frame of 2^40 bytes: magic, single segment with an 8 byte size */
    tlm__buf_reset(&block);
    ck_assert(tlm__buf_append(&block, "\x28\xb5\x2f\xfd\xe0\0\0\0\0\0\1\0\0\1\0\0", 16));
    ck_assert_int_eq(unpack(decompressor, "zstandard", &block, 0, &back, &error), TLM_LIMIT);
    ck_assert_ptr_nonnull(strstr(error.message, "limit of 1073741824 bytes"));
    /* 512 MiB, which the cap allows but the data does not bear out */
    block.data[8] = 0x20;
    block.data[10] = 0;
    ck_assert_int_eq(unpack(decompressor, "zstandard", &block, 0, &back, &error), TLM_DAMAGED);
    tlm__decompressor_free(decompressor);
    tlm__buf_release(&block);
}
END_TEST

/* 200 MB of zeros in little, against a cap of 1 MiB. */
START_TEST(bombs)
{
    struct tlm_buf raw = {0}, block = {0};
    struct tlm_string back;
    struct tlm_error error;
    fill(&raw, 200000000, 0);
    for (size_t c = 1; c < CONTAINERS_CODECS; c++) {
        struct tlm_decompressor *decompressor = tlm__decompressor_new();
        tlm__buf_reset(&block);
        containers_pack(containers_codecs[c], &raw, &block);
        ck_assert_int_eq(unpack(decompressor, containers_codecs[c], &block, 1 << 20, &back, &error),
                         TLM_LIMIT);
        tlm__decompressor_free(decompressor);
    }
    /* and a frame that does not say what it holds */
    struct tlm_decompressor *decompressor = tlm__decompressor_new();
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
    tlm__buf_reset(&block);
    ck_assert(tlm__buf_reserve(&block, ZSTD_compressBound(raw.len)));
    block.len = ZSTD_compress2(context, block.data, block.cap, raw.data, raw.len);
    ck_assert(!ZSTD_isError(block.len));
    ck_assert_int_eq(unpack(decompressor, "zstandard", &block, 1 << 20, &back, &error), TLM_LIMIT);
    ck_assert_int_eq(unpack(decompressor, "zstandard", &block, 0, &back, &error), TLM_OK);
    ck_assert(back.len == raw.len && memcmp(back.data, raw.data, raw.len) == 0);
    ZSTD_freeCCtx(context);
    tlm__decompressor_free(decompressor);
    tlm__buf_release(&raw);
    tlm__buf_release(&block);
}
END_TEST

START_TEST(xz_that_wants_much_memory)
{
    struct tlm_decompressor *decompressor = tlm__decompressor_new();
    struct tlm_buf raw = {0}, block = {0};
    struct tlm_string back;
    struct tlm_error error;
    fill(&raw, 1000, 1);
    containers_pack("xz", &raw, &block);
    /* the header of the block (.xz format 3.1): filter 0x21 with one byte, the dictionary's size,
     * which becomes 4 GiB - 1; behind all a checksum */
    size_t header = 12, len = (block.data[header] + 1u) * 4, at = header + 2;
    while (block.data[at] != 0x21 || block.data[at + 1] != 1)
        ck_assert_uint_lt(++at, header + len);
    block.data[at + 2] = 40;
    uint32_t crc = htole32((uint32_t)crc32(0, block.data + header, (uInt)len - 4));
    memcpy(block.data + header + len - 4, &crc, sizeof crc);
    ck_assert_int_eq(unpack(decompressor, "xz", &block, 0, &back, &error), TLM_DAMAGED);
    ck_assert_msg(strstr(error.message, "128 MiB"), "%s", error.message);
    tlm__decompressor_free(decompressor);
    tlm__buf_release(&raw);
    tlm__buf_release(&block);
}
END_TEST

START_TEST(names)
{
    static const char *const others[] = {"", "Snappy", "snappy ", "lzma", "zstd", "nul"};
    enum tlm_unpacker unpacker = TLM_UNPACKER_XZ;
    struct tlm_error error;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        ck_assert_int_eq(tlm__unpacker_of_name(string(others[i]), &unpacker, &error), TLM_INPUT);
        ck_assert_ptr_nonnull(strstr(error.message, others[i]));
        ck_assert_int_eq(unpacker, TLM_UNPACKER_XZ);
    }
}
END_TEST

UNIT_MAIN("decompress", every_codec_comes_back, damage, the_crc_of_snappy, what_follows_deflate,
          claims, bombs, xz_that_wants_much_memory, names)
