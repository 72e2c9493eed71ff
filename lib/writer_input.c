#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/tags.h"
#include "writer.h"
#include "writer_value.h"

/* Longest run of points for which room is made at once. */
enum { RUN_POINTS = 1 << 16 };

/* Points held before a flush, where the caller does not say: more for many series, whose records
 * would be short. Never less than before, so that it does not matter when this is looked at. */
enum { BATCH_MIN = 250000, BATCH_MAX = 1000000, POINTS_OF_A_SERIES = 1000, SHARE_OF_MEMORY = 256 };

static uint64_t batch_limit(const struct tlm_writer *w)
{
    uint64_t wanted = tlm__series_count(&w->series) * (uint64_t)POINTS_OF_A_SERIES;
    uint64_t most = w->options.memory_bytes / SHARE_OF_MEMORY;
    most = most < BATCH_MAX ? most : BATCH_MAX;
    if (w->options.batch_points)
        return w->options.batch_points;
    wanted = wanted < most ? wanted : most;
    return wanted > BATCH_MIN ? wanted : BATCH_MIN;
}

enum tlm_code tlm__writer_allowance(struct tlm_writer *w, uint64_t *points)
{
    const struct tlm_writer_options *o = &w->options;
    enum tlm_code code = tlm__writer_catch_up(w);
    while (!code) {
        uint64_t held = w->series.points, limit = batch_limit(w);
        uint64_t in_part = w->part.tally.points + w->leaving_points + held;
        if (o->rotate_points && in_part >= o->rotate_points) {
            code = tlm__writer_rotate_now(w);
        } else if (held >= limit) {
            code = tlm__writer_flush_behind(w);
        } else {
            *points = limit - held;
            if (o->rotate_points && o->rotate_points - in_part < *points)
                *points = o->rotate_points - in_part;
            break;
        }
    }
    return code;
}

bool tlm__writer_passes_span(const struct tlm_writer *w, int64_t time_ns)
{
    return w->options.rotate_span_ns && w->part_has_points && time_ns > w->part_first_ns &&
           (uint64_t)time_ns - (uint64_t)w->part_first_ns >= w->options.rotate_span_ns;
}

/* ---- columns and frames --------------------------------------------------------------------- */

/* A column of the caller's with the series it goes to. */
struct target {
    const struct tlm_column *column;
    struct tlm_held *held;
};

static enum tlm_code find_series(struct tlm_writer *w, const struct tlm_column *column,
                                 struct tlm_held **held)
{
    struct tlm_buf set = {0};
    struct tlm_tag few[8], *tags = few;
    const char *duplicate = NULL;
    if (column->n_tags > sizeof few / sizeof few[0])
        tags = malloc(column->n_tags * sizeof *tags);
    bool made = tags != NULL;
    if (made && column->n_tags)
        memcpy(tags, column->tags, column->n_tags * sizeof *tags);
    made = made && tlm__tags_encode(&set, tags, column->n_tags, &duplicate);
    enum tlm_code code = made ? TLM_OK : tlm__fail_memory(&w->error, sizeof *tags);
    if (!code && duplicate)
        code = tlm__fail(&w->error, TLM_ROW_CHANNEL, "channel \"%s\": tag \"%s\" is given twice",
                         column->channel, duplicate);
    if (!code) {
        *held = tlm__series_get(&w->series, column->channel, strlen(column->channel),
                                (const char *)set.data, set.len);
        if (!*held)
            code = tlm__fail_memory(&w->error, sizeof **held);
    }
    if (tags != few)
        free(tags);
    tlm__buf_release(&set);
    return code;
}

static enum tlm_code push_value(struct tlm_writer *w, const struct target *target,
                                const int64_t *times_ns, size_t i, uint64_t *allowed)
{
    if (target->column->present && !target->column->present[i])
        return TLM_OK;
    struct tlm_stored stored;
    if (!tlm__stored_from_column(target->column, i, &w->scratch, &stored))
        return tlm__fail_memory(&w->error, sizeof stored);
    if (!w->batch_born_ns)
        tlm__writer_batch_begins(w, times_ns[i]);
    enum tlm_code code = tlm__writer_push(w, target->held, times_ns[i], &stored);
    if (!code && --*allowed == 0)
        code = tlm__writer_allowance(w, allowed);
    return code;
}

/* Rows [from, to) of numbers without gaps, known to pass no limit. */
static enum tlm_code push_numbers(struct tlm_writer *w, const struct target *target,
                                  const int64_t *times_ns, size_t from, size_t to)
{
    enum tlm_code code = tlm__writer_reserve(w, target->held, to - from, 0);
    if (code)
        return code;
    if (!w->batch_born_ns)
        tlm__writer_batch_begins(w, times_ns[from]);
    const uint64_t *bits = target->column->values;
    if (!tlm__held_push_run(&w->series, target->held, times_ns + from, target->column->type,
                            bits + from, to - from))
        return tlm__fail_memory(&w->error, to - from);
    w->stats.points += to - from;
    return TLM_OK;
}

