#include "plot/canvas_print.h"

#include <string.h>

#include "color.h"

static enum color_role role_of(enum canvas_style style)
{
    switch (style) {
    case CANVAS_PLAIN:
    case CANVAS_SELECTED:
    case CANVAS_BAR:
    case CANVAS_STYLES:
        return COLOR_PLAIN;
    case CANVAS_FAINT:
        return COLOR_FAINT;
    case CANVAS_HEADING:
        return COLOR_TITLE;
    case CANVAS_CURVE:
        return COLOR_DRAWN;
    case CANVAS_NOTICE:
        return COLOR_NOTICE;
    case CANVAS_WRONG:
        return COLOR_WRONG;
    }
    return COLOR_PLAIN;
}

static bool is_blank(const struct canvas_cell *cell)
{
    return strcmp(cell->text, " ") == 0;
}

static void print_line(const struct canvas_cell *cells, int n, FILE *out, bool color)
{
    enum color_role now = COLOR_PLAIN;
    while (n && is_blank(&cells[n - 1]))
        n--;
    for (int i = 0; i < n; i++) {
        enum color_role role =
            is_blank(&cells[i]) ? now : role_of((enum canvas_style)cells[i].style);
        if (role != now)
            fprintf(out, "%s%s", color_end(color, now), color_begin(color, role));
        now = role;
        fputs(cells[i].text, out);
    }
    fprintf(out, "%s\n", color_end(color, now));
}

void canvas_print(const struct canvas *canvas, FILE *out, bool color)
{
    for (int row = 0; row < canvas->rows; row++)
        print_line(canvas->cells + (size_t)row * (size_t)canvas->columns, canvas->columns, out,
                   color);
}
