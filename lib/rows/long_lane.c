#include "rows/long_lane.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/apart.h"
#include "rows/hot_index.h"
#include "rows/hot_time.h"
#include "rows/json_array.h"
#include "rows/long_pattern.h"
#include "rows/parse_json.h"

enum {
    SHORT_RUN = 16, /* rows; a run below that did not pay */
    REST_MAX = 127, /* rows that the parser takes before the next try, at most */
    CHUNK_MAX = 1 << 30
};

/* Which loop suits the values. */
enum form { FORM_FIXED, FORM_INTEGER, FORM_WIDE };

struct tlm_long_lane {
    struct tlm_assembler *assembler;
    const struct tlm_hot_level *level;
    bool json, off;
    struct tlm_long_pattern pattern;
    struct tlm_hot_index index;
    struct tlm_hot_times times;
    enum form form; /* of the values, as the last rows had them */
    uint32_t tags;
    const char *text; /* the chunk */
    size_t len;
    unsigned rest, next_rest; /* rows to leave to the parser */
    bool stale;               /* the row that the parser takes next did not have the pattern */
};

/* Up to TLM_HOT_ROWS rows from the index. The arrays have elements for all of them. */
struct block {
    const uint32_t *entries;
    size_t n;    /* rows */
    size_t good; /* of them, from the first on, as far as is known */
    struct tlm_hot_spans names, values;
    struct tlm_hot_spans times;
    uint64_t bits[TLM_HOT_ROWS]; /* values: doubles or int64_t */
    uint64_t integers;           /* mask of the latter */
    int64_t times_ns[TLM_HOT_ROWS];
};

struct tlm_long_lane *tlm__long_new(struct tlm_assembler *assembler)
{
    const struct tlm_row_rules *rules = assembler->rules;
    struct tlm_long_lane *lane = tlm__apart_new(sizeof *lane);
    if (!lane)
        return NULL;
    lane->assembler = assembler;
    lane->json = rules->input == TLM_INPUT_JSONL;
    lane->level = tlm__hot_level(rules->options.cpu);
    lane->pattern.separator = lane->json ? ',' : rules->delimiter;
    lane->index.separator = lane->pattern.separator;
    lane->off = rules->shape != TLM_SHAPE_LONG || rules->n_time_parts != 1 ||
                rules->options.null_values.len || rules->options.decimal != '.' ||
                rules->options.cpu == TLM_CPU_ROWWISE || (!lane->json && rules->options.comment) ||
                !lane->pattern.separator || !strchr(",;\t|", lane->pattern.separator);
    return lane;
}

void tlm__long_free(struct tlm_long_lane *lane)
{
    if (!lane)
        return;
    tlm__long_pattern_release(&lane->pattern);
    tlm__hot_index_release(&lane->index);
    free(lane);
}

void tlm__long_forget(struct tlm_long_lane *lane)
{
    lane->pattern.n_entries = 0;
}

void tlm__long_begin(struct tlm_long_lane *lane, const char *text, size_t len)
{
    lane->text = text;
    lane->len = len < CHUNK_MAX ? len : 0;
    tlm__hot_index_begin(&lane->index, text, lane->len);
}

bool tlm__long_ready(const struct tlm_long_lane *lane)
{
    return lane->pattern.n_entries && !lane->rest;
}

/* ---- places ---------------------------------------------------------------------------------- */

static uint64_t low_bits(size_t n)
{
    return n < 64 ? (UINT64_C(1) << n) - 1 : UINT64_MAX;
}

/* Rows from the first of the marked ones on are not good. */
static void limit(struct block *block, uint64_t bad)
{
    bad &= low_bits(block->good);
    if (bad)
        block->good = (size_t)__builtin_ctzll(bad);
}

static void find_spans(const struct block *block, size_t stride, const struct tlm_long_hole *hole,
                       struct tlm_hot_spans *spans)
{
    const uint32_t *entry = block->entries + hole->entry;
    size_t n = block->good;
    for (size_t r = 0; r < n; r++, entry += stride) {
        spans->start[r] = entry[0] + hole->behind;
        spans->end[r] = entry[1] - hole->before;
    }
    for (size_t r = n; r % 8; r++) {
        spans->start[r] = spans->start[n - 1];
        spans->end[r] = spans->end[n - 1];
    }
}

