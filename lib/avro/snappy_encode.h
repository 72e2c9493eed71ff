/* A snappy encoder that is told where the columns of a block are. Its output is plain snappy
 * (format description of google/snappy: a varint length, then literals and copies). */
#ifndef TLM_AVRO_SNAPPY_ENCODE_H
#define TLM_AVRO_SNAPPY_ENCODE_H

#include <stdint.h>

#include "avro/snappy_choice.h"

/* Appends the compressed form of raw. Timestamps that repeat those of an earlier record become
 * copies of them; columns of nine-byte elements are compared element by element; strings, JSON
 * and arrays are searched where matches are to be expected; everything else, and columns where a
 * sample says so, goes through `general`. The layout is a hint: whatever it
 * says, the output decompresses to raw. scratch is used in between. False: memory is out. */
bool tlm__snappy_encode(const uint8_t *raw, size_t len, const struct tlm_layout *layout,
                        tlm_snappy_general general, struct tlm_buf *scratch, struct tlm_buf *out);

#endif
