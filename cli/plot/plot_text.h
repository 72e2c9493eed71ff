/* A plot in characters: a panel for each series, above each other, with one time axis. */
#ifndef PLOT_TEXT_H
#define PLOT_TEXT_H

#include <stdio.h>

#include "plot/panel.h"
#include "screen.h"

/* In about so many lines; 0: as many as look well. False: memory is out. */
bool plot_text(FILE *out, const struct plot_data *data, const struct screen_look *look,
               size_t lines);

#endif