/* True when the index tells all about the literal, which stands behind a hole: see check_rows. */
static bool is_separator(const struct tlm_long_pattern *pattern,
                         const struct tlm_hot_literal *literal)
{
    return literal->len == 1 &&
           (literal->text[0] == pattern->separator || literal->text[0] == '\n');
}

static void check_literal(const struct tlm_long_lane *lane, struct block *block,
                          const struct tlm_hot_literal *literal, const uint32_t *places)
{
    if (block->good && literal->len)
        limit(block, lane->level->differ(lane->text, places, block->good, literal));
}

/* False: a literal might start before the text, or the row is longer than is allowed. */
static bool is_fine_row(const struct tlm_long_lane *lane, size_t start, size_t end)
{
    return start >= lane->pattern.longest &&
           end - start - lane->pattern.newline_len <= lane->assembler->rules->options.max_line;
}

/* What concerns whole rows: that the next newline is the one that ends them, so that every other
 * separator in them is no newline; that the loops may read behind them. */
static void check_rows(const struct tlm_long_lane *lane, struct block *block)
{
    const struct tlm_hot_index *index = &lane->index;
    const size_t stride = lane->pattern.n_entries, reach = lane->pattern.longest + TLM_HOT_REACH;
    const size_t readable = lane->len + TLM_TEXT_PADDING;
    const size_t end_max = reach < readable ? readable - reach : 0;
    const uint32_t *lines = index->found.lines + index->line, *entries = block->entries;
    size_t n_lines = index->found.n_lines - index->line;
    n_lines = n_lines < block->good ? n_lines : block->good;
    size_t r = 0;
    for (; r < n_lines; r++, entries += stride)
        if (entries[stride] != lines[r] || lines[r] > end_max ||
            !is_fine_row(lane, entries[0], entries[stride]))
            break;
    block->good = r;
}

static void check_literals(const struct tlm_long_lane *lane, struct block *block)
{
    const struct tlm_long_pattern *pattern = &lane->pattern;
    uint32_t starts[TLM_HOT_ROWS];
    if (!block->good)
        return;
    for (size_t r = 0; r < ((block->good + 7) & ~(size_t)7); r++)
        starts[r] = block->entries[(r < block->good ? r : block->good - 1) * pattern->n_entries];
    check_literal(lane, block, &pattern->literals[0], starts);
    for (int i = 0; i < TLM_LONG_HOLES && block->good; i++) {
        struct tlm_hot_spans *spans[] = {&block->names, &block->times, &block->values};
        const struct tlm_long_hole *hole = &pattern->holes[i];
        find_spans(block, pattern->n_entries, hole, spans[hole->role]);
        if (!is_separator(pattern, &pattern->literals[i + 1]))
            check_literal(lane, block, &pattern->literals[i + 1], spans[hole->role]->end);
    }
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool read_number(const struct tlm_long_lane *lane, const char *p, size_t len,
                        struct tlm_number *number)
{
    if (lane->json)
        return tlm__json_read_number(p, p + len, number) == len;
    while (len && (*p == ' ' || *p == '\t'))
        p++, len--;
    while (len && (p[len - 1] == ' ' || p[len - 1] == '\t'))
        len--;
    return tlm__number_read(p, len, '.', number);
}

/* The values that a loop has refused, as the parser reads them. Returns those that are no such
 * numbers; the integer "-0" is one of them, as its sign matters in some options. */
static uint64_t read_refused(const struct tlm_long_lane *lane, struct block *block,
                             uint64_t refused)
{
    uint64_t bad = 0;
    for (; refused; refused &= refused - 1) {
        const unsigned r = (unsigned)__builtin_ctzll(refused);
        const uint64_t bit = UINT64_C(1) << r;
        const size_t start = block->values.start[r], end = block->values.end[r];
        struct tlm_number number = {.kind = TLM_NUMBER_NONE};
        bool read = start < end && read_number(lane, lane->text + start, end - start, &number);
        if (read && number.kind == TLM_NUMBER_DOUBLE) {
            memcpy(&block->bits[r], &number.real, sizeof block->bits[r]);
        } else if (read && number.kind == TLM_NUMBER_INT &&
                   !signbit(number.real) == !(number.integer < 0)) {
            block->bits[r] = (uint64_t)number.integer;
            block->integers |= bit;
        } else {
            bad |= bit;
        }
    }
    return bad;
}

static uint64_t convert(const struct tlm_long_lane *lane, struct block *block)
{
    const struct tlm_hot_level *level = lane->level;
    switch (lane->form) {
    case FORM_FIXED:
        return level->fixed(lane->text, &block->values, block->good, block->bits);
    case FORM_INTEGER:
        return level->integer(lane->text, &block->values, block->good, block->bits);
    case FORM_WIDE:
        return level->wide(lane->text, &block->values, block->good, block->bits);
    }
    return UINT64_MAX;
}

/* The loop that takes most of such values, when the present one did not. */
static void choose_form(struct tlm_long_lane *lane, const struct block *block, uint64_t refused)
{
    int n = (int)block->good;
    if (__builtin_popcountll(refused) <= n / 4)
        return;
    if (__builtin_popcountll(block->integers) > n / 2)
        lane->form = FORM_INTEGER;
    else
        lane->form = lane->form == FORM_FIXED ? FORM_WIDE : FORM_FIXED;
}

static void take_values(struct tlm_long_lane *lane, struct block *block)
{
    if (!block->good)
        return;
    const uint64_t all = low_bits(block->good), refused = convert(lane, block) & all;
    block->integers = lane->form == FORM_INTEGER ? all & ~refused : 0;
    uint64_t bad = refused ? read_refused(lane, block, refused) : 0;
    if (refused)
        choose_form(lane, block, refused);
    limit(block, bad);
}

static void take_times(struct tlm_long_lane *lane, struct block *block)
{
    if (block->good)
        limit(block, tlm__hot_times_read(&lane->times, lane->text, &block->times, block->good,
                                         block->times_ns));
}

/* ---- channels -------------------------------------------------------------------------------- */

/* A name that is met for the first time. NULL: the parser has to look at it. */
static __attribute__((noinline)) const struct tlm_name *new_channel(struct tlm_long_lane *lane,
                                                                    const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == '"' || text[i] == '\\')
            return NULL;
    if (text[0] == ' ' || text[len - 1] == ' ' || !tlm__utf8_valid(text, len))
        return NULL;
    return tlm__columns_long_channel(lane->assembler->columns, text, len);
}

