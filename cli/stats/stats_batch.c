#include "stats_batch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/room.h"
#include "inspect/text_hash.h"
#include "stats/sketch.h"

#define MANY 1024u  /* numbers of a record from which on some stand for them */
#define GROUPS 320u /* so many */
#define MARKS 64u   /* of a record, about */
#define SOME 31     /* steps, to guess the usual one */

struct stats_batch *stats_batch_new(void)
{
    struct stats_batch *batch = calloc(1, sizeof *batch);
    if (!batch)
        return NULL;
    batch->ranks = ranks_new();
    batch->lanes = moments_lanes_new();
    if (batch->ranks && batch->lanes)
        return batch;
    stats_batch_free(batch);
    return NULL;
}

void stats_batch_free(struct stats_batch *batch)
{
    if (!batch)
        return;
    free(batch->records);
    free(batch->times);
    free(batch->numbers);
    free(batch->groups);
    free(batch->words);
    free(batch->gaps);
    free(batch->texts);
    free(batch->marks);
    free(batch->keys);
    ranks_free(batch->ranks);
    moments_lanes_free(batch->lanes);
    moments_release(&batch->moments);
    text_counts_release(&batch->counts);
    for (unsigned i = 0; i < 4; i++)
        free(batch->spare[i]);
    free(batch);
}

void stats_batch_reset(struct stats_batch *batch)
{
    batch->n_records = batch->n_times = batch->n_numbers = batch->n_words = batch->n_groups = 0;
    batch->n_gaps = batch->n_texts = batch->n_marks = batch->n_keys = 0;
}

/* ---- room ----------------------------------------------------------------------------------- */

/* Makes room for `more` items behind those of `array`; false: memory is out. */
#define GROW(array, n, room, more)     \
    ((array) && (n) + (more) <= (room) \
         ? true                        \
         : grow((void **)&(array), sizeof *(array), (n), (more), &(room)))

static bool grow(void **items, size_t size, size_t n, size_t more, size_t *room)
{
    void *grown = room_for(*items, size, n, more, room);
    if (grown)
        *items = grown;
    return grown != NULL;
}

static int64_t *room_for_numbers(struct stats_batch *batch, size_t more)
{
    return GROW(batch->numbers, batch->n_numbers, batch->numbers_room, more)
               ? batch->numbers + batch->n_numbers
               : NULL;
}

static int64_t *spare(struct stats_batch *batch, unsigned which, size_t n)
{
    return GROW(batch->spare[which], 0, batch->spare_room[which], n) ? batch->spare[which] : NULL;
}

/* ---- names ---------------------------------------------------------------------------------- */

static bool add_bytes(struct stats_batch *batch, const void *bytes, size_t len)
{
    if (!GROW(batch->keys, batch->n_keys, batch->keys_room, len))
        return false;
    if (len)
        memcpy(batch->keys + batch->n_keys, bytes, len);
    batch->n_keys += len;
    return true;
}

static bool add_text(struct stats_batch *batch, struct tlm_string text)
{
    return add_bytes(batch, &text.len, sizeof text.len) && add_bytes(batch, text.data, text.len);
}

/* The texts of a stats_line's key, each with its length before it. */
static bool add_key(struct stats_batch *batch, const struct stats_rules *rules,
                    const struct tlm_run_of_points *points)
{
    bool added = add_bytes(batch, "", 1) && /* so that no key is empty */
                 (rules->by == STATS_EACH_TAG || add_text(batch, points->channel));
    for (size_t i = 0; added && i < points->n_tags; i++) {
        const struct tlm_file_pair *tag = &points->tags[i];
        if (rules->by == STATS_EACH_SERIES)
            added = add_text(batch, tag->key) && add_text(batch, tag->value);
        else if (rules->by == STATS_EACH_TAG && tag->key.len == rules->tag.len &&
                 memcmp(tag->key.data, rules->tag.data, tag->key.len) == 0)
            added = add_text(batch, tag->value);
    }
    return added;
}

static uint64_t hash_series(uint64_t seed, const struct tlm_run_of_points *points)
{
    uint64_t hash = text_hash(seed, points->channel.data, points->channel.len);
    for (size_t i = 0; i < points->n_tags; i++) {
        hash = text_hash(hash, points->tags[i].key.data, points->tags[i].key.len);
        hash = text_hash(hash, points->tags[i].value.data, points->tags[i].value.len);
    }
    return hash;
}

