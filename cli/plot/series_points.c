#include "plot/series_points.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/text_hash.h"
#include "plot/series_key.h"
#include "screen_text.h"

#define MOST_POINTS ((size_t)1 << 21)
#define MOST_SLICES ((size_t)1 << 20)
#define STATE_TEXT 60u /* of a text, to show */

/* A point until it is in the pyramid. */
struct item {
    int64_t ns;
    double least, most;
    uint64_t hash; /* of a text */
    size_t text;   /* where it is in the batch */
    size_t len;
};

/* The points of one block. */
struct batch {
    struct item *items;
    size_t n, room;
    char *texts; /* their beginnings */
    size_t texts_len, texts_room;
};

struct run {
    struct series_points *made;
    struct scan *scan;
    const struct series_request *request;
    uint64_t seed;
    bool texts; /* their values count */
    struct {
        uint64_t hash;
        size_t len;
    } known[SERIES_LEVELS];
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
    free(batch->items);
    free(batch->texts);
    free(batch);
}

static bool reserve(struct batch *batch, size_t more)
{
    if (batch->room - batch->n >= more)
        return true;
    size_t room = 2 * batch->room + more;
    struct item *items = realloc(batch->items, room * sizeof *items);
    if (!items)
        return false;
    batch->items = items;
    batch->room = room;
    return true;
}

static void take_array(struct item *item, struct tlm_doubles reals)
{
    item->least = INFINITY;
    item->most = -INFINITY;
    for (size_t i = 0; i < reals.len; i++) {
        item->least = fmin(item->least, reals.items[i]);
        item->most = fmax(item->most, reals.items[i]);
    }
}

static bool take_text(const struct run *run, struct batch *batch, struct item *item,
                      struct tlm_string text)
{
    size_t kept = text.len < STATE_TEXT ? text.len : STATE_TEXT;
    if (batch->texts_room - batch->texts_len < kept) {
        size_t room = 2 * batch->texts_room + 4096;
        char *texts = realloc(batch->texts, room);
        if (!texts)
            return false;
        batch->texts = texts;
        batch->texts_room = room;
    }
    if (kept)
        memcpy(batch->texts + batch->texts_len, text.data, kept);
    item->text = batch->texts_len;
    item->len = text.len;
    item->hash = text_hash(run->seed, text.data ? text.data : "", text.len);
    batch->texts_len += kept;
    return true;
}

/* Values that cannot be drawn leave an item whose least is above its most. */
static bool take_value(const struct run *run, struct batch *batch, struct item *item,
                       enum tlm_type type, const union tlm_point_value *value)
{
    switch (type) {
    case TLM_DOUBLE:
        item->least = item->most = value->real;
        return true;
    case TLM_LONG:
        item->least = item->most = (double)value->integer;
        return true;
    case TLM_DOUBLE_ARRAY:
        take_array(item, value->reals);
        return true;
    case TLM_STRING:
    case TLM_JSON:
        return !run->texts || take_text(run, batch, item, value->text);
    case TLM_STRING_ARRAY:
        return true;
    }
    return true;
}

static bool take_point(const struct run *run, struct batch *batch, struct item *item,
                       const struct tlm_run_of_points *points, size_t i)
{
    *item = (struct item){.ns = points->timestamps_ns[i], .least = INFINITY, .most = -INFINITY};
    if (points->reals)
        item->least = item->most = points->reals[i];
    else if (points->integers)
        item->least = item->most = (double)points->integers[i];
    else
        return take_value(run, batch, item,
                          points->types ? (enum tlm_type)points->types[i] : points->type,
                          &points->values[i]);
    return true;
}

static enum tlm_code points(void *ctx, void *opaque, const struct tlm_run_of_points *found,
                            struct tlm_error *error)
{
    const struct run *run = ctx;
    struct batch *batch = opaque;
    if (!series_key_is(run->request->key, run->request->len, found))
        return TLM_OK;
    if (!reserve(batch, found->n))
        return scan_fail_memory(error);
    for (size_t i = 0; i < found->n; i++)
        if (!take_point(run, batch, &batch->items[batch->n++], found, i))
            return scan_fail_memory(error);
    return TLM_OK;
}

