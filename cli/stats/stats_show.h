/* The table for a terminal. */
#ifndef STATS_SHOW_H
#define STATS_SHOW_H

#include "screen.h"
#include "stats/stats_figures.h"

/* The first `n` lines. False: memory is out. */
bool stats_show(FILE *out, const struct stats_rules *rules, const struct stats_lines *lines,
                size_t n, const struct screen_look *look);
/* channel{key=value,...}, or what else stands for a line; the caller frees. NULL: memory is out. */
char *stats_show_name(const struct stats_rules *rules, const struct stats_line *line);

#endif