static bool name(struct stats_batch *batch, const struct stats_rules *rules,
                 const struct tlm_run_of_points *points, struct stats_record *record)
{
    record->key = batch->n_keys;
    if (!add_key(batch, rules, points))
        return false;
    record->key_len = batch->n_keys - record->key;
    record->key_hash = text_hash(rules->seed, batch->keys + record->key, record->key_len);
    record->series_hash = hash_series(rules->seed, points);
    return true;
}

/* ---- pieces --------------------------------------------------------------------------------- */

static bool add_same(struct stats_batch *batch, struct stats_piece *piece, int64_t number,
                     uint64_t n)
{
    int64_t *to = room_for_numbers(batch, 1);
    if (!to)
        return false;
    *to = number;
    *piece = (struct stats_piece){.kind = PIECE_SAME, .at = batch->n_numbers++, .n = n};
    return true;
}

static size_t keep(struct stats_batch *batch, const int64_t *numbers, size_t n)
{
    memcpy(batch->numbers + batch->n_numbers, numbers, n * sizeof *numbers);
    batch->n_numbers += n;
    return batch->n_numbers - n;
}

static bool add_groups(struct stats_batch *batch, struct stats_piece *piece,
                       const struct ranks_numbers *numbers)
{
    if (!GROW(batch->groups, batch->n_groups, batch->groups_room, GROUPS + 1))
        return false;
    piece->kind = PIECE_GROUPS;
    piece->groups = batch->n_groups;
    piece->k =
        ranks_groups(batch->ranks, numbers, GROUPS, batch->groups + batch->n_groups, &piece->error);
    batch->n_groups += piece->k;
    return piece->k != 0;
}

/* Numbers of which few are different are told exactly by their counts. */
static bool add_few(struct stats_batch *batch, struct stats_piece *piece,
                    const struct ranks_numbers *numbers)
{
    if (numbers->n < 4 * RANKS_FEW ||
        !GROW(batch->groups, batch->n_groups, batch->groups_room, RANKS_FEW))
        return false;
    piece->k = ranks_few(numbers, batch->groups + batch->n_groups);
    if (!piece->k)
        return false;
    piece->kind = PIECE_GROUPS;
    piece->groups = batch->n_groups;
    batch->n_groups += piece->k;
    return true;
}

/* The numbers may lie in the batch's spare room, but not among its numbers. */
static bool add_piece(struct stats_batch *batch, struct stats_piece *piece,
                      const struct ranks_numbers *numbers)
{
    const size_t n = numbers->n;
    *piece = (struct stats_piece){.kind = n ? PIECE_RAW : PIECE_NONE, .n = n};
    if (add_few(batch, piece, numbers))
        return true;
    piece->has_extent = numbers->extent != NULL;
    if (numbers->extent)
        piece->extent = *numbers->extent;
    piece->raw = n && n <= SKETCH_RAW;
    if (piece->raw && !room_for_numbers(batch, n))
        return false;
    if (piece->raw)
        piece->at = keep(batch, numbers->items, n);
    return n < MANY || add_groups(batch, piece, numbers);
}

/* ---- numbers -------------------------------------------------------------------------------- */

static const int64_t *without_nan(struct stats_batch *batch, const double *values, size_t *n)
{
    int64_t *items = spare(batch, 2, *n);
    size_t kept = 0;
    for (size_t i = 0; items && i < *n; i++) {
        memcpy(&items[kept], &values[i], sizeof *items);
        kept += isnan(values[i]) == 0;
    }
    *n = kept;
    return items;
}

static bool take_reals(struct stats_batch *batch, struct stats_record *record, const double *values,
                       size_t n)
{
    struct moments *moments = &batch->moments;
    if (!moments_add_reals(moments, batch->lanes, values, n))
        return false;
    const struct ranks_extent extent = {moments->least_real, moments->most_real, 0, 0};
    struct ranks_numbers numbers = {(const int64_t *)(const void *)values, n, true, &extent};
    if (moments->nan)
        numbers.items = without_nan(batch, values, &numbers.n);
    if (!numbers.items)
        return false;
    if (numbers.n && extent.least == extent.most && extent.least != 0)
        return add_same(batch, &record->reals, numbers.items[0], numbers.n);
    return add_piece(batch, &record->reals, &numbers);
}

