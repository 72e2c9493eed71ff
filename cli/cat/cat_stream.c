#include "cat/cat_stream.h"

#include <pthread.h>
#include <stdlib.h>

#include "cat/cat_copy.h"
#include "cat/cat_error.h"
#include "cat/cat_rows.h"
#include "cat/cat_seen.h"

enum {
    TEXT_MAX = 64 << 20,   /* of a block's points; more of them are made into text at their turn */
    RECORDS_MAX = 1 << 30, /* of a block's records, which cannot wait */
    KEPT_MAX = 32 << 20    /* of memory from block to block */
};

/* Integers of a series that has had doubles come back from `tlm write` as doubles. Whether it has
 * is only known in the order of the file: this is where the rows are for which it matters. */
struct note {
    uint64_t series;
    size_t from, to; /* in the text, of rows with integers */
    bool reals;      /* the series has doubles from here on; no rows */
};

/* What becomes of a block. */
struct batch {
    struct batch *next;
    struct cat_rows rows;
    struct note *notes;
    size_t n_notes, notes_cap;
    struct cat_copies later; /* points that have not been made into text */
};

struct cat_stream {
    struct cat_limit *limit;
    pthread_mutex_t lock; /* for the next one, which other threads use */
    struct batch *free;
    struct cat_seen reals; /* series that have had doubles */
    struct cat_text patched;
};

struct cat_stream *cat_stream_new(struct cat_limit *limit)
{
    struct cat_stream *stream = calloc(1, sizeof *stream);
    if (!stream)
        return NULL;
    stream->limit = limit;
    pthread_mutex_init(&stream->lock, NULL);
    return stream;
}

static void free_batch(struct batch *batch)
{
    cat_rows_release(&batch->rows);
    cat_copies_release(&batch->later);
    free(batch->notes);
    free(batch);
}

void cat_stream_free(struct cat_stream *stream)
{
    if (!stream)
        return;
    for (struct batch *batch = stream->free, *next; batch; batch = next) {
        next = batch->next;
        free_batch(batch);
    }
    pthread_mutex_destroy(&stream->lock);
    cat_seen_release(&stream->reals);
    cat_text_release(&stream->patched);
    free(stream);
}

/* ---- batches -------------------------------------------------------------------------------- */

static void *begin(void *ctx)
{
    struct cat_stream *stream = ctx;
    pthread_mutex_lock(&stream->lock);
    struct batch *batch = stream->free;
    if (batch)
        stream->free = batch->next;
    pthread_mutex_unlock(&stream->lock);
    if (!batch && (batch = calloc(1, sizeof *batch)))
        cat_rows_init(&batch->rows, stream->limit->format);
    return batch;
}

static void drop(void *ctx, void *opaque)
{
    struct cat_stream *stream = ctx;
    struct batch *batch = opaque;
    cat_copies_release(&batch->later);
    if (batch->rows.text.cap > KEPT_MAX)
        cat_text_release(&batch->rows.text);
    batch->rows.text.len = 0;
    batch->rows.n = 0;
    batch->n_notes = 0;
    pthread_mutex_lock(&stream->lock);
    batch->next = stream->free;
    stream->free = batch;
    pthread_mutex_unlock(&stream->lock);
}

/* ---- on any thread -------------------------------------------------------------------------- */

static bool has_type(const struct tlm_run_of_points *points, enum tlm_type type)
{
    if (!points->types)
        return points->type == type;
    return memchr(points->types, (int)type, points->n);
}

static bool add_note(struct batch *batch, struct note note)
{
    if (batch->n_notes == batch->notes_cap) {
        size_t cap = batch->notes_cap ? 2 * batch->notes_cap : 64;
        struct note *grown = realloc(batch->notes, cap * sizeof *grown);
        if (!grown)
            return false;
        batch->notes = grown;
        batch->notes_cap = cap;
    }
    batch->notes[batch->n_notes++] = note;
    return true;
}

/* As many of the points from *at to before `to` as there is room for become text; *at moves behind
 * them. */
static bool add_rows(struct cat_rows *rows, const struct tlm_run_of_points *points, size_t to,
                     size_t *at)
{
    const size_t chunk = cat_rows_chunk(rows);
    while (*at < to && rows->text.len < TEXT_MAX) {
        size_t n = to - *at < chunk ? to - *at : chunk;
        if (!cat_rows_points(rows, points, *at, *at + n))
            return false;
        *at += n;
    }
    return true;
}

/* Points next to each other are alike: all integers, all doubles, or none of either. */
enum stretch { STRETCH_LONGS, STRETCH_DOUBLES, STRETCH_OTHERS };

static enum stretch stretch_at(const struct tlm_run_of_points *points, size_t i)
{
    const int type = points->types ? points->types[i] : (int)points->type;
    return type == TLM_LONG ? STRETCH_LONGS : type == TLM_DOUBLE ? STRETCH_DOUBLES : STRETCH_OTHERS;
}

static size_t stretch_end(const struct tlm_run_of_points *points, size_t from)
{
    const enum stretch stretch = stretch_at(points, from);
    size_t to = points->types ? from + 1 : points->n;
    while (to < points->n && stretch_at(points, to) == stretch)
        to++;
    return to;
}

/* The points up to the first double, a stretch at a time. *at counts those that became text. */
static bool add_before_doubles(struct batch *batch, const struct tlm_run_of_points *points,
                               uint64_t series, size_t *at)
{
    struct cat_rows *rows = &batch->rows;
    for (size_t to; *at < points->n && stretch_at(points, *at) != STRETCH_DOUBLES;) {
        struct note note = {.series = series, .from = rows->text.len};
        const bool longs = stretch_at(points, *at) == STRETCH_LONGS;
        to = stretch_end(points, *at);
        if (!add_rows(rows, points, to, at))
            return false;
        note.to = rows->text.len;
        if (longs && note.to > note.from && !add_note(batch, note))
            return false;
        if (*at < to) /* there is no more room */
            return true;
    }
    return true;
}

