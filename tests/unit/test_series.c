/* What series hold, with timestamps shared or not, against plain arrays. */
#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "points/series.h"
#include "support/random_points.h"

enum { SERIES = 6, MOST = 4000 };

struct shadow {
    struct tlm_held *held;
    int64_t times[MOST], leaving[MOST];
    size_t n, n_leaving;
};

struct fixture {
    struct tlm_series_set set;
    struct random random;
    struct shadow shadows[SERIES];
    int64_t clock;
};

static void set_up(struct fixture *fixture, uint64_t seed)
{
    memset(fixture, 0, sizeof *fixture);
    fixture->random.state = seed;
    for (size_t i = 0; i < SERIES; i++) {
        char channel[] = {(char)('a' + i), 0};
        fixture->shadows[i].held = tlm__series_get(&fixture->set, channel, 1, "", 0);
        ck_assert_ptr_nonnull(fixture->shadows[i].held);
    }
}

/* Times of a run: usually later ones, sometimes the same again. */
static void make_run(struct fixture *fixture, int64_t *times, size_t n)
{
    for (size_t i = 0; i < n; i++)
        times[i] = fixture->clock += (int64_t)random_below(&fixture->random, 3);
}

static void push(struct fixture *fixture, struct shadow *shadow, const int64_t *times, size_t n)
{
    struct tlm_held *held = shadow->held;
    if (shadow->n + n > MOST)
        return;
    ck_assert(tlm__held_reserve(&fixture->set, held, n, 0));
    if (n > 1 && random_below(&fixture->random, 2)) {
        ck_assert(tlm__held_push_run(&fixture->set, held, times, TLM_LONG, times, n));
    } else {
        for (size_t i = 0; i < n; i++)
            ck_assert(tlm__held_push(&fixture->set, held, times[i], TLM_LONG, (uint64_t)times[i]));
    }
    memcpy(shadow->times + shadow->n, times, n * sizeof *times);
    shadow->n += n;
}

/* The same rows for all series, but for some that have none of them or only the first ones. */
static void push_rows(struct fixture *fixture)
{
    int64_t times[300];
    size_t n = 1 + random_below(&fixture->random, random_below(&fixture->random, 2) ? 4 : 300);
    make_run(fixture, times, n);
    for (size_t i = 0; i < SERIES; i++) {
        size_t kind = random_below(&fixture->random, 12);
        if (kind)
            push(fixture, &fixture->shadows[i], times, kind == 1 && n > 1 ? n / 2 : n);
    }
}

static void check_view(const struct shadow *shadow)
{
    struct tlm_points view = tlm__held_view(shadow->held);
    ck_assert_uint_eq(view.n, shadow->n_leaving);
    for (size_t i = 0; i < view.n; i++) {
        ck_assert_int_eq(view.times_ns[i], shadow->leaving[i]);
        ck_assert_int_eq((int64_t)view.values[i], shadow->leaving[i]);
    }
}

static void leave(struct fixture *fixture, struct shadow *shadow, bool others)
{
    ck_assert(tlm__held_leave(&fixture->set, shadow->held, others));
    memcpy(shadow->leaving, shadow->times, shadow->n * sizeof *shadow->times);
    shadow->n_leaving = shadow->n;
    shadow->n = 0;
}

static void gone(struct shadow *shadow, bool back)
{
    tlm__held_gone(shadow->held, back);
    shadow->n_leaving = 0;
}

static uint64_t points(const struct fixture *fixture)
{
    uint64_t n = 0;
    for (size_t i = 0; i < SERIES; i++)
        n += fixture->shadows[i].n;
    return n;
}

/* Batch after batch leaves while others come. */
START_TEST(batches_leave_while_others_come)
{
    struct fixture *fixture = malloc(sizeof *fixture);
    set_up(fixture, 20250101);
    for (int batch = 0; batch < 300; batch++) {
        for (size_t i = random_below(&fixture->random, 9); i; i--)
            push_rows(fixture);
        ck_assert_uint_eq(fixture->set.points, points(fixture));
        for (size_t i = 0; i < SERIES; i++) {
            check_view(&fixture->shadows[i]); /* of the batch before */
            gone(&fixture->shadows[i], false);
        }
        for (size_t i = 0; i < SERIES; i++)
            leave(fixture, &fixture->shadows[i], true);
        ck_assert_uint_eq(fixture->set.points, 0);
    }
    for (size_t i = 0; i < SERIES; i++)
        check_view(&fixture->shadows[i]);
    tlm__series_release(&fixture->set);
    free(fixture);
}
END_TEST

/* Some leave and give their memory back, the others stay with what they shared. */
START_TEST(some_leave_and_others_stay)
{
    struct fixture *fixture = malloc(sizeof *fixture);
    set_up(fixture, 20250102);
    for (int round = 0; round < 300; round++) {
        for (size_t i = random_below(&fixture->random, 6); i; i--)
            push_rows(fixture);
        for (size_t i = 0; i < SERIES; i++)
            ck_assert(tlm__held_unshare(fixture->shadows[i].held));
        for (size_t i = 0; i < SERIES; i++) {
            struct shadow *shadow = &fixture->shadows[i];
            if (random_below(&fixture->random, 2))
                continue;
            leave(fixture, shadow, false);
            check_view(shadow);
            gone(shadow, true);
            tlm__held_free_memory(&fixture->set, shadow->held);
        }
        ck_assert_uint_eq(fixture->set.points, points(fixture));
    }
    tlm__series_release(&fixture->set);
    free(fixture);
}
END_TEST

/* Timestamps of the same rows are held once. */
START_TEST(same_rows_share)
{
    struct fixture *fixture = malloc(sizeof *fixture);
    int64_t times[100];
    set_up(fixture, 20250103);
    for (int round = 0; round < 3; round++) {
        make_run(fixture, times, 100);
        for (size_t i = 0; i < SERIES; i++)
            push(fixture, &fixture->shadows[i], times, 100);
    }
    for (size_t i = 1; i < SERIES; i++) {
        ck_assert_ptr_eq(fixture->shadows[i].held->now.times, fixture->shadows[0].held->now.times);
        ck_assert_ptr_null(fixture->shadows[i].held->now.own);
    }
    tlm__series_release(&fixture->set);
    free(fixture);
}
END_TEST

UNIT_MAIN("series", batches_leave_while_others_come, some_leave_and_others_stay, same_rows_share)
