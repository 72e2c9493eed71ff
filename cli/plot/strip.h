/* The points of a series by time, in one pass and in bounded memory, when nobody knows yet from
 * when to when they go: one by one while they are few, then slices of time of equal length, which
 * doubles whenever there would be too many of them. Nothing is averaged: a single point that sticks
 * out is still there. */
#ifndef STRIP_H
#define STRIP_H

#include "plot/pyramid.h"

struct strip;

/* Holds up to 2^bits points one by one, then 2^bits slices. NULL: memory is out. */
struct strip *strip_new(unsigned bits);
void strip_free(struct strip *strip); /* NULL is fine */
/* A point, in any order of time (see pyramid_add). False: memory is out. */
bool strip_add(struct strip *strip, int64_t time_ns, double least, double most);

/* All points together. */
struct pyramid_sum strip_sum(const struct strip *strip);
/* Smallest and largest time; false: there are no points. */
bool strip_span(const struct strip *strip, int64_t *first_ns, int64_t *last_ns);
/* What is in each of n columns that share the time from first_ns to last_ns, which has to hold the
 * strip's. A slice belongs to the column that its middle is in. */
void strip_reduce(const struct strip *strip, int64_t first_ns, int64_t last_ns,
                  struct pyramid_sum *columns, unsigned n);

#endif
