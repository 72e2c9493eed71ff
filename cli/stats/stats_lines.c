#include "stats_lines.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/room.h"

/* Beyond so many lines nobody looks at curves, and they would take the memory. */
#define MOST_HISTORIES 20000u
#define LEAST_RAW 64u    /* of a sketch's limits */
#define LINE_PIECES 250u /* bytes of a line's small pieces: key, sums, place in the table */

/* The latest time of a series, which is told from others by its hash. */
struct stats_clock {
    uint64_t hash; /* 0: nothing is here */
    int64_t latest;
    bool any;
};

bool stats_lines_init(struct stats_lines *lines, uint64_t memory_bytes)
{
    *lines = (struct stats_lines){
        .limits = {SKETCH_RAW, SKETCH_LIST},
        .text_limits = {TEXT_COUNTS_MOST, (size_t)(memory_bytes / 8)},
        .most_histories = MOST_HISTORIES,
        .memory_bytes = memory_bytes,
        .ranks = ranks_new(),
        .full = calloc(1, sizeof *lines->full),
    };
    return lines->ranks && lines->full;
}

static void release_line(struct stats_line *line)
{
    free(line->key);
    moments_release(&line->moments);
    sketch_release(&line->reals);
    sketch_release(&line->integers);
    sketch_release(&line->intervals);
    gaps_release(&line->gaps);
    text_counts_release(&line->texts);
    free(line->history);
    free(line);
}

void stats_lines_release(struct stats_lines *lines)
{
    for (size_t i = 0; i < lines->n; i++)
        release_line(lines->items[i]);
    free(lines->items);
    free(lines->slots);
    free(lines->clocks);
    ranks_free(lines->ranks);
    free(lines->full);
    *lines = (struct stats_lines){0};
}

bool stats_line_text(const struct stats_line *line, size_t i, struct tlm_string *text)
{
    const char *at = line->key + 1, *end = line->key + line->key_len;
    while (at < end) {
        size_t len;
        memcpy(&len, at, sizeof len);
        at += sizeof len;
        *text = (struct tlm_string){at, len};
        at += len;
        if (i-- == 0)
            return true;
    }
    return false;
}

/* ---- finding -------------------------------------------------------------------------------- */

static bool grow_slots(struct stats_lines *lines)
{
    size_t n = lines->n_slots ? 2 * lines->n_slots : 64;
    uint32_t *slots = calloc(n, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < lines->n; i++) {
        size_t at = lines->items[i]->hash & (n - 1);
        while (slots[at])
            at = (at + 1) & (n - 1);
        slots[at] = (uint32_t)i + 1;
    }
    free(lines->slots);
    lines->slots = slots;
    lines->n_slots = n;
    return true;
}

static struct stats_line *make_line(struct stats_lines *lines, const char *key, size_t len,
                                    uint64_t hash, bool curve)
{
    struct stats_line **items =
        lines->n < UINT32_MAX
            ? room_for(lines->items, sizeof(struct stats_line *), lines->n, 1, &lines->room)
            : NULL;
    if (!items)
        return NULL;
    lines->items = items;
    struct stats_line *line = malloc(sizeof *line);
    char *copy = malloc(len);
    if (!line || !copy) {
        free(line);
        free(copy);
        return NULL;
    }
    memcpy(copy, key, len);
    *line = (struct stats_line){.key = copy, .key_len = len, .hash = hash, .reals = {.real = true}};
    if (curve && lines->n < lines->most_histories)
        line->history = calloc(1, sizeof *line->history);
    items[lines->n++] = line;
    return line;
}

/* The line of a record; NULL: memory is out. */
static struct stats_line *line_of(struct stats_lines *lines, const struct stats_batch *batch,
                                  const struct stats_record *record, bool curve)
{
    const char *key = batch->keys + record->key;
    if (4 * lines->n >= 3 * lines->n_slots && !grow_slots(lines))
        return NULL;
    size_t at = record->key_hash & (lines->n_slots - 1);
    for (; lines->slots[at]; at = (at + 1) & (lines->n_slots - 1)) {
        struct stats_line *line = lines->items[lines->slots[at] - 1];
        if (line->hash == record->key_hash && line->key_len == record->key_len &&
            memcmp(line->key, key, line->key_len) == 0)
            return line;
    }
    struct stats_line *made = make_line(lines, key, record->key_len, record->key_hash, curve);
    if (made)
        lines->slots[at] = (uint32_t)lines->n;
    return made;
}

