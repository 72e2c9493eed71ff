#include "rows/name_table.h"

#include <stdlib.h>

enum { FIRST_CAP = 64 };

static void enter(struct tlm_name_table *table, const struct tlm_name_slot *slot)
{
    uint64_t i = tlm__name_hash(slot->words, slot->len);
    while (table->slots[i & (table->cap - 1)].name)
        i++;
    table->slots[i & (table->cap - 1)] = *slot;
}

static bool grow(struct tlm_name_table *table)
{
    struct tlm_name_table grown = {.cap = table->cap ? table->cap * 2 : FIRST_CAP,
                                   .len = table->len};
    grown.slots = grown.cap ? calloc(grown.cap, sizeof *grown.slots) : NULL;
    if (!grown.slots)
        return false;
    for (uint32_t i = 0; i < table->cap; i++)
        if (table->slots[i].name)
            enter(&grown, &table->slots[i]);
    free(table->slots);
    *table = grown;
    return true;
}

bool tlm__name_put(struct tlm_name_table *table, const char *text, size_t len,
                   struct tlm_name *name)
{
    if (table->len >= table->cap / 2 && !grow(table))
        return false;
    struct tlm_name_slot slot = {tlm__name_words(text, len), text, len, name};
    enter(table, &slot);
    table->len++;
    return true;
}

size_t tlm__name_table_bytes(const struct tlm_name_table *table)
{
    return table->cap * sizeof *table->slots;
}

void tlm__name_table_release(struct tlm_name_table *table)
{
    free(table->slots);
    *table = (struct tlm_name_table){0};
}
