#include "plot/states.h"

#include <stdlib.h>

#include "screen_text.h"

size_t states_level(struct states *states, const struct point_items *items,
                    const struct point_item *item)
{
    size_t kept = item->len < POINT_TEXT ? item->len : POINT_TEXT;
    for (size_t i = 0; i < states->n; i++)
        if (states->known[i].hash == item->hash && states->known[i].len == item->len)
            return i;
    if (states->n == STATES_MOST)
        return STATES_MOST;
    char *name = screen_text_clean(kept ? items->texts + item->text : "", kept);
    if (!name)
        return STATES_MOST;
    states->known[states->n].hash = item->hash;
    states->known[states->n].len = item->len;
    states->names[states->n] = name;
    return states->n++;
}

void states_release(struct states *states)
{
    for (size_t i = 0; i < states->n; i++)
        free(states->names[i]);
    *states = (struct states){0};
}