static bool take_integers(struct stats_batch *batch, struct stats_record *record,
                          const int64_t *values, size_t n)
{
    struct moments *moments = &batch->moments;
    if (!n)
        return true;
    if (!moments_add_integers(moments, values, n))
        return false;
    const struct ranks_extent extent = {0, 0, moments->least_integer, moments->most_integer};
    const struct ranks_numbers numbers = {values, n, false, &extent};
    if (extent.first == extent.last)
        return add_same(batch, &record->integers, values[0], n);
    return add_piece(batch, &record->integers, &numbers);
}

static bool keep_words(struct stats_batch *batch, const struct exact_sum *sum,
                       struct stats_words *words)
{
    *words = (struct stats_words){sum->low, sum->n, batch->n_words};
    if (!GROW(batch->words, batch->n_words, batch->words_room, sum->n))
        return false;
    if (sum->n)
        memcpy(batch->words + batch->n_words, sum->words, sum->n * sizeof *sum->words);
    batch->n_words += sum->n;
    return true;
}

/* ---- other values --------------------------------------------------------------------------- */

static enum tlm_type type_at(const struct tlm_run_of_points *points, size_t i)
{
    return points->types ? (enum tlm_type)points->types[i] : points->type;
}

static bool count_text(struct stats_batch *batch, const struct stats_rules *rules,
                       struct tlm_string text)
{
    static const struct text_limits limits = {TEXT_COUNTS_MOST, SIZE_MAX / 2};
    const char *data = text.len ? text.data : "";
    const struct text_count one = {data, text.len, text_hash(rules->seed, data, text.len), 1};
    return text_counts_add(&batch->counts, &limits, &one);
}

static void count_items(struct stats_lengths *lengths, uint64_t n)
{
    lengths->least = !lengths->n || n < lengths->least ? n : lengths->least;
    lengths->most = n > lengths->most ? n : lengths->most;
    lengths->sum += n;
    lengths->n++;
}

static bool keep_texts(struct stats_batch *batch, struct stats_record *record)
{
    struct text_counts *counts = &batch->counts;
    record->texts = batch->n_texts;
    record->n_texts = counts->n;
    record->texts_left_out = counts->more;
    if (counts->n && !GROW(batch->texts, batch->n_texts, batch->texts_room, counts->n))
        return false;
    for (size_t i = 0; i < counts->n; i++) {
        const struct text_count *item = &counts->items[i];
        batch->texts[batch->n_texts++] =
            (struct stats_text){batch->n_keys, item->len, item->hash, item->count};
        if (!add_bytes(batch, item->text, item->len))
            return false;
    }
    text_counts_reset(counts);
    return true;
}

/* Values of any types, one by one. */
static bool take_mixed(struct stats_batch *batch, const struct stats_rules *rules,
                       const struct tlm_run_of_points *points, struct stats_record *record)
{
    int64_t *reals = spare(batch, 0, points->n), *integers = spare(batch, 1, points->n);
    size_t n_reals = 0, n_integers = 0;
    bool taken = reals && integers;
    for (size_t i = 0; taken && i < points->n; i++) {
        const union tlm_point_value *value = &points->values[i];
        enum tlm_type type = type_at(points, i);
        record->types |= 1u << type;
        switch (type) {
        case TLM_DOUBLE:
            memcpy(&reals[n_reals++], &value->real, sizeof *reals);
            break;
        case TLM_LONG:
            integers[n_integers++] = value->integer;
            break;
        case TLM_STRING:
        case TLM_JSON:
            taken = count_text(batch, rules, value->text);
            break;
        case TLM_DOUBLE_ARRAY:
            count_items(&record->lengths, value->reals.len);
            break;
        case TLM_STRING_ARRAY:
            count_items(&record->lengths, value->texts.len);
            break;
        }
    }
    return taken && keep_texts(batch, record) &&
           (!n_reals || take_reals(batch, record, (const double *)(const void *)reals, n_reals)) &&
           take_integers(batch, record, integers, n_integers);
}

