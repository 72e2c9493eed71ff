#include "base/tags.h"

#include <stdlib.h>
#include <string.h>

static int compare_keys(const void *a, const void *b)
{
    return strcmp(((const struct tlm_tag *)a)->key, ((const struct tlm_tag *)b)->key);
}

static bool append_tag(struct tlm_buf *out, const struct tlm_tag *tag)
{
    size_t lens[2] = {strlen(tag->key), strlen(tag->value)};
    if (lens[0] > UINT32_MAX || lens[1] > UINT32_MAX)
        return false;
    uint32_t head[2] = {(uint32_t)lens[0], (uint32_t)lens[1]};
    return tlm__buf_append(out, head, sizeof head) && tlm__buf_append(out, tag->key, lens[0] + 1) &&
           tlm__buf_append(out, tag->value, lens[1] + 1);
}

bool tlm__tags_encode(struct tlm_buf *out, struct tlm_tag *tags, size_t n, const char **duplicate)
{
    *duplicate = NULL;
    if (n > 1)
        qsort(tags, n, sizeof *tags, compare_keys);
    for (size_t i = 0; i < n; i++) {
        if (i && strcmp(tags[i - 1].key, tags[i].key) == 0)
            *duplicate = tags[i].key;
        if (!append_tag(out, &tags[i]))
            return false;
    }
    return true;
}

bool tlm__tags_next(const char *set, size_t len, size_t *at, struct tlm_tag *tag)
{
    if (*at >= len)
        return false;
    uint32_t head[2];
    memcpy(head, set + *at, sizeof head);
    tag->key = set + *at + sizeof head;
    tag->value = tag->key + head[0] + 1;
    *at += sizeof head + (size_t)head[0] + 1 + (size_t)head[1] + 1;
    return true;
}

size_t tlm__tags_count(const char *set, size_t len)
{
    struct tlm_tag tag;
    size_t n = 0;
    for (size_t at = 0; tlm__tags_next(set, len, &at, &tag);)
        n++;
    return n;
}
