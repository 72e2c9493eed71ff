#include "base/tags.h"

#include <stdlib.h>
#include <string.h>

static int compare_keys(const void *a, const void *b)
{
    return strcmp(((const struct tlm_tag *)a)->key, ((const struct tlm_tag *)b)->key);
}

static bool append_text(struct tlm_buf *out, struct tlm_string text)
{
    return tlm__buf_append(out, text.data, text.len) && tlm__buf_append_byte(out, 0);
}

bool tlm__tags_append(struct tlm_buf *out, struct tlm_string key, struct tlm_string value)
{
    if (key.len > UINT32_MAX || value.len > UINT32_MAX)
        return false;
    uint32_t head[2] = {(uint32_t)key.len, (uint32_t)value.len};
    return tlm__buf_append(out, head, sizeof head) && append_text(out, key) &&
           append_text(out, value);
}

static bool append_tag(struct tlm_buf *out, const struct tlm_tag *tag)
{
    return tlm__tags_append(out, (struct tlm_string){tag->key, strlen(tag->key)},
                            (struct tlm_string){tag->value, strlen(tag->value)});
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
