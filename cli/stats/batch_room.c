#include "batch_room.h"

#include "inspect/room.h"

bool batch_grow(void **items, size_t size, size_t n, size_t more, size_t *room)
{
    void *grown = room_for(*items, size, n, more, room);
    if (grown)
        *items = grown;
    return grown != NULL;
}

int64_t *batch_numbers(struct stats_batch *batch, size_t more)
{
    return BATCH_GROW(batch->numbers, batch->n_numbers, batch->numbers_room, more)
               ? batch->numbers + batch->n_numbers
               : NULL;
}

int64_t *batch_spare(struct stats_batch *batch, unsigned which, size_t n)
{
    return BATCH_GROW(batch->spare[which], 0, batch->spare_room[which], n) ? batch->spare[which]
                                                                           : NULL;
}
