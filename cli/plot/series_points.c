#include "plot/series_points.h"

#include <stdlib.h>

#include "inspect/text_hash.h"
#include "plot/series_key.h"

#define MOST_POINTS ((size_t)1 << 21)
#define MOST_SLICES ((size_t)1 << 20)

struct run {
    struct series_points *made;
    struct scan *scan;
    const struct series_request *request;
    uint64_t seed;
    bool texts; /* their values count */
};

/* ---- on any thread -------------------------------------------------------------------------- */

static void *begin(void *ctx)
{
    (void)ctx;
    return calloc(1, sizeof(struct point_items));
}

static void drop(void *ctx, void *batch)
{
    (void)ctx;
    point_items_release(batch);
    free(batch);
}

static enum tlm_code points(void *ctx, void *batch, const struct tlm_run_of_points *found,
                            struct tlm_error *error)
{
    const struct run *run = ctx;
    if (!series_key_is(run->request->key, run->request->len, found))
        return TLM_OK;
    return point_items_add(batch, found, run->seed, run->texts) ? TLM_OK : scan_fail_memory(error);
}

/* ---- in order ------------------------------------------------------------------------------- */

static bool add_item(struct run *run, const struct point_items *items, struct point_item *item)
{
    struct series_points *made = run->made;
    if (made->kind == SERIES_STATES) {
        size_t level = states_level(&made->states, items, item);
        item->least = item->most = (double)level;
        if (level == STATES_MOST)
            made->kind = SERIES_COUNTS;
    }
    return pyramid_add(made->pyramid, item->ns, item->least, item->most);
}

static enum tlm_code end(void *ctx, void *opaque, const struct tlm_block *block,
                         struct tlm_error *error)
{
    struct run *run = ctx;
    struct point_items *batch = opaque;
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
    states_release(&points->states);
    pyramid_free(points->pyramid);
    *points = (struct series_points){0};
}
