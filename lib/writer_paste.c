#include "writer_paste.h"

#include "base/clock.h"
#include "base/error.h"
#include "points_stored.h"

/* ---- points --------------------------------------------------------------------------------- */

static enum tlm_code find_series(struct tlm_writer *w, const struct tlm_run_of_points *points,
                                 struct tlm_held **held)
{
    struct tlm_buf set = {0};
    enum tlm_code code = tlm__stored_tags(&set, points, &w->error);
    if (!code)
        *held = tlm__series_get(&w->series, points->channel.data, points->channel.len,
                                (const char *)set.data, set.len);
    if (!code && !*held)
        code = tlm__fail_memory(&w->error, sizeof **held);
    tlm__buf_release(&set);
    return code;
}

/* Numbers of one type, which pass no limit. */
static enum tlm_code push_numbers(struct tlm_writer *w, struct tlm_held *held, enum tlm_type type,
                                  const int64_t *times_ns, const void *bits, size_t n)
{
    enum tlm_code code = tlm__writer_reserve(w, held, n, 0);
    if (code)
        return code;
    if (!w->batch_born_ns)
        tlm__writer_batch_begins(w, times_ns[0]);
    if (!tlm__held_push_run(&w->series, held, times_ns, type, bits, n))
        return tlm__fail_memory(&w->error, n);
    w->stats.points += n;
    return TLM_OK;
}

static enum tlm_code push_stored(struct tlm_writer *w, struct tlm_held *held, int64_t time_ns,
                                 const struct tlm_stored *stored)
{
    if (!w->batch_born_ns)
        tlm__writer_batch_begins(w, time_ns);
    return tlm__writer_push(w, held, time_ns, stored);
}

/* Where points come from. */
struct origin {
    const struct tlm_run_of_points *run; /* either this */
    const struct tlm_points *columns;    /* or this, with the place of the next point's bytes */
    size_t heap_at;
};

/* Points [from, from + n), which pass no limit. */
static enum tlm_code push_some(struct tlm_writer *w, struct tlm_held *held, struct origin *origin,
                               size_t from, size_t n)
{
    const struct tlm_run_of_points *run = origin->run;
    const struct tlm_points *columns = origin->columns;
    const int64_t *times_ns = (run ? run->timestamps_ns : columns->times_ns) + from;
    enum tlm_code code = TLM_OK;
    if (run && run->reals)
        return push_numbers(w, held, run->type, times_ns, run->reals + from, n);
    if (run && run->integers)
        return push_numbers(w, held, run->type, times_ns, run->integers + from, n);
    if (!run && !columns->types && (columns->type == TLM_DOUBLE || columns->type == TLM_LONG))
        return push_numbers(w, held, columns->type, times_ns, columns->values + from, n);
    for (size_t i = 0; i < n && !code; i++) {
        struct tlm_stored stored;
        if (run && !tlm__stored_from_run(run, from + i, &w->scratch.items, &stored))
            return tlm__fail_memory(&w->error, sizeof stored);
        if (!run)
            stored = tlm__stored_from_points(columns, from + i, &origin->heap_at);
        code = push_stored(w, held, times_ns[i], &stored);
    }
    return code;
}

static enum tlm_code push(struct tlm_writer *w, struct tlm_held *held, struct origin *origin,
                          size_t from, size_t to)
{
    enum tlm_code code = TLM_OK;
    while (from < to && !code) {
        uint64_t allowed;
        code = tlm__writer_allowance(w, &allowed);
        size_t n = code ? 0 : to - from < allowed ? to - from : (size_t)allowed;
        if (!code)
            code = push_some(w, held, origin, from, n);
        from += n;
    }
    return code;
}

enum tlm_code tlm__writer_take_points(struct tlm_writer *w, const struct tlm_run_of_points *points,
                                      size_t from, size_t to, struct tlm_error *error)
{
    struct tlm_held *held = NULL;
    enum tlm_code code = tlm__writer_enter(w, error);
    if (!code)
        code = find_series(w, points, &held);
    if (!code)
        code = push(w, held, &(struct origin){.run = points}, from, to);
    return tlm__writer_leave(w, code, error);
}

enum tlm_code tlm__writer_take_columns(struct tlm_writer *w, const struct tlm_held *like,
                                       const struct tlm_points *points, size_t from, size_t to,
                                       size_t *heap_at, struct tlm_error *error)
{
    struct origin origin = {.columns = points, .heap_at = *heap_at};
    enum tlm_code code = tlm__writer_enter(w, error);
    struct tlm_held *held = NULL;
    if (!code)
        held = tlm__series_get(&w->series, like->channel, like->channel_len, like->tag_set,
                               like->tag_set_len);
    if (!code && !held)
        code = tlm__fail_memory(&w->error, sizeof *held);
    if (!code)
        code = push(w, held, &origin, from, to);
    *heap_at = origin.heap_at;
    return tlm__writer_leave(w, code, error);
}

/* ---- blocks --------------------------------------------------------------------------------- */

bool tlm__writer_fits(struct tlm_writer *w, uint64_t bytes, uint64_t points)
{
    const struct tlm_writer_options *o = &w->options;
    uint64_t room = o->rotate_points;
    pthread_mutex_lock(&w->lock);
    uint64_t in_part = w->part.tally.points + w->leaving_points + w->series.points;
    pthread_mutex_unlock(&w->lock);
    if (room && in_part < room)
        room -= in_part;
    return (!o->rotate_points || points <= room) &&
           (!o->rotate_bytes || bytes + w->header_max <= o->rotate_bytes);
}

static enum tlm_code copy(struct tlm_writer *w, const struct tlm_paste *block)
{
    struct tlm_part_file *file = w->part.file;
    if (w->options.dry_run)
        return TLM_OK;
    uint64_t start = tlm__clock_monotonic_ns();
    enum tlm_code code =
        tlm__part_copy(file, block->fd, block->offset, block->bytes - TLM_SYNC_BYTES, &w->error);
    if (!code)
        code = tlm__part_write(file, w->sync, TLM_SYNC_BYTES, &w->error);
    w->stats.write_ns += tlm__clock_monotonic_ns() - start;
    return code;
}

static enum tlm_code paste(struct tlm_writer *w, const struct tlm_paste *block)
{
    const struct tlm_writer_options *o = &w->options;
    enum tlm_code code = tlm__writer_flush_all(w);
    if (!code && o->rotate_points && w->part.tally.points >= o->rotate_points)
        code = tlm__writer_finish_part(w, true);
    if (!code)
        code = tlm__writer_place(w, block->bytes, &block->tally);
    if (!code)
        code = copy(w, block);
    if (code)
        return code;
    tlm__writer_placed(w, block->bytes, &block->tally);
    w->stats.points += block->tally.points;
    w->stats.records += block->tally.records;
    w->stats.blocks++;
    return TLM_OK;
}

enum tlm_code tlm__writer_paste(struct tlm_writer *w, const struct tlm_paste *block,
                                struct tlm_error *error)
{
    enum tlm_code code = tlm__writer_enter(w, error);
    if (!code)
        code = paste(w, block);
    return tlm__writer_leave(w, code, error);
}
