#include "rows/hot_index.h"

#include <stdlib.h>

enum { STEP_BYTES = 8192 };

void tlm__hot_index_begin(struct tlm_hot_index *index, const char *text, size_t len, char separator)
{
    index->text = text;
    index->len = len;
    index->separator = separator;
    index->scanned = 0;
    index->n = 0;
    index->row = 0;
}

void tlm__hot_index_release(struct tlm_hot_index *index)
{
    free(index->entries);
    *index = (struct tlm_hot_index){0};
}

/* Room for the entries of one step, and for what a scan may write behind its last one. */
static bool has_room(struct tlm_hot_index *index)
{
    size_t need = index->n + STEP_BYTES + TLM_HOT_SCAN_SLACK + 1;
    if (need <= index->cap)
        return true;
    size_t cap = need + need / 2;
    uint32_t *entries = realloc(index->entries, cap * sizeof *entries);
    if (!entries)
        return false;
    index->entries = entries;
    index->cap = cap;
    return true;
}

static bool step(struct tlm_hot_index *index, const struct tlm_hot_level *level)
{
    if (!has_room(index))
        return false;
    size_t left = index->len - index->scanned, size = left < STEP_BYTES ? left : STEP_BYTES;
    struct tlm_hot_piece piece = {index->text, index->scanned, index->scanned + size,
                                  index->separator};
    index->n += level->scan(&piece, index->entries + index->n);
    index->scanned += size;
    return true;
}

bool tlm__hot_index_ahead(struct tlm_hot_index *index, const struct tlm_hot_level *level,
                          size_t entries)
{
    while (index->n <= index->row + entries && index->scanned < index->len)
        if (!step(index, level))
            return false;
    return true;
}

bool tlm__hot_index_seek(struct tlm_hot_index *index, size_t at)
{
    if (at > index->scanned || !index->n) {
        /* Nobody needs to know what is in between. */
        if (!has_room(index))
            return false;
        index->entries[0] = (uint32_t)at;
        index->n = 1;
        index->row = 0;
        index->scanned = at;
        return true;
    }
    if (index->entries[index->row] > at)
        index->row = 0;
    while (index->row < index->n - 1 && index->entries[index->row] < at)
        index->row++;
    return index->entries[index->row] == at;
}
