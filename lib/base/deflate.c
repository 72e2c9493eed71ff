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

struct tlm_deflate_decompressor {
    struct libdeflate_decompressor *context;
};

struct tlm_deflate_decompressor *tlm__deflate_decompressor_new(void)
{
    struct tlm_deflate_decompressor *decompressor = calloc(1, sizeof *decompressor);
    if (!decompressor)
        return NULL;
    decompressor->context = libdeflate_alloc_decompressor();
    if (!decompressor->context) {
        free(decompressor);
        return NULL;
    }
    return decompressor;
}

void tlm__deflate_decompressor_free(struct tlm_deflate_decompressor *decompressor)
{
    if (!decompressor)
        return;
    libdeflate_free_decompressor(decompressor->context);
    free(decompressor);
}

enum tlm_unpack tlm__deflate_decompress(struct tlm_deflate_decompressor *decompressor,
                                        struct tlm_unpack_step *step)
{
    size_t took = 0, made = 0;
    enum libdeflate_result result = libdeflate_deflate_decompress_ex(
        decompressor->context, step->in, step->in_len, step->out, step->out_len, &took, &made);
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE)
        return TLM_UNPACK_MORE;
    if (result != LIBDEFLATE_SUCCESS) {
        step->why = "data is wrong or cut short";
        return TLM_UNPACK_DAMAGED;
    }
    step->in += took;
    step->in_len -= took;
    step->out += made;
    step->out_len -= made;
    return TLM_UNPACK_END;
}

uint32_t tlm__crc32(const uint8_t *bytes, size_t len)
{
    /* libdeflate takes NULL for a request for the initial value */
    return len ? libdeflate_crc32(0, bytes, len) : 0;
}

uint32_t tlm__crc32_on(uint32_t before, const uint8_t *bytes, size_t len)
{
    return libdeflate_crc32(before, bytes, len);
}

uint32_t tlm__adler32(const uint8_t *bytes, size_t len)
{
    return len ? libdeflate_adler32(1, bytes, len) : 1;
}
