#include "cat/cat_copy.h"

#include <stdlib.h>
#include <string.h>

/* Pieces of one memory. A first pass without memory finds out how large they are together. */
struct pieces {
    char *memory; /* NULL: only count */
    size_t used;
};

static void *take(struct pieces *pieces, const void *data, size_t len)
{
    void *to = pieces->memory ? pieces->memory + pieces->used : NULL;
    if (to && len)
        memcpy(to, data, len);
    pieces->used += (len + 7) & ~(size_t)7;
    return to;
}

static struct tlm_string take_text(struct pieces *pieces, struct tlm_string text)
{
    return (struct tlm_string){take(pieces, text.data, text.len), text.len};
}

static const struct tlm_file_pair *take_tags(struct pieces *pieces,
                                             const struct tlm_run_of_points *points)
{
    struct tlm_file_pair *tags = take(pieces, points->tags, points->n_tags * sizeof *points->tags);
    for (size_t i = 0; i < points->n_tags; i++) {
        struct tlm_file_pair pair = {take_text(pieces, points->tags[i].key),
                                     take_text(pieces, points->tags[i].value)};
        if (tags)
            tags[i] = pair;
    }
    return tags;
}

static struct tlm_strings take_texts(struct pieces *pieces, struct tlm_strings texts)
{
    struct tlm_string *items = take(pieces, texts.items, texts.len * sizeof *items);
    for (size_t i = 0; i < texts.len; i++) {
        struct tlm_string text = take_text(pieces, texts.items[i]);
        if (items)
            items[i] = text;
    }
    return (struct tlm_strings){items, texts.len};
}

static union tlm_point_value take_value(struct pieces *pieces, enum tlm_type type,
                                        union tlm_point_value value)
{
    switch (type) {
    case TLM_DOUBLE:
    case TLM_LONG:
        break;
    case TLM_STRING:
    case TLM_JSON:
        value.text = take_text(pieces, value.text);
        break;
    case TLM_DOUBLE_ARRAY:
        value.reals.items =
            take(pieces, value.reals.items, value.reals.len * sizeof *value.reals.items);
        break;
    case TLM_STRING_ARRAY:
        value.texts = take_texts(pieces, value.texts);
        break;
    }
    return value;
}

static const union tlm_point_value *
take_values(struct pieces *pieces, const struct tlm_run_of_points *points, size_t from, size_t n)
{
    union tlm_point_value *values = take(pieces, points->values + from, n * sizeof *values);
    for (size_t i = 0; i < n; i++) {
        enum tlm_type type = points->types ? (enum tlm_type)points->types[from + i] : points->type;
        union tlm_point_value value = take_value(pieces, type, points->values[from + i]);
        if (values)
            values[i] = value;
    }
    return values;
}

static struct cat_copy *take_all(struct pieces *pieces, const struct tlm_run_of_points *points,
                                 size_t from)
{
    const size_t n = points->n - from;
    struct cat_copy *copy = take(pieces, &(struct cat_copy){.points = *points}, sizeof *copy);
    struct tlm_run_of_points made = *points;
    made.n = n;
    made.channel = take_text(pieces, points->channel);
    made.tags = take_tags(pieces, points);
    made.timestamps_ns = take(pieces, points->timestamps_ns + from, n * sizeof(int64_t));
    if (points->types)
        made.types = take(pieces, points->types + from, n);
    if (points->reals)
        made.reals = take(pieces, points->reals + from, n * sizeof(double));
    else if (points->integers)
        made.integers = take(pieces, points->integers + from, n * sizeof(int64_t));
    else
        made.values = take_values(pieces, points, from, n);
    if (copy)
        copy->points = made;
    return copy;
}

struct cat_copy *cat_copy_make(const struct tlm_run_of_points *points, size_t from)
{
    struct pieces pieces = {0};
    take_all(&pieces, points, from);
    size_t bytes = pieces.used;
    pieces = (struct pieces){.memory = malloc(bytes)};
    if (!pieces.memory)
        return NULL;
    struct cat_copy *copy = take_all(&pieces, points, from);
    copy->bytes = bytes;
    return copy;
}

bool cat_copies_add(struct cat_copies *copies, const struct tlm_run_of_points *points, size_t from)
{
    struct cat_copy *copy = cat_copy_make(points, from);
    if (!copy)
        return false;
    if (copies->last)
        copies->last->next = copy;
    else
        copies->first = copy;
    copies->last = copy;
    return true;
}

struct cat_copy *cat_copies_take(struct cat_copies *copies)
{
    struct cat_copy *copy = copies->first;
    if (copy)
        copies->first = copy->next;
    if (!copies->first)
        copies->last = NULL;
    return copy;
}

void cat_copies_release(struct cat_copies *copies)
{
    for (struct cat_copy *copy; (copy = cat_copies_take(copies));)
        free(copy);
}
