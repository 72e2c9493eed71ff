/* Data of any schema as JSON. */
#ifndef TLM_AVRO_DECODE_JSON_H
#define TLM_AVRO_DECODE_JSON_H

#include "avro/cursor.h"
#include "avro/schema_tree.h"
#include "base/buf.h"

/* Unless options say otherwise:
 *   union             the value alone, without the name of its branch
 *   bytes, fixed      a string in which byte N is code point N (as in Avro's JSON encoding)
 *   string            with U+FFFD for what is not UTF-8
 *   enum              its symbol
 *   float, double     the shortest number that reads back to the same bits, of its own precision;
 *                     always with a point or an exponent; "NaN", "Infinity", "-Infinity"
 *   decimal           a number with all digits of its scale: 12.50
 *   date, time-*, timestamp-*, local-timestamp-*
 *                     "2024-01-31", "23:59:59.123", "2024-01-31T23:59:59.123456Z" and without the
 *                     Z, with as many digits as the unit has; a time outside of a day is its number
 *   uuid              its text
 *   duration          {"months":1,"days":2,"millis":3}
 * Keys that a map has twice come twice. */
struct tlm_json_options {
    bool avro_encoding;   /* as the specification's JSON encoding: {"string":"a"} for union branches
                           * that are not null, logical types as the types under them */
    bool int64_text;      /* long and decimal as strings, for readers to whom numbers are doubles */
    bool bare_non_finite; /* NaN, Infinity, -Infinity without quotes */
    size_t max_bytes;     /* of a datum; 0: 256 MiB. What is longer is TLM_LIMIT. */
};

/* Appends the next datum of the cursor, on one line, without a newline. On failure what out had
 * before is still there, with a part of the datum behind it. */
bool tlm__value_json(struct tlm_cursor *cursor, const struct tlm_schema_node *node,
                     const struct tlm_json_options *options, struct tlm_buf *out);

#endif
