/* A plot in pixels: a panel for each series, above each other, with one time axis. */
#ifndef PLOT_PICTURE_H
#define PLOT_PICTURE_H

#include "plot/panel.h"
#include "plot/picture.h"

/* So large, height 0 being as high as looks well. picture->failed: memory is out. To be released
 * in any case; the title belongs to the data. */
void plot_picture(struct picture *picture, const struct plot_data *data, unsigned width,
                  unsigned height);

#endif
