/* What views share: the canvas, the files, the stack of views, and messages to the person. */
#ifndef DESK_H
#define DESK_H

#include "browse/file_list.h"
#include "browse/keys.h"
#include "browse/listing.h"
#include "plot/canvas.h"

struct desk;

struct view_kind {
    const char *keys;        /* for the bottom line */
    const char *const *help; /* lines for ?, NULL ends them */
    /* Draws into all rows but the last one. */
    void (*draw)(void *state, struct desk *desk);
    /* True: it was one of its keys. */
    bool (*key)(void *state, struct desk *desk, int key);
    void (*release)(void *state);
    /* For views that are lists: keys that move and search are none of their business. */
    struct listing *(*listing)(void *state);
    listing_text *text;
};

struct view {
    const struct view_kind *kind; /* NULL: there is none */
    void *state;
};

#define DESK_VIEWS 8
#define DESK_TEXT 256

struct desk {
    struct canvas canvas;
    bool ascii;
    struct file_list files;
    struct view views[DESK_VIEWS]; /* the last one is shown */
    size_t n_views;
    char notice[DESK_TEXT]; /* until the next key */
    bool wrong;             /* it says that something failed */
    bool help;
    struct {
        bool on; /* being typed */
        char words[DESK_TEXT];
        size_t from; /* the row that was selected before */
    } search;
    struct {
        const char *what; /* is being read */
        uint64_t shown_ns;
    } progress;
};

/* Puts a view on top of the others; its state is released when that is left. */
void desk_open(struct desk *desk, struct view view);
/* A message in the bottom line. */
void desk_say(struct desk *desk, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same for what went wrong; clean or not. */
void desk_fail(struct desk *desk, const char *message);
/* The line at the top. */
void desk_title(struct desk *desk, const char *left, const char *right);
/* What is read from now on, for desk_go_on. */
void desk_reading(struct desk *desk, const char *what);
/* For struct scan: shows how far it is; false when the person has pressed q. */
bool desk_go_on(void *desk, uint64_t done, uint64_t bytes);

/* The views. Kind NULL: it was called off or failed, which has been said. */
struct view view_files_new(struct desk *desk);
/* Of a file by its number; of all with points for DESK_ALL. */
struct view view_channels_new(struct desk *desk, size_t file);
#define DESK_ALL ((size_t)-1)
struct view view_blocks_new(struct desk *desk, size_t file);
struct view view_meta_new(struct desk *desk, size_t file);
/* title and key are copied. */
struct series_request;
struct view view_plot_new(struct desk *desk, size_t file, const char *title,
                          const struct series_request *request, uint64_t points);

/* The files that a number means, as paths that live as long as the desk's files; the caller frees
 * the array. *bytes is what they have together. NULL: memory is out. */
const char **desk_paths(const struct desk *desk, size_t file, size_t *n, uint64_t *bytes);
/* What to call them. */
const char *desk_name(const struct desk *desk, size_t file, char out[DESK_TEXT]);

#endif
