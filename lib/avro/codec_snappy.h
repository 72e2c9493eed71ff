/* Avro's snappy codec: our encoder where the layout is known, libsnappy elsewhere. */
#ifndef TLM_AVRO_CODEC_SNAPPY_H
#define TLM_AVRO_CODEC_SNAPPY_H

#include "avro/layout.h"
#include "base/buf.h"
#include "tlm.h"

/* Used in between, kept for the next block. {0} is empty. */
struct tlm_snappy_scratch {
    struct tlm_buf piece, whole;
};
void tlm__snappy_scratch_release(struct tlm_snappy_scratch *scratch);

/* Appends raw, with what the layout says is left out of it, as one snappy block without framing,
 * then the CRC-32 of the whole, big-endian. On failure out is unchanged. */
enum tlm_code tlm__snappy_compress(const uint8_t *raw, size_t len, const struct tlm_layout *layout,
                                   struct tlm_snappy_scratch *scratch, struct tlm_buf *out,
                                   struct tlm_error *error);

/* What a block of that codec says it holds, without its CRC-32 checked yet. False: no snappy, or
 * more than so few bytes can hold. */
bool tlm__snappy_raw_size(const uint8_t *block, size_t len, size_t *size);
/* Decompresses into raw, of exactly that size. NULL, or why the block is damaged. */
const char *tlm__snappy_decompress(const uint8_t *block, size_t len, uint8_t *raw, size_t size);

#endif
