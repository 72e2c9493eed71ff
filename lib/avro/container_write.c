#include "avro/container_write.h"

#include <string.h>

#include "avro/varint.h"
#include "base/error.h"

/* Avro 1.11, Object Container Files: "Obj" and the version. */
static const uint8_t magic[4] = {'O', 'b', 'j', 1};

static const char *const figure_keys[TLM_FIGURES] = {
    [TLM_FIGURE_POINTS] = "tlm.points",
    [TLM_FIGURE_RECORDS] = "tlm.records",
    [TLM_FIGURE_FIRST_NS] = "tlm.first_ns",
    [TLM_FIGURE_LAST_NS] = "tlm.last_ns",
};

static bool append_long(struct tlm_buf *out, int64_t value)
{
    uint8_t bytes[TLM_VARINT_MAX];
    return tlm__buf_append(out, bytes, (size_t)(tlm__varint_put(bytes, value) - bytes));
}

/* An Avro string or bytes. */
static bool append_bytes(struct tlm_buf *out, const void *bytes, size_t len)
{
    return append_long(out, (int64_t)len) && tlm__buf_append(out, bytes, len);
}

static bool append_pair(struct tlm_buf *out, const char *key, const char *value)
{
    return append_bytes(out, key, strlen(key)) && append_bytes(out, value, strlen(value));
}

/* The figures as blanks. offsets counts from byte `start` of out. */
static bool append_figures(struct tlm_buf *out, size_t start, size_t offsets[TLM_FIGURES])
{
    char blanks[TLM_FIGURE_WIDTH];
    memset(blanks, ' ', sizeof blanks);
    for (int i = 0; i < TLM_FIGURES; i++) {
        if (!append_bytes(out, figure_keys[i], strlen(figure_keys[i])) ||
            !append_bytes(out, blanks, sizeof blanks))
            return false;
        offsets[i] = out->len - start - sizeof blanks;
    }
    return true;
}

static bool append_header(const struct tlm_container_header *header, struct tlm_buf *out,
                          size_t offsets[TLM_FIGURES])
{
    size_t start = out->len;
    size_t n = 2 + header->n_metadata + (header->figures ? TLM_FIGURES : 0);
    if (!tlm__buf_append(out, magic, sizeof magic) || !append_long(out, (int64_t)n) ||
        !append_pair(out, "avro.schema", header->schema) ||
        !append_pair(out, "avro.codec", header->codec))
        return false;
    for (size_t i = 0; i < header->n_metadata; i++)
        if (!append_pair(out, header->metadata[i].key, header->metadata[i].value))
            return false;
    if (header->figures && !append_figures(out, start, offsets))
        return false;
    return tlm__buf_append_byte(out, 0) && tlm__buf_append(out, header->sync, TLM_SYNC_BYTES);
}

bool tlm__container_header(const struct tlm_container_header *header, struct tlm_buf *out,
                           size_t offsets[TLM_FIGURES])
{
    size_t start = out->len;
    bool done = append_header(header, out, offsets);
    if (!done)
        out->len = start;
    return done;
}

void tlm__container_figure(char text[TLM_FIGURE_WIDTH], int64_t value)
{
    uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;
    for (size_t i = TLM_FIGURE_WIDTH; i-- > 1; left /= 10)
        text[i] = (char)('0' + left % 10);
    text[0] = value < 0 ? '-' : '0';
}

/* The compressed bytes go straight to their place, behind a gap for the size, which is guessed as
 * one of more than half of the raw one. */
static enum tlm_code append_block(struct tlm_compressor *compressor, uint64_t records,
                                  const uint8_t *raw, size_t len, const uint8_t *sync,
                                  struct tlm_buf *out, struct tlm_error *error)
{
    size_t gap = tlm__varint_size((int64_t)(len / 2 + len / 4));
    if (!append_long(out, (int64_t)records) || !tlm__buf_reserve(out, gap))
        return tlm__fail_memory(error, TLM_VARINT_MAX);
    size_t size_at = out->len, data_at = size_at + gap;
    out->len = data_at;
    enum tlm_code code = tlm__compress(compressor, raw, len, out, error);
    if (code)
        return code;
    size_t size = out->len - data_at, width = tlm__varint_size((int64_t)size);
    if (!tlm__buf_reserve(out, TLM_VARINT_MAX + TLM_SYNC_BYTES))
        return tlm__fail_memory(error, TLM_VARINT_MAX + TLM_SYNC_BYTES);
    if (width != gap) /* a rare miss */
        memmove(out->data + size_at + width, out->data + data_at, size);
    tlm__varint_put(out->data + size_at, (int64_t)size);
    memcpy(out->data + size_at + width + size, sync, TLM_SYNC_BYTES);
    out->len = size_at + width + size + TLM_SYNC_BYTES;
    return TLM_OK;
}

enum tlm_code tlm__container_block(struct tlm_compressor *compressor, uint64_t records,
                                   const uint8_t *raw, size_t len, const uint8_t *sync,
                                   struct tlm_buf *out, struct tlm_error *error)
{
    size_t start = out->len;
    enum tlm_code code = append_block(compressor, records, raw, len, sync, out, error);
    if (code)
        out->len = start;
    return code;
}
