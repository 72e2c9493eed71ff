/* Avro's snappy codec (libsnappy). */
#ifndef TLM_AVRO_CODEC_SNAPPY_H
#define TLM_AVRO_CODEC_SNAPPY_H

#include "base/buf.h"
#include "tlm.h"

/* Appends raw as one snappy block without framing, then its CRC-32, big-endian. On failure out is
 * unchanged. */
enum tlm_code tlm__snappy_compress(const uint8_t *raw, size_t len, struct tlm_buf *out,
                                   struct tlm_error *error);

#endif
