/* Which logical type an annotation makes of a type (Avro 1.12, Logical Types). */
#ifndef TLM_AVRO_SCHEMA_LOGICAL_H
#define TLM_AVRO_SCHEMA_LOGICAL_H

#include "avro/schema_tree.h"

/* Digits that decimals may have; a decimal with more is read as the bytes that it is. */
#define TLM_DECIMAL_DIGITS_MAX 1000

/* The attributes as the schema has them; a scale that is absent is 0. Numbers below zero: there is
 * something, but it is no such number. */
struct tlm_logical_text {
    const char *name;
    int64_t precision, scale;
};

/* Sets logical, precision and scale of a node whose kind and size are set; leaves them alone when
 * the annotation is unknown or does not fit. */
void tlm__logical_set(struct tlm_schema_node *node, const struct tlm_logical_text *text);

#endif
