#include "rows/hot_lane.h"

#include <stdlib.h>
#include <string.h>

#include "base/apart.h"
#include "rows/hot_block.h"

enum {
    SHORT_RUN = 16, /* rows; a run below that did not pay */
    REST_MAX = 127, /* rows that the parser takes before the next try, at most */
    CHUNK_MAX = 1 << 30
};

/* True when a text that means "no value" might be taken for a number or a time. */
static bool has_odd_nulls(const struct tlm_row_rules *rules)
{
    const struct tlm_list *nulls = &rules->options.null_values;
    for (size_t i = 0; i < nulls->len; i++) {
        const char *text = nulls->items[i];
        text += *text == '-' || *text == '+' || *text == '.';
        if (*text >= '0' && *text <= '9')
            return true;
    }
    return nulls->len && rules->time.kind == TLM_TIME_STRPTIME;
}

struct tlm_hot_lane *tlm__hot_new(struct tlm_assembler *assembler)
{
    const struct tlm_row_rules *rules = assembler->rules;
    struct tlm_hot_lane *lane = tlm__apart_new(sizeof *lane);
    if (!lane)
        return NULL;
    lane->assembler = assembler;
    lane->json = rules->input == TLM_INPUT_JSONL;
    lane->level = tlm__hot_level(rules->options.cpu);
    lane->off = rules->shape != TLM_SHAPE_WIDE || rules->n_time_parts != 1 ||
                has_odd_nulls(rules) || rules->options.decimal != '.' ||
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
    tlm__hot_tags_release(&lane->tags);
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
    tlm__hot_index_begin(&lane->index, text, lane->len);
}

bool tlm__hot_ready(const struct tlm_hot_lane *lane)
{
    return !lane->rest && (lane->layout.n_values || lane->seen_size);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static void find_spans(struct tlm_hot_block *block, size_t stride,
                       const struct tlm_hot_value *value)
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
static void check_literal(const struct tlm_hot_lane *lane, struct tlm_hot_block *block,
                          const struct tlm_hot_literal *literal)
{
    if (literal->len && !is_separator(lane, literal))
        tlm__hot_limit(block,
                       lane->level->differ(lane->text, block->spans.end, block->good, literal));
}

static void take_times(struct tlm_hot_lane *lane, struct tlm_hot_block *block)
{
    const char *first = lane->text + block->spans.start[0];
    if (!lane->json && (*first == ' ' || *first == '\t'))
        tlm__hot_trim(lane->text, &block->spans, block->good);
    tlm__hot_limit(block, tlm__hot_times_read(&lane->times, lane->text, &block->spans, block->good,
                                              lane->frame.times_ns + lane->frame.n));
}

static void skip_values(const struct tlm_hot_lane *lane, struct tlm_hot_block *block)
{
    uint64_t bad = 0;
    for (size_t r = 0; r < block->good; r++) {
        const size_t start = block->spans.start[r], end = block->spans.end[r];
        bool fine = start <= end && tlm__hot_is_skippable(lane, lane->text + start, end - start);
        bad |= (uint64_t)!fine << r;
    }
    tlm__hot_limit(block, bad);
}

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
static void check_rows(const struct tlm_hot_lane *lane, struct tlm_hot_block *block)
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
    block->good = r < block->good ? r : block->good;
}

/* The value whose spans are in the block. */
static void take_value(struct tlm_hot_lane *lane, struct tlm_hot_block *block,
                       struct tlm_hot_value *value)
{
    switch (value->role) {
    case TLM_HOT_CELL:
        tlm__hot_take_cells(lane, block, value);
        break;
    case TLM_HOT_TIME:
        take_times(lane, block);
        break;
    case TLM_HOT_TAG: /* when all other values are known */
        break;
    case TLM_HOT_SKIP:
        skip_values(lane, block);
        break;
    case TLM_HOT_PART:
        tlm__hot_take_part(lane, block, value);
        break;
    }
}

/* The frame has room for the rows. */
static void take_block(struct tlm_hot_lane *lane, struct tlm_hot_block *block)
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
        find_spans(block, layout->n_entries, &layout->values[i]);
        check_literal(lane, block, &layout->literals[i + 1]);
        if (block->good)
            take_value(lane, block, &layout->values[i]);
    }
    tlm__hot_take_tags(lane, block);
}

/* Takes rows until one is refused or the text ends; *taken counts them. False: memory is out. */
static bool run(struct tlm_hot_lane *lane, size_t *taken)
{
    struct tlm_hot_index *index = &lane->index;
    const size_t stride = lane->layout.n_entries;
    struct tlm_hot_frame *frame = &lane->frame;
    *frame = (struct tlm_hot_frame){0};
    for (bool stopped = false; !stopped;) {
        if (!tlm__hot_index_ahead(index, lane->level, stride * TLM_HOT_ROWS))
            return false;
        struct tlm_hot_block block = {.entries = index->found.entries + index->row};
        block.n = (index->found.n_entries - 1 - index->row) / stride;
        if (!block.n)
            break;
        if (frame->n == frame->cap && !tlm__hot_frame_begin(lane, block.entries[0]))
            return false;
        const size_t room = frame->cap - frame->n;
        block.n = block.n < TLM_HOT_ROWS ? block.n : TLM_HOT_ROWS;
        block.n = block.n < room ? block.n : room;
        block.good = block.n;
        take_block(lane, &block);
        if (lane->no_memory)
            return false;
        frame->n += block.good;
        *taken += block.good;
        index->row += block.good * stride;
        index->line += block.good;
        stopped = block.good < block.n || lane->wants_texts;
    }
    return tlm__hot_frame_end(lane);
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
    lane->spare.texts = lane->layout.texts || lane->wants_texts;
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
    lane->wants_texts = false;
    tlm__hot_tags_reset(&lane->tags);
    tlm__hot_times_init(&lane->times, &assembler->time, lane->level);
    lane->times.lax = !lane->json;
    lane->times.quoted = lane->layout.time_quoted;
    lane->expected = TLM_HOT_ROWS;
    return true;
}

static bool take(struct tlm_hot_lane *lane, size_t *at, size_t *taken)
{
    size_t before = *taken;
    tlm__hot_index_aim(&lane->index, &lane->layout);
    if (!tlm__hot_index_seek(&lane->index, *at))
        return false;
    if (!run(lane, taken))
        return false;
    if (*taken > before)
        *at = lane->index.found.entries[lane->index.row];
    if (lane->wants_texts)
        lane->layout.n_values = 0;
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
    if (taken >= SHORT_RUN || *at == lane->len) {
        lane->next_rest = 0;
        lane->rest = 0;
        return true;
    }
    lane->expected = 0;
    back_off(lane);
    return true;
}
