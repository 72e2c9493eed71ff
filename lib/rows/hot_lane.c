#include "rows/hot_lane.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "rows/hot_index.h"
#include "rows/hot_time.h"
#include "rows/json_array.h"
#include "rows/json_text.h"

enum {
    SHORT_RUN = 16,   /* rows; a run below that did not pay */
    FEW_ROWS = 2,     /* fewer values of a column are read one by one */
    REST_MAX = 127,   /* rows that the parser takes before the next try, at most */
    FRAME_MAX = 4096, /* rows */
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
    struct tlm_hot_layout layout, spare;
    struct tlm_hot_index index;
    struct tlm_hot_times times;
    const char *text; /* the chunk */
    size_t len;
    size_t seen_at, seen_size; /* a good row that the parser took last, size 0: none */
    uint32_t seen_tags;
    unsigned rest, next_rest; /* rows to leave to the parser */
    bool choppy;              /* the last run was cut into short frames */
    size_t expected;          /* rows that the next frame may have */
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
    lane->level = tlm__hot_level(rules->options.cpu);
    lane->off = rules->shape != TLM_SHAPE_WIDE || rules->n_time_parts != 1 ||
                rules->options.null_values.len || rules->options.decimal != '.' ||
                rules->options.tag_fields.len || /* integers follow their series, not their name */
                rules->options.cpu == TLM_CPU_ROWWISE;
    return lane;
}

