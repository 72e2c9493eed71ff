#include "plot/curve.h"

#include <stdlib.h>

struct dots {
    unsigned columns, rows;
    uint8_t *set; /* row by row */
};

unsigned curve_dot_columns(const struct curve_frame *frame)
{
    return frame->columns > 0 ? (unsigned)frame->columns * (frame->ascii ? 1u : 2u) : 0;
}

unsigned curve_dot_rows(const struct curve_frame *frame)
{
    return frame->rows > 0 ? (unsigned)frame->rows * (frame->ascii ? 2u : 4u) : 0;
}

void curve_reduce(const struct pyramid *pyramid, const struct viewport *view,
                  struct pyramid_sum *columns, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        int64_t from = viewport_column(view, i, n), next = viewport_column(view, i + 1, n);
        bool last = i + 1 == n;
        if (!last && next == from) /* more columns than nanoseconds */
            columns[i] = pyramid_nothing();
        else
            columns[i] = pyramid_ask(pyramid, from, last ? next : next - 1);
    }
}

/* ---- dots ----------------------------------------------------------------------------------- */

unsigned curve_dot_row(const struct curve_scale *scale, double value, unsigned rows)
{
    /* halves: the difference of two large numbers need not be finite */
    double part = (scale->top / 2 - value / 2) / (scale->top / 2 - scale->bottom / 2);
    part = part > 0 ? part < 1 ? part : 1 : 0;
    return (unsigned)(part * (double)(rows - 1) + 0.5);
}

static void set_dots(struct dots *dots, unsigned column, unsigned from, unsigned to)
{
    for (unsigned row = from < to ? from : to; row <= (from < to ? to : from); row++)
        dots->set[(size_t)row * dots->columns + column] = 1;
}

/* From (x0, y0) to (x1, y1), x0 < x1: in every column at least one dot, no hole between columns. */
static void set_line(struct dots *dots, unsigned x0, unsigned y0, unsigned x1, unsigned y1)
{
    double slope = ((double)y1 - (double)y0) / (double)(x1 - x0);
    unsigned before = y0;
    for (unsigned x = x0 + 1; x <= x1; x++) {
        unsigned y = (unsigned)((double)y0 + slope * (double)(x - x0) + 0.5);
        unsigned from = y > before ? before + 1 : y < before ? before - 1 : y;
        set_dots(dots, x, from, y);
        before = y;
    }
}

/* The span of a column, highest dot first. */
struct reach {
    unsigned column, high, low;
};

/* Joins two columns at the places where they are nearest to each other. */
static void join(struct dots *dots, const struct reach *a, const struct reach *b)
{
    if (a->low < b->high)
        set_line(dots, a->column, a->low, b->column, b->high);
    else if (a->high > b->low)
        set_line(dots, a->column, a->high, b->column, b->low);
    else if (b->column > a->column + 1) {
        unsigned level = a->high > b->high ? a->high : b->high;
        set_line(dots, a->column, level, b->column, level);
    }
}

/* The same with a value that holds until the next column. */
static void join_by_step(struct dots *dots, const struct reach *a, const struct reach *b)
{
    unsigned level = b->low < a->high ? a->high : b->high > a->low ? a->low : b->high;
    level = level < a->high ? a->high : level;
    set_line(dots, a->column, level, b->column, level);
    set_dots(dots, b->column, level, level < b->high ? b->high : level > b->low ? b->low : level);
}

static void set_columns(struct dots *dots, const struct curve_scale *scale,
                        const struct pyramid_sum *columns)
{
    struct reach before = {0};
    bool joined = false; /* the line may come from `before` */
    for (unsigned i = 0; i < dots->columns; i++) {
        const struct pyramid_sum *sum = &columns[i];
        if (sum->least <= sum->most) {
            struct reach now = {i, curve_dot_row(scale, sum->most, dots->rows),
                                curve_dot_row(scale, sum->least, dots->rows)};
            set_dots(dots, i, now.high, now.low);
            if (joined && i - before.column - 1 <= scale->bridge)
                (scale->steps ? join_by_step : join)(dots, &before, &now);
            before = now;
            joined = true;
        }
        if (sum->odd)
            joined = false;
    }
}

/* ---- characters ----------------------------------------------------------------------------- */

static bool is_set(const struct dots *dots, unsigned row, unsigned column)
{
    return dots->set[(size_t)row * dots->columns + column];
}

static void put_ascii(struct canvas *canvas, const struct curve_frame *frame,
                      const struct dots *dots, int row, int column)
{
    static const char *const signs[] = {"", "'", ".", "|"};
    unsigned high = is_set(dots, (unsigned)row * 2, (unsigned)column);
    unsigned low = is_set(dots, (unsigned)row * 2 + 1, (unsigned)column);
    canvas_put(canvas, frame->row + row, frame->column + column, 1, CANVAS_CURVE,
               signs[high + 2 * low]);
}

/* Unicode, Braille Patterns: dots 1 2 3 7 are the left column, 4 5 6 8 the right one. */
static void put_braille(struct canvas *canvas, const struct curve_frame *frame,
                        const struct dots *dots, int row, int column)
{
    static const unsigned bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    unsigned pattern = 0;
    for (unsigned y = 0; y < 4; y++)
        for (unsigned x = 0; x < 2; x++)
            if (is_set(dots, (unsigned)row * 4 + y, (unsigned)column * 2 + x))
                pattern |= bits[y][x];
    const char text[] = {(char)0xe2, (char)(0xa0 | pattern >> 6), (char)(0x80 | (pattern & 0x3f)),
                         '\0'};
    if (pattern)
        canvas_put(canvas, frame->row + row, frame->column + column, 1, CANVAS_CURVE, text);
}

bool curve_draw(struct canvas *canvas, const struct curve_frame *frame,
                const struct curve_scale *scale, const struct pyramid_sum *columns)
{
    struct dots dots = {.columns = curve_dot_columns(frame), .rows = curve_dot_rows(frame)};
    if (!dots.columns || !dots.rows)
        return true;
    dots.set = calloc((size_t)dots.rows, dots.columns);
    if (!dots.set)
        return false;
    set_columns(&dots, scale, columns);
    for (int row = 0; row < frame->rows; row++)
        for (int column = 0; column < frame->columns; column++)
            (frame->ascii ? put_ascii : put_braille)(canvas, frame, &dots, row, column);
    free(dots.set);
    return true;
}
