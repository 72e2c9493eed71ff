#include "plot/hist.h"

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "inspect/channel_table.h"
#include "inspect/room.h"
#include "inspect/text_hash.h"
#include "plot/number_text.h"
#include "plot/scan.h"
#include "plot/series_key.h"
#include "units.h"

struct run {
    struct hist *hist;
    const struct tlm_list *wanted;
    uint64_t seed;
    struct channel_table names; /* counts the series */
    double *values;             /* all finite ones, until they are too many */
    size_t n, room, most;
    atomic_bool spilled; /* they are: the files are to be read again */
};

/* What one block comes to. */
struct batch {
    struct hist sums; /* without bins */
    struct series_key key;
    uint64_t *series; /* hashes */
    size_t n_series, series_room;
    double *values;
    size_t n, room;
    uint64_t *counts; /* the second time: of each bin */
};

/* ---- on any thread -------------------------------------------------------------------------- */

static void *begin(void *ctx)
{
    struct batch *batch = calloc(1, sizeof *batch);
    (void)ctx;
    if (batch)
        batch->sums.range = bins_range_none();
    return batch;
}

static void drop(void *ctx, void *opaque)
{
    struct batch *batch = opaque;
    (void)ctx;
    hist_release(&batch->sums);
    series_key_release(&batch->key);
    free(batch->series);
    free(batch->values);
    free(batch->counts);
    free(batch);
}

/* What is done with each number of a run of points. */
typedef bool take_number(const struct run *run, struct batch *batch, double value);

static bool take_value(const struct run *run, struct batch *batch, double value)
{
    struct hist *sums = &batch->sums;
    if (!isfinite(value)) {
        sums->nan += isnan(value) != 0;
        sums->above += value > 0;
        sums->below += value < 0;
        return true;
    }
    sums->numbers++;
    bins_range_add(&sums->range, value);
    if (atomic_load_explicit(&run->spilled, memory_order_relaxed))
        return true;
    double *values = room_for(batch->values, sizeof *values, batch->n, 1, &batch->room);
    if (!values)
        return false;
    batch->values = values;
    values[batch->n++] = value;
    return true;
}

static bool take_count(const struct run *run, struct batch *batch, double value)
{
    if (isfinite(value))
        batch->counts[bins_find(&run->hist->bins, value)]++;
    return true;
}

static bool take_text(const struct run *run, struct batch *batch, struct tlm_string text)
{
    uint64_t hash = text_hash(run->seed, text.data ? text.data : "", text.len);
    return text_counts_add(&batch->sums.texts, text, hash);
}

static bool take_any(const struct run *run, struct batch *batch, take_number *take,
                     enum tlm_type type, const union tlm_point_value *value)
{
    bool first = take == take_value;
    switch (type) {
    case TLM_DOUBLE:
        return take(run, batch, value->real);
    case TLM_LONG:
        return take(run, batch, (double)value->integer);
    case TLM_STRING:
    case TLM_JSON:
        return !first || take_text(run, batch, value->text);
    case TLM_DOUBLE_ARRAY:
        for (size_t i = 0; i < value->reals.len; i++)
            if (!take(run, batch, value->reals.items[i]))
                return false;
        return true;
    case TLM_STRING_ARRAY:
        batch->sums.other++;
        return true;
    }
    return true;
}

static bool take_run(const struct run *run, struct batch *batch, take_number *take,
                     const struct tlm_run_of_points *points)
{
    bool taken = true;
    for (size_t i = 0; i < points->n && taken; i++)
        if (points->reals)
            taken = take(run, batch, points->reals[i]);
        else if (points->integers)
            taken = take(run, batch, (double)points->integers[i]);
        else
            taken = take_any(run, batch, take,
                             points->types ? (enum tlm_type)points->types[i] : points->type,
                             &points->values[i]);
    return taken;
}

static bool add_series(const struct run *run, struct batch *batch)
{
    uint64_t *series =
        room_for(batch->series, sizeof *series, batch->n_series, 1, &batch->series_room);
    if (!series)
        return false;
    batch->series = series;
    series[batch->n_series++] = text_hash(run->seed, batch->key.bytes, batch->key.len);
    return true;
}

/* *wanted, when the points are of the channel. False: memory is out. */
static bool look(const struct run *run, struct batch *batch, const struct tlm_run_of_points *points,
                 bool *wanted)
{
    if (!series_key_set(&batch->key, points))
        return false;
    *wanted = draw_source_wants(run->wanted, batch->key.bytes) < run->wanted->len;
    return true;
}

static enum tlm_code points_first(void *ctx, void *batch, const struct tlm_run_of_points *points,
                                  struct tlm_error *error)
{
    const struct run *run = ctx;
    struct batch *to = batch;
    bool wanted;
    if (!look(run, to, points, &wanted))
        return scan_fail_memory(error);
    if (!wanted)
        return TLM_OK;
    to->sums.points += points->n;
    return add_series(run, to) && take_run(run, to, take_value, points) ? TLM_OK
                                                                        : scan_fail_memory(error);
}

static enum tlm_code points_again(void *ctx, void *batch, const struct tlm_run_of_points *points,
                                  struct tlm_error *error)
{
    const struct run *run = ctx;
    struct batch *to = batch;
    bool wanted;
    if (!to->counts)
        to->counts = calloc(run->hist->bins.n + 1, sizeof *to->counts);
    if (!to->counts || !look(run, to, points, &wanted))
        return scan_fail_memory(error);
    if (wanted)
        take_run(run, to, take_count, points);
    return TLM_OK;
}

/* ---- in order ------------------------------------------------------------------------------- */

static void spill(struct run *run)
{
    atomic_store_explicit(&run->spilled, true, memory_order_relaxed);
    free(run->values);
    run->values = NULL;
    run->n = run->room = 0;
}

