#include "block_summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/room.h"
#include "inspect/text_hash.h"
#include "point_number.h"

#define MARKS 64u /* of a record, about */

struct block_summary *block_summary_new(uint64_t seed, int64_t grain_ns)
{
    struct block_summary *summary = calloc(1, sizeof *summary);
    if (summary) {
        summary->seed = seed;
        summary->grain_ns = grain_ns;
    }
    return summary;
}

void block_summary_free(struct block_summary *summary)
{
    if (!summary)
        return;
    free(summary->records);
    free(summary->marks);
    free(summary->names);
    free(summary);
}

/* ---- names ---------------------------------------------------------------------------------- */

static uint64_t series_hash(uint64_t hash, const struct tlm_run_of_points *points)
{
    for (size_t i = 0; i < points->n_tags; i++) {
        hash = text_hash(hash, points->tags[i].key.data, points->tags[i].key.len);
        hash = text_hash(hash, points->tags[i].value.data, points->tags[i].value.len);
    }
    return hash;
}

static bool add_name(struct block_summary *summary, struct summary_record *record,
                     struct tlm_string name)
{
    char *names =
        room_for(summary->names, 1, summary->names_len, name.len + 1, &summary->names_room);
    if (!names)
        return false;
    summary->names = names;
    memcpy(names + summary->names_len, name.data, name.len);
    record->name = summary->names_len;
    record->name_len = name.len;
    summary->names_len += name.len;
    return true;
}

/* ---- numbers -------------------------------------------------------------------------------- */

static void take_real(struct channel_figures *figures, double value)
{
    if (isnan(value))
        return;
    bool first = figures->reals++ == 0;
    figures->least_real = first || value < figures->least_real ? value : figures->least_real;
    figures->most_real = first || value > figures->most_real ? value : figures->most_real;
}

static void take_integer(struct channel_figures *figures, int64_t value)
{
    bool first = figures->integers++ == 0;
    if (first || value < figures->least_integer)
        figures->least_integer = value;
    if (first || value > figures->most_integer)
        figures->most_integer = value;
}

static void take_mixed(struct channel_figures *figures, const struct tlm_run_of_points *points)
{
    for (size_t i = 0; i < points->n; i++) {
        enum tlm_type type = points->types ? (enum tlm_type)points->types[i] : points->type;
        figures->types |= 1u << type;
        if (type == TLM_DOUBLE)
            take_real(figures, points->values[i].real);
        else if (type == TLM_LONG)
            take_integer(figures, points->values[i].integer);
    }
}

static void take_values(struct channel_figures *figures, const struct tlm_run_of_points *points)
{
    if (!points->reals && !points->integers) {
        take_mixed(figures, points);
        return;
    }
    figures->types |= 1u << points->type;
    for (size_t i = 0; points->reals && i < points->n; i++)
        take_real(figures, points->reals[i]);
    for (size_t i = 0; points->integers && i < points->n; i++)
        take_integer(figures, points->integers[i]);
}

static void take_times(struct channel_figures *figures, const struct tlm_run_of_points *points)
{
    int64_t first = points->timestamps_ns[0], last = first;
    for (size_t i = 1; i < points->n; i++) {
        int64_t ns = points->timestamps_ns[i];
        first = ns < first ? ns : first;
        last = ns > last ? ns : last;
    }
    figures->first_ns = first;
    figures->last_ns = last;
}

/* ---- marks ---------------------------------------------------------------------------------- */

static bool is_near(int64_t a, int64_t b, int64_t grain_ns)
{
    uint64_t apart = a < b ? (uint64_t)b - (uint64_t)a : (uint64_t)a - (uint64_t)b;
    return apart < (uint64_t)grain_ns;
}

/* The end of the numbers that make one mark with the one at `from`. */
static size_t mark_end(const struct block_summary *summary, const struct tlm_run_of_points *points,
                       size_t from)
{
    const int64_t *times = points->timestamps_ns;
    size_t least = points->n / MARKS, end = from + 1;
    while (end < points->n &&
           (end - from < least || is_near(times[end], times[from], summary->grain_ns)))
        end++;
    return end;
}

static bool add_mark(struct block_summary *summary, const struct tlm_run_of_points *points,
                     size_t from, size_t end)
{
    struct summary_mark mark = {points->timestamps_ns[from + (end - from) / 2], 0, 0};
    for (size_t i = from; i < end; i++) {
        double value = point_number(points, i);
        if (!isfinite(value))
            continue;
        mark.sum += value;
        mark.n++;
    }
    if (!mark.n || !isfinite(mark.sum))
        return true;
    struct summary_mark *marks =
        room_for(summary->marks, sizeof *marks, summary->n_marks, 1, &summary->marks_room);
    if (!marks)
        return false;
    summary->marks = marks;
    marks[summary->n_marks++] = mark;
    return true;
}

static bool add_marks(struct block_summary *summary, struct summary_record *record,
                      const struct tlm_run_of_points *points)
{
    record->marks = summary->n_marks;
    if (!record->figures.reals && !record->figures.integers)
        return true;
    for (size_t from = 0, end; from < points->n; from = end) {
        end = mark_end(summary, points, from);
        if (!add_mark(summary, points, from, end))
            return false;
    }
    record->n_marks = summary->n_marks - record->marks;
    return true;
}

/* ---- records -------------------------------------------------------------------------------- */

bool block_summary_add(struct block_summary *summary, const struct tlm_run_of_points *points)
{
    struct summary_record record = {.figures = {.points = points->n}};
    record.figures.raw_bytes = points->raw_bytes;
    record.channel_hash = text_hash(summary->seed, points->channel.data, points->channel.len);
    record.series_hash = series_hash(record.channel_hash, points);
    take_times(&record.figures, points);
    take_values(&record.figures, points);
    if (!add_name(summary, &record, points->channel) || !add_marks(summary, &record, points))
        return false;
    struct summary_record *records =
        room_for(summary->records, sizeof *records, summary->n_records, 1, &summary->records_room);
    if (!records)
        return false;
    summary->records = records;
    records[summary->n_records++] = record;
    return true;
}

bool block_summary_merge(const struct block_summary *summary, struct channel_table *table)
{
    for (size_t i = 0; i < summary->n_records; i++) {
        const struct summary_record *record = &summary->records[i];
        struct channel *channel = channel_table_get(table, summary->names + record->name,
                                                    record->name_len, record->channel_hash);
        if (!channel || !channel_table_series(table, record->series_hash))
            return false;
        channel_figures_add(&channel->figures, &record->figures);
        channel_figures_add(&table->all, &record->figures);
        for (size_t k = 0; channel->history && k < record->n_marks; k++) {
            const struct summary_mark *mark = &summary->marks[record->marks + k];
            value_history_add(channel->history, mark->ns, mark->sum, mark->n);
        }
    }
    return true;
}
