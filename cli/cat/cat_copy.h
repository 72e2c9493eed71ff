/* Points kept for later: a run as the library hands it out lives during the callback only. */
#ifndef CAT_COPY_H
#define CAT_COPY_H

#include "tlm.h"

struct cat_copy {
    struct cat_copy *next;
    struct tlm_run_of_points points;
    size_t bytes; /* of memory */
};

/* A copy of the points from `from` on, in one piece of memory that free() releases; NULL: memory is
 * out. */
struct cat_copy *cat_copy_make(const struct tlm_run_of_points *points, size_t from);

/* First in, first out. {0} is empty. */
struct cat_copies {
    struct cat_copy *first, *last;
};

bool cat_copies_add(struct cat_copies *copies, const struct tlm_run_of_points *points, size_t from);
struct cat_copy *cat_copies_take(struct cat_copies *copies); /* NULL: there is none */
void cat_copies_release(struct cat_copies *copies);

#endif