static bool take_values(struct stats_batch *batch, const struct stats_rules *rules,
                        const struct tlm_run_of_points *points, struct stats_record *record)
{
    bool taken;
    moments_reset(&batch->moments);
    record->types = points->reals || points->integers ? 1u << points->type : 0;
    if (points->reals)
        taken = take_reals(batch, record, points->reals, points->n);
    else if (points->integers)
        taken = take_integers(batch, record, points->integers, points->n);
    else
        taken = take_mixed(batch, rules, points, record);
    record->moments = batch->moments;
    record->moments.sum = record->moments.squares = (struct exact_sum){0};
    return taken && keep_words(batch, &batch->moments.sum, &record->sum) &&
           keep_words(batch, &batch->moments.squares, &record->squares);
}

/* ---- times ---------------------------------------------------------------------------------- */

/* About the median, which need not be exact. */
static double usual_step(const int64_t *numbers, size_t n)
{
    int64_t some[SOME];
    size_t k = n < SOME ? n : SOME;
    for (size_t i = 0; i < k; i++) {
        int64_t number = numbers[i * n / k];
        size_t at = i;
        for (; at > 0 && some[at - 1] > number; at--)
            some[at] = some[at - 1];
        some[at] = number;
    }
    return k ? (double)interval_step(some[k / 2]) : 0;
}

static bool add_gap(struct stats_batch *batch, uint64_t step, uint64_t count, int64_t begins)
{
    if (!GROW(batch->gaps, batch->n_gaps, batch->gaps_room, 1))
        return false;
    batch->gaps[batch->n_gaps++] = (struct gap){step, count, begins};
    return true;
}

/* Numbers of steps above this may be gaps; the others only are where the usual step of the series
 * turns out to be much less than that of the record. */
static int64_t gap_limit(const struct stats_rules *rules, const int64_t *numbers, size_t n)
{
    double least = usual_step(numbers, n) * rules->gap_factor / 2;
    if (rules->gap_ns)
        return interval_number(rules->gap_ns);
    return interval_number(least < 0x1p63 ? (uint64_t)least : UINT64_MAX);
}

/* Keeps those that may be gaps, and the longest in any case. */
static bool add_gaps(struct stats_batch *batch, const struct stats_rules *rules,
                     struct stats_times *times, const int64_t *numbers, const int64_t *begins)
{
    const size_t n = times->totals.steps;
    const int64_t limit = gap_limit(rules, numbers, n);
    int64_t dropped = INT64_MIN;
    size_t longest = 0;
    bool added = true;
    times->gaps = batch->n_gaps;
    for (size_t i = 1; i < n; i++)
        longest = numbers[i] > numbers[longest] ? i : longest;
    for (size_t i = 0; i < n && added; i++) {
        if (numbers[i] > limit || i == longest)
            added = add_gap(batch, interval_step(numbers[i]), 1, begins[i]);
        else
            dropped = numbers[i] > dropped ? numbers[i] : dropped;
    }
    times->dropped = interval_step(dropped);
    times->n_gaps =
        gaps_sort(batch->gaps + times->gaps, batch->n_gaps - times->gaps, &times->dropped);
    batch->n_gaps = times->gaps + times->n_gaps;
    return added;
}

static bool add_even(struct stats_batch *batch, struct stats_times *times, uint64_t step)
{
    times->latest = times->last;
    times->totals.steps = times->n - 1;
    times->gaps = batch->n_gaps;
    times->n_gaps = 1;
    return add_same(batch, &times->steps, interval_number(step), times->n - 1) &&
           add_gap(batch, step, times->n - 1, times->begin);
}

bool stats_batch_times(struct stats_batch *batch, const struct stats_rules *rules, size_t at,
                       size_t n, bool any, int64_t latest)
{
    if (!GROW(batch->times, batch->n_times, batch->times_room, 1))
        return false;
    struct stats_times *times = &batch->times[batch->n_times++];
    const int64_t *all = batch->numbers + at;
    uint64_t step;
    *times = (struct stats_times){
        .at = at, .n = n, .begin = all[0], .first = all[0], .last = all[0], .latest = latest};
    if (!any && intervals_even(all, n, &step)) {
        times->last = all[n - 1];
        return add_even(batch, times, step);
    }
    for (size_t i = 1; i < n; i++) {
        times->first = all[i] < times->first ? all[i] : times->first;
        times->last = all[i] > times->last ? all[i] : times->last;
    }
    int64_t *numbers = spare(batch, 0, n), *begins = spare(batch, 1, n);
    if (!numbers || !begins)
        return false;
    times->totals = intervals_find(all, n, any, &times->latest, numbers, begins);
    const struct ranks_numbers steps = {numbers, times->totals.steps, false, NULL};
    return add_piece(batch, &times->steps, &steps) &&
           add_gaps(batch, rules, times, numbers, begins);
}

