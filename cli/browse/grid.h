/* Rows of cells in columns: the first column takes what the others leave, and is cut in the
 * middle. */
#ifndef GRID_H
#define GRID_H

#include <stdbool.h>
#include <stddef.h>

#include "plot/canvas.h"

#define GRID_COLUMNS 12

struct grid_column {
    const char *title;
    int width; /* of the first one: the least */
    bool right;
    unsigned optional; /* 0: always shown; else the largest is the first to be left out */
    bool curve;
};

struct grid {
    const struct grid_column *columns;
    size_t n; /* at most GRID_COLUMNS */
    bool ascii;
    int widths[GRID_COLUMNS]; /* 0: left out */
};

/* Fits the columns into so much width. */
void grid_fit(struct grid *grid, int width);
void grid_titles(const struct grid *grid, struct canvas *canvas, int row);
/* n clean texts. */
void grid_row(const struct grid *grid, struct canvas *canvas, int row, enum canvas_style style,
              const char *const *cells);

#endif
