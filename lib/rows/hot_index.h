/* Where the separators of a chunk are, found ahead of the rows that need them. */
#ifndef TLM_ROWS_HOT_INDEX_H
#define TLM_ROWS_HOT_INDEX_H

#include "rows/hot_level.h"

struct tlm_hot_index {
    const char *text;
    size_t len;
    size_t scanned; /* bytes from the start */
    char separator;
    /* The start of a row, then the place behind each separator from there on; and the places
     * behind newlines alone. */
    struct tlm_hot_found found;
    size_t cap;  /* of each array */
    size_t row;  /* the entry that is where the next row starts */
    size_t line; /* the newline that is expected to end it */
};

/* Starts a chunk; what an earlier one had is forgotten. */
void tlm__hot_index_begin(struct tlm_hot_index *index, const char *text, size_t len,
                          char separator);
/* Makes `at`, the start of a row, the next row. False: memory is out. */
bool tlm__hot_index_seek(struct tlm_hot_index *index, size_t at);
/* Looks ahead until there are that many entries behind the next row's first, or the text ends.
 * False: memory is out. */
bool tlm__hot_index_ahead(struct tlm_hot_index *index, const struct tlm_hot_level *level,
                          size_t entries);
void tlm__hot_index_release(struct tlm_hot_index *index);

#endif
