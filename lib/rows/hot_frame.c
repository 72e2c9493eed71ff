#include <string.h>

#include "base/checked.h"
#include "rows/hot_block.h"
#include "rows/hot_digits.h"

enum {
    FRAME_MAX = 4096, /* rows */
    SLACK = 15        /* elements that the loops may write behind the last row, and more */
};

bool tlm__hot_frame_begin(struct tlm_hot_lane *lane, size_t at)
{
    if (!tlm__hot_frame_end(lane))
        return false;
    const struct tlm_hot_layout *layout = &lane->layout;
    struct tlm_rows *rows = lane->assembler->rows;
    const size_t n = layout->n_columns, most = (lane->len - at) / layout->shortest_row + 1;
    size_t cap = lane->expected > TLM_HOT_ROWS ? lane->expected : TLM_HOT_ROWS, size;
    cap = cap < FRAME_MAX ? cap : FRAME_MAX;
    cap = cap < most ? cap : most;
    /* Columns that are a power of two apart would share the same few lines of the cache. */
    const size_t stride = (cap + SLACK) & ~(size_t)7;
    uint64_t *words = tlm__size_mul(stride, n + 1, &size) ? tlm__rows_take_words(rows, size) : NULL;
    struct tlm_hot_column *columns = tlm__arena_take(&rows->arena, n * sizeof *columns);
    if (!words || !columns)
        return false;
    for (size_t i = 0; i < n; i++)
        columns[i] = (struct tlm_hot_column){.values = words + stride * (i + 1)};
    lane->frame = (struct tlm_hot_frame){
        .cap = cap, .times_ns = (int64_t *)words, .columns = columns, .tags = layout->tags};
    return true;
}

/* The rows of a frame one by one: arrays and objects are no columns of frames. */
static bool add_rows(struct tlm_rows *rows, const struct tlm_frame *frame)
{
    const size_t n = frame->n_rows, n_columns = frame->n_columns;
    if (!tlm__rows_reserve(rows, n, n * n_columns))
        return false;
    for (size_t r = 0; r < n; r++) {
        struct tlm_cell *first = rows->cells + rows->n_cells, *cell = first;
        for (size_t c = 0; c < n_columns; c++) {
            const struct tlm_frame_column *column = &frame->columns[c];
            cell->channel = column->channel & TLM_CHANNEL_MAX;
            cell->kind = (column->kinds ? column->kinds[r] : column->kind) & 0xfu;
            cell->value.integer = (int64_t)column->values[r];
            cell->length = column->lengths ? column->lengths[r] : 0;
            cell += cell->kind != TLM_CELL_NONE;
        }
        rows->n_cells += (size_t)(cell - first);
        rows->rows[rows->n_rows++] =
            (struct tlm_row){.time_ns = frame->times_ns[r],
                             .tags = frame->row_tags ? frame->row_tags[r] : frame->tags,
                             .cells = (uint32_t)(cell - first)};
    }
    return true;
}

static void describe(const struct tlm_hot_column *column, uint32_t channel,
                     struct tlm_frame_column *to)
{
    *to = (struct tlm_frame_column){
        .channel = channel,
        .kind = column->kind,
        .kinds = column->kinds,
        .values = column->values,
        .lengths = column->lengths,
    };
}

bool tlm__hot_frame_end(struct tlm_hot_lane *lane)
{
    struct tlm_hot_layout *layout = &lane->layout;
    struct tlm_rows *rows = lane->assembler->rows;
    struct tlm_hot_frame *frame = &lane->frame;
    if (!frame->n)
        return true;
    lane->expected = frame->n * 2;
    struct tlm_frame_column *columns =
        tlm__arena_take(&rows->arena, layout->n_columns * sizeof *columns);
    if (!columns)
        return false;
    for (size_t i = 0; i < layout->n_values; i++) {
        const struct tlm_hot_value *value = &layout->values[i];
        if (value->role == TLM_HOT_CELL)
            describe(&frame->columns[value->column], value->channel, &columns[value->column]);
    }
    bool apart = false;
    for (size_t i = 0; i < layout->n_groups; i++) {
        const struct tlm_hot_group *group = &layout->groups[i];
        if (group->wanted)
            describe(&frame->columns[group->column], group->channel, &columns[group->column]);
        apart |= group->wanted;
    }
    const struct tlm_frame made = {
        .n_rows = frame->n,
        .n_columns = layout->n_columns,
        .tags = frame->tags,
        .row_tags = frame->row_tags,
        .times_ns = frame->times_ns,
        .columns = columns,
    };
    frame->n = 0;
    frame->cap = 0;
    if (!apart)
        return tlm__rows_add_frame(rows, &made);
    lane->assembler->lane_rows += made.n_rows;
    return add_rows(rows, &made);
}

/* ---- kinds ----------------------------------------------------------------------------------- */

enum { MIXED = 15 };

/* The kind of all rows, or MIXED. */
static uint8_t only_kind(const struct tlm_hot_kinds *kinds, uint64_t all)
{
    if ((kinds->doubles & all) == all)
        return TLM_DOUBLE;
    if ((kinds->ints & all) == all)
        return TLM_CELL_INT;
    if ((kinds->texts & all) == all)
        return TLM_STRING;
    if ((kinds->longs & all) == all)
        return TLM_LONG;
    return (kinds->nulls & all) == all ? TLM_CELL_NONE : MIXED;
}

/* The eight lowest bits as bytes of 0 and 1. */
static inline uint64_t spread(uint64_t bits)
{
    bits = (bits & 0xff) * TLM_EACH_BYTE & UINT64_C(0x8040201008040201);
    return ((bits + TLM_EACH_BYTE * 0x7f) & TLM_HIGH_BITS) >> 7;
}

static void put_kinds(uint8_t *to, size_t n, const struct tlm_hot_kinds *kinds)
{
    for (size_t r = 0; r < n; r += 8) {
        uint64_t word =
            spread(kinds->ints >> r) * TLM_CELL_INT + spread(kinds->texts >> r) * TLM_STRING +
            spread(kinds->longs >> r) * TLM_LONG + spread(kinds->nulls >> r) * TLM_CELL_NONE;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        memcpy(to + r, &word, sizeof word);
    }
}

bool tlm__hot_frame_kinds(struct tlm_hot_lane *lane, struct tlm_hot_column *column, size_t good,
                          const struct tlm_hot_kinds *kinds)
{
    const struct tlm_hot_frame *frame = &lane->frame;
    const uint8_t kind = only_kind(kinds, tlm__low_bits(good));
    if (!column->kinds && kind != MIXED && (!frame->n || column->kind == kind)) {
        column->kind = kind;
        return true;
    }
    if (!column->kinds) {
        column->kinds =
            (uint8_t *)tlm__rows_take_words(lane->assembler->rows, (frame->cap + SLACK) / 8);
        if (!column->kinds)
            return false;
        memset(column->kinds, column->kind, frame->n);
    }
    put_kinds(column->kinds + frame->n, good, kinds);
    return true;
}

bool tlm__hot_frame_lengths(struct tlm_hot_lane *lane, struct tlm_hot_column *column)
{
    if (!column->lengths)
        column->lengths =
            (uint32_t *)tlm__rows_take_words(lane->assembler->rows, (lane->frame.cap + SLACK) / 2);
    return column->lengths != NULL;
}
