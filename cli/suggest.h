/* The word somebody probably meant. */
#ifndef SUGGEST_H
#define SUGGEST_H

#include <stddef.h>

struct suggest {
    const char *typed;
    size_t typed_len;
    const char *best; /* NULL: nothing is near */
    size_t distance;
};

void suggest_init(struct suggest *suggest, const char *typed, size_t typed_len);
/* Considers one more word; the first of equally near ones stays. */
void suggest_offer(struct suggest *suggest, const char *word);

#endif
