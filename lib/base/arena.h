/* Memory for many small pieces that die together. Pieces never move. */
#ifndef TLM_BASE_ARENA_H
#define TLM_BASE_ARENA_H

#include <stddef.h>

struct tlm_arena_slab;

/* {0} is an empty arena. */
struct tlm_arena {
    struct tlm_arena_slab *slabs; /* newest first */
    size_t used;                  /* in the newest */
    size_t bytes;                 /* held in all */
};

/* len bytes, aligned to 8, or NULL when memory is out. */
void *tlm__arena_take(struct tlm_arena *arena, size_t len);
/* A copy of len bytes with a NUL behind them, or NULL. */
char *tlm__arena_text(struct tlm_arena *arena, const char *text, size_t len);
/* Forgets all pieces; keeps one slab for reuse unless it is a large one. */
void tlm__arena_reset(struct tlm_arena *arena);
void tlm__arena_release(struct tlm_arena *arena);

#endif
