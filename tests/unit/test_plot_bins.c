/* Bins of histograms: their edges, and that every number is counted in the right one. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/bins.h"
#include "plot/hist_texts.h"
#include "support/unit.h"

enum { NUMBERS = 5000 };

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

static struct bins_range range_of(const double *numbers, size_t n)
{
    struct bins_range range = bins_range_none();
    for (size_t i = 0; i < n; i++)
        bins_range_add(&range, numbers[i]);
    return range;
}

static bool is_in(const struct bins *bins, size_t i, double value)
{
    const struct bin *bin = &bins->items[i];
    if (bin->from == bin->to)
        return value == bin->from;
    if (bins->growing && bin->from < 0)
        return (bin->from < value || (value == bin->from && value == -DBL_MAX)) && value <= bin->to;
    return bin->from <= value && (value < bin->to || (i + 1 == bins->n && value == bin->to));
}

/* Each number is in the bin that is found for it, and in no other. */
static void check_numbers(const struct bins *bins, const double *numbers, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t holders = 0;
        for (size_t k = 0; k < bins->n; k++)
            holders += is_in(bins, k, numbers[i]);
        ck_assert_msg(holders == 1, "%zu bins hold %.17g", holders, numbers[i]);
        ck_assert_msg(is_in(bins, bins_find(bins, numbers[i]), numbers[i]), "%.17g", numbers[i]);
    }
}

static void check_edges(const struct bins *bins, const double *edges, size_t n)
{
    ck_assert_uint_eq(bins->n + 1, n);
    for (size_t i = 0; i < bins->n; i++) {
        ck_assert_double_eq(bins->items[i].from, edges[i]);
        ck_assert_double_eq(bins->items[i].to, edges[i + 1]);
    }
}

/* The edges are the very numbers that are written for them. */
START_TEST(edges_are_decimal_numbers)
{
    static const double numbers[] = {0, 0.3, 1};
    static const double edges[] = {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1};
    struct bins_range range = range_of(numbers, 3);
    struct bins bins;
    char text[BINS_TEXT];
    ck_assert(bins_equal(&bins, &range, 10, 0));
    check_edges(&bins, edges, 11);
    ck_assert_uint_eq(bins_find(&bins, 0.3), 3);
    ck_assert_uint_eq(bins_find(&bins, nextafter(0.3, 0)), 2);
    ck_assert_uint_eq(bins_find(&bins, 1), 9);
    ck_assert_str_eq(bins_edge(&bins, bins.items[3].from, text), "0.3");
    bins_release(&bins);
    ck_assert(bins_equal(&bins, &range, 0, 12));
    check_edges(&bins, edges, 11);
    bins_release(&bins);
}
END_TEST

START_TEST(whole_numbers_have_bins_of_their_own)
{
    static const double numbers[] = {0, 1, 7}, wide[] = {2500, 3000, 3500};
    static const double edges[] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
    static const double fifths[] = {2500, 2700, 2900, 3100, 3300, 3500};
    struct bins_range range = range_of(numbers, 3);
    struct bins bins;
    ck_assert(bins_equal(&bins, &range, 0, 20));
    check_edges(&bins, edges, 9);
    bins_release(&bins);
    range = range_of(wide, 3);
    ck_assert(bins_equal(&bins, &range, 5, 0));
    check_edges(&bins, fifths, 6);
    bins_release(&bins);
}
END_TEST

START_TEST(constants_and_nothing)
{
    static const double constants[] = {0, 7, -3.25, 1e300, -DBL_MAX, 5e-324, 1e15 + 0.5};
    struct bins_range none = bins_range_none();
    struct bins bins;
    ck_assert(bins_equal(&bins, &none, 0, 20));
    ck_assert_uint_eq(bins.n, 0);
    bins_release(&bins);
    ck_assert(bins_growing(&bins, &none, 20));
    ck_assert_uint_eq(bins.n, 0);
    bins_release(&bins);
    for (size_t i = 0; i < sizeof constants / sizeof constants[0]; i++) {
        struct bins_range range = range_of(&constants[i], 1);
        for (size_t exactly = 0; exactly < 4; exactly++) {
            ck_assert(bins_equal(&bins, &range, exactly, 20));
            ck_assert_uint_ge(bins.n, 1);
            check_numbers(&bins, &constants[i], 1);
            bins_release(&bins);
        }
        ck_assert(bins_growing(&bins, &range, 20));
        check_numbers(&bins, &constants[i], 1);
        bins_release(&bins);
    }
}
END_TEST

