#include "support/unit.h"

#include <string.h>

#include "base/zstd.h"

/* Unpacks one frame, in and out in pieces of `piece` bytes, until nothing moves any more. */
static enum tlm_unpack unpack(const uint8_t *frame, size_t len, size_t piece, struct tlm_buf *text)
{
    struct tlm_zstd_reader *reader = tlm__zstd_reader_new();
    ck_assert_ptr_nonnull(reader);
    enum tlm_unpack unpacked = TLM_UNPACK_MORE;
    size_t moved = 1;
    tlm__buf_reset(text);
    while (unpacked == TLM_UNPACK_MORE && (moved || len)) {
        size_t in_len = len < piece ? len : piece;
        ck_assert(tlm__buf_reserve(text, piece));
        struct tlm_unpack_step step = {frame, in_len, text->data + text->len, piece, NULL};
        unpacked = tlm__zstd_reader_step(reader, &step);
        moved = in_len - step.in_len + piece - step.out_len;
        frame = step.in;
        len -= in_len - step.in_len;
        text->len += piece - step.out_len;
        ck_assert_int_eq(unpacked == TLM_UNPACK_DAMAGED, step.why != NULL);
    }
    tlm__zstd_reader_free(reader);
    return unpacked;
}

static void make_text(struct tlm_buf *text)
{
    for (int i = 0; i < 20000; i++)
        ck_assert(tlm__buf_printf(text, "%d,%d\n", i, i * 7919 % 1000));
}

START_TEST(frames_come_back)
{
    static const int levels[] = {1, 3, 19, -5, 1000};
    struct tlm_buf text = {0}, out = {0}, back = {0};
    struct tlm_zstd_compressor *compressor = tlm__zstd_compressor_new();
    make_text(&text);
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
        for (size_t len = 0; len <= text.len; len = len * 9 + 1) {
            tlm__buf_reset(&out);
            ck_assert(tlm__buf_append(&out, "before", 6));
            ck_assert(tlm__zstd_compress(compressor, text.data, len, levels[i], &out));
            ck_assert_int_eq(memcmp(out.data, "before", 6), 0);
            size_t piece = i % 2 ? 100 : text.len + 1;
            ck_assert_int_eq(unpack(out.data + 6, out.len - 6, piece, &back), TLM_UNPACK_END);
            ck_assert_uint_eq(back.len, len);
            ck_assert(len == 0 || memcmp(back.data, text.data, len) == 0);
        }
    tlm__zstd_compressor_free(compressor);
    tlm__buf_release(&text);
    tlm__buf_release(&out);
    tlm__buf_release(&back);
}
END_TEST

START_TEST(damage_and_missing_bytes)
{
    struct tlm_buf text = {0}, out = {0}, back = {0};
    struct tlm_zstd_compressor *compressor = tlm__zstd_compressor_new();
    make_text(&text);
    ck_assert(tlm__zstd_compress(compressor, text.data, text.len, 3, &out));
    ck_assert_int_eq(unpack(out.data, out.len - 1, 1000, &back), TLM_UNPACK_MORE);
    out.data[0] ^= 1;
    ck_assert_int_eq(unpack(out.data, out.len, 1000, &back), TLM_UNPACK_DAMAGED);
    ck_assert_uint_eq(back.len, 0);
    tlm__zstd_compressor_free(compressor);
    tlm__zstd_compressor_free(NULL);
    tlm__zstd_reader_free(NULL);
    tlm__buf_release(&text);
    tlm__buf_release(&out);
    tlm__buf_release(&back);
}
END_TEST

/* In all of the frame, by its checksum. */
START_TEST(a_changed_bit_changes_no_data)
{
    struct tlm_buf text = {0}, out = {0}, back = {0};
    struct tlm_zstd_compressor *compressor = tlm__zstd_compressor_new();
    make_text(&text);
    ck_assert(tlm__zstd_compress(compressor, text.data, 2000, 3, &out));
    for (size_t bit = 0; bit < 8 * out.len; bit++) {
        out.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (unpack(out.data, out.len, 100000, &back) == TLM_UNPACK_END) {
            ck_assert_uint_eq(back.len, 2000);
            ck_assert_int_eq(memcmp(back.data, text.data, 2000), 0);
        }
        out.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    tlm__zstd_compressor_free(compressor);
    tlm__buf_release(&text);
    tlm__buf_release(&out);
    tlm__buf_release(&back);
}
END_TEST

UNIT_MAIN("zstd", frames_come_back, damage_and_missing_bytes, a_changed_bit_changes_no_data)
