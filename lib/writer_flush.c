#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "writer_blocks.h"

static bool add_headers(struct tlm_writer *w)
{
    uint32_t count = tlm__series_count(&w->series);
    if (count > w->headers_cap) {
        uint32_t cap = w->headers_cap ? w->headers_cap : 64;
        while (cap < count)
            cap *= 2;
        struct tlm_series_header **headers = realloc(w->headers, cap * sizeof(void *));
        if (!headers)
            return false;
        w->headers = headers;
        w->headers_cap = cap;
    }
    for (; w->n_headers < count; w->n_headers++) {
        const struct tlm_held *held = w->series.series[w->n_headers];
        struct tlm_series_header *header = tlm__arena_take(&w->arena, sizeof *header);
        if (!header ||
            !tlm__series_header_init(header, held->channel, held->tag_set, held->tag_set_len))
            return false;
        w->headers[w->n_headers] = header;
    }
    return true;
}

static enum tlm_code sync_if_wanted(struct tlm_writer *w)
{
    if (w->options.fsync != TLM_FSYNC_FLUSH || !w->part.file)
        return TLM_OK;
    uint64_t start = tlm__clock_monotonic_ns();
    enum tlm_code code = tlm__part_sync_partial(w->part.file, &w->error);
    w->stats.sync_ns += tlm__clock_monotonic_ns() - start;
    return code;
}

/* Fewer points in a record than this do not pay for its head. */
enum { SLICE_MIN = 512 };

static enum tlm_code add_all(struct tlm_writer *w, size_t most)
{
    enum tlm_code code = TLM_OK;
    for (uint32_t i = 0; i < tlm__series_count(&w->series) && !code; i++)
        code = tlm__blocks_add(w, w->series.series[i], w->headers[i], most);
    return code;
}

/* Few long series are cut so that each block holds the points of all of them that came together:
 * they often have their timestamps in common, which snappy then stores once. Many short ones fill
 * blocks one after the other. */
static enum tlm_code add_batch(struct tlm_writer *w)
{
    size_t longest = 0, held = 0;
    for (uint32_t i = 0; i < tlm__series_count(&w->series); i++) {
        size_t n = w->series.series[i]->leaving.n;
        longest = n > longest ? n : longest;
        held += n > 0;
    }
    size_t slice = tlm__blocks_slice(w, held);
    if (held < 2 || slice < SLICE_MIN || longest <= slice)
        return add_all(w, SIZE_MAX);
    enum tlm_code code = TLM_OK;
    for (size_t from = 0; from < longest && !code; from += slice) {
        code = add_all(w, slice);
        if (!code)
            code = tlm__blocks_end(w);
    }
    return code;
}

/* ---- leaving -------------------------------------------------------------------------------- */

static enum tlm_code leave_all(struct tlm_writer *w, bool others)
{
    w->leaving_points += w->series.points;
    w->leaving_born_ns = w->batch_born_ns;
    w->batch_born_ns = 0;
    w->stats.flushes++;
    for (uint32_t i = 0; i < tlm__series_count(&w->series); i++) {
        struct tlm_held *held = w->series.series[i];
        if (held->now.n && !tlm__held_leave(&w->series, held, others))
            return tlm__fail_memory(&w->error, tlm__held_bytes(held));
    }
    return TLM_OK;
}

static void all_gone(struct tlm_writer *w, bool back)
{
    for (uint32_t i = 0; i < tlm__series_count(&w->series); i++)
        if (w->series.series[i]->leaving.n)
            tlm__held_gone(w->series.series[i], back);
}

/* Everything that left is written. */
static enum tlm_code finish_leaving(struct tlm_writer *w, bool back)
{
    enum tlm_code code = tlm__blocks_finish(w);
    all_gone(w, back);
    w->leaving_born_ns = 0;
    return code;
}

static enum tlm_code flush_now(struct tlm_writer *w)
{
    if (!add_headers(w))
        return tlm__fail_memory(&w->error, sizeof *w->headers);
    enum tlm_code code = finish_leaving(w, false);
    if (!code && w->series.points) {
        code = tlm__writer_open_part(w);
        if (!code)
            code = leave_all(w, false);
        if (!code)
            code = add_batch(w);
        enum tlm_code finished = finish_leaving(w, true);
        code = code ? code : finished;
    }
    return code ? code : sync_if_wanted(w);
}

enum tlm_code tlm__writer_flush_all(struct tlm_writer *w)
{
    if (!w->series.points && !w->leaving_points)
        return TLM_OK;
    uint64_t start = tlm__clock_monotonic_ns();
    enum tlm_code code = flush_now(w);
    w->flushing_ns += tlm__clock_monotonic_ns() - start;
    return code;
}

/* Whether more may come while a batch is written: not where the next rotation depends on how large
 * the batch turns out to be, nor where its memory would be a large part of the budget. */
static bool may_flush_behind(const struct tlm_writer *w)
{
    const struct tlm_writer_options *o = &w->options;
    bool other_limits =
        o->rotate_points || o->rotate_every_ns || o->rotate_age_ns || o->rotate_span_ns;
    return tlm__pool_threads(w->pool) > 1 && o->fsync != TLM_FSYNC_FLUSH &&
           !(o->rotate_bytes && other_limits) && w->series.held_bytes <= o->memory_bytes / 8;
}

