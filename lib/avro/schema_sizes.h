/* How many bytes the values of a schema's types take. */
#ifndef TLM_AVRO_SCHEMA_SIZES_H
#define TLM_AVRO_SCHEMA_SIZES_H

#include "avro/schema_tree.h"

/* Sets min_bytes and width of all nodes from `latest` back. Returns NULL, or a node that has no
 * value of finite size, as a record with a field of its own type; *entangled tells that finding out
 * would take too long. */
const struct tlm_schema_node *tlm__schema_measure(struct tlm_schema_node *latest, bool *entangled);

#endif
