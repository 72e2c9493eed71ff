/* Sums without rounding: against integers that are worked out otherwise, and results known. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/moments.h"
#include "support/random.h"
#include "support/unit.h"

__extension__ typedef __int128 int128;

enum { MOST = 5000 };

static struct moments add_all(const double *values, size_t n, size_t piece)
{
    struct moments moments = {0};
    struct moments_lanes *lanes = moments_lanes_new();
    for (size_t i = 0; i < n; i += piece)
        ck_assert(moments_add_reals(&moments, lanes, values + i, n - i < piece ? n - i : piece));
    moments_lanes_free(lanes);
    return moments;
}

static void check_moments(const double *values, size_t n, double mean, double deviation)
{
    static const size_t pieces[] = {1, 2, 3, 31, 100, MOST};
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        struct moments moments = add_all(values, n, pieces[i]);
        double got = moments_mean(&moments), spread = moments_deviation(&moments);
        ck_assert_msg(got == mean, "mean %.17g, wanted %.17g", got, mean);
        ck_assert_msg(fabs(spread - deviation) <= 4 * DBL_EPSILON * deviation,
                      "deviation %.17g, wanted %.17g", spread, deviation);
        moments_release(&moments);
    }
}

START_TEST(large_and_tiny_numbers_do_not_lose_each_other)
{
    const double values[] = {1e300, 1e-300, -1e300, 3e-300};
    check_moments(values, 4, 1e-300, 1e300 / sqrt(2));
}
END_TEST

START_TEST(a_sum_beyond_the_largest_double_has_a_mean)
{
    static double values[MOST];
    for (size_t i = 0; i < MOST; i++)
        values[i] = 1e308;
    check_moments(values, MOST, 1e308, 0);
    for (size_t i = 0; i < MOST; i++)
        values[i] = i % 2 ? DBL_MAX : -DBL_MAX;
    check_moments(values, MOST, 0, DBL_MAX);
}
END_TEST

START_TEST(a_small_spread_around_a_large_mean_is_seen)
{
    static double values[MOST];
    for (size_t i = 0; i < MOST; i++)
        values[i] = 1e9 + (i % 2 ? 0x1p-20 : -0x1p-20);
    check_moments(values, MOST, 1e9, 0x1p-20);
    for (size_t i = 0; i < MOST; i++)
        values[i] = i % 2 ? 0x1.0000000000001p0 : 0x1.0000000000003p0;
    check_moments(values, MOST, 0x1.0000000000002p0, 0x1p-52);
}
END_TEST

START_TEST(denormals_are_numbers)
{
    static double values[MOST];
    for (size_t i = 0; i < MOST; i++)
        values[i] = (double)(1 + 2 * (i % 2)) * 0x1p-1074; /* 1 and 3 units */
    check_moments(values, MOST, 0x1p-1073, 0x1p-1074);
}
END_TEST

START_TEST(equal_numbers_have_that_mean_and_no_deviation)
{
    static const double numbers[] = {0.1, -1e-320, 1e300, 123456.789, 0, DBL_MIN, DBL_MAX};
    static double values[MOST];
    for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++)
        for (size_t n = 1; n <= MOST; n = 3 * n + 1) {
            for (size_t i = 0; i < n; i++)
                values[i] = numbers[k];
            check_moments(values, n, numbers[k], 0);
        }
}
END_TEST

START_TEST(what_is_not_finite_is_counted_and_left_out)
{
    static double values[MOST];
    for (size_t i = 0; i < MOST; i++)
        values[i] = i % 5 == 0 ? NAN : i % 5 == 1 ? INFINITY : i % 5 == 2 ? -INFINITY : 2.5;
    struct moments moments = add_all(values, MOST, 999);
    ck_assert_uint_eq(moments.nan, MOST / 5);
    ck_assert_uint_eq(moments.infinite, MOST / 5 * 2);
    ck_assert_uint_eq(moments_finite(&moments), MOST / 5 * 2);
    ck_assert(moments_mean(&moments) == 2.5);
    ck_assert(moments_deviation(&moments) == 0);
    ck_assert(moments_real(moments_least(&moments)) == -INFINITY);
    ck_assert(moments_real(moments_most(&moments)) == INFINITY);
    moments_release(&moments);
}
END_TEST

