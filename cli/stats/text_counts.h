/* How often which text occurs, in bounded memory: up to a limit each text is counted, what comes
 * for the first time afterwards is not. */
#ifndef TEXT_COUNTS_H
#define TEXT_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text_count {
    const char *text; /* in the arena of the table */
    size_t len;
    uint64_t hash, count;
};

struct text_counts {
    struct text_count *items; /* as they first came */
    size_t n, room;
    uint32_t *slots; /* item + 1, or 0 */
    size_t n_slots;
    struct text_chunk *chunks; /* the texts */
    size_t bytes;              /* that all this takes */
    size_t seen;               /* different texts that there were at least */
    bool more;                 /* there were others, or some were counted in part */
};

struct text_limits {
    size_t texts, bytes;
};

#define TEXT_COUNTS_MOST 10000u

/* {0} is ready. */
void text_counts_release(struct text_counts *counts);
/* Without texts again; keeps most of the memory. */
void text_counts_reset(struct text_counts *counts);
/* Counts a text `times` times; a new one only within the limits. False: memory is out. */
bool text_counts_add(struct text_counts *counts, const struct text_limits *limits,
                     const struct text_count *text);
/* Forgets the rarest texts, so that it is within the limits. False: memory is out. */
bool text_counts_shrink(struct text_counts *counts, const struct text_limits *limits);
/* The n most frequent ones, as there are: most first, then by their bytes. Returns how many. */
size_t text_counts_top(const struct text_counts *counts, const struct text_count **top, size_t n);

#endif
