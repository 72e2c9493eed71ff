#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "feed.h"

/* A text buffer that a long row made larger than this is not kept. */
enum { KEEP_BYTES = 2 * TLM_CHUNK_MAX, KEEP_ROWS_BYTES = 8 * 1024 * 1024 };

size_t tlm__run_names_budget(const struct tlm_run *run)
{
    return (size_t)(run->feed->writer->options.memory_bytes / 4);
}

enum tlm_code tlm__run_fail_crowded(const struct tlm_run *run, struct tlm_error *error)
{
    return tlm__fail(error, TLM_LIMIT,
                     "%s: the names of so many channels do not fit the memory budget of %llu bytes",
                     tlm__source_name(run->source),
                     (unsigned long long)run->feed->writer->options.memory_bytes);
}

/* ---- lanes ---------------------------------------------------------------------------------- */

static bool make_parser(struct tlm_run *run, struct tlm_lane *lane)
{
    if (run->rules.input == TLM_INPUT_JSONL)
        return (lane->json = tlm__json_parser_new(&lane->assembler)) != NULL;
    return (lane->csv = tlm__csv_parser_new(&lane->assembler)) != NULL;
}

static enum tlm_code make_lane(struct tlm_run *run, struct tlm_lane *lane, struct tlm_error *error)
{
    tlm__columns_init(&lane->columns, &run->rules);
    lane->columns.budget = tlm__run_names_budget(run);
    enum tlm_code code = tlm__assembler_init(&lane->assembler, &run->rules, &lane->columns, error);
    lane->made = true;
    pthread_mutex_init(&lane->lock, NULL);
    lane->map.names_lock = &lane->lock;
    if (!code && !make_parser(run, lane))
        code = tlm__fail_memory(error, sizeof *lane);
    if (!code && lane->csv)
        code = tlm__csv_set_header(lane->csv, run->header, run->n_header, error);
    /* What the first lane has settled on holds for all. */
    lane->assembler.time.kind = run->lanes[0].assembler.time.kind;
    lane->assembler.time.unit_ns = run->lanes[0].assembler.time.unit_ns;
    return code;
}

static void release_lane(struct tlm_lane *lane)
{
    if (!lane->made)
        return;
    tlm__json_parser_free(lane->json);
    tlm__csv_parser_free(lane->csv);
    tlm__assembler_release(&lane->assembler);
    tlm__columns_release(&lane->columns);
    tlm__series_map_release(&lane->map);
    pthread_mutex_destroy(&lane->lock);
    *lane = (struct tlm_lane){0};
}

/* Locks a lane for the thread that asks: there are as many lanes as threads that parse, and the
 * feed's own thread holds one only for a moment. */
static struct tlm_lane *take_lane(struct tlm_run *run)
{
    size_t last = run->n_lanes - 1;
    for (size_t i = 0; i < last; i++)
        if (pthread_mutex_trylock(&run->lanes[i].lock) == 0)
            return &run->lanes[i];
    pthread_mutex_lock(&run->lanes[last].lock);
    return &run->lanes[last];
}

static bool time_is_open(const struct tlm_run *run)
{
    return run->rules.time.kind == TLM_TIME_AUTO &&
           !tlm__time_reader_settled(&run->lanes[0].assembler.time);
}

/* Names that are held once in every lane must not eat up the budget: one lane is left. */
static enum tlm_code close_lanes(struct tlm_run *run, struct tlm_error *error)
{
    enum tlm_code code = tlm__slots_drain(run, error);
    for (size_t i = 1; i < run->n_lanes && !code; i++)
        release_lane(&run->lanes[i]);
    if (!code)
        run->n_lanes = 1;
    run->crowded = false;
    return code;
}

/* Several lanes once the time format is known, which the first rows tell. */
static enum tlm_code open_lanes(struct tlm_run *run, struct tlm_error *error)
{
    if (run->n_lanes > 1 || run->n_lanes_made == 1 || time_is_open(run))
        return TLM_OK;
    enum tlm_code code = TLM_OK;
    for (size_t i = 1; i < run->n_lanes_made && !code; i++)
        code = make_lane(run, &run->lanes[i], error);
    run->n_lanes = run->n_lanes_made;
    run->n_lanes_made = 1; /* once only */
    return code;
}

/* ---- parsing -------------------------------------------------------------------------------- */

