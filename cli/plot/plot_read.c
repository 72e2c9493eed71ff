#include "plot/plot_read.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/room.h"
#include "inspect/text_hash.h"
#include "plot/draw_source.h"
#include "plot/scan.h"
#include "plot/series_key.h"

#define STRIP_BITS 16 /* slices, and points that are held one by one: about 30 for each pixel */

struct run {
    struct plot_data *data;
    const struct tlm_list *wanted;
    struct channel_table names; /* counts the series */
    uint64_t seed;
};

/* One record's points among those of its block. */
struct record {
    size_t key, key_len, wanted, first, n;
    uint64_t hash;
    unsigned types;
};

/* What one block comes to. */
struct batch {
    struct point_items items;
    struct series_key key; /* room for one */
    char *keys;
    size_t keys_len, keys_room;
    struct record *records;
    size_t n, room;
};

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
    point_items_release(&batch->items);
    series_key_release(&batch->key);
    free(batch->keys);
    free(batch->records);
    free(batch);
}

static unsigned types_of(const struct tlm_run_of_points *points)
{
    unsigned types = 0;
    if (!points->types)
        return 1u << points->type;
    for (size_t i = 0; i < points->n; i++)
        types |= 1u << points->types[i];
    return types;
}

static bool add_record(struct batch *batch, const struct record *record)
{
    struct record *records = room_for(batch->records, sizeof *records, batch->n, 1, &batch->room);
    batch->records = records ? records : batch->records;
    char *keys = room_for(batch->keys, 1, batch->keys_len, record->key_len, &batch->keys_room);
    batch->keys = keys ? keys : batch->keys;
    if (!records || !keys)
        return false;
    memcpy(keys + batch->keys_len, batch->key.bytes, record->key_len);
    batch->keys_len += record->key_len;
    records[batch->n++] = *record;
    return true;
}

static enum tlm_code points(void *ctx, void *opaque, const struct tlm_run_of_points *found,
                            struct tlm_error *error)
{
    const struct run *run = ctx;
    struct batch *batch = opaque;
    if (!series_key_set(&batch->key, found))
        return scan_fail_memory(error);
    const struct record record = {
        .key = batch->keys_len,
        .key_len = batch->key.len,
        .wanted = draw_source_wants(run->wanted, batch->key.bytes), /* the channel ends with NUL */
        .first = batch->items.n,
        .n = found->n,
        .hash = text_hash(run->seed, batch->key.bytes, batch->key.len),
        .types = types_of(found),
    };
    if (record.wanted == run->wanted->len)
        return TLM_OK;
    if (!add_record(batch, &record) || !point_items_add(&batch->items, found, run->seed, true))
        return scan_fail_memory(error);
    return TLM_OK;
}

/* ---- in order ------------------------------------------------------------------------------- */

static struct plot_series *new_series(struct plot_data *data, const char *key, size_t len,
                                      size_t wanted)
{
    struct plot_series *series = &data->series[data->n];
    *series = (struct plot_series){
        .wanted = wanted,
        .label = series_key_label(key, len),
        .numbers = strip_new(STRIP_BITS),
        .key = malloc(len + 1),
        .key_len = len,
        .textual = true,
    };
    data->n++;
    if (!series->label || !series->numbers || !series->key)
        return NULL;
    memcpy(series->key, key, len);
    return series;
}

/* The series of a record; *left_out when there are too many. NULL otherwise: memory is out. */
static struct plot_series *series_of(struct run *run, const struct batch *batch,
                                     const struct record *record, bool *left_out)
{
    struct plot_data *data = run->data;
    const char *key = batch->keys + record->key;
    for (size_t i = 0; i < data->n; i++)
        if (data->series[i].key_len == record->key_len &&
            memcmp(data->series[i].key, key, record->key_len) == 0)
            return &data->series[i];
    *left_out = data->n == PLOT_SERIES;
    return *left_out ? NULL : new_series(data, key, record->key_len, record->wanted);
}

