/* A row of numbers as a small picture of one line. */
#ifndef SPARKLINE_H
#define SPARKLINE_H

#include <stdbool.h>
#include <stddef.h>

#define SPARKLINE_LEVELS 8
#define SPARKLINE_BYTES 3 /* most that one character takes */

/* One character: level 1 is lowest, SPARKLINE_LEVELS highest, 0 a gap. */
const char *sparkline_level(unsigned level, bool ascii);
/* n characters into out, which has n * SPARKLINE_BYTES + 1 bytes: each number between the smallest
 * and the largest finite one; gaps where it is NaN. Returns out. */
char *sparkline_draw(char *out, const double *values, size_t n, bool ascii);

#endif
