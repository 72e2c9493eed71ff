/* What the header of a file says, as lines that are wrapped to the width. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "browse/desk.h"
#include "inspect/figure_text.h"
#include "plot/axis.h"
#include "screen_text.h"
#include "units.h"

#define LABEL 18 /* columns */

struct meta_entry {
    char *label, *text; /* clean */
};

/* A line on the screen: a piece of an entry. */
struct meta_line {
    size_t entry, from, len;
};

struct meta_view {
    size_t file;
    struct meta_entry *entries;
    size_t n, room;
    struct meta_line *lines;
    size_t n_lines, lines_room;
    int width; /* that the lines are made for */
    struct listing list;
    bool failed; /* memory was out */
};

/* ---- entries -------------------------------------------------------------------------------- */

static void add_entry(struct meta_view *view, struct tlm_string label, struct tlm_string text)
{
    if (view->n == view->room) {
        size_t room = view->room ? 2 * view->room : 32;
        struct meta_entry *entries = realloc(view->entries, room * sizeof *entries);
        if (!entries) {
            view->failed = true;
            return;
        }
        view->entries = entries;
        view->room = room;
    }
    struct meta_entry *entry = &view->entries[view->n++];
    entry->label = screen_text_clean(label.data ? label.data : "", label.len);
    entry->text = screen_text_clean(text.data ? text.data : "", text.len);
    if (!entry->label || !entry->text)
        view->failed = true;
}

static struct tlm_string string_of(const char *text)
{
    return (struct tlm_string){text, strlen(text)};
}

static void add(struct meta_view *view, const char *label, const char *text)
{
    add_entry(view, string_of(label), string_of(text));
}

static void add_figures(struct meta_view *view, const struct tlm_file_info *info)
{
    char text[AXIS_TEXT];
    if (info->unfinished)
        add(view, "figures", "missing: the writer has not come to its end");
    if (!info->has_figures)
        return;
    add(view, "points", figure_count(text, info->points, false));
    add(view, "records", figure_count(text, info->records, false));
    if (!info->points)
        return;
    add(view, "first", axis_instant(text, info->first_ns, 0));
    add(view, "last", axis_instant(text, info->last_ns, 0));
    add(view, "span", figure_duration(text, info->first_ns, info->last_ns));
}

static void add_header(struct meta_view *view, const struct tlm_file_info *info)
{
    char text[2 * UNITS_TEXT], size[UNITS_TEXT], count[UNITS_TEXT];
    add(view, "file", info->path);
    snprintf(text, sizeof text, "%s (%s bytes)", units_print_size(size, info->bytes),
             units_print_count(count, info->bytes));
    add(view, "size", text);
    add(view, "header", units_print_size(size, info->header_bytes));
    add(view, "codec", info->codec);
    add(view, "schema name", info->schema_name);
    for (size_t i = 0; i < 16; i++)
        snprintf(text + 2 * i, 3, "%02x", info->sync_marker[i]);
    add(view, "sync marker", text);
}

static void add_metadata(struct meta_view *view, const struct tlm_file_info *info)
{
    const struct tlm_file_pair *schema = NULL;
    add(view, "", "");
    for (size_t i = 0; i < info->n_metadata; i++) {
        const struct tlm_file_pair *pair = &info->metadata[i];
        if (pair->key.len == 11 && memcmp(pair->key.data, "avro.schema", 11) == 0)
            schema = pair;
        else
            add_entry(view, pair->key, pair->value);
    }
    add(view, "", "");
    if (schema) /* last, since it is long */
        add_entry(view, schema->key, schema->value);
}

/* ---- lines ---------------------------------------------------------------------------------- */

static bool add_line(struct meta_view *view, struct meta_line line)
{
    if (view->n_lines == view->lines_room) {
        size_t room = view->lines_room ? 2 * view->lines_room : 64;
        struct meta_line *lines = realloc(view->lines, room * sizeof *lines);
        if (!lines)
            return false;
        view->lines = lines;
        view->lines_room = room;
    }
    view->lines[view->n_lines++] = line;
    return true;
}

/* Bytes of clean text that fit into `width` columns; at least one character. */
static size_t fitting(const char *text, size_t width)
{
    size_t used = 0, at = 0;
    while (text[at]) {
        char one[8] = "";
        size_t len = 1;
        while (((unsigned char)text[at + len] & 0xc0) == 0x80)
            len++;
        memcpy(one, text + at, len < sizeof one ? len : sizeof one - 1);
        used += screen_text_width(one);
        if (used > width && at)
            break;
        at += len;
    }
    return at;
}

