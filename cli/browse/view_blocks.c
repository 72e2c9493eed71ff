/* The blocks of a file. Each is decompressed, so that its checksum is compared. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "browse/desk.h"
#include "browse/grid.h"
#include "inspect/figure_text.h"
#include "screen_text.h"
#include "units.h"

struct blocks_view {
    size_t file;
    struct tlm_block *blocks;
    size_t n, room;
    char *end; /* why there are no more, clean; NULL: the file ends here */
    bool whole;
    struct listing list;
};

/* ---- drawing -------------------------------------------------------------------------------- */

static void draw_block(const struct blocks_view *view, struct desk *desk, const struct grid *grid,
                       int at, size_t row)
{
    const struct tlm_block *block = &view->blocks[row];
    char number[UNITS_TEXT], offset[UNITS_TEXT], records[UNITS_TEXT], bytes[UNITS_TEXT],
        raw[UNITS_TEXT], ratio[FIGURE_TEXT];
    const char *const cells[] = {
        units_print_count(number, row),
        units_print_count(offset, block->offset),
        units_print_count(records, block->records),
        units_print_size(bytes, block->bytes),
        units_print_size(raw, block->raw_bytes),
        figure_ratio(ratio,
                     block->data_bytes ? (double)block->raw_bytes / (double)block->data_bytes : 0),
        "ok",
    };
    grid_row(grid, &desk->canvas, at, CANVAS_PLAIN, cells);
}

static void draw_row(const struct blocks_view *view, struct desk *desk, const struct grid *grid,
                     int at, size_t row)
{
    if (row < view->n)
        draw_block(view, desk, grid, at, row);
    else
        canvas_put_cut(&desk->canvas, at, 0, desk->canvas.columns, CANVAS_WRONG, view->end,
                       desk->ascii);
    if (row == view->list.selected)
        canvas_restyle(&desk->canvas, at, CANVAS_SELECTED);
}

static void draw_title(const struct blocks_view *view, struct desk *desk)
{
    char name[DESK_TEXT], right[DESK_TEXT], count[UNITS_TEXT];
    snprintf(right, sizeof right, "%s block%s%s", units_print_count(count, view->n),
             view->n == 1 ? "" : "s", view->whole ? "" : ", not all");
    desk_title(desk, desk_name(desk, view->file, name), right);
}

static void draw(void *state, struct desk *desk)
{
    static const struct grid_column columns[] = {
        {.title = "block", .width = 8},
        {.title = "offset", .width = 16, .right = true},
        {.title = "records", .width = 12, .right = true},
        {.title = "bytes", .width = 10, .right = true},
        {.title = "raw", .width = 10, .right = true},
        {.title = "ratio", .width = 7, .right = true},
        {.title = "check", .width = 5},
    };
    struct blocks_view *view = state;
    struct grid grid = {columns, sizeof columns / sizeof columns[0], desk->ascii, {0}};
    int room = desk->canvas.rows - 3;
    listing_fit(&view->list, view->n + (view->end != NULL), room > 0 ? (size_t)room : 0);
    draw_title(view, desk);
    grid_fit(&grid, desk->canvas.columns);
    grid_titles(&grid, &desk->canvas, 1);
    for (int i = 0; i < room && view->list.top + (size_t)i < view->list.n; i++)
        draw_row(view, desk, &grid, i + 2, view->list.top + (size_t)i);
}

/* ---- reading -------------------------------------------------------------------------------- */

static bool keep(struct blocks_view *view, const struct tlm_block *block)
{
    if (view->n == view->room) {
        size_t room = view->room ? 2 * view->room : 256;
        struct tlm_block *blocks = realloc(view->blocks, room * sizeof *blocks);
        if (!blocks)
            return false;
        view->blocks = blocks;
        view->room = room;
    }
    view->blocks[view->n++] = *block;
    return true;
}

static const char *read_on(struct blocks_view *view, struct desk *desk, struct tlm_file *file,
                           struct tlm_error *error)
{
    const uint64_t bytes = desk->files.items[view->file].bytes;
    struct tlm_block block;
    for (bool got;;) {
        if (tlm_file_next_block(file, true, &block, &got, error) != TLM_OK)
            return error->message;
        if (!got) {
            view->whole = true;
            return NULL;
        }
        if (!keep(view, &block))
            return "out of memory";
        if (!desk_go_on(desk, block.offset + block.bytes, bytes))
            return "stopped";
    }
}

static void read_blocks(struct blocks_view *view, struct desk *desk)
{
    struct tlm_error error;
    struct tlm_file *file = NULL;
    const char *end = error.message;
    desk_reading(desk, "blocks");
    if (tlm_file_open(&file, desk->files.items[view->file].path, &error) == TLM_OK)
        end = read_on(view, desk, file, &error);
    if (end) {
        view->end = screen_text_clean(end, strlen(end));
        desk_fail(desk, end);
    }
    tlm_file_close(file);
}

/* ---- the view ------------------------------------------------------------------------------- */

static bool key(void *state, struct desk *desk, int pressed)
{
    const struct blocks_view *view = state;
    if (pressed != KEYS_ENTER || view->list.selected < view->n || !view->end)
        return false;
    desk_fail(desk, view->end);
    return true;
}

static struct listing *listing(void *state)
{
    return &((struct blocks_view *)state)->list;
}

static void text(const void *state, size_t row, char out[LISTING_TEXT])
{
    const struct blocks_view *view = state;
    if (row < view->n)
        snprintf(out, LISTING_TEXT, "%zu %" PRIu64, row, view->blocks[row].offset);
    else
        snprintf(out, LISTING_TEXT, "%s", view->end);
}

static void release(void *state)
{
    struct blocks_view *view = state;
    free(view->blocks);
    free(view->end);
    free(view);
}

struct view view_blocks_new(struct desk *desk, size_t file)
{
    static const char *const help[] = {
        "/              search by block number or offset",
        NULL,
    };
    static const struct view_kind kind = {
        .keys = "/ search  ? help  q back",
        .help = help,
        .draw = draw,
        .key = key,
        .release = release,
        .listing = listing,
        .text = text,
    };
    if (file == DESK_ALL) {
        desk_say(desk, "blocks are those of one file: choose one in the list of files");
        return (struct view){0};
    }
    struct blocks_view *view = calloc(1, sizeof *view);
    if (!view) {
        desk_fail(desk, "out of memory");
        return (struct view){0};
    }
    view->file = file;
    read_blocks(view, desk);
    return (struct view){&kind, view};
}
