/* Frames of rows as single rows again, so that tests can look at all rows alike. */
#ifndef TLM_TESTS_UNFRAME_H
#define TLM_TESTS_UNFRAME_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rows/rows.h"

struct unframed {
    struct tlm_row *rows;
    struct tlm_cell *cells;
    size_t n_rows, n_cells;
};

static inline void unframe_row(struct unframed *to, const struct tlm_frame *frame, size_t r)
{
    struct tlm_row *row = &to->rows[to->n_rows++];
    *row =
        (struct tlm_row){frame->times_ns[r], frame->row_tags ? frame->row_tags[r] : frame->tags, 0};
    for (size_t c = 0; c < frame->n_columns; c++) {
        const struct tlm_frame_column *column = &frame->columns[c];
        const uint8_t kind = column->kinds ? column->kinds[r] : column->kind;
        if (kind == TLM_CELL_NONE)
            continue;
        struct tlm_cell *cell = &to->cells[to->n_cells++];
        row->cells++;
        *cell =
            (struct tlm_cell){.channel = column->channel & TLM_CHANNEL_MAX, .kind = kind & 0xfu};
        if (kind == TLM_STRING) {
            cell->value.bytes = (const char *)(uintptr_t)column->values[r];
            cell->length = column->lengths[r];
        } else {
            memcpy(&cell->value, &column->values[r], sizeof cell->value);
        }
    }
}

/* Replaces the frames by rows and cells in their places. */
static inline void unframe(struct tlm_rows *rows)
{
    size_t n_rows = rows->n_rows + rows->frame_rows, n_cells = rows->n_cells;
    for (size_t i = 0; i < rows->n_frames; i++)
        n_cells += rows->frames[i].n_rows * rows->frames[i].n_columns;
    struct unframed to = {malloc((n_rows + 1) * sizeof *to.rows),
                          malloc((n_cells + 1) * sizeof *to.cells), 0, 0};
    if (!to.rows || !to.cells)
        abort();
    size_t frame = 0, row = 0, cell = 0;
    while (to.n_rows < n_rows) {
        if (frame < rows->n_frames && rows->frames[frame].rows_before == to.n_rows) {
            for (size_t r = 0; r < rows->frames[frame].n_rows; r++)
                unframe_row(&to, &rows->frames[frame], r);
            frame++;
            continue;
        }
        to.rows[to.n_rows++] = rows->rows[row];
        if (rows->rows[row].cells)
            memcpy(&to.cells[to.n_cells], &rows->cells[cell],
                   rows->rows[row].cells * sizeof *to.cells);
        to.n_cells += rows->rows[row].cells;
        cell += rows->rows[row++].cells;
    }
    free(rows->rows);
    free(rows->cells);
    rows->rows = to.rows;
    rows->cells = to.cells;
    rows->n_rows = rows->rows_cap = n_rows;
    rows->n_cells = rows->cells_cap = to.n_cells;
    rows->n_frames = rows->frame_rows = 0;
}

#endif
