#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "writer.h"

static bool add_headers(struct tlm_writer *w)
{
    uint32_t count = tlm__series_count(&w->series);
    if (count > w->headers_cap) {
        uint32_t cap = w->headers_cap ? w->headers_cap : 64;
        while (cap < count)
            cap *= 2;
        struct tlm_series_header *headers = realloc(w->headers, cap * sizeof *headers);
        if (!headers)
            return false;
        w->headers = headers;
        w->headers_cap = cap;
    }
    for (; w->n_headers < count; w->n_headers++) {
        const struct tlm_held *held = w->series.series[w->n_headers];
        if (!tlm__series_header_init(&w->headers[w->n_headers], held->channel, held->tag_set,
                                     held->tag_set_len))
            return false;
    }
    return true;
}

static enum tlm_code emit_block(struct tlm_writer *w)
{
    if (!w->raw.len)
        return TLM_OK;
    uint64_t start = tlm__clock_monotonic_ns();
    tlm__buf_reset(&w->block);
    enum tlm_code code = tlm__container_block(w->compressor, w->in_raw.records, w->raw.data,
                                              w->raw.len, w->sync, &w->block, &w->error);
    w->stats.compress_ns += tlm__clock_monotonic_ns() - start;
    if (!code)
        code = tlm__writer_write_block(w);
    if (code)
        return code;
    w->stats.blocks++;
    w->stats.bytes_raw += w->raw.len;
    tlm__buf_reset(&w->raw);
    w->in_raw = (struct tlm_tally){.first_ns = INT64_MAX, .last_ns = INT64_MIN};
    return TLM_OK;
}

/* Appends one record to the block being filled. A series that would be cut just because the block
 * has little room left starts the next block instead: *took.points is then 0. */
static enum tlm_code encode_some(struct tlm_writer *w, const struct tlm_series_header *header,
                                 const struct tlm_points *points, struct tlm_encoded *took)
{
    size_t before = w->raw.len, limit = w->options.block_bytes;
    size_t room = before < limit ? limit - before : 0;
    *took = (struct tlm_encoded){0};
    if (before && !room)
        return TLM_OK;
    if (!tlm__encode_record(&w->raw, header, points, room, before == 0, took))
        return tlm__fail_memory(&w->error, limit);
    if (before && took->points < points->n) {
        w->raw.len = before;
        *took = (struct tlm_encoded){0};
    }
    return TLM_OK;
}

static enum tlm_code flush_series(struct tlm_writer *w, struct tlm_held *held,
                                  const struct tlm_series_header *header)
{
    while (held->n) {
        struct tlm_points points = tlm__held_view(held);
        struct tlm_encoded took;
        enum tlm_code code = encode_some(w, header, &points, &took);
        if (!code && !took.points)
            code = emit_block(w);
        if (code)
            return code;
        if (!took.points)
            continue;
        tlm__held_take(&w->series, held, took.points, took.heap_bytes, &w->in_raw.first_ns,
                       &w->in_raw.last_ns);
        w->in_raw.points += took.points;
        w->in_raw.records++;
        w->stats.records++;
    }
    return TLM_OK;
}

static enum tlm_code sync_if_wanted(struct tlm_writer *w)
{
    if (w->options.fsync != TLM_FSYNC_FLUSH || !w->part.file)
        return TLM_OK;
    uint64_t start = tlm__clock_monotonic_ns();
    enum tlm_code code = tlm__part_sync(w->part.file, &w->error);
    w->stats.sync_ns += tlm__clock_monotonic_ns() - start;
    return code;
}

enum tlm_code tlm__writer_flush_all(struct tlm_writer *w)
{
    if (!w->series.points && !w->raw.len)
        return TLM_OK;
    if (!add_headers(w))
        return tlm__fail_memory(&w->error, sizeof *w->headers);
    uint64_t start = tlm__clock_monotonic_ns();
    uint64_t other = w->stats.compress_ns + w->stats.write_ns + w->stats.sync_ns;
    enum tlm_code code = TLM_OK;
    uint32_t count = tlm__series_count(&w->series);
    for (uint32_t i = 0; i < count && !code; i++)
        code = flush_series(w, w->series.series[i], &w->headers[i]);
    if (!code)
        code = emit_block(w);
    other = w->stats.compress_ns + w->stats.write_ns + w->stats.sync_ns - other;
    w->stats.encode_ns += tlm__clock_monotonic_ns() - start - other;
    if (!code)
        code = sync_if_wanted(w);
    w->stats.flushes++;
    w->batch_born_ns = 0;
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

/* Half of the budget is freed at once, so that this does not come up again soon. */
enum tlm_code tlm__writer_make_room(struct tlm_writer *w, size_t bytes)
{
    size_t limit = w->memory_for_points;
    if (tlm__series_bytes(&w->series) + bytes <= limit)
        return TLM_OK;
    uint32_t count = tlm__series_count(&w->series);
    struct candidate *list = add_headers(w) ? list_candidates(w, count) : NULL;
    if (!list)
        return tlm__fail_memory(&w->error, count * sizeof *list);
    enum tlm_code code = TLM_OK;
    for (uint32_t i = 0; i < count && !code; i++) {
        struct tlm_held *held = w->series.series[list[i].series];
        size_t now = tlm__series_bytes(&w->series);
        if (!list[i].bytes || (now + bytes <= limit && now <= limit / 2))
            break;
        code = flush_series(w, held, &w->headers[list[i].series]);
        if (!code)
            tlm__held_free_memory(&w->series, held);
    }
    free(list);
    if (!code)
        code = emit_block(w);
    w->stats.pressure_flushes++;
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
