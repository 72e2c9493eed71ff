#include "cat/cat_text.h"

#include <stdint.h>
#include <stdlib.h>

enum { FIRST_CAP = 256 };

bool cat_text_grow(struct cat_text *text, size_t more)
{
    if (more > SIZE_MAX / 2 - text->len)
        return false;
    size_t need = text->len + more, cap = text->cap + text->cap / 2;
    cap = cap < FIRST_CAP ? FIRST_CAP : cap;
    cap = cap < need ? need : cap;
    char *data = realloc(text->data, cap);
    if (!data)
        return false;
    text->data = data;
    text->cap = cap;
    return true;
}

void cat_text_release(struct cat_text *text)
{
    free(text->data);
    *text = (struct cat_text){0};
}
