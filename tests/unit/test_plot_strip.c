/* Points by time when nobody knows how long they go on: nothing is lost, whatever their order. */
#include <math.h>
#include <stdlib.h>

#include "plot/axis.h"
#include "plot/strip.h"
#include "support/unit.h"

#define BASE INT64_C(1700000000000000000)

enum { BITS = 8, COLUMNS = 7, POINTS = 3000 };

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

struct sample {
    int64_t ns;
    double value;
};

static void add(struct strip *strip, const struct sample *samples, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ck_assert(strip_add(strip, samples[i].ns, samples[i].value, samples[i].value));
}

static void check_all(const struct strip *strip, const struct sample *samples, size_t n)
{
    struct pyramid_sum wanted = pyramid_nothing(), columns[COLUMNS], got = pyramid_nothing();
    int64_t first_ns, last_ns, first = INT64_MAX, last = INT64_MIN;
    for (size_t i = 0; i < n; i++) {
        const double value = samples[i].value;
        struct pyramid_sum one = {.least = INFINITY, .most = -INFINITY, .points = 1, .odd = 1};
        if (isfinite(value))
            one = (struct pyramid_sum){.least = value, .most = value, .points = 1};
        pyramid_join(&wanted, &one);
        first = samples[i].ns < first ? samples[i].ns : first;
        last = samples[i].ns > last ? samples[i].ns : last;
    }
    ck_assert(strip_span(strip, &first_ns, &last_ns));
    ck_assert_int_eq(first_ns, first);
    ck_assert_int_eq(last_ns, last);
    strip_reduce(strip, first_ns, last_ns, columns, COLUMNS);
    for (int i = 0; i < COLUMNS; i++)
        pyramid_join(&got, &columns[i]);
    ck_assert_uint_eq(got.points, wanted.points);
    ck_assert_uint_eq(got.odd, wanted.odd);
    ck_assert_double_eq(got.least, wanted.least);
    ck_assert_double_eq(got.most, wanted.most);
    ck_assert_uint_eq(strip_sum(strip).points, wanted.points);
}

START_TEST(few_points_are_exact)
{
    static const struct sample samples[] = {{BASE, 1}, {BASE + 50, -5}, {BASE + 100, 9}};
    struct pyramid_sum columns[100];
    struct strip *strip = strip_new(BITS);
    int64_t first_ns, last_ns;
    ck_assert(!strip_span(strip, &first_ns, &last_ns));
    add(strip, samples, 3);
    check_all(strip, samples, 3);
    strip_reduce(strip, BASE, BASE + 100, columns, 100);
    ck_assert_double_eq(columns[0].most, 1);
    ck_assert_double_eq(columns[50].least, -5);
    ck_assert_double_eq(columns[99].most, 9);
    ck_assert_uint_eq(columns[49].points + columns[51].points, 0);
    strip_free(strip);
}
END_TEST

/* In order, backwards, and in none; so many that slices are made, and doubled. */
START_TEST(no_point_is_lost)
{
    static struct sample samples[POINTS];
    for (int order = 0; order < 3; order++) {
        uint64_t state = 5;
        struct strip *strip = strip_new(BITS);
        for (int i = 0; i < POINTS; i++) {
            int64_t at = order == 0 ? i : order == 1 ? POINTS - i : (int64_t)next_random(&state);
            samples[i].ns = (order == 2 ? 0 : BASE) + at * 1000003 * (order == 2 ? -1 : 1);
            samples[i].value = i % 100 ? (double)(next_random(&state) % 1000) : NAN;
        }
        samples[1234].value = 1e9;
        add(strip, samples, POINTS);
        check_all(strip, samples, POINTS);
        strip_free(strip);
    }
}
END_TEST

/* A spike stays near its time: within a hundredth of the span. */
START_TEST(spikes_keep_their_place)
{
    struct pyramid_sum columns[10];
    struct strip *strip = strip_new(BITS);
    for (int64_t i = 0; i < 100000; i++)
        ck_assert(strip_add(strip, BASE + i * 7, i == 35000 ? 50 : 0, i == 35000 ? 50 : 0));
    strip_reduce(strip, BASE, BASE + 99999 * 7, columns, 10);
    for (int i = 0; i < 10; i++)
        ck_assert_double_eq(columns[i].most, i == 3 ? 50 : 0);
    strip_free(strip);
}
END_TEST

START_TEST(all_of_time_fits)
{
    static struct sample samples[2 << BITS];
    const size_t n = sizeof samples / sizeof samples[0];
    struct strip *strip = strip_new(BITS);
    for (size_t i = 0; i < n; i++)
        samples[i] = (struct sample){(int64_t)i - 100, (double)i};
    samples[n - 2].ns = INT64_MIN;
    samples[n - 1].ns = INT64_MAX;
    add(strip, samples, n);
    check_all(strip, samples, n);
    strip_free(strip);
}
END_TEST

UNIT_MAIN("plot_strip", few_points_are_exact, no_point_is_lost, spikes_keep_their_place,
          all_of_time_fits)