static bool merge_values(struct run *run, const struct batch *batch)
{
    if (run->spilled || !batch->n)
        return true;
    if (batch->n > run->most - run->n) {
        spill(run);
        return true;
    }
    double *values = room_for(run->values, sizeof *values, run->n, batch->n, &run->room);
    if (!values)
        return false;
    run->values = values;
    for (size_t i = 0; i < batch->n; i++)
        values[run->n++] = batch->values[i];
    return true;
}

static bool merge(struct run *run, const struct batch *batch)
{
    struct hist *hist = run->hist;
    const struct hist *sums = &batch->sums;
    hist->points += sums->points;
    hist->numbers += sums->numbers;
    hist->nan += sums->nan;
    hist->above += sums->above;
    hist->below += sums->below;
    hist->other += sums->other;
    bins_range_join(&hist->range, &sums->range);
    for (size_t i = 0; i < batch->n_series; i++)
        if (!channel_table_series(&run->names, batch->series[i]))
            return false;
    return text_counts_merge(&hist->texts, &sums->texts) && merge_values(run, batch);
}

static enum tlm_code end_first(void *ctx, void *batch, const struct tlm_block *block,
                               struct tlm_error *error)
{
    (void)block;
    bool merged = merge(ctx, batch);
    drop(NULL, batch);
    return merged ? TLM_OK : scan_fail_memory(error);
}

static enum tlm_code end_again(void *ctx, void *opaque, const struct tlm_block *block,
                               struct tlm_error *error)
{
    const struct run *run = ctx;
    struct batch *batch = opaque;
    (void)block;
    (void)error;
    for (size_t i = 0; batch->counts && i < run->hist->bins.n; i++)
        run->hist->bins.items[i].count += batch->counts[i];
    drop(NULL, batch);
    return TLM_OK;
}

/* ---- the whole ------------------------------------------------------------------------------ */

static enum tlm_code fail_pipe(struct tlm_error *error)
{
    *error = (struct tlm_error){.code = TLM_LIMIT};
    snprintf(error->message, sizeof error->message,
             "<stdin>: its numbers do not fit into half of --memory, and a pipe cannot be read "
             "twice: name a file, or give more memory");
    return TLM_LIMIT;
}

static enum tlm_code read_again(struct run *run, struct draw_source *source,
                                struct tlm_error *error)
{
    struct tlm_reading reading = {
        .ctx = run, .begin = begin, .points = points_again, .end = end_again, .drop = drop};
    source->again = true;
    return draw_source_read(source, &reading, run->wanted, error);
}

static enum tlm_code count(struct run *run, struct draw_source *source,
                           const struct hist_wish *wish, struct tlm_error *error)
{
    struct hist *hist = run->hist;
    bool made = wish->growing ? bins_growing(&hist->bins, &hist->range,
                                             wish->exactly ? wish->exactly : wish->most)
                              : bins_equal(&hist->bins, &hist->range, wish->exactly, wish->most);
    if (!made)
        return scan_fail_memory(error);
    if (run->spilled)
        return draw_source_is_pipe(source) ? fail_pipe(error) : read_again(run, source, error);
    for (size_t i = 0; i < run->n; i++)
        hist->bins.items[bins_find(&hist->bins, run->values[i])].count++;
    return TLM_OK;
}

enum tlm_code hist_read(struct hist *hist, struct draw_source *source, const char *channel,
                        const struct hist_wish *wish, struct tlm_error *error)
{
    const struct tlm_list wanted = {&channel, 1};
    struct run run = {
        .hist = hist,
        .wanted = &wanted,
        .seed = text_hash_seed(),
        .most = (size_t)(source->args->memory_bytes / 2 / sizeof(double)),
    };
    struct tlm_reading reading = {
        .ctx = &run, .begin = begin, .points = points_first, .end = end_first, .drop = drop};
    *hist = (struct hist){.name = channel, .range = bins_range_none()};
    enum tlm_code code = draw_source_read(source, &reading, &wanted, error);
    hist->n_series = run.names.n_series;
    text_counts_sort(&hist->texts);
    if (!code)
        code = count(&run, source, wish, error);
    channel_table_release(&run.names);
    free(run.values);
    return code;
}

void hist_release(struct hist *hist)
{
    bins_release(&hist->bins);
    text_counts_release(&hist->texts);
    *hist = (struct hist){0};
}

/* ---- figures -------------------------------------------------------------------------------- */

char *hist_figures(const struct hist *hist, char out[HIST_TEXT])
{
    const struct {
        uint64_t n;
        const char *one, *many;
    } counts[] = {
        {hist->nan, "NaN", "NaN"},
        {hist->above, "Infinity", "Infinity"},
        {hist->below, "-Infinity", "-Infinity"},
        {hist->texts.all, "text", "texts"},
        {hist->other, "array of texts", "arrays of texts"},
    };
    char count[UNITS_TEXT], least[NUMBER_TEXT], most[NUMBER_TEXT];
    int len = 0;
    *out = '\0';
    if (hist->numbers)
        len = snprintf(out, HIST_TEXT, "%s number%s  min %s  max %s",
                       units_print_count(count, hist->numbers), hist->numbers == 1 ? "" : "s",
                       number_text(least, hist->range.least), number_text(most, hist->range.most));
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        if (counts[i].n)
            len += snprintf(out + len, HIST_TEXT - (size_t)len, "%s%s %s", len ? "  " : "",
                            units_print_count(count, counts[i].n),
                            counts[i].n == 1 ? counts[i].one : counts[i].many);
    if (hist->n_series > 1)
        snprintf(out + len, HIST_TEXT - (size_t)len, "  %zu series", hist->n_series);
    return out;
}
