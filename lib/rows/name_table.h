/* From the text of a name to what is known of it. Names of up to 16 bytes, as most are, are two
 * words: they are hashed and compared without a loop. */
#ifndef TLM_ROWS_NAME_TABLE_H
#define TLM_ROWS_NAME_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/hash.h"

struct tlm_name;

/* Together with the length all of a text of up to 16 bytes; of a longer one, what tells it from
 * others. */
struct tlm_name_words {
    uint64_t head, tail;
};

struct tlm_name_slot {
    struct tlm_name_words words;
    const char *text;
    size_t len;
    struct tlm_name *name; /* NULL: the slot is free */
};

/* {0} is empty. Borrows the texts. */
struct tlm_name_table {
    struct tlm_name_slot *slots; /* open addressing */
    uint32_t cap, len;
};

static inline uint64_t tlm__name_load(const char *p, size_t len)
{
    uint64_t word = 0;
    memcpy(&word, p, len);
    return word;
}

/* Reads nothing outside the text. */
static inline struct tlm_name_words tlm__name_words(const char *text, size_t len)
{
    if (len > 16)
        return (struct tlm_name_words){tlm__name_load(text, 8), tlm__hash_bytes(text, len)};
    if (len >= 8)
        return (struct tlm_name_words){tlm__name_load(text, 8), tlm__name_load(text + len - 8, 8)};
    if (len >= 4)
        return (struct tlm_name_words){tlm__name_load(text, 4), tlm__name_load(text + len - 4, 4)};
    if (len >= 2)
        return (struct tlm_name_words){tlm__name_load(text, 2), tlm__name_load(text + len - 2, 2)};
    return (struct tlm_name_words){len ? (unsigned char)*text : 0, 0};
}

static inline uint64_t tlm__name_hash(struct tlm_name_words words, size_t len)
{
    uint64_t mixed = (words.head ^ len) * UINT64_C(0x9e3779b97f4a7c15) + words.tail;
    mixed ^= mixed >> 32;
    mixed *= UINT64_C(0xd6e8feb86659fd93);
    return mixed ^ mixed >> 32;
}

/* What was put under the text, or NULL. */
static inline struct tlm_name *tlm__name_find(const struct tlm_name_table *table, const char *text,
                                              size_t len)
{
    if (!table->cap)
        return NULL;
    const struct tlm_name_words words = tlm__name_words(text, len);
    for (uint64_t i = tlm__name_hash(words, len);; i++) {
        const struct tlm_name_slot *slot = &table->slots[i & (table->cap - 1)];
        if (!slot->name || (slot->words.head == words.head && slot->words.tail == words.tail &&
                            slot->len == len && (len <= 16 || memcmp(slot->text, text, len) == 0)))
            return slot->name;
    }
}

/* Puts a name that is not in the table yet. False: memory is out. */
bool tlm__name_put(struct tlm_name_table *table, const char *text, size_t len,
                   struct tlm_name *name);
size_t tlm__name_table_bytes(const struct tlm_name_table *table);
void tlm__name_table_release(struct tlm_name_table *table);

#endif
