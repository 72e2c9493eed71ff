/* Hashing of byte strings in memory (xxHash, XXH3 64 bit). Not stable across versions: never
 * stored. */
#ifndef TLM_BASE_HASH_H
#define TLM_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t tlm__hash_bytes(const void *bytes, size_t len);

#endif
