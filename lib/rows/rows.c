#include "rows/rows.h"

#include <stdlib.h>

enum { SLAB_WORDS = 32 * 1024 };

bool tlm__rows_add_frame(struct tlm_rows *rows, const struct tlm_frame *frame)
{
    if (rows->n_frames == rows->frames_cap) {
        size_t cap = rows->frames_cap ? rows->frames_cap * 2 : 16;
        struct tlm_frame *frames = realloc(rows->frames, cap * sizeof *frames);
        if (!frames)
            return false;
        rows->frames = frames;
        rows->frames_cap = cap;
    }
    struct tlm_frame *added = &rows->frames[rows->n_frames++];
    *added = *frame;
    added->rows_before = rows->n_rows + rows->frame_rows;
    rows->frame_rows += frame->n_rows;
    return true;
}

/* Makes slab number `rows->slab` hold at least n words. */
static bool make_slab(struct tlm_rows *rows, size_t n)
{
    if (rows->slab == rows->n_slabs) {
        struct tlm_rows_slab *slabs = realloc(rows->slabs, (rows->n_slabs + 1) * sizeof *slabs);
        if (!slabs)
            return false;
        rows->slabs = slabs;
        slabs[rows->n_slabs++] = (struct tlm_rows_slab){0};
    }
    struct tlm_rows_slab *slab = &rows->slabs[rows->slab];
    if (slab->n_words >= n)
        return true;
    n = n > SLAB_WORDS ? (n + 7) & ~(size_t)7 : SLAB_WORDS;
    free(slab->words);
    slab->words = aligned_alloc(64, n * sizeof *slab->words);
    slab->n_words = slab->words ? n : 0;
    return slab->words != NULL;
}

uint64_t *tlm__rows_take_words(struct tlm_rows *rows, size_t n)
{
    if (n > SIZE_MAX / sizeof(uint64_t) / 2)
        return NULL;
    n = (n + 7) & ~(size_t)7;
    bool started = rows->slab < rows->n_slabs && rows->slab_used;
    if (started && rows->slabs[rows->slab].n_words - rows->slab_used < n) {
        rows->slab++;
        rows->slab_used = 0;
        started = false;
    }
    if (!started && !make_slab(rows, n))
        return NULL;
    uint64_t *words = rows->slabs[rows->slab].words + rows->slab_used;
    rows->slab_used += n;
    return words;
}

void tlm__rows_reset(struct tlm_rows *rows)
{
    rows->slab = 0;
    rows->slab_used = 0;
    rows->n_rows = 0;
    rows->n_cells = 0;
    rows->n_frames = 0;
    rows->frame_rows = 0;
    rows->n_bad = 0;
    tlm__arena_reset(&rows->arena);
}

void tlm__rows_release(struct tlm_rows *rows)
{
    free(rows->rows);
    free(rows->cells);
    free(rows->frames);
    free(rows->bad);
    for (size_t i = 0; i < rows->n_slabs; i++)
        free(rows->slabs[i].words);
    free(rows->slabs);
    tlm__arena_release(&rows->arena);
    *rows = (struct tlm_rows){0};
}

size_t tlm__rows_bytes(const struct tlm_rows *rows)
{
    size_t words = 0;
    for (size_t i = 0; i < rows->n_slabs; i++)
        words += rows->slabs[i].n_words;
    return words * sizeof(uint64_t) + rows->rows_cap * sizeof *rows->rows +
           rows->cells_cap * sizeof *rows->cells + rows->frames_cap * sizeof *rows->frames +
           rows->bad_cap * sizeof *rows->bad + rows->arena.bytes;
}
