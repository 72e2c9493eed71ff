/* The figures of a line as texts with names, for JSON and CSV. */
#ifndef STATS_CELLS_H
#define STATS_CELLS_H

#include "stats/stats_figures.h"

enum stats_cell_kind { CELL_NONE, CELL_NUMBER, CELL_TEXT };

struct stats_cell {
    const char *group, *name;
    enum stats_cell_kind kind;
    char text[64];
};

enum { MOST_CELLS = 40 };

struct stats_cells {
    struct stats_cell items[MOST_CELLS];
    size_t n;
};

void stats_cells_fill(struct stats_cells *cells, const struct stats_line *line,
                      const struct stats_figures *figures);
/* Adds one more. */
void stats_cells_number(struct stats_cells *cells, const char *name, bool known,
                        struct moments_number number);
bool stats_cells_texts(const struct stats_line *line); /* it has some */
/* Key and value of tag i of a line; false: there is none. */
bool stats_cells_tag(const struct stats_rules *rules, const struct stats_line *line, size_t i,
                     struct tlm_string *key, struct tlm_string *value);

#endif
