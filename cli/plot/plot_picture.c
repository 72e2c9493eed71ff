#include "plot/plot_picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define EDGE 24 /* of paper all around */
#define ALONE 420
#define TOGETHER 220
#define LEAST 110
#define TITLE 36 /* above a curve */
#define GAP 14   /* below it */
#define FOOT 64  /* below the last one: times, and from when to when */
#define TICK 8
#define GUTTER 22         /* most letters of the texts at the left */
#define MARK 48           /* pixels a mark of the value axis wants */
#define TIME_ADVANCE 10.5 /* closer to each other than on a terminal */
#define SPARSE 12         /* points are shown as dots, too, when each has so many columns */
#define ODD 6             /* height of the notices at the lower edge */

/* Where a panel's curve is. */
struct area {
    double left, top, width, height;
};

struct sheet {
    struct picture *picture;
    const struct plot_data *data;
    struct panel *panels;
    struct area area; /* of the first panel */
    double step;      /* from one panel to the next */
    struct axis_mark times[AXIS_MARKS];
    size_t n_times;
};

/* ---- layout --------------------------------------------------------------------------------- */

static double gutter(const struct panel *panel)
{
    double width = 3 * PICTURE_ADVANCE;
    for (size_t i = 0; i < panel->n_marks; i++)
        width = fmax(width, picture_text_width(panel->marks[i].text));
    return fmin(width, GUTTER * PICTURE_ADVANCE);
}

static void place(struct sheet *sheet, double left)
{
    sheet->area.left = EDGE + left + TICK;
    sheet->area.width = floor(fmax(sheet->picture->width - sheet->area.left - EDGE, 16));
    sheet->area.top = EDGE / 2.0 + TITLE;
    sheet->step = floor((sheet->picture->height - EDGE - FOOT + GAP) / (double)sheet->data->n);
    sheet->area.height = fmax(sheet->step - TITLE - GAP, 16);
}

/* As of a plot of characters: values decide about the columns, and counts the other way round. */
static bool fit(struct sheet *sheet)
{
    double left = 6 * PICTURE_ADVANCE;
    for (int round = 0; round < 2; round++) {
        double wanted = 0;
        place(sheet, left);
        for (size_t i = 0; i < sheet->data->n; i++) {
            if (!panel_fit(&sheet->panels[i], (unsigned)sheet->area.width,
                           (unsigned)(sheet->area.height / MARK) + 1))
                return false;
            wanted = fmax(wanted, gutter(&sheet->panels[i]));
        }
        left = round ? left : wanted;
    }
    sheet->n_times = axis_times(sheet->times, sheet->panels->first_ns, sheet->panels->last_ns,
                                (unsigned)(sheet->area.width / TIME_ADVANCE));
    return true;
}

static struct area area_of(const struct sheet *sheet, size_t i)
{
    struct area area = sheet->area;
    area.top += (double)i * sheet->step;
    return area;
}

static double height_of(const struct area *area, const struct curve_scale *scale, double value)
{
    /* halves: the difference of two large numbers need not be finite */
    double part = (scale->top / 2 - value / 2) / (scale->top / 2 - scale->bottom / 2);
    return area->top + fmax(0, fmin(1, part)) * area->height;
}

static double time_at(const struct sheet *sheet, int64_t ns)
{
    const struct panel *panel = sheet->panels;
    double span = (double)((uint64_t)panel->last_ns - (uint64_t)panel->first_ns);
    double offset = (double)((uint64_t)ns - (uint64_t)panel->first_ns);
    return sheet->area.left + (span > 0 ? offset / span : 0) * (sheet->area.width - 1) + 0.5;
}

/* ---- axes ----------------------------------------------------------------------------------- */

