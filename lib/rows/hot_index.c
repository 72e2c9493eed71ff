#include "rows/hot_index.h"

#include <stdlib.h>

enum { STEP_BYTES = 8192 };

void tlm__hot_index_begin(struct tlm_hot_index *index, const char *text, size_t len)
{
    index->text = text;
    index->len = len;
    index->scanned = 0;
    index->found.n_entries = index->found.n_lines = 0;
    index->row = index->line = 0;
}

void tlm__hot_index_aim(struct tlm_hot_index *index, const struct tlm_hot_layout *layout)
{
    if (index->separator == layout->separator && index->texts == layout->texts &&
        index->json == layout->json)
        return;
    index->separator = layout->separator;
    index->texts = layout->texts;
    index->json = layout->json;
    tlm__hot_index_begin(index, index->text, index->len);
}

void tlm__hot_index_release(struct tlm_hot_index *index)
{
    free(index->found.entries);
    free(index->found.lines);
    free(index->unlike);
    *index = (struct tlm_hot_index){0};
}

/* Room for the entries of one step, and for what a scan may write behind its last one. */
static bool has_room(struct tlm_hot_index *index)
{
    struct tlm_hot_found *found = &index->found;
    size_t need = found->n_entries + STEP_BYTES + TLM_HOT_SCAN_SLACK + 1;
    if (need <= index->cap)
        return true;
    size_t cap = need + need / 2;
    uint32_t *entries = realloc(found->entries, cap * sizeof *entries);
    if (!entries)
        return false;
    found->entries = entries;
    uint32_t *lines = realloc(found->lines, cap * sizeof *lines);
    if (!lines)
        return false;
    found->lines = lines;
    index->cap = cap;
    return true;
}

/* Room for the bits of one step and the word behind them. */
static bool has_bits(struct tlm_hot_index *index)
{
    size_t need = (index->scanned - index->base + STEP_BYTES) / 64 + 1;
    if (need <= index->unlike_cap)
        return true;
    size_t cap = need + need / 2;
    uint64_t *unlike = realloc(index->unlike, cap * sizeof *unlike);
    if (!unlike)
        return false;
    index->unlike = unlike;
    index->unlike_cap = cap;
    return true;
}

/* The next `size` bytes. False: memory is out. */
static bool scan_step(struct tlm_hot_index *index, const struct tlm_hot_level *level, size_t size)
{
    struct tlm_hot_piece piece = {.text = index->text,
                                  .from = index->scanned,
                                  .to = index->scanned + size,
                                  .separator = index->separator};
    if (!index->texts) {
        level->scan(&piece, &index->found);
        return true;
    }
    if (!has_bits(index))
        return false;
    piece.json = index->json;
    piece.quotes = &index->quotes;
    piece.unlike = index->unlike + (index->scanned - index->base) / 64;
    level->scan_text(&piece, &index->found);
    piece.unlike[(size + 63) / 64] = 0;
    return true;
}

bool tlm__hot_index_ahead(struct tlm_hot_index *index, const struct tlm_hot_level *level,
                          size_t entries)
{
    while (index->found.n_entries <= index->row + entries && index->scanned < index->len) {
        if (!has_room(index))
            return false;
        size_t left = index->len - index->scanned, size = left < STEP_BYTES ? left : STEP_BYTES;
        if (!scan_step(index, level, size))
            return false;
        index->scanned += size;
    }
    return true;
}

static bool seek_known(struct tlm_hot_index *index, size_t at)
{
    const struct tlm_hot_found *found = &index->found;
    if (!found->n_entries || at > index->scanned)
        return false;
    if (found->entries[index->row] > at)
        index->row = index->line = 0;
    while (index->row < found->n_entries - 1 && found->entries[index->row] < at)
        index->row++;
    while (index->line < found->n_lines && found->lines[index->line] <= at)
        index->line++;
    return found->entries[index->row] == at;
}

bool tlm__hot_index_seek(struct tlm_hot_index *index, size_t at)
{
    if (seek_known(index, at))
        return true;
    /* Nobody needs to know what comes before it. */
    tlm__hot_index_begin(index, index->text, index->len);
    if (!has_room(index))
        return false;
    index->found.entries[0] = (uint32_t)at;
    index->found.n_entries = 1;
    index->scanned = index->base = at;
    index->quotes = (struct tlm_hot_quotes){0};
    return true;
}
