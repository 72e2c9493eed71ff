/* How often which text occurs. */
#ifndef HIST_TEXTS_H
#define HIST_TEXTS_H

#include "tlm.h"

#define HIST_TEXTS_MOST 65536u /* different ones that are told apart */

struct hist_text {
    char *text; /* clean, perhaps cut */
    size_t len; /* of all of it */
    uint64_t hash, count;
};

struct hist_texts {
    struct hist_text *items; /* in order of appearance, until they are sorted */
    size_t n;
    uint64_t all;    /* texts */
    uint64_t others; /* of them those that were one too many to be told apart */
    /* below: the inside */
    size_t room;
    uint32_t *slots; /* item + 1, or 0 */
    size_t n_slots;
};

/* Counts a text that hashes so; {0} is ready. False: memory is out. */
bool hist_texts_add(struct hist_texts *counts, struct tlm_string text, uint64_t hash);
/* Adds what `from` holds. False: memory is out. */
bool hist_texts_merge(struct hist_texts *counts, const struct hist_texts *from);
/* The most frequent first. Nothing can be added afterwards. */
void hist_texts_sort(struct hist_texts *counts);
void hist_texts_release(struct hist_texts *counts);

#endif
