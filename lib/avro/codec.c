#include "avro/codec.h"

#include <stdlib.h>

#include "avro/codec_snappy.h"
#include "base/deflate.h"
#include "base/error.h"
#include "base/zstd.h"

#define DEFLATE_LEVEL 6
#define ZSTD_LEVEL 3

struct tlm_compressor {
    enum tlm_codec codec;
    const struct tlm_layout *layout; /* of the next raw, or NULL */
    struct tlm_snappy_scratch scratch;
    struct tlm_deflate_compressor *deflate; /* each of these only for its own codec */
    struct tlm_zstd_compressor *zstd;
};

const char *tlm__codec_name(enum tlm_codec codec)
{
    switch (codec) {
    case TLM_CODEC_SNAPPY:
        return "snappy";
    case TLM_CODEC_NULL:
        return "null";
    case TLM_CODEC_DEFLATE:
        return "deflate";
    case TLM_CODEC_ZSTANDARD:
        return "zstandard";
    }
    return "unknown";
}

/* Makes the context that the codec needs. False: memory is out. */
static bool open_context(struct tlm_compressor *compressor)
{
    switch (compressor->codec) {
    case TLM_CODEC_SNAPPY:
    case TLM_CODEC_NULL:
        return true;
    case TLM_CODEC_DEFLATE:
        compressor->deflate = tlm__deflate_compressor_new(DEFLATE_LEVEL);
        return compressor->deflate;
    case TLM_CODEC_ZSTANDARD:
        compressor->zstd = tlm__zstd_compressor_new();
        return compressor->zstd;
    }
    return false;
}

struct tlm_compressor *tlm__compressor_new(enum tlm_codec codec)
{
    struct tlm_compressor *compressor = calloc(1, sizeof *compressor);
    if (!compressor)
        return NULL;
    compressor->codec = codec;
    if (!open_context(compressor)) {
        tlm__compressor_free(compressor);
        return NULL;
    }
    return compressor;
}

void tlm__compressor_free(struct tlm_compressor *compressor)
{
    if (!compressor)
        return;
    tlm__deflate_compressor_free(compressor->deflate);
    tlm__zstd_compressor_free(compressor->zstd);
    tlm__snappy_scratch_release(&compressor->scratch);
    free(compressor);
}

void tlm__compressor_hint(struct tlm_compressor *compressor, const struct tlm_layout *layout)
{
    compressor->layout = layout;
}

static enum tlm_code compress_snappy(struct tlm_compressor *compressor, const uint8_t *raw,
                                     size_t len, struct tlm_buf *out, struct tlm_error *error)
{
    static const struct tlm_layout unknown = {0};
    const struct tlm_layout *layout = compressor->layout ? compressor->layout : &unknown;
    compressor->layout = NULL;
    return tlm__snappy_compress(raw, len, layout, &compressor->scratch, out, error);
}

enum tlm_code tlm__compress(struct tlm_compressor *compressor, const uint8_t *raw, size_t len,
                            struct tlm_buf *out, struct tlm_error *error)
{
    bool done = false;
    switch (compressor->codec) {
    case TLM_CODEC_SNAPPY:
        return compress_snappy(compressor, raw, len, out, error);
    case TLM_CODEC_NULL:
        done = tlm__buf_append(out, raw, len);
        break;
    case TLM_CODEC_DEFLATE:
        done = tlm__deflate_compress(compressor->deflate, raw, len, out);
        break;
    case TLM_CODEC_ZSTANDARD:
        done = tlm__zstd_compress(compressor->zstd, raw, len, ZSTD_LEVEL, out);
        break;
    }
    return done ? TLM_OK : tlm__fail_memory(error, len);
}