static bool is_plain(const struct tlm_column *column)
{
    return !column->present && (column->type == TLM_DOUBLE || column->type == TLM_LONG);
}

/* How many rows from `from` on can go in column by column: no limit is met on the way. */
static size_t run_length(const struct tlm_writer *w, const struct target *targets, size_t n_targets,
                         size_t from, size_t n, uint64_t allowed)
{
    if (w->options.rotate_span_ns)
        return 0;
    for (size_t c = 0; c < n_targets; c++)
        if (!is_plain(targets[c].column))
            return 0;
    uint64_t rows = (allowed - 1) / n_targets;
    if (rows > n - from)
        rows = n - from;
    return rows < RUN_POINTS ? (size_t)rows : RUN_POINTS;
}

static enum tlm_code push_frame(struct tlm_writer *w, const int64_t *times_ns,
                                const struct target *targets, size_t n_targets, size_t n)
{
    uint64_t allowed = 0;
    enum tlm_code code = tlm__writer_allowance(w, &allowed);
    for (size_t i = 0; i < n && !code;) {
        size_t run = run_length(w, targets, n_targets, i, n, allowed);
        if (run) {
            for (size_t c = 0; c < n_targets && !code; c++)
                code = push_numbers(w, &targets[c], times_ns, i, i + run);
            i += run;
            allowed -= (uint64_t)run * n_targets;
            continue;
        }
        if (tlm__writer_passes_span(w, times_ns[i])) {
            code = tlm__writer_rotate_now(w);
            if (!code)
                code = tlm__writer_allowance(w, &allowed);
        }
        for (size_t c = 0; c < n_targets && !code; c++)
            code = push_value(w, &targets[c], times_ns, i, &allowed);
        i++;
    }
    return code;
}

/* Few points are not worth the look at the clock. */
enum { TIMED_POINTS = 256 };

static enum tlm_code push_timed(struct tlm_writer *w, const int64_t *times_ns,
                                const struct target *targets, size_t n_targets, size_t n)
{
    if (n < TIMED_POINTS / n_targets)
        return push_frame(w, times_ns, targets, n_targets, n);
    uint64_t start = tlm__clock_monotonic_ns(), flushing = w->flushing_ns;
    enum tlm_code code = push_frame(w, times_ns, targets, n_targets, n);
    w->stats.batch_ns += tlm__clock_monotonic_ns() - start - (w->flushing_ns - flushing);
    return code;
}

enum tlm_code tlm_write_frame(struct tlm_writer *writer, const int64_t *timestamps_ns,
                              const struct tlm_column *columns, size_t n_columns, size_t n,
                              struct tlm_error *error)
{
    for (size_t c = 0; c < n_columns; c++) {
        enum tlm_code code = tlm__column_check(&columns[c], n, error);
        if (code)
            return code;
    }
    struct target one, *targets = n_columns == 1 ? &one : calloc(n_columns + 1, sizeof *targets);
    if (!targets)
        return tlm__fail_memory(error, n_columns * sizeof *targets);
    enum tlm_code code = tlm__writer_enter(writer, error);
    for (size_t c = 0; c < n_columns && !code; c++) {
        targets[c].column = &columns[c];
        code = find_series(writer, &columns[c], &targets[c].held);
    }
    if (!code && n_columns)
        code = push_timed(writer, timestamps_ns, targets, n_columns, n);
    code = tlm__writer_leave(writer, code, error);
    if (targets != &one)
        free(targets);
    return code;
}

enum tlm_code tlm_write_column(struct tlm_writer *writer, const int64_t *timestamps_ns,
                               const struct tlm_column *column, size_t n, struct tlm_error *error)
{
    return tlm_write_frame(writer, timestamps_ns, column, 1, n, error);
}

/* ---- single points -------------------------------------------------------------------------- */

enum tlm_code tlm_write_double(struct tlm_writer *writer, const char *channel,
                               const struct tlm_tag *tags, size_t n_tags, int64_t timestamp_ns,
                               double value, struct tlm_error *error)
{
    struct tlm_column column = {channel, tags, n_tags, TLM_DOUBLE, &value, NULL};
    return tlm_write_column(writer, &timestamp_ns, &column, 1, error);
}

enum tlm_code tlm_write_long(struct tlm_writer *writer, const char *channel,
                             const struct tlm_tag *tags, size_t n_tags, int64_t timestamp_ns,
                             int64_t value, struct tlm_error *error)
{
    struct tlm_column column = {channel, tags, n_tags, TLM_LONG, &value, NULL};
    return tlm_write_column(writer, &timestamp_ns, &column, 1, error);
}

enum tlm_code tlm_write_string(struct tlm_writer *writer, const char *channel,
                               const struct tlm_tag *tags, size_t n_tags, int64_t timestamp_ns,
                               const char *value, struct tlm_error *error)
{
    struct tlm_string text = {value, strlen(value)};
    struct tlm_column column = {channel, tags, n_tags, TLM_STRING, &text, NULL};
    return tlm_write_column(writer, &timestamp_ns, &column, 1, error);
}