void tlm__slot_parse(struct tlm_slot *slot)
{
    struct tlm_lane *lane = slot->lane = take_lane(slot->run);
    struct tlm_place at = {.row = 1, .line = 1, .byte = slot->byte};
    const char *text = (const char *)slot->text.data + slot->start;
    uint64_t start = tlm__clock_monotonic_ns();
    slot->n_rows = slot->n_lines = 0;
    tlm__rows_reset(&slot->rows);
    lane->assembler.rows = &slot->rows;
    slot->parsed =
        lane->json ? tlm__json_parse(lane->json, text, slot->len, at, &slot->n_rows, &slot->n_lines)
                   : tlm__csv_parse(lane->csv, text, slot->len, at, &slot->n_rows, &slot->n_lines);
    slot->parse_ns = tlm__clock_monotonic_ns() - start;
    slot->lane_bytes = tlm__columns_bytes(&lane->columns);
    slot->time_format = tlm__time_reader_settled(&lane->assembler.time);
    pthread_mutex_unlock(&lane->lock);
}

static void parse(void *slot)
{
    tlm__slot_parse(slot);
}

/* ---- handing over --------------------------------------------------------------------------- */

static void note_time(struct tlm_run *run, const char *form)
{
    if (run->time_noted || run->rules.time.kind != TLM_TIME_AUTO || !form)
        return;
    run->time_noted = true;
    tlm__feed_note(run->feed, "times are read as %s (guessed; -T says otherwise)",
                   strcmp(form, "rfc3339") == 0 ? "RFC 3339 / ISO 8601"
                   : strcmp(form, "s") == 0     ? "seconds since 1970"
                   : strcmp(form, "ms") == 0    ? "milliseconds since 1970"
                   : strcmp(form, "us") == 0    ? "microseconds since 1970"
                                                : "nanoseconds since 1970");
}

static enum tlm_code reject(struct tlm_run *run, const struct tlm_bad_row *found,
                            struct tlm_error *error)
{
    struct tlm_bad_row bad = *found;
    bad.row += run->row - 1;
    bad.line += run->line - 1;
    return tlm__feed_reject(run->feed, tlm__source_name(run->source), &bad, error);
}

/* Good rows to the writer and bad ones to the policy, in the order of the text. */
static enum tlm_code hand_over(struct tlm_run *run, struct tlm_slot *slot, struct tlm_error *error)
{
    const struct tlm_rows *rows = &slot->rows;
    struct tlm_rows_cursor cursor = {0};
    for (size_t i = 0; i <= rows->n_bad; i++) {
        size_t to = i < rows->n_bad ? rows->bad[i].rows_before : rows->n_rows + rows->frame_rows;
        enum tlm_code code = TLM_OK;
        if (to > cursor.taken)
            code = tlm__writer_take_rows(run->feed->writer, &slot->lane->columns, &slot->lane->map,
                                         rows, &cursor, to, error);
        if (!code && i < rows->n_bad)
            code = reject(run, &rows->bad[i], error);
        if (code)
            return code;
    }
    return TLM_OK;
}

/* Waits for the oldest chunk and hands its rows over. */
static enum tlm_code collect(struct tlm_run *run, struct tlm_error *error)
{
    assert(run->n_slots);
    struct tlm_slot *slot = &run->slots[run->first_slot];
    struct tlm_feed *feed = run->feed;
    tlm__pool_wait(feed->writer->pool, &slot->job);
    run->first_slot = (run->first_slot + 1) % run->n_slots;
    run->n_waiting--;
    if (run->ranges_end)
        return TLM_OK; /* what comes behind it is read again */
    if (slot->range) {
        run->ranges_end = slot->refused || slot->last;
        if (slot->refused)
            return TLM_OK;
        run->taken = slot->byte + slot->len;
        feed->stats.bytes_in += slot->len;
    }
    if (!slot->parsed && slot->lane_bytes > slot->lane->columns.budget)
        return tlm__run_fail_crowded(run, error);
    if (!slot->parsed)
        return tlm__fail_memory(error, slot->len);
    note_time(run, slot->time_format);
    uint64_t rejected = feed->stats.rejected;
    feed->stats.rows += slot->n_rows;
    enum tlm_code code = hand_over(run, slot, error);
    struct tlm_stats spent = {
        .read_ns = slot->read_ns,
        .bytes_in = slot->range ? slot->len : 0,
        .parse_ns = slot->parse_ns,
        .rows = slot->n_rows,
        .rejected = feed->stats.rejected - rejected,
    };
    tlm__writer_count(feed->writer, &spent);
    run->crowded = run->n_lanes > 1 &&
                   slot->lane_bytes * run->n_lanes > feed->writer->options.memory_bytes / 4;
    run->row += slot->n_rows;
    run->line += slot->n_lines;
    if (slot->text.cap > KEEP_BYTES)
        tlm__buf_release(&slot->text);
    if (tlm__rows_bytes(&slot->rows) > KEEP_ROWS_BYTES)
        tlm__rows_release(&slot->rows);
    return code;
}