/* What the text between two separators means, when the parser would not think twice about it. */
static inline const struct tlm_name *find_channel(struct tlm_long_lane *lane, size_t start,
                                                  size_t end)
{
    if (start >= end)
        return NULL;
    const char *text = lane->text + start;
    const struct tlm_name *name =
        tlm__name_find(&lane->assembler->columns->long_channels, text, end - start);
    if (!name)
        name = new_channel(lane, text, end - start);
    bool is_fine = name && name->is_plain &&
                   (name->role == TLM_ROLE_DROP ||
                    (name->role == TLM_ROLE_CHANNEL &&
                     (name->forced_type < 0 || name->forced_type == TLM_DOUBLE)));
    return is_fine ? name : NULL;
}

static inline void set_integer(struct tlm_cell *cell, int64_t integer, enum tlm_int_as int_as)
{
    cell->value.integer = integer;
    switch (int_as) {
    case TLM_INT_AUTO:
        cell->kind = TLM_CELL_INT;
        return;
    case TLM_INT_LONG:
        cell->kind = TLM_LONG;
        return;
    case TLM_INT_DOUBLE:
        cell->kind = TLM_DOUBLE;
        cell->value.real = (double)integer;
        return;
    }
}

/* Writes the good rows, for which there is room, as far as the channels are fine. */
static void put_rows(struct tlm_long_lane *lane, struct block *block)
{
    struct tlm_rows *rows = lane->assembler->rows;
    const enum tlm_int_as int_as = lane->assembler->rules->options.int_as;
    struct tlm_cell *cell = rows->cells + rows->n_cells;
    struct tlm_row *row = rows->rows + rows->n_rows;
    size_t r = 0;
    for (; r < block->good; r++) {
        const struct tlm_name *name =
            find_channel(lane, block->names.start[r], block->names.end[r]);
        if (!name)
            break;
        bool wanted = name->role == TLM_ROLE_CHANNEL;
        cell->channel = name->number & TLM_CHANNEL_MAX;
        cell->kind = TLM_DOUBLE;
        memcpy(&cell->value, &block->bits[r], sizeof cell->value);
        if (block->integers >> r & 1)
            set_integer(cell, (int64_t)block->bits[r],
                        name->forced_type < 0 ? int_as : TLM_INT_DOUBLE);
        *row++ = (struct tlm_row){block->times_ns[r], lane->tags, wanted};
        cell += wanted;
    }
    rows->n_cells = (size_t)(cell - rows->cells);
    rows->n_rows += r;
    block->good = r;
}

