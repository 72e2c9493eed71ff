#include "timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/room.h"
#include "inspect/text_hash.h"

struct timeline_series {
    uint64_t hash; /* 0: free */
    int64_t latest_ns;
};

/* Points of one record that follow each other in time within one cell. */
struct stretch {
    uint32_t cell;
    uint64_t points;
    int64_t first_ns, last_ns;
};

struct span {
    size_t name, name_len;
    uint64_t channel_hash, series_hash;
    size_t stretches, n_stretches;
};

/* What the records of one block come to. */
struct batch {
    struct span *spans;
    size_t n_spans, spans_room;
    struct stretch *stretches;
    size_t n_stretches, stretches_room;
    char *names;
    size_t names_len, names_room;
};

void timeline_init(struct timeline *timeline, int64_t first_ns, int64_t last_ns, size_t width)
{
    *timeline = (struct timeline){
        .first_ns = first_ns,
        .last_ns = last_ns,
        .width = width,
        .seed = text_hash_seed(),
    };
}

void timeline_release(struct timeline *timeline)
{
    channel_table_release(&timeline->names);
    free(timeline->cells);
    free(timeline->series);
    *timeline = (struct timeline){0};
}

static double nanoseconds(const struct timeline *timeline)
{
    return (double)((uint64_t)timeline->last_ns - (uint64_t)timeline->first_ns) + 1;
}

static uint32_t cell_of(const struct timeline *timeline, int64_t ns)
{
    if (ns <= timeline->first_ns)
        return 0;
    double at = (double)((uint64_t)ns - (uint64_t)timeline->first_ns) / nanoseconds(timeline);
    size_t cell = (size_t)(at * (double)timeline->width);
    return (uint32_t)(cell < timeline->width ? cell : timeline->width - 1);
}

int64_t timeline_time(const struct timeline *timeline, size_t cell)
{
    double share = (double)cell / (double)timeline->width;
    return (int64_t)((uint64_t)timeline->first_ns + (uint64_t)(nanoseconds(timeline) * share));
}

/* ---- on any thread -------------------------------------------------------------------------- */

static void *begin(void *ctx)
{
    (void)ctx;
    return calloc(1, sizeof(struct batch));
}

static void drop(void *ctx, void *opaque)
{
    struct batch *batch = opaque;
    (void)ctx;
    free(batch->spans);
    free(batch->stretches);
    free(batch->names);
    free(batch);
}

static bool add_stretches(const struct timeline *timeline, struct batch *batch,
                          const struct tlm_run_of_points *points)
{
    struct stretch *open = NULL;
    for (size_t i = 0; i < points->n; i++) {
        int64_t ns = points->timestamps_ns[i];
        uint32_t cell = cell_of(timeline, ns);
        if (open && open->cell == cell && ns >= open->last_ns) {
            open->last_ns = ns;
            open->points++;
            continue;
        }
        struct stretch *stretches = room_for(batch->stretches, sizeof *stretches,
                                             batch->n_stretches, 1, &batch->stretches_room);
        if (!stretches)
            return false;
        batch->stretches = stretches;
        open = &stretches[batch->n_stretches++];
        *open = (struct stretch){cell, 1, ns, ns};
    }
    return true;
}

static uint64_t hash_tags(uint64_t hash, const struct tlm_run_of_points *points)
{
    for (size_t i = 0; i < points->n_tags; i++) {
        hash = text_hash(hash, points->tags[i].key.data, points->tags[i].key.len);
        hash = text_hash(hash, points->tags[i].value.data, points->tags[i].value.len);
    }
    return hash;
}

static bool add_name(struct batch *batch, struct span *span, struct tlm_string name)
{
    char *names = room_for(batch->names, 1, batch->names_len, name.len, &batch->names_room);
    if (!names)
        return false;
    batch->names = names;
    memcpy(names + batch->names_len, name.data, name.len);
    span->name = batch->names_len;
    span->name_len = name.len;
    batch->names_len += name.len;
    return true;
}

static bool add_record(const struct timeline *timeline, struct batch *batch,
                       const struct tlm_run_of_points *points)
{
    struct span span = {
        .channel_hash = text_hash(timeline->seed, points->channel.data, points->channel.len),
        .stretches = batch->n_stretches,
    };
    span.series_hash = hash_tags(span.channel_hash, points);
    if (!add_name(batch, &span, points->channel) || !add_stretches(timeline, batch, points))
        return false;
    span.n_stretches = batch->n_stretches - span.stretches;
    struct span *spans =
        room_for(batch->spans, sizeof *spans, batch->n_spans, 1, &batch->spans_room);
    if (!spans)
        return false;
    batch->spans = spans;
    spans[batch->n_spans++] = span;
    return true;
}

static enum tlm_code fail_memory(struct tlm_error *error)
{
    *error = (struct tlm_error){.code = TLM_NO_MEMORY};
    snprintf(error->message, sizeof error->message, "out of memory");
    return TLM_NO_MEMORY;
}

static enum tlm_code take_points(void *ctx, void *batch, const struct tlm_run_of_points *points,
                                 struct tlm_error *error)
{
    return add_record(ctx, batch, points) ? TLM_OK : fail_memory(error);
}

/* ---- in order ------------------------------------------------------------------------------- */

