#include "room.h"

#include <stdlib.h>

void *room_for(void *items, size_t size, size_t n, size_t more, size_t *room)
{
    if (items && n + more <= *room)
        return items;
    size_t larger = 2 * *room > n + more ? 2 * *room : n + more + 16;
    void *grown = reallocarray(items, larger, size);
    if (grown)
        *room = larger;
    return grown;
}
