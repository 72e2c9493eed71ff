#include <pthread.h>
#include <stdlib.h>

#include "tlm.h"

/* A checksum that some block at work adds to. It goes from block to block without being emptied,
 * since it does not matter in which order points are added. */
struct shard {
    struct tlm_checksum *checksum;
    struct shard *next_free, *next;
};

struct digests {
    pthread_mutex_t lock;
    struct shard *free, *all;
};

static struct shard *make_shard(struct digests *digests)
{
    struct shard *shard = calloc(1, sizeof *shard);
    if (!shard)
        return NULL;
    if (tlm_checksum_new(&shard->checksum, NULL) != TLM_OK) {
        free(shard);
        return NULL;
    }
    shard->next = digests->all;
    digests->all = shard;
    return shard;
}

static void *begin(void *ctx)
{
    struct digests *digests = ctx;
    pthread_mutex_lock(&digests->lock);
    struct shard *shard = digests->free;
    if (shard)
        digests->free = shard->next_free;
    else
        shard = make_shard(digests);
    pthread_mutex_unlock(&digests->lock);
    return shard;
}

static enum tlm_code add_points(void *ctx, void *batch, const struct tlm_run_of_points *points,
                                struct tlm_error *error)
{
    (void)ctx;
    return tlm_checksum_add(((struct shard *)batch)->checksum, points, error);
}

static void drop(void *ctx, void *batch)
{
    struct digests *digests = ctx;
    struct shard *shard = batch;
    pthread_mutex_lock(&digests->lock);
    shard->next_free = digests->free;
    digests->free = shard;
    pthread_mutex_unlock(&digests->lock);
}

static enum tlm_code end(void *ctx, void *batch, const struct tlm_block *block,
                         struct tlm_error *error)
{
    (void)block;
    (void)error;
    drop(ctx, batch);
    return TLM_OK;
}

static enum tlm_code merge(struct digests *digests, struct tlm_checksum *into, enum tlm_code code,
                           struct tlm_error *error)
{
    for (struct shard *shard = digests->all, *next; shard; shard = next) {
        next = shard->next;
        if (!code)
            code = tlm_checksum_merge(into, shard->checksum, error);
        tlm_checksum_free(shard->checksum);
        free(shard);
    }
    return code;
}

enum tlm_code tlm_checksum_add_file(struct tlm_checksum *into, const char *path,
                                    const struct tlm_selection *selection, unsigned threads,
                                    struct tlm_error *error)
{
    struct digests digests = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct tlm_file *file = NULL;
    const struct tlm_reading reading = {
        .threads = threads,
        .selection = *selection,
        .ctx = &digests,
        .begin = begin,
        .points = add_points,
        .end = end,
        .drop = drop,
    };
    enum tlm_code code = tlm_file_open(&file, path, error);
    if (!code)
        code = tlm_file_read(file, &reading, error);
    tlm_file_close(file);
    return merge(&digests, into, code, error);
}
