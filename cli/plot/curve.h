/* A channel as a picture: for each column of dots all that lies in its time, from the least to the
 * largest value, so that no spike is lost; neighbours joined to a line. */
#ifndef CURVE_H
#define CURVE_H

#include "plot/canvas.h"
#include "plot/pyramid.h"
#include "plot/viewport.h"

/* Where on the canvas, in cells. */
struct curve_frame {
    int row, column, rows, columns;
    bool ascii;
};

/* How many dots a cell has: 2 x 4 (braille), or 1 x 2 in ASCII. */
unsigned curve_dot_columns(const struct curve_frame *frame);
unsigned curve_dot_rows(const struct curve_frame *frame);

/* What is in each of n columns that share the window. */
void curve_reduce(const struct pyramid *pyramid, const struct viewport *view,
                  struct pyramid_sum *columns, unsigned n);

struct curve_scale {
    double bottom, top; /* values at the middle of the lowest and highest dot; bottom < top */
    unsigned bridge;    /* columns without points that a line may cross */
    bool steps;         /* a value holds until the next one: no slopes */
};

/* The row of dots for a value, 0 being the highest; values beyond the scale are at its ends. */
unsigned curve_dot_row(const struct curve_scale *scale, double value, unsigned rows);
/* Draws curve_dot_columns(frame) columns. Odd points (see pyramid.h) interrupt the line. False:
 * memory is out. */
bool curve_draw(struct canvas *canvas, const struct curve_frame *frame,
                const struct curve_scale *scale, const struct pyramid_sum *columns);

#endif