static struct stats_clock *find_clock(struct stats_clock *clocks, size_t n, uint64_t hash)
{
    size_t at = hash & (n - 1);
    while (clocks[at].hash && clocks[at].hash != hash)
        at = (at + 1) & (n - 1);
    return &clocks[at];
}

static bool grow_clocks(struct stats_lines *lines)
{
    size_t n = lines->clock_slots ? 2 * lines->clock_slots : 64;
    struct stats_clock *clocks = calloc(n, sizeof *clocks);
    if (!clocks)
        return false;
    for (size_t i = 0; i < lines->clock_slots; i++)
        if (lines->clocks[i].hash)
            *find_clock(clocks, n, lines->clocks[i].hash) = lines->clocks[i];
    free(lines->clocks);
    lines->clocks = clocks;
    lines->clock_slots = n;
    return true;
}

/* NULL: memory is out. */
static struct stats_clock *clock_of(struct stats_lines *lines, uint64_t hash)
{
    if (4 * lines->n_clocks >= 3 * lines->clock_slots && !grow_clocks(lines))
        return NULL;
    hash = hash ? hash : 1;
    struct stats_clock *clock = find_clock(lines->clocks, lines->clock_slots, hash);
    lines->n_clocks += !clock->hash;
    clock->hash = hash;
    return clock;
}

/* ---- numbers and texts ----------------------------------------------------------------------- */

static bool add_numbers(struct stats_lines *lines, struct sketch *sketch,
                        const struct stats_batch *batch, const struct stats_piece *piece)
{
    const struct ranks_numbers numbers = {batch->numbers + piece->at, piece->n, sketch->real,
                                          piece->has_extent ? &piece->extent : NULL};
    switch (piece->kind) {
    case PIECE_NONE:
        return true;
    case PIECE_SAME:
        return sketch_add_same(sketch, &lines->limits, *numbers.items, piece->n);
    case PIECE_RAW:
        return sketch_add(sketch, &lines->limits, lines->ranks, &numbers);
    case PIECE_GROUPS:
        if (piece->raw && sketch->n + piece->n <= lines->limits.raw)
            return sketch_add(sketch, &lines->limits, lines->ranks, &numbers);
        return sketch_add_groups(sketch, &lines->limits, batch->groups + piece->groups, piece->k,
                                 piece->error);
    }
    return false;
}

static bool add_texts(struct stats_lines *lines, struct stats_line *line,
                      const struct stats_batch *batch, const struct stats_record *record)
{
    for (size_t i = 0; i < record->n_texts; i++) {
        const struct stats_text *text = &batch->texts[record->texts + i];
        const struct text_count some = {batch->keys + text->at, text->len, text->hash, text->count};
        if (!text_counts_add(&line->texts, &lines->text_limits, &some))
            return false;
    }
    line->texts.more |= record->texts_left_out;
    return true;
}

static void add_lengths(struct stats_lengths *into, const struct stats_lengths *from)
{
    if (!from->n)
        return;
    into->least = !into->n || from->least < into->least ? from->least : into->least;
    into->most = from->most > into->most ? from->most : into->most;
    into->sum += from->sum;
    into->n += from->n;
}

static void note_full(struct stats_lines *lines, const struct sketch *sketch, uint64_t hash)
{
    if (sketch->n > lines->limits.raw)
        atomic_store_explicit(&lines->full->hashes[hash % STATS_FULL], hash, memory_order_relaxed);
}

