/* The plot of a series, to zoom and to pan. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "browse/desk.h"
#include "inspect/figure_text.h"
#include "plot/axis_draw.h"
#include "plot/series_points.h"
#include "plot/value_scale.h"
#include "units.h"

struct plot_view {
    size_t file;
    char *title, *key;
    struct series_request request;
    uint64_t points;
    struct series_points all;
    struct series_points detail; /* of a part of the time, in finer slices; pyramid NULL: none */
    struct viewport view;
    bool fixed_scale; /* that of all points, not of those in the window */
    unsigned columns; /* of dots, when it was drawn last */
};

/* What one drawing needs. */
struct sheet {
    const struct plot_view *plot;
    struct canvas *canvas;
    const struct series_points *points; /* all or detail */
    bool ascii;
    struct curve_frame frame;
    struct curve_scale scale;
    struct pyramid_sum *columns;
    unsigned n_columns;
    struct axis_mark marks[AXIS_MARKS];
    size_t n_marks;
};

static const struct series_points *points_in_view(const struct plot_view *plot)
{
    bool fits = plot->detail.pyramid && pyramid_covers(plot->detail.pyramid, plot->view.from_ns,
                                                       viewport_last(&plot->view));
    return fits ? &plot->detail : &plot->all;
}

/* ---- scales --------------------------------------------------------------------------------- */

static void scale_numbers(struct sheet *sheet)
{
    struct pyramid_sum sum = pyramid_nothing();
    for (unsigned i = 0; i < sheet->n_columns; i++)
        pyramid_join(&sum, &sheet->columns[i]);
    if (sheet->plot->fixed_scale)
        sum = pyramid_ask(sheet->plot->all.pyramid, INT64_MIN, INT64_MAX);
    value_scale_numbers(&sheet->scale, sum.least, sum.most);
}

/* Counts, and numbers of which none has a fraction. */
static bool is_whole(const struct sheet *sheet)
{
    return sheet->points->kind == SERIES_COUNTS || sheet->plot->request.types == 1u << TLM_LONG;
}

static void mark_values(struct sheet *sheet)
{
    if (sheet->points->kind == SERIES_STATES)
        sheet->n_marks = value_scale_state_marks(sheet->marks, &sheet->points->states);
    else
        sheet->n_marks = value_scale_marks(sheet->marks, &sheet->scale,
                                           (unsigned)sheet->frame.rows / 3 + 1, is_whole(sheet));
}

static void choose_scale(struct sheet *sheet)
{
    switch (sheet->points->kind) {
    case SERIES_NUMBERS:
        scale_numbers(sheet);
        break;
    case SERIES_STATES:
        value_scale_states(&sheet->scale, sheet->points->states.n);
        break;
    case SERIES_COUNTS:
        value_scale_counts(&sheet->scale, sheet->columns, sheet->n_columns);
        break;
    }
}

static unsigned bridge(const struct sheet *sheet)
{
    const struct plot_view *plot = sheet->plot;
    if (sheet->points->kind == SERIES_COUNTS || !sheet->n_columns)
        return 0;
    return value_scale_bridge(
        plot->points, (uint64_t)plot->view.last_ns - (uint64_t)plot->view.first_ns,
        ((double)plot->view.span_ns + 1) / sheet->n_columns, sheet->n_columns);
}

/* ---- lines of text -------------------------------------------------------------------------- */

static void draw_figures(const struct sheet *sheet, int row)
{
    const struct plot_view *plot = sheet->plot;
    const struct viewport *view = &plot->view;
    struct pyramid_sum sum =
        pyramid_ask(sheet->points->pyramid, view->from_ns, viewport_last(view));
    const char *about = pyramid_slice_ns(sheet->points->pyramid) ? "~" : "";
    char points[UNITS_TEXT], all[UNITS_TEXT], odd[UNITS_TEXT], types[FIGURE_TEXT], text[DESK_TEXT];
    int len = snprintf(text, sizeof text, "%s  %s%s of %s points",
                       figure_types(types, plot->request.types), about,
                       units_print_count(points, sum.points), units_print_count(all, plot->points));
    if (sheet->points->kind == SERIES_NUMBERS && sum.least <= sum.most)
        len += snprintf(text + len, sizeof text - (size_t)len, "  min %.6g  max %.6g", sum.least,
                        sum.most);
    if (sheet->points->kind == SERIES_NUMBERS && sum.odd)
        len += snprintf(text + len, sizeof text - (size_t)len, "  %s not finite (!)",
                        units_print_count(odd, sum.odd));
    if (sheet->points->kind == SERIES_COUNTS)
        snprintf(text + len, sizeof text - (size_t)len, "  how many in each column");
    canvas_put_cut(sheet->canvas, row, 0, sheet->canvas->columns, CANVAS_PLAIN, text, sheet->ascii);
}

