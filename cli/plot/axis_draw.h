/* Axes around a curve on a canvas. */
#ifndef AXIS_DRAW_H
#define AXIS_DRAW_H

#include "plot/axis.h"
#include "plot/curve.h"

#define AXIS_GUTTER 18 /* most columns of the texts at the left */

/* Columns that the texts of these marks take. */
int axis_gutter(const struct axis_mark *marks, size_t n);
/* A line at the left of the frame; marks from bottom to top, whose texts end beside it. */
void axis_draw_values(struct canvas *canvas, const struct curve_frame *frame,
                      const struct curve_scale *scale, const struct axis_mark *marks, size_t n);
/* A line below the frame, with the texts of the marks below it when asked for. */
void axis_draw_times(struct canvas *canvas, const struct curve_frame *frame, int64_t first_ns,
                     int64_t last_ns, bool texts);
/* Notices on the line below the frame where there are odd points. */
void axis_draw_odd(struct canvas *canvas, const struct curve_frame *frame,
                   const struct pyramid_sum *columns);

#endif