/* All sizes, both signs, the ends of the range of doubles. */
START_TEST(every_number_has_one_bin)
{
    static double numbers[NUMBERS];
    uint64_t state = 11;
    for (int round = 0; round < 40; round++) {
        double scale = pow(10, (double)(next_random(&state) % 40) - 20);
        double offset = round % 3 ? scale * (double)(next_random(&state) % 100) : 0;
        for (int i = 0; i < NUMBERS; i++)
            numbers[i] = offset + scale * ((double)(next_random(&state) % 2001) - 1000) /
                                      (round % 2 ? 1 : 7);
        numbers[0] = 0;
        if (round == 39) {
            numbers[1] = DBL_MAX;
            numbers[2] = -DBL_MAX;
            numbers[3] = 5e-324;
            numbers[4] = -5e-324;
        }
        struct bins_range range = range_of(numbers, NUMBERS);
        struct bins bins;
        const size_t exactly = next_random(&state) % 30;
        ck_assert(bins_equal(&bins, &range, exactly, 20));
        if (exactly && round != 39)
            ck_assert_uint_eq(bins.n, exactly);
        else
            ck_assert_uint_le(bins.n, exactly ? exactly : 20);
        check_numbers(&bins, numbers, NUMBERS);
        bins_release(&bins);
        ck_assert(bins_growing(&bins, &range, 24));
        ck_assert_uint_le(bins.n, 24);
        check_numbers(&bins, numbers, NUMBERS);
        bins_release(&bins);
    }
}
END_TEST

/* -50 is the far end of its bin: -100 < value <= -50. */
START_TEST(growing_bins_are_mirrored)
{
    static const double numbers[] = {-50, -1, 0, 0.2, 3, 99};
    static const struct bin wanted[] = {
        {-100, -50, 0}, {-50, -20, 0}, {-20, -10, 0}, {-10, -5, 0}, {-5, -2, 0},
        {-2, -1, 0},    {0, 0, 0},     {0.2, 0.5, 0}, {0.5, 1, 0},  {1, 2, 0},
        {2, 5, 0},      {5, 10, 0},    {10, 20, 0},   {20, 50, 0},  {50, 100, 0},
    };
    const size_t n = sizeof wanted / sizeof wanted[0];
    struct bins_range range = range_of(numbers, 6);
    struct bins bins;
    ck_assert(bins_growing(&bins, &range, 20));
    ck_assert_uint_eq(bins.n, n);
    for (size_t i = 0; i < n; i++) {
        ck_assert_double_eq(bins.items[i].from, wanted[i].from);
        ck_assert_double_eq(bins.items[i].to, wanted[i].to);
    }
    check_numbers(&bins, numbers, 6);
    bins_release(&bins);
}
END_TEST

START_TEST(texts_are_counted)
{
    struct hist_texts counts = {0}, more = {0};
    char text[16];
    for (unsigned i = 0; i < HIST_TEXTS_MOST + 10; i++) {
        int len = snprintf(text, sizeof text, "%u", i);
        ck_assert(hist_texts_add(&counts, (struct tlm_string){text, (size_t)len}, i + 1));
    }
    for (int i = 0; i < 5; i++)
        ck_assert(hist_texts_add(&more, (struct tlm_string){"700", 3}, 701));
    ck_assert(hist_texts_merge(&counts, &more));
    hist_texts_sort(&counts);
    ck_assert_uint_eq(counts.n, HIST_TEXTS_MOST);
    ck_assert_uint_eq(counts.all, HIST_TEXTS_MOST + 15);
    ck_assert_uint_eq(counts.others, 10);
    ck_assert_str_eq(counts.items[0].text, "700");
    ck_assert_uint_eq(counts.items[0].count, 6);
    ck_assert_str_eq(counts.items[1].text, "0");
    hist_texts_release(&counts);
    hist_texts_release(&more);
}
END_TEST

UNIT_MAIN("plot_bins", edges_are_decimal_numbers, whole_numbers_have_bins_of_their_own,
          constants_and_nothing, every_number_has_one_bin, growing_bins_are_mirrored,
          texts_are_counted)
