#include "points_stored.h"

#include <string.h>

#include "base/error.h"
#include "base/tags.h"

static enum tlm_code check_text(struct tlm_string text, struct tlm_string channel,
                                struct tlm_error *error)
{
    if (!text.len || !memchr(text.data, 0, text.len))
        return TLM_OK;
    return tlm__fail(error, TLM_INPUT, "channel \"%.*s\" has a NUL in its name or a tag",
                     (int)(channel.len < 200 ? channel.len : 200), channel.data);
}

enum tlm_code tlm__stored_tags(struct tlm_buf *set, const struct tlm_run_of_points *points,
                               struct tlm_error *error)
{
    enum tlm_code code = check_text(points->channel, points->channel, error);
    for (size_t i = 0; i < points->n_tags && !code; i++) {
        const struct tlm_file_pair *tag = &points->tags[i];
        code = check_text(tag->key, points->channel, error);
        if (!code)
            code = check_text(tag->value, points->channel, error);
        if (!code && !tlm__tags_append(set, tag->key, tag->value))
            code = tlm__fail_memory(error, set->len);
    }
    return code;
}

bool tlm__stored_from_run(const struct tlm_run_of_points *points, size_t i, struct tlm_buf *scratch,
                          struct tlm_stored *stored)
{
    const union tlm_point_value *values = points->values;
    *stored =
        (struct tlm_stored){.type = points->types ? (enum tlm_type)points->types[i] : points->type};
    switch (stored->type) {
    case TLM_DOUBLE:
        memcpy(&stored->bits, points->reals ? &points->reals[i] : &values[i].real,
               sizeof stored->bits);
        return true;
    case TLM_LONG:
        memcpy(&stored->bits, points->integers ? &points->integers[i] : &values[i].integer,
               sizeof stored->bits);
        return true;
    case TLM_STRING:
    case TLM_JSON:
        stored->bytes = values[i].text.data;
        stored->len = values[i].text.len;
        break;
    case TLM_DOUBLE_ARRAY:
        stored->bytes = values[i].reals.items;
        stored->len = values[i].reals.len * sizeof(double);
        break;
    case TLM_STRING_ARRAY:
        tlm__buf_reset(scratch);
        if (!tlm__join_strings(&values[i].texts, scratch))
            return false;
        stored->bytes = scratch->data;
        stored->len = scratch->len;
        break;
    }
    stored->bits = stored->len;
    return true;
}

struct tlm_stored tlm__stored_from_points(const struct tlm_points *points, size_t i,
                                          size_t *heap_at)
{
    struct tlm_stored stored = {
        .type = points->types ? (enum tlm_type)points->types[i] : points->type,
        .bits = points->values[i],
    };
    if (stored.type != TLM_DOUBLE && stored.type != TLM_LONG) {
        stored.bytes = points->heap + *heap_at;
        stored.len = (size_t)stored.bits;
        *heap_at += stored.len;
    }
    return stored;
}
