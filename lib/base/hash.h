/* Hashing of byte strings (xxHash: XXH3). */
#ifndef TLM_BASE_HASH_H
#define TLM_BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* For tables in memory: never stored. */
uint64_t tlm__hash_bytes(const void *bytes, size_t len);

/* The following are XXH3 as published, the same for ever, and may be stored. */
struct tlm_hash128 {
    uint64_t high, low;
};

static inline struct tlm_hash128 tlm__hash_sum(struct tlm_hash128 a, struct tlm_hash128 b)
{
    uint64_t low = a.low + b.low;
    return (struct tlm_hash128){a.high + b.high + (low < a.low), low};
}

uint64_t tlm__hash_seeded(const void *bytes, size_t len, uint64_t seed);
struct tlm_hash128 tlm__hash128_seeded(const void *bytes, size_t len, uint64_t seed);
/* The sum, modulo 2^128, of the hashes of 16 bytes each: firsts[i] and seconds[i], both little
 * endian. nans: seconds are doubles, and each NaN is taken for 0x7ff8000000000000. */
struct tlm_hash128 tlm__hash128_pairs(const int64_t *firsts, const void *seconds, size_t n,
                                      bool nans, uint64_t seed);

#endif