enum tlm_code tlm__slots_drain(struct tlm_run *run, struct tlm_error *error)
{
    while (run->n_waiting) {
        enum tlm_code code = collect(run, error);
        if (code)
            return code;
    }
    return TLM_OK;
}

/* ---- chunks in ------------------------------------------------------------------------------ */

/* The slot takes the text as it is; what is behind the rows moves to the slot's old buffer. */
static bool move_text(struct tlm_run *run, struct tlm_slot *slot, size_t len)
{
    size_t tail = tlm__run_len(run) - len;
    tlm__buf_reset(&slot->text);
    if (!tlm__buf_reserve(&slot->text, tail + TLM_TEXT_PADDING) ||
        !tlm__buf_append(&slot->text, tlm__run_text(run) + len, tail))
        return false;
    struct tlm_buf text = slot->text;
    slot->text = run->text;
    slot->start = run->start;
    slot->len = len;
    slot->byte = run->byte;
    run->text = text;
    run->start = 0;
    run->byte += len;
    return true;
}

enum tlm_code tlm__slots_next(struct tlm_run *run, struct tlm_slot **slot, struct tlm_error *error)
{
    enum tlm_code code = TLM_OK;
    if (run->n_waiting == run->n_slots)
        code = collect(run, error);
    if (!code)
        *slot = &run->slots[(run->first_slot + run->n_waiting) % run->n_slots];
    return code;
}

void tlm__slots_start(struct tlm_run *run, struct tlm_slot *slot, void (*job)(void *slot))
{
    slot->job = (struct tlm_job){.run = job, .argument = slot};
    run->n_waiting++;
    tlm__pool_submit(run->feed->writer->pool, &slot->job);
}

void tlm__slots_drop(struct tlm_run *run)
{
    for (; run->n_waiting; run->n_waiting--) {
        tlm__pool_wait(run->feed->writer->pool, &run->slots[run->first_slot].job);
        run->first_slot = (run->first_slot + 1) % run->n_slots;
    }
}

enum tlm_code tlm__slots_submit(struct tlm_run *run, size_t len, struct tlm_error *error)
{
    struct tlm_slot *slot;
    enum tlm_code code = run->crowded ? close_lanes(run, error) : open_lanes(run, error);
    if (!code)
        code = tlm__slots_next(run, &slot, error);
    if (code)
        return code;
    if (!move_text(run, slot, len))
        return tlm__fail_memory(error, len);
    slot->range = slot->read_ns = 0;
    /* A chunk that one long row made large is not multiplied by the number of slots. */
    bool alone = run->n_lanes == 1 || slot->text.cap > KEEP_BYTES;
    tlm__slots_start(run, slot, parse);
    return alone ? tlm__slots_drain(run, error) : TLM_OK;
}

/* ---- set-up --------------------------------------------------------------------------------- */

enum tlm_code tlm__slots_init(struct tlm_run *run, struct tlm_error *error)
{
    unsigned threads = tlm__pool_threads(run->feed->writer->pool);
    run->n_lanes = 1;
    run->n_lanes_made = threads;
    run->n_slots = threads == 1 ? 1 : 2 * (size_t)threads;
    run->lanes = tlm__apart_new(threads * sizeof *run->lanes);
    run->slots = tlm__apart_new(run->n_slots * sizeof *run->slots);
    if (!run->lanes || !run->slots)
        return tlm__fail_memory(error, run->n_slots * sizeof *run->slots);
    for (size_t i = 0; i < run->n_slots; i++)
        run->slots[i].run = run;
    enum tlm_code code = make_lane(run, &run->lanes[0], error);
    tlm__time_reader_init(&run->lanes[0].assembler.time, &run->rules.time);
    return code;
}

void tlm__slots_release(struct tlm_run *run)
{
    tlm__slots_drop(run);
    for (size_t i = 0; run->lanes && i < run->n_lanes; i++)
        release_lane(&run->lanes[i]);
    for (size_t i = 0; run->slots && i < run->n_slots; i++) {
        tlm__buf_release(&run->slots[i].text);
        tlm__rows_release(&run->slots[i].rows);
    }
    free(run->lanes);
    free(run->slots);
}
