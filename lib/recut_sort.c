#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "points_stored.h"
#include "recut.h"
#include "recut_order.h"

/* What a point takes at least while it is held. */
#define POINT_BYTES 24u
/* Points that are written of all series before more of the first one are, so that parts are cut
 * in time. */
#define SLICE_POINTS 100000u

/* The points of a span. */
struct sort {
    struct tlm_recut *recut;
    struct tlm_recut_reader reader;
    struct tlm_series_set store;
    struct tlm_buf keys; /* uint32_t for each series of the store */
    struct tlm_buf scratch, set;
    size_t budget;
    bool full; /* they do not fit */
};

/* ---- collecting ----------------------------------------------------------------------------- */

static struct tlm_held *find_series(struct sort *sort, const struct tlm_run_of_points *points,
                                    uint32_t key, struct tlm_error *error)
{
    uint32_t known = tlm__series_count(&sort->store);
    tlm__buf_reset(&sort->set);
    if (tlm__stored_tags(&sort->set, points, error))
        return NULL;
    struct tlm_held *held = tlm__series_get(&sort->store, points->channel.data, points->channel.len,
                                            (const char *)sort->set.data, sort->set.len);
    if (!held || (tlm__series_count(&sort->store) > known &&
                  !tlm__buf_append(&sort->keys, &key, sizeof key))) {
        tlm__fail_memory(error, sizeof *held);
        return NULL;
    }
    return held;
}

static bool push(struct sort *sort, struct tlm_held *held, const struct tlm_run_of_points *points,
                 size_t i)
{
    struct tlm_stored stored;
    if (!tlm__stored_from_run(points, i, &sort->scratch, &stored) ||
        !tlm__held_reserve(&sort->store, held, 1, stored.len) ||
        !tlm__held_push(&sort->store, held, points->timestamps_ns[i], stored.type, stored.bits))
        return false;
    if (stored.len) {
        memcpy(held->now.heap.data + held->now.heap.len, stored.bytes, stored.len);
        held->now.heap.len += stored.len;
    }
    return true;
}

static bool push_run(struct sort *sort, struct tlm_held *held,
                     const struct tlm_run_of_points *points, size_t from, size_t to)
{
    if (points->reals || points->integers) {
        const void *bits = points->reals ? (const void *)(points->reals + from)
                                         : (const void *)(points->integers + from);
        return tlm__held_reserve(&sort->store, held, to - from, 0) &&
               tlm__held_push_run(&sort->store, held, points->timestamps_ns + from, points->type,
                                  bits, to - from);
    }
    for (; from < to; from++)
        if (!push(sort, held, points, from))
            return false;
    return true;
}

static enum tlm_code take(void *ctx, const struct tlm_run_of_points *points,
                          struct tlm_error *error)
{
    struct sort *sort = ctx;
    struct tlm_recut *recut = sort->recut;
    struct tlm_string name = tlm__recut_key_name(&recut->keys, points);
    uint32_t key = tlm__intern_find(&recut->keys.names, name.data, name.len);
    bool wanted = key >= recut->first_key && key - recut->first_key < recut->n_outlets;
    struct tlm_held *held = NULL;
    for (size_t from = 0, to;
         tlm__recut_next_run(recut, points->timestamps_ns, points->n, &from, &to); from = to) {
        if (wanted && !held && !(held = find_series(sort, points, key, error)))
            return error && error->code ? error->code : TLM_NO_MEMORY;
        if (wanted && !push_run(sort, held, points, from, to))
            return tlm__fail_memory(error, points->n);
    }
    sort->full = sort->full || tlm__series_bytes(&sort->store) > sort->budget;
    return sort->full ? TLM_STOPPED : TLM_OK;
}

static enum tlm_code collect(struct sort *sort, struct tlm_error *error)
{
    struct tlm_recut *recut = sort->recut;
    enum tlm_code code = TLM_OK;
    for (size_t i = 0; i < tlm__recut_n_blocks(recut) && !code; i++) {
        const struct tlm_recut_block *block = tlm__recut_block(recut, i);
        if (block->tally.first_ns > recut->to_ns)
            tlm__recut_see_later(recut, block->tally.first_ns);
        else if (block->tally.last_ns >= recut->from_ns)
            code = tlm__recut_decode(&sort->reader, block, take, sort, error);
    }
    return code == TLM_STOPPED && sort->full ? TLM_OK : code;
}

/* ---- writing -------------------------------------------------------------------------------- */

/* Writes the points of a series up to a time. */
static enum tlm_code write_until(struct sort *sort, struct tlm_ordered *series, int64_t to_ns,
                                 struct tlm_error *error)
{
    struct tlm_writer *writer;
    const struct tlm_points *points = &series->points;
    size_t to = series->written;
    while (to < points->n && points->times_ns[to] <= to_ns)
        to++;
    if (to == series->written)
        return TLM_OK;
    enum tlm_code code = tlm__outlets_get(sort->recut, series->key, &writer, error);
    if (!code)
        code = tlm__writer_take_columns(writer, series->held, points, series->written, to,
                                        &series->heap_written, error);
    series->written = to;
    return code;
}

