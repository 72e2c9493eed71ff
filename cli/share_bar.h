/* A bar that shows a share of a whole. */
#ifndef SHARE_BAR_H
#define SHARE_BAR_H

#include <stddef.h>
#include <stdio.h>

#include "screen.h"

/* Prints `width` columns, of which share (0 .. 1, what is beyond is cut) is filled, to an eighth of
 * a column, or to a column in ASCII. What is more than nothing is seen. */
void share_bar_print(FILE *out, double share, size_t width, const struct screen_look *look,
                     enum color_role role);

#endif
