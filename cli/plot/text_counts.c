#include "plot/text_counts.h"

#include <stdlib.h>
#include <string.h>

#include "inspect/room.h"
#include "screen_text.h"

#define KEPT 100u /* bytes of a text */

void text_counts_release(struct text_counts *counts)
{
    for (size_t i = 0; i < counts->n; i++)
        free(counts->items[i].text);
    free(counts->items);
    free(counts->slots);
    *counts = (struct text_counts){0};
}

/* The slot of this text, or the free one where it would be. */
static uint32_t *slot_of(const struct text_counts *counts, uint64_t hash, size_t len)
{
    size_t at = (size_t)hash & (counts->n_slots - 1);
    for (;; at = (at + 1) & (counts->n_slots - 1)) {
        uint32_t *slot = &counts->slots[at];
        const struct text_count *item = *slot ? &counts->items[*slot - 1] : NULL;
        if (!item || (item->hash == hash && item->len == len))
            return slot;
    }
}

/* At most half of the slots are in use. */
static bool reserve(struct text_counts *counts)
{
    struct text_count *items = room_for(counts->items, sizeof *items, counts->n, 1, &counts->room);
    if (!items)
        return false;
    counts->items = items;
    if (2 * (counts->n + 1) <= counts->n_slots)
        return true;
    size_t n_slots = counts->n_slots ? 2 * counts->n_slots : 64;
    uint32_t *slots = calloc(n_slots, sizeof *slots);
    if (!slots)
        return false;
    free(counts->slots);
    counts->slots = slots;
    counts->n_slots = n_slots;
    for (size_t i = 0; i < counts->n; i++)
        *slot_of(counts, items[i].hash, items[i].len) = (uint32_t)i + 1;
    return true;
}

/* The place to count at; *full when there is none any more. NULL otherwise: memory is out. */
static struct text_count *item_of(struct text_counts *counts, uint64_t hash, size_t len, bool *full)
{
    if (!reserve(counts))
        return NULL;
    uint32_t *slot = slot_of(counts, hash, len);
    if (*slot)
        return &counts->items[*slot - 1];
    *full = counts->n == TEXT_COUNTS_MOST;
    if (*full)
        return NULL;
    counts->items[counts->n] = (struct text_count){.len = len, .hash = hash};
    *slot = (uint32_t)++counts->n;
    return &counts->items[counts->n - 1];
}

static bool add(struct text_counts *counts, struct text_count *more, struct tlm_string text)
{
    bool full = false;
    struct text_count *item = item_of(counts, more->hash, more->len, &full);
    if (!item && !full)
        return false;
    counts->all += more->count;
    if (full)
        counts->others += more->count;
    else
        item->count += more->count;
    if (item && !item->text)
        item->text = screen_text_clean(text.data ? text.data : "", text.len);
    return full || item->text;
}

bool text_counts_add(struct text_counts *counts, struct tlm_string text, uint64_t hash)
{
    struct text_count one = {.len = text.len, .hash = hash, .count = 1};
    text.len = text.len < KEPT ? text.len : KEPT;
    return add(counts, &one, text);
}

bool text_counts_merge(struct text_counts *counts, const struct text_counts *from)
{
    for (size_t i = 0; i < from->n; i++) {
        const char *text = from->items[i].text;
        if (!add(counts, &from->items[i], (struct tlm_string){text, strlen(text)}))
            return false;
    }
    counts->all += from->others;
    counts->others += from->others;
    return true;
}

static int compare(const void *a, const void *b)
{
    const struct text_count *x = a, *y = b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return strverscmp(x->text, y->text);
}

void text_counts_sort(struct text_counts *counts)
{
    if (counts->n)
        qsort(counts->items, counts->n, sizeof *counts->items, compare);
}
