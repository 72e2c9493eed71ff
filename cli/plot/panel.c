#include "plot/panel.h"

#include <stdio.h>
#include <stdlib.h>

#include "inspect/figure_text.h"
#include "plot/number_text.h"
#include "units.h"

#define TEXTS (1u << TLM_STRING | 1u << TLM_JSON | 1u << TLM_STRING_ARRAY)
#define AROUND_NS INT64_C(1000000000)

/* An instant stands in the middle of two seconds. */
static void choose_time(struct panel *panel, const struct plot_data *data)
{
    bool instant = data->first_ns == data->last_ns;
    panel->first_ns = data->first_ns;
    panel->last_ns = data->last_ns;
    if (instant && data->first_ns > INT64_MIN + AROUND_NS)
        panel->first_ns -= AROUND_NS;
    if (instant && data->last_ns < INT64_MAX - AROUND_NS)
        panel->last_ns += AROUND_NS;
}

struct panel *panels_new(const struct plot_data *data)
{
    struct panel *panels = calloc(data->n + 1, sizeof *panels);
    for (size_t i = 0; panels && i < data->n; i++) {
        panels[i].series = &data->series[i];
        choose_time(&panels[i], data);
        panels[i].sum = strip_sum(data->series[i].numbers);
    }
    return panels;
}

void panels_free(struct panel *panels, size_t n)
{
    for (size_t i = 0; panels && i < n; i++)
        free(panels[i].columns);
    free(panels);
}

static unsigned bridge(const struct panel *panel)
{
    int64_t first_ns, last_ns;
    double span = (double)((uint64_t)panel->last_ns - (uint64_t)panel->first_ns) + 1;
    strip_span(panel->series->numbers, &first_ns, &last_ns);
    return value_scale_bridge(panel->sum.points, (uint64_t)last_ns - (uint64_t)first_ns,
                              span / panel->n_columns, panel->n_columns);
}

static void choose_scale(struct panel *panel)
{
    const struct plot_series *series = panel->series;
    switch (series->kind) {
    case SERIES_NUMBERS:
        value_scale_numbers(&panel->scale, panel->sum.least, panel->sum.most);
        break;
    case SERIES_STATES:
        value_scale_states(&panel->scale, series->states.n);
        break;
    case SERIES_COUNTS:
        value_scale_counts(&panel->scale, panel->columns, panel->n_columns);
        break;
    }
    panel->scale.bridge = series->kind == SERIES_COUNTS || !panel->n_columns ? 0 : bridge(panel);
}

bool panel_fit(struct panel *panel, unsigned n_columns, unsigned most_marks)
{
    const struct plot_series *series = panel->series;
    struct pyramid_sum *columns = realloc(panel->columns, (n_columns + 1) * sizeof *columns);
    if (!columns)
        return false;
    panel->columns = columns;
    panel->n_columns = n_columns;
    strip_reduce(series->kind == SERIES_STATES ? series->levels : series->numbers, panel->first_ns,
                 panel->last_ns, columns, n_columns);
    choose_scale(panel);
    if (series->kind == SERIES_STATES)
        panel->n_marks = value_scale_state_marks(panel->marks, &series->states);
    else
        panel->n_marks =
            value_scale_marks(panel->marks, &panel->scale, most_marks,
                              series->kind == SERIES_COUNTS || series->types == 1u << TLM_LONG);
    return true;
}

char *panel_figures(const struct panel *panel, char out[PANEL_TEXT])
{
    const struct plot_series *series = panel->series;
    char count[UNITS_TEXT], least[NUMBER_TEXT], most[NUMBER_TEXT];
    int len = snprintf(out, PANEL_TEXT, "%s point%s", units_print_count(count, panel->sum.points),
                       panel->sum.points == 1 ? "" : "s");
    char *rest = out + len;
    size_t room = PANEL_TEXT - (size_t)len;
    switch (series->kind) {
    case SERIES_NUMBERS:
        if (panel->sum.least <= panel->sum.most)
            len = snprintf(rest, room, "  min %s  max %s", number_text(least, panel->sum.least),
                           number_text(most, panel->sum.most));
        else
            len = 0;
        if (panel->sum.odd)
            snprintf(rest + len, room - (size_t)len, "  %s %s",
                     units_print_count(count, panel->sum.odd),
                     series->types & TEXTS ? "not numbers" : "not finite");
        break;
    case SERIES_STATES:
        snprintf(rest, room, "  %zu state%s", series->states.n, series->states.n == 1 ? "" : "s");
        break;
    case SERIES_COUNTS:
        snprintf(rest, room, "  how many at each time");
        break;
    }
    return out;
}

char *plot_window(const struct plot_data *data, const char *to, char out[PANEL_TEXT])
{
    char first[AXIS_TEXT], last[AXIS_TEXT], span[FIGURE_TEXT];
    uint64_t span_ns = (uint64_t)data->last_ns - (uint64_t)data->first_ns;
    axis_instant(first, data->first_ns, span_ns);
    axis_instant(last, data->last_ns, span_ns);
    if (span_ns)
        snprintf(out, PANEL_TEXT, "%s %s %s UTC  (%s)", first, to, last,
                 figure_duration(span, data->first_ns, data->last_ns));
    else
        snprintf(out, PANEL_TEXT, "%s UTC", first);
    return out;
}
