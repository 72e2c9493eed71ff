#include "rows/rows.h"

#include <stdlib.h>

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

void tlm__rows_reset(struct tlm_rows *rows)
{
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
    tlm__arena_release(&rows->arena);
    *rows = (struct tlm_rows){0};
}

size_t tlm__rows_bytes(const struct tlm_rows *rows)
{
    return rows->rows_cap * sizeof *rows->rows + rows->cells_cap * sizeof *rows->cells +
           rows->frames_cap * sizeof *rows->frames + rows->bad_cap * sizeof *rows->bad +
           rows->arena.bytes;
}
