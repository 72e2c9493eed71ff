#include "browse/catalog.h"

#include <stdlib.h>

#include "inspect/block_summary.h"
#include "inspect/text_hash.h"
#include "plot/series_key.h"

struct run {
    struct catalog *catalog;
    struct scan *scan;
    uint64_t seed;
    int64_t grain_ns;
};

/* What one block comes to. */
struct batch {
    struct block_summary *summary;
    struct series_key key;
};

static void drop(void *ctx, void *opaque)
{
    struct batch *batch = opaque;
    (void)ctx;
    block_summary_free(batch->summary);
    series_key_release(&batch->key);
    free(batch);
}

static void *begin(void *ctx)
{
    const struct run *run = ctx;
    struct batch *batch = calloc(1, sizeof *batch);
    if (!batch)
        return NULL;
    batch->summary = block_summary_new(run->seed, run->grain_ns);
    if (batch->summary)
        return batch;
    drop(NULL, batch);
    return NULL;
}

/* The summary is told that each series is a channel. */
static enum tlm_code points(void *ctx, void *opaque, const struct tlm_run_of_points *found,
                            struct tlm_error *error)
{
    struct batch *batch = opaque;
    struct tlm_run_of_points renamed = *found;
    (void)ctx;
    if (!series_key_set(&batch->key, found))
        return scan_fail_memory(error);
    renamed.channel = (struct tlm_string){batch->key.bytes, batch->key.len};
    renamed.tags = NULL;
    renamed.n_tags = 0;
    return block_summary_add(batch->summary, &renamed) ? TLM_OK : scan_fail_memory(error);
}

static enum tlm_code end(void *ctx, void *opaque, const struct tlm_block *block,
                         struct tlm_error *error)
{
    struct run *run = ctx;
    struct batch *batch = opaque;
    bool merged = block_summary_merge(batch->summary, &run->catalog->series);
    drop(NULL, batch);
    return merged ? scan_tick(run->scan, block) : scan_fail_memory(error);
}

void catalog_read(struct catalog *catalog, struct scan *scan, int64_t grain_ns)
{
    struct run run = {catalog, scan, text_hash_seed(), grain_ns};
    struct tlm_reading reading = {
        .ctx = &run,
        .begin = begin,
        .points = points,
        .end = end,
        .drop = drop,
    };
    *catalog = (struct catalog){.code = TLM_OK};
    tlm_selection_init(&reading.selection);
    catalog->code = scan_files(scan, &reading, &catalog->error);
}

void catalog_release(struct catalog *catalog)
{
    channel_table_release(&catalog->series);
    *catalog = (struct catalog){.code = TLM_OK};
}