static bool add_values(struct stats_lines *lines, struct stats_line *line,
                       const struct stats_batch *batch, const struct stats_record *record)
{
    moments_merge_range(&line->moments, &record->moments);
    add_lengths(&line->lengths, &record->lengths);
    note_full(lines, &line->reals, line->hash);
    note_full(lines, &line->integers, line->hash + 1);
    for (size_t i = 0; line->history && i < record->n_marks; i++) {
        const struct stats_mark *mark = &batch->marks[record->marks + i];
        value_history_add(line->history, mark->ns, mark->sum, mark->n);
    }
    return exact_sum_merge(&line->moments.sum, record->sum.low, batch->words + record->sum.at,
                           record->sum.n) &&
           exact_sum_merge(&line->moments.squares, record->squares.low,
                           batch->words + record->squares.at, record->squares.n) &&
           add_numbers(lines, &line->reals, batch, &record->reals) &&
           add_numbers(lines, &line->integers, batch, &record->integers) &&
           add_texts(lines, line, batch, record);
}

/* ---- times ---------------------------------------------------------------------------------- */

static bool add_interval(struct stats_lines *lines, struct stats_line *line, int64_t from,
                         int64_t to)
{
    struct gap gap = {(uint64_t)to - (uint64_t)from, 1, from};
    line->totals.steps++;
    return sketch_add_same(&line->intervals, &lines->limits, interval_number(gap.step), 1) &&
           gaps_add(&line->gaps, &gap, 1, 0);
}

static bool add_times(struct stats_lines *lines, struct stats_line *line,
                      const struct stats_batch *batch, const struct stats_times *times)
{
    bool none = !line->points;
    line->first_ns = none || times->first < line->first_ns ? times->first : line->first_ns;
    line->last_ns = none || times->last > line->last_ns ? times->last : line->last_ns;
    line->totals.steps += times->totals.steps;
    line->totals.late += times->totals.late;
    line->totals.duplicates += times->totals.duplicates;
    return gaps_add(&line->gaps, batch->gaps + times->gaps, times->n_gaps, times->dropped) &&
           add_numbers(lines, &line->intervals, batch, &times->steps);
}

/* The steps of a record after what came before it in its series. */
static bool take_times(struct stats_lines *lines, struct stats_line *line,
                       struct stats_batch *batch, const struct stats_rules *rules,
                       const struct stats_record *record, struct stats_clock *clock)
{
    struct stats_times times = batch->times[record->times];
    if (clock->any && times.begin < clock->latest) {
        if (!stats_batch_times(batch, rules, times.at, times.n, true, clock->latest))
            return false;
        times = batch->times[--batch->n_times];
    } else if (clock->any && times.begin == clock->latest) {
        line->totals.duplicates++;
    } else if (clock->any && !add_interval(lines, line, clock->latest, times.begin)) {
        return false;
    }
    clock->any = true;
    clock->latest = times.latest;
    return add_times(lines, line, batch, &times);
}

/* ---- gaps once more ------------------------------------------------------------------------- */

void stats_lines_recount(struct stats_lines *lines)
{
    memset(lines->clocks, 0, lines->clock_slots * sizeof *lines->clocks);
    lines->n_clocks = 0;
    lines->recounts = true;
    for (size_t i = 0; i < lines->n; i++)
        if (lines->items[i]->recount)
            lines->items[i]->gap_count = lines->items[i]->gap_total = 0;
}

static void count_gap(struct stats_line *line, int64_t from, int64_t to)
{
    uint64_t step = (uint64_t)to - (uint64_t)from;
    if (step <= line->beyond)
        return;
    line->gap_count++;
    line->gap_total += step;
}

static void recount(struct stats_line *line, const struct stats_batch *batch,
                    const struct stats_times *times, struct stats_clock *clock)
{
    const int64_t *all = batch->numbers + times->at;
    for (size_t i = 0; i < times->n; i++) {
        if (clock->any && all[i] <= clock->latest)
            continue;
        if (clock->any)
            count_gap(line, clock->latest, all[i]);
        clock->any = true;
        clock->latest = all[i];
    }
}

/* ---- blocks --------------------------------------------------------------------------------- */

static uint64_t share(uint64_t part, const struct tlm_block *block)
{
    if (!block->raw_bytes)
        return 0;
    return (uint64_t)((exact_uint128)part * block->bytes / block->raw_bytes);
}

