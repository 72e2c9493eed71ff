/* An Avro schema (Avro 1.12, Schema Declaration) as a tree to decode by. The text may be anything:
 * it comes from a stranger's file. */
#ifndef TLM_AVRO_SCHEMA_TREE_H
#define TLM_AVRO_SCHEMA_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/intern.h"
#include "tlm.h"

#define TLM_SCHEMA_BYTES_MAX (4u << 20) /* of text */
#define TLM_SCHEMA_DEPTH_MAX 100        /* types written inside each other */
#define TLM_SCHEMA_NAME_MAX 1000        /* bytes of a full name */

enum tlm_schema_kind {
    TLM_KIND_NULL,
    TLM_KIND_BOOLEAN,
    TLM_KIND_INT,
    TLM_KIND_LONG,
    TLM_KIND_FLOAT,
    TLM_KIND_DOUBLE,
    TLM_KIND_BYTES,
    TLM_KIND_STRING,
    TLM_KIND_RECORD, /* also "error" */
    TLM_KIND_ENUM,
    TLM_KIND_ARRAY,
    TLM_KIND_MAP,
    TLM_KIND_UNION,
    TLM_KIND_FIXED
};
#define TLM_PRIMITIVES (TLM_KIND_STRING + 1)

/* Those that are unknown, or on a type or with attributes that they may not have, are NONE, as the
 * specification demands. */
enum tlm_logical {
    TLM_LOGICAL_NONE,
    TLM_LOGICAL_DECIMAL,          /* bytes or fixed */
    TLM_LOGICAL_UUID,             /* string or fixed of 16 */
    TLM_LOGICAL_DATE,             /* int */
    TLM_LOGICAL_TIME_MILLIS,      /* int */
    TLM_LOGICAL_TIME_MICROS,      /* long, as all that follow but the last */
    TLM_LOGICAL_TIMESTAMP_MILLIS, /* in UTC */
    TLM_LOGICAL_TIMESTAMP_MICROS,
    TLM_LOGICAL_TIMESTAMP_NANOS,
    TLM_LOGICAL_LOCAL_MILLIS, /* local-timestamp-millis */
    TLM_LOGICAL_LOCAL_MICROS,
    TLM_LOGICAL_LOCAL_NANOS,
    TLM_LOGICAL_DURATION /* fixed of 12 */
};

#define TLM_WIDTH_VARIES SIZE_MAX

/* A type. Types that refer to each other by name share nodes: the tree is a graph with circles. */
struct tlm_schema_node {
    enum tlm_schema_kind kind;
    enum tlm_logical logical;
    unsigned precision, scale; /* DECIMAL: digits in all, and behind the point */
    struct tlm_string name;    /* RECORD, ENUM, FIXED: the full name; else the kind's */
    size_t size;               /* FIXED: bytes */
    size_t n;                  /* fields, symbols, branches; ARRAY and MAP: 1 */
    const struct tlm_schema_node **children; /* types of fields, branches, items or values */
    const struct tlm_string *labels;         /* names of fields, symbols */
    size_t min_bytes;                        /* no value is shorter; at most TLM_MIN_BYTES_MAX */
    size_t width; /* bytes of every value, whatever is in them, or TLM_WIDTH_VARIES */
    struct tlm_schema_node *earlier; /* the node of the tree that was made before this one */
};

#define TLM_MIN_BYTES_MAX (SIZE_MAX / 4)

/* {0} is an empty tree. */
struct tlm_schema_tree {
    const struct tlm_schema_node *root;
    struct tlm_schema_node *latest;
    struct tlm_intern names; /* full names, in the order of their definitions */
    struct tlm_arena arena;
};

/* Reads a schema. Names of fields and types may hold any character. TLM_DAMAGED says what is wrong
 * and in which type; TLM_LIMIT: more than a limit above. On failure the tree is empty. */
enum tlm_code tlm__schema_tree_parse(struct tlm_schema_tree *tree, const char *text, size_t len,
                                     struct tlm_error *error);
void tlm__schema_tree_release(struct tlm_schema_tree *tree);

const char *tlm__schema_kind_name(enum tlm_schema_kind kind);
/* Whether both describe the same bytes with the same names and logical types. `known` must not
 * refer to itself; `node` may. */
bool tlm__schema_equal(const struct tlm_schema_node *known, const struct tlm_schema_node *node);

#endif
