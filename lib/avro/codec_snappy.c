#include "avro/codec_snappy.h"

#include <assert.h>
#include <snappy-c.h>

#include "avro/snappy_encode.h"
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

/* By libsnappy. */
static bool compress_general(const uint8_t *raw, size_t len, struct tlm_buf *out)
{
    size_t room = snappy_max_compressed_length(len);
    if (!tlm__buf_reserve(out, room))
        return false;
    char *at = (char *)out->data + out->len;
    snappy_status status = snappy_compress((const char *)raw, len, at, &room);
    assert(status == SNAPPY_OK); /* fails only for want of room */
    (void)status;
    out->len += room;
    return true;
}

/* How many spans from the front lie in records that end within a fragment. */
static size_t spans_of_fragment(const struct tlm_layout *layout)
{
    size_t n = 0;
    for (size_t i = 0; i < layout->n && layout->spans[i].at <= FRAGMENT; i++)
        if (layout->spans[i].kind == TLM_SPAN_TIMES)
            n = i;
    return n;
}

/* Where several records lie within a fragment, the general encoder finds what they have in common,
 * which the layout does not tell. Tries both on the first fragment. False: memory is out. */
static bool is_better_general(const uint8_t *raw, const struct tlm_layout *layout,
                              struct tlm_buf *scratch, struct tlm_buf *out, bool *better)
{
    struct tlm_layout part = *layout;
    part.n = spans_of_fragment(layout);
    *better = false;
    if (part.n < RECORDS_MIN)
        return true;
    const size_t len = layout->spans[part.n].at, before = out->len;
    if (!tlm__snappy_encode(raw, len, &part, compress_general, scratch, out))
        return false;
    const size_t told = out->len - before;
    out->len = before;
    if (!compress_general(raw, len, out))
        return false;
    const size_t found = out->len - before;
    out->len = before;
    *better = found < told - told / 10;
    return true;
}

static bool compress(const uint8_t *raw, size_t len, const struct tlm_layout *layout,
                     struct tlm_buf *scratch, struct tlm_buf *out)
{
    bool better = true;
    if (layout && layout->n && !is_better_general(raw, layout, scratch, out, &better))
        return false;
    return better ? compress_general(raw, len, out)
                  : tlm__snappy_encode(raw, len, layout, compress_general, scratch, out);
}

enum tlm_code tlm__snappy_compress(const uint8_t *raw, size_t len, const struct tlm_layout *layout,
                                   struct tlm_buf *scratch, struct tlm_buf *out,
                                   struct tlm_error *error)
{
    if (len > UINT32_MAX)
        return tlm__fail(error, TLM_LIMIT, "a block of %zu bytes is more than snappy holds", len);
    size_t before = out->len;
    if (!compress(raw, len, layout, scratch, out) || !tlm__buf_reserve(out, CRC_BYTES)) {
        out->len = before;
        return tlm__fail_memory(error, len);
    }
    put_crc(out->data + out->len, tlm__crc32(raw, len));
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
