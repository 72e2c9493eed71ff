#include "base/deflate.h"

#include <assert.h>
#include <libdeflate.h>
#include <stdlib.h>

struct tlm_deflate_compressor {
    struct libdeflate_compressor *context;
};

struct tlm_deflate_compressor *tlm__deflate_compressor_new(int level)
{
    struct tlm_deflate_compressor *compressor = calloc(1, sizeof *compressor);
    if (!compressor)
        return NULL;
    compressor->context = libdeflate_alloc_compressor(level);
    if (!compressor->context) {
        free(compressor);
        return NULL;
    }
    return compressor;
}

void tlm__deflate_compressor_free(struct tlm_deflate_compressor *compressor)
{
    if (!compressor)
        return;
    libdeflate_free_compressor(compressor->context);
    free(compressor);
}

bool tlm__deflate_compress(struct tlm_deflate_compressor *compressor, const uint8_t *raw,
                           size_t len, struct tlm_buf *out)
{
    size_t bound = libdeflate_deflate_compress_bound(compressor->context, len);
    if (!tlm__buf_reserve(out, bound))
        return false;
    size_t got =
        libdeflate_deflate_compress(compressor->context, raw, len, out->data + out->len, bound);
    assert(got); /* 0 only when the room is below the bound */
    out->len += got;
    return true;
}

uint32_t tlm__crc32(const uint8_t *bytes, size_t len)
{
    /* libdeflate takes NULL for a request for the initial value */
    return len ? libdeflate_crc32(0, bytes, len) : 0;
}
