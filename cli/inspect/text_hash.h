/* Hashes of names that a file chooses: seeded, so that no file can choose them to collide. */
#ifndef TEXT_HASH_H
#define TEXT_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t text_hash_seed(void);
/* Goes on from `hash`, which is the seed at first. */
uint64_t text_hash(uint64_t hash, const char *text, size_t len);

#endif
