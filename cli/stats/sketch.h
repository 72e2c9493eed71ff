/* How many of a series' numbers are up to which value: exactly while there are few, then with an
 * error that is known. Sketches of pieces can be put together in any way.
 *
 * A sketch holds numbers as they came, up to a limit; then sorted lists of keys with weights. Two
 * lists of like weight become one: like carries in binary counting, so that each number passes
 * through few mergers. A list that gets too long is cut into groups of equal weight, for each of
 * which the key in its middle stands. The count of numbers up to any value is then wrong by half
 * the weight of one group at most; these errors are added up. */
#ifndef SKETCH_H
#define SKETCH_H

#include "stats/ranks.h"

struct sketch_limits {
    size_t raw;  /* numbers kept as they are */
    size_t list; /* entries of a list */
};
#define SKETCH_RAW 4096
#define SKETCH_LIST 8192

struct sketch_levels;

/* {.real = ...} is empty. */
struct sketch {
    bool real;      /* of doubles, else of longs */
    uint64_t n;     /* numbers in all */
    uint64_t error; /* by how many a count may be wrong; 0: all is exact */
    /* below: the inside */
    int64_t *raw; /* numbers */
    size_t n_raw, raw_room;
    struct ranks_extent extent; /* of these, when it is known */
    bool no_extent;
    struct ranks_group same; /* the key that came last in great number */
    struct sketch_levels *levels;
};

void sketch_release(struct sketch *sketch);
/* All return false when memory is out. */
bool sketch_add(struct sketch *sketch, const struct sketch_limits *limits, struct ranks *ranks,
                const struct ranks_numbers *numbers);
/* Adds one number n times. */
bool sketch_add_same(struct sketch *sketch, const struct sketch_limits *limits, int64_t number,
                     uint64_t n);
/* Adds numbers of which ranks_groups made k groups, with that error. */
bool sketch_add_groups(struct sketch *sketch, const struct sketch_limits *limits,
                       const struct ranks_group *groups, size_t k, uint64_t error);
/* Once all numbers are in: makes lists of them where some are already, which are quicker to ask. */
bool sketch_finish(struct sketch *sketch, const struct sketch_limits *limits, struct ranks *ranks);
/* Makes it as small as the limits say. */
bool sketch_shrink(struct sketch *sketch, const struct sketch_limits *limits, struct ranks *ranks);
size_t sketch_bytes(const struct sketch *sketch);

/* All of it as one list, sorted, each key once; its weights add up to n. The caller frees. NULL:
 * memory is out. */
struct ranks_group *sketch_entries(const struct sketch *sketch, struct ranks *ranks, size_t *n);

/* The entry that holds the smallest number with at least `percent` of `total` at or below it. */
size_t sketch_find(const struct ranks_group *entries, size_t n, uint64_t total, unsigned percent);

#endif
