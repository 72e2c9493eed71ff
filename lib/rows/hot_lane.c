#include "rows/hot_lane.h"

#include <stdlib.h>
#include <string.h>

#include "rows/hot_index.h"
#include "rows/hot_time.h"
#include "rows/json_array.h"
#include "rows/json_text.h"

enum {
    SHORT_RUN = 16,    /* rows; a run below that did not pay */
    REST_MAX = 127,    /* rows that the parser takes before the next try, at most */
    FRAME_MAX = 4096,  /* rows */
    HEAD_BYTES = 4096, /* the index is made for so many bytes at least */
    CHUNK_MAX = 1 << 30
};

/* The rows that are being made into a frame. */
struct frame {
    size_t n, cap; /* rows */
    int64_t *times_ns;
    uint64_t **values; /* by column */
    uint8_t *kinds;    /* set with the first row */
};

struct tlm_hot_lane {
    struct tlm_assembler *assembler;
    const struct tlm_hot_level *level;
    bool json, off;
    struct tlm_name *const *names; /* CSV */
    size_t n_names;
    struct tlm_hot_layout layout;
    struct tlm_hot_index index;
    struct tlm_hot_times times;
    const char *text; /* the chunk */
    size_t len;
    size_t seen_at, seen_size; /* a good row that the parser took last, size 0: none */
    unsigned rest, next_rest;  /* rows to leave to the parser */
    size_t expected;           /* rows that the next frame may have */
    struct frame frame;
};

/* Up to TLM_HOT_ROWS rows from the index. */
struct block {
    const uint32_t *entries;
    size_t n;    /* rows */
    size_t good; /* of them, as far as is known */
    bool cut;    /* what ends the good ones is a change of kind: the next frame starts there */
    struct tlm_hot_spans spans;
};

struct tlm_hot_lane *tlm__hot_new(struct tlm_assembler *assembler)
{
    const struct tlm_row_rules *rules = assembler->rules;
    struct tlm_hot_lane *lane = calloc(1, sizeof *lane);
    if (!lane)
        return NULL;
    lane->assembler = assembler;
    lane->json = rules->input == TLM_INPUT_JSONL;
    lane->level = tlm__hot_level(0);
    lane->off = rules->shape != TLM_SHAPE_WIDE || rules->n_time_parts != 1 ||
                rules->options.null_values.len || rules->options.decimal != '.' ||
                rules->options.cpu == TLM_CPU_NO_HOT_LANE;
    if (rules->options.cpu == TLM_CPU_PORTABLE)
        lane->level = &tlm__hot_portable;
    return lane;
}

void tlm__hot_free(struct tlm_hot_lane *lane)
{
    if (!lane)
        return;
    tlm__hot_layout_release(&lane->layout);
    tlm__hot_index_release(&lane->index);
    free(lane);
}

void tlm__hot_set_names(struct tlm_hot_lane *lane, struct tlm_name *const *names, size_t n)
{
    lane->names = names;
    lane->n_names = n;
    lane->layout.n_values = 0;
}

void tlm__hot_begin(struct tlm_hot_lane *lane, const char *text, size_t len)
{
    lane->text = text;
    lane->len = len < CHUNK_MAX ? len : 0;
    lane->seen_size = 0;
    tlm__hot_index_begin(&lane->index, text, lane->len, lane->layout.separator);
}

bool tlm__hot_ready(const struct tlm_hot_lane *lane)
{
    return !lane->rest && (lane->layout.n_values || lane->seen_size);
}

void tlm__hot_saw(struct tlm_hot_lane *lane, size_t at, size_t size, bool good)
{
    if (lane->off || !lane->len)
        return;
    lane->seen_at = at;
    lane->seen_size = good ? size : 0;
    if (lane->rest)
        lane->rest--;
}

/* ---- one column ------------------------------------------------------------------------------ */

static uint32_t low_bits(size_t n)
{
    return n < 32 ? (UINT32_C(1) << n) - 1 : UINT32_MAX;
}

/* Rows from the first of the marked ones on are not good. */
static void limit(struct block *block, uint32_t bad)
{
    bad &= low_bits(block->good);
    if (!bad)
        return;
    block->good = (size_t)__builtin_ctz(bad);
    block->cut = false;
}

