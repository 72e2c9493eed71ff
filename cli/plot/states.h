/* The texts of a channel as levels: the first one that comes is 0, the next other one 1. */
#ifndef STATES_H
#define STATES_H

#include "plot/point_items.h"

#define STATES_MOST 24u /* different texts that are told apart */

struct states {
    size_t n;
    char *names[STATES_MOST]; /* clean texts, perhaps cut */
    struct {
        uint64_t hash;
        size_t len;
    } known[STATES_MOST];
};

/* The level of a text among these items; STATES_MOST when there are too many of them, or memory is
 * out. {0} is ready. */
size_t states_level(struct states *states, const struct point_items *items,
                    const struct point_item *item);
void states_release(struct states *states);

#endif
