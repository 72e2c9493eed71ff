#include "stats_batch.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/text_hash.h"
#include "stats/batch_marks.h"
#include "stats/batch_piece.h"
#include "stats/batch_room.h"
#include "stats/batch_times.h"

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

/* ---- names ---------------------------------------------------------------------------------- */

static bool add_bytes(struct stats_batch *batch, const void *bytes, size_t len)
{
    if (!BATCH_GROW(batch->keys, batch->n_keys, batch->keys_room, len))
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

/* ---- numbers -------------------------------------------------------------------------------- */

static const int64_t *without_nan(struct stats_batch *batch, const double *values, size_t *n)
{
    int64_t *items = batch_spare(batch, 2, *n);
    size_t kept = 0;
    for (size_t i = 0; items && i < *n; i++) {
        memcpy(&items[kept], &values[i], sizeof *items);
        kept += isnan(values[i]) == 0;
    }
    *n = kept;
    return items;
}

static bool is_full(const struct stats_rules *rules, uint64_t hash)
{
    return atomic_load_explicit(&rules->full->hashes[hash % STATS_FULL], memory_order_relaxed) ==
           hash;
}

static bool take_reals(struct stats_batch *batch, const struct stats_rules *rules,
                       struct stats_record *record, const double *values, size_t n)
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
        return batch_add_same(batch, &record->reals, numbers.items[0], numbers.n);
    return batch_add_piece(batch, &record->reals, &numbers, is_full(rules, record->key_hash));
}

static bool take_integers(struct stats_batch *batch, const struct stats_rules *rules,
                          struct stats_record *record, const int64_t *values, size_t n)
{
    struct moments *moments = &batch->moments;
    if (!n)
        return true;
    if (!moments_add_integers(moments, values, n))
        return false;
    const struct ranks_extent extent = {0, 0, moments->least_integer, moments->most_integer};
    const struct ranks_numbers numbers = {values, n, false, &extent};
    if (extent.first == extent.last)
        return batch_add_same(batch, &record->integers, values[0], n);
    return batch_add_piece(batch, &record->integers, &numbers,
                           is_full(rules, record->key_hash + 1));
}

static bool keep_words(struct stats_batch *batch, const struct exact_sum *sum,
                       struct stats_words *words)
{
    *words = (struct stats_words){sum->low, sum->n, batch->n_words};
    if (!BATCH_GROW(batch->words, batch->n_words, batch->words_room, sum->n))
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
    if (counts->n && !BATCH_GROW(batch->texts, batch->n_texts, batch->texts_room, counts->n))
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
    int64_t *reals = batch_spare(batch, 0, points->n), *integers = batch_spare(batch, 1, points->n);
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
           (!n_reals ||
            take_reals(batch, rules, record, (const double *)(const void *)reals, n_reals)) &&
           take_integers(batch, rules, record, integers, n_integers);
}

static bool take_values(struct stats_batch *batch, const struct stats_rules *rules,
                        const struct tlm_run_of_points *points, struct stats_record *record)
{
    bool taken;
    moments_reset(&batch->moments);
    record->types = points->reals || points->integers ? 1u << points->type : 0;
    if (points->reals)
        taken = take_reals(batch, rules, record, points->reals, points->n);
    else if (points->integers)
        taken = take_integers(batch, rules, record, points->integers, points->n);
    else
        taken = take_mixed(batch, rules, points, record);
    record->moments = batch->moments;
    record->moments.sum = record->moments.squares = (struct exact_sum){0};
    return taken && keep_words(batch, &batch->moments.sum, &record->sum) &&
           keep_words(batch, &batch->moments.squares, &record->squares);
}

bool stats_batch_add(struct stats_batch *batch, const struct stats_rules *rules,
                     const struct tlm_run_of_points *points)
{
    struct stats_record record = {.points = points->n, .raw_bytes = points->raw_bytes};
    if (!BATCH_GROW(batch->records, batch->n_records, batch->records_room, 1) ||
        !name(batch, rules, points, &record) || !batch_add_times(batch, rules, points, &record) ||
        !take_values(batch, rules, points, &record) ||
        !batch_add_marks(batch, rules, points, &record))
        return false;
    batch->records[batch->n_records++] = record;
    return true;
}
