#include "plot/point_items.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/room.h"
#include "inspect/text_hash.h"

static void take_array(struct point_item *item, struct tlm_doubles reals)
{
    for (size_t i = 0; i < reals.len; i++) {
        item->least = fmin(item->least, reals.items[i]);
        item->most = fmax(item->most, reals.items[i]);
    }
}

static bool take_text(struct point_items *items, struct point_item *item, struct tlm_string text,
                      uint64_t seed)
{
    size_t kept = text.len < POINT_TEXT ? text.len : POINT_TEXT;
    char *texts = room_for(items->texts, 1, items->texts_len, kept, &items->texts_room);
    if (!texts)
        return false;
    items->texts = texts;
    if (kept)
        memcpy(texts + items->texts_len, text.data, kept);
    item->is_text = true;
    item->text = items->texts_len;
    item->len = text.len;
    item->hash = text_hash(seed, text.data ? text.data : "", text.len);
    items->texts_len += kept;
    return true;
}

static void take_value(struct point_item *item, enum tlm_type type,
                       const union tlm_point_value *value)
{
    switch (type) {
    case TLM_DOUBLE:
        item->least = item->most = value->real;
        return;
    case TLM_LONG:
        item->least = item->most = (double)value->integer;
        return;
    case TLM_DOUBLE_ARRAY:
        take_array(item, value->reals);
        return;
    case TLM_STRING:
    case TLM_JSON:
    case TLM_STRING_ARRAY:
        return;
    }
}

static bool add_value(struct point_items *items, struct point_item *item,
                      const struct tlm_run_of_points *points, size_t i, uint64_t seed, bool texts)
{
    enum tlm_type type = points->types ? (enum tlm_type)points->types[i] : points->type;
    if (texts && (type == TLM_STRING || type == TLM_JSON))
        return take_text(items, item, points->values[i].text, seed);
    take_value(item, type, &points->values[i]);
    return true;
}

bool point_items_add(struct point_items *items, const struct tlm_run_of_points *points,
                     uint64_t seed, bool texts)
{
    struct point_item *room =
        room_for(items->items, sizeof *room, items->n, points->n, &items->room);
    if (!room)
        return false;
    items->items = room;
    for (size_t i = 0; i < points->n; i++) {
        struct point_item *item = &items->items[items->n++];
        *item = (struct point_item){
            .ns = points->timestamps_ns[i], .least = INFINITY, .most = -INFINITY};
        if (points->reals)
            item->least = item->most = points->reals[i];
        else if (points->integers)
            item->least = item->most = (double)points->integers[i];
        else if (!add_value(items, item, points, i, seed, texts))
            return false;
    }
    return true;
}

void point_items_release(struct point_items *items)
{
    free(items->items);
    free(items->texts);
    *items = (struct point_items){0};
}
