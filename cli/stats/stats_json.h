/* Lines of the table for programs: JSON and CSV. */
#ifndef STATS_JSON_H
#define STATS_JSON_H

#include <stdio.h>

#include "stats/stats_change.h"

/* One object on a line of its own. False: memory is out. */
bool stats_json_print(FILE *out, const struct stats_rules *rules, const struct stats_line *line,
                      const struct stats_figures *figures);
/* What changed of a line, likewise. */
bool stats_json_changes(FILE *out, const struct stats_rules *rules, const struct stats_line *line,
                        const struct stats_change *changes, size_t n);
bool stats_csv_head(FILE *out, const struct stats_rules *rules);
bool stats_csv_print(FILE *out, const struct stats_rules *rules, const struct stats_line *line,
                     const struct stats_figures *figures);

#endif
