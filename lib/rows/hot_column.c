#include <string.h>

#include "rows/hot_block.h"

enum {
    FEW_ROWS = 2,     /* fewer values of a column are read one by one */
    SHORT_NUMBER = 14 /* bytes that the loops for short numbers take */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

void tlm__hot_trim(const char *text, struct tlm_hot_spans *spans, size_t n)
{
    for (size_t r = 0; r < ((n + 7) & ~(size_t)7); r++) {
        uint32_t start = spans->start[r], end = spans->end[r];
        while (start < end && is_blank(text[start]))
            start++;
        while (start < end && is_blank(text[end - 1]))
            end--;
        spans->start[r] = start;
        spans->end[r] = end;
    }
}

/* ---- texts ----------------------------------------------------------------------------------- */

/* What a CSV cell may be besides text, by its first byte: 1 a number, 2 a word or a number by name,
 * which have 3, 4, 5 or 8 bytes; 3 something that has to be looked at. */
static const uint8_t first_bytes[256] = {
    ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1, ['6'] = 1,  ['7'] = 1,
    ['8'] = 1, ['9'] = 1, ['+'] = 1, ['-'] = 1, ['.'] = 1, ['n'] = 2, ['N'] = 2,  ['i'] = 2,
    ['I'] = 2, ['t'] = 2, ['T'] = 2, ['f'] = 2, ['F'] = 2, [' '] = 3, ['\t'] = 3,
};

/* The lengths of the words: bit i for length i. */
#define WORD_LENGTHS 0x138u

static inline bool is_text_cell(const char *p, size_t len)
{
    const unsigned first = first_bytes[(uint8_t)*p];
    return !first || (first == 2 && (len > 8 || !(WORD_LENGTHS >> len & 1)));
}

/* Texts without anything unusual. Returns the rows that were refused. */
static uint64_t take_json_texts(const struct tlm_hot_lane *lane, const struct tlm_hot_block *block,
                                const struct tlm_hot_column *column)
{
    const struct tlm_hot_index *index = &lane->index;
    uint64_t *values = column->values + lane->frame.n, refused = 0;
    uint32_t *lengths = column->lengths + lane->frame.n;
    const char *text = lane->text;
    for (size_t r = 0; r < block->good; r++) {
        const size_t start = block->spans.start[r], len = block->spans.end[r] - start;
        const bool taken = len - 2 <= 64 && text[start] == '"' && text[start + len - 1] == '"' &&
                           tlm__hot_is_plain(index, start + 1, len - 2);
        values[r] = (uint64_t)(uintptr_t)(text + start + 1);
        lengths[r] = (uint32_t)(len - 2);
        refused |= (uint64_t)!taken << r;
    }
    return refused;
}

static uint64_t take_csv_texts(const struct tlm_hot_lane *lane, const struct tlm_hot_block *block,
                               const struct tlm_hot_column *column)
{
    const struct tlm_hot_index *index = &lane->index;
    uint64_t *values = column->values + lane->frame.n, refused = 0;
    uint32_t *lengths = column->lengths + lane->frame.n;
    const char *text = lane->text;
    for (size_t r = 0; r < block->good; r++) {
        const size_t start = block->spans.start[r], len = block->spans.end[r] - start;
        const char *p = text + start;
        const bool taken = len - 1 < 64 && is_text_cell(p, len) && !is_blank(p[len - 1]) &&
                           tlm__hot_is_plain(index, start, len);
        values[r] = (uint64_t)(uintptr_t)p;
        lengths[r] = (uint32_t)len;
        refused |= (uint64_t)!taken << r;
    }
    return refused;
}

/* ---- columns --------------------------------------------------------------------------------- */

/* How the values of a form are taken, all at once. Returns the rows that were refused. */
static uint64_t convert(struct tlm_hot_lane *lane, const struct tlm_hot_value *value,
                        struct tlm_hot_block *block, struct tlm_hot_column *column)
{
    const struct tlm_hot_level *level = lane->level;
    uint64_t *out = column->values + lane->frame.n;
    if (block->good < FEW_ROWS)
        return UINT64_MAX;
    if (value->padded && value->form <= TLM_HOT_LONG)
        tlm__hot_trim(lane->text, &block->spans, block->good);
    switch (value->form) {
    case TLM_HOT_FIXED:
        return level->fixed(lane->text, &block->spans, block->good, out);
    case TLM_HOT_INTEGER:
        return level->integer(lane->text, &block->spans, block->good, out);
    case TLM_HOT_LONG:
        return level->wide(lane->text, &block->spans, block->good, out);
    case TLM_HOT_TEXT:
        if (!lane->index.texts || lane->assembler->rules->options.null_values.len)
            return UINT64_MAX;
        if (!tlm__hot_frame_lengths(lane, column))
            return UINT64_MAX;
        return lane->json ? take_json_texts(lane, block, column)
                          : take_csv_texts(lane, block, column);
    case TLM_HOT_WORD:
        break;
    }
    return UINT64_MAX;
}

/* What the values are that the form has taken. */
static void note_taken(struct tlm_hot_lane *lane, enum tlm_hot_form form, uint64_t taken,
                       uint64_t *out, struct tlm_hot_kinds *kinds)
{
    if (form == TLM_HOT_TEXT)
        kinds->texts = taken;
    else if (form == TLM_HOT_FIXED || form == TLM_HOT_LONG)
        kinds->doubles = taken;
    if (form != TLM_HOT_INTEGER)
        return;
    kinds->integers = taken;
    switch (lane->assembler->rules->options.int_as) {
    case TLM_INT_AUTO:
        kinds->ints = taken;
        return;
    case TLM_INT_LONG:
        kinds->longs = taken;
        return;
    case TLM_INT_DOUBLE:
        break;
    }
    kinds->doubles = taken;
    for (; taken; taken &= taken - 1) {
        uint64_t *bits = &out[__builtin_ctzll(taken)];
        const double real = (double)(int64_t)*bits;
        memcpy(bits, &real, sizeof *bits);
    }
}

static void note_cell(const struct tlm_hot_cell *cell, uint64_t bit, struct tlm_hot_kinds *kinds)
{
    kinds->doubles |= cell->kind == TLM_DOUBLE ? bit : 0;
    kinds->longs |= cell->kind == TLM_LONG ? bit : 0;
    kinds->ints |= cell->kind == TLM_CELL_INT ? bit : 0;
    kinds->texts |= cell->kind == TLM_STRING ? bit : 0;
    kinds->nulls |= cell->kind == TLM_CELL_NONE ? bit : 0;
    kinds->integers |= cell->integer ? bit : 0;
    kinds->words |= cell->word ? bit : 0;
}

/* Reads the values that were refused one by one, up to the first that is none. */
static void read_refused(struct tlm_hot_lane *lane, struct tlm_hot_block *block,
                         struct tlm_hot_column *column, uint64_t refused,
                         struct tlm_hot_kinds *kinds)
{
    const size_t n = lane->frame.n;
    for (; refused; refused &= refused - 1) {
        const unsigned r = (unsigned)__builtin_ctzll(refused);
        const uint64_t bit = UINT64_C(1) << r;
        const size_t start = block->spans.start[r], end = block->spans.end[r];
        struct tlm_hot_cell cell;
        if (start > end || !tlm__hot_read_cell(lane, lane->text + start, end - start, &cell) ||
            (cell.kind == TLM_STRING && !tlm__hot_frame_lengths(lane, column))) {
            tlm__hot_limit(block, bit);
            return;
        }
        column->values[n + r] = cell.bits;
        if (cell.kind == TLM_STRING)
            column->lengths[n + r] = cell.length;
        note_cell(&cell, bit, kinds);
    }
}

/* ---- forms ----------------------------------------------------------------------------------- */

static int count_short(const struct tlm_hot_block *block, uint64_t rows)
{
    int n = 0;
    for (size_t r = 0; r < block->good; r++)
        n += (rows >> r & 1) && block->spans.end[r] - block->spans.start[r] <= SHORT_NUMBER;
    return n;
}

/* Which of the loops for numbers would have taken most of them. */
static enum tlm_hot_form number_form(const struct tlm_hot_value *value,
                                     const struct tlm_hot_block *block, uint64_t refused,
                                     uint64_t numbers, uint64_t integers)
{
    const int n = __builtin_popcountll(numbers);
    const enum tlm_hot_form plain =
        __builtin_popcountll(integers & numbers) > n / 2 ? TLM_HOT_INTEGER : TLM_HOT_FIXED;
    switch (value->form) {
    case TLM_HOT_TEXT:
    case TLM_HOT_WORD:
        return plain;
    case TLM_HOT_LONG:
        return count_short(block, numbers) > n / 2 ? plain : TLM_HOT_LONG;
    case TLM_HOT_FIXED:
    case TLM_HOT_INTEGER:
        break;
    }
    if (__builtin_popcountll(refused & numbers) <= n / 4)
        return value->form;
    if (plain == TLM_HOT_INTEGER)
        return plain;
    return value->form == TLM_HOT_FIXED ? TLM_HOT_LONG : TLM_HOT_FIXED;
}

/* Picks the loop that would have taken most of the values. */
static void choose_form(struct tlm_hot_lane *lane, const struct tlm_hot_block *block,
                        struct tlm_hot_value *value, uint64_t refused,
                        const struct tlm_hot_kinds *kinds)
{
    const uint64_t all = tlm__low_bits(block->good), texts = kinds->texts & ~kinds->words & all;
    const uint64_t numbers = all & ~(texts | kinds->words);
    const int n = (int)block->good, n_texts = __builtin_popcountll(texts),
              n_numbers = __builtin_popcountll(numbers);
    if (n < FEW_ROWS)
        return;
    if ((n_texts + n_numbers) * 8 <= n)
        value->form = TLM_HOT_WORD;
    else if (n_texts > n_numbers)
        value->form = TLM_HOT_TEXT;
    else
        value->form = number_form(value, block, refused, numbers, kinds->integers);
    if (value->form == TLM_HOT_TEXT && !lane->layout.texts)
        lane->wants_texts = true;
}

/* A guess that there are blanks around numbers. */
static void note_blanks(const struct tlm_hot_lane *lane, const struct tlm_hot_block *block,
                        struct tlm_hot_value *value, uint64_t refused)
{
    if (lane->json || value->padded)
        return;
    for (; refused && !value->padded; refused &= refused - 1) {
        const int r = __builtin_ctzll(refused);
        const uint32_t start = block->spans.start[r], end = block->spans.end[r];
        value->padded =
            start < end && (is_blank(lane->text[start]) || is_blank(lane->text[end - 1]));
    }
}

void tlm__hot_take_cells(struct tlm_hot_lane *lane, struct tlm_hot_block *block,
                         struct tlm_hot_value *value)
{
    struct tlm_hot_column *column = &lane->frame.columns[value->column];
    const uint64_t all = tlm__low_bits(block->good);
    const uint64_t refused = convert(lane, value, block, column) & all;
    if (!refused && value->form == TLM_HOT_FIXED && !column->kinds && column->kind == TLM_DOUBLE)
        return; /* as most are */
    struct tlm_hot_kinds kinds = {0};
    note_taken(lane, value->form, all & ~refused, column->values + lane->frame.n, &kinds);
    if (refused) {
        note_blanks(lane, block, value, refused);
        read_refused(lane, block, column, refused, &kinds);
    }
    if (refused || value->form == TLM_HOT_LONG)
        choose_form(lane, block, value, refused, &kinds);
    if (block->good && !tlm__hot_frame_kinds(lane, column, block->good, &kinds)) {
        lane->no_memory = true;
        block->good = 0;
    }
}
