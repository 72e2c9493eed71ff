/* The token bucket, by a clock of the test's own. */
#include "base/bucket.h"

#include "support/unit.h"

#define SECOND UINT64_C(1000000000)
#define START (UINT64_C(5000) * SECOND)

static struct tlm_bucket bucket;
static uint64_t now;

static void make(uint64_t per_second)
{
    now = START;
    tlm__bucket_init(&bucket, per_second, now);
}

/* Waits as long as it says; returns how long that was. */
static uint64_t pass(uint64_t amount)
{
    uint64_t begun = now, wait_ns;
    for (unsigned rounds = 0; (wait_ns = tlm__bucket_wait_ns(&bucket, amount, now)) > 0;
         now += wait_ns)
        ck_assert_uint_lt(rounds++, 10);
    tlm__bucket_take(&bucket, amount);
    return now - begun;
}

static void expect_about(uint64_t got_ns, uint64_t wanted_ns)
{
    ck_assert_msg(got_ns + 1000 >= wanted_ns && got_ns <= wanted_ns + 1000, "%ju ns, wanted %ju",
                  (uintmax_t)got_ns, (uintmax_t)wanted_ns);
}

START_TEST(starts_full)
{
    make(100);
    ck_assert_uint_eq(pass(60), 0);
    ck_assert_uint_eq(pass(40), 0);
    expect_about(pass(1), SECOND / 100);
}
END_TEST

START_TEST(holds_one_second)
{
    make(100);
    pass(100);
    now += 3600 * SECOND;
    ck_assert_uint_eq(pass(100), 0);
    expect_about(pass(50), SECOND / 2);
}
END_TEST

START_TEST(more_than_it_holds_passes_when_full)
{
    make(100);
    ck_assert_uint_eq(pass(1000), 0);
    expect_about(pass(1000), 10 * SECOND);
    expect_about(pass(1), 9 * SECOND + SECOND / 100);
}
END_TEST

START_TEST(keeps_the_rate)
{
    static const uint64_t rates[] = {1, 7, 10000, 5000000, UINT64_C(4000000000)};
    for (size_t r = 0; r < sizeof rates / sizeof rates[0]; r++) {
        make(rates[r]);
        uint64_t piece = rates[r] > 20 ? rates[r] / 20 : 1;
        uint64_t total = 0;
        for (unsigned i = 0; i < 2000; i++, total += piece)
            pass(piece);
        double spent = (double)(now - START) / (double)SECOND;
        double wanted = (double)(total - rates[r]) / (double)rates[r];
        ck_assert_msg(spent > wanted * 0.9999 && spent < wanted * 1.0001, "%g s, wanted %g", spent,
                      wanted);
    }
}
END_TEST

START_TEST(forced)
{
    make(100);
    tlm__bucket_take(&bucket, 300);
    expect_about(pass(100), 3 * SECOND);
}
END_TEST

START_TEST(a_clock_that_goes_back)
{
    make(100);
    pass(100);
    now -= SECOND;
    expect_about(tlm__bucket_wait_ns(&bucket, 100, now), SECOND);
}
END_TEST

UNIT_MAIN("bucket", starts_full, holds_one_second, more_than_it_holds_passes_when_full,
          keeps_the_rate, forced, a_clock_that_goes_back)