static void give_up_levels(struct plot_series *series)
{
    series->textual = false;
    strip_free(series->levels);
    series->levels = NULL;
}

static bool add_text(struct plot_series *series, const struct point_items *items,
                     const struct point_item *item)
{
    size_t level = states_level(&series->states, items, item);
    if (level == STATES_MOST) {
        give_up_levels(series);
        return true;
    }
    if (!series->levels)
        series->levels = strip_new(STRIP_BITS);
    return series->levels && strip_add(series->levels, item->ns, (double)level, (double)level);
}

static bool add_record_points(struct plot_series *series, const struct point_items *items,
                              const struct record *record)
{
    series->types |= record->types;
    for (size_t i = record->first; i < record->first + record->n; i++) {
        const struct point_item *item = &items->items[i];
        if (!strip_add(series->numbers, item->ns, item->least, item->most))
            return false;
        if (item->is_text && series->textual && !add_text(series, items, item))
            return false;
    }
    return true;
}

static bool take_record(struct run *run, const struct batch *batch, const struct record *record)
{
    bool left_out = false;
    run->data->found[record->wanted] = true;
    if (!channel_table_series(&run->names, record->hash))
        return false;
    struct plot_series *series = series_of(run, batch, record, &left_out);
    return left_out || (series && add_record_points(series, &batch->items, record));
}

static enum tlm_code end(void *ctx, void *opaque, const struct tlm_block *block,
                         struct tlm_error *error)
{
    struct batch *batch = opaque;
    bool added = true;
    (void)block;
    for (size_t i = 0; i < batch->n && added; i++)
        added = take_record(ctx, batch, &batch->records[i]);
    drop(NULL, batch);
    return added ? TLM_OK : scan_fail_memory(error);
}

/* ---- the whole ------------------------------------------------------------------------------ */

static int compare_series(const void *a, const void *b)
{
    const struct plot_series *x = a, *y = b;
    if (x->wanted != y->wanted)
        return x->wanted < y->wanted ? -1 : 1;
    return strverscmp(x->label, y->label);
}

static enum series_kind kind_of(const struct plot_series *series)
{
    if (series->types & (1u << TLM_DOUBLE | 1u << TLM_LONG | 1u << TLM_DOUBLE_ARRAY))
        return SERIES_NUMBERS;
    return series->levels && !(series->types & 1u << TLM_STRING_ARRAY) ? SERIES_STATES
                                                                       : SERIES_COUNTS;
}

static void settle(struct plot_data *data)
{
    qsort(data->series, data->n, sizeof *data->series, compare_series);
    for (size_t i = 0; i < data->n; i++) {
        int64_t first_ns, last_ns;
        data->series[i].kind = kind_of(&data->series[i]);
        strip_span(data->series[i].numbers, &first_ns, &last_ns);
        data->first_ns = i && data->first_ns < first_ns ? data->first_ns : first_ns;
        data->last_ns = i && data->last_ns > last_ns ? data->last_ns : last_ns;
    }
}

enum tlm_code plot_read(struct plot_data *data, struct draw_source *source,
                        const struct tlm_list *wanted, struct tlm_error *error)
{
    struct run run = {.data = data, .wanted = wanted, .seed = text_hash_seed()};
    struct tlm_reading reading = {
        .ctx = &run,
        .begin = begin,
        .points = points,
        .end = end,
        .drop = drop,
    };
    *data = (struct plot_data){.found = calloc(wanted->len + 1, sizeof *data->found)};
    if (!data->found)
        return scan_fail_memory(error);
    enum tlm_code code = draw_source_read(source, &reading, wanted, error);
    if (!code)
        settle(data);
    data->all = run.names.n_series;
    channel_table_release(&run.names);
    return code;
}

void plot_data_release(struct plot_data *data)
{
    for (size_t i = 0; i < data->n; i++) {
        struct plot_series *series = &data->series[i];
        strip_free(series->numbers);
        strip_free(series->levels);
        states_release(&series->states);
        free(series->label);
        free(series->key);
    }
    free(data->found);
    *data = (struct plot_data){0};
}
