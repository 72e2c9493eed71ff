#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "writer.h"
#include "writer_value.h"

enum {
    RUN_POINTS = 1 << 16, /* longest run of points for which room is made at once */
    SHORT_RUN = 4         /* rows; columns do not pay below that */
};

/* ---- from a parser's numbers to series ------------------------------------------------------ */

void tlm__series_map_release(struct tlm_series_map *map)
{
    for (uint32_t i = 0; i < map->n_tags; i++)
        free(map->by_tags[i]);
    free(map->by_tags);
    free(map->channel_caps);
    *map = (struct tlm_series_map){0};
}

static bool map_tags(struct tlm_series_map *map, uint32_t tags)
{
    uint32_t n = map->n_tags ? map->n_tags * 2 : 1;
    while (n <= tags)
        n *= 2;
    struct tlm_held ***by_tags = realloc(map->by_tags, n * sizeof *by_tags);
    if (!by_tags)
        return false;
    map->by_tags = by_tags;
    uint32_t *caps = realloc(map->channel_caps, n * sizeof *caps);
    if (!caps)
        return false;
    map->channel_caps = caps;
    memset(by_tags + map->n_tags, 0, (n - map->n_tags) * sizeof *by_tags);
    memset(caps + map->n_tags, 0, (n - map->n_tags) * sizeof *caps);
    map->bytes += (n - map->n_tags) * (sizeof *by_tags + sizeof *caps);
    map->n_tags = n;
    return true;
}

static bool map_channel(struct tlm_series_map *map, uint32_t tags, uint32_t channel)
{
    uint32_t cap = map->channel_caps[tags], n = cap ? cap * 2 : 8;
    while (n <= channel)
        n *= 2;
    struct tlm_held **channels = realloc(map->by_tags[tags], n * sizeof *channels);
    if (!channels)
        return false;
    memset(channels + cap, 0, (n - cap) * sizeof *channels);
    map->by_tags[tags] = channels;
    map->channel_caps[tags] = n;
    map->bytes += (n - cap) * sizeof *channels;
    return true;
}

/* The first time that a tag set and channel come together. */
static struct tlm_held *map_new(struct tlm_writer *w, const struct tlm_columns *columns,
                                struct tlm_series_map *map, uint32_t tags, uint32_t channel)
{
    if (tags >= map->n_tags && !map_tags(map, tags))
        return NULL;
    if (channel >= map->channel_caps[tags] && !map_channel(map, tags, channel))
        return NULL;
    pthread_mutex_lock(map->names_lock);
    struct tlm_intern_entry name = columns->channels.entries[channel];
    struct tlm_intern_entry set = columns->tag_sets.entries[tags];
    pthread_mutex_unlock(map->names_lock);
    struct tlm_held *held = tlm__series_get(&w->series, name.bytes, name.len, set.bytes, set.len);
    map->by_tags[tags][channel] = held;
    return held;
}

static inline struct tlm_held *map_series(struct tlm_writer *w, const struct tlm_columns *columns,
                                          struct tlm_series_map *map, uint32_t tags,
                                          uint32_t channel)
{
    struct tlm_held *held = NULL;
    if (tags < map->n_tags && channel < map->channel_caps[tags])
        held = map->by_tags[tags][channel];
    return held ? held : map_new(w, columns, map, tags, channel);
}

static void note_real(struct tlm_writer *w, struct tlm_held *held)
{
    held->is_real = true;
    if (!held->had_int)
        return;
    w->stats.int_changes++;
    if (w->int_change_noted)
        return;
    w->int_change_noted = true;
    tlm__writer_note(w,
                     "channel \"%s\" has integers and decimals: integers are written as doubles "
                     "from here on (--int-as double: from the start; said once)",
                     held->channel);
}

/* What a cell is stored as. Integers follow what their series has settled on. */
static inline void store_cell(struct tlm_writer *w, struct tlm_held *held,
                              const struct tlm_cell *cell, struct tlm_stored *stored)
{
    stored->type = (enum tlm_type)cell->kind;
    stored->len = 0;
    switch (cell->kind) {
    case TLM_DOUBLE:
        if (!held->is_real)
            note_real(w, held);
        memcpy(&stored->bits, &cell->value.real, sizeof stored->bits);
        break;
    case TLM_LONG:
        stored->bits = (uint64_t)cell->value.integer;
        break;
    case TLM_CELL_INT: {
        int64_t value = cell->value.integer;
        double real = (double)value;
        stored->type = TLM_LONG;
        stored->bits = (uint64_t)value;
        if (!held->is_real) {
            held->had_int = true;
        } else if (value >= -(INT64_C(1) << 53) && value <= INT64_C(1) << 53) {
            stored->type = TLM_DOUBLE;
            memcpy(&stored->bits, &real, sizeof stored->bits);
        }
        break;
    }
    default:
        stored->bits = stored->len = cell->length;
        stored->bytes = cell->value.bytes;
    }
}

