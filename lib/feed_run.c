#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "feed.h"

enum { CHUNK_BYTES = 256 * 1024, CHUNK_ROWS = 16, HEALTH_CHECK_MS = 500 };

/* ---- reading -------------------------------------------------------------------------------- */

/* Waits until a live source has something; looks after signals and the writer meanwhile. What is
 * in the parsers is not held back. */
static enum tlm_code wait_for_input(void *argument, struct tlm_error *error)
{
    struct tlm_run *run = argument;
    struct pollfd fds[2] = {
        {.fd = tlm__source_fd(run->source), .events = POLLIN},
        {.fd = run->feed->rules.options.wake_fd, .events = POLLIN},
    };
    enum tlm_code code = tlm__slots_drain(run, error);
    uint64_t start = tlm__clock_monotonic_ns();
    while (!code) {
        int ready = poll(fds, 2, HEALTH_CHECK_MS);
        if (ready < 0 && errno != EINTR)
            return tlm__fail_errno(error, TLM_IO, errno, "%s", tlm__source_name(run->source));
        code = tlm__feed_wake(run->feed, error);
        if (!code && ready == 0)
            code = tlm_writer_health(run->feed->writer, error);
        if (ready > 0 && fds[0].revents)
            break;
    }
    run->waited_ns += tlm__clock_monotonic_ns() - start;
    return code;
}

/* Moves what is left to the front and makes room for a chunk, more when a row is longer. */
static enum tlm_code make_room(struct tlm_run *run, size_t *limit, struct tlm_error *error)
{
    struct tlm_buf *text = &run->text;
    size_t len = tlm__run_len(run), want = run->chunk_bytes;
    if (run->start && len)
        memmove(text->data, text->data + run->start, len);
    text->len = len;
    run->start = 0;
    while (want < len * 2)
        want *= 2;
    if (!tlm__buf_reserve(text, want - len + TLM_TEXT_PADDING))
        return tlm__fail_memory(error, want);
    *limit = want;
    return TLM_OK;
}

enum tlm_code tlm__run_fill(struct tlm_run *run, struct tlm_error *error)
{
    if (run->broken) {
        enum tlm_code failed = tlm__slots_drain(run, error);
        if (!failed && error)
            *error = run->failure;
        return failed ? failed : run->broken;
    }
    size_t limit = 0;
    enum tlm_code code = make_room(run, &limit, error);
    bool live = tlm__source_is_live(run->source);
    size_t before = run->text.len;
    struct tlm_stats spent = {0};
    while (!code && !run->at_end && !run->broken) {
        size_t room = limit - run->text.len;
        if (!room || (live && run->text.len > before))
            break;
        size_t got = 0;
        uint64_t start = tlm__clock_monotonic_ns();
        run->waited_ns = 0;
        run->broken = tlm__source_read(run->source, run->text.data + run->text.len, room, &got,
                                       &run->failure);
        spent.wait_input_ns += run->waited_ns;
        spent.read_ns += tlm__clock_monotonic_ns() - start - run->waited_ns;
        run->at_end = !run->broken && got == 0;
        run->text.len += got;
        if (run->broken && run->broken != TLM_INPUT && run->broken != TLM_IO)
            code = run->broken; /* not the source's: stopped, aborted, ... */
    }
    if (code && code == run->broken && error)
        *error = run->failure;
    spent.bytes_in = run->text.len - before;
    run->feed->stats.bytes_in += spent.bytes_in;
    tlm__writer_count(run->feed->writer, &spent);
    return code;
}

void tlm__run_skip(struct tlm_run *run, size_t len, uint64_t lines)
{
    run->start += len;
    run->byte += len;
    run->line += lines;
}

/* ---- lines that are too long ---------------------------------------------------------------- */

static enum tlm_code refuse_long(struct tlm_run *run, struct tlm_error *error)
{
    char reason[96];
    enum tlm_code code = tlm__slots_drain(run, error);
    if (code)
        return code;
    snprintf(reason, sizeof reason, "the line is longer than %llu bytes (--max-line, --memory)",
             (unsigned long long)run->rules.options.max_line);
    struct tlm_bad_row bad = {
        .code = TLM_ROW_TOO_LONG,
        .row = run->row,
        .line = run->line,
        .byte = run->byte,
        .text = tlm__run_text(run),
        .text_len = run->rules.options.max_line,
        .reason = reason,
    };
    struct tlm_stats more = {.rows = 1, .rejected = 1};
    run->row++;
    run->feed->stats.rows++;
    run->skipping = true;
    tlm__writer_count(run->feed->writer, &more);
    return tlm__feed_reject(run->feed, tlm__source_name(run->source), &bad, error);
}

static void skip_line(struct tlm_run *run)
{
    const char *text = tlm__run_text(run);
    const char *end = memchr(text, '\n', tlm__run_len(run));
    if (!end) {
        tlm__run_skip(run, tlm__run_len(run), 0);
        return;
    }
    tlm__run_skip(run, (size_t)(end - text) + 1, 1);
    run->skipping = false;
}

