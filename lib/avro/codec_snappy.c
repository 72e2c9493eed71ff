#include "avro/codec_snappy.h"

#include <assert.h>
#include <snappy-c.h>

#include "avro/snappy_encode.h"
#include "base/deflate.h"
#include "base/error.h"

#define CRC_BYTES 4

static void put_crc(uint8_t out[CRC_BYTES], uint32_t crc)
{
    for (int i = 0; i < CRC_BYTES; i++)
        out[i] = (uint8_t)(crc >> (24 - 8 * i));
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

enum tlm_code tlm__snappy_compress(const uint8_t *raw, size_t len, const struct tlm_layout *layout,
                                   struct tlm_buf *scratch, struct tlm_buf *out,
                                   struct tlm_error *error)
{
    if (len > UINT32_MAX)
        return tlm__fail(error, TLM_LIMIT, "a block of %zu bytes is more than snappy holds", len);
    size_t before = out->len;
    bool made = layout && layout->n
                    ? tlm__snappy_encode(raw, len, layout, compress_general, scratch, out)
                    : compress_general(raw, len, out);
    if (!made || !tlm__buf_reserve(out, CRC_BYTES)) {
        out->len = before;
        return tlm__fail_memory(error, len);
    }
    put_crc(out->data + out->len, tlm__crc32(raw, len));
    out->len += CRC_BYTES;
    return TLM_OK;
}