static enum tlm_code take_row(struct tlm_writer *w, const struct tlm_columns *columns,
                              struct tlm_series_map *map, const struct tlm_row *row,
                              const struct tlm_cell *cells, uint64_t *allowed)
{
    enum tlm_code code = TLM_OK;
    if (row->cells && tlm__writer_passes_span(w, row->time_ns)) {
        code = tlm__writer_rotate_now(w);
        if (!code)
            code = tlm__writer_allowance(w, allowed);
    }
    for (uint32_t i = 0; i < row->cells && !code; i++) {
        struct tlm_held *held = map_series(w, columns, map, row->tags, cells[i].channel);
        if (!held)
            return tlm__fail_memory(&w->error, sizeof *held);
        if (!w->batch_born_ns)
            tlm__writer_batch_begins(w, row->time_ns);
        struct tlm_stored stored;
        store_cell(w, held, &cells[i], &stored);
        code = tlm__writer_push(w, held, row->time_ns, &stored);
        if (!code && --*allowed == 0)
            code = tlm__writer_allowance(w, allowed);
    }
    return code;
}

/* ---- frames of rows ------------------------------------------------------------------------- */

/* Rows of a frame, known to pass no limit: those with the tags of the first one. */
struct frame_run {
    const struct tlm_frame *frame;
    size_t from, n;
    uint32_t tags;
};

static uint8_t kind_of(const struct tlm_frame_column *column, size_t row)
{
    return column->kinds ? column->kinds[row] : column->kind;
}

static struct tlm_cell cell_of(const struct tlm_frame_column *column, size_t row)
{
    struct tlm_cell cell = {.channel = column->channel & TLM_CHANNEL_MAX,
                            .kind = kind_of(column, row) & 0xfu};
    if (cell.kind == TLM_STRING) {
        cell.value.bytes = (const char *)(uintptr_t)column->values[row];
        cell.length = column->lengths[row];
    } else {
        memcpy(&cell.value, &column->values[row], sizeof cell.value);
    }
    return cell;
}

/* The first row of the run that has a value, or its end. */
static size_t first_value(const struct frame_run *run, const struct tlm_frame_column *column)
{
    const size_t end = run->from + run->n;
    size_t row = run->from;
    while (row < end && kind_of(column, row) == TLM_CELL_NONE)
        row = column->kinds ? row + 1 : end;
    return row;
}

/* Numbers, all there. Room is made for them. */
static enum tlm_code take_numbers(struct tlm_writer *w, struct tlm_held *held,
                                  const struct frame_run *run,
                                  const struct tlm_frame_column *column)
{
    const int64_t *times = run->frame->times_ns + run->from;
    const uint64_t *bits = column->values + run->from;
    unsigned kind = column->kind;
    enum tlm_code code = tlm__writer_reserve(w, held, run->n, 0);
    if (code)
        return code;
    if (kind == TLM_DOUBLE && !held->is_real)
        note_real(w, held);
    if (kind == TLM_CELL_INT && !held->is_real) {
        held->had_int = true;
        kind = TLM_LONG;
    }
    w->stats.points += run->n;
    if (kind != TLM_CELL_INT)
        return tlm__held_push_run(&w->series, held, times, (enum tlm_type)kind, bits, run->n)
                   ? TLM_OK
                   : tlm__fail_memory(&w->error, run->n);
    for (size_t i = 0; i < run->n; i++) {
        struct tlm_cell cell = {.value.integer = (int64_t)bits[i], .kind = TLM_CELL_INT};
        struct tlm_stored stored;
        store_cell(w, held, &cell, &stored);
        if (!tlm__held_push(&w->series, held, times[i], stored.type, stored.bits))
            return tlm__fail_memory(&w->error, run->n);
    }
    return TLM_OK;
}

_Static_assert(TLM_TEXT_COPY >= TLM_HELD_COPY, "as many bytes as the series wants");