static void put_values(const struct sheet *sheet, const struct panel *panel,
                       const struct area *area)
{
    double lowest = INFINITY; /* top edge of the last text */
    for (size_t i = 0; i < panel->n_marks; i++) {
        double y = height_of(area, &panel->scale, panel->marks[i].value);
        struct picture_point grid = {area->left, floor(y)};
        struct picture_point text = {area->left - TICK, floor(y) + PICTURE_BASE / 2.0};
        picture_rect(sheet->picture, PICTURE_GRID, grid, area->width, 1);
        if (text.y > lowest - 2)
            continue;
        lowest = text.y - PICTURE_BASE;
        picture_text(sheet->picture, PICTURE_LABEL, text, PICTURE_END, GUTTER * PICTURE_ADVANCE,
                     panel->marks[i].text);
    }
}

static void put_times(const struct sheet *sheet, const struct area *area, bool texts)
{
    const double bottom = floor(area->top + area->height);
    double taken = 0;
    for (size_t i = 0; i < sheet->n_times; i++) {
        const char *text = sheet->times[i].text;
        double x = floor(time_at(sheet, sheet->times[i].ns)), wide = picture_text_width(text);
        double middle = fmin(x, sheet->picture->width - EDGE / 2.0 - wide / 2);
        picture_rect(sheet->picture, PICTURE_GRID, (struct picture_point){x, area->top}, 1,
                     area->height);
        picture_rect(sheet->picture, PICTURE_AXIS, (struct picture_point){x, bottom}, 1,
                     TICK / 2.0);
        if (!texts || middle - wide / 2 < taken)
            continue;
        taken = middle + wide / 2 + PICTURE_ADVANCE;
        picture_text(sheet->picture, PICTURE_LABEL,
                     (struct picture_point){middle, bottom + TICK + PICTURE_BASE + 2},
                     PICTURE_MIDDLE, wide, text);
    }
    picture_rect(sheet->picture, PICTURE_AXIS, (struct picture_point){area->left, bottom},
                 area->width, 1);
}

/* ---- curves --------------------------------------------------------------------------------- */

/* A pen that goes from column to column. */
struct pen {
    struct picture *picture;
    const struct curve_scale *scale;
    bool down; /* the line goes on */
    unsigned column;
    struct picture_point at;
};

static void pen_to(struct pen *pen, double x, double y)
{
    const struct picture_point to = {x, y};
    if (pen->down)
        picture_line_to(pen->picture, to);
    else
        picture_line_from(pen->picture, PICTURE_CURVE, to);
    pen->down = true;
    pen->at = to;
}

static void pen_lift(struct pen *pen)
{
    if (pen->down)
        picture_line_end(pen->picture);
    pen->down = false;
}

/* Through both ends of what is in a column, the nearer one first. */
static void pen_column(struct pen *pen, double x, double high, double low)
{
    bool low_first = pen->down && fabs(low - pen->at.y) < fabs(high - pen->at.y);
    if (pen->down && pen->scale->steps)
        pen_to(pen, x, pen->at.y);
    pen_to(pen, x, low_first ? low : high);
    if (low - high > 0.01)
        pen_to(pen, x, low_first ? high : low);
}

static bool is_sparse(const struct panel *panel)
{
    return panel->series->kind == SERIES_NUMBERS &&
           panel->sum.points <= panel->n_columns / SPARSE + 1;
}

static void put_curve(const struct sheet *sheet, const struct panel *panel, const struct area *area)
{
    struct pen pen = {.picture = sheet->picture, .scale = &panel->scale};
    for (unsigned i = 0; i < panel->n_columns; i++) {
        const struct pyramid_sum *sum = &panel->columns[i];
        if (sum->least <= sum->most) {
            if (pen.down && i - pen.column - 1 > panel->scale.bridge)
                pen_lift(&pen);
            pen_column(&pen, area->left + i + 0.5, height_of(area, &panel->scale, sum->most),
                       height_of(area, &panel->scale, sum->least));
            pen.column = i;
        }
        if (sum->odd && panel->series->kind == SERIES_NUMBERS)
            pen_lift(&pen);
    }
    pen_lift(&pen);
}

