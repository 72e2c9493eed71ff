#include "plot/axis_draw.h"

#include <string.h>

#include "screen_text.h"

int axis_gutter(const struct axis_mark *marks, size_t n)
{
    int width = 3;
    for (size_t i = 0; i < n; i++) {
        int wanted = (int)screen_text_width(marks[i].text);
        width = wanted > width ? wanted : width;
    }
    return width < AXIS_GUTTER ? width : AXIS_GUTTER;
}

void axis_draw_values(struct canvas *canvas, const struct curve_frame *frame,
                      const struct curve_scale *scale, const struct axis_mark *marks, size_t n)
{
    int at = frame->column - 1, taken = -1;
    for (int row = 0; row < frame->rows; row++)
        canvas_put(canvas, frame->row + row, at, 1, CANVAS_FAINT, frame->ascii ? "|" : "\u2502");
    for (size_t i = 0; i < n; i++) {
        unsigned dots = curve_dot_rows(frame);
        int row = (int)(curve_dot_row(scale, marks[i].value, dots) * (unsigned)frame->rows / dots);
        if (row == taken)
            continue;
        taken = row;
        canvas_put(canvas, frame->row + row, at, 1, CANVAS_FAINT, frame->ascii ? "+" : "\u2524");
        int width = (int)screen_text_width(marks[i].text);
        int from = width < at ? at - width : 0;
        canvas_put_cut(canvas, frame->row + row, from, at - from, CANVAS_FAINT, marks[i].text,
                       frame->ascii);
    }
}

/* Around this column, unless another text ends at `taken`; returns where it ends itself. */
static int put_time_text(struct canvas *canvas, int row, int middle, int taken, const char *text)
{
    int wide = (int)strlen(text), from = middle - wide / 2;
    from = from < 0 ? 0 : from;
    from = from + wide > canvas->columns ? canvas->columns - wide : from;
    if (from <= taken)
        return taken;
    canvas_put(canvas, row, from, wide, CANVAS_FAINT, text);
    return from + wide;
}

void axis_draw_times(struct canvas *canvas, const struct curve_frame *frame, int64_t first_ns,
                     int64_t last_ns, bool texts)
{
    const unsigned width = (unsigned)frame->columns;
    struct axis_mark marks[AXIS_MARKS];
    int row = frame->row + frame->rows, taken = -1;
    size_t n = axis_times(marks, first_ns, last_ns, width);
    canvas_put(canvas, row, frame->column - 1, 1, CANVAS_FAINT, frame->ascii ? "+" : "\u2514");
    for (int i = 0; i < frame->columns; i++)
        canvas_put(canvas, row, frame->column + i, 1, CANVAS_FAINT, frame->ascii ? "-" : "\u2500");
    for (size_t i = 0; i < n; i++) {
        int at = frame->column + (int)axis_column(marks[i].ns, first_ns, last_ns, width);
        canvas_put(canvas, row, at, 1, CANVAS_FAINT, frame->ascii ? "+" : "\u252c");
        if (texts)
            taken = put_time_text(canvas, row + 1, at, taken, marks[i].text);
    }
}

void axis_draw_odd(struct canvas *canvas, const struct curve_frame *frame,
                   const struct pyramid_sum *columns)
{
    const unsigned dots = curve_dot_columns(frame), cell = frame->ascii ? 1 : 2;
    for (unsigned i = 0; i < dots; i++)
        if (columns[i].odd)
            canvas_put(canvas, frame->row + frame->rows, frame->column + (int)(i / cell), 1,
                       CANVAS_NOTICE, "!");
}