/* Texts, all there. */
static enum tlm_code take_texts(struct tlm_writer *w, struct tlm_held *held,
                                const struct frame_run *run, const struct tlm_frame_column *column)
{
    const struct tlm_texts texts = {column->values + run->from, column->lengths + run->from,
                                    run->n};
    size_t bytes = 0;
    for (size_t i = 0; i < run->n; i++)
        bytes += texts.lengths[i];
    enum tlm_code code = tlm__writer_reserve(w, held, run->n, bytes);
    if (code)
        return code;
    w->stats.points += run->n;
    return tlm__held_push_texts(&w->series, held, run->frame->times_ns + run->from, TLM_STRING,
                                &texts)
               ? TLM_OK
               : tlm__fail_memory(&w->error, run->n);
}

/* Values of several kinds, or with gaps. */
static enum tlm_code take_mixed(struct tlm_writer *w, struct tlm_held *held,
                                const struct frame_run *run, const struct tlm_frame_column *column)
{
    size_t points = 0, bytes = 0;
    const size_t end = run->from + run->n;
    for (size_t i = run->from; i < end; i++) {
        points += column->kinds[i] != TLM_CELL_NONE;
        bytes += column->kinds[i] == TLM_STRING ? column->lengths[i] : 0;
    }
    enum tlm_code code = tlm__writer_reserve(w, held, points, bytes);
    for (size_t i = run->from; i < end && !code; i++) {
        if (column->kinds[i] == TLM_CELL_NONE)
            continue;
        const struct tlm_cell cell = cell_of(column, i);
        struct tlm_stored stored;
        store_cell(w, held, &cell, &stored);
        code = tlm__writer_push(w, held, run->frame->times_ns[i], &stored);
    }
    return code;
}

/* A column whose first value is in the run. */
static enum tlm_code take_column(struct tlm_writer *w, struct tlm_held *held,
                                 const struct frame_run *run, const struct tlm_frame_column *column)
{
    if (column->kinds)
        return take_mixed(w, held, run, column);
    return column->kind == TLM_STRING ? take_texts(w, held, run, column)
                                      : take_numbers(w, held, run, column);
}

/* One row of a frame, which a limit may cut. */
static enum tlm_code take_frame_row(struct tlm_writer *w, const struct tlm_columns *columns,
                                    struct tlm_series_map *map, const struct frame_run *run,
                                    uint64_t *allowed)
{
    struct tlm_row row = {run->frame->times_ns[run->from], run->tags, 1};
    enum tlm_code code = TLM_OK;
    for (size_t c = 0; c < run->frame->n_columns && !code; c++) {
        const struct tlm_cell cell = cell_of(&run->frame->columns[c], run->from);
        if (cell.kind != TLM_CELL_NONE)
            code = take_row(w, columns, map, &row, &cell, allowed);
    }
    return code;
}

/* Cuts the run before the first row that has a value of a series which is not known yet and which
 * the first row does not have: series are known in the order of the text. */
static void cut_before_new(struct tlm_series_map *map, struct frame_run *run)
{
    for (size_t c = 0; c < run->frame->n_columns; c++) {
        const struct tlm_frame_column *column = &run->frame->columns[c];
        if (!column->kinds ||
            (run->tags < map->n_tags && column->channel < map->channel_caps[run->tags] &&
             map->by_tags[run->tags][column->channel]))
            continue;
        const size_t first = first_value(run, column);
        if (first > run->from)
            run->n = first - run->from;
    }
}

/* How many rows from run->from on can go in column by column: no limit is met on the way. */
static void measure_run(const struct tlm_writer *w, struct tlm_series_map *map,
                        struct frame_run *run, size_t n, uint64_t allowed)
{
    const struct tlm_frame *frame = run->frame;
    const uint64_t rows = (allowed - 1) / frame->n_columns;
    n = rows < n ? (size_t)rows : n;
    n = n < RUN_POINTS ? n : RUN_POINTS;
    run->n = 0;
    if (!w->options.rotate_span_ns)
        run->n = n;
    while (run->n < n && w->part_has_points &&
           !tlm__writer_passes_span(w, frame->times_ns[run->from + run->n]))
        run->n++;
    for (size_t i = 1; frame->row_tags && i < run->n; i++)
        if (frame->row_tags[run->from + i] != run->tags)
            run->n = i;
    cut_before_new(map, run);
}

