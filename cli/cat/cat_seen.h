/* Which series had something: a set of their hashes. Two series with one hash count as one. */
#ifndef CAT_SEEN_H
#define CAT_SEEN_H

#include "tlm.h"

/* {0} is empty. */
struct cat_seen {
    uint64_t *slots; /* 0: free */
    size_t n, cap;
};

uint64_t cat_seen_hash(struct tlm_string channel, const struct tlm_file_pair *tags, size_t n_tags);
bool cat_seen_has(const struct cat_seen *seen, uint64_t hash);
bool cat_seen_add(struct cat_seen *seen, uint64_t hash); /* false: memory is out */
void cat_seen_release(struct cat_seen *seen);

#endif
