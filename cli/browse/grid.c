#include "browse/grid.h"

#include <stdlib.h>
#include <string.h>

#include "screen_text.h"

#define GAP 2

static int total(const struct grid *grid)
{
    int sum = -GAP;
    for (size_t i = 0; i < grid->n; i++)
        sum += grid->widths[i] ? grid->widths[i] + GAP : 0;
    return sum;
}

void grid_fit(struct grid *grid, int width)
{
    for (size_t i = 0; i < grid->n; i++)
        grid->widths[i] = grid->columns[i].width;
    while (total(grid) > width) {
        size_t worst = 0;
        for (size_t i = 1; i < grid->n; i++)
            if (grid->widths[i] && grid->columns[i].optional > grid->columns[worst].optional)
                worst = i;
        if (worst == 0)
            break;
        grid->widths[worst] = 0;
    }
    int spare = width - total(grid);
    grid->widths[0] += spare;
    if (grid->widths[0] < 1)
        grid->widths[0] = 1;
}

/* Names often differ at their ends. */
static void put_name(const struct grid *grid, struct canvas *canvas, int row,
                     enum canvas_style style, const char *text)
{
    char *name = strdup(text);
    if (name &&
        screen_text_cut(&name, (size_t)grid->widths[0], SCREEN_TEXT_CUT_MIDDLE, grid->ascii))
        text = name;
    canvas_put_cut(canvas, row, 0, grid->widths[0], style, text, grid->ascii);
    free(name);
}

void grid_row(const struct grid *grid, struct canvas *canvas, int row, enum canvas_style style,
              const char *const *cells)
{
    int at = 0;
    for (size_t i = 0; i < grid->n; i++) {
        const struct grid_column *column = &grid->columns[i];
        const char *text = cells[i];
        enum canvas_style drawn = column->curve && style == CANVAS_PLAIN ? CANVAS_CURVE : style;
        if (!grid->widths[i])
            continue;
        if (column->right)
            canvas_put_right(canvas, row, at, grid->widths[i], drawn, text);
        else if (i == 0)
            put_name(grid, canvas, row, drawn, text);
        else
            canvas_put_cut(canvas, row, at, grid->widths[i], drawn, text, grid->ascii);
        at += grid->widths[i] + GAP;
    }
}

void grid_titles(const struct grid *grid, struct canvas *canvas, int row)
{
    const char *titles[GRID_COLUMNS];
    for (size_t i = 0; i < grid->n; i++)
        titles[i] = grid->columns[i].title;
    grid_row(grid, canvas, row, CANVAS_HEADING, titles);
}
