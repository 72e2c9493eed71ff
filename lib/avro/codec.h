/* Block compression (Avro 1.11, Required Codecs and Optional Codecs). */
#ifndef TLM_AVRO_CODEC_H
#define TLM_AVRO_CODEC_H

#include "avro/layout.h"
#include "base/buf.h"
#include "tlm.h"

/* The value of avro.codec: "snappy", "null", "deflate", "zstandard". */
const char *tlm__codec_name(enum tlm_codec codec);

/* One per thread; keeps the libraries' contexts. */
struct tlm_compressor;
struct tlm_compressor *tlm__compressor_new(enum tlm_codec codec); /* NULL: memory is out */
void tlm__compressor_free(struct tlm_compressor *compressor);
/* For snappy: where the columns of the next raw lie, and what is left out of it; forgotten after
 * it. Must live until then. */
void tlm__compressor_hint(struct tlm_compressor *compressor, const struct tlm_layout *layout);
/* Appends the compressed form of raw as the codec defines it for Avro (snappy: followed by the
 * big-endian CRC-32 of raw; deflate: RFC 1951 without header). The bytes depend on raw alone, not
 * on what the compressor did before. On failure (TLM_NO_MEMORY, or TLM_LIMIT for more than snappy
 * can hold) out is unchanged. */
enum tlm_code tlm__compress(struct tlm_compressor *compressor, const uint8_t *raw, size_t len,
                            struct tlm_buf *out, struct tlm_error *error);

#endif