static void find_spans(struct block *block, size_t stride, const struct tlm_hot_value *value)
{
    const uint32_t *entry = block->entries + value->entry;
    struct tlm_hot_spans *spans = &block->spans;
    size_t n = block->good;
    for (size_t r = 0; r < n; r++, entry += stride) {
        spans->start[r] = entry[0] + value->behind;
        spans->len[r] = entry[1] - value->before - spans->start[r];
    }
    for (size_t r = n; r % 8; r++) {
        spans->start[r] = spans->start[n - 1];
        spans->len[r] = spans->len[n - 1];
    }
}

/* Checks the literal behind the values whose spans were found last. */
static void check_literal(struct tlm_hot_lane *lane, struct block *block,
                          const struct tlm_hot_literal *literal)
{
    uint32_t ends[TLM_HOT_ROWS];
    const struct tlm_hot_spans *spans = &block->spans;
    size_t n = (block->good + 7) & ~(size_t)7;
    for (size_t r = 0; r < n; r++)
        ends[r] = spans->start[r] + spans->len[r];
    limit(block, lane->level->differ(lane->text, ends, block->good, literal));
}

static bool read_number(const struct tlm_hot_lane *lane, const char *p, size_t len,
                        struct tlm_number *number)
{
    if (lane->json)
        return len && tlm__json_read_number(p, p + len, number) == len;
    while (len && (*p == ' ' || *p == '\t'))
        p++, len--;
    while (len && (p[len - 1] == ' ' || p[len - 1] == '\t'))
        len--;
    return tlm__number_read(p, len, '.', number);
}

/* The values that a loop has refused, as the parser reads them. *integers gets those that are
 * integers, their elements of out are int64_t. Returns those that are no such numbers. */
static uint32_t read_refused(const struct tlm_hot_lane *lane, const struct block *block,
                             uint32_t refused, uint32_t *integers, uint64_t *out)
{
    uint32_t bad = 0;
    for (; refused; refused &= refused - 1) {
        unsigned r = (unsigned)__builtin_ctz(refused);
        struct tlm_number number = {.kind = TLM_NUMBER_NONE};
        const size_t start = block->spans.start[r], len = block->spans.len[r];
        bool is_number = start <= lane->len && len <= lane->len - start &&
                         read_number(lane, lane->text + start, len, &number);
        if (is_number && number.kind == TLM_NUMBER_DOUBLE) {
            memcpy(&out[r], &number.real, sizeof out[r]);
        } else if (is_number && number.kind == TLM_NUMBER_INT) {
            bool as_double = lane->assembler->rules->options.int_as == TLM_INT_DOUBLE;
            if (as_double)
                memcpy(&out[r], &number.real, sizeof out[r]);
            else
                out[r] = (uint64_t)number.integer;
            *integers |= UINT32_C(1) << r;
        } else {
            bad |= UINT32_C(1) << r;
        }
    }
    return bad;
}

/* Picks the loop that would have taken most of the values. */
static void choose_form(struct tlm_hot_value *value, const struct block *block, uint32_t refused,
                        uint32_t integers)
{
    int n = (int)block->good, n_integers = __builtin_popcount(integers);
    if (value->form == TLM_HOT_LONG) {
        int n_short = 0;
        for (int r = 0; r < n; r++)
            n_short += block->spans.len[r] <= 14;
        if (n_short > n / 2)
            value->form = n_integers > n / 2 ? TLM_HOT_INTEGER : TLM_HOT_FIXED;
        return;
    }
    if (__builtin_popcount(refused) <= n / 4)
        return;
    if (n_integers > n / 2)
        value->form = TLM_HOT_INTEGER;
    else if (value->form == TLM_HOT_FIXED)
        value->form = TLM_HOT_LONG;
    else
        value->form = TLM_HOT_FIXED;
}

static void integers_to_doubles(const struct block *block, uint32_t integers, uint64_t *out,
                                uint32_t *bad)
{
    for (integers &= low_bits(block->good); integers; integers &= integers - 1) {
        unsigned r = (unsigned)__builtin_ctz(integers);
        int64_t integer = (int64_t)out[r];
        double real = (double)integer;
        if (integer < -(INT64_C(1) << 53) || integer > INT64_C(1) << 53)
            *bad |= UINT32_C(1) << r;
        memcpy(&out[r], &real, sizeof out[r]);
    }
}

