/* A histogram as JSON. */
#ifndef HIST_JSON_H
#define HIST_JSON_H

#include <stdio.h>

#include "plot/hist.h"

/* One object on one line, with at most `texts` texts. False: memory is out. */
bool hist_json(FILE *out, const struct hist *hist, size_t texts);

#endif
