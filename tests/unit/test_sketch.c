/* Sketches: every rank is within the error that is told, however the numbers were put in. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stats/sketch.h"
#include "support/random.h"
#include "support/unit.h"

enum { PIECES = 100, DISTRIBUTIONS = 7 };

static const struct sketch_limits usual = {SKETCH_RAW, SKETCH_LIST};

static size_t number_of_points(void)
{
    const char *text = getenv("CHECK_LONG");
    return text && strcmp(text, "1") == 0 ? 10000000 : 1000000;
}

static double uniform(uint64_t *state)
{
    return ((double)(draw(state) >> 11) + 0.5) * 0x1p-53;
}

static double normal(uint64_t *state)
{
    return sqrt(-2 * log(uniform(state))) * cos(6.283185307179586 * uniform(state));
}

static double value_of(int distribution, uint64_t *state, size_t i, size_t n)
{
    switch (distribution) {
    case 0:
        return uniform(state);
    case 1:
        return normal(state);
    case 2:
        return exp(3 * normal(state));
    case 3:
        return (double)below(state, 7) / 10;
    case 4: /* sorted, with outliers */
        return i % 9973 == 0 ? 1e300 : (double)i / (double)n;
    case 5: /* of any magnitude and sign */
        return (uniform(state) < 0.5 ? -1 : 1) * pow(10, 600 * uniform(state) - 300);
    }
    return i % 1000 == 0 ? (i % 2000 ? INFINITY : -INFINITY) : floor(10 * normal(state)) / 10;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* ---- checking ------------------------------------------------------------------------------- */

static double real_of(int64_t key)
{
    int64_t bits = ranks_bits(key, true);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* How many of the sorted values are up to this one. */
static size_t up_to(const double *sorted, size_t n, double value)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle] <= value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t below_value(const double *sorted, size_t n, double value)
{
    return value > -INFINITY ? up_to(sorted, n, nextafter(value, -INFINITY)) : 0;
}

/* The count of numbers up to each entry is right within the error, and so is that below it. */
static void check_ranks(const struct sketch *sketch, struct ranks *ranks, const double *sorted,
                        size_t n)
{
    size_t entries_n, sum = 0;
    struct ranks_group *entries = sketch_entries(sketch, ranks, &entries_n);
    ck_assert_ptr_nonnull(entries);
    ck_assert_uint_eq(sketch->n, n);
    for (size_t i = 0; i < entries_n; i++) {
        double value = real_of(entries[i].key);
        size_t before = below_value(sorted, n, value);
        HOLDS(i == 0 || entries[i].key > entries[i - 1].key, "entries are not in order");
        HOLDS(before <= sum + sketch->error && sum <= before + sketch->error + 1,
              "%zu below %g, but %zu", before, value, sum);
        sum += entries[i].weight;
        size_t count = up_to(sorted, n, value);
        HOLDS(count <= sum + sketch->error && sum <= count + sketch->error,
              "%zu up to %g, but %zu +- %zu", count, value, sum, (size_t)sketch->error);
    }
    ck_assert_uint_eq(sum, n);
    free(entries);
}

static void check_percentiles(const struct sketch *sketch, struct ranks *ranks,
                              const double *sorted, size_t n)
{
    size_t entries_n;
    struct ranks_group *entries = sketch_entries(sketch, ranks, &entries_n);
    for (unsigned percent = 0; percent <= 100; percent++) {
        double value = real_of(entries[sketch_find(entries, entries_n, n, percent)].key);
        double wanted = (double)n * percent / 100, error = (double)sketch->error;
        size_t below = below_value(sorted, n, value);
        size_t count = up_to(sorted, n, value);
        HOLDS((double)below <= wanted + error && wanted <= (double)count + error, "p%u", percent);
    }
    free(entries);
}

/* ---- filling -------------------------------------------------------------------------------- */

static bool add_piece(struct sketch *sketch, struct ranks *ranks, const double *values, size_t n,
                      bool grouped)
{
    const struct ranks_numbers numbers = {(const int64_t *)(const void *)values, n, true, NULL};
    struct ranks_group groups[401];
    uint64_t error;
    if (!grouped || n < 1000)
        return sketch_add(sketch, &usual, ranks, &numbers);
    size_t k = ranks_groups(ranks, &numbers, 400, groups, &error);
    return k && sketch_add_groups(sketch, &usual, groups, k, error);
}

/* Pieces of random lengths, in random order. */
static void fill(struct sketch *sketch, struct ranks *ranks, const double *values, size_t n,
                 uint64_t *state)
{
    size_t ends[PIECES], order[PIECES];
    for (size_t i = 0; i < PIECES; i++) {
        ends[i] = i + 1 == PIECES ? n : (i + 1) * (n / PIECES) - below(state, n / PIECES / 2);
        order[i] = i;
    }
    for (size_t i = PIECES - 1; i > 0; i--) {
        size_t other = below(state, i + 1), was = order[i];
        order[i] = order[other];
        order[other] = was;
    }
    for (size_t i = 0; i < PIECES; i++) {
        size_t from = order[i] ? ends[order[i] - 1] : 0, to = ends[order[i]];
        ck_assert(add_piece(sketch, ranks, values + from, to - from, i % 2));
    }
}