static bool is_coarse(const struct plot_view *plot, unsigned columns)
{
    uint64_t slice = pyramid_slice_ns(points_in_view(plot)->pyramid);
    return slice > 1 && columns && slice > plot->view.span_ns / columns;
}

static void draw_window(const struct sheet *sheet, int row)
{
    static const char note[] = "coarse: d reads";
    const struct viewport *view = &sheet->plot->view;
    int64_t last_ns = viewport_last(view);
    char first[AXIS_TEXT], last[AXIS_TEXT], span[FIGURE_TEXT], text[2 * DESK_TEXT];
    axis_instant(first, view->from_ns, view->span_ns);
    axis_instant(last, last_ns, view->span_ns);
    figure_duration(span, view->from_ns, last_ns);
    snprintf(text, sizeof text, "%s %s %s UTC  (%s%s)", first, sheet->ascii ? "to" : "\u2192", last,
             span, viewport_is_whole(view) ? ", everything" : "");
    bool coarse = is_coarse(sheet->plot, sheet->n_columns);
    int width = sheet->canvas->columns, room = coarse ? width - (int)sizeof note - 1 : width;
    canvas_put_cut(sheet->canvas, row, 0, room, CANVAS_PLAIN, text, sheet->ascii);
    if (coarse)
        canvas_put_right(sheet->canvas, row, 0, width, CANVAS_NOTICE, note);
}

static void draw_axes(const struct sheet *sheet)
{
    const struct viewport *view = &sheet->plot->view;
    axis_draw_values(sheet->canvas, &sheet->frame, &sheet->scale, sheet->marks, sheet->n_marks);
    axis_draw_times(sheet->canvas, &sheet->frame, view->from_ns, viewport_last(view), true);
    if (sheet->points->kind == SERIES_NUMBERS)
        axis_draw_odd(sheet->canvas, &sheet->frame, sheet->columns);
}

/* ---- drawing -------------------------------------------------------------------------------- */

/* Values decide how wide the gutter is, the gutter how many columns there are, and these which
 * values are seen: the second round is near enough. */
static bool fit_frame(struct sheet *sheet)
{
    for (int round = 0; round < 2; round++) {
        int left = (round ? axis_gutter(sheet->marks, sheet->n_marks) : 8) + 1;
        sheet->frame.column = left;
        sheet->frame.columns = sheet->canvas->columns - left;
        sheet->n_columns = curve_dot_columns(&sheet->frame);
        struct pyramid_sum *columns =
            realloc(sheet->columns, (sheet->n_columns + 1) * sizeof *columns);
        if (!columns)
            return false;
        sheet->columns = columns;
        curve_reduce(sheet->points->pyramid, &sheet->plot->view, columns, sheet->n_columns);
        choose_scale(sheet);
        mark_values(sheet);
    }
    sheet->scale.bridge = bridge(sheet);
    return true;
}

static void draw(void *state, struct desk *desk)
{
    struct plot_view *plot = state;
    char name[DESK_TEXT];
    struct sheet *sheet = calloc(1, sizeof *sheet);
    int rows = desk->canvas.rows;
    desk_title(desk, plot->title, desk_name(desk, plot->file, name));
    if (!sheet)
        return;
    sheet->plot = plot;
    sheet->canvas = &desk->canvas;
    sheet->points = points_in_view(plot);
    sheet->ascii = desk->ascii;
    sheet->frame = (struct curve_frame){.row = 2, .rows = rows - 6, .ascii = desk->ascii};
    if (sheet->frame.rows > 0 && desk->canvas.columns > AXIS_GUTTER + 4 && fit_frame(sheet)) {
        draw_figures(sheet, 1);
        draw_axes(sheet);
        curve_draw(sheet->canvas, &sheet->frame, &sheet->scale, sheet->columns);
        draw_window(sheet, rows - 2);
        plot->columns = sheet->n_columns;
    } else {
        canvas_put(&desk->canvas, 1, 0, desk->canvas.columns, CANVAS_NOTICE,
                   "too small for a plot");
    }
    free(sheet->columns);
    free(sheet);
}

/* ---- reading -------------------------------------------------------------------------------- */

