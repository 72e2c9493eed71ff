/* Data of any schema: how to get past them. */
#ifndef TLM_AVRO_DECODE_VALUE_H
#define TLM_AVRO_DECODE_VALUE_H

#include "avro/cursor.h"
#include "avro/schema_tree.h"

/* Moves behind one datum. With cursor->jump, arrays and maps whose blocks say their size are not
 * looked into; without, everything is checked but that texts are UTF-8. */
bool tlm__value_skip(struct tlm_cursor *cursor, const struct tlm_schema_node *node);

/* Checks all of a block: `records` data one after another, and nothing behind them. */
enum tlm_code tlm__block_check(const struct tlm_schema_tree *tree, const void *block, size_t len,
                               uint64_t records, struct tlm_error *error);

#endif
