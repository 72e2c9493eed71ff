/* One JSON value of a row to a struct tlm_value. */
#ifndef TLM_ROWS_JSON_VALUE_H
#define TLM_ROWS_JSON_VALUE_H

#include "rows/assemble.h"
#include "rows/hot_level.h"
#include "rows/json_compact.h"

/* {0} is ready for use once p, end and depth are set; keeps its memory between rows. */
struct tlm_json_reader {
    const char *p;   /* the next byte */
    const char *end; /* of the row; TLM_TEXT_PADDING bytes behind it are readable */
    unsigned depth;  /* objects open at p */
    struct tlm_json_fault fault;
    struct tlm_json_compactor compactor;
    struct tlm_buf items;
    const struct tlm_hot_level *level; /* for arrays of numbers; NULL: one by one */
};

/* The next byte, NUL at the end (NUL is never part of the grammar). */
static inline char tlm__json_peek(const struct tlm_json_reader *reader)
{
    return reader->p < reader->end ? *reader->p : '\0';
}

/* Reads the value at p and steps behind it. A null sets *is_null and nothing else. What has to be
 * decoded is put into the arena. TLM_OK, TLM_NO_MEMORY, or a row code with the reader's fault
 * filled in. */
enum tlm_code tlm__json_read_value(struct tlm_json_reader *reader, struct tlm_arena *arena,
                                   struct tlm_value *value, bool *is_null);
/* Only checks the value at p and steps behind it. *text as from tlm__json_walk. */
enum tlm_code tlm__json_skip_value(struct tlm_json_reader *reader, struct tlm_string *text);
void tlm__json_reader_release(struct tlm_json_reader *reader);

#endif
