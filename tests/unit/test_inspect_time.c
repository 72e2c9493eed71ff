/* --from and --to: what is a time, and which one. */
#include "select_time.h"
#include "support/unit.h"

static void ck_at(const char *text, int64_t ns)
{
    struct select_time time;
    ck_assert_msg(select_time_parse(text, &time), "%s", text);
    ck_assert_int_eq(time.kind, SELECT_TIME_AT);
    ck_assert_msg(time.ns == ns, "%s: %lld", text, (long long)time.ns);
}

static void ck_none(const char *text)
{
    struct select_time time = {SELECT_TIME_NONE, 7};
    ck_assert_msg(!select_time_parse(text, &time), "%s", text);
    ck_assert_int_eq(time.ns, 7);
}

START_TEST(calendar)
{
    ck_at("1970-01-01T00:00:00Z", 0);
    ck_at("1970-01-01", 0);
    ck_at("2026-03-01T12:00:00Z", INT64_C(1772366400000000000));
    ck_at("2026-03-01 12:00", INT64_C(1772366400000000000));
    ck_at("2026-03-01t12:00:00.5z", INT64_C(1772366400500000000));
    ck_at("2026-03-01T14:00:00.000000001+02:00", INT64_C(1772366400000000001));
    ck_at("2026-03-01T04:30:00-0730", INT64_C(1772366400000000000));
    ck_at("2024-02-29T23:59:59.999999999Z", INT64_C(1709251199999999999));
    ck_at("1969-12-31T23:59:59.9Z", -100000000);
}
END_TEST

START_TEST(range)
{
    ck_at("1677-09-21T00:12:43.145224192Z", INT64_MIN);
    ck_at("2262-04-11T23:47:16.854775807Z", INT64_MAX);
    ck_none("2262-04-11T23:47:16.854775808Z");
    ck_none("1677-09-21T00:12:43.145224191Z");
    ck_none("0001-01-01");
    ck_at("9223372036854775807", INT64_MAX);
    ck_none("9223372036854775808");
}
END_TEST

START_TEST(wrong)
{
    static const char *const texts[] = {
        "",
        "now",
        "2026-03-01T",
        "2026-3-1",
        "2026-02-29",
        "2026-13-01",
        "2026-03-01T24:00:00Z",
        "2026-03-01T12:00:60Z",
        "12:00",
        "1.5",
        "2026-03-01T12:00:00.",
        "2026-03-01T12:00:00.0000000001Z",
        "+",
        "+5",
        "-10 m",
        "2026-03-01T12:00:00+2",
        "5s",
        "+-5s",
        "2026-03-01T12:00:00Zx",
        "2026-03-01T1200",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        ck_none(texts[i]);
}
END_TEST

START_TEST(relative)
{
    struct select_time time;
    ck_assert(select_time_parse("+5s", &time));
    ck_assert_int_eq(time.kind, SELECT_TIME_START);
    ck_assert_int_eq(select_time_at(&time, 100, 200), 5000000100);
    ck_assert_int_eq(select_time_at(&time, INT64_MAX - 1, INT64_MAX), INT64_MAX);
    ck_assert(select_time_parse("-1h30m", &time));
    ck_assert_int_eq(time.kind, SELECT_TIME_END);
    ck_assert_int_eq(select_time_at(&time, 0, INT64_C(5400000000007)), 7);
    ck_assert_int_eq(select_time_at(&time, INT64_MIN, INT64_MIN + 1), INT64_MIN);
    /* a lone 0 is a duration without a unit; with a sign it stays one */
    ck_assert(select_time_parse("-0", &time));
    ck_assert_int_eq(time.kind, SELECT_TIME_END);
    /* negative nanoseconds are a time before 1970 */
    ck_at("-1000", -1000);
}
END_TEST

UNIT_MAIN("inspect_time", calendar, range, wrong, relative)
