/* Where the marks of an axis stand, and what is written there. */
#ifndef AXIS_H
#define AXIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AXIS_TEXT 96
#define AXIS_MARKS 64 /* most of one axis */

struct axis_mark {
    double value; /* of values */
    int64_t ns;   /* of times */
    char text[AXIS_TEXT];
};

/* Round numbers from bottom to top (finite, bottom < top), at most `most` (at least 2) and
 * AXIS_MARKS; only whole ones when asked for. Returns how many. */
size_t axis_values(struct axis_mark *marks, double bottom, double top, unsigned most, bool whole);
/* Round times in UTC from first_ns to last_ns, so that their texts have room when `columns` share
 * the span: as many as may be. Returns how many. */
size_t axis_times(struct axis_mark *marks, int64_t first_ns, int64_t last_ns, unsigned columns);
/* The column, from 0, in which a time lies of first_ns to last_ns. */
unsigned axis_column(int64_t ns, int64_t first_ns, int64_t last_ns, unsigned columns);

/* A time in full, "2024-03-01 12:00:05.250", as fine as a span of that length asks for; returns
 * out. */
char *axis_instant(char out[AXIS_TEXT], int64_t ns, uint64_t span_ns);

#endif
