#include <stdlib.h>
#include <string.h>

#include "rows/hot_block.h"
#include "rows/row_tags.h"

enum { KEYS_MAX = 1 << 16 };

void tlm__hot_tags_reset(struct tlm_hot_tags *tags)
{
    tlm__intern_release(&tags->keys);
}

void tlm__hot_tags_release(struct tlm_hot_tags *tags)
{
    tlm__intern_release(&tags->keys);
    tlm__buf_release(&tags->key);
    free(tags->sets);
    *tags = (struct tlm_hot_tags){0};
}

/* The value's bytes in the row that starts at the first of the entries; data NULL: it has none. */
static struct tlm_string value_text(const struct tlm_hot_lane *lane,
                                    const struct tlm_hot_value *value, const uint32_t *entries)
{
    const size_t start = (size_t)entries[value->entry] + value->behind;
    const size_t end = (size_t)entries[value->entry + 1] - value->before;
    return start <= end ? (struct tlm_string){lane->text + start, end - start}
                        : (struct tlm_string){0};
}

static const struct tlm_hot_value *next_tag(const struct tlm_hot_layout *layout, size_t *at)
{
    while (*at < layout->n_values)
        if (layout->values[(*at)++].role == TLM_HOT_TAG)
            return &layout->values[*at - 1];
    return NULL;
}

/* The rows whose tags have not the bytes of those in the row before; always the first one. */
static uint64_t find_changes(const struct tlm_hot_lane *lane, const struct tlm_hot_block *block)
{
    const struct tlm_hot_layout *layout = &lane->layout;
    const struct tlm_hot_value *value;
    uint64_t changes = 1;
    for (size_t at = 0; (value = next_tag(layout, &at));) {
        struct tlm_string last = value_text(lane, value, block->entries);
        for (size_t r = 1; r < block->good; r++) {
            struct tlm_string text =
                value_text(lane, value, block->entries + r * layout->n_entries);
            bool same = text.data && last.data && text.len == last.len &&
                        memcmp(text.data, last.data, text.len) == 0;
            changes |= (uint64_t)!same << r;
            last = text;
        }
    }
    return changes;
}

/* The tag set that the parser would give to the row. False: it is left to the parser. */
static bool make_set(struct tlm_hot_lane *lane, const uint32_t *entries, uint32_t *set)
{
    struct tlm_assembler *assembler = lane->assembler;
    const struct tlm_hot_value *value;
    for (size_t i = 0; i < assembler->rules->options.tag_fields.len; i++)
        assembler->tag_text[i].data = NULL;
    assembler->tags_object.len = 0;
    for (size_t at = 0; (value = next_tag(&lane->layout, &at));) {
        struct tlm_string text = value_text(lane, value, entries);
        if (!text.data ||
            !tlm__hot_read_tag(lane, text.data, text.len, &assembler->tag_text[value->tag]))
            return false;
    }
    const enum tlm_code code = tlm__row_tag_set(assembler, set);
    lane->no_memory |= code == TLM_NO_MEMORY;
    return !code;
}

static bool make_key(struct tlm_hot_lane *lane, const uint32_t *entries)
{
    struct tlm_buf *key = &lane->tags.key;
    const struct tlm_hot_value *value;
    bool made = true;
    tlm__buf_reset(key);
    for (size_t at = 0; (value = next_tag(&lane->layout, &at));) {
        const struct tlm_string text = value_text(lane, value, entries);
        made = made && tlm__buf_append_byte(key, text.data != NULL) &&
               tlm__buf_append(key, &text.len, sizeof text.len) &&
               tlm__buf_append(key, text.data ? text.data : "", text.len);
    }
    return made;
}

static bool has_room(struct tlm_hot_tags *tags)
{
    if (tags->keys.len >= KEYS_MAX)
        tlm__intern_release(&tags->keys);
    if (tags->keys.len < tags->cap)
        return true;
    uint32_t cap = tags->cap ? tags->cap * 2 : 64;
    uint32_t *sets = realloc(tags->sets, cap * sizeof *sets);
    if (!sets)
        return false;
    tags->sets = sets;
    tags->cap = cap;
    return true;
}

/* False: the row is left to the parser, or memory is out. */
static bool find_set(struct tlm_hot_lane *lane, const uint32_t *entries, uint32_t *set)
{
    struct tlm_hot_tags *tags = &lane->tags;
    if (!make_key(lane, entries) || !has_room(tags)) {
        lane->no_memory = true;
        return false;
    }
    const uint32_t known = tags->keys.len;
    const uint32_t number =
        tlm__intern_add(&tags->keys, (const char *)tags->key.data, tags->key.len);
    if (number == TLM_INTERN_NONE) {
        lane->no_memory = true;
        return false;
    }
    if (number == known && !make_set(lane, entries, &tags->sets[number]))
        tags->sets[number] = TLM_INTERN_NONE;
    *set = tags->sets[number];
    return *set != TLM_INTERN_NONE;
}

/* Rows [from, to) of the block get the set. */
static void put_set(struct tlm_hot_lane *lane, size_t from, size_t to, uint32_t set)
{
    struct tlm_hot_frame *frame = &lane->frame;
    if (!frame->row_tags && frame->n + from == 0)
        frame->tags = set;
    if (!frame->row_tags && frame->tags == set)
        return;
    if (!frame->row_tags) {
        frame->row_tags =
            (uint32_t *)tlm__rows_take_words(lane->assembler->rows, frame->cap / 2 + 1);
        lane->no_memory |= !frame->row_tags;
        if (!frame->row_tags)
            return;
        for (size_t r = 0; r < frame->n + from; r++)
            frame->row_tags[r] = frame->tags;
    }
    for (size_t r = from; r < to; r++)
        frame->row_tags[frame->n + r] = set;
}

void tlm__hot_take_tags(struct tlm_hot_lane *lane, struct tlm_hot_block *block)
{
    const size_t stride = lane->layout.n_entries;
    if (!lane->layout.n_tags || !block->good)
        return;
    uint64_t changes = find_changes(lane, block);
    while (changes) {
        const size_t from = (size_t)__builtin_ctzll(changes);
        changes &= changes - 1;
        const size_t to = changes ? (size_t)__builtin_ctzll(changes) : block->good;
        uint32_t set;
        if (!find_set(lane, block->entries + from * stride, &set)) {
            block->good = from;
            return;
        }
        put_set(lane, from, to, set);
    }
}
