/* What the command line of `tlm stats` says. table_stats.c points right into it. */
#ifndef STATS_ARGS_H
#define STATS_ARGS_H

#include "color.h"
#include "select.h"

enum stats_order {
    STATS_BY_NAME,
    STATS_BY_POINTS,
    STATS_BY_RATE,
    STATS_BY_GAPS,
    STATS_BY_BYTES,
    STATS_BY_MEAN,
    STATS_BY_STD
};

enum stats_form { STATS_TEXT, STATS_JSON, STATS_CSV };

/* How large a picture may be. */
#define STATS_LEAST_COLUMNS 30u
#define STATS_MOST_COLUMNS 1000u
#define STATS_LEAST_PIXELS 200u
#define STATS_MOST_PIXELS 5000u
#define STATS_MOST_BINS 1000u

struct stats_given {
    bool sort, top, bins, width, height;
};

struct stats_args {
    struct tlm_list operands;
    struct select_args select;
    struct tlm_row_options rows; /* of operands that are no Avro files */
    struct stats_given given;

    const char *by; /* "series", "channel" or "tag.KEY" */
    enum stats_order sort;
    uint64_t top;    /* 0: all */
    const char *gap; /* a duration, or a factor of the median interval: "3x" */
    bool json, csv;

    const char *hist; /* a channel */
    uint64_t bins;
    bool log;
    struct tlm_list plot; /* channels */
    const char *svg, *png;
    uint64_t width, height; /* of the picture: cells, or pixels */

    const char *compare, *tolerance;
    const char *phases;

    bool ascii;
    enum color_when color;
    uint64_t threads; /* 0: as many as processors */
    uint64_t memory_bytes;
};

/* Fills in the defaults of a struct stats_args. */
void stats_args_init(void *args);
/* Runs the command on a struct stats_args; returns the exit status. */
int cmd_stats(void *opaque);

/* What there is to do, one of these; each returns an exit status. */
int stats_table(const struct stats_args *args);   /* stats/stats_table.c */
int stats_compare(const struct stats_args *args); /* stats/stats_compare.c */
int stats_draw(const struct stats_args *args);    /* plot/stats_draw.c: --hist and --plot */
int stats_phases(const struct stats_args *args);  /* stats/stats_phases.c */

#endif