static struct timeline_series *find(struct timeline_series *series, size_t n, uint64_t hash)
{
    size_t at = hash & (n - 1);
    while (series[at].hash && series[at].hash != hash)
        at = (at + 1) & (n - 1);
    return &series[at];
}

static bool grow(struct timeline *timeline)
{
    size_t n = timeline->n_slots ? 2 * timeline->n_slots : 64;
    struct timeline_series *series = calloc(n, sizeof *series);
    if (!series)
        return false;
    for (size_t i = 0; i < timeline->n_slots; i++)
        if (timeline->series[i].hash)
            *find(series, n, timeline->series[i].hash) = timeline->series[i];
    free(timeline->series);
    timeline->series = series;
    timeline->n_slots = n;
    return true;
}

/* NULL: memory is out. */
static struct timeline_series *series_of(struct timeline *timeline, uint64_t hash)
{
    if (4 * timeline->n_series >= 3 * timeline->n_slots && !grow(timeline))
        return NULL;
    hash = hash ? hash : 1;
    struct timeline_series *series = find(timeline->series, timeline->n_slots, hash);
    if (!series->hash) {
        *series = (struct timeline_series){hash, INT64_MIN};
        timeline->n_series++;
    }
    return series;
}

/* The cells of a channel; NULL: memory is out. */
static struct timeline_cell *row_of(struct timeline *timeline, const struct batch *batch,
                                    const struct span *span)
{
    struct channel *channel = channel_table_get(&timeline->names, batch->names + span->name,
                                                span->name_len, span->channel_hash);
    if (!channel)
        return NULL;
    size_t row = (size_t)(channel - timeline->names.items), width = timeline->width;
    if (timeline->names.n > timeline->rows_room) {
        size_t rows = 2 * timeline->names.n;
        struct timeline_cell *cells = calloc(rows * width, sizeof *cells);
        if (!cells)
            return NULL;
        if (timeline->rows_room)
            memcpy(cells, timeline->cells, timeline->rows_room * width * sizeof *cells);
        free(timeline->cells);
        timeline->cells = cells;
        timeline->rows_room = rows;
    }
    return timeline->cells + row * width;
}

static void put_stretch(struct timeline *timeline, struct timeline_series *series,
                        struct timeline_cell *cell, const struct stretch *stretch)
{
    bool late = stretch->first_ns < series->latest_ns;
    if (late && cell->points && cell->file != timeline->files)
        cell->marks |= TIMELINE_OVERLAP;
    else if (late && !(cell->marks & TIMELINE_OVERLAP))
        cell->marks |= TIMELINE_LATE;
    if (stretch->last_ns > series->latest_ns)
        series->latest_ns = stretch->last_ns;
    if (!cell->points || stretch->first_ns < cell->first_ns)
        cell->first_ns = stretch->first_ns;
    if (!cell->points || stretch->last_ns > cell->last_ns)
        cell->last_ns = stretch->last_ns;
    cell->points += stretch->points;
    cell->file = timeline->files;
}

static bool merge(struct timeline *timeline, const struct batch *batch)
{
    for (size_t i = 0; i < batch->n_spans; i++) {
        const struct span *span = &batch->spans[i];
        struct timeline_cell *row = row_of(timeline, batch, span);
        struct timeline_series *series = series_of(timeline, span->series_hash);
        if (!row || !series)
            return false;
        for (size_t k = 0; k < span->n_stretches; k++) {
            const struct stretch *stretch = &batch->stretches[span->stretches + k];
            put_stretch(timeline, series, &row[stretch->cell], stretch);
            timeline->names.items[(size_t)(row - timeline->cells) / timeline->width]
                .figures.points += stretch->points;
        }
    }
    return true;
}

static enum tlm_code end(void *ctx, void *batch, const struct tlm_block *block,
                         struct tlm_error *error)
{
    (void)block;
    bool merged = merge(ctx, batch);
    drop(ctx, batch);
    return merged ? TLM_OK : fail_memory(error);
}

enum tlm_code timeline_add(struct timeline *timeline, struct tlm_file *file,
                           const struct tlm_selection *selection, unsigned threads,
                           struct tlm_error *error)
{
    const struct tlm_reading reading = {
        .threads = threads,
        .selection = *selection,
        .ctx = timeline,
        .begin = begin,
        .points = take_points,
        .end = end,
        .drop = drop,
    };
    timeline->files++;
    return tlm_file_read(file, &reading, error);
}

/* Points may lie outside the times that the headers tell, and centuries apart. */
static int64_t longer(int64_t gap_ns, int64_t from_ns, int64_t to_ns)
{
    if (from_ns >= to_ns)
        return gap_ns;
    uint64_t ns = (uint64_t)to_ns - (uint64_t)from_ns;
    ns = ns < INT64_MAX ? ns : INT64_MAX;
    return (int64_t)ns > gap_ns ? (int64_t)ns : gap_ns;
}

int64_t timeline_gap_ns(const struct timeline *timeline, const struct timeline_cell *row)
{
    int64_t gap_ns = 0, last_ns = timeline->first_ns;
    bool empty = false; /* the cell before */
    for (size_t i = 0; i < timeline->width; i++) {
        if (row[i].points && empty)
            gap_ns = longer(gap_ns, last_ns, row[i].first_ns);
        if (row[i].points)
            last_ns = row[i].last_ns;
        empty = !row[i].points;
    }
    return empty ? longer(gap_ns, last_ns, timeline->last_ns) : gap_ns;
}
