#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"

enum { SLAB_BYTES = 64 * 1024, KEEP_BYTES = 1024 * 1024 };

struct tlm_arena_slab {
    struct tlm_arena_slab *next;
    size_t cap;
    max_align_t bytes[];
};

static struct tlm_arena_slab *slab_add(struct tlm_arena *arena, size_t len)
{
    size_t cap = len > SLAB_BYTES ? len : SLAB_BYTES;
    size_t total;
    if (!tlm__size_add(cap, sizeof(struct tlm_arena_slab), &total))
        return NULL;
    struct tlm_arena_slab *slab = malloc(total);
    if (!slab)
        return NULL;
    slab->next = arena->slabs;
    slab->cap = cap;
    arena->slabs = slab;
    arena->used = 0;
    arena->bytes += cap;
    return slab;
}

void *tlm__arena_take(struct tlm_arena *arena, size_t len)
{
    size_t rounded;
    if (!tlm__size_add(len, 7, &rounded))
        return NULL;
    rounded &= ~(size_t)7;
    struct tlm_arena_slab *slab = arena->slabs;
    if (!slab || slab->cap - arena->used < rounded)
        slab = slab_add(arena, rounded);
    if (!slab)
        return NULL;
    void *piece = (char *)slab->bytes + arena->used;
    arena->used += rounded;
    return piece;
}

char *tlm__arena_text(struct tlm_arena *arena, const char *text, size_t len)
{
    size_t with_nul;
    char *copy = tlm__size_add(len, 1, &with_nul) ? tlm__arena_take(arena, with_nul) : NULL;
    if (!copy)
        return NULL;
    if (len)
        memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

static void free_slabs(struct tlm_arena_slab *slab)
{
    while (slab) {
        struct tlm_arena_slab *next = slab->next;
        free(slab);
        slab = next;
    }
}

void tlm__arena_reset(struct tlm_arena *arena)
{
    struct tlm_arena_slab *keep = arena->slabs;
    if (!keep || keep->cap > KEEP_BYTES) {
        tlm__arena_release(arena);
        return;
    }
    free_slabs(keep->next);
    keep->next = NULL;
    arena->used = 0;
    arena->bytes = keep->cap;
}

void tlm__arena_release(struct tlm_arena *arena)
{
    free_slabs(arena->slabs);
    *arena = (struct tlm_arena){0};
}
