/* The channels of files: a row for each series. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "browse/catalog.h"
#include "browse/desk.h"
#include "browse/grid.h"
#include "inspect/figure_text.h"
#include "plot/axis.h"
#include "plot/series_key.h"
#include "plot/series_points.h"
#include "sparkline.h"

enum { CURVE = 24, SHORT_CURVE = 12 };

struct channels_view {
    struct catalog catalog;
    struct listing list;
    enum channel_order order;
    size_t file;
    bool ascii;
};

static const struct channel *channel_at(const struct channels_view *view, size_t row)
{
    return &view->catalog.series.items[row];
}

/* ---- drawing -------------------------------------------------------------------------------- */

static unsigned curve_width(int columns)
{
    return columns < 100 ? SHORT_CURVE : CURVE;
}

static void draw_curve(const struct channels_view *view, const struct channel *channel,
                       unsigned width, char *out)
{
    const struct channel_figures *all = &view->catalog.series.all;
    double means[CURVE];
    *out = '\0';
    if (!channel->history || !channel->history->n)
        return;
    value_history_resample(channel->history, all->first_ns, all->last_ns, 0, means, width);
    sparkline_draw(out, means, width, view->ascii);
}

static void draw_row(const struct channels_view *view, struct desk *desk, const struct grid *grid,
                     int at, size_t row)
{
    const struct channel *channel = channel_at(view, row);
    const struct channel_figures *figures = &channel->figures, *all = &view->catalog.series.all;
    char types[FIGURE_TEXT], points[FIGURE_TEXT], rate[FIGURE_TEXT], least[FIGURE_TEXT],
        most[FIGURE_TEXT], share[FIGURE_TEXT], first[AXIS_TEXT], curve[CURVE * SPARKLINE_BYTES + 1];
    char *label = series_key_label(channel->name, channel->name_len);
    draw_curve(view, channel, curve_width(desk->canvas.columns), curve);
    const char *const cells[] = {
        label ? label : "?",
        figure_types(types, figures->types),
        figure_count(points, figures->points, false),
        figure_rate(rate, channel_figures_rate(figures), false),
        figure_least(least, figures),
        figure_most(most, figures),
        figure_share(share, (double)figures->raw_bytes, (double)all->raw_bytes),
        axis_instant(first, figures->first_ns, (uint64_t)all->last_ns - (uint64_t)all->first_ns),
        curve,
    };
    grid_row(grid, &desk->canvas, at, CANVAS_PLAIN, cells);
    free(label);
}

static void draw_title(const struct channels_view *view, struct desk *desk)
{
    static const char *const orders[] = {"name", "points", "bytes", "rate"};
    char name[DESK_TEXT], right[DESK_TEXT];
    snprintf(right, sizeof right, "%zu channel%s by %s%s", view->catalog.series.n,
             view->catalog.series.n == 1 ? "" : "s", orders[view->order],
             view->catalog.code ? ", not all was read" : "");
    desk_title(desk, desk_name(desk, view->file, name), right);
}

static void draw(void *state, struct desk *desk)
{
    const struct grid_column columns[] = {
        {.title = "channel", .width = 16},
        {.title = "type", .width = 8},
        {.title = "points", .width = 13, .right = true},
        {.title = "rate", .width = 11, .right = true, .optional = 2},
        {.title = "min", .width = 12, .right = true, .optional = 3},
        {.title = "max", .width = 12, .right = true, .optional = 4},
        {.title = "bytes", .width = 7, .right = true, .optional = 5},
        {.title = "first", .width = 23, .optional = 6},
        {.title = "curve",
         .width = (int)curve_width(desk->canvas.columns),
         .optional = 1,
         .curve = true},
    };
    struct channels_view *view = state;
    struct grid grid = {columns, sizeof columns / sizeof columns[0], desk->ascii, {0}};
    int room = desk->canvas.rows - 3;
    listing_fit(&view->list, view->catalog.series.n, room > 0 ? (size_t)room : 0);
    draw_title(view, desk);
    grid_fit(&grid, desk->canvas.columns);
    grid_titles(&grid, &desk->canvas, 1);
    for (int i = 0; i < room && view->list.top + (size_t)i < view->list.n; i++) {
        draw_row(view, desk, &grid, i + 2, view->list.top + (size_t)i);
        if (view->list.top + (size_t)i == view->list.selected)
            canvas_restyle(&desk->canvas, i + 2, CANVAS_SELECTED);
    }
}

