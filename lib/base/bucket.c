#include "base/bucket.h"

#define SECOND_NS 1e9

void tlm__bucket_init(struct tlm_bucket *bucket, uint64_t per_second, uint64_t now_ns)
{
    *bucket = (struct tlm_bucket){(double)per_second, (double)per_second, now_ns};
}

static void refill(struct tlm_bucket *bucket, uint64_t now_ns)
{
    if (now_ns <= bucket->now_ns)
        return;
    bucket->level += (double)(now_ns - bucket->now_ns) / SECOND_NS * bucket->per_second;
    if (bucket->level > bucket->per_second)
        bucket->level = bucket->per_second;
    bucket->now_ns = now_ns;
}

uint64_t tlm__bucket_wait_ns(struct tlm_bucket *bucket, uint64_t amount, uint64_t now_ns)
{
    double wanted = (double)amount;
    refill(bucket, now_ns);
    if (wanted > bucket->per_second)
        wanted = bucket->per_second;
    if (bucket->level >= wanted)
        return 0;
    return (uint64_t)((wanted - bucket->level) / bucket->per_second * SECOND_NS) + 1;
}

void tlm__bucket_take(struct tlm_bucket *bucket, uint64_t amount)
{
    bucket->level -= (double)amount;
}
