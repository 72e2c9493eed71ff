/* What is different between a line of one set of files and that of another. */
#ifndef STATS_CHANGE_H
#define STATS_CHANGE_H

#include "stats/stats_figures.h"

enum stats_changed {
    CHANGED_SERIES, /* appeared or vanished; the values are points */
    CHANGED_TYPE,   /* the values are the types, as in struct stats_line */
    CHANGED_POINTS,
    CHANGED_RATE,
    CHANGED_GAPS,
    CHANGED_NAN,
    CHANGED_MIN,
    CHANGED_MEAN,
    CHANGED_MAX,
};
#define STATS_CHANGES 9

struct stats_change {
    enum stats_changed what;
    bool has_a, has_b;
    struct moments_number a, b; /* NaN: as shares of the numbers */
    double share; /* by how much: of the larger one; for min, mean and max of the spread; for NaN
                   * simply the difference; infinite where there is nothing to compare with */
    bool of_spread;
    bool beyond; /* what is tolerated */
};

const char *stats_changed_name(enum stats_changed what);
/* What changed from a to b, one of which may be NULL; returns how many changes, or -1: memory is
 * out. tolerance is a share. */
int stats_changes(const struct stats_line *a, const struct stats_line *b, struct ranks *ranks,
                  double tolerance, struct stats_change changes[STATS_CHANGES]);

#endif