static bool add_record(struct stats_lines *lines, struct stats_batch *batch,
                       const struct stats_rules *rules, const struct stats_record *record,
                       uint64_t disk_bytes)
{
    struct stats_line *line = line_of(lines, batch, record, rules->curves);
    struct stats_clock *clock = clock_of(lines, record->series_hash);
    if (!line || !clock)
        return false;
    if (lines->recounts) {
        if (line->recount)
            recount(line, batch, &batch->times[record->times], clock);
        return true;
    }
    if (!take_times(lines, line, batch, rules, record, clock) ||
        !add_values(lines, line, batch, record))
        return false;
    line->points += record->points;
    line->raw_bytes += record->raw_bytes;
    line->disk_bytes += disk_bytes;
    line->types |= record->types;
    return true;
}

static uint64_t bytes_held(const struct stats_lines *lines)
{
    uint64_t bytes = lines->n * (sizeof(struct stats_line) + LINE_PIECES) +
                     lines->clock_slots * sizeof *lines->clocks;
    for (size_t i = 0; i < lines->n; i++) {
        const struct stats_line *line = lines->items[i];
        bytes += sketch_bytes(&line->reals) + sketch_bytes(&line->integers) +
                 sketch_bytes(&line->intervals) + line->gaps.room * sizeof *line->gaps.items +
                 line->texts.bytes + (line->history ? sizeof *line->history : 0);
    }
    return bytes;
}

static void drop_histories(struct stats_lines *lines)
{
    for (size_t i = 0; i < lines->n; i++) {
        free(lines->items[i]->history);
        lines->items[i]->history = NULL;
    }
    lines->most_histories = 0;
}

/* Less exact, in less memory. */
static bool tighten(struct stats_lines *lines)
{
    bool done = true;
    if (lines->most_histories && lines->n && lines->items[0]->history) {
        drop_histories(lines);
        return true;
    }
    lines->limits.raw /= 2;
    lines->limits.list /= 2;
    lines->text_limits.texts /= 2;
    lines->text_limits.bytes /= 2;
    for (size_t i = 0; done && i < lines->n; i++) {
        struct stats_line *line = lines->items[i];
        done = sketch_shrink(&line->reals, &lines->limits, lines->ranks) &&
               sketch_shrink(&line->integers, &lines->limits, lines->ranks) &&
               sketch_shrink(&line->intervals, &lines->limits, lines->ranks) &&
               text_counts_shrink(&line->texts, &lines->text_limits);
    }
    return done;
}

/* Now and then, so that it costs little. */
static enum tlm_code look_at_memory(struct stats_lines *lines, size_t records)
{
    lines->unchecked += records;
    if (lines->unchecked < 64 + lines->n_checked)
        return TLM_OK;
    lines->unchecked = 0;
    lines->n_checked = lines->n;
    while (bytes_held(lines) > lines->memory_bytes) {
        if (lines->limits.raw <= LEAST_RAW)
            return TLM_LIMIT;
        if (!tighten(lines))
            return TLM_NO_MEMORY;
    }
    return TLM_OK;
}

enum tlm_code stats_lines_add(struct stats_lines *lines, struct stats_batch *batch,
                              const struct stats_rules *rules, const struct tlm_block *block)
{
    uint64_t raw = 0;
    for (size_t i = 0; i < batch->n_records; i++) {
        const struct stats_record *record = &batch->records[i];
        uint64_t before = share(raw, block);
        raw += record->raw_bytes;
        /* rounded so that all shares add up to the block */
        if (!add_record(lines, batch, rules, record, share(raw, block) - before))
            return TLM_NO_MEMORY;
    }
    return look_at_memory(lines, batch->n_records);
}

bool stats_lines_finish(const struct stats_lines *lines, struct stats_line *line)
{
    return sketch_finish(&line->reals, &lines->limits, lines->ranks) &&
           sketch_finish(&line->integers, &lines->limits, lines->ranks) &&
           sketch_finish(&line->intervals, &lines->limits, lines->ranks);
}