START_TEST(ranks_are_within_the_error)
{
    size_t n = number_of_points();
    double *values = malloc(n * sizeof *values);
    struct ranks *ranks = ranks_new();
    uint64_t state = (uint64_t)_i;
    struct sketch sketch = {.real = true};
    for (size_t i = 0; i < n; i++)
        values[i] = value_of(_i, &state, i, n);
    fill(&sketch, ranks, values, n, &state);
    qsort(values, n, sizeof *values, compare);
    ck_assert_msg((double)sketch.error <= 0.0075 * (double)n, "error %g",
                  (double)sketch.error / (double)n);
    check_ranks(&sketch, ranks, values, n);
    check_percentiles(&sketch, ranks, values, n);
    const struct sketch_limits small = {128, 128};
    ck_assert(sketch_shrink(&sketch, &small, ranks));
    ck_assert_uint_le(sketch_bytes(&sketch), 64 * 1024);
    check_ranks(&sketch, ranks, values, n);
    sketch_release(&sketch);
    ranks_free(ranks);
    free(values);
}
END_TEST

START_TEST(few_numbers_are_exact)
{
    static double values[SKETCH_RAW];
    struct ranks *ranks = ranks_new();
    uint64_t state = 1;
    for (size_t n = 1; n <= SKETCH_RAW; n += 1 + n / 3)
        for (int d = 0; d < DISTRIBUTIONS; d++) {
            struct sketch sketch = {.real = true};
            for (size_t i = 0; i < n; i++)
                values[i] = value_of(d, &state, i, n);
            const struct ranks_numbers numbers = {(const int64_t *)(const void *)values, n, true,
                                                  NULL};
            ck_assert(sketch_add(&sketch, &usual, ranks, &numbers));
            qsort(values, n, sizeof *values, compare);
            ck_assert_uint_eq(sketch.error, 0);
            check_ranks(&sketch, ranks, values, n);
            sketch_release(&sketch);
        }
    ranks_free(ranks);
}
END_TEST

START_TEST(groups_are_evenly_spaced)
{
    static double values[5000];
    static int64_t keys[5000];
    struct ranks *ranks = ranks_new();
    uint64_t state = 2, error;
    for (int d = 0; d < DISTRIBUTIONS; d++)
        for (size_t n = 2; n <= 5000; n = 2 * n + 1) {
            for (size_t i = 0; i < n; i++)
                values[i] = value_of(d, &state, i, n);
            size_t k = 1 + below(&state, n), rank = 0;
            const struct ranks_numbers numbers = {(const int64_t *)(const void *)values, n, true,
                                                  NULL};
            ck_assert(ranks_pick(ranks, &numbers, k, keys, &error));
            qsort(values, n, sizeof *values, compare);
            for (size_t i = 0; i < k; i++) {
                size_t next = (i + 1) * n / k;
                HOLDS(real_of(keys[i]) == values[rank + (next - rank - 1) / 2], "group %zu", i);
                HOLDS((next - rank) / 2 <= error, "error %zu", (size_t)error);
                rank = next;
            }
        }
    ranks_free(ranks);
}
END_TEST

START_TEST(equal_numbers_cost_nothing)
{
    struct sketch sketch = {.real = false};
    struct ranks *ranks = ranks_new();
    for (int64_t i = 0; i < 100000; i++)
        ck_assert(sketch_add_same(&sketch, &usual, i % 3, 1000));
    ck_assert_uint_eq(sketch.error, 0);
    ck_assert_uint_le(sketch_bytes(&sketch), 4096);
    size_t n;
    struct ranks_group *entries = sketch_entries(&sketch, ranks, &n);
    ck_assert_uint_eq(n, 3);
    ck_assert_uint_eq(entries[0].weight, 33334000);
    ck_assert_uint_eq(sketch_find(entries, n, sketch.n, 50), 1);
    free(entries);
    sketch_release(&sketch);
    ranks_free(ranks);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sketch");
    TCase *cases = tcase_create("sketch");
    tcase_set_timeout(cases, 600);
    tcase_add_loop_test(cases, ranks_are_within_the_error, 0, DISTRIBUTIONS);
    tcase_add_test(cases, few_numbers_are_exact);
    tcase_add_test(cases, groups_are_evenly_spaced);
    tcase_add_test(cases, equal_numbers_cost_nothing);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner), run = srunner_ntests_run(runner);
    srunner_free(runner);
    printf("unit sketch: %d passed, %d failed\n", run - failed, failed);
    return failed != 0;
}