/* Settles the kind of a column when its frame starts, and ends the good rows where it changes. */
static void settle_kind(struct tlm_hot_lane *lane, struct block *block,
                        struct tlm_hot_value *value, uint32_t integers, uint64_t *out)
{
    uint8_t *kind = &lane->frame.kinds[value->column];
    const enum tlm_int_as int_as = lane->assembler->rules->options.int_as;
    if (int_as == TLM_INT_DOUBLE) {
        *kind = TLM_DOUBLE;
        return;
    }
    if (!lane->frame.n)
        *kind = !(integers & 1) || value->real ? TLM_DOUBLE
                : int_as == TLM_INT_LONG      ? TLM_LONG
                                              : TLM_CELL_INT;
    uint32_t other = *kind == TLM_DOUBLE ? integers : ~integers, bad = 0;
    if (*kind == TLM_DOUBLE && int_as == TLM_INT_AUTO) {
        integers_to_doubles(block, integers, out, &bad);
        limit(block, bad);
        return;
    }
    size_t good = block->good;
    limit(block, other);
    block->cut |= block->good < good;
}

static uint32_t convert(const struct tlm_hot_lane *lane, const struct tlm_hot_value *value,
                        const struct block *block, uint64_t *out)
{
    const struct tlm_hot_level *level = lane->level;
    switch (value->form) {
    case TLM_HOT_FIXED:
        return level->fixed(lane->text, &block->spans, block->good, out);
    case TLM_HOT_INTEGER:
        if (lane->assembler->rules->options.int_as == TLM_INT_DOUBLE)
            break;
        return level->integer(lane->text, &block->spans, block->good, out);
    case TLM_HOT_LONG:
        return level->wide(lane->text, &block->spans, block->good, out);
    }
    return UINT32_MAX;
}

static void take_numbers(struct tlm_hot_lane *lane, struct block *block,
                         struct tlm_hot_value *value)
{
    uint64_t *out = lane->frame.values[value->column] + lane->frame.n;
    uint32_t all = low_bits(block->good);
    uint32_t refused = convert(lane, value, block, out) & all;
    uint32_t integers = value->form == TLM_HOT_INTEGER ? all & ~refused : 0;
    if (refused) {
        uint32_t bad = read_refused(lane, block, refused, &integers, out);
        choose_form(value, block, refused, integers);
        limit(block, bad);
    } else if (value->form == TLM_HOT_LONG) {
        choose_form(value, block, 0, 0);
    }
    if (block->good)
        settle_kind(lane, block, value, integers, out);
}

static bool is_skippable(const struct tlm_hot_lane *lane, const char *p, size_t len)
{
    if (!lane->json)
        return !memchr(p, '"', len);
    if (len > 1 && *p == '"') {
        for (size_t i = 1; i < len - 1; i++)
            if (p[i] < 0x20 || p[i] > 0x7e || p[i] == '"' || p[i] == '\\')
                return false;
        return p[len - 1] == '"';
    }
    if ((len == 4 && (memcmp(p, "true", 4) == 0 || memcmp(p, "null", 4) == 0)) ||
        (len == 5 && memcmp(p, "false", 5) == 0))
        return true;
    return len && tlm__json_number_length(p, p + len) == len;
}