static bool read_points(const struct plot_view *plot, struct desk *desk,
                        const struct series_request *request, struct series_points *points)
{
    struct scan scan = {.go_on = desk_go_on, .watcher = desk};
    const char **paths = desk_paths(desk, plot->file, &scan.n, &scan.bytes);
    if (!paths) {
        desk_fail(desk, "out of memory");
        return false;
    }
    scan.paths = paths;
    desk_reading(desk, "points");
    bool done = series_points_read(points, &scan, request);
    free(paths);
    if (points->code == TLM_STOPPED)
        desk_say(desk, "stopped");
    else if (points->code)
        desk_fail(desk, points->error.message);
    return done;
}

/* The window's points alone, in slices of their own. */
static void read_detail(struct plot_view *plot, struct desk *desk)
{
    struct series_request request = plot->request;
    struct series_points detail;
    if (!is_coarse(plot, plot->columns)) {
        desk_say(desk, "every point in this window counts already");
        return;
    }
    request.first_ns = plot->view.from_ns;
    request.last_ns = viewport_last(&plot->view);
    if (!read_points(plot, desk, &request, &detail))
        return;
    series_points_release(&plot->detail);
    plot->detail = detail;
}

/* ---- keys ----------------------------------------------------------------------------------- */

static bool zoom_or_pan(struct viewport *view, int pressed)
{
    switch (pressed) {
    case '+':
    case '=':
    case 'k':
    case KEYS_UP:
        viewport_zoom(view, 1, 2);
        return true;
    case '-':
    case '_':
    case 'j':
    case KEYS_DOWN:
        viewport_zoom(view, 2, 1);
        return true;
    case 'h':
    case KEYS_LEFT:
        viewport_pan(view, -1, 8);
        return true;
    case 'l':
    case KEYS_RIGHT:
        viewport_pan(view, 1, 8);
        return true;
    case KEYS_PAGE_UP:
        viewport_pan(view, -1, 1);
        return true;
    case KEYS_PAGE_DOWN:
    case ' ':
        viewport_pan(view, 1, 1);
        return true;
    default:
        return false;
    }
}

static bool key(void *state, struct desk *desk, int pressed)
{
    struct plot_view *plot = state;
    if (zoom_or_pan(&plot->view, pressed))
        return true;
    switch (pressed) {
    case 'g':
    case KEYS_HOME:
        viewport_to_start(&plot->view);
        return true;
    case 'G':
    case KEYS_END:
        viewport_to_end(&plot->view);
        return true;
    case '0':
    case 'f':
        viewport_fit(&plot->view);
        return true;
    case 'y':
        plot->fixed_scale = !plot->fixed_scale;
        desk_say(desk, plot->fixed_scale ? "scale: that of all points"
                                         : "scale: that of the points in the window");
        return true;
    case 'd':
        read_detail(plot, desk);
        return true;
    default:
        return false;
    }
}

/* ---- the view ------------------------------------------------------------------------------- */

static void release(void *state)
{
    struct plot_view *plot = state;
    series_points_release(&plot->all);
    series_points_release(&plot->detail);
    free(plot->title);
    free(plot->key);
    free(plot);
}

static struct plot_view *plot_new(const char *title, const struct series_request *request)
{
    struct plot_view *plot = calloc(1, sizeof *plot);
    if (!plot)
        return NULL;
    plot->title = strdup(title);
    plot->key = malloc(request->len + 1);
    if (!plot->title || !plot->key) {
        release(plot);
        return NULL;
    }
    memcpy(plot->key, request->key, request->len);
    plot->request = *request;
    plot->request.key = plot->key;
    viewport_init(&plot->view, request->first_ns, request->last_ns);
    return plot;
}

struct view view_plot_new(struct desk *desk, size_t file, const char *title,
                          const struct series_request *request, uint64_t points)
{
    static const char *const help[] = {
        "+ -, Up Down            zoom in and out",
        "Left Right              move by an eighth of the window",
        "PageUp PageDown, Space  move by a whole window",
        "Home End, g G           to the first and to the last point",
        "f, 0                    everything",
        "y                       scale of values: of the window, of all points",
        "d                       read the window again in finer slices, when it is coarse",
        "Each column shows all its points, from the least to the largest value.",
        NULL,
    };
    static const struct view_kind kind = {
        .keys = "Up Down zoom  Left Right move  f everything  y scale  ? help  q back",
        .help = help,
        .draw = draw,
        .key = key,
        .release = release,
    };
    struct plot_view *plot = plot_new(title, request);
    if (!plot) {
        desk_fail(desk, "out of memory");
        return (struct view){0};
    }
    plot->file = file;
    plot->points = points;
    if (!read_points(plot, desk, &plot->request, &plot->all)) {
        release(plot);
        return (struct view){0};
    }
    return (struct view){&kind, plot};
}
