/* Order of the lines. */
#ifndef STATS_ORDER_H
#define STATS_ORDER_H

#include "stats/stats_lines.h"
#include "stats_args.h"

/* By the texts of their keys: negative, 0 or positive. */
int stats_order_names(const struct stats_line *a, const struct stats_line *b);
/* False: memory is out. */
bool stats_order_sort(struct stats_lines *lines, enum stats_order order);

#endif
