#include "browse/desk.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "browse/grid.h"
#include "browse/terminal.h"
#include "monotonic.h"
#include "screen_text.h"
#include "units.h"

#define FRAME_NS UINT64_C(100000000) /* between two looks at the keys while reading */

void desk_open(struct desk *desk, struct view view)
{
    if (!view.kind)
        return;
    if (desk->n_views == DESK_VIEWS) {
        view.kind->release(view.state);
        desk_say(desk, "too many views are open: go back first");
        return;
    }
    desk->views[desk->n_views++] = view;
}

/* ---- messages ------------------------------------------------------------------------------- */

void desk_say(struct desk *desk, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(desk->notice, sizeof desk->notice, format, arguments);
    va_end(arguments);
    desk->wrong = false;
}

void desk_fail(struct desk *desk, const char *message)
{
    char *clean = screen_text_clean(message, strlen(message));
    desk_say(desk, "%s", clean ? clean : "out of memory");
    desk->wrong = true;
    free(clean);
}

void desk_title(struct desk *desk, const char *left, const char *right)
{
    struct canvas *canvas = &desk->canvas;
    int used = (int)screen_text_width(right) + 2, room = canvas->columns - used;
    canvas_fill(canvas, 0, CANVAS_BAR);
    if (room > 20)
        canvas_put_right(canvas, 0, 0, canvas->columns - 1, CANVAS_BAR, right);
    else
        room = canvas->columns;
    canvas_put_cut(canvas, 0, 1, room - 2, CANVAS_BAR, left, desk->ascii);
}

/* ---- progress ------------------------------------------------------------------------------- */

void desk_reading(struct desk *desk, const char *what)
{
    desk->progress.what = what;
    desk->progress.shown_ns = monotonic_ns();
}

static void draw_progress(struct desk *desk, uint64_t done, uint64_t bytes)
{
    char read[UNITS_TEXT], all[UNITS_TEXT], text[DESK_TEXT];
    struct canvas *canvas = &desk->canvas;
    int row = canvas->rows - 1, share = 100;
    if (bytes && done < bytes)
        share = (int)((double)done / (double)bytes * 100);
    snprintf(text, sizeof text, " reading %s: %d %%  %s of %s   q stops", desk->progress.what,
             share, units_print_size(read, done), units_print_size(all, bytes));
    canvas_fill(canvas, row, CANVAS_BAR);
    canvas_put(canvas, row, 0, canvas->columns, CANVAS_BAR, text);
    terminal_show(canvas);
}

/* The screen stays as it is but for the last line, so that it need not be drawn anew. */
static void follow_size(struct canvas *canvas)
{
    int rows, columns;
    terminal_size(&rows, &columns);
    if (rows != canvas->rows || columns != canvas->columns)
        canvas_resize(canvas, rows, columns);
}

bool desk_go_on(void *opaque, uint64_t done, uint64_t bytes)
{
    struct desk *desk = opaque;
    uint64_t now = monotonic_ns();
    if (now - desk->progress.shown_ns < FRAME_NS)
        return true;
    desk->progress.shown_ns = now;
    for (int key; (key = terminal_key(0)) != KEYS_NONE;) {
        if (key == 'q' || key == KEYS_ESCAPE || key == KEYS_GONE)
            return false;
        if (key == KEYS_REDRAW)
            follow_size(&desk->canvas);
    }
    draw_progress(desk, done, bytes);
    return true;
}

/* ---- files ---------------------------------------------------------------------------------- */

const char **desk_paths(const struct desk *desk, size_t file, size_t *n, uint64_t *bytes)
{
    const struct file_list *files = &desk->files;
    const char **paths = calloc(files->n + 1, sizeof *paths);
    if (!paths)
        return NULL;
    *n = 0;
    for (size_t i = 0; i < files->n; i++) {
        const struct file_entry *entry = &files->items[i];
        if (i == file || (file == DESK_ALL && entry->has_points && !entry->wrong))
            paths[(*n)++] = entry->path;
    }
    *bytes = file == DESK_ALL ? files->bytes : files->items[file].bytes;
    return paths;
}

const char *desk_name(const struct desk *desk, size_t file, char out[DESK_TEXT])
{
    if (file != DESK_ALL)
        return desk->files.items[file].label;
    snprintf(out, DESK_TEXT, "all %zu files", desk->files.n_points);
    return out;
}
