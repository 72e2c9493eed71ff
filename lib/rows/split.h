/* Where rows end: cuts text into whole rows. */
#ifndef TLM_ROWS_SPLIT_H
#define TLM_ROWS_SPLIT_H

#include <stdbool.h>
#include <stddef.h>

struct tlm_split {
    bool quotes; /* CSV: a newline inside a quoted cell does not end the row */
    char delimiter;
    const char *comment; /* with quotes: lines that start with it are rows of their own, whatever
                          * quotes they hold */
    size_t comment_len;
};

/* Length of all whole rows (each with its newline) at the start of text, 0 when no row is whole.
 * text starts at the start of a row. A '\r' before the '\n' belongs to the newline. A quoted cell
 * opens only at the start of a cell (blanks before it allowed), as in libcsv; "" inside is a
 * quote. */
size_t tlm__split_rows(const struct tlm_split *split, const char *text, size_t len);
/* Length of the first row including its newline, len when it has none. */
size_t tlm__split_first(const struct tlm_split *split, const char *text, size_t len);

#endif
