#include "base/zstd.h"

#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

struct tlm_zstd_compressor {
    ZSTD_CCtx *context;
};

struct tlm_zstd_compressor *tlm__zstd_compressor_new(void)
{
    struct tlm_zstd_compressor *compressor = malloc(sizeof *compressor);
    if (!compressor)
        return NULL;
    compressor->context = ZSTD_createCCtx();
    if (!compressor->context) {
        free(compressor);
        return NULL;
    }
    /* Four bytes that tell a changed byte: Avro itself has no checksum. */
    ZSTD_CCtx_setParameter(compressor->context, ZSTD_c_checksumFlag, 1);
    return compressor;
}

void tlm__zstd_compressor_free(struct tlm_zstd_compressor *compressor)
{
    if (!compressor)
        return;
    ZSTD_freeCCtx(compressor->context);
    free(compressor);
}

bool tlm__zstd_compress(struct tlm_zstd_compressor *compressor, const uint8_t *raw, size_t len,
                        int level, struct tlm_buf *out)
{
    size_t bound = ZSTD_compressBound(len);
    if (ZSTD_isError(bound) || !tlm__buf_reserve(out, bound))
        return false;
    ZSTD_CCtx_setParameter(compressor->context, ZSTD_c_compressionLevel, level);
    size_t made = ZSTD_compress2(compressor->context, out->data + out->len, bound, raw, len);
    if (ZSTD_isError(made)) /* with room for the bound only memory can be missing */
        return false;
    out->len += made;
    return true;
}

struct tlm_zstd_reader {
    ZSTD_DCtx *context;
};

struct tlm_zstd_reader *tlm__zstd_reader_new(void)
{
    struct tlm_zstd_reader *reader = malloc(sizeof *reader);
    if (!reader)
        return NULL;
    reader->context = ZSTD_createDCtx();
    if (!reader->context) {
        free(reader);
        return NULL;
    }
    return reader;
}

void tlm__zstd_reader_free(struct tlm_zstd_reader *reader)
{
    if (!reader)
        return;
    ZSTD_freeDCtx(reader->context);
    free(reader);
}

static enum tlm_unpack fail(size_t result, struct tlm_unpack_step *step)
{
    if (ZSTD_getErrorCode(result) == ZSTD_error_memory_allocation)
        return TLM_UNPACK_NO_MEMORY;
    step->why = ZSTD_getErrorName(result);
    return TLM_UNPACK_DAMAGED;
}

enum tlm_unpack tlm__zstd_reader_step(struct tlm_zstd_reader *reader, struct tlm_unpack_step *step)
{
    ZSTD_inBuffer in = {step->in, step->in_len, 0};
    ZSTD_outBuffer out = {step->out, step->out_len, 0};
    size_t left;
    do { /* one call may stop at a block's end */
        size_t before = in.pos + out.pos;
        left = ZSTD_decompressStream(reader->context, &out, &in);
        if (ZSTD_isError(left) || left == 0 || in.pos + out.pos == before)
            break;
    } while (out.pos < out.size);
    step->in += in.pos;
    step->in_len -= in.pos;
    step->out += out.pos;
    step->out_len -= out.pos;
    if (!ZSTD_isError(left))
        return left == 0 ? TLM_UNPACK_END : TLM_UNPACK_MORE;
    return fail(left, step);
}

uint64_t tlm__zstd_claimed_size(const uint8_t *in, size_t len)
{
    unsigned long long size = ZSTD_getFrameContentSize(in, len);
    if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR)
        return UINT64_MAX;
    return size;
}

enum tlm_unpack tlm__zstd_reader_whole(struct tlm_zstd_reader *reader, struct tlm_unpack_step *step)
{
    if (!step->in_len) {
        step->why = "there is no frame";
        return TLM_UNPACK_DAMAGED;
    }
    size_t made =
        ZSTD_decompressDCtx(reader->context, step->out, step->out_len, step->in, step->in_len);
    if (ZSTD_isError(made))
        return ZSTD_getErrorCode(made) == ZSTD_error_dstSize_tooSmall ? TLM_UNPACK_MORE
                                                                      : fail(made, step);
    step->in += step->in_len;
    step->in_len = 0;
    step->out += made;
    step->out_len -= made;
    return TLM_UNPACK_END;
}