void tlm__hot_free(struct tlm_hot_lane *lane)
{
    if (!lane)
        return;
    tlm__hot_layout_release(&lane->layout);
    tlm__hot_layout_release(&lane->spare);
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

/* ---- one column ------------------------------------------------------------------------------ */

static uint64_t low_bits(size_t n)
{
    return n < 64 ? (UINT64_C(1) << n) - 1 : UINT64_MAX;
}

/* Rows from the first of the marked ones on are not good. */
static void limit(struct block *block, uint64_t bad)
{
    bad &= low_bits(block->good);
    if (!bad)
        return;
    block->good = (size_t)__builtin_ctzll(bad);
    block->cut = false;
}

static void find_spans(struct block *block, size_t stride, const struct tlm_hot_value *value)
{
    const uint32_t *entry = block->entries + value->entry;
    struct tlm_hot_spans *spans = &block->spans;
    size_t n = block->good;
    for (size_t r = 0; r < n; r++, entry += stride) {
        spans->start[r] = entry[0] + value->behind;
        spans->end[r] = entry[1] - value->before;
    }
    for (size_t r = n; r % 8; r++) {
        spans->start[r] = spans->start[n - 1];
        spans->end[r] = spans->end[n - 1];
    }
}

/* True when the index tells all about the literal: see check_rows. */
static bool is_separator(const struct tlm_hot_lane *lane, const struct tlm_hot_literal *literal)
{
    return literal->len == 1 &&
           (literal->text[0] == lane->layout.separator || literal->text[0] == '\n');
}

/* Checks the literal behind the values whose spans were found last. */
static void check_literal(const struct tlm_hot_lane *lane, struct block *block,
                          const struct tlm_hot_literal *literal)
{
    if (literal->len && !is_separator(lane, literal))
        limit(block, lane->level->differ(lane->text, block->spans.end, block->good, literal));
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

/* What the values of a block are, by row. */
struct kinds {
    uint64_t integers; /* as the text shows them */
    uint64_t stored;   /* those of them that are int64_t in the column so far */
};

/* The values that a loop has refused, as the parser reads them. Returns those that are no such
 * numbers. */
static uint64_t read_refused(const struct tlm_hot_lane *lane, const struct block *block,
                             uint64_t refused, struct kinds *kinds, uint64_t *out)
{
    const bool as_double = lane->assembler->rules->options.int_as == TLM_INT_DOUBLE;
    uint64_t bad = 0;
    for (; refused; refused &= refused - 1) {
        const unsigned r = (unsigned)__builtin_ctzll(refused);
        const uint64_t bit = UINT64_C(1) << r;
        const size_t start = block->spans.start[r], end = block->spans.end[r];
        struct tlm_number number = {.kind = TLM_NUMBER_NONE};
        if (start > end || !read_number(lane, lane->text + start, end - start, &number) ||
            (number.kind != TLM_NUMBER_DOUBLE && number.kind != TLM_NUMBER_INT)) {
            bad |= bit;
            continue;
        }
        bool is_integer = number.kind == TLM_NUMBER_INT;
        kinds->integers |= is_integer ? bit : 0;
        kinds->stored |= is_integer && !as_double ? bit : 0;
        if (is_integer && !as_double)
            out[r] = (uint64_t)number.integer;
        else
            memcpy(&out[r], &number.real, sizeof out[r]);
    }
    return bad;
}

/* Picks the loop that would have taken most of the values. */
static void choose_form(struct tlm_hot_value *value, const struct block *block, uint64_t refused,
                        uint64_t integers)
{
    int n = (int)block->good, n_integers = __builtin_popcountll(integers);
    if (block->good < FEW_ROWS)
        return;
    if (value->form == TLM_HOT_LONG) {
        int n_short = 0;
        for (int r = 0; r < n; r++)
            n_short += block->spans.end[r] - block->spans.start[r] <= 14;
        if (n_short > n / 2)
            value->form = n_integers > n / 2 ? TLM_HOT_INTEGER : TLM_HOT_FIXED;
        return;
    }
    if (__builtin_popcountll(refused) <= n / 4)
        return;
    if (n_integers > n / 2)
        value->form = TLM_HOT_INTEGER;
    else if (value->form == TLM_HOT_FIXED)
        value->form = TLM_HOT_LONG;
    else
        value->form = TLM_HOT_FIXED;
}

/* Returns those that a double cannot be trusted to hold. */
static uint64_t integers_to_doubles(uint64_t stored, uint64_t *out)
{
    uint64_t inexact = 0;
    for (; stored; stored &= stored - 1) {
        unsigned r = (unsigned)__builtin_ctzll(stored);
        int64_t integer = (int64_t)out[r];
        double real = (double)integer;
        if (integer < -(INT64_C(1) << 53) || integer > INT64_C(1) << 53)
            inexact |= UINT64_C(1) << r;
        memcpy(&out[r], &real, sizeof out[r]);
    }
    return inexact;
}

/* Settles the kind of a column when its frame starts, and ends the good rows where it changes. */
static void settle_kind(struct tlm_hot_lane *lane, struct block *block, struct tlm_hot_value *value,
                        struct kinds kinds, uint64_t *out)
{
    uint8_t *kind = &lane->frame.kinds[value->column];
    const enum tlm_int_as int_as = lane->assembler->rules->options.int_as;
    const uint64_t stored = kinds.stored & low_bits(block->good);
    if (!lane->frame.n)
        *kind = int_as == TLM_INT_DOUBLE || value->real || !(stored & 1) ? TLM_DOUBLE
                : int_as == TLM_INT_LONG                                 ? TLM_LONG
                                                                         : TLM_CELL_INT;
    const size_t good = block->good;
    if (*kind == TLM_DOUBLE && int_as != TLM_INT_LONG) {
        uint64_t inexact = integers_to_doubles(stored, out);
        limit(block, int_as == TLM_INT_AUTO ? inexact : 0);
        return;
    }
    limit(block, *kind == TLM_DOUBLE ? stored : ~stored);
    block->cut |= block->good < good;
}

static uint64_t convert(const struct tlm_hot_lane *lane, const struct tlm_hot_value *value,
                        const struct block *block, uint64_t *out)
{
    const struct tlm_hot_level *level = lane->level;
    if (block->good < FEW_ROWS)
        return UINT64_MAX;
    switch (value->form) {
    case TLM_HOT_FIXED:
        return level->fixed(lane->text, &block->spans, block->good, out);
    case TLM_HOT_INTEGER:
        return level->integer(lane->text, &block->spans, block->good, out);
    case TLM_HOT_LONG:
        return level->wide(lane->text, &block->spans, block->good, out);
    }
    return UINT64_MAX;
}

static void take_numbers(struct tlm_hot_lane *lane, struct block *block,
                         struct tlm_hot_value *value)
{
    uint64_t *out = lane->frame.values[value->column] + lane->frame.n;
    const uint64_t all = low_bits(block->good);
    const uint64_t refused = convert(lane, value, block, out) & all;
    struct kinds kinds = {0};
    if (value->form == TLM_HOT_INTEGER)
        kinds.integers = kinds.stored = all & ~refused;
    uint64_t bad = refused ? read_refused(lane, block, refused, &kinds, out) : 0;
    if (refused || value->form == TLM_HOT_LONG)
        choose_form(value, block, refused, kinds.integers);
    limit(block, bad);
    if (block->good)
        settle_kind(lane, block, value, kinds, out);
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
    uint64_t bad = 0;
    for (size_t r = 0; r < block->good; r++) {
        const size_t start = block->spans.start[r], end = block->spans.end[r];
        bool fine = start <= end && is_skippable(lane, lane->text + start, end - start);
        bad |= (uint64_t)!fine << r;
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

static bool is_fine_row(const struct tlm_hot_lane *lane, const uint32_t *entries)
{
    const struct tlm_row_options *options = &lane->assembler->rules->options;
    const struct tlm_hot_layout *layout = &lane->layout;
    const size_t start = entries[0], end = entries[layout->n_entries];
    return end - start - layout->newline_len <= options->max_line &&
           (start >= layout->longest || starts_inside(lane, entries)) &&
           (lane->json || !options->comment ||
            !is_comment(lane, lane->text + start, options->comment));
}

/* What concerns whole rows: that the next newline is the one that ends them, so that every other
 * separator in them is no newline; that the loops may read behind them; lengths, comments. */
static void check_rows(const struct tlm_hot_lane *lane, struct block *block)
{
    const struct tlm_hot_index *index = &lane->index;
    const size_t stride = lane->layout.n_entries, reach = lane->layout.longest + TLM_HOT_REACH;
    const size_t readable = lane->len + TLM_TEXT_PADDING;
    const size_t end_max = reach < readable ? readable - reach : 0;
    size_t n_lines = index->found.n_lines - index->line;
    n_lines = n_lines < block->good ? n_lines : block->good;
    const uint32_t *lines = index->found.lines + index->line, *entries = block->entries;
    size_t r = 0;
    for (; r < n_lines; r++, entries += stride)
        if (entries[stride] != lines[r] || lines[r] > end_max || !is_fine_row(lane, entries))
            break;
    if (r < block->good) {
        block->good = r;
        block->cut = false;
    }
}

/* The frame has room for the rows. */
static void take_block(struct tlm_hot_lane *lane, struct block *block)
{
    const struct tlm_hot_layout *layout = &lane->layout;
    check_rows(lane, block);
    if (block->good) {
        /* The row as a value that ends where it starts. */
        for (size_t r = 0; r < ((block->good + 7) & ~(size_t)7); r++)
            block->spans.end[r] =
                block->entries[(r < block->good ? r : block->good - 1) * layout->n_entries];
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
    const size_t n = layout->n_columns, most = (lane->len - at) / layout->shortest_row + 1;
    size_t cap = lane->expected > TLM_HOT_ROWS ? lane->expected : TLM_HOT_ROWS, size;
    cap = cap < FRAME_MAX ? cap : FRAME_MAX;
    cap = cap < most ? cap : most;
    /* The loops write up to 7 elements more than there are rows. And columns that are a power of
     * two apart would share the same few lines of the cache. */
    const size_t stride = (cap + 7 + 8) & ~(size_t)7;
    uint64_t *words = tlm__size_mul(stride, n + 1, &size) ? tlm__rows_take_words(rows, size) : NULL;
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
    size_t short_frames = 0;
    *frame = (struct frame){0};
    lane->choppy = false;
    for (bool stopped = false; !stopped;) {
        if (!tlm__hot_index_ahead(index, lane->level, stride * TLM_HOT_ROWS))
            return false;
        struct block block = {.entries = index->found.entries + index->row};
        block.n = (index->found.n_entries - 1 - index->row) / stride;
        if (!block.n)
            break;
        if (frame->n == frame->cap && (!end_frame(lane) || !begin_frame(lane, block.entries[0])))
            return false;
        const size_t room = frame->cap - frame->n;
        block.n = block.n < TLM_HOT_ROWS ? block.n : TLM_HOT_ROWS;
        block.n = block.n < room ? block.n : room;
        block.good = block.n;
        take_block(lane, &block);
        frame->n += block.good;
        *taken += block.good;
        index->row += block.good * stride;
        index->line += block.good;
        stopped = block.good < block.n && !block.cut;
        if (!block.cut)
            continue;
        short_frames += frame->n < SHORT_RUN;
        lane->choppy = stopped = short_frames > lane->layout.n_columns;
        if (!end_frame(lane))
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
    bool learned = lane->json ? tlm__hot_learn_json(&lane->spare, assembler->columns, row, size)
                              : tlm__hot_learn_csv(&lane->spare, assembler->columns, lane->names,
                                                   lane->n_names, row, size);
    lane->seen_size = 0;
    if (!learned)
        return false;
    struct tlm_hot_layout old = lane->layout;
    lane->layout = lane->spare;
    lane->spare = old;
    lane->layout.tags = lane->seen_tags;
    tlm__hot_times_init(&lane->times, &assembler->time, lane->level);
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
        *at = lane->index.found.entries[lane->index.row];
    return true;
}

static void back_off(struct tlm_hot_lane *lane)
{
    unsigned more = lane->next_rest * 2 + 1;
    lane->rest = lane->next_rest = more < REST_MAX ? more : REST_MAX;
}

void tlm__hot_saw(struct tlm_hot_lane *lane, size_t at, size_t size, bool good)
{
    const struct tlm_rows *rows = lane->assembler->rows;
    if (lane->off || !lane->len)
        return;
    lane->seen_at = at;
    lane->seen_size = good ? size : 0;
    if (good)
        lane->seen_tags = rows->rows[rows->n_rows - 1].tags;
    if (lane->rest) {
        lane->rest--;
        return;
    }
    /* The last row of a chunk, perhaps the only one: its text is gone when the next row comes. */
    bool wanted = !lane->layout.n_values || lane->next_rest;
    if (good && wanted && at + size == lane->len && !learn(lane))
        back_off(lane);
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
    if ((taken >= SHORT_RUN && !lane->choppy) || *at == lane->len) {
        lane->next_rest = 0;
        lane->rest = 0;
        return true;
    }
    lane->expected = 0;
    back_off(lane);
    return true;
}
