/* Columns of nine-byte elements: timestamps of these days, or a branch and a double each. */
#ifndef TLM_AVRO_SNAPPY_STRIDED_H
#define TLM_AVRO_SNAPPY_STRIDED_H

#include "avro/snappy_stream.h"

enum { TLM_SNAPPY_STRIDE = 9 };

/* Compares the elements from `first` on, each with the one before it, and writes what they have in
 * common as copies; the rest is left for a literal. */
void tlm__snappy_put_strided(struct tlm_snappy_stream *stream, size_t first, size_t end);

/* About how many bytes fewer that makes of such elements, without writing any. */
size_t tlm__snappy_strided_saves(const uint8_t *raw, size_t first, size_t end);

#endif
