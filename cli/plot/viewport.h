/* The part of the time axis that is looked at: zooming and panning within the data's span. */
#ifndef VIEWPORT_H
#define VIEWPORT_H

#include <stdbool.h>
#include <stdint.h>

/* Both ends are inside: a window of one instant has span 0. */
struct viewport {
    int64_t first_ns, last_ns; /* of the data */
    int64_t from_ns;
    uint64_t span_ns; /* from_ns + span_ns is the last instant shown */
};

/* Everything from first_ns to last_ns. */
void viewport_init(struct viewport *view, int64_t first_ns, int64_t last_ns);
void viewport_fit(struct viewport *view);
/* Shows numerator / denominator of the span, the middle staying where it is as far as the data's
 * ends allow. Small numbers. False: it is at its limit. */
bool viewport_zoom(struct viewport *view, unsigned numerator, unsigned denominator);
/* Moves by numerator / denominator of the span, to the left when negative. */
void viewport_pan(struct viewport *view, int numerator, unsigned denominator);
void viewport_to_start(struct viewport *view);
void viewport_to_end(struct viewport *view);
int64_t viewport_last(const struct viewport *view);
/* Where the column begins of `columns` (at least 1) that share the window; for column == columns
 * the last instant. Ascends, and column 0 begins at from_ns. */
int64_t viewport_column(const struct viewport *view, unsigned column, unsigned columns);
/* True when all the data is shown. */
bool viewport_is_whole(const struct viewport *view);

#endif
