/* Columns whose elements start like earlier ones: matches are looked for at the points where they
 * are to be expected, instead of at every byte. */
#ifndef TLM_AVRO_SNAPPY_POINTS_H
#define TLM_AVRO_SNAPPY_POINTS_H

#include <stdint.h>

#include "avro/layout.h"

/* Bytes behind the output that are written over. */
#define TLM_SNAPPY_SCRIBBLE 80

/* Appends the elements of a snappy stream for all bytes of a span of kind STRINGS, JSON or ARRAYS
 * to out (len + len / 8 bytes and TLM_SNAPPY_SCRIBBLE); returns the end. Copies stay inside
 * the span: bytes may have been left out in front of it. The span's kind is a hint: the output is
 * right whatever the bytes are, and depends on them alone. */
uint8_t *tlm__snappy_put_points(const uint8_t *raw, const struct tlm_span *span, uint8_t *out);

/* How many points there are, at most some hundred of the first. */
size_t tlm__snappy_count_points(const uint8_t *raw, const struct tlm_span *span);

#endif
