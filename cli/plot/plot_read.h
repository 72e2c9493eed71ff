/* The points of the channels to be drawn, in one pass: a pipe will do. */
#ifndef PLOT_READ_H
#define PLOT_READ_H

#include "inspect/channel_table.h"
#include "plot/series_points.h"
#include "plot/strip.h"

#define PLOT_SERIES 16u /* most that are kept */

struct plot_series {
    char *label;   /* clean; see series_key_label */
    size_t wanted; /* the first name on the list that it matches */
    unsigned types;
    enum series_kind kind;
    struct strip *numbers; /* every point; texts are odd */
    struct strip *levels;  /* of texts; NULL: there is none, or too many different ones */
    struct states states;
    /* below: the inside */
    char *key;
    size_t key_len;
    bool textual; /* texts are not too many yet */
};

struct plot_data {
    struct plot_series series[PLOT_SERIES]; /* in the order of the list, then by label */
    size_t n;
    size_t all;                /* series that were wanted */
    bool *found;               /* for each name on the list */
    int64_t first_ns, last_ns; /* of all that are kept */
};

struct draw_source;

/* Reads the channels on the list, names or patterns. What is wrong with a file is said on stderr,
 * see draw_source_read. *data is to be released in any case. */
enum tlm_code plot_read(struct plot_data *data, struct draw_source *source,
                        const struct tlm_list *wanted, struct tlm_error *error);
void plot_data_release(struct plot_data *data);

#endif
