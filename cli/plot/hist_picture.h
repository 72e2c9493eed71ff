/* A histogram in pixels: bars beside each other for numbers; where there are none, bars below each
 * other for the most frequent texts. */
#ifndef HIST_PICTURE_H
#define HIST_PICTURE_H

#include "plot/hist.h"
#include "plot/picture.h"

/* So large, height 0 being as high as looks well. picture->failed: memory is out. To be released
 * in any case. The title is clean text. */
void hist_picture(struct picture *picture, const struct hist *hist, const char *title,
                  unsigned width, unsigned height, size_t texts);

#endif
