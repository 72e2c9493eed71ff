/* Numbers of a record, as a sketch will take them. */
#ifndef BATCH_PIECE_H
#define BATCH_PIECE_H

#include "stats/stats_batch.h"

/* Both return false when memory is out. */

/* One number, n times. */
bool batch_add_same(struct stats_batch *batch, struct stats_piece *piece, int64_t number,
                    uint64_t n);
/* The numbers may lie in the batch's spare room, but not among its numbers. With groups_only they
 * are not kept themselves where there are groups of them. */
bool batch_add_piece(struct stats_batch *batch, struct stats_piece *piece,
                     const struct ranks_numbers *numbers, bool groups_only);

#endif