static enum tlm_code start_flush(struct tlm_writer *w)
{
    if (!add_headers(w))
        return tlm__fail_memory(&w->error, sizeof *w->headers);
    tlm__blocks_wait_made(w);
    all_gone(w, false);
    enum tlm_code code = tlm__writer_open_part(w);
    if (!code)
        code = leave_all(w, true);
    if (!code)
        code = add_batch(w);
    if (!code)
        code = tlm__blocks_end(w);
    return code ? code : tlm__blocks_write_done(w);
}

enum tlm_code tlm__writer_flush_behind(struct tlm_writer *w)
{
    if (!may_flush_behind(w))
        return tlm__writer_flush_all(w);
    uint64_t start = tlm__clock_monotonic_ns();
    enum tlm_code code = start_flush(w);
    w->flushing_ns += tlm__clock_monotonic_ns() - start;
    return code;
}

enum tlm_code tlm__writer_catch_up(struct tlm_writer *w)
{
    if (!tlm__blocks_pending(w))
        return TLM_OK;
    uint64_t start = tlm__clock_monotonic_ns();
    enum tlm_code code = tlm__blocks_write_done(w);
    if (!code && !tlm__blocks_pending(w))
        w->leaving_born_ns = 0;
    w->flushing_ns += tlm__clock_monotonic_ns() - start;
    return code;
}

/* ---- memory --------------------------------------------------------------------------------- */

struct candidate {
    size_t bytes;
    uint32_t series;
};

static int larger_first(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->bytes != y->bytes)
        return x->bytes < y->bytes ? 1 : -1;
    return x->series < y->series ? -1 : x->series > y->series;
}

static struct candidate *list_candidates(struct tlm_writer *w, uint32_t count)
{
    struct candidate *list = malloc((count ? count : 1) * sizeof *list);
    if (!list)
        return NULL;
    for (uint32_t i = 0; i < count; i++)
        list[i] = (struct candidate){tlm__held_bytes(w->series.series[i]), i};
    qsort(list, count, sizeof *list, larger_first);
    return list;
}

/* How many candidates from the front have to go so that `bytes` more fit. Half of the budget is
 * freed at once, so that this does not come up again soon. */
static uint32_t count_victims(const struct tlm_writer *w, const struct candidate *list,
                              uint32_t count, size_t bytes)
{
    size_t limit = w->memory_for_points, now = tlm__series_bytes(&w->series);
    uint32_t n = 0;
    while (n < count && list[n].bytes && (now + bytes > limit || now > limit / 2))
        now -= list[n++].bytes;
    return n;
}

static enum tlm_code add_victim(struct tlm_writer *w, uint32_t number)
{
    struct tlm_held *held = w->series.series[number];
    w->leaving_points += held->now.n;
    if (!tlm__held_leave(&w->series, held, false))
        return tlm__fail_memory(&w->error, tlm__held_bytes(held));
    return tlm__blocks_add(w, held, w->headers[number], SIZE_MAX);
}

static enum tlm_code write_victims(struct tlm_writer *w, const struct candidate *list, uint32_t n)
{
    enum tlm_code code = finish_leaving(w, false);
    for (uint32_t i = 0; i < tlm__series_count(&w->series) && !code; i++) {
        tlm__held_free_leaving(w->series.series[i]);
        if (!tlm__held_unshare(w->series.series[i]))
            code = tlm__fail_memory(&w->error, tlm__held_bytes(w->series.series[i]));
    }
    if (!code && n)
        code = tlm__writer_open_part(w);
    for (uint32_t i = 0; i < n && !code; i++)
        code = add_victim(w, list[i].series);
    enum tlm_code finished = finish_leaving(w, true);
    code = code ? code : finished;
    for (uint32_t i = 0; i < n && !code; i++)
        tlm__held_free_memory(&w->series, w->series.series[list[i].series]);
    return code;
}

enum tlm_code tlm__writer_make_room(struct tlm_writer *w, size_t bytes)
{
    size_t limit = w->memory_for_points;
    if (tlm__series_bytes(&w->series) + bytes <= limit)
        return TLM_OK;
    uint64_t start = tlm__clock_monotonic_ns();
    uint32_t count = tlm__series_count(&w->series);
    struct candidate *list = add_headers(w) ? list_candidates(w, count) : NULL;
    if (!list)
        return tlm__fail_memory(&w->error, count * sizeof *list);
    enum tlm_code code = write_victims(w, list, count_victims(w, list, count, bytes));
    free(list);
    w->stats.pressure_flushes++;
    w->flushing_ns += tlm__clock_monotonic_ns() - start;
    if (!code && tlm__series_bytes(&w->series) + bytes > limit)
        return tlm__fail(&w->error, TLM_LIMIT,
                         "%u series and a value of %zu bytes do not fit the memory budget of %llu "
                         "bytes",
                         count, bytes, (unsigned long long)w->options.memory_bytes);
    return code;
}

enum tlm_code tlm__writer_rotate_now(struct tlm_writer *w)
{
    enum tlm_code code = tlm__writer_flush_all(w);
    if (!code)
        code = tlm__writer_finish_part(w, true);
    return code;
}
