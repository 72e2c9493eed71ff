#include "cat/cat_seen.h"

#include <stdlib.h>
#include <string.h>

/* ---- hashes --------------------------------------------------------------------------------- */

static uint64_t mix(uint64_t hash)
{
    hash ^= hash >> 32;
    hash *= UINT64_C(0xd6e8feb86659fd93);
    return hash ^ hash >> 32;
}

/* The length goes in, too, so that it matters where a text ends. */
static uint64_t add_text(uint64_t hash, struct tlm_string text)
{
    uint64_t word;
    size_t at = 0;
    hash = mix(hash ^ text.len);
    for (; text.len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text.data + at, sizeof word);
        hash = mix(hash ^ word);
    }
    word = 0;
    if (text.len > at)
        memcpy(&word, text.data + at, text.len - at);
    return mix(hash ^ word);
}

uint64_t cat_seen_hash(struct tlm_string channel, const struct tlm_file_pair *tags, size_t n_tags)
{
    uint64_t hash = add_text(n_tags + 1, channel);
    for (size_t i = 0; i < n_tags; i++)
        hash = add_text(add_text(hash, tags[i].key), tags[i].value);
    return hash ? hash : 1;
}

/* ---- the set -------------------------------------------------------------------------------- */

/* Where the hash is, or is to be put. There is a free slot. */
static size_t find(const struct cat_seen *seen, uint64_t hash)
{
    size_t at = (size_t)hash & (seen->cap - 1);
    while (seen->slots[at] && seen->slots[at] != hash)
        at = (at + 1) & (seen->cap - 1);
    return at;
}

static bool grow(struct cat_seen *seen)
{
    struct cat_seen grown = {.n = seen->n, .cap = seen->cap ? 2 * seen->cap : 64};
    grown.slots = calloc(grown.cap, sizeof *grown.slots);
    if (!grown.slots)
        return false;
    for (size_t i = 0; i < seen->cap; i++)
        if (seen->slots[i])
            grown.slots[find(&grown, seen->slots[i])] = seen->slots[i];
    free(seen->slots);
    *seen = grown;
    return true;
}

bool cat_seen_has(const struct cat_seen *seen, uint64_t hash)
{
    return seen->cap && seen->slots[find(seen, hash)];
}

bool cat_seen_add(struct cat_seen *seen, uint64_t hash)
{
    if (2 * seen->n >= seen->cap && !grow(seen))
        return false;
    size_t at = find(seen, hash);
    seen->n += !seen->slots[at];
    seen->slots[at] = hash;
    return true;
}

void cat_seen_release(struct cat_seen *seen)
{
    free(seen->slots);
    *seen = (struct cat_seen){0};
}
