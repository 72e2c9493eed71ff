#include "rows/rows.h"

#include <stdlib.h>

void tlm__rows_reset(struct tlm_rows *rows)
{
    rows->n_rows = 0;
    rows->n_cells = 0;
    rows->n_bad = 0;
    tlm__arena_reset(&rows->arena);
}

void tlm__rows_release(struct tlm_rows *rows)
{
    free(rows->rows);
    free(rows->cells);
    free(rows->bad);
    tlm__arena_release(&rows->arena);
    *rows = (struct tlm_rows){0};
}

size_t tlm__rows_bytes(const struct tlm_rows *rows)
{
    return rows->rows_cap * sizeof *rows->rows + rows->cells_cap * sizeof *rows->cells +
           rows->bad_cap * sizeof *rows->bad + rows->arena.bytes;
}
