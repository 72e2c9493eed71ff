/* JSON arrays whose items are all numbers or all strings. */
#ifndef TLM_ROWS_JSON_ARRAY_H
#define TLM_ROWS_JSON_ARRAY_H

#include "rows/json_value.h"

/* Length of a number at p, also NaN and the infinities by name, or 0. */
size_t tlm__json_read_number(const char *p, const char *end, struct tlm_number *number);
/* Reads the array at reader->p as DOUBLES or STRINGS and steps behind it. *taken is false, and
 * reader->p where it was, when the array is neither (or no array: it has not been checked). TLM_OK,
 * TLM_NO_MEMORY, or TLM_ROW_RANGE with the reader's fault filled in. */
enum tlm_code tlm__json_read_array(struct tlm_json_reader *reader, struct tlm_arena *arena,
                                   struct tlm_value *value, bool *taken);

#endif