static bool take_times(struct stats_batch *batch, const struct stats_rules *rules,
                       const struct tlm_run_of_points *points, struct stats_record *record)
{
    size_t n = points->n, at = batch->n_numbers;
    const struct stats_times *before = batch->n_times ? &batch->times[batch->n_times - 1] : NULL;
    record->times = batch->n_times - 1;
    if (before && before->n == n &&
        memcmp(batch->numbers + before->at, points->timestamps_ns, n * sizeof(int64_t)) == 0)
        return true;
    int64_t *to = room_for_numbers(batch, n);
    if (!to)
        return false;
    memcpy(to, points->timestamps_ns, n * sizeof *to);
    batch->n_numbers += n;
    record->times = batch->n_times;
    return stats_batch_times(batch, rules, at, n, false, 0);
}

/* ---- marks ---------------------------------------------------------------------------------- */

/* NaN when it is no number. */
static double number_at(const struct tlm_run_of_points *points, size_t i)
{
    if (points->reals)
        return points->reals[i];
    if (points->integers)
        return (double)points->integers[i];
    enum tlm_type type = type_at(points, i);
    return type == TLM_DOUBLE ? points->values[i].real
           : type == TLM_LONG ? (double)points->values[i].integer
                              : NAN;
}

/* The end of the points that make one mark with the one at `from`. */
static size_t mark_end(const struct tlm_run_of_points *points, size_t from, int64_t grain_ns)
{
    const int64_t *times = points->timestamps_ns;
    size_t end = from + 1 + points->n / MARKS;
    end = end < points->n ? end : points->n;
    for (; end < points->n; end++) {
        uint64_t apart = times[end] < times[from] ? (uint64_t)times[from] - (uint64_t)times[end]
                                                  : (uint64_t)times[end] - (uint64_t)times[from];
        if (apart >= (uint64_t)grain_ns)
            break;
    }
    return end;
}

static struct stats_mark mark_of(const struct tlm_run_of_points *points, size_t from, size_t end)
{
    struct stats_mark mark = {points->timestamps_ns[from + (end - from) / 2], 0, 0};
    if (points->reals) {
        for (size_t i = from; i < end; i++)
            mark.sum += points->reals[i];
        mark.n = end - from;
        if (isfinite(mark.sum))
            return mark;
        mark.sum = 0;
        mark.n = 0;
    }
    for (size_t i = from; i < end; i++) {
        double value = number_at(points, i);
        if (!isfinite(value))
            continue;
        mark.sum += value;
        mark.n++;
    }
    mark.n = isfinite(mark.sum) ? mark.n : 0;
    return mark;
}

static bool take_marks(struct stats_batch *batch, const struct stats_rules *rules,
                       const struct tlm_run_of_points *points, struct stats_record *record)
{
    record->marks = batch->n_marks;
    if (!rules->curves || !moments_finite(&record->moments))
        return true;
    for (size_t from = 0, end; from < points->n; from = end) {
        end = mark_end(points, from, rules->grain_ns);
        const struct stats_mark mark = mark_of(points, from, end);
        if (!mark.n)
            continue;
        if (!GROW(batch->marks, batch->n_marks, batch->marks_room, 1))
            return false;
        batch->marks[batch->n_marks++] = mark;
    }
    record->n_marks = batch->n_marks - record->marks;
    return true;
}

bool stats_batch_add(struct stats_batch *batch, const struct stats_rules *rules,
                     const struct tlm_run_of_points *points)
{
    struct stats_record record = {.points = points->n, .raw_bytes = points->raw_bytes};
    if (!GROW(batch->records, batch->n_records, batch->records_room, 1) ||
        !name(batch, rules, points, &record) || !take_times(batch, rules, points, &record) ||
        !take_values(batch, rules, points, &record) || !take_marks(batch, rules, points, &record))
        return false;
    batch->records[batch->n_records++] = record;
    return true;
}