static enum tlm_code write_slices(struct sort *sort, struct tlm_ordered *all, uint32_t n,
                                  struct tlm_error *error)
{
    const struct tlm_recut *recut = sort->recut;
    const uint64_t span = (uint64_t)recut->to_ns - (uint64_t)recut->from_ns;
    const uint64_t slices = sort->store.points / SLICE_POINTS + 1;
    enum tlm_code code = TLM_OK;
    for (uint64_t i = 1; i <= slices && !code; i++) {
        int64_t to_ns =
            i == slices ? recut->to_ns : (int64_t)((uint64_t)recut->from_ns + span / slices * i);
        for (uint32_t k = 0; k < n && !code; k++)
            code = write_until(sort, &all[k], to_ns, error);
    }
    return code;
}

static enum tlm_code write_store(struct sort *sort, struct tlm_error *error)
{
    const uint32_t n = tlm__series_count(&sort->store);
    const uint32_t *keys = (const uint32_t *)(const void *)sort->keys.data;
    struct tlm_ordered *all = calloc((size_t)n + 1, sizeof *all);
    bool made = all != NULL;
    for (uint32_t i = 0; i < n && made; i++) {
        all[i].key = keys[i];
        made = tlm__order_series(&all[i], sort->store.series[i], sort->recut->options->dedupe);
        sort->recut->result->duplicates += all[i].duplicates;
    }
    enum tlm_code code =
        made ? write_slices(sort, all, n, error) : tlm__fail_memory(error, sort->store.held_bytes);
    for (uint32_t i = 0; i < n && all; i++)
        tlm__ordered_release(&all[i]);
    free(all);
    return code;
}

/* ---- spans that fit ------------------------------------------------------------------------- */

static void empty(struct sort *sort)
{
    tlm__series_release(&sort->store);
    sort->store = (struct tlm_series_set){0};
    tlm__buf_reset(&sort->keys);
    sort->full = false;
}

/* How many times there are from one to the other, both inside. */
static double length(int64_t from_ns, int64_t to_ns)
{
    return (double)((uint64_t)to_ns - (uint64_t)from_ns) + 1;
}

/* Bytes that the points from from_ns to to_ns take, if those of a block lie evenly in its time. */
static double estimate(const struct tlm_recut *recut, int64_t from_ns, int64_t to_ns)
{
    double points = 0;
    for (size_t i = 0; i < tlm__recut_n_blocks(recut); i++) {
        const struct tlm_tally *tally = &tlm__recut_block(recut, i)->tally;
        int64_t from = tally->first_ns > from_ns ? tally->first_ns : from_ns;
        int64_t to = tally->last_ns < to_ns ? tally->last_ns : to_ns;
        if (from <= to)
            points +=
                (double)tally->points * length(from, to) / length(tally->first_ns, tally->last_ns);
    }
    return points * POINT_BYTES;
}

/* A time behind which half of the span's points lie; before its end. */
static int64_t find_middle(const struct tlm_recut *recut, int64_t from_ns, int64_t to_ns)
{
    const double half = estimate(recut, from_ns, to_ns) / 2;
    int64_t low = from_ns, high = to_ns - 1;
    while (low < high) {
        int64_t at = (int64_t)((uint64_t)low + ((uint64_t)high - (uint64_t)low) / 2);
        if (estimate(recut, from_ns, at) < half)
            low = at + 1;
        else
            high = at;
    }
    return low;
}

static enum tlm_code sort_span(struct sort *sort, int64_t from_ns, int64_t to_ns,
                               struct tlm_error *error)
{
    struct tlm_recut *recut = sort->recut;
    enum tlm_code code = TLM_OK;
    recut->from_ns = from_ns;
    recut->to_ns = to_ns;
    empty(sort);
    sort->full = to_ns > from_ns && estimate(recut, from_ns, to_ns) > 2.0 * (double)sort->budget;
    if (!sort->full)
        code = collect(sort, error);
    if (!code && !sort->full)
        return write_store(sort, error);
    if (code)
        return code;
    if (from_ns == to_ns)
        return tlm__fail(error, TLM_LIMIT,
                         "the points of one instant do not fit the memory budget of %llu bytes",
                         (unsigned long long)recut->options->writer.memory_bytes);
    const int64_t middle = find_middle(recut, from_ns, to_ns);
    code = sort_span(sort, from_ns, middle, error);
    return code ? code : sort_span(sort, middle + 1, to_ns, error);
}

enum tlm_code tlm__recut_sort(struct tlm_recut *recut, struct tlm_error *error)
{
    struct sort sort = {.recut = recut,
                        .reader = {.recut = recut},
                        .budget = (size_t)recut->options->writer.memory_bytes / 4};
    struct tlm_error failed = {0};
    enum tlm_code code = sort_span(&sort, recut->from_ns, recut->to_ns, &failed);
    if (code && error)
        *error = failed;
    tlm__recut_reader_release(&sort.reader);
    tlm__series_release(&sort.store);
    tlm__buf_release(&sort.keys);
    tlm__buf_release(&sort.scratch);
    tlm__buf_release(&sort.set);
    return code;
}