/* Multiples of 2^-30 below 2^30: sums and squares fit into 128 bits. */
START_TEST(random_numbers_have_the_mean_of_integers)
{
    static double values[MOST];
    uint64_t state = 5;
    for (int round = 0; round < 50; round++) {
        int128 sum = 0, squares = 0;
        size_t n = 1 + below(&state, MOST);
        for (size_t i = 0; i < n; i++) {
            int64_t whole = (int64_t)draw(&state) >> (20 + below(&state, 40));
            values[i] = ldexp((double)(whole >> 8), -30);
            sum += whole >> 8;
            squares += (int128)(whole >> 8) * (whole >> 8);
        }
        int128 spread = (int128)n * squares - sum * sum;
        double mean = (double)((long double)sum / (long double)n);
        struct moments moments = add_all(values, n, 1 + below(&state, MOST));
        ck_assert(fabs(moments_mean(&moments) - ldexp(mean, -30)) <=
                  2 * DBL_EPSILON * fabs(ldexp(mean, -30)));
        double deviation = ldexp((double)(sqrtl((long double)spread) / (long double)n), -30);
        ck_assert(fabs(moments_deviation(&moments) - deviation) <= 8 * DBL_EPSILON * deviation);
        moments_release(&moments);
    }
}
END_TEST

START_TEST(the_ends_of_longs_are_exact)
{
    static int64_t values[MOST];
    struct moments moments = {0};
    for (size_t i = 0; i < MOST; i++)
        values[i] = i % 2 ? INT64_MAX : INT64_MIN;
    ck_assert(moments_add_integers(&moments, values, MOST));
    ck_assert(moments_mean(&moments) == -0.5);
    ck_assert(moments_deviation(&moments) == 0x1p63);
    ck_assert_int_eq(moments_least(&moments).integer, INT64_MIN);
    ck_assert_int_eq(moments_most(&moments).integer, INT64_MAX);
    moments_release(&moments);
}
END_TEST

START_TEST(longs_and_doubles_add_up)
{
    struct moments moments = {0};
    struct moments_lanes *lanes = moments_lanes_new();
    const int64_t integers[] = {INT64_MAX, 5};
    const double reals[] = {-0x1p63, 0.25};
    ck_assert(moments_add_integers(&moments, integers, 2));
    ck_assert(moments_add_reals(&moments, lanes, reals, 2));
    ck_assert(moments_mean(&moments) == (5 - 1 + 0.25) / 4);
    ck_assert(!moments_least(&moments).is_integer);
    ck_assert(moments_most(&moments).is_integer);
    moments_lanes_free(lanes);
    moments_release(&moments);
}
END_TEST

START_TEST(doubles_and_longs_are_compared_without_rounding)
{
    const struct moments_number below = {true, 0, (INT64_C(1) << 53) - 1};
    const struct moments_number above = {true, 0, (INT64_C(1) << 53) + 1};
    const struct moments_number real = {false, 0x1p53, 0};
    ck_assert_int_lt(moments_compare(below, real), 0);
    ck_assert_int_gt(moments_compare(above, real), 0);
    ck_assert_int_lt(moments_compare((struct moments_number){true, 0, INT64_MAX},
                                     (struct moments_number){false, 0x1p63, 0}),
                     0);
    ck_assert_int_lt(moments_compare((struct moments_number){false, -1.5, 0},
                                     (struct moments_number){true, 0, -1}),
                     0);
}
END_TEST

UNIT_MAIN("moments", large_and_tiny_numbers_do_not_lose_each_other,
          a_sum_beyond_the_largest_double_has_a_mean, a_small_spread_around_a_large_mean_is_seen,
          denormals_are_numbers, equal_numbers_have_that_mean_and_no_deviation,
          what_is_not_finite_is_counted_and_left_out, random_numbers_have_the_mean_of_integers,
          the_ends_of_longs_are_exact, longs_and_doubles_add_up,
          doubles_and_longs_are_compared_without_rounding)
