/* Lines of the table as CSV. */
#ifndef STATS_CSV_H
#define STATS_CSV_H

#include <stdio.h>

#include "stats/stats_figures.h"

/* The names of the columns, then a line of the table. False: memory is out. */
bool stats_csv_head(FILE *out, const struct stats_rules *rules);
bool stats_csv_print(FILE *out, const struct stats_rules *rules, const struct stats_line *line,
                     const struct stats_figures *figures);

#endif
