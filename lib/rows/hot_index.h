/* Where the separators of a chunk are, found ahead of the rows that need them. */
#ifndef TLM_ROWS_HOT_INDEX_H
#define TLM_ROWS_HOT_INDEX_H

#include "rows/hot_level.h"

struct tlm_hot_index {
    const char *text;
    size_t len;
    size_t scanned; /* bytes from the start */
    char separator;
    bool texts; /* rows with texts: what follows is kept */
    bool json;
    /* From `base` on a bit for each byte that is not as in most texts: a quote, a control
     * character, a byte above 0x7f, in JSON a backslash. A word more is readable. */
    uint64_t *unlike;
    size_t base, unlike_cap;
    struct tlm_hot_quotes quotes;
    /* The start of a row, then the place behind each separator from there on; and the places
     * behind newlines alone. */
    struct tlm_hot_found found;
    size_t cap;  /* of each array */
    size_t row;  /* the entry that is where the next row starts */
    size_t line; /* the newline that is expected to end it */
};

/* Starts a chunk; what an earlier one had is forgotten. */
void tlm__hot_index_begin(struct tlm_hot_index *index, const char *text, size_t len);
/* What the rows need from now on. */
void tlm__hot_index_aim(struct tlm_hot_index *index, const struct tlm_hot_layout *layout);
/* Makes `at`, the start of a row, the next row. False: memory is out. */
bool tlm__hot_index_seek(struct tlm_hot_index *index, size_t at);
/* Looks ahead until there are that many entries behind the next row's first, or the text ends.
 * False: memory is out. */
bool tlm__hot_index_ahead(struct tlm_hot_index *index, const struct tlm_hot_level *level,
                          size_t entries);
void tlm__hot_index_release(struct tlm_hot_index *index);

/* True when there are at most 64 bytes and none of them is unlike those of most texts. */
static inline bool tlm__hot_is_plain(const struct tlm_hot_index *index, size_t at, size_t len)
{
    const size_t bit = at - index->base;
    const uint64_t *words = index->unlike + bit / 64;
    const uint64_t bits = words[0] >> bit % 64 | words[1] << 1 << (63 - bit % 64);
    return len <= 64 && !(bits << (64 - len) % 64 && len);
}

#endif
