/* Which row of a list is selected, and which rows are to be seen. */
#ifndef LISTING_H
#define LISTING_H

#include <stdbool.h>
#include <stddef.h>

#define LISTING_TEXT 512

struct listing {
    size_t n;
    size_t selected, top;
    size_t room; /* rows that are shown */
};

/* The text of a row that is searched; cut to LISTING_TEXT. */
typedef void listing_text(const void *ctx, size_t row, char out[LISTING_TEXT]);

/* Says how many rows there are and how many can be shown; the selected one stays in sight. */
void listing_fit(struct listing *listing, size_t n, size_t room);
/* Moves by so many rows, to the ends at most. */
void listing_move(struct listing *listing, long by);
void listing_select(struct listing *listing, size_t row);
/* Selects the next row that has `words` in it, upper and lower case alike, from row `from` on,
 * round the end; backwards the other way round. False: there is none. */
bool listing_find(struct listing *listing, const char *words, size_t from, bool backwards,
                  listing_text *text, const void *ctx);
/* The same after the selected row. */
bool listing_find_next(struct listing *listing, const char *words, bool backwards,
                       listing_text *text, const void *ctx);

#endif
