/* Room in the arrays of a batch, for the files that fill it. */
#ifndef BATCH_ROOM_H
#define BATCH_ROOM_H

#include "stats/stats_batch.h"

/* All fail when memory is out, and leave things as they were. */

/* Makes room for `more` items behind those of `array`; false: memory is out. */
#define BATCH_GROW(array, n, room, more) \
    ((array) && (n) + (more) <= (room)   \
         ? true                          \
         : batch_grow((void **)&(array), sizeof *(array), (n), (more), &(room)))

bool batch_grow(void **items, size_t size, size_t n, size_t more, size_t *room);
/* Where more numbers of the batch go. */
int64_t *batch_numbers(struct stats_batch *batch, size_t more);
/* Room for n numbers that is only used for a while; each of 0..3 is one of its own. */
int64_t *batch_spare(struct stats_batch *batch, unsigned which, size_t n);

#endif
