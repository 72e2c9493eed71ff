/* The tag set of a row: constant tags, tag fields, and the tags object of long rows. */
#ifndef TLM_ROWS_ROW_TAGS_H
#define TLM_ROWS_ROW_TAGS_H

#include "rows/assemble.h"

/* Tags from a compact object, whose grammar has been checked. TLM_OK, TLM_ROW_CHANNEL, TLM_ROW_TYPE
 * or TLM_NO_MEMORY. */
enum tlm_code tlm__row_tags_object(struct tlm_assembler *assembler, struct tlm_string object);
/* Tags from a value that JSON has no object for: a cell may hold the text of one. */
enum tlm_code tlm__row_tags_value(struct tlm_assembler *assembler, const struct tlm_value *value);
/* The number of the row's tag set. TLM_OK, TLM_ROW_CHANNEL, TLM_ROW_UTF8 or TLM_NO_MEMORY. */
enum tlm_code tlm__row_tag_set(struct tlm_assembler *assembler, uint32_t *tag_set);

#endif
