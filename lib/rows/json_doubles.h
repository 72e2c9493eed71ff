/* JSON arrays of numbers, many items at a time. */
#ifndef TLM_ROWS_JSON_DOUBLES_H
#define TLM_ROWS_JSON_DOUBLES_H

#include "base/buf.h"
#include "rows/hot_level.h"

/* Appends the items from p, behind the opening bracket, as doubles. Returns the closing bracket, or
 * NULL when the array is for another reader: short, not all numbers or nulls, an integer that no
 * double equals, ... (or memory is out). items may have grown then. TLM_TEXT_PADDING bytes behind
 * end are readable. */
const char *tlm__json_doubles(const struct tlm_hot_level *level, const char *p, const char *end,
                              struct tlm_buf *items);
/* One item, perhaps with white space around it. False: it is for another reader. */
bool tlm__json_double_item(const char *p, const char *end, uint64_t *bits);
/* Turns at most 64 integers into the bits of doubles. Returns those that no double may equal. */
uint64_t tlm__json_integers_to_doubles(uint64_t *bits, size_t n);

#endif