static void wrap(struct meta_view *view, int width)
{
    size_t room = width > LABEL + 10 ? (size_t)(width - LABEL) : 10;
    view->n_lines = 0;
    view->width = width;
    for (size_t i = 0; i < view->n; i++) {
        const char *text = view->entries[i].text ? view->entries[i].text : "";
        size_t from = 0;
        do {
            size_t len = fitting(text + from, room);
            if (!add_line(view, (struct meta_line){i, from, len}))
                return;
            from += len;
        } while (text[from]);
    }
}

/* ---- drawing -------------------------------------------------------------------------------- */

static void line_text(const struct meta_view *view, size_t row, char out[LISTING_TEXT])
{
    const struct meta_line *line = &view->lines[row];
    const char *text = view->entries[line->entry].text;
    snprintf(out, LISTING_TEXT, "%.*s", (int)line->len, text ? text + line->from : "");
}

static void draw_line(const struct meta_view *view, struct canvas *canvas, int at, size_t row)
{
    char text[LISTING_TEXT];
    const struct meta_line *line = &view->lines[row];
    const char *label = view->entries[line->entry].label;
    line_text(view, row, text);
    if (line->from == 0 && label)
        canvas_put(canvas, at, 0, LABEL - 1, CANVAS_HEADING, label);
    canvas_put(canvas, at, LABEL, canvas->columns - LABEL, CANVAS_PLAIN, text);
    if (row == view->list.selected)
        canvas_restyle(canvas, at, CANVAS_SELECTED);
}

static void draw(void *state, struct desk *desk)
{
    struct meta_view *view = state;
    char name[DESK_TEXT];
    int room = desk->canvas.rows - 2;
    if (view->width != desk->canvas.columns)
        wrap(view, desk->canvas.columns);
    listing_fit(&view->list, view->n_lines, room > 0 ? (size_t)room : 0);
    desk_title(desk, desk_name(desk, view->file, name), "metadata");
    for (int i = 0; i < room && view->list.top + (size_t)i < view->list.n; i++)
        draw_line(view, &desk->canvas, i + 1, view->list.top + (size_t)i);
}

/* ---- the view ------------------------------------------------------------------------------- */

static bool key(void *state, struct desk *desk, int pressed)
{
    const struct meta_view *view = state;
    if (pressed != 'b')
        return false;
    desk_open(desk, view_blocks_new(desk, view->file));
    return true;
}

static struct listing *listing(void *state)
{
    return &((struct meta_view *)state)->list;
}

static void text(const void *state, size_t row, char out[LISTING_TEXT])
{
    const struct meta_view *view = state;
    char line[LISTING_TEXT];
    const char *label = view->entries[view->lines[row].entry].label;
    line_text(view, row, line);
    snprintf(out, LISTING_TEXT, "%.100s %.400s", view->lines[row].from == 0 && label ? label : "",
             line);
}

static void release(void *state)
{
    struct meta_view *view = state;
    for (size_t i = 0; i < view->n; i++) {
        free(view->entries[i].label);
        free(view->entries[i].text);
    }
    free(view->entries);
    free(view->lines);
    free(view);
}

static bool read_header(struct meta_view *view, struct desk *desk)
{
    struct tlm_error error;
    struct tlm_file *file;
    if (tlm_file_open(&file, desk->files.items[view->file].path, &error) != TLM_OK) {
        desk_fail(desk, error.message);
        return false;
    }
    add_header(view, tlm_file_info(file));
    add_figures(view, tlm_file_info(file));
    add_metadata(view, tlm_file_info(file));
    tlm_file_close(file);
    if (view->failed)
        desk_fail(desk, "out of memory");
    return !view->failed;
}

struct view view_meta_new(struct desk *desk, size_t file)
{
    static const char *const help[] = {
        "b              blocks of the file",
        NULL,
    };
    static const struct view_kind kind = {
        .keys = "b blocks  / search  ? help  q back",
        .help = help,
        .draw = draw,
        .key = key,
        .release = release,
        .listing = listing,
        .text = text,
    };
    if (file == DESK_ALL) {
        desk_say(desk, "metadata is that of one file: choose one in the list of files");
        return (struct view){0};
    }
    struct meta_view *view = calloc(1, sizeof *view);
    if (!view) {
        desk_fail(desk, "out of memory");
        return (struct view){0};
    }
    view->file = file;
    if (!read_header(view, desk)) {
        release(view);
        return (struct view){0};
    }
    return (struct view){&kind, view};
}
