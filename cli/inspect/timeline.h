/* When which channel has data, over several files. */
#ifndef TIMELINE_H
#define TIMELINE_H

#include "inspect/channel_table.h"

enum {
    TIMELINE_LATE = 1,   /* points older than others of their series that were written before */
    TIMELINE_OVERLAP = 2 /* the same, and an earlier file has data there */
};

struct timeline_cell {
    uint64_t points;
    int64_t first_ns, last_ns; /* of the points */
    uint32_t file;             /* the last one with points here, from 1 */
    uint8_t marks;
};

struct timeline {
    int64_t first_ns, last_ns;
    size_t width;               /* cells of each channel */
    uint32_t files;             /* read so far */
    struct channel_table names; /* item i has the cells from i * width on */
    struct timeline_cell *cells;
    size_t rows_room;
    /* below: the inside; for each series the latest time so far */
    struct timeline_series *series;
    size_t n_series, n_slots;
    uint64_t seed;
};

/* Over first..last, both inside. */
void timeline_init(struct timeline *timeline, int64_t first_ns, int64_t last_ns, size_t width);
void timeline_release(struct timeline *timeline);
/* Adds all selected points of a file; what came before an error stays. Files count as written in
 * the order in which they are added. */
enum tlm_code timeline_add(struct timeline *timeline, struct tlm_file *file,
                           const struct tlm_selection *selection, unsigned threads,
                           struct tlm_error *error);
/* The longest time between two points, or a point and the end, of a row, if a cell is empty there;
 * 0: none is. */
int64_t timeline_gap_ns(const struct timeline *timeline, const struct timeline_cell *row);
/* The time at the beginning of a cell. */
int64_t timeline_time(const struct timeline *timeline, size_t cell);

#endif
