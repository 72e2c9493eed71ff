/* The picture of tlm inspect --timeline. */
#ifndef SHOW_TIMELINE_H
#define SHOW_TIMELINE_H

#include "inspect/timeline.h"
#include "screen.h"

/* How many cells a row has on such a screen. */
size_t show_timeline_cells(const struct screen_look *look);
/* False: memory is out. */
bool show_timeline(FILE *out, const struct timeline *timeline, const struct screen_look *look);
/* One object on one line, with all cells. False: memory is out, or it was not written. */
bool show_timeline_json(FILE *out, const struct timeline *timeline);

#endif
