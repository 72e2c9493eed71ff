#include "plot/canvas.h"

#include <stdlib.h>
#include <string.h>

#include "screen_text.h"

bool canvas_resize(struct canvas *canvas, int rows, int columns)
{
    size_t n = (size_t)rows * (size_t)columns;
    struct canvas_cell *cells = calloc(n ? n : 1, sizeof *cells);
    if (!cells)
        return false;
    free(canvas->cells);
    canvas->rows = rows;
    canvas->columns = columns;
    canvas->cells = cells;
    canvas_clear(canvas);
    return true;
}

void canvas_release(struct canvas *canvas)
{
    free(canvas->cells);
    *canvas = (struct canvas){0};
}

void canvas_clear(struct canvas *canvas)
{
    for (int row = 0; row < canvas->rows; row++)
        canvas_fill(canvas, row, CANVAS_PLAIN);
}

static struct canvas_cell *cell_at(struct canvas *canvas, int row, int column)
{
    if (row < 0 || row >= canvas->rows || column < 0 || column >= canvas->columns)
        return NULL;
    return &canvas->cells[(size_t)row * (size_t)canvas->columns + (size_t)column];
}

static void set_cell(struct canvas_cell *cell, const char *text, size_t len,
                     enum canvas_style style)
{
    if (!cell)
        return;
    memcpy(cell->text, text, len);
    cell->text[len] = '\0';
    cell->style = (uint8_t)style;
}

/* Bytes of a character of clean text. */
static size_t char_bytes(const char *text)
{
    size_t n = 1;
    while (((unsigned char)text[n] & 0xc0) == 0x80)
        n++;
    return n;
}

static int char_width(const char *text, size_t len)
{
    char one[8];
    if (len >= sizeof one)
        return 1;
    memcpy(one, text, len);
    one[len] = '\0';
    return (int)screen_text_width(one);
}

/* A mark that goes onto the character before. */
static void add_mark(struct canvas_cell *cell, const char *text, size_t len)
{
    size_t used = cell ? strlen(cell->text) : 0;
    if (!cell || !used || used + len >= CANVAS_CELL)
        return;
    memcpy(cell->text + used, text, len);
    cell->text[used + len] = '\0';
}

int canvas_put(struct canvas *canvas, int row, int column, int width, enum canvas_style style,
               const char *text)
{
    int used = 0, last = 0;
    for (size_t len; *text; text += len) {
        len = char_bytes(text);
        int wide = char_width(text, len);
        if (wide == 0) {
            add_mark(used ? cell_at(canvas, row, column + last) : NULL, text, len);
            continue;
        }
        if (used + wide > width || len >= CANVAS_CELL)
            break;
        /* half of a wide character cannot be shown */
        bool cut = wide == 2 && !cell_at(canvas, row, column + used + 1);
        set_cell(cell_at(canvas, row, column + used), cut ? " " : text, cut ? 1 : len, style);
        if (wide == 2)
            set_cell(cell_at(canvas, row, column + used + 1), "", 0, style);
        last = used;
        used += wide;
    }
    return used;
}

void canvas_put_cut(struct canvas *canvas, int row, int column, int width, enum canvas_style style,
                    const char *text, bool ascii)
{
    if ((int)screen_text_width(text) <= width) {
        canvas_put(canvas, row, column, width, style, text);
        return;
    }
    int used = canvas_put(canvas, row, column, width - 1, style, text);
    canvas_put(canvas, row, column + used, 1, style, ascii ? "~" : "\u2026");
}

void canvas_put_right(struct canvas *canvas, int row, int column, int width,
                      enum canvas_style style, const char *text)
{
    int used = (int)screen_text_width(text);
    int pad = used < width ? width - used : 0;
    canvas_put(canvas, row, column + pad, width - pad, style, text);
}

void canvas_fill(struct canvas *canvas, int row, enum canvas_style style)
{
    for (int column = 0; column < canvas->columns; column++)
        set_cell(cell_at(canvas, row, column), " ", 1, style);
}

void canvas_restyle(struct canvas *canvas, int row, enum canvas_style style)
{
    for (int column = 0; column < canvas->columns; column++) {
        struct canvas_cell *cell = cell_at(canvas, row, column);
        if (cell)
            cell->style = (uint8_t)style;
    }
}

char *canvas_line(const struct canvas *canvas, int row)
{
    size_t columns = (size_t)canvas->columns;
    char *line = malloc(columns * CANVAS_CELL + 1), *to = line;
    if (!line)
        return NULL;
    for (size_t i = 0; i < columns; i++) {
        const char *text = canvas->cells[(size_t)row * columns + i].text;
        size_t len = strlen(text);
        memcpy(to, text, len);
        to += len;
    }
    while (to > line && to[-1] == ' ')
        to--;
    *to = '\0';
    return line;
}
