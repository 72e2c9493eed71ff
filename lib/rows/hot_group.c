#include <string.h>

#include "rows/hot_block.h"
#include "rows/json_doubles.h"

enum { READABLE = 4 /* words behind an array that may be read */ };

/* ---- forms ----------------------------------------------------------------------------------- */

/* All parts at once by the loop that suits their form. Returns those that were refused. */
static uint64_t convert(const struct tlm_hot_lane *lane, const struct tlm_hot_block *block,
                        enum tlm_hot_form form, uint64_t *out)
{
    const struct tlm_hot_level *level = lane->level;
    switch (form) {
    case TLM_HOT_FIXED:
        return level->fixed(lane->text, &block->spans, block->good, out);
    case TLM_HOT_INTEGER:
        return level->integer(lane->text, &block->spans, block->good, out);
    case TLM_HOT_LONG:
        return level->wide(lane->text, &block->spans, block->good, out);
    case TLM_HOT_TEXT:
    case TLM_HOT_WORD:
        break;
    }
    return UINT64_MAX;
}

/* The strings that have something unusual, and what is no string. */
static uint64_t find_unlike(const struct tlm_hot_lane *lane, const struct tlm_hot_block *block)
{
    uint64_t unlike = 0;
    for (size_t r = 0; r < block->good; r++) {
        const size_t start = block->spans.start[r], len = block->spans.end[r] - start;
        const bool plain = len - 2 <= 64 && lane->text[start] == '"' &&
                           lane->text[start + len - 1] == '"' &&
                           tlm__hot_is_plain(&lane->index, start + 1, len - 2);
        unlike |= (uint64_t)!plain << r;
    }
    return unlike;
}

/* The form to try next, when the one at hand has refused many. */
static enum tlm_hot_form next_form(const struct tlm_hot_lane *lane,
                                   const struct tlm_hot_block *block, enum tlm_hot_form form,
                                   uint64_t refused)
{
    const char first = lane->text[block->spans.start[__builtin_ctzll(refused)]];
    if (first == '"')
        return TLM_HOT_TEXT;
    if (first != '-' && (first < '0' || first > '9'))
        return TLM_HOT_WORD;
    return form == TLM_HOT_FIXED     ? TLM_HOT_INTEGER
           : form == TLM_HOT_INTEGER ? TLM_HOT_LONG
                                     : TLM_HOT_FIXED;
}

static void choose_form(const struct tlm_hot_lane *lane, const struct tlm_hot_block *block,
                        struct tlm_hot_value *value, uint64_t refused)
{
    if ((size_t)__builtin_popcountll(refused) > block->good / 4)
        value->form = next_form(lane, block, value->form, refused);
}

/* ---- parts ----------------------------------------------------------------------------------- */

/* A scalar of a text that is kept as it is. */
static void check_part(struct tlm_hot_lane *lane, struct tlm_hot_block *block,
                       struct tlm_hot_value *value)
{
    uint64_t unused[TLM_HOT_ROWS];
    uint64_t refused = value->form == TLM_HOT_TEXT && lane->index.texts
                           ? find_unlike(lane, block)
                           : convert(lane, block, value->form, unused);
    refused &= tlm__low_bits(block->good);
    if (!refused)
        return;
    choose_form(lane, block, value, refused);
    for (; refused; refused &= refused - 1) {
        const unsigned r = (unsigned)__builtin_ctzll(refused);
        const size_t start = block->spans.start[r], end = block->spans.end[r];
        if (start <= end && tlm__hot_is_skippable(lane, lane->text + start, end - start))
            continue;
        tlm__hot_limit(block, UINT64_C(1) << r);
        return;
    }
}

/* An item of the arrays of all rows. */
static void take_item(struct tlm_hot_lane *lane, struct tlm_hot_block *block,
                      struct tlm_hot_value *value, const struct tlm_hot_group *group)
{
    uint64_t bits[TLM_HOT_ROWS];
    const size_t n = group->last - group->first + 1;
    uint64_t refused = convert(lane, block, value->form, bits);
    if (value->form == TLM_HOT_INTEGER)
        refused |= tlm__json_integers_to_doubles(bits, block->good);
    refused &= tlm__low_bits(block->good);
    if (refused)
        choose_form(lane, block, value, refused);
    for (; refused; refused &= refused - 1) {
        const unsigned r = (unsigned)__builtin_ctzll(refused);
        const size_t start = block->spans.start[r], end = block->spans.end[r];
        if (start > end || !tlm__json_double_item(lane->text + start, lane->text + end, &bits[r])) {
            tlm__hot_limit(block, UINT64_C(1) << r);
            break;
        }
    }
    uint64_t *to = block->items + ((size_t)(value - lane->layout.values) - group->first);
    for (size_t r = 0; r < block->good; r++, to += n)
        *to = bits[r]; /* NOLINT(clang-analyzer-core.*): good rows have been converted */
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void begin_group(struct tlm_hot_lane *lane, struct tlm_hot_block *block,
                        const struct tlm_hot_group *group)
{
    const uint32_t lead = (uint32_t)group->lead;
    for (size_t r = 0; r < block->good; r++)
        block->group_start[r] = block->spans.start[r] - lead;
    if (!group->doubles)
        return;
    const size_t n = group->last - group->first + 1;
    block->items = tlm__rows_take_words(lane->assembler->rows, block->good * n + READABLE);
    lane->no_memory |= !block->items;
    if (!block->items)
        block->good = 0;
}

/* What has become of the array or object of each row. */
static void end_group(struct tlm_hot_lane *lane, struct tlm_hot_block *block,
                      const struct tlm_hot_group *group)
{
    struct tlm_hot_column *column = &lane->frame.columns[group->column];
    if (!tlm__hot_frame_lengths(lane, column)) {
        lane->no_memory = true;
        block->good = 0;
        return;
    }
    uint64_t *values = column->values + lane->frame.n;
    uint32_t *lengths = column->lengths + lane->frame.n;
    const size_t n = group->last - group->first + 1;
    column->kind = group->doubles ? TLM_DOUBLE_ARRAY : TLM_JSON;
    for (size_t r = 0; r < block->good; r++) {
        const uint32_t start = block->group_start[r];
        values[r] = group->doubles ? (uint64_t)(uintptr_t)(block->items + r * n)
                                   : (uint64_t)(uintptr_t)(lane->text + start);
        lengths[r] = group->doubles ? (uint32_t)(n * sizeof(double))
                                    : block->spans.end[r] + (uint32_t)group->tail - start;
    }
}

void tlm__hot_take_part(struct tlm_hot_lane *lane, struct tlm_hot_block *block,
                        struct tlm_hot_value *value)
{
    const struct tlm_hot_group *group = &lane->layout.groups[value->group];
    const size_t number = (size_t)(value - lane->layout.values);
    if (number == group->first)
        begin_group(lane, block, group);
    if (!block->good)
        return;
    if (group->doubles)
        take_item(lane, block, value, group);
    else
        check_part(lane, block, value);
    if (number == group->last && group->wanted && block->good)
        end_group(lane, block, group);
}
