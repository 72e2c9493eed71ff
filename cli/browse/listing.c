#include "browse/listing.h"

#include <string.h>

static void keep_in_sight(struct listing *listing)
{
    size_t room = listing->room ? listing->room : 1;
    if (listing->selected < listing->top)
        listing->top = listing->selected;
    if (listing->selected >= listing->top + room)
        listing->top = listing->selected - room + 1;
    /* no empty rows at the end while there are rows above */
    size_t last = listing->n > room ? listing->n - room : 0;
    if (listing->top > last)
        listing->top = last;
}

void listing_fit(struct listing *listing, size_t n, size_t room)
{
    listing->n = n;
    listing->room = room;
    listing_select(listing, listing->selected);
}

void listing_select(struct listing *listing, size_t row)
{
    listing->selected = row < listing->n ? row : listing->n ? listing->n - 1 : 0;
    keep_in_sight(listing);
}

void listing_move(struct listing *listing, long by)
{
    size_t steps = by < 0 ? (size_t)-by : (size_t)by, at = listing->selected;
    if (by < 0)
        listing_select(listing, at > steps ? at - steps : 0);
    else
        listing_select(listing, listing->n - at > steps ? at + steps : listing->n);
}

bool listing_find(struct listing *listing, const char *words, size_t from, bool backwards,
                  listing_text *text, const void *ctx)
{
    char row[LISTING_TEXT];
    for (size_t i = 0; i < listing->n; i++) {
        size_t at = (from + (backwards ? listing->n - i : i)) % listing->n;
        text(ctx, at, row);
        if (strcasestr(row, words)) {
            listing_select(listing, at);
            return true;
        }
    }
    return false;
}

bool listing_find_next(struct listing *listing, const char *words, bool backwards,
                       listing_text *text, const void *ctx)
{
    size_t n = listing->n, at = listing->selected;
    return n && listing_find(listing, words, backwards ? (at + n - 1) % n : (at + 1) % n, backwards,
                             text, ctx);
}