static void skip_values(const struct tlm_hot_lane *lane, struct block *block)
{
    uint32_t bad = 0;
    for (size_t r = 0; r < block->good; r++) {
        const size_t start = block->spans.start[r], len = block->spans.len[r];
        bool fine = start <= lane->len && len <= lane->len - start &&
                    is_skippable(lane, lane->text + start, len);
        bad |= (uint32_t)!fine << r;
    }
    limit(block, bad);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* True when no literal of the row can start before the text: the first rows of a chunk only. */
static bool starts_inside(const struct tlm_hot_lane *lane, const uint32_t *entries)
{
    const struct tlm_hot_layout *layout = &lane->layout;
    for (size_t i = 0; i < layout->n_values; i++)
        if (entries[layout->values[i].entry + 1] < layout->values[i].before)
            return false;
    return true;
}

static bool is_comment(const struct tlm_hot_lane *lane, const char *row, const char *comment)
{
    size_t len = strlen(comment);
    return len && len <= (size_t)(lane->text + lane->len - row) && memcmp(row, comment, len) == 0;
}

/* What concerns whole rows: their length, where they end, comments. */
static void check_rows(const struct tlm_hot_lane *lane, struct block *block)
{
    const struct tlm_row_options *options = &lane->assembler->rules->options;
    const struct tlm_hot_layout *layout = &lane->layout;
    /* So far a loop may read from an entry on. */
    const size_t reach = layout->longest + TLM_HOT_REACH;
    const size_t end_max = lane->len + TLM_TEXT_PADDING - reach;
    for (size_t r = 0; r < block->good; r++) {
        const uint32_t *entries = block->entries + r * layout->n_entries;
        size_t start = entries[0], end = entries[layout->n_entries];
        if (reach > lane->len + TLM_TEXT_PADDING || end > end_max ||
            end - start - layout->newline_len > options->max_line ||
            (start < layout->longest && !starts_inside(lane, entries)) ||
            (!lane->json && options->comment &&
             is_comment(lane, lane->text + start, options->comment))) {
            limit(block, UINT32_C(1) << r);
            return;
        }
    }
}

/* The frame has room for the rows. */
static void take_block(struct tlm_hot_lane *lane, struct block *block)
{
    const struct tlm_hot_layout *layout = &lane->layout;
    check_rows(lane, block);
    if (block->good) {
        const struct tlm_hot_value whole_row = {.entry = 0};
        find_spans(block, layout->n_entries, &whole_row);
        memset(block->spans.len, 0, sizeof block->spans.len);
        check_literal(lane, block, &layout->literals[0]);
    }
    for (size_t i = 0; i < layout->n_values && block->good; i++) {
        struct tlm_hot_value *value = &layout->values[i];
        find_spans(block, layout->n_entries, value);
        check_literal(lane, block, &layout->literals[i + 1]);
        if (!block->good)
            return;
        if (value->role == TLM_HOT_NUMBER)
            take_numbers(lane, block, value);
        else if (value->role == TLM_HOT_TIME)
            limit(block, tlm__hot_times_read(&lane->times, lane->text, &block->spans, block->good,
                                             lane->frame.times_ns + lane->frame.n));
        else
            skip_values(lane, block);
    }
}

/* ---- frames ---------------------------------------------------------------------------------- */

static bool begin_frame(struct tlm_hot_lane *lane, size_t at)
{
    const struct tlm_hot_layout *layout = &lane->layout;
    struct tlm_rows *rows = lane->assembler->rows;
    size_t most = (lane->len - at) / layout->shortest_row + 1;
    size_t cap = lane->expected < FRAME_MAX ? lane->expected : FRAME_MAX;
    cap = (cap < most ? cap : most) + TLM_HOT_ROWS;
    cap &= ~(size_t)(TLM_HOT_ROWS - 1);
    /* Columns a power of two apart would share the same few lines of the cache. */
    size_t stride = cap + 8, n = layout->n_columns;
    uint64_t *words = tlm__rows_take_words(rows, stride * (n + 1));
    uint64_t **values = tlm__arena_take(&rows->arena, n * sizeof *values);
    uint8_t *kinds = tlm__arena_take(&rows->arena, n);
    if (!words || !values || !kinds)
        return false;
    for (size_t i = 0; i < n; i++)
        values[i] = words + stride * (i + 1);
    lane->frame = (struct frame){0, cap, (int64_t *)words, values, kinds};
    return true;
}

static bool end_frame(struct tlm_hot_lane *lane)
{
    struct tlm_hot_layout *layout = &lane->layout;
    struct tlm_rows *rows = lane->assembler->rows;
    struct frame *frame = &lane->frame;
    if (!frame->n)
        return true;
    lane->expected = frame->n * 2;
    uint32_t *channels = tlm__arena_take(&rows->arena, layout->n_columns * sizeof *channels);
    if (!channels)
        return false;
    for (size_t i = 0; i < layout->n_values; i++) {
        struct tlm_hot_value *value = &layout->values[i];
        if (value->role != TLM_HOT_NUMBER)
            continue;
        channels[value->column] = value->channel;
        value->real |= frame->kinds[value->column] == TLM_DOUBLE &&
                       lane->assembler->rules->options.int_as == TLM_INT_AUTO;
    }
    const struct tlm_frame made = {
        .n_rows = frame->n,
        .n_columns = layout->n_columns,
        .tags = layout->tags,
        .times_ns = frame->times_ns,
        .channels = channels,
        .kinds = frame->kinds,
        .values = frame->values,
    };
    frame->n = 0;
    frame->cap = 0;
    return tlm__rows_add_frame(rows, &made);
}

/* Takes rows until one is refused or the text ends; *taken counts them. False: memory is out. */
static bool run(struct tlm_hot_lane *lane, size_t *taken)
{
    struct tlm_hot_index *index = &lane->index;
    const size_t stride = lane->layout.n_entries;
    struct frame *frame = &lane->frame;
    *frame = (struct frame){0};
    for (bool stopped = false; !stopped;) {
        if (!tlm__hot_index_ahead(index, lane->level, stride * TLM_HOT_ROWS))
            return false;
        struct block block = {.entries = index->entries + index->row};
        block.n = (index->n - 1 - index->row) / stride;
        block.n = block.n < TLM_HOT_ROWS ? block.n : TLM_HOT_ROWS;
        block.good = block.n;
        if (!block.n)
            break;
        if (frame->cap - frame->n < TLM_HOT_ROWS &&
            (!end_frame(lane) || !begin_frame(lane, block.entries[0])))
            return false;
        take_block(lane, &block);
        frame->n += block.good;
        *taken += block.good;
        index->row += block.good * stride;
        stopped = block.good < block.n && !block.cut;
        if (block.cut && (!end_frame(lane)))
            return false;
    }
    return end_frame(lane);
}

/* ---- runs ------------------------------------------------------------------------------------ */

/* From the row that the parser took last. */
static bool learn(struct tlm_hot_lane *lane)
{
    struct tlm_assembler *assembler = lane->assembler;
    const char *row = lane->text + lane->seen_at;
    size_t size = lane->seen_size;
    if (!size || assembler->time.kind == TLM_TIME_AUTO)
        return false;
    bool learned = lane->json ? tlm__hot_learn_json(&lane->layout, assembler->columns, row, size)
                              : tlm__hot_learn_csv(&lane->layout, assembler->columns, lane->names,
                                                   lane->n_names, row, size);
    lane->seen_size = 0;
    if (!learned)
        return false;
    lane->layout.tags = assembler->rows->rows[assembler->rows->n_rows - 1].tags;
    tlm__hot_times_init(&lane->times, &assembler->time);
    lane->times.lax = !lane->json;
    lane->times.quoted = lane->layout.time_quoted;
    lane->expected = TLM_HOT_ROWS;
    return true;
}

static bool take(struct tlm_hot_lane *lane, size_t *at, size_t *taken)
{
    size_t before = *taken;
    lane->index.separator = lane->layout.separator;
    if (!tlm__hot_index_seek(&lane->index, *at))
        return false;
    if (!run(lane, taken))
        return false;
    if (*taken > before)
        *at = lane->index.entries[lane->index.row];
    return true;
}

bool tlm__hot_take(struct tlm_hot_lane *lane, size_t *at, uint64_t *rows)
{
    size_t taken = 0;
    if (lane->off || *at >= lane->len)
        return true;
    if (lane->layout.n_values && !take(lane, at, &taken))
        return false;
    if (!taken && learn(lane) && !take(lane, at, &taken))
        return false;
    *rows += taken;
    lane->seen_size = 0;
    if (taken >= SHORT_RUN || *at == lane->len) {
        lane->next_rest = 0;
        lane->rest = 0;
        return true;
    }
    lane->next_rest = lane->next_rest * 2 + 1 < REST_MAX ? lane->next_rest * 2 + 1 : REST_MAX;
    lane->rest = lane->next_rest;
    return true;
}
