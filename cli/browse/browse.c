#include "browse/browse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "browse/desk.h"
#include "browse/grid.h"
#include "browse/terminal.h"
#include "channel_files.h"
#include "commands.h"
#include "help.h"

/* ---- drawing -------------------------------------------------------------------------------- */

static const struct view *shown_view(const struct desk *desk)
{
    return &desk->views[desk->n_views - 1];
}

static void draw_help(struct desk *desk)
{
    static const char *const lists[] = {
        "Up Down, j k   move; PageUp PageDown, Home End, g G as well",
        "/ n N          search; next, previous match",
        NULL,
    };
    static const char *const nothing[] = {NULL};
    static const char *const always[] = {
        "q, Esc         back; from the first view, out",
        "Q, Ctrl-C      out at once",
        "Ctrl-L         draw the screen anew",
        NULL,
    };
    const struct view_kind *kind = shown_view(desk)->kind;
    const char *const *parts[] = {kind->help, kind->listing ? lists : nothing, always};
    struct canvas *canvas = &desk->canvas;
    int row = 0;
    canvas_clear(canvas);
    canvas_fill(canvas, row, CANVAS_BAR);
    canvas_put(canvas, row++, 1, canvas->columns - 1, CANVAS_BAR, "keys");
    for (size_t part = 0; part < 3; part++)
        for (const char *const *line = parts[part]; *line && row < canvas->rows - 1; line++)
            canvas_put(canvas, ++row, 2, canvas->columns - 2, CANVAS_PLAIN, *line);
}

static void draw_bottom(struct desk *desk)
{
    struct canvas *canvas = &desk->canvas;
    int row = canvas->rows - 1;
    char text[DESK_TEXT + 4];
    if (desk->search.on) {
        snprintf(text, sizeof text, "/%s_", desk->search.words);
        canvas_fill(canvas, row, CANVAS_PLAIN);
        canvas_put(canvas, row, 0, canvas->columns, CANVAS_NOTICE, text);
        return;
    }
    canvas_fill(canvas, row, *desk->notice ? CANVAS_PLAIN : CANVAS_BAR);
    if (*desk->notice)
        canvas_put_cut(canvas, row, 1, canvas->columns - 1,
                       desk->wrong ? CANVAS_WRONG : CANVAS_NOTICE, desk->notice, desk->ascii);
    else
        canvas_put(canvas, row, 1, canvas->columns - 1, CANVAS_BAR,
                   desk->help ? "any key: back" : shown_view(desk)->kind->keys);
}

static bool draw(struct desk *desk)
{
    int rows, columns;
    terminal_size(&rows, &columns);
    if (!canvas_resize(&desk->canvas, rows, columns))
        return false;
    if (desk->help)
        draw_help(desk);
    else
        shown_view(desk)->kind->draw(shown_view(desk)->state, desk);
    draw_bottom(desk);
    terminal_show(&desk->canvas);
    return true;
}

/* ---- searching ------------------------------------------------------------------------------ */

static void find(struct desk *desk, bool next, bool backwards)
{
    const struct view *view = shown_view(desk);
    struct listing *list = view->kind->listing(view->state);
    const char *words = desk->search.words;
    if (!*words)
        return;
    bool found =
        next ? listing_find_next(list, words, backwards, view->kind->text, view->state)
             : listing_find(list, words, desk->search.from, false, view->kind->text, view->state);
    if (!found)
        desk_say(desk, "\"%.200s\" is not here", words);
}

/* Adds a character as UTF-8. */
static void type(struct desk *desk, int key)
{
    char *words = desk->search.words;
    size_t len = strlen(words);
    unsigned c = (unsigned)key;
    if (key < ' ' || key >= KEYS_UP || len + 5 > sizeof desk->search.words)
        return;
    if (c < 0x80) {
        words[len++] = (char)c;
    } else {
        unsigned more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        words[len++] = (char)((0xf00u >> more & 0xffu) | c >> 6 * more);
        while (more--)
            words[len++] = (char)(0x80u | (c >> 6 * more & 0x3fu));
    }
    words[len] = '\0';
}

static void erase(struct desk *desk)
{
    char *words = desk->search.words;
    size_t len = strlen(words);
    while (len && ((unsigned char)words[len - 1] & 0xc0) == 0x80)
        len--;
    words[len ? len - 1 : 0] = '\0';
}

static void search_key(struct desk *desk, int key)
{
    const struct view *view = shown_view(desk);
    struct listing *list = view->kind->listing(view->state);
    switch (key) {
    case KEYS_ENTER:
        desk->search.on = false;
        find(desk, false, false);
        return;
    case KEYS_ESCAPE:
        desk->search.on = false;
        listing_select(list, desk->search.from);
        return;
    case KEYS_ERASE:
        erase(desk);
        break;
    default:
        type(desk, key);
        break;
    }
    listing_select(list, desk->search.from);
    find(desk, false, false); /* as it is typed */
}

