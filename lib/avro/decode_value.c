#include "avro/decode_value.h"

static bool skip_width(struct tlm_cursor *cursor, size_t width)
{
    const uint8_t *bytes;
    return tlm__cursor_take(cursor, width, &bytes) && (width || tlm__cursor_spend(cursor));
}

static bool skip_record(struct tlm_cursor *cursor, const struct tlm_schema_node *node)
{
    const uint8_t *from = cursor->at;
    if (!tlm__cursor_enter(cursor))
        return false;
    for (size_t i = 0; i < node->n; i++)
        if (!tlm__value_skip(cursor, node->children[i]))
            return tlm__cursor_name(cursor, node->labels[i], node->name);
    tlm__cursor_leave(cursor);
    return cursor->at != from || tlm__cursor_spend(cursor);
}

static bool skip_union(struct tlm_cursor *cursor, const struct tlm_schema_node *node)
{
    size_t branch;
    return tlm__cursor_index(cursor, "union branch", node->n, &branch) &&
           tlm__value_skip(cursor, node->children[branch]);
}

/* The elements of one block of an array of values that all take as many bytes. */
static bool skip_column(struct tlm_cursor *cursor, struct tlm_items *items, size_t width)
{
    cursor->at +=
        (size_t)items->left * width; /* tlm__items_block has checked that they are there */
    items->left = 0;
    return true;
}

static bool skip_elements(struct tlm_cursor *cursor, const struct tlm_schema_node *node,
                          struct tlm_items *items)
{
    struct tlm_string key;
    for (; items->left; items->left--) {
        if (node->kind == TLM_KIND_MAP && !tlm__cursor_text(cursor, &key))
            return false;
        if (!tlm__value_skip(cursor, node->children[0]))
            return false;
    }
    return true;
}

static bool skip_block(struct tlm_cursor *cursor, const struct tlm_schema_node *node,
                       struct tlm_items *items)
{
    size_t width = node->children[0]->width;
    if (cursor->jump && items->block_end) {
        cursor->at = items->block_end;
        items->left = 0;
        return true;
    }
    if (node->kind == TLM_KIND_ARRAY && width && width != TLM_WIDTH_VARIES)
        return skip_column(cursor, items, width);
    return skip_elements(cursor, node, items);
}

static bool skip_items(struct tlm_cursor *cursor, const struct tlm_schema_node *node)
{
    struct tlm_items items = {0};
    size_t min_bytes = node->children[0]->min_bytes + (node->kind == TLM_KIND_MAP);
    bool more;
    if (!tlm__cursor_enter(cursor))
        return false;
    do {
        if (!tlm__items_block(cursor, &items, min_bytes, &more) ||
            (more && !skip_block(cursor, node, &items)))
            return false;
    } while (more);
    tlm__cursor_leave(cursor);
    return true;
}

bool tlm__value_skip(struct tlm_cursor *cursor, const struct tlm_schema_node *node)
{
    struct tlm_string text;
    int32_t number;
    int64_t wide;
    size_t index;
    bool flag;
    if (node->width != TLM_WIDTH_VARIES)
        return skip_width(cursor, node->width);
    switch (node->kind) {
    case TLM_KIND_NULL:
    case TLM_KIND_FLOAT:
    case TLM_KIND_DOUBLE:
    case TLM_KIND_FIXED:
        return skip_width(cursor, node->min_bytes);
    case TLM_KIND_BOOLEAN:
        return tlm__cursor_boolean(cursor, &flag);
    case TLM_KIND_INT:
        return tlm__cursor_int(cursor, &number);
    case TLM_KIND_LONG:
        return tlm__cursor_long(cursor, &wide);
    case TLM_KIND_BYTES:
    case TLM_KIND_STRING:
        return tlm__cursor_text(cursor, &text);
    case TLM_KIND_RECORD:
        return skip_record(cursor, node);
    case TLM_KIND_ENUM:
        return tlm__cursor_index(cursor, "enum symbol", node->n, &index);
    case TLM_KIND_ARRAY:
    case TLM_KIND_MAP:
        return skip_items(cursor, node);
    case TLM_KIND_UNION:
        return skip_union(cursor, node);
    }
    return false;
}

enum tlm_code tlm__block_check(const struct tlm_schema_tree *tree, const void *block, size_t len,
                               uint64_t records, struct tlm_error *error)
{
    struct tlm_cursor cursor;
    tlm__cursor_init(&cursor, block, len, error);
    while (records-- > 0)
        if (!tlm__value_skip(&cursor, tree->root))
            return cursor.code;
    return tlm__cursor_finish(&cursor) ? TLM_OK : cursor.code;
}
