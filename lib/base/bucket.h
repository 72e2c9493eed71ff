/* A token bucket: so much a second, and what was not used of the last second at once. */
#ifndef TLM_BASE_BUCKET_H
#define TLM_BASE_BUCKET_H

#include <stdint.h>

struct tlm_bucket {
    double per_second; /* also how much it holds */
    double level;      /* below 0: taken ahead of its time */
    uint64_t now_ns;   /* when that was the level */
};

/* Full. per_second is at least 1; times are those of a clock that does not jump. */
void tlm__bucket_init(struct tlm_bucket *bucket, uint64_t per_second, uint64_t now_ns);
/* How long until `amount` may be taken; 0: now. More than it holds may be taken once it is full. */
uint64_t tlm__bucket_wait_ns(struct tlm_bucket *bucket, uint64_t amount, uint64_t now_ns);
/* Takes it in any case; what was too much has to come back before more may be taken. */
void tlm__bucket_take(struct tlm_bucket *bucket, uint64_t amount);

#endif