/* No row is whole, though the text is longer than a row may be. A quoted cell that is never closed
 * costs its first line only. */
static enum tlm_code take_long(struct tlm_run *run, struct tlm_error *error)
{
    const char *text = tlm__run_text(run);
    const char *end = memchr(text, '\n', tlm__run_len(run));
    if (end)
        return tlm__slots_submit(run, (size_t)(end - text) + 1, error);
    return refuse_long(run, error);
}

/* ---- how much at a time ---------------------------------------------------------------------- */

/* A chunk stays in the cache of a core. Columns want some rows of it together, so that wide rows
 * come in larger chunks, as far as the budget goes. */
static void choose_chunk(struct tlm_run *run)
{
    const char *text = tlm__run_text(run);
    const char *newline = memchr(text, '\n', tlm__run_len(run));
    size_t row = newline ? (size_t)(newline - text) : tlm__run_len(run);
    uint64_t most = run->feed->writer->options.memory_bytes / 16 / run->n_slots;
    most = most < TLM_CHUNK_MAX ? most : TLM_CHUNK_MAX;
    while (run->chunk_bytes < row * CHUNK_ROWS && run->chunk_bytes * 2 <= most)
        run->chunk_bytes *= 2;
    run->chunk_bytes = tlm__pace_chunk(run, run->chunk_bytes);
}

/* ---- the loop ------------------------------------------------------------------------------- */

static enum tlm_code submit(struct tlm_run *run, size_t len, struct tlm_error *error)
{
    enum tlm_code code = TLM_OK;
    if (run->rules.options.rate.per_second)
        code = tlm__pace(run, &len, error);
    return code ? code : tlm__slots_submit(run, len, error);
}

static enum tlm_code step(struct tlm_run *run, struct tlm_error *error)
{
    size_t len = tlm__run_len(run);
    if (run->skipping) {
        skip_line(run);
        return TLM_OK;
    }
    size_t whole = run->at_end ? len : tlm__split_rows(&run->split, tlm__run_text(run), len);
    if (whole)
        return submit(run, whole, error);
    if (len > run->rules.options.max_line)
        return take_long(run, error);
    return tlm__run_fill(run, error);
}

enum tlm_code tlm__run_breathe(struct tlm_run *run, uint64_t source_bytes, struct tlm_error *error)
{
    const struct tlm_row_options *options = &run->feed->rules.options;
    run->feed->stats.file_bytes_in = run->file_bytes + source_bytes;
    enum tlm_code code = tlm__feed_wake(run->feed, error);
    if (!code && options->on_progress)
        options->on_progress(options->ctx);
    return code;
}

/* Before on_wake is called, everything that was read is in the writer, so that a part that is ended
 * there has it, and a feed that is stopped loses nothing. */
static enum tlm_code breathe_between(struct tlm_run *run, bool has_read, struct tlm_error *error)
{
    if (has_read)
        return TLM_OK; /* the next step takes it */
    enum tlm_code code = TLM_OK;
    if (tlm__feed_is_woken(run->feed)) {
        if (run->held_back)
            return TLM_OK; /* so does it with the rest */
        code = tlm__slots_drain(run, error);
    }
    return code ? code : tlm__run_breathe(run, tlm__source_file_bytes(run->source), error);
}

static enum tlm_code run_to_end(struct tlm_run *run, struct tlm_error *error)
{
    run->file_bytes = run->feed->stats.file_bytes_in;
    for (;;) {
        enum tlm_code code = TLM_OK;
        uint64_t before = run->feed->stats.bytes_in;
        if (tlm__ranges_possible(run))
            code = tlm__ranges_run(run, error);
        else if (tlm__run_len(run))
            code = step(run, error);
        else if (!run->at_end)
            code = tlm__run_fill(run, error);
        else
            return tlm__slots_drain(run, error);
        if (!code)
            code = breathe_between(run, run->feed->stats.bytes_in != before, error);
        if (code)
            return code;
    }
}

enum tlm_code tlm__run_source(struct tlm_feed *feed, struct tlm_source *source,
                              struct tlm_error *error)
{
    struct tlm_run run = {.feed = feed,
                          .source = source,
                          .row = 1,
                          .line = 1,
                          .chunk_bytes = CHUNK_BYTES,
                          .rules = tlm__feed_rules(feed)};
    bool empty = false;
    tlm__source_set_wait(source, wait_for_input, &run);
    enum tlm_code code = tlm__run_settle(&run, &empty, error);
    if (!code && !empty)
        code = tlm__slots_init(&run, error);
    if (!code && !empty)
        choose_chunk(&run);
    if (!code && !empty)
        code = run_to_end(&run, error);
    tlm__slots_release(&run);
    tlm__arena_release(&run.arena);
    tlm__buf_release(&run.text);
    tlm__source_free(source);
    return code;
}