/* ---- in order ------------------------------------------------------------------------------- */

/* The level of a text; a new one for a new text, SERIES_LEVELS when there are too many of them. */
static size_t level_of(struct run *run, const struct batch *batch, const struct item *item)
{
    struct series_points *made = run->made;
    size_t kept = item->len < STATE_TEXT ? item->len : STATE_TEXT;
    for (size_t i = 0; i < made->n_states; i++)
        if (run->known[i].hash == item->hash && run->known[i].len == item->len)
            return i;
    if (made->n_states == SERIES_LEVELS)
        return SERIES_LEVELS;
    char *state = screen_text_clean(kept ? batch->texts + item->text : "", kept);
    if (!state)
        return SERIES_LEVELS;
    run->known[made->n_states].hash = item->hash;
    run->known[made->n_states].len = item->len;
    made->states[made->n_states] = state;
    return made->n_states++;
}

static bool add_item(struct run *run, const struct batch *batch, struct item *item)
{
    struct series_points *made = run->made;
    if (made->kind == SERIES_STATES) {
        size_t level = level_of(run, batch, item);
        item->least = item->most = (double)level;
        if (level == SERIES_LEVELS)
            made->kind = SERIES_COUNTS;
    }
    return pyramid_add(made->pyramid, item->ns, item->least, item->most);
}

static enum tlm_code end(void *ctx, void *opaque, const struct tlm_block *block,
                         struct tlm_error *error)
{
    struct run *run = ctx;
    struct batch *batch = opaque;
    bool added = true;
    for (size_t i = 0; i < batch->n && added; i++)
        added = add_item(run, batch, &batch->items[i]);
    drop(NULL, batch);
    return added ? scan_tick(run->scan, block) : scan_fail_memory(error);
}

/* ---- reading -------------------------------------------------------------------------------- */

static enum series_kind kind_of(unsigned types)
{
    if (types & (1u << TLM_DOUBLE | 1u << TLM_LONG | 1u << TLM_DOUBLE_ARRAY))
        return SERIES_NUMBERS;
    return types & 1u << TLM_STRING_ARRAY ? SERIES_COUNTS : SERIES_STATES;
}

static void read_all(struct run *run, const char *const *globs)
{
    struct series_points *made = run->made;
    const struct series_request *request = run->request;
    struct tlm_reading reading = {
        .ctx = run,
        .begin = begin,
        .points = points,
        .end = end,
        .drop = drop,
    };
    tlm_selection_init(&reading.selection);
    reading.selection.channels = (struct tlm_list){globs, 1};
    reading.selection.from_ns = request->first_ns;
    if (request->last_ns < INT64_MAX)
        reading.selection.to_ns = request->last_ns + 1;
    made->code = scan_files(run->scan, &reading, &made->error);
}

bool series_points_read(struct series_points *made, struct scan *scan,
                        const struct series_request *request)
{
    struct run run = {.made = made, .scan = scan, .request = request, .seed = text_hash_seed()};
    char *glob = series_key_glob(request->key, request->len);
    *made = (struct series_points){.kind = kind_of(request->types)};
    run.texts = made->kind == SERIES_STATES;
    made->pyramid = pyramid_new(request->first_ns, request->last_ns, MOST_POINTS, MOST_SLICES);
    if (glob && made->pyramid)
        read_all(&run, (const char *const[]){glob});
    else
        made->code = scan_fail_memory(&made->error);
    free(glob);
    bool usable = made->code != TLM_STOPPED && made->code != TLM_NO_MEMORY;
    if (usable && !pyramid_finish(made->pyramid)) {
        made->code = scan_fail_memory(&made->error);
        usable = false;
    }
    if (!usable) {
        struct series_points failed = {.code = made->code, .error = made->error};
        series_points_release(made);
        *made = failed;
    }
    return usable;
}

void series_points_release(struct series_points *points)
{
    for (size_t i = 0; i < points->n_states; i++)
        free(points->states[i]);
    pyramid_free(points->pyramid);
    *points = (struct series_points){0};
}
