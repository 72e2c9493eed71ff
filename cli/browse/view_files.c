/* The list of files. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "browse/desk.h"
#include "browse/grid.h"
#include "inspect/figure_text.h"
#include "plot/axis.h"
#include "units.h"

struct files_view {
    const struct file_list *files;
    struct listing list;
};

/* The first row is all files together, when there are several with points. */
static size_t extra_rows(const struct files_view *view)
{
    return view->files->n_points > 1;
}

static size_t file_of_row(const struct files_view *view, size_t row)
{
    return row < extra_rows(view) ? DESK_ALL : row - extra_rows(view);
}

/* ---- drawing -------------------------------------------------------------------------------- */

struct row_text {
    char size[UNITS_TEXT], points[FIGURE_TEXT], first[AXIS_TEXT], duration[FIGURE_TEXT];
};

static void print_figures(struct row_text *text, uint64_t points, int64_t first_ns, int64_t last_ns)
{
    figure_count(text->points, points, false);
    if (!points)
        return;
    axis_instant(text->first, first_ns, (uint64_t)last_ns - (uint64_t)first_ns);
    figure_duration(text->duration, first_ns, last_ns);
}

static const char *remark(const struct file_entry *entry)
{
    if (entry->wrong)
        return entry->wrong;
    if (!entry->has_points)
        return entry->schema;
    return entry->unfinished ? "unfinished" : "";
}

static void draw_row(const struct files_view *view, struct desk *desk, const struct grid *grid,
                     int at, size_t row)
{
    const struct file_list *files = view->files;
    const bool all = file_of_row(view, row) == DESK_ALL;
    const struct file_entry *entry = all ? NULL : &files->items[file_of_row(view, row)];
    struct row_text text = {"", "", "", ""};
    char name[DESK_TEXT];
    units_print_size(text.size, all ? files->bytes : entry->bytes);
    if (all && files->all_figures)
        print_figures(&text, files->points, files->first_ns, files->last_ns);
    else if (!all && entry->has_figures)
        print_figures(&text, entry->points, entry->first_ns, entry->last_ns);
    const char *const cells[] = {desk_name(desk, file_of_row(view, row), name),
                                 text.size,
                                 text.points,
                                 text.first,
                                 text.duration,
                                 all            ? ""
                                 : entry->codec ? entry->codec
                                                : "",
                                 all ? "" : remark(entry)};
    grid_row(grid, &desk->canvas, at, !all && entry->wrong ? CANVAS_WRONG : CANVAS_PLAIN, cells);
}

static void draw(void *state, struct desk *desk)
{
    static const struct grid_column columns[] = {
        {.title = "file", .width = 20},
        {.title = "size", .width = 9, .right = true},
        {.title = "points", .width = 14, .right = true},
        {.title = "first", .width = 23, .optional = 3},
        {.title = "span", .width = 8, .right = true, .optional = 1},
        {.title = "codec", .width = 9, .optional = 4},
        {.title = "remark", .width = 16, .optional = 2},
    };
    struct files_view *view = state;
    struct grid grid = {columns, sizeof columns / sizeof columns[0], desk->ascii, {0}};
    char right[FIGURE_TEXT];
    int room = desk->canvas.rows - 3;
    listing_fit(&view->list, view->files->n + extra_rows(view), room > 0 ? (size_t)room : 0);
    snprintf(right, sizeof right, "%zu file%s", view->files->n, view->files->n == 1 ? "" : "s");
    desk_title(desk, "tlm inspect", right);
    grid_fit(&grid, desk->canvas.columns);
    grid_titles(&grid, &desk->canvas, 1);
    for (int i = 0; i < room && view->list.top + (size_t)i < view->list.n; i++) {
        draw_row(view, desk, &grid, i + 2, view->list.top + (size_t)i);
        if (view->list.top + (size_t)i == view->list.selected)
            canvas_restyle(&desk->canvas, i + 2, CANVAS_SELECTED);
    }
}

/* ---- keys ----------------------------------------------------------------------------------- */

static void open_file(const struct files_view *view, struct desk *desk)
{
    size_t file = file_of_row(view, view->list.selected);
    if (file != DESK_ALL && view->files->items[file].wrong)
        desk_fail(desk, view->files->items[file].wrong);
    else if (file != DESK_ALL && !view->files->items[file].has_points)
        desk_open(desk, view_meta_new(desk, file));
    else
        desk_open(desk, view_channels_new(desk, file));
}

static bool key(void *state, struct desk *desk, int pressed)
{
    const struct files_view *view = state;
    size_t file = file_of_row(view, view->list.selected);
    switch (pressed) {
    case KEYS_ENTER:
    case KEYS_RIGHT:
        open_file(view, desk);
        return true;
    case 'b':
        desk_open(desk, view_blocks_new(desk, file));
        return true;
    case 'm':
        desk_open(desk, view_meta_new(desk, file));
        return true;
    default:
        return false;
    }
}

/* ---- the view ------------------------------------------------------------------------------- */

static struct listing *listing(void *state)
{
    return &((struct files_view *)state)->list;
}

static void text(const void *state, size_t row, char out[LISTING_TEXT])
{
    const struct files_view *view = state;
    size_t file = file_of_row(view, row);
    snprintf(out, LISTING_TEXT, "%s",
             file == DESK_ALL ? "all files" : view->files->items[file].label);
}

struct view view_files_new(struct desk *desk)
{
    static const char *const help[] = {
        "Enter, Right   channels of the file (of all files together in the first row)",
        "b              blocks of the file",
        "m              metadata of the file",
        NULL,
    };
    static const struct view_kind kind = {
        .keys = "Enter channels  b blocks  m metadata  / search  ? help  q quit",
        .help = help,
        .draw = draw,
        .key = key,
        .release = free,
        .listing = listing,
        .text = text,
    };
    struct files_view *view = calloc(1, sizeof *view);
    if (!view) {
        desk_fail(desk, "out of memory");
        return (struct view){0};
    }
    view->files = &desk->files;
    return (struct view){&kind, view};
}
