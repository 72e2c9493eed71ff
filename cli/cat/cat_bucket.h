/* Points of equal spans of time summed up to one value each. */
#ifndef CAT_BUCKET_H
#define CAT_BUCKET_H

#include "cat/cat_cell.h"

enum cat_aggregate { CAT_MEAN, CAT_MIN, CAT_MAX, CAT_LAST };

/* A span with at least one point. */
struct cat_bucket {
    int64_t start_ns, last_ns; /* of its newest point */
    uint64_t n;                /* numbers in sum */
    double sum, rest;          /* and what rounding took from it */
    enum tlm_type type;        /* of bits, where the aggregate is one of the points */
    bool typed;
    uint64_t bits;
};

/* Those of a series, sorted by time. {0} is empty. */
struct cat_buckets {
    struct cat_bucket *items;
    size_t n, cap;
};

/* The smallest start is INT64_MIN, though it may be no multiple of the span. */
int64_t cat_bucket_start(int64_t time_ns, uint64_t every_ns);
/* The bucket of that time, made where there is none; NULL: memory is out. */
struct cat_bucket *cat_bucket_at(struct cat_buckets *buckets, int64_t time_ns, uint64_t every_ns);
/* True for the types that the aggregate is defined for. */
bool cat_bucket_takes(enum cat_aggregate aggregate, enum tlm_type type);
/* NaN is no number to be summed up: a bucket with nothing else is NaN. */
void cat_bucket_fold(struct cat_bucket *bucket, enum cat_aggregate aggregate,
                     const struct cat_cell *cell);
struct cat_cell cat_bucket_cell(const struct cat_bucket *bucket, enum cat_aggregate aggregate);

#endif
