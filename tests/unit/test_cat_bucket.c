/* Spans of time and what they are summed up to. */
#include "support/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cat/cat_bucket.h"
#include "support/random.h"

static struct cat_cell real_cell(int64_t time_ns, double real)
{
    struct cat_cell cell = {.time_ns = time_ns, .type = TLM_DOUBLE};
    memcpy(&cell.bits, &real, sizeof real);
    return cell;
}

static double real_of(struct cat_cell cell)
{
    double real;
    ck_assert_int_eq(cell.type, TLM_DOUBLE);
    memcpy(&real, &cell.bits, sizeof real);
    return real;
}

START_TEST(test_starts)
{
    ck_assert_int_eq(cat_bucket_start(0, 10), 0);
    ck_assert_int_eq(cat_bucket_start(9, 10), 0);
    ck_assert_int_eq(cat_bucket_start(10, 10), 10);
    ck_assert_int_eq(cat_bucket_start(-1, 10), -10);
    ck_assert_int_eq(cat_bucket_start(-10, 10), -10);
    ck_assert_int_eq(cat_bucket_start(INT64_MAX, 10), INT64_MAX - 7);
    ck_assert_int_eq(cat_bucket_start(INT64_MIN, 10), INT64_MIN);
    ck_assert_int_eq(cat_bucket_start(INT64_MIN + 8, 10), INT64_MIN + 8);
    ck_assert_int_eq(cat_bucket_start(5, UINT64_MAX), 0);
    ck_assert_int_eq(cat_bucket_start(-5, INT64_MAX), -INT64_MAX);
}
END_TEST

/* Sorted, one for each span, whatever the order of the points. */
START_TEST(test_any_order)
{
    struct cat_buckets buckets = {0};
    uint64_t state = 3;
    for (int i = 0; i < 20000; i++) {
        int64_t time_ns = (int64_t)(draw(&state) % 10000) - 5000;
        struct cat_bucket *bucket = cat_bucket_at(&buckets, time_ns, 7);
        ck_assert_int_eq(bucket->start_ns, cat_bucket_start(time_ns, 7));
    }
    for (size_t i = 1; i < buckets.n; i++)
        ck_assert_int_eq(buckets.items[i].start_ns, buckets.items[i - 1].start_ns + 7);
    free(buckets.items);
}
END_TEST

/* The first span of all time is shorter than others: what is behind it is not in it. */
START_TEST(test_first_span)
{
    struct cat_buckets buckets = {0};
    int64_t next = cat_bucket_start(INT64_MIN + 100, 100);
    ck_assert_int_lt(next, INT64_MIN + 100);
    ck_assert_int_eq(cat_bucket_at(&buckets, INT64_MIN, 100)->start_ns, INT64_MIN);
    ck_assert_int_eq(cat_bucket_at(&buckets, next, 100)->start_ns, next);
    ck_assert_int_eq(cat_bucket_at(&buckets, next - 1, 100)->start_ns, INT64_MIN);
    ck_assert_uint_eq(buckets.n, 2);
    free(buckets.items);
}
END_TEST

static double sum_up(enum cat_aggregate aggregate, const double *reals, size_t n)
{
    struct cat_bucket bucket = {.last_ns = INT64_MIN};
    for (size_t i = 0; i < n; i++) {
        struct cat_cell cell = real_cell((int64_t)i, reals[i]);
        cat_bucket_fold(&bucket, aggregate, &cell);
    }
    return real_of(cat_bucket_cell(&bucket, aggregate));
}

START_TEST(test_mean)
{
    const double tenths[] = {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1};
    const double lost[] = {1e100, 1.0, -1e100, 1.0};
    const double infinite[] = {1.0, (double)INFINITY, 2.0};
    const double nothing[] = {(double)NAN};
    ck_assert(sum_up(CAT_MEAN, tenths, 10) == 0.1);
    ck_assert(sum_up(CAT_MEAN, lost, 4) == 0.5);
    ck_assert(isinf(sum_up(CAT_MEAN, infinite, 3)));
    ck_assert(isnan(sum_up(CAT_MEAN, nothing, 1)));
    ck_assert(isnan(sum_up(CAT_MIN, nothing, 1)));
}
END_TEST

/* Integers are compared as what they are, not as doubles. */
START_TEST(test_large_integers)
{
    const int64_t values[] = {INT64_MAX - 1, INT64_MAX, INT64_MAX - 2};
    struct cat_bucket least = {.last_ns = INT64_MIN}, most = least;
    for (size_t i = 0; i < 3; i++) {
        struct cat_cell cell = {(int64_t)i, TLM_LONG, false, (uint64_t)values[i]};
        cat_bucket_fold(&least, CAT_MIN, &cell);
        cat_bucket_fold(&most, CAT_MAX, &cell);
    }
    ck_assert_int_eq((int64_t)cat_bucket_cell(&least, CAT_MIN).bits, INT64_MAX - 2);
    ck_assert_int_eq((int64_t)cat_bucket_cell(&most, CAT_MAX).bits, INT64_MAX);
}
END_TEST

UNIT_MAIN("cat_bucket", test_starts, test_any_order, test_first_span, test_mean,
          test_large_integers)
