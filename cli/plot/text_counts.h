/* How often which text occurs. */
#ifndef TEXT_COUNTS_H
#define TEXT_COUNTS_H

#include "tlm.h"

#define TEXT_COUNTS_MOST 65536u /* different ones that are told apart */

struct text_count {
    char *text; /* clean, perhaps cut */
    size_t len; /* of all of it */
    uint64_t hash, count;
};

struct text_counts {
    struct text_count *items; /* in order of appearance, until they are sorted */
    size_t n;
    uint64_t all;    /* texts */
    uint64_t others; /* of them those that were one too many to be told apart */
    /* below: the inside */
    size_t room;
    uint32_t *slots; /* item + 1, or 0 */
    size_t n_slots;
};

/* Counts a text that hashes so; {0} is ready. False: memory is out. */
bool text_counts_add(struct text_counts *counts, struct tlm_string text, uint64_t hash);
/* Adds what `from` holds. False: memory is out. */
bool text_counts_merge(struct text_counts *counts, const struct text_counts *from);
/* The most frequent first. Nothing can be added afterwards. */
void text_counts_sort(struct text_counts *counts);
void text_counts_release(struct text_counts *counts);

#endif