static void put_dots(const struct sheet *sheet, const struct panel *panel, const struct area *area)
{
    for (unsigned i = 0; is_sparse(panel) && i < panel->n_columns; i++) {
        const struct pyramid_sum *sum = &panel->columns[i];
        struct picture_point at = {area->left + i + 0.5, 0};
        if (sum->least > sum->most)
            continue;
        at.y = height_of(area, &panel->scale, sum->most);
        picture_dot(sheet->picture, PICTURE_CURVE, at);
        at.y = height_of(area, &panel->scale, sum->least);
        if (sum->least < sum->most)
            picture_dot(sheet->picture, PICTURE_CURVE, at);
    }
}

/* At the lower edge, where there are points that no line shows. */
static void put_odd(const struct sheet *sheet, const struct panel *panel, const struct area *area)
{
    unsigned from = 0;
    for (unsigned i = 0; panel->series->kind == SERIES_NUMBERS && i <= panel->n_columns; i++) {
        if (i < panel->n_columns && panel->columns[i].odd)
            continue;
        if (i > from)
            picture_rect(
                sheet->picture, PICTURE_NOTICE,
                (struct picture_point){area->left + from, floor(area->top + area->height) - ODD},
                fmax(i - from, 2), ODD);
        from = i + 1;
    }
}

/* ---- the whole ------------------------------------------------------------------------------ */

static void put_title(const struct sheet *sheet, const struct panel *panel, const struct area *area)
{
    char figures[PANEL_TEXT];
    double room = sheet->picture->width - 2.0 * EDGE;
    double taken = picture_text_width(panel_figures(panel, figures)) + 2 * PICTURE_ADVANCE;
    bool both = room - taken > 12 * PICTURE_ADVANCE;
    double y = area->top - 12;
    picture_text(sheet->picture, PICTURE_TITLE, (struct picture_point){EDGE, y}, PICTURE_START,
                 both ? room - taken : room, panel->series->label);
    if (both)
        picture_text(sheet->picture, PICTURE_LABEL,
                     (struct picture_point){sheet->picture->width - EDGE, y}, PICTURE_END, taken,
                     figures);
}

static void put_panel(const struct sheet *sheet, size_t i)
{
    const struct panel *panel = &sheet->panels[i];
    const struct area area = area_of(sheet, i);
    put_title(sheet, panel, &area);
    put_values(sheet, panel, &area);
    put_times(sheet, &area, i + 1 == sheet->data->n);
    put_curve(sheet, panel, &area);
    put_dots(sheet, panel, &area);
    put_odd(sheet, panel, &area);
}

static void put_window(const struct sheet *sheet)
{
    char window[PANEL_TEXT];
    double room = sheet->picture->width - 2.0 * EDGE;
    plot_window(sheet->data, "to", window);
    char *length = strstr(window, "  (");
    if (length && picture_text_width(window) > room)
        *length = '\0';
    picture_text(sheet->picture, PICTURE_LABEL,
                 (struct picture_point){EDGE, sheet->picture->height - EDGE / 2.0 - 4},
                 PICTURE_START, room, window);
}

void plot_picture(struct picture *picture, const struct plot_data *data, unsigned width,
                  unsigned height)
{
    struct sheet *sheet = calloc(1, sizeof *sheet);
    unsigned panel = data->n == 1 ? ALONE : TOGETHER;
    unsigned least = (unsigned)data->n * LEAST + EDGE + FOOT;
    *picture = (struct picture){.width = width, .title = data->series[0].label};
    picture->height = height ? height : (unsigned)data->n * panel + EDGE + FOOT;
    picture->height = picture->height < least ? least : picture->height;
    if (sheet) {
        *sheet = (struct sheet){.picture = picture, .data = data, .panels = panels_new(data)};
        picture->failed = !sheet->panels || !fit(sheet);
    } else {
        picture->failed = true;
    }
    for (size_t i = 0; i < data->n && !picture->failed; i++)
        put_panel(sheet, i);
    if (!picture->failed)
        put_window(sheet);
    if (sheet)
        panels_free(sheet->panels, data->n);
    free(sheet);
}
