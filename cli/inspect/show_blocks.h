/* The table of tlm inspect --blocks. */
#ifndef SHOW_BLOCKS_H
#define SHOW_BLOCKS_H

#include "inspect/block_list.h"
#include "screen.h"

/* False: memory is out. */
bool show_blocks(FILE *out, const struct block_list *list, const struct screen_look *look);

#endif
