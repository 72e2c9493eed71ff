/* Lines of the table as JSON. */
#ifndef STATS_JSON_H
#define STATS_JSON_H

#include <stdio.h>

#include "cat/cat_text.h"
#include "stats/stats_change.h"

/* One object on a line of its own. False: memory is out. */
bool stats_json_print(FILE *out, const struct stats_rules *rules, const struct stats_line *line,
                      const struct stats_figures *figures);
/* What changed of a line, likewise. */
bool stats_json_changes(FILE *out, const struct stats_rules *rules, const struct stats_line *line,
                        const struct stats_change *changes, size_t n);
/* The most frequent texts, as a list. False: memory is out. */
bool stats_json_top(struct cat_text *out, const struct stats_figures *figures);

#endif
