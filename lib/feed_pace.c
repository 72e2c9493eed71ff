#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "feed.h"

/* Pieces of a second that go at once, so that rows come evenly; and how often the writer is looked
 * at while one waits. */
enum { PIECES = 20, HEALTH_CHECK_MS = 500, READ_MIN = 4096 };

static uint64_t piece_of(const struct tlm_rate *rate)
{
    return rate->per_second > PIECES ? rate->per_second / PIECES : 1;
}

void tlm__pace_init(struct tlm_feed *feed)
{
    const struct tlm_rate *rate = &feed->rules.options.rate;
    if (rate->per_second)
        tlm__bucket_init(&feed->bucket, rate->per_second, tlm__clock_monotonic_ns());
}

size_t tlm__pace_chunk(const struct tlm_run *run, size_t chunk_bytes)
{
    const struct tlm_rate *rate = &run->rules.options.rate;
    uint64_t piece = piece_of(rate);
    if (!rate->per_second || rate->of != TLM_RATE_BYTES)
        return chunk_bytes;
    piece = piece < READ_MIN ? READ_MIN : piece;
    return piece < chunk_bytes ? (size_t)piece : chunk_bytes;
}

/* Length of the first rows, up to n of them, and how many they are. */
static size_t first_rows(const struct tlm_run *run, size_t len, uint64_t n, uint64_t *rows)
{
    size_t used = 0;
    for (*rows = 0; *rows < n && used < len; ++*rows)
        used += tlm__split_first(&run->split, tlm__run_text(run) + used, len - used);
    return used;
}

size_t tlm__run_cut(const struct tlm_run *run, size_t len, uint64_t most)
{
    if (len <= most)
        return len;
    size_t cut = tlm__split_rows(&run->split, tlm__run_text(run), (size_t)most);
    return cut ? cut : tlm__split_first(&run->split, tlm__run_text(run), len);
}

/* The piece of len bytes of rows that goes next, and what it costs. */
static size_t cut_piece(const struct tlm_run *run, size_t len, uint64_t *cost)
{
    const struct tlm_rate *rate = &run->rules.options.rate;
    const bool at_once = tlm__feed_is_woken(run->feed);
    if (rate->of == TLM_RATE_ROWS)
        return first_rows(run, len, at_once ? UINT64_MAX : piece_of(rate), cost);
    const size_t cut = at_once ? len : tlm__run_cut(run, len, piece_of(rate));
    *cost = cut;
    return cut;
}

/* Sleeps until the bucket is ready or somebody wakes the feed. */
static enum tlm_code wait_a_while(struct tlm_run *run, uint64_t wait_ns, struct tlm_error *error)
{
    struct pollfd wake = {.fd = run->feed->rules.options.wake_fd, .events = POLLIN};
    uint64_t wait_ms = (wait_ns + 999999) / 1000000;
    int ready = poll(&wake, 1, wait_ms < HEALTH_CHECK_MS ? (int)wait_ms : HEALTH_CHECK_MS);
    if (ready < 0 && errno != EINTR)
        return tlm__fail_errno(error, TLM_IO, errno, "%s", tlm__source_name(run->source));
    return tlm_writer_health(run->feed->writer, error);
}

enum tlm_code tlm__pace(struct tlm_run *run, size_t *len, struct tlm_error *error)
{
    struct tlm_bucket *bucket = &run->feed->bucket;
    const uint64_t start = tlm__clock_monotonic_ns();
    uint64_t cost = 0, wait_ns, now = start;
    enum tlm_code code = TLM_OK;
    size_t cut = cut_piece(run, *len, &cost);
    while (!code && !tlm__feed_is_woken(run->feed) &&
           (wait_ns = tlm__bucket_wait_ns(bucket, cost, now)) > 0) {
        code = tlm__slots_drain(run, error); /* what is in the parsers is not held back */
        if (!code)
            code = wait_a_while(run, wait_ns, error);
        now = tlm__clock_monotonic_ns();
    }
    if (tlm__feed_is_woken(run->feed))
        cut = cut_piece(run, *len, &cost);
    tlm__bucket_take(bucket, cost);
    const struct tlm_stats spent = {.wait_input_ns = now - start};
    tlm__writer_count(run->feed->writer, &spent);
    run->held_back = cut < *len;
    *len = cut;
    return code;
}
