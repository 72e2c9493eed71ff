#include "plot/plot_text.h"

#include <stdlib.h>
#include <string.h>

#include "plot/axis_draw.h"
#include "plot/canvas_print.h"
#include "screen_text.h"

#define ALONE 16   /* rows of a curve that has the picture for itself */
#define TOGETHER 7 /* of one among others */
#define LEAST 2
#define AROUND 2 /* lines of a panel that are not curve: title, axis */
#define BELOW 2  /* lines below the last one */

/* One picture. */
struct sheet {
    const struct plot_data *data;
    const struct screen_look *look;
    struct panel *panels;
    size_t n;
    struct curve_frame frame; /* of the first panel */
    struct canvas canvas;
};

static int rows_of(size_t panels, size_t lines)
{
    if (!lines)
        return panels == 1 ? ALONE : TOGETHER;
    long rows = ((long)lines - BELOW) / (long)panels - AROUND;
    return rows < LEAST ? LEAST : (int)rows;
}

/* Values decide how wide the texts at the left are, and these how many columns there are, which
 * counted points depend on: the second round is near enough. All panels share the columns. */
static bool fit(struct sheet *sheet)
{
    int gutter = 8;
    for (int round = 0; round < 2; round++) {
        int wanted = 0;
        sheet->frame.column = gutter + 1;
        sheet->frame.columns = (int)sheet->look->width - sheet->frame.column;
        for (size_t i = 0; i < sheet->n; i++) {
            struct panel *panel = &sheet->panels[i];
            if (!panel_fit(panel, curve_dot_columns(&sheet->frame),
                           (unsigned)sheet->frame.rows / 3 + 1))
                return false;
            int width = axis_gutter(panel->marks, panel->n_marks);
            wanted = width > wanted ? width : wanted;
        }
        if (wanted == gutter)
            break;
        gutter = round ? gutter : wanted;
    }
    return true;
}

static void put_title(struct sheet *sheet, const struct panel *panel, int row)
{
    char figures[PANEL_TEXT];
    const int width = (int)sheet->look->width;
    int taken = (int)screen_text_width(panel_figures(panel, figures));
    int room = width > taken + 2 + 12 ? width - taken - 2 : width;
    char *label = strdup(panel->series->label);
    if (label &&
        screen_text_cut(&label, (size_t)room, SCREEN_TEXT_CUT_MIDDLE, sheet->look->ascii)) {
        int at = canvas_put(&sheet->canvas, row, 0, room, CANVAS_HEADING, label) + 2;
        canvas_put_cut(&sheet->canvas, row, at, width - at, CANVAS_PLAIN, figures,
                       sheet->look->ascii);
    }
    free(label);
}

static bool put_panel(struct sheet *sheet, size_t i)
{
    const struct panel *panel = &sheet->panels[i];
    struct curve_frame frame = sheet->frame;
    frame.row = (int)i * (frame.rows + AROUND) + 1;
    put_title(sheet, panel, frame.row - 1);
    axis_draw_values(&sheet->canvas, &frame, &panel->scale, panel->marks, panel->n_marks);
    axis_draw_times(&sheet->canvas, &frame, panel->first_ns, panel->last_ns, i + 1 == sheet->n);
    if (panel->series->kind == SERIES_NUMBERS)
        axis_draw_odd(&sheet->canvas, &frame, panel->columns);
    return curve_draw(&sheet->canvas, &frame, &panel->scale, panel->columns);
}

static bool draw(struct sheet *sheet)
{
    char window[PANEL_TEXT];
    const int width = (int)sheet->look->width;
    int rows = (int)sheet->n * (sheet->frame.rows + AROUND) + BELOW;
    if (!fit(sheet) || !canvas_resize(&sheet->canvas, rows, width))
        return false;
    for (size_t i = 0; i < sheet->n; i++)
        if (!put_panel(sheet, i))
            return false;
    plot_window(sheet->data, sheet->look->ascii ? "to" : "\u2192", window);
    canvas_put_cut(&sheet->canvas, rows - 1, 0, width, CANVAS_PLAIN, window, sheet->look->ascii);
    return true;
}

bool plot_text(FILE *out, const struct plot_data *data, const struct screen_look *look,
               size_t lines)
{
    struct sheet sheet = {
        .data = data,
        .look = look,
        .panels = panels_new(data),
        .n = data->n,
        .frame = {.rows = rows_of(data->n, lines), .ascii = look->ascii},
    };
    bool drawn = sheet.panels && draw(&sheet);
    if (drawn)
        canvas_print(&sheet.canvas, out, look->color);
    canvas_release(&sheet.canvas);
    panels_free(sheet.panels, data->n);
    return drawn;
}
