#define XXH_INLINE_ALL
#include "base/hash.h"

#include <endian.h>
#include <string.h>
#include <xxhash.h>

#define NAN_BITS 0x7ff8000000000000u
#define INFINITY_TWICE 0xffe0000000000000u /* the bits of an infinity without its sign, twice */

uint64_t tlm__hash_bytes(const void *bytes, size_t len)
{
    return XXH3_64bits(bytes, len);
}

uint64_t tlm__hash_seeded(const void *bytes, size_t len, uint64_t seed)
{
    return XXH3_64bits_withSeed(bytes, len, seed);
}

struct tlm_hash128 tlm__hash128_seeded(const void *bytes, size_t len, uint64_t seed)
{
    XXH128_hash_t hash = XXH3_128bits_withSeed(bytes, len, seed);
    return (struct tlm_hash128){hash.high64, hash.low64};
}

static inline struct tlm_hash128 hash_pair(int64_t first, uint64_t second, uint64_t seed)
{
    const uint64_t pair[2] = {htole64((uint64_t)first), htole64(second)};
    XXH128_hash_t hash = XXH3_128bits_withSeed(pair, sizeof pair, seed);
    return (struct tlm_hash128){hash.high64, hash.low64};
}

struct tlm_hash128 tlm__hash128_pairs(const int64_t *firsts, const void *seconds, size_t n,
                                      bool nans, uint64_t seed)
{
    struct tlm_hash128 sum = {0, 0};
    for (size_t i = 0; i < n; i++) {
        uint64_t second;
        memcpy(&second, (const char *)seconds + i * sizeof second, sizeof second);
        if (nans && second << 1 > INFINITY_TWICE)
            second = NAN_BITS;
        sum = tlm__hash_sum(sum, hash_pair(firsts[i], second, seed));
    }
    return sum;
}
