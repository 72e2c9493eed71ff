#include "cat/cat_bucket.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int64_t cat_bucket_start(int64_t time_ns, uint64_t every_ns)
{
    int64_t every = every_ns > INT64_MAX ? INT64_MAX : (int64_t)every_ns;
    int64_t into = time_ns % every;
    if (into < 0)
        into += every;
    return time_ns < INT64_MIN + into ? INT64_MIN : time_ns - into;
}

/* ---- finding -------------------------------------------------------------------------------- */

/* The first bucket that does not start before that. */
static size_t lower_bound(const struct cat_buckets *buckets, int64_t start_ns)
{
    size_t from = 0, to = buckets->n;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (buckets->items[middle].start_ns < start_ns)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static struct cat_bucket *insert(struct cat_buckets *buckets, size_t at, int64_t start_ns)
{
    if (!buckets->items || buckets->n == buckets->cap) {
        size_t cap = buckets->cap ? 2 * buckets->cap : 16;
        struct cat_bucket *grown = realloc(buckets->items, cap * sizeof *grown);
        if (!grown)
            return NULL;
        buckets->items = grown;
        buckets->cap = cap;
    }
    struct cat_bucket *bucket = buckets->items + at;
    memmove(bucket + 1, bucket, (buckets->n++ - at) * sizeof *bucket);
    *bucket = (struct cat_bucket){.start_ns = start_ns, .last_ns = INT64_MIN};
    return bucket;
}

struct cat_bucket *cat_bucket_at(struct cat_buckets *buckets, int64_t time_ns, uint64_t every_ns)
{
    struct cat_bucket *newest = buckets->n ? &buckets->items[buckets->n - 1] : NULL;
    if (newest && time_ns >= newest->start_ns &&
        (uint64_t)time_ns - (uint64_t)newest->start_ns < every_ns && newest->start_ns != INT64_MIN)
        return newest;
    int64_t start = cat_bucket_start(time_ns, every_ns);
    if (!newest || newest->start_ns < start)
        return insert(buckets, buckets->n, start);
    size_t at = lower_bound(buckets, start);
    if (at < buckets->n && buckets->items[at].start_ns == start)
        return &buckets->items[at];
    return insert(buckets, at, start);
}

/* ---- summing up ----------------------------------------------------------------------------- */

static double real_of(enum tlm_type type, uint64_t bits)
{
    double real;
    if (type == TLM_LONG)
        return (double)(int64_t)bits;
    memcpy(&real, &bits, sizeof real);
    return real;
}

static uint64_t bits_of(double real)
{
    uint64_t bits;
    memcpy(&bits, &real, sizeof bits);
    return bits;
}

bool cat_bucket_takes(enum cat_aggregate aggregate, enum tlm_type type)
{
    return aggregate == CAT_LAST || type == TLM_DOUBLE || type == TLM_LONG;
}

static bool is_better(const struct cat_bucket *bucket, enum cat_aggregate aggregate,
                      const struct cat_cell *cell)
{
    if (!bucket->n)
        return true;
    if (bucket->type == TLM_LONG && cell->type == TLM_LONG) {
        int64_t new = (int64_t)cell->bits, old = (int64_t)bucket->bits;
        return aggregate == CAT_MIN ? new < old : new > old;
    }
    double new = real_of(cell->type, cell->bits), old = real_of(bucket->type, bucket->bits);
    return aggregate == CAT_MIN ? new < old : new > old;
}

static void take(struct cat_bucket *bucket, const struct cat_cell *cell)
{
    bucket->type = cell->type;
    bucket->typed = cell->typed;
    bucket->bits = cell->bits;
}

/* Neumaier: what an addition loses is kept aside, so that the mean of decimals stays one. */
static void add(struct cat_bucket *bucket, double real)
{
    double sum = bucket->sum + real;
    if (isfinite(sum))
        bucket->rest += fabs(bucket->sum) >= fabs(real) ? (bucket->sum - sum) + real
                                                        : (real - sum) + bucket->sum;
    bucket->sum = sum;
}

static double mean(const struct cat_bucket *bucket)
{
    if (!bucket->n)
        return (double)NAN;
    double sum = isfinite(bucket->sum) ? bucket->sum + bucket->rest : bucket->sum;
    return sum / (double)bucket->n;
}

static void fold_number(struct cat_bucket *bucket, enum cat_aggregate aggregate,
                        const struct cat_cell *cell)
{
    double real = real_of(cell->type, cell->bits);
    if (isnan(real))
        return;
    if (aggregate == CAT_MEAN)
        add(bucket, real);
    else if (is_better(bucket, aggregate, cell))
        take(bucket, cell);
    bucket->n++;
}

void cat_bucket_fold(struct cat_bucket *bucket, enum cat_aggregate aggregate,
                     const struct cat_cell *cell)
{
    bool newest = cell->time_ns >= bucket->last_ns;
    if (newest)
        bucket->last_ns = cell->time_ns;
    if (aggregate != CAT_LAST)
        fold_number(bucket, aggregate, cell);
    else if (newest)
        take(bucket, cell);
}

struct cat_cell cat_bucket_cell(const struct cat_bucket *bucket, enum cat_aggregate aggregate)
{
    struct cat_cell cell = {bucket->start_ns, bucket->type, bucket->typed, bucket->bits};
    if (aggregate == CAT_LAST || (aggregate != CAT_MEAN && bucket->n))
        return cell;
    cell.type = TLM_DOUBLE;
    cell.bits = bits_of(mean(bucket));
    return cell;
}
