/* A histogram in characters: a line for each bin, and for each of the most frequent texts. */
#ifndef HIST_TEXT_H
#define HIST_TEXT_H

#include <stdio.h>

#include "plot/hist.h"
#include "screen.h"

/* At most `texts` texts. False: memory is out. */
bool hist_text(FILE *out, const struct hist *hist, const struct screen_look *look, size_t texts);

#endif