/* The batch begins with the first row of the run that has a value. */
static void begin_batch(struct tlm_writer *w, const struct frame_run *run)
{
    size_t first = run->from + run->n;
    for (size_t c = 0; c < run->frame->n_columns; c++) {
        const size_t row = first_value(run, &run->frame->columns[c]);
        first = row < first ? row : first;
    }
    if (first < run->from + run->n)
        tlm__writer_batch_begins(w, run->frame->times_ns[first]);
}

static enum tlm_code take_run(struct tlm_writer *w, const struct tlm_columns *columns,
                              struct tlm_series_map *map, const struct frame_run *run)
{
    enum tlm_code code = TLM_OK;
    if (!w->batch_born_ns)
        begin_batch(w, run);
    for (size_t c = 0; c < run->frame->n_columns && !code; c++) {
        const struct tlm_frame_column *column = &run->frame->columns[c];
        if (first_value(run, column) == run->from + run->n)
            continue;
        struct tlm_held *held = map_series(w, columns, map, run->tags, column->channel);
        code = held ? take_column(w, held, run, column) : tlm__fail_memory(&w->error, sizeof *held);
    }
    return code;
}

/* Rows [from, from + n) of a frame. */
static enum tlm_code take_frame(struct tlm_writer *w, const struct tlm_columns *columns,
                                struct tlm_series_map *map, const struct tlm_frame *frame,
                                size_t from, size_t n, uint64_t *allowed)
{
    enum tlm_code code = TLM_OK;
    if (!frame->n_columns)
        return TLM_OK;
    for (size_t end = from + n; from < end && !code;) {
        const uint64_t points = w->stats.points;
        struct frame_run run = {frame, from, 0,
                                frame->row_tags ? frame->row_tags[from] : frame->tags};
        measure_run(w, map, &run, end - from, *allowed);
        if (run.n >= SHORT_RUN) {
            code = take_run(w, columns, map, &run);
            *allowed -= w->stats.points - points;
        } else {
            run.n = 1;
            code = take_frame_row(w, columns, map, &run, allowed);
        }
        from += run.n;
    }
    return code;
}

/* The next row, or as much of the frame that is next as `to` allows. */
static enum tlm_code take_next(struct tlm_writer *w, const struct tlm_columns *columns,
                               struct tlm_series_map *map, const struct tlm_rows *rows,
                               struct tlm_rows_cursor *cursor, size_t to, uint64_t *allowed)
{
    const struct tlm_frame *frame =
        cursor->frame < rows->n_frames ? &rows->frames[cursor->frame] : NULL;
    if (!frame || cursor->taken < frame->rows_before) {
        const struct tlm_row *row = &rows->rows[cursor->row++];
        enum tlm_code code = take_row(w, columns, map, row, rows->cells + cursor->cell, allowed);
        cursor->cell += row->cells;
        cursor->taken++;
        return code;
    }
    size_t left = frame->n_rows - cursor->frame_row;
    size_t n = left < to - cursor->taken ? left : to - cursor->taken;
    enum tlm_code code = take_frame(w, columns, map, frame, cursor->frame_row, n, allowed);
    cursor->taken += n;
    cursor->frame_row += n;
    if (cursor->frame_row == frame->n_rows) {
        cursor->frame++;
        cursor->frame_row = 0;
    }
    return code;
}

enum tlm_code tlm__writer_take_rows(struct tlm_writer *w, const struct tlm_columns *columns,
                                    struct tlm_series_map *map, const struct tlm_rows *rows,
                                    struct tlm_rows_cursor *cursor, size_t to,
                                    struct tlm_error *error)
{
    enum tlm_code code = tlm__writer_enter(w, error);
    uint64_t allowed = 0, start = tlm__clock_monotonic_ns(), flushing = w->flushing_ns;
    if (!code)
        code = tlm__writer_allowance(w, &allowed);
    while (cursor->taken < to && !code)
        code = take_next(w, columns, map, rows, cursor, to, &allowed);
    if (!code && map->bytes > w->options.memory_bytes / 4)
        code = tlm__fail(&w->error, TLM_LIMIT,
                         "channels times tag sets do not fit the memory budget of %llu bytes",
                         (unsigned long long)w->options.memory_bytes);
    w->stats.batch_ns += tlm__clock_monotonic_ns() - start - (w->flushing_ns - flushing);
    return tlm__writer_leave(w, code, error);
}