static void start_search(struct desk *desk, const struct listing *list)
{
    desk->search.on = true;
    desk->search.words[0] = '\0';
    desk->search.from = list->selected;
}

/* ---- keys ----------------------------------------------------------------------------------- */

static bool list_key(struct desk *desk, struct listing *list, int key)
{
    long page = list->room > 1 ? (long)list->room - 1 : 1;
    switch (key) {
    case KEYS_UP:
    case 'k':
        listing_move(list, -1);
        return true;
    case KEYS_DOWN:
    case 'j':
        listing_move(list, 1);
        return true;
    case KEYS_PAGE_UP:
        listing_move(list, -page);
        return true;
    case KEYS_PAGE_DOWN:
    case ' ':
        listing_move(list, page);
        return true;
    case KEYS_HOME:
    case 'g':
        listing_select(list, 0);
        return true;
    case KEYS_END:
    case 'G':
        listing_select(list, list->n);
        return true;
    case '/':
        start_search(desk, list);
        return true;
    case 'n':
    case 'N':
        find(desk, true, key == 'N');
        return true;
    default:
        return false;
    }
}

static void back(struct desk *desk)
{
    struct view *view = &desk->views[--desk->n_views];
    view->kind->release(view->state);
    *view = (struct view){0};
}

static void plain_key(struct desk *desk, int key)
{
    const struct view *view = shown_view(desk);
    struct listing *list = view->kind->listing ? view->kind->listing(view->state) : NULL;
    if (key == 'q' || key == KEYS_ESCAPE)
        back(desk);
    else if (key == '?')
        desk->help = true;
    else if (!(list && list_key(desk, list, key)) && !view->kind->key(view->state, desk, key) &&
             (key == KEYS_LEFT || key == KEYS_ERASE) && desk->n_views > 1)
        back(desk);
}

static void handle_key(struct desk *desk, int key)
{
    if (key == KEYS_NONE || key == KEYS_REDRAW)
        return;
    *desk->notice = '\0';
    if (desk->help)
        desk->help = false;
    else if (desk->search.on)
        search_key(desk, key);
    else
        plain_key(desk, key);
}

/* ---- running -------------------------------------------------------------------------------- */

/* One file needs no list of files. */
static void open_first(struct desk *desk)
{
    const struct file_list *files = &desk->files;
    if (files->n > 1 || files->items[0].wrong)
        desk_open(desk, view_files_new(desk));
    else if (files->items[0].has_points)
        desk_open(desk, view_channels_new(desk, 0));
    else
        desk_open(desk, view_meta_new(desk, 0));
    /* called off, or damaged: its blocks and metadata can still be looked at */
    if (!desk->n_views)
        desk_open(desk, view_files_new(desk));
}

static int run(struct desk *desk)
{
    open_first(desk);
    while (desk->n_views) {
        if (!draw(desk))
            return EXIT_FAILED;
        int key = terminal_key(-1);
        if (key == KEYS_GONE || (key == 'Q' && !desk->search.on))
            break;
        handle_key(desk, key);
    }
    return EXIT_CLEAN;
}

static int open_terminal(struct desk *desk, bool color)
{
    char why[DESK_TEXT];
    if (!terminal_open(color, why, sizeof why))
        return help_usage_error("inspect", "--browse: %s", why);
    desk->ascii = desk->ascii || !terminal_has_unicode();
    int rows, columns;
    terminal_size(&rows, &columns);
    return canvas_resize(&desk->canvas, rows, columns) ? EXIT_CLEAN : EXIT_FAILED;
}

static int browse_files(const struct channel_files *files, bool ascii, bool color)
{
    struct desk desk = {.ascii = ascii};
    if (!file_list_open(&desk.files, (const char *const *)files->paths, files->n)) {
        fprintf(stderr, "tlm inspect: out of memory\n");
        return EXIT_FAILED;
    }
    int status = open_terminal(&desk, color);
    if (!status)
        status = run(&desk);
    while (desk.n_views)
        back(&desk);
    terminal_close();
    canvas_release(&desk.canvas);
    file_list_release(&desk.files);
    if (status == EXIT_FAILED)
        fprintf(stderr, "tlm inspect: out of memory\n");
    return status;
}

static bool has_stdin(const struct channel_files *files)
{
    for (size_t i = 0; i < files->n; i++)
        if (strcmp(files->paths[i], "-") == 0)
            return true;
    return false;
}

int browse_run(const struct tlm_list *operands, bool ascii, bool color)
{
    struct channel_files files;
    int status = channel_files_collect(&files, operands->items, operands->len, "inspect");
    if (status)
        return status;
    if (has_stdin(&files))
        status = help_usage_error("inspect", "--browse reads files, not standard input");
    else
        status = browse_files(&files, ascii, color);
    channel_files_release(&files);
    return status;
}
