#include "avro/schema_sizes.h"

/* Passes over all nodes: one more than types are found to depend on later ones in a row. */
#define PASSES_MAX 100

#define ENDLESS SIZE_MAX

static size_t add(size_t a, size_t b)
{
    if (a == ENDLESS || b == ENDLESS)
        return ENDLESS;
    return a + b < TLM_MIN_BYTES_MAX ? a + b : TLM_MIN_BYTES_MAX;
}

static size_t record_bytes(const struct tlm_schema_node *node)
{
    size_t sum = 0;
    for (size_t i = 0; i < node->n; i++)
        sum = add(sum, node->children[i]->min_bytes);
    return sum;
}

static size_t union_bytes(const struct tlm_schema_node *node)
{
    size_t least = ENDLESS;
    for (size_t i = 0; i < node->n; i++)
        if (node->children[i]->min_bytes < least)
            least = node->children[i]->min_bytes;
    return add(least, 1);
}

static size_t least_bytes(const struct tlm_schema_node *node)
{
    switch (node->kind) {
    case TLM_KIND_NULL:
        return 0;
    case TLM_KIND_BOOLEAN:
    case TLM_KIND_INT:
    case TLM_KIND_LONG:
    case TLM_KIND_BYTES:
    case TLM_KIND_STRING:
    case TLM_KIND_ENUM:
    case TLM_KIND_ARRAY:
    case TLM_KIND_MAP:
        return 1;
    case TLM_KIND_FLOAT:
        return sizeof(float);
    case TLM_KIND_DOUBLE:
        return sizeof(double);
    case TLM_KIND_FIXED:
        return node->size;
    case TLM_KIND_RECORD:
        return record_bytes(node);
    case TLM_KIND_UNION:
        return union_bytes(node);
    }
    return 0;
}

/* Only types without anything to check have a width: not boolean, nor what may be any varint. */
static size_t width_of(const struct tlm_schema_node *node)
{
    switch (node->kind) {
    case TLM_KIND_NULL:
    case TLM_KIND_FLOAT:
    case TLM_KIND_DOUBLE:
    case TLM_KIND_FIXED:
        return node->min_bytes;
    case TLM_KIND_RECORD:
        for (size_t i = 0; i < node->n; i++)
            if (node->children[i]->width == TLM_WIDTH_VARIES)
                return TLM_WIDTH_VARIES;
        return node->min_bytes;
    case TLM_KIND_BOOLEAN:
    case TLM_KIND_INT:
    case TLM_KIND_LONG:
    case TLM_KIND_BYTES:
    case TLM_KIND_STRING:
    case TLM_KIND_ENUM:
    case TLM_KIND_ARRAY:
    case TLM_KIND_MAP:
    case TLM_KIND_UNION:
        return TLM_WIDTH_VARIES;
    }
    return TLM_WIDTH_VARIES;
}

/* Sizes only shrink from pass to pass. Later nodes first: what is inside comes before what is
 * outside, and but for types that refer to an outer one, one pass is enough. */
static bool pass(struct tlm_schema_node *latest)
{
    bool changed = false;
    for (struct tlm_schema_node *node = latest; node; node = node->earlier) {
        size_t bytes = least_bytes(node);
        changed |= bytes != node->min_bytes;
        node->min_bytes = bytes;
    }
    return changed;
}

const struct tlm_schema_node *tlm__schema_measure(struct tlm_schema_node *latest, bool *entangled)
{
    *entangled = false;
    for (struct tlm_schema_node *node = latest; node; node = node->earlier) {
        node->min_bytes = ENDLESS;
        node->width = TLM_WIDTH_VARIES;
    }
    int passes = 0;
    while (pass(latest))
        if (++passes == PASSES_MAX) {
            *entangled = true;
            return latest;
        }
    const struct tlm_schema_node *endless = NULL;
    for (struct tlm_schema_node *node = latest; node; node = node->earlier) {
        node->width = width_of(node);
        if (node->min_bytes == ENDLESS)
            endless = node;
    }
    return endless;
}
