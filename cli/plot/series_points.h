/* The points of one series, ready to be drawn: the second pass. */
#ifndef SERIES_POINTS_H
#define SERIES_POINTS_H

#include "plot/pyramid.h"
#include "plot/scan.h"
#include "plot/states.h"

enum series_kind {
    SERIES_NUMBERS, /* numbers, and arrays of numbers from their least to their largest item */
    SERIES_STATES,  /* texts of which there are few: each is a level, in order of appearance */
    SERIES_COUNTS   /* anything else: how many points there are */
};

struct series_points {
    enum series_kind kind;
    struct pyramid *pyramid;
    struct states states;
    enum tlm_code code; /* what ended the reading too early */
    struct tlm_error error;
};

struct series_request {
    const char *key; /* see series_key.h */
    size_t len;
    unsigned types; /* that occur in it: 1 << enum tlm_type */
    int64_t first_ns, last_ns;
};

/* False: there is nothing to show, code and error say why. */
bool series_points_read(struct series_points *points, struct scan *scan,
                        const struct series_request *request);
void series_points_release(struct series_points *points);

#endif