/* ---- keys ----------------------------------------------------------------------------------- */

static void open_plot(const struct channels_view *view, struct desk *desk)
{
    if (!view->list.n)
        return;
    const struct channel *channel = channel_at(view, view->list.selected);
    const struct series_request request = {
        .key = channel->name,
        .len = channel->name_len,
        .types = channel->figures.types,
        .first_ns = channel->figures.first_ns,
        .last_ns = channel->figures.last_ns,
    };
    char *label = series_key_label(channel->name, channel->name_len);
    if (label)
        desk_open(desk, view_plot_new(desk, view->file, label, &request, channel->figures.points));
    free(label);
}

/* The selected channel stays selected. */
static void sort(struct channels_view *view, enum channel_order order)
{
    struct channel_table *table = &view->catalog.series;
    const char *name = table->n ? channel_at(view, view->list.selected)->name : NULL;
    view->order = order;
    channel_table_sort(table, order);
    for (size_t i = 0; i < table->n; i++)
        if (channel_at(view, i)->name == name)
            listing_select(&view->list, i);
}

static bool key(void *state, struct desk *desk, int pressed)
{
    struct channels_view *view = state;
    switch (pressed) {
    case KEYS_ENTER:
    case KEYS_RIGHT:
        open_plot(view, desk);
        return true;
    case 's':
        sort(view, view->order == CHANNEL_BY_RATE ? CHANNEL_BY_NAME : view->order + 1);
        return true;
    case 'b':
        desk_open(desk, view_blocks_new(desk, view->file));
        return true;
    case 'm':
        desk_open(desk, view_meta_new(desk, view->file));
        return true;
    default:
        return false;
    }
}

/* ---- the view ------------------------------------------------------------------------------- */

static struct listing *listing(void *state)
{
    return &((struct channels_view *)state)->list;
}

static void text(const void *state, size_t row, char out[LISTING_TEXT])
{
    const struct channel *channel = channel_at(state, row);
    char *label = series_key_label(channel->name, channel->name_len);
    snprintf(out, LISTING_TEXT, "%s", label ? label : "");
    free(label);
}

static void release(void *state)
{
    struct channels_view *view = state;
    catalog_release(&view->catalog);
    free(view);
}

/* Enough for the curves. */
static int64_t grain(const struct desk *desk, size_t file)
{
    const struct file_list *files = &desk->files;
    const struct file_entry *entry = file == DESK_ALL ? NULL : &files->items[file];
    if (entry ? !entry->has_figures : !files->all_figures)
        return 0;
    uint64_t first = (uint64_t)(entry ? entry->first_ns : files->first_ns);
    uint64_t last = (uint64_t)(entry ? entry->last_ns : files->last_ns);
    return (int64_t)((last - first) / 256);
}

static bool read_catalog(struct channels_view *view, struct desk *desk)
{
    struct scan scan = {.go_on = desk_go_on, .watcher = desk};
    const char **paths = desk_paths(desk, view->file, &scan.n, &scan.bytes);
    if (!paths) {
        desk_fail(desk, "out of memory");
        return false;
    }
    scan.paths = paths;
    desk_reading(desk, "channels");
    catalog_read(&view->catalog, &scan, grain(desk, view->file));
    free(paths);
    if (view->catalog.code == TLM_STOPPED)
        desk_say(desk, "stopped: these are the channels up to there");
    else if (view->catalog.code)
        desk_fail(desk, view->catalog.error.message);
    else if (!view->catalog.series.n)
        desk_say(desk, "there are no points");
    return view->catalog.series.n;
}

struct view view_channels_new(struct desk *desk, size_t file)
{
    static const char *const help[] = {
        "Enter, Right   plot of the channel",
        "s              sort by name, points, bytes, rate",
        "b              blocks of the file",
        "m              metadata of the file",
        NULL,
    };
    static const struct view_kind kind = {
        .keys = "Enter plot  s sort  b blocks  m metadata  / search  ? help  q back",
        .help = help,
        .draw = draw,
        .key = key,
        .release = release,
        .listing = listing,
        .text = text,
    };
    struct channels_view *view = calloc(1, sizeof *view);
    if (!view) {
        desk_fail(desk, "out of memory");
        return (struct view){0};
    }
    view->file = file;
    view->ascii = desk->ascii;
    if (!read_catalog(view, desk)) {
        release(view);
        return (struct view){0};
    }
    sort(view, CHANNEL_BY_NAME);
    return (struct view){&kind, view};
}
