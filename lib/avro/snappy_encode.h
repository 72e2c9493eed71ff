/* A snappy encoder that is told where the columns of a block are. Its output is plain snappy
 * (format description of google/snappy: a varint length, then literals and copies). */
#ifndef TLM_AVRO_SNAPPY_ENCODE_H
#define TLM_AVRO_SNAPPY_ENCODE_H

#include <stdint.h>

#include "avro/snappy_choice.h"

/* Appends the compressed form of raw, with what the layout says is left out of it. Timestamps that
 * repeat earlier ones become copies of them; columns of nine-byte elements are compared element by
 * element; strings, JSON and arrays are searched where matches are to be expected; everything else,
 * and columns where a sample says so, goes through `general`. What the columns hold may be
 * anything. scratch is used in between. False: memory is out. */
bool tlm__snappy_encode(const uint8_t *raw, size_t len, const struct tlm_layout *layout,
                        tlm_snappy_general general, struct tlm_buf *scratch, struct tlm_buf *out);

#endif