/* ---- runs ------------------------------------------------------------------------------------ */

static bool take_block(struct tlm_long_lane *lane, struct block *block)
{
    block->good = block->n;
    check_rows(lane, block);
    check_literals(lane, block);
    take_values(lane, block);
    take_times(lane, block);
    if (!tlm__rows_reserve(lane->assembler->rows, block->good, block->good))
        return false;
    put_rows(lane, block);
    return true;
}

/* Takes rows until one is refused or the text ends; *taken counts them. False: memory is out. */
static bool run(struct tlm_long_lane *lane, size_t *taken)
{
    struct tlm_hot_index *index = &lane->index;
    const size_t stride = lane->pattern.n_entries;
    struct block block;
    do {
        if (!tlm__hot_index_ahead(index, lane->level, stride * TLM_HOT_ROWS))
            return false;
        block.entries = index->found.entries + index->row;
        block.n = (index->found.n_entries - 1 - index->row) / stride;
        block.n = block.n < TLM_HOT_ROWS ? block.n : TLM_HOT_ROWS;
        if (!take_block(lane, &block))
            return false;
        *taken += block.good;
        index->row += block.good * stride;
        index->line += block.good;
    } while (block.n && block.good == block.n);
    return true;
}

static void back_off(struct tlm_long_lane *lane)
{
    unsigned more = lane->next_rest * 2 + 1;
    lane->rest = lane->next_rest = more < REST_MAX ? more : REST_MAX;
}

bool tlm__long_take(struct tlm_long_lane *lane, size_t *at, uint64_t *rows)
{
    size_t taken = 0;
    if (!tlm__hot_index_seek(&lane->index, *at) || !run(lane, &taken))
        return false;
    if (taken)
        *at = lane->index.found.entries[lane->index.row];
    *rows += taken;
    lane->assembler->lane_rows += taken;
    lane->stale = true;
    if (taken >= SHORT_RUN || *at == lane->len) {
        lane->next_rest = 0;
        return true;
    }
    back_off(lane);
    return true;
}

/* ---- learning -------------------------------------------------------------------------------- */

/* False: a row like this one cannot be taken. */
static bool learn(struct tlm_long_lane *lane, struct tlm_string row)
{
    const struct tlm_assembler *assembler = lane->assembler;
    const struct tlm_string name = assembler->long_channel, time = assembler->time_text[0];
    const struct tlm_value *value = &assembler->long_value;
    const struct tlm_string parts[TLM_LONG_HOLES] = {
        [TLM_LONG_NAME] = name,
        [TLM_LONG_TIME] = time,
        [TLM_LONG_VALUE] = {value->text, value->len},
    };
    if (!tlm__long_learn(&lane->pattern, row, parts))
        return false;
    if (lane->json && name.data[-1] != '"') { /* not a string */
        lane->pattern.n_entries = 0;
        return false;
    }
    tlm__hot_times_init(&lane->times, &lane->assembler->time, lane->level);
    lane->times.lax = !lane->json;
    lane->times.quoted = lane->json && time.data[-1] == '"';
    lane->tags = assembler->rows->rows[assembler->rows->n_rows - 1].tags;
    return true;
}

void tlm__long_saw(struct tlm_long_lane *lane, size_t at, size_t size)
{
    const struct tlm_assembler *assembler = lane->assembler;
    if (lane->off || !lane->len)
        return;
    lane->rest -= lane->rest > 0;
    bool wanted = lane->stale || (!lane->pattern.n_entries && !lane->rest);
    /* Among numbers, a value that is none, or of a type that the row names, does not change the
     * pattern. */
    if (!wanted || !assembler->long_has_value || assembler->long_value.kind != TLM_VALUE_NUMBER ||
        assembler->long_type >= 0)
        return;
    lane->stale = false;
    if (!learn(lane, (struct tlm_string){lane->text + at, size}))
        back_off(lane);
}
