#include "text_hash.h"

#include <string.h>
#include <sys/random.h>

#define FACTOR UINT64_C(0x9e3779b97f4a7c15)

uint64_t text_hash_seed(void)
{
    uint64_t seed = FACTOR;
    /* without entropy it is only slower on hostile files */
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) < 0)
        seed = FACTOR;
    return seed;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * FACTOR;
    hash ^= hash >> 29;
    hash *= UINT64_C(0xbf58476d1ce4e5b9);
    return hash ^ hash >> 32;
}

uint64_t text_hash(uint64_t hash, const char *text, size_t len)
{
    uint64_t word;
    hash = mix(hash, len);
    for (; len >= sizeof word; text += sizeof word, len -= sizeof word) {
        memcpy(&word, text, sizeof word);
        hash = mix(hash, word);
    }
    word = 0;
    memcpy(&word, text, len);
    return mix(hash, word);
}
