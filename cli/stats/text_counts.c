#include "text_counts.h"

#include <stdlib.h>
#include <string.h>

#include "inspect/room.h"

struct text_chunk {
    struct text_chunk *next;
    size_t used, room;
    char text[];
};

static void free_chunks(struct text_chunk *chunk)
{
    for (struct text_chunk *next; chunk; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
}

void text_counts_release(struct text_counts *counts)
{
    free_chunks(counts->chunks);
    free(counts->items);
    free(counts->slots);
    *counts = (struct text_counts){0};
}

void text_counts_reset(struct text_counts *counts)
{
    if (counts->chunks) {
        free_chunks(counts->chunks->next);
        counts->chunks->next = NULL;
        counts->chunks->used = 0;
    }
    if (counts->n)
        memset(counts->slots, 0, counts->n_slots * sizeof *counts->slots);
    counts->n = counts->seen = 0;
    counts->more = false;
}

/* NULL: memory is out. */
static const char *keep(struct text_counts *counts, const char *text, size_t len)
{
    struct text_chunk *chunk = counts->chunks;
    if (!chunk || chunk->room - chunk->used < len) {
        size_t room = chunk ? 2 * chunk->room : 256;
        room = room > 65536 ? 65536 : room;
        room = room < len ? len : room;
        chunk = malloc(sizeof *chunk + room);
        if (!chunk)
            return NULL;
        *chunk = (struct text_chunk){.next = counts->chunks, .room = room};
        counts->chunks = chunk;
        counts->bytes += sizeof *chunk + room;
    }
    char *kept = chunk->text + chunk->used;
    if (len)
        memcpy(kept, text, len);
    chunk->used += len;
    return kept;
}

static bool grow(struct text_counts *counts)
{
    size_t n = counts->n_slots ? 2 * counts->n_slots : 16;
    uint32_t *slots = calloc(n, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < counts->n; i++) {
        size_t at = counts->items[i].hash & (n - 1);
        while (slots[at])
            at = (at + 1) & (n - 1);
        slots[at] = (uint32_t)i + 1;
    }
    counts->bytes += (n - counts->n_slots) * sizeof *slots;
    free(counts->slots);
    counts->slots = slots;
    counts->n_slots = n;
    return true;
}

static bool make(struct text_counts *counts, size_t slot, const struct text_count *item)
{
    size_t before = counts->room;
    struct text_count *items = room_for(counts->items, sizeof *items, counts->n, 1, &counts->room);
    const char *kept = items ? keep(counts, item->text, item->len) : NULL;
    if (items)
        counts->items = items;
    counts->bytes += (counts->room - before) * sizeof *items;
    if (!kept)
        return false;
    items[counts->n] = *item;
    items[counts->n++].text = kept;
    counts->slots[slot] = (uint32_t)counts->n;
    return true;
}

bool text_counts_add(struct text_counts *counts, const struct text_limits *limits,
                     const struct text_count *text)
{
    if (4 * counts->n >= 3 * counts->n_slots && !grow(counts))
        return false;
    size_t at = text->hash & (counts->n_slots - 1);
    for (; counts->slots[at]; at = (at + 1) & (counts->n_slots - 1)) {
        struct text_count *item = &counts->items[counts->slots[at] - 1];
        if (item->hash == text->hash && item->len == text->len &&
            memcmp(item->text, text->text, text->len) == 0) {
            item->count += text->count;
            return true;
        }
    }
    if (counts->n >= limits->texts || counts->bytes + text->len > limits->bytes) {
        counts->more = true;
        return true;
    }
    if (!make(counts, at, text))
        return false;
    counts->seen = counts->n > counts->seen ? counts->n : counts->seen;
    return true;
}

static bool is_before(const struct text_count *a, const struct text_count *b)
{
    if (a->count != b->count)
        return a->count > b->count;
    int order = memcmp(a->text, b->text, a->len < b->len ? a->len : b->len);
    return order ? order < 0 : a->len < b->len;
}

size_t text_counts_top(const struct text_counts *counts, const struct text_count **top, size_t n)
{
    size_t found = 0;
    for (size_t i = 0; i < counts->n; i++) {
        const struct text_count *item = &counts->items[i];
        size_t at = found < n ? found++ : n;
        for (; at > 0 && is_before(item, top[at - 1]); at--)
            if (at < n)
                top[at] = top[at - 1];
        if (at < n)
            top[at] = item;
    }
    return found;
}

static int compare(const void *a, const void *b)
{
    return is_before(a, b) ? -1 : is_before(b, a);
}

bool text_counts_shrink(struct text_counts *counts, const struct text_limits *limits)
{
    struct text_counts fewer = {.more = true, .seen = counts->seen};
    const struct text_limits half = {limits->texts / 2, limits->bytes / 2};
    bool done = true;
    if (counts->n <= limits->texts && counts->bytes <= limits->bytes)
        return true;
    qsort(counts->items, counts->n, sizeof *counts->items, compare);
    for (size_t i = 0; i < counts->n && done; i++)
        done = text_counts_add(&fewer, &half, &counts->items[i]);
    if (!done) {
        text_counts_release(&fewer);
        return false;
    }
    text_counts_release(counts);
    *counts = fewer;
    return true;
}
