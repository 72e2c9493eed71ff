/* Points of a series while they wait to be drawn: what the value of each reaches. */
#ifndef POINT_ITEMS_H
#define POINT_ITEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tlm.h"

#define POINT_TEXT 60u /* bytes of a text that are kept */

struct point_item {
    int64_t ns;
    double least, most; /* least > most: no number */
    bool is_text;
    uint64_t hash; /* of a text, and */
    size_t text;   /* where its beginning is among the texts */
    size_t len;    /* of all of it */
};

struct point_items {
    struct point_item *items;
    size_t n, room;
    char *texts;
    size_t texts_len, texts_room;
};

/* Adds these points: numbers, and arrays of numbers from their least to their largest item; with
 * `texts` the texts, too, hashed from this seed (see text_hash.h). {0} is ready. False: memory is
 * out. */
bool point_items_add(struct point_items *items, const struct tlm_run_of_points *points,
                     uint64_t seed, bool texts);
void point_items_release(struct point_items *items);

#endif
