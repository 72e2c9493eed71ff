/* Columns of numbers as AvroStream has them, many at a time. Each takes elements as long as they
 * are of the one form that it knows and whole before end, and returns how many; *at moves behind
 * them. What follows is for slower code. */
#ifndef TLM_AVRO_DECODE_COLUMNS_H
#define TLM_AVRO_DECODE_COLUMNS_H

#include <stddef.h>
#include <stdint.h>

/* At most n longs of nine or ten bytes: nanoseconds between 1971 and 2116 have nine. */
size_t tlm__columns_times(const uint8_t **at, const uint8_t *end, int64_t *out, size_t n);
/* At most n union values of branch 0, a double. */
size_t tlm__columns_doubles(const uint8_t **at, const uint8_t *end, uint64_t *out, size_t n);
/* At most n union values of branch 2, a long of up to eight bytes. */
size_t tlm__columns_longs(const uint8_t **at, const uint8_t *end, uint64_t *out, size_t n);
/* Moves behind at most n varints without decoding them. Those of more than ten bytes are not
 * taken. */
size_t tlm__columns_skip(const uint8_t **at, const uint8_t *end, size_t n);

#endif
