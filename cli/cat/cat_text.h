/* Text that grows. */
#ifndef CAT_TEXT_H
#define CAT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "tlm.h"

/* {0} is empty. */
struct cat_text {
    char *data;
    size_t len, cap;
};

/* False: memory is out, and nothing has changed. */
bool cat_text_grow(struct cat_text *text, size_t more);
void cat_text_release(struct cat_text *text);

/* Where the text ends, with room for `more` bytes; NULL: memory is out. */
static inline char *cat_text_room(struct cat_text *text, size_t more)
{
    if (text->cap - text->len < more && !cat_text_grow(text, more))
        return NULL;
    return text->data + text->len;
}

static inline bool cat_text_add(struct cat_text *text, const char *data, size_t len)
{
    char *to = len ? cat_text_room(text, len) : NULL;
    if (!to)
        return !len;
    memcpy(to, data, len);
    text->len += len;
    return true;
}

static inline bool cat_text_add_char(struct cat_text *text, char c)
{
    return cat_text_add(text, &c, 1);
}

static inline bool cat_text_add_words(struct cat_text *text, const char *words)
{
    return cat_text_add(text, words, strlen(words));
}

#endif
