#include <string.h>

#include "base/clock.h"
#include "feed.h"

enum { LOOK_AHEAD = 4096 /* bytes read behind a range, where its last row ends as a rule */ };

/* Text being read from a range: buf holds the file's bytes from `from` on. A range has the rows
 * that start in it: those behind a newline in or just before it. */
struct reading {
    const struct tlm_source *source;
    struct tlm_buf *buf;
    uint64_t from;
    size_t most; /* bytes to read at the most */
    bool at_end;
};

static bool read_more(struct reading *reading, size_t size)
{
    size_t got = 0, left = reading->most - reading->buf->len;
    size = size < left ? size : left;
    if (tlm__source_read_at(reading->source, reading->from + reading->buf->len,
                            reading->buf->data + reading->buf->len, size, &got, NULL))
        return false;
    reading->buf->len += got;
    reading->at_end = got < size;
    return got > 0 || reading->at_end;
}

/* Where the row ends that byte `at` of the text, or one behind it, is the last of; SIZE_MAX: that
 * is too far away. */
static size_t find_end(struct reading *reading, size_t at)
{
    for (;;) {
        const uint8_t *bytes = reading->buf->data;
        const uint8_t *newline =
            at < reading->buf->len ? memchr(bytes + at, '\n', reading->buf->len - at) : NULL;
        if (newline)
            return (size_t)(newline - bytes) + 1;
        at = at < reading->buf->len ? reading->buf->len : at;
        if (reading->at_end)
            return reading->buf->len;
        if (reading->buf->len == reading->most || !read_more(reading, reading->most / 4))
            return SIZE_MAX;
    }
}

/* The rows of the range become the slot's text. False: they have to be read in order. */
static bool read_range(struct tlm_slot *slot)
{
    const struct tlm_run *run = slot->run;
    const size_t before = slot->byte > run->ranges_from; /* 1: the byte in front of it */
    struct reading reading = {.source = run->source,
                              .buf = &slot->text,
                              .from = slot->byte - before,
                              .most = slot->range + slot->range / 2};
    tlm__buf_reset(&slot->text);
    if (!tlm__buf_reserve(&slot->text, reading.most + TLM_TEXT_PADDING) ||
        !read_more(&reading, before + slot->range + LOOK_AHEAD))
        return false;
    size_t start = before ? find_end(&reading, 0) : 0;
    size_t end = start;
    if (start < before + slot->range && start < slot->text.len)
        end = find_end(&reading, before + slot->range - 1);
    if (end == SIZE_MAX)
        return false;
    slot->start = start;
    slot->len = end - start;
    slot->byte = reading.from + start;
    slot->last = reading.at_end && end == slot->text.len;
    return !run->split.quotes || !memchr(slot->text.data + start, '"', slot->len);
}

static void read_and_parse(void *argument)
{
    struct tlm_slot *slot = argument;
    uint64_t start = tlm__clock_monotonic_ns();
    slot->refused = !read_range(slot);
    slot->read_ns = tlm__clock_monotonic_ns() - start;
    if (!slot->refused)
        tlm__slot_parse(slot);
}

bool tlm__ranges_possible(const struct tlm_run *run)
{
    return !run->in_order && !run->rules.options.rate.per_second && run->n_lanes > 1 &&
           !run->crowded && !run->skipping && !run->broken && !run->at_end &&
           tlm__source_is_plain_file(run->source);
}

/* The text that was read in order and belongs to no chunk is read again. */
static void begin(struct tlm_run *run)
{
    const size_t again = tlm__run_len(run);
    const struct tlm_stats spent = {.bytes_in = 0 - (uint64_t)again};
    run->feed->stats.bytes_in -= again;
    tlm__writer_count(run->feed->writer, &spent);
    run->ranges_from = run->taken = run->byte;
    run->start = 0;
    tlm__buf_reset(&run->text);
}

static enum tlm_code end(struct tlm_run *run, struct tlm_error *error)
{
    enum tlm_code code = tlm__slots_drain(run, error);
    if (!code)
        code = tlm__source_go_to(run->source, run->taken, error);
    run->byte = run->taken;
    run->ranges_end = false;
    run->in_order = true;
    return code;
}

enum tlm_code tlm__ranges_run(struct tlm_run *run, struct tlm_error *error)
{
    enum tlm_code code = TLM_OK;
    begin(run);
    while (!code && !run->crowded) {
        struct tlm_slot *slot;
        code = tlm__slots_next(run, &slot, error);
        if (code || run->ranges_end)
            break;
        slot->range = run->chunk_bytes;
        slot->byte = run->byte;
        run->byte += slot->range;
        tlm__slots_start(run, slot, read_and_parse);
        code = tlm__run_breathe(run, run->taken, error);
    }
    return code ? code : end(run, error);
}
