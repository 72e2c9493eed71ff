/* Lines of the table for programs: JSON and CSV. */
#ifndef STATS_JSON_H
#define STATS_JSON_H

#include <stdio.h>

#include "stats/stats_figures.h"

/* One object on a line of its own. False: memory is out. */
bool stats_json_print(FILE *out, const struct stats_rules *rules, const struct stats_line *line,
                      const struct stats_figures *figures);
bool stats_csv_head(FILE *out, const struct stats_rules *rules);
bool stats_csv_print(FILE *out, const struct stats_rules *rules, const struct stats_line *line,
                     const struct stats_figures *figures);

#endif
