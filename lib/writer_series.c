/* tlm_writer_each_series: what the writer has written so far, by series. */
#include <string.h>

#include "base/tags.h"
#include "writer.h"

static bool list_tags(const struct tlm_held *held, struct tlm_buf *tags)
{
    struct tlm_tag tag;
    tlm__buf_reset(tags);
    for (size_t at = 0; tlm__tags_next(held->tag_set, held->tag_set_len, &at, &tag);)
        if (!tlm__buf_append(tags, &tag, sizeof tag))
            return false;
    return true;
}

void tlm_writer_each_series(struct tlm_writer *w,
                            void (*visit)(void *ctx, const struct tlm_series *series), void *ctx)
{
    struct tlm_buf tags = {0};
    pthread_mutex_lock(&w->lock);
    for (uint32_t i = 0; i < tlm__series_count(&w->series); i++) {
        const struct tlm_held *held = w->series.series[i];
        if (!held || !list_tags(held, &tags))
            break;
        struct tlm_series series = {
            .channel = held->channel,
            .tags = (const struct tlm_tag *)(const void *)tags.data,
            .n_tags = tags.len / sizeof(struct tlm_tag),
            .points = held->points,
            .first_ns = held->first_ns,
            .last_ns = held->last_ns,
        };
        memcpy(series.points_of_type, held->points_of_type, sizeof series.points_of_type);
        visit(ctx, &series);
    }
    pthread_mutex_unlock(&w->lock);
    tlm__buf_release(&tags);
}
