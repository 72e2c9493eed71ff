/* What is said of a line: figures worked out of what it holds. */
#ifndef STATS_FIGURES_H
#define STATS_FIGURES_H

#include "stats/stats_lines.h"

#define STATS_TOP 5

struct stats_figures {
    uint64_t steps; /* intervals; 0: the next ones are not known */
    double rate_hz;
    uint64_t longest; /* gap; 0: there is none */
    int64_t longest_at;
    uint64_t numbers; /* without NaN; 0: the next ones are not known */
    struct moments_number least, most, p1, p50, p99;
    double quantile_error; /* share of the numbers */
    uint64_t finite;       /* 0: the next ones are not known */
    double mean, deviation;
    const struct text_count *top[STATS_TOP];
    size_t n_top;
};

/* Median and jitter of the intervals, and the gaps as far as they are known; *more becomes true
 * when there are others. False: memory is out. */
bool stats_settle_gaps(struct stats_line *line, const struct stats_rules *rules,
                       struct ranks *ranks, bool *more);
/* Once the gaps are settled. False: memory is out. */
bool stats_figures(const struct stats_line *line, struct ranks *ranks,
                   struct stats_figures *figures);

#endif
