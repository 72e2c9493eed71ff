#include "batch_piece.h"

#include <string.h>

#include "stats/batch_room.h"
#include "stats/sketch.h"

#define MANY 1024u  /* numbers of a record from which on some stand for them */
#define GROUPS 240u /* so many */

bool batch_add_same(struct stats_batch *batch, struct stats_piece *piece, int64_t number,
                    uint64_t n)
{
    int64_t *to = batch_numbers(batch, 1);
    if (!to)
        return false;
    *to = number;
    *piece = (struct stats_piece){.kind = PIECE_SAME, .at = batch->n_numbers++, .n = n};
    return true;
}

static size_t keep(struct stats_batch *batch, const int64_t *numbers, size_t n)
{
    memcpy(batch->numbers + batch->n_numbers, numbers, n * sizeof *numbers);
    batch->n_numbers += n;
    return batch->n_numbers - n;
}

static bool add_groups(struct stats_batch *batch, struct stats_piece *piece,
                       const struct ranks_numbers *numbers)
{
    if (!BATCH_GROW(batch->groups, batch->n_groups, batch->groups_room, GROUPS + 1))
        return false;
    piece->kind = PIECE_GROUPS;
    piece->groups = batch->n_groups;
    piece->k =
        ranks_groups(batch->ranks, numbers, GROUPS, batch->groups + batch->n_groups, &piece->error);
    batch->n_groups += piece->k;
    return piece->k != 0;
}

/* Numbers of which few are different are told exactly by their counts. */
static bool add_few(struct stats_batch *batch, struct stats_piece *piece,
                    const struct ranks_numbers *numbers)
{
    if (numbers->n < 4 * RANKS_FEW ||
        !BATCH_GROW(batch->groups, batch->n_groups, batch->groups_room, RANKS_FEW))
        return false;
    piece->k = ranks_few(numbers, batch->groups + batch->n_groups);
    if (!piece->k)
        return false;
    piece->kind = PIECE_GROUPS;
    piece->groups = batch->n_groups;
    batch->n_groups += piece->k;
    return true;
}

bool batch_add_piece(struct stats_batch *batch, struct stats_piece *piece,
                     const struct ranks_numbers *numbers, bool groups_only)
{
    const size_t n = numbers->n;
    *piece = (struct stats_piece){.kind = n ? PIECE_RAW : PIECE_NONE, .n = n};
    if (add_few(batch, piece, numbers))
        return true;
    piece->has_extent = numbers->extent != NULL;
    if (numbers->extent)
        piece->extent = *numbers->extent;
    piece->raw = n && n <= SKETCH_RAW && (n < MANY || !groups_only);
    if (piece->raw && !batch_numbers(batch, n))
        return false;
    if (piece->raw)
        piece->at = keep(batch, numbers->items, n);
    return n < MANY || add_groups(batch, piece, numbers);
}
