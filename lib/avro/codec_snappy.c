#include "avro/codec_snappy.h"

#include <assert.h>
#include <snappy-c.h>
#include <stdlib.h>

#include "avro/snappy_encode.h"
#include "base/crc_join.h"
#include "base/deflate.h"
#include "base/error.h"

enum {
    CRC_BYTES = 4,
    FRAGMENT = 1 << 16, /* libsnappy takes pieces of this size one by one */
    RECORDS_MIN = 6     /* spans of fewer records are not worth a trial */
};
/* No element makes more out of its bytes: a copy of 64 takes three (format description of
 * google/snappy). */
#define EXPANSION_MAX 22

static void put_crc(uint8_t out[CRC_BYTES], uint32_t crc)
{
    for (int i = 0; i < CRC_BYTES; i++)
        out[i] = (uint8_t)(crc >> (24 - 8 * i));
}

static uint32_t get_crc(const uint8_t in[CRC_BYTES])
{
    return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
}

/* libsnappy's tables and buffers for a piece take less than this, and when there is no memory for
 * them it ends the program. So it is asked for beforehand. */
static bool has_memory(void)
{
    void *volatile memory = malloc((size_t)4 * FRAGMENT);
    free(memory);
    return memory != NULL;
}

/* By libsnappy. */
static bool compress_general(const uint8_t *raw, size_t len, struct tlm_buf *out)
{
    size_t room = snappy_max_compressed_length(len);
    if (!tlm__buf_reserve(out, room) || !has_memory())
        return false;
    char *at = (char *)out->data + out->len;
    snappy_status status = snappy_compress((const char *)raw, len, at, &room);
    assert(status == SNAPPY_OK); /* fails only for want of room */
    (void)status;
    out->len += room;
    return true;
}

void tlm__snappy_scratch_release(struct tlm_snappy_scratch *scratch)
{
    tlm__buf_release(&scratch->piece);
    tlm__buf_release(&scratch->whole);
}

/* How many spans from the front lie in records that end within a fragment. */
static size_t spans_of_fragment(const struct tlm_layout *layout)
{
    size_t n = 0;
    for (size_t i = 0; i < layout->n && layout->spans[i].at <= FRAGMENT; i++)
        if (layout->spans[i].kind == TLM_SPAN_TIMES || layout->spans[i].kind == TLM_SPAN_REPEAT)
            n = i;
    return n;
}

/* Texts. What numbers have in common with those before them is found by the encoder that knows
 * where they are. */
static bool has_elements(const struct tlm_layout *layout)
{
    for (size_t i = 0; i < layout->n; i++)
        if (layout->spans[i].kind != TLM_SPAN_TIMES && layout->spans[i].kind != TLM_SPAN_VALUES &&
            layout->spans[i].kind != TLM_SPAN_REPEAT)
            return true;
    return false;
}

/* Where several records lie within a fragment, the general encoder finds what they have in common,
 * which the layout does not tell. Tries both on the first fragment. False: memory is out. */
static bool is_better_general(const uint8_t *raw, const struct tlm_layout *layout,
                              struct tlm_snappy_scratch *scratch, struct tlm_buf *out, bool *better)
{
    struct tlm_layout part = {.spans = layout->spans, .n = spans_of_fragment(layout)};
    for (size_t i = 0; i < part.n; i++)
        part.left_out += part.spans[i].kind == TLM_SPAN_REPEAT ? part.spans[i].len : 0;
    *better = false;
    if (part.n < RECORDS_MIN || !has_elements(&part))
        return true;
    const size_t len = layout->spans[part.n].at, before = out->len;
    if (!tlm__snappy_encode(raw, len, &part, compress_general, &scratch->piece, out))
        return false;
    const size_t told = out->len - before;
    out->len = before;
    tlm__buf_reset(&scratch->whole);
    if (!tlm__layout_fill(&part, raw, len, &scratch->whole) ||
        !compress_general(scratch->whole.data, scratch->whole.len, out))
        return false;
    const size_t found = out->len - before;
    out->len = before;
    *better = found < told - told / 10;
    return true;
}

static bool compress(const uint8_t *raw, size_t len, const struct tlm_layout *layout,
                     struct tlm_snappy_scratch *scratch, struct tlm_buf *out)
{
    bool better = true;
    if (!layout->n)
        return compress_general(raw, len, out);
    if (!is_better_general(raw, layout, scratch, out, &better))
        return false;
    if (!better)
        return tlm__snappy_encode(raw, len, layout, compress_general, &scratch->piece, out);
    tlm__buf_reset(&scratch->whole);
    return tlm__layout_fill(layout, raw, len, &scratch->whole) &&
           compress_general(scratch->whole.data, scratch->whole.len, out);
}

/* Of the records as a whole: what is left out is not looked at again. */
static uint32_t crc_of_whole(const uint8_t *raw, size_t len, const struct tlm_layout *layout)
{
    const struct tlm_span none = {.from = SIZE_MAX}, *last = &none;
    uint32_t crc = 0, crc_left_out = 0, shift = 0;
    size_t at = 0;
    for (size_t i = 0; i < layout->n; i++) {
        const struct tlm_span *span = &layout->spans[i];
        if (span->kind != TLM_SPAN_REPEAT)
            continue;
        if (span->from != last->from)
            crc_left_out = tlm__crc32(raw + span->from, span->len);
        if (span->len != last->len)
            shift = tlm__crc_shift(span->len);
        crc = tlm__crc32_on(crc, raw + at, span->at - at);
        crc = tlm__crc_join(crc, crc_left_out, shift);
        at = span->at;
        last = span;
    }
    return tlm__crc32_on(crc, raw + at, len - at);
}

enum tlm_code tlm__snappy_compress(const uint8_t *raw, size_t len, const struct tlm_layout *layout,
                                   struct tlm_snappy_scratch *scratch, struct tlm_buf *out,
                                   struct tlm_error *error)
{
    size_t before = out->len, whole = len + layout->left_out;
    if (whole > UINT32_MAX)
        return tlm__fail(error, TLM_LIMIT, "a block of %zu bytes is more than snappy holds", whole);
    if (!compress(raw, len, layout, scratch, out) || !tlm__buf_reserve(out, CRC_BYTES)) {
        out->len = before;
        return tlm__fail_memory(error, len);
    }
    put_crc(out->data + out->len, crc_of_whole(raw, len, layout));
    out->len += CRC_BYTES;
    return TLM_OK;
}

bool tlm__snappy_raw_size(const uint8_t *block, size_t len, size_t *size)
{
    size_t claimed;
    if (len <= CRC_BYTES ||
        snappy_uncompressed_length((const char *)block, len - CRC_BYTES, &claimed) != SNAPPY_OK)
        return false;
    if (claimed / EXPANSION_MAX > len)
        return false;
    *size = claimed;
    return true;
}

const char *tlm__snappy_decompress(const uint8_t *block, size_t len, uint8_t *raw, size_t size)
{
    size_t made = size;
    len -= CRC_BYTES;
    if (snappy_uncompress((const char *)block, len, (char *)raw, &made) != SNAPPY_OK ||
        made != size)
        return "data is wrong";
    if (tlm__crc32(raw, size) != get_crc(block + len))
        return "the CRC-32 of the data is wrong";
    return NULL;
}
