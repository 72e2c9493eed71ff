/* Arrays that grow. */
#ifndef ROOM_H
#define ROOM_H

#include <stddef.h>

/* Makes room for `more` items of `size` bytes behind the n there are; *room is for how many there
 * is. Returns the array, perhaps moved; NULL when memory is out, and it stays as it was. */
void *room_for(void *items, size_t size, size_t n, size_t more, size_t *room);

#endif
