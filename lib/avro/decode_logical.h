/* Values of logical types as people write them. */
#ifndef TLM_AVRO_DECODE_LOGICAL_H
#define TLM_AVRO_DECODE_LOGICAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Room that each of these needs. They return the length; no NUL. */
#define TLM_LOGICAL_TEXT_MAX 64

/* 2024-01-31, from days since 1970-01-01 in the Gregorian calendar. Years outside 0000 to 9999 have
 * a sign and at least six digits, as in ISO 8601's expanded form. Any value. */
size_t tlm__date_text(char *out, int32_t days);
/* 23:59:59.123, with as many digits as the unit, 10^-digits s, has (0 to 9). 0: no time of a day.
 */
size_t tlm__time_text(char *out, int64_t units, unsigned digits);
/* 2024-01-31T23:59:59.123Z (RFC 3339), without the Z when it is local. Any value;
 * digits is not 0. */
size_t tlm__timestamp_text(char *out, int64_t units, unsigned digits, bool utc);
/* From 16 bytes: 123e4567-e89b-12d3-a456-426614174000. */
size_t tlm__uuid_text(char *out, const uint8_t *bytes);
/* Appends a decimal: bytes are its digits as a big-endian two's complement number; 12345 with a
 * scale of 2 is 123.45, and 0.00 has its digits, too. *fits is false, and nothing is appended, when
 * there are more than 512 bytes that count. False: memory is out. */
bool tlm__decimal_append(struct tlm_buf *out, const uint8_t *bytes, size_t len, unsigned scale,
                         bool *fits);

#endif
