#include "base/intern.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

/* The slot that holds these bytes, or the empty one where they belong. */
static uint32_t *find_slot(const struct tlm_intern *intern, const char *bytes, size_t len,
                           uint64_t hash)
{
    uint32_t mask = intern->slots_cap - 1;
    for (uint32_t i = (uint32_t)hash & mask;; i = (i + 1) & mask) {
        uint32_t *slot = &intern->slots[i];
        if (!*slot)
            return slot;
        const struct tlm_intern_entry *entry = &intern->entries[*slot - 1];
        if (entry->hash == hash && entry->len == len && memcmp(entry->bytes, bytes, len) == 0)
            return slot;
    }
}

static bool grow_slots(struct tlm_intern *intern)
{
    uint32_t cap = intern->slots_cap ? intern->slots_cap * 2 : 64;
    uint32_t *slots = cap ? calloc(cap, sizeof *slots) : NULL;
    if (!slots)
        return false;
    for (uint32_t n = 0; n < intern->len; n++) {
        uint32_t i = (uint32_t)intern->entries[n].hash & (cap - 1);
        while (slots[i])
            i = (i + 1) & (cap - 1);
        slots[i] = n + 1;
    }
    free(intern->slots);
    intern->slots = slots;
    intern->slots_cap = cap;
    return true;
}

static bool grow_entries(struct tlm_intern *intern)
{
    uint32_t cap = intern->cap ? intern->cap * 2 : 32;
    struct tlm_intern_entry *entries = realloc(intern->entries, (size_t)cap * sizeof *entries);
    if (!entries)
        return false;
    intern->entries = entries;
    intern->cap = cap;
    return true;
}

uint32_t tlm__intern_find(const struct tlm_intern *intern, const char *bytes, size_t len)
{
    if (!intern->slots_cap)
        return TLM_INTERN_NONE;
    uint32_t found = *find_slot(intern, bytes, len, tlm__hash_bytes(bytes, len));
    return found ? found - 1 : TLM_INTERN_NONE;
}

uint32_t tlm__intern_add(struct tlm_intern *intern, const char *bytes, size_t len)
{
    if (intern->len >= intern->slots_cap / 2 && !grow_slots(intern))
        return TLM_INTERN_NONE;
    uint64_t hash = tlm__hash_bytes(bytes, len);
    uint32_t *slot = find_slot(intern, bytes, len, hash);
    if (*slot)
        return *slot - 1;
    if (intern->len == intern->cap && !grow_entries(intern))
        return TLM_INTERN_NONE;
    char *copy = tlm__arena_text(&intern->arena, bytes, len);
    if (!copy)
        return TLM_INTERN_NONE;
    intern->entries[intern->len] = (struct tlm_intern_entry){copy, len, hash};
    *slot = ++intern->len;
    return intern->len - 1;
}

size_t tlm__intern_bytes(const struct tlm_intern *intern)
{
    return intern->arena.bytes + (size_t)intern->cap * sizeof *intern->entries +
           (size_t)intern->slots_cap * sizeof *intern->slots;
}

void tlm__intern_release(struct tlm_intern *intern)
{
    free(intern->entries);
    free(intern->slots);
    tlm__arena_release(&intern->arena);
    *intern = (struct tlm_intern){0};
}
