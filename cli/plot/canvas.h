/* A screen in memory: cells with a character and a style, which views draw and the terminal shows.
 * What lies outside is cut off. */
#ifndef CANVAS_H
#define CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum canvas_style {
    CANVAS_PLAIN,
    CANVAS_FAINT,    /* labels, axes */
    CANVAS_HEADING,  /* titles of columns */
    CANVAS_CURVE,    /* data */
    CANVAS_NOTICE,   /* what to look at */
    CANVAS_WRONG,    /* damage */
    CANVAS_BAR,      /* the lines at the top and the bottom */
    CANVAS_SELECTED, /* the row that keys act on */
    CANVAS_STYLES
};

#define CANVAS_CELL 16 /* a character and its marks, with the NUL */

struct canvas_cell {
    char text[CANVAS_CELL]; /* "": covered by the wide character to the left */
    uint8_t style;
};

struct canvas {
    int rows, columns;
    struct canvas_cell *cells;
};

/* Makes it so large, and empty. False: memory is out, the canvas is as before. */
bool canvas_resize(struct canvas *canvas, int rows, int columns);
void canvas_release(struct canvas *canvas);
void canvas_clear(struct canvas *canvas);

/* Clean text (see screen_text.h), cut to `width` columns; returns how many it took. */
int canvas_put(struct canvas *canvas, int row, int column, int width, enum canvas_style style,
               const char *text);
/* The same, with an ellipsis at the end where the text had to be cut. */
void canvas_put_cut(struct canvas *canvas, int row, int column, int width, enum canvas_style style,
                    const char *text, bool ascii);
/* The text at the right end of the `width` columns. */
void canvas_put_right(struct canvas *canvas, int row, int column, int width,
                      enum canvas_style style, const char *text);
/* Fills a line with blanks of this style. */
void canvas_fill(struct canvas *canvas, int row, enum canvas_style style);
/* Gives what is on a line another style. */
void canvas_restyle(struct canvas *canvas, int row, enum canvas_style style);
/* The text of a line without the blanks at its end; the caller frees it. NULL: memory is out. */
char *canvas_line(const struct canvas *canvas, int row);

#endif
