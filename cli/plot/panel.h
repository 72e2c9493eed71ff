/* One series of a plot: what is drawn, before it is known on what. */
#ifndef PANEL_H
#define PANEL_H

#include "plot/plot_read.h"
#include "plot/value_scale.h"

#define PANEL_TEXT 256

struct panel {
    const struct plot_series *series;
    int64_t first_ns, last_ns; /* of the time axis */
    struct pyramid_sum sum;    /* of all points */
    struct pyramid_sum *columns;
    unsigned n_columns;
    struct curve_scale scale;
    struct axis_mark marks[AXIS_MARKS]; /* of values */
    size_t n_marks;
};

/* As many panels as there are series; the data has to outlive them. The caller frees with
 * panels_free. NULL: memory is out. */
struct panel *panels_new(const struct plot_data *data);
void panels_free(struct panel *panels, size_t n); /* NULL is fine */
/* What is in each of so many columns, the scale, and its marks. False: memory is out. */
bool panel_fit(struct panel *panel, unsigned n_columns, unsigned most_marks);
/* "1,234 points  min -0.5  max 12  3 not finite"; returns out. */
char *panel_figures(const struct panel *panel, char out[PANEL_TEXT]);
/* From when to when, in UTC, and how long that is; `to` goes between; returns out. */
char *plot_window(const struct plot_data *data, const char *to, char out[PANEL_TEXT]);

#endif