/* *at counts the points that become text. */
static bool add_points(struct batch *batch, const struct tlm_run_of_points *points, size_t *at)
{
    struct cat_rows *rows = &batch->rows;
    const uint64_t series = cat_seen_hash(points->channel, points->tags, points->n_tags);
    const struct note reals = {.series = series, .reals = true};
    if (!cat_rows_series(rows, points->channel, points->tags, points->n_tags) ||
        !add_before_doubles(batch, points, series, at))
        return false;
    if (*at == points->n || stretch_at(points, *at) != STRETCH_DOUBLES)
        return true;
    rows->type_longs = true;
    return add_note(batch, reals) && add_rows(rows, points, points->n, at);
}

static enum tlm_code take_points(void *ctx, void *opaque, const struct tlm_run_of_points *points,
                                 struct tlm_error *error)
{
    struct cat_stream *stream = ctx;
    struct batch *batch = opaque;
    if (batch->rows.n >= stream->limit->head) /* enough, whatever came before */
        return TLM_OK;
    size_t at = 0;
    bool added = batch->later.first || add_points(batch, points, &at);
    if (added && at < points->n)
        added = cat_copies_add(&batch->later, points, at);
    return added ? TLM_OK : cat_fail_memory(error);
}

static enum tlm_code take_record(void *ctx, void *opaque, struct tlm_string line,
                                 struct tlm_error *error)
{
    struct cat_stream *stream = ctx;
    struct cat_rows *rows = &((struct batch *)opaque)->rows;
    if (rows->n >= stream->limit->head)
        return TLM_OK;
    if (line.len >= RECORDS_MAX - rows->text.len)
        return cat_fail(error, TLM_LIMIT, "the records of one block are more than 1 GiB of JSON");
    rows->n++;
    return cat_text_add(&rows->text, line.data, line.len) && cat_text_add_char(&rows->text, '\n')
               ? TLM_OK
               : cat_fail_memory(error);
}

/* ---- in order ------------------------------------------------------------------------------- */

/* Appends the rows of a note, and those before it, to the patched text. *done moves behind them. */
static bool patch(struct cat_stream *stream, const struct batch *batch, const struct note *note,
                  size_t *done)
{
    const char *text = batch->rows.text.data;
    bool patched = cat_text_add(&stream->patched, text + *done, note->from - *done) &&
                   cat_rows_add_typed(batch->rows.format, &stream->patched, text + note->from,
                                      note->to - note->from);
    *done = note->to;
    return patched;
}

/* Says the type of integers where a series had doubles before. */
static bool settle_notes(struct cat_stream *stream, struct batch *batch)
{
    struct cat_text *text = &batch->rows.text;
    size_t done = 0;
    stream->patched.len = 0;
    for (size_t i = 0; i < batch->n_notes; i++) {
        const struct note *note = &batch->notes[i];
        bool had = cat_seen_has(&stream->reals, note->series);
        if (note->reals && !had && !cat_seen_add(&stream->reals, note->series))
            return false;
        if (had && note->to > note->from && !batch->rows.format->long_strings &&
            !patch(stream, batch, note, &done))
            return false;
    }
    if (!done)
        return true;
    if (!cat_text_add(&stream->patched, text->data + done, text->len - done))
        return false;
    struct cat_text swap = *text;
    *text = stream->patched;
    stream->patched = swap;
    return true;
}

/* The points that had to wait, a piece at a time. */
static enum tlm_code put_later(struct cat_stream *stream, struct batch *batch,
                               const struct tlm_run_of_points *points, struct tlm_error *error)
{
    struct cat_rows *rows = &batch->rows;
    enum tlm_code code = TLM_OK;
    uint64_t series = cat_seen_hash(points->channel, points->tags, points->n_tags);
    if (!cat_rows_series(rows, points->channel, points->tags, points->n_tags) ||
        (has_type(points, TLM_DOUBLE) && !cat_seen_add(&stream->reals, series)))
        return cat_fail_memory(error);
    rows->type_longs = cat_seen_has(&stream->reals, series);
    const size_t chunk = cat_rows_chunk(rows);
    for (size_t at = 0, n; at < points->n && !code; at += n) {
        n = points->n - at < chunk ? points->n - at : chunk;
        rows->text.len = 0;
        rows->n = 0;
        if (!cat_rows_points(rows, points, at, at + n))
            return cat_fail_memory(error);
        code = cat_limit_rows(stream->limit, &rows->text, n, error);
    }
    return code;
}

static enum tlm_code put_batch(struct cat_stream *stream, struct batch *batch,
                               struct tlm_error *error)
{
    struct cat_rows *rows = &batch->rows;
    if (!settle_notes(stream, batch))
        return cat_fail_memory(error);
    enum tlm_code code = cat_limit_rows(stream->limit, &rows->text, rows->n, error);
    for (struct cat_copy *copy; !code && (copy = cat_copies_take(&batch->later));) {
        code = put_later(stream, batch, &copy->points, error);
        free(copy);
    }
    return code;
}

static enum tlm_code end(void *ctx, void *batch, const struct tlm_block *block,
                         struct tlm_error *error)
{
    (void)block;
    enum tlm_code code = put_batch(ctx, batch, error);
    drop(ctx, batch);
    return code;
}

void cat_stream_attach(struct cat_stream *stream, bool records, struct tlm_reading *reading)
{
    reading->ctx = stream;
    reading->begin = begin;
    reading->points = take_points;
    reading->json = records ? take_record : NULL;
    reading->end = end;
    reading->drop = drop;
}
