/* A channel's points, reduced so that the least and the largest value of any span of time are found
 * at once: the points by time, or, when they are too many to hold, equal slices of time with what
 * is in each; above them levels, each cell of which sums up several of the level below. Nothing
 * is ever averaged: a single point that sticks out is found on every level. */
#ifndef PYRAMID_H
#define PYRAMID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What there is in a span of time. */
struct pyramid_sum {
    double least, most; /* of the finite values; least > most: there are none */
    uint64_t points;    /* all of them */
    uint64_t odd;       /* those without a finite value: NaN, infinity, text */
};

struct pyramid;

/* For points from first_ns to last_ns. Up to max_points are held one by one, more in at most
 * max_slices slices. Both at least 1. NULL: memory is out. */
struct pyramid *pyramid_new(int64_t first_ns, int64_t last_ns, size_t max_points,
                            size_t max_slices);
void pyramid_free(struct pyramid *pyramid); /* NULL is fine */
/* A point, in any order of time, whose values go from least to most; odd when least > most or one
 * is not finite. Those outside the span are left out. False: memory is out. */
bool pyramid_add(struct pyramid *pyramid, int64_t time_ns, double least, double most);
/* After the last point, before the first question. False: memory is out. */
bool pyramid_finish(struct pyramid *pyramid);

/* Points with from_ns <= time <= last_ns; of slices all that have a part in that time. */
struct pyramid_sum pyramid_ask(const struct pyramid *pyramid, int64_t from_ns, int64_t last_ns);
/* Nanoseconds that a slice covers; 0: every point is held. */
uint64_t pyramid_slice_ns(const struct pyramid *pyramid);
/* Span of time that was asked for. */
bool pyramid_covers(const struct pyramid *pyramid, int64_t from_ns, int64_t last_ns);

struct pyramid_sum pyramid_nothing(void);
void pyramid_join(struct pyramid_sum *sum, const struct pyramid_sum *other);

#endif
