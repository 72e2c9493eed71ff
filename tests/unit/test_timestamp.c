/* Timestamps: what each form means, what is refused and why, and exactness. */
#include "rows/timestamp.h"

#include <time.h>

#include "support/times.h"
#include "support/unit.h"

enum { ROUNDS = 100000 };

static const uint64_t seed = 20240301;

START_TEST(test_iso_forms)
{
    static const struct reading readings[] = {
        {"2024-01-01T00:00:00Z", T2024, NULL},
        {"2024-01-01T00:00:00.123456789Z", T2024 + 123456789, NULL},
        {"2024-01-01t00:00:00.5z", T2024 + 500000000, NULL},
        {"2024-01-01 00:00:00.000001Z", T2024 + 1000, NULL},
        {"2024-01-01T00:00:00,25Z", T2024 + 250000000, NULL},
        {"2024-01-01T01:00:00+01:00", T2024, NULL},
        {"2024-01-01T01:00:00+0100", T2024, NULL},
        {"2024-01-01T01:00:00+01", T2024, NULL},
        {"2023-12-31T20:30:00-03:30", T2024, NULL},
        {"2023-12-31 20:30:00 -0330", T2024, NULL},
        {"2024-01-01T00:00:00-00:00", T2024, NULL},
        {"2024-01-01T23:59:00+23:59", T2024, NULL},
        {"2024-01-01 00:00:00 UTC", T2024, NULL},
        {"2024-01-01 00:00:00 utc", T2024, NULL},
        {"2024-01-01 00:00:00 GMT", T2024, NULL},
        {"2024-01-01 00:00:00UTC", T2024, NULL},
        {"2024-01-01 00:00:00 Z", T2024, NULL},
        {"2024-01-01T00:22Z", T2024 + 22 * 60 * S, NULL},
        {"2024-01-01 00:22+00:00", T2024 + 22 * 60 * S, NULL},
        {"20240101T000000Z", T2024, NULL},
        {"20240101T000000.5Z", T2024 + S / 2, NULL},
        {"20240101T0022Z", T2024 + 22 * 60 * S, NULL},
        {"20240101T010000+0100", T2024, NULL},
        {"20240101T0100+0100", T2024, NULL},
        {"2024-01-01Z", T2024, NULL},
        {"2024-01-01+01:00", T2024 - 3600 * S, NULL},
        {"2024-01-01T24:00:00Z", T2024 + 86400 * S, NULL},
        {"2024-01-01T00:00:00.100000000000Z", T2024 + 100000000, NULL},
        {"2024-01-01T00:00:00.1234567890Z", T2024 + 123456789, NULL},
        {"2024-02-29T00:00:00Z", T2024 + 59 * 86400 * S, NULL},
        {"2000-02-29T00:00:00Z", INT64_C(951782400) * S, NULL},
        {"1970-01-01T00:00:00Z", 0, NULL},
        {"1969-12-31T23:59:59.999999999Z", -1, NULL},
        {"2025-12-19T15:41:12.721+09:00", INT64_C(1766126472721) * 1000000, NULL},
    };
    CHECK_READINGS("rfc3339", NULL, NULL, readings);
    CHECK_READINGS("auto", NULL, NULL, readings);
    CHECK_READINGS(NULL, NULL, "America/New_York", readings);
}
END_TEST

START_TEST(test_iso_refused)
{
    static const struct reading readings[] = {
        {"", 0, NOT_ISO},
        {"yesterday", 0, NOT_ISO},
        {"12:99", 0, NOT_ISO},
        {"2024-01", 0, NOT_ISO},
        {"2024-1-1T00:00:00Z", 0, NOT_ISO},
        {"2024/01/01 00:00:00Z", 0, NOT_ISO},
        {"2024-01-01T", 0, NOT_ISO},
        {"2024-01-01T00", 0, NOT_ISO},
        {"2024-01-01T00Z", 0, NOT_ISO},
        {"2024-01-01T00:00:00.Z", 0, NOT_ISO},
        {"2024-01-01T00:00:Z", 0, NOT_ISO},
        {"2024-01-01T00:0:00Z", 0, NOT_ISO},
        {"2024-01-01T00:00:00ZZ", 0, NOT_ISO},
        {"2024-01-01T00:00:00Z ", 0, NOT_ISO},
        {" 2024-01-01T00:00:00Z", 0, NOT_ISO},
        {"2024-01-01T00:00:00 ", 0, NOT_ISO},
        {"2024-01-01T00:00:00 EST", 0, NOT_ISO},
        {"2024-01-01T00:00:00+1", 0, NOT_ISO},
        {"2024-01-01T00:00:00+01:", 0, NOT_ISO},
        {"2024-01-01T00:00:00+01:0", 0, NOT_ISO},
        {"2024-01-01T00:00:00+24:00", 0, NOT_ISO},
        {"2024-01-01T00:00:00+01:60", 0, NOT_ISO},
        {"2024-01-01T-1:00:00Z", 0, NOT_ISO},
        {"2024-01-01T0a:00:00Z", 0, NOT_ISO},
        {"2024-01-0xT00:00:00Z", 0, NOT_ISO},
        {"+2024-01-01T00:00:00Z", 0, NOT_ISO},
        {"20240101000000Z", 0, NOT_ISO},
        {"2024-01-011T00:00:00Z", 0, NOT_ISO},
        {"2024-02-30T00:00:00Z", 0, NO_DATE},
        {"2023-02-29T00:00:00Z", 0, NO_DATE},
        {"1900-02-29T00:00:00Z", 0, NO_DATE},
        {"2024-13-01T00:00:00Z", 0, NO_DATE},
        {"2024-00-01T00:00:00Z", 0, NO_DATE},
        {"2024-04-31T00:00:00Z", 0, NO_DATE},
        {"2024-01-00T00:00:00Z", 0, NO_DATE},
        {"0000-01-01T00:00:00Z", 0, NO_DATE},
        {"20240230T000000Z", 0, NO_DATE},
        {"2024-01-01T24:00:01Z", 0, NO_CLOCK},
        {"2024-01-01T24:00:00.1Z", 0, NO_CLOCK},
        {"2024-01-01T25:00:00Z", 0, NO_CLOCK},
        {"2024-01-01T12:60:00Z", 0, NO_CLOCK},
        {"2024-01-01T12:00:61Z", 0, NO_CLOCK},
        {"2024-01-01T00:00:00.1234567891Z", 0, TOO_FINE},
        {"2024-01-01T00:00:00.0000000000000001Z", 0, TOO_FINE},
        {"2024-01-01T00:00:00", 0, NO_ZONE},
        {"2024-01-01 00:22", 0, NO_ZONE},
        {"2024-01-01", 0, NO_ZONE},
        {"20240101", 0, NO_ZONE},
    };
    CHECK_READINGS("rfc3339", NULL, NULL, readings);
}
END_TEST

/* What once failed must not be in the date cache. */
START_TEST(test_iso_date_cache)
{
    static const struct reading readings[] = {
        {"2024-01-01T00:00:00Z", T2024, NULL},
        {"2024-02-30T00:00:00Z", 0, NO_DATE},
        {"2024-02-30T00:00:00Z", 0, NO_DATE},
        {"2024-01-01T00:00:01Z", T2024 + S, NULL},
        {"2024-01-02T00:00:01Z", T2024 + 86401 * S, NULL},
        {"2024-01-02T00:00:0xZ", 0, NOT_ISO},
        {"20240101T000000Z", T2024, NULL},
        {"2024-01-02T00:00:01Z", T2024 + 86401 * S, NULL},
    };
    CHECK_READINGS("rfc3339", NULL, NULL, readings);
}
END_TEST

START_TEST(test_iso_range)
{
    static const struct reading readings[] = {
        {"2262-04-11T23:47:16.854775807Z", INT64_MAX, NULL},
        {"2262-04-11T23:47:16.854775808Z", 0, OUTSIDE},
        {"1677-09-21T00:12:43.145224192Z", INT64_MIN, NULL},
        {"1677-09-21T00:12:43.145224191Z", 0, OUTSIDE},
        {"2262-04-12T00:47:16.854775807+01:00", INT64_MAX, NULL},
        {"2263-01-01T00:00:00Z", 0, OUTSIDE},
        {"0001-01-01T00:00:00Z", 0, OUTSIDE},
        {"9999-12-31T23:59:59Z", 0, OUTSIDE},
    };
    CHECK_READINGS("rfc3339", NULL, NULL, readings);
    CHECK_READINGS("auto", NULL, NULL, readings);
}
END_TEST

START_TEST(test_leap_seconds)
{
    static const struct reading readings[] = {
        {"2016-12-31T23:59:60Z", INT64_C(1483228800) * S, NULL},
        {"2016-12-31T23:59:60.5Z", INT64_C(1483228800) * S + S / 2, NULL},
        {"2017-01-01T05:29:60+05:30", INT64_C(1483228800) * S, NULL},
        {"2016-12-31T23:58:60Z", 0, NO_CLOCK},
        {"2016-12-31T22:59:60Z", 0, NO_CLOCK},
        {"2016-12-31T23:59:60+01:00", 0, NO_CLOCK},
        {"1969-06-30T23:59:60Z", INT64_C(-15897600) * S, NULL},
    };
    CHECK_READINGS("rfc3339", NULL, NULL, readings);
}
END_TEST

START_TEST(test_zones)
{
    static const struct reading fixed[] = {
        {"2024-01-01T02:00:00", T2024, NULL},
        {"2024-01-01 02:00", T2024, NULL},
        {"2024-01-01T02:00:00Z", T2024 + 7200 * S, NULL},
        {"2024-01-01", T2024 - 7200 * S, NULL},
        {"20240101", T2024 - 7200 * S, NULL},
    };
    CHECK_READINGS("rfc3339", NULL, "+02:00", fixed);
    static const struct reading york[] = {
        {"2022-01-21 13:47:00", INT64_C(1642790820) * S, NULL},
        {"2022-07-21 13:47:00", INT64_C(1658425620) * S, NULL},
        {"2024-03-10 01:59:59.999999999", INT64_C(1710053999999999999), NULL},
        {"2024-03-10 02:00:00", 0, GAP},
        {"2024-03-10 02:59:59", 0, GAP},
        {"2024-03-10 03:00:00", INT64_C(1710054000) * S, NULL},
        {"2024-11-03 00:59:59", INT64_C(1730609999) * S, NULL},
        {"2024-11-03 01:30:00", INT64_C(1730611800) * S, NULL}, /* the first of two */
        {"2024-11-03 02:00:00", INT64_C(1730617200) * S, NULL},
        {"2024-11-03 01:59:59", INT64_C(1730613599) * S, NULL}, /* also after a later time */
        {"2024-03-10 02:30:00Z", INT64_C(1710037800) * S, NULL},
    };
    CHECK_READINGS("rfc3339", NULL, "America/New_York", york);
    CHECK_READINGS("auto", NULL, "America/New_York", york);
}
END_TEST

START_TEST(test_epoch_units)
{
    static const struct reading seconds[] = {
        {"1700000000", INT64_C(1700000000) * S, NULL},
        {"1700000000.123456789", INT64_C(1700000000123456789), NULL},
        {"+1700000000.5", INT64_C(1700000000500000000), NULL},
        {"-0.30", -300000000, NULL},
        {"-0.3", -300000000, NULL},
        {"0", 0, NULL},
        {"-0", 0, NULL},
        {"0.0", 0, NULL},
        {"0e99999999999999999999", 0, NULL},
        {"1.7e9", INT64_C(1700000000) * S, NULL},
        {"1.5E-3", 1500000, NULL},
        {"17e+8", INT64_C(1700000000) * S, NULL},
        {".5", S / 2, NULL},
        {"5.", 5 * S, NULL},
        {"007", 7 * S, NULL},
        {"00.007", 7000000, NULL},
        {"12.340000000000002", INT64_C(12340000000), NULL},
        {"12.3399999999999999", INT64_C(12340000000), NULL},
        {"0.0000000005", 1, NULL},
        {"-0.0000000005", -1, NULL},
        {"0.00000000049999999999999999999999", 0, NULL},
        {"0.0000000015", 2, NULL},
        {"-0.0000000025", -3, NULL},
        {"0.9999999999", S, NULL},
        {"1e-9", 1, NULL},
        {"4e-10", 0, NULL},
        {"1e-99999999999999999999", 0, NULL},
        {"0.010078907", 10078907, NULL},
        {"9223372036.854775807", INT64_MAX, NULL},
        {"9223372036.8547758074", INT64_MAX, NULL},
        {"9223372036.8547758075", 0, OUTSIDE},
        {"-9223372036.854775808", INT64_MIN, NULL},
        {"-9223372036.8547758084", INT64_MIN, NULL},
        {"-9223372036.854775809", 0, OUTSIDE},
        {"1e10", 0, OUTSIDE},
        {"-1e400", 0, OUTSIDE},
        {"99999999999999999999999999", 0, OUTSIDE},
        {"", 0, NO_NUMBER},
        {"-", 0, NO_NUMBER},
        {".", 0, NO_NUMBER},
        {"1e", 0, NO_NUMBER},
        {"1e+", 0, NO_NUMBER},
        {"1e5.5", 0, NO_NUMBER},
        {"1,5", 0, NO_NUMBER},
        {"1 ", 0, NO_NUMBER},
        {"--1", 0, NO_NUMBER},
        {"1.2.3", 0, NO_NUMBER},
        {"0x10", 0, NO_NUMBER},
        {"nan", 0, NO_NUMBER},
        {"inf", 0, NO_NUMBER},
        {"2024-01-01T00:00:00Z", 0, NO_NUMBER},
    };
    CHECK_READINGS("s", NULL, NULL, seconds);
    static const struct reading millis[] = {
        {"1700000000123", INT64_C(1700000000123000000), NULL},
        {"1700000000123.456789", INT64_C(1700000000123456789), NULL},
        {"0.0000005", 1, NULL},
        {"1.5", 1500000, NULL},
        {"1.7e12", INT64_C(1700000000) * S, NULL},
        {"9223372036854.775808", 0, OUTSIDE},
    };
    CHECK_READINGS("ms", NULL, NULL, millis);
    static const struct reading micros[] = {
        {"1700000000123456", INT64_C(1700000000123456000), NULL},
        {"-1.5", -1500, NULL},
    };
    CHECK_READINGS("us", NULL, NULL, micros);
    static const struct reading nanos[] = {
        {"1700000000123456789", INT64_C(1700000000123456789), NULL},
        {"9223372036854775807", INT64_MAX, NULL},
        {"-9223372036854775808", INT64_MIN, NULL},
        {"9223372036854775808", 0, OUTSIDE},
        {"18446744073709551616", 0, OUTSIDE},
        {"1.5", 2, NULL},
        {"9007199254740993", INT64_C(9007199254740993), NULL},
    };
    CHECK_READINGS("ns", NULL, NULL, nanos);
}
END_TEST

START_TEST(test_decimal_comma)
{
    struct tlm_time_rules rules = make_rules("s", NULL, NULL);
    rules.decimal = ',';
    struct tlm_time_reader reader;
    tlm__time_reader_init(&reader, &rules);
    check_reading(&reader, &(struct reading){"0,25", S / 4, NULL});
    check_reading(&reader, &(struct reading){"0.25", 0, NO_NUMBER});
    tlm__time_rules_release(&rules);
}
END_TEST

START_TEST(test_relative)
{
    static const struct reading seconds[] = {
        {"0", T2024, NULL},
        {"-0.30", T2024 - 300000000, NULL},
        {"12.340000000000002", T2024 + INT64_C(12340000000), NULL},
        {"8000000000", 0, OUTSIDE},
        {"-9223372036.854775808", INT64_MIN + T2024, NULL},
        {"1e99", 0, OUTSIDE},
    };
    CHECK_READINGS("relative:s", "2024-01-01T00:00:00Z", NULL, seconds);
    CHECK_READINGS("relative:s", "2024-01-01 02:00", "+02:00", seconds);
    static const struct reading micros[] = {{"112614307", T2024 + INT64_C(112614307000), NULL}};
    CHECK_READINGS("relative:us", "2024-01-01T00:00:00Z", NULL, micros);
    static const struct reading nanos[] = {{"-1", T2024 - 1, NULL}};
    CHECK_READINGS("relative:ns", "2024-01-01T01:00:00+01:00", NULL, nanos);
}
END_TEST

static const char *settles_on(const char *text)
{
    struct tlm_time_rules rules = make_rules("auto", NULL, NULL);
    struct tlm_time_reader reader;
    int64_t ns;
    const char *why;
    tlm__time_reader_init(&reader, &rules);
    ck_assert_ptr_null(tlm__time_reader_settled(&reader));
    read_exact(&reader, text, &ns, &why);
    const char *settled = tlm__time_reader_settled(&reader);
    tlm__time_rules_release(&rules);
    return settled ? settled : "nothing";
}

START_TEST(test_auto_settles)
{
    static const struct {
        const char *text, *settled;
    } cases[] = {
        {"2024-01-01T00:00:00Z", "rfc3339"},
        {"100000000", "s"},
        {"1700000000", "s"},
        {"1700000000.5", "s"},
        {"1.7e9", "s"},
        {"-1700000000", "s"},
        {"9223372036", "s"},
        {"100000000000", "ms"},
        {"1700000000123", "ms"},
        {"9223372036854", "ms"},
        {"100000000000000", "us"},
        {"1700000000123456", "us"},
        {"100000000000000000", "ns"},
        {"1700000000123456789", "ns"},
        {"1.700000000123456789e18", "ns"},
        {"99999999.9", "nothing"},
        {"0", "nothing"},
        {"20240101", "nothing"},
        {"12.5", "nothing"},
        {"x", "nothing"},
        {"99999999999", "nothing"},
        {"2024-01-01T00:00:00", "nothing"},
        {"9223372036854775808", "nothing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(strcmp(settles_on(cases[i].text), cases[i].settled) == 0, "%s: %s",
                      cases[i].text, settles_on(cases[i].text));
}
END_TEST

START_TEST(test_auto_refuses)
{
    static const struct reading readings[] = {
        {"", 0, NO_GUESS},          {"noon", 0, NO_GUESS},          {"0.5", 0, TOO_SMALL},
        {"-3", 0, TOO_SMALL},       {"99999999", 0, TOO_SMALL},     {"20240101", 0, TOO_SMALL},
        {"0", 0, TOO_SMALL},        {"0e999", 0, TOO_SMALL},        {"2024-02-30", 0, NO_DATE},
        {"2024-01-01", 0, NO_ZONE}, {"20240101000000", 0, OUTSIDE}, {"nan", 0, NO_GUESS},
    };
    CHECK_READINGS("auto", NULL, NULL, readings);
}
END_TEST

/* After each first time, what later ones may be. */
START_TEST(test_auto_holds)
{
    static const struct {
        struct reading first, later[6];
    } cases[] = {
        {{"2024-01-01T00:00:00Z", T2024, NULL},
         {{"1704067200", 0, OTHER_FORM},
          {"5", 0, TOO_SMALL},
          {"noon", 0, NOT_ISO},
          {"2024-01-01 00:00:01Z", T2024 + S, NULL}}},
        {{"1704067200", T2024, NULL},
         {{"2024-01-01T00:00:00Z", 0, OTHER_FORM},
          {"1704067200000", 0, OTHER_FORM},
          {"5", 0, TOO_SMALL},
          {"noon", 0, NO_NUMBER},
          {"1704067200.25", T2024 + S / 4, NULL}}},
        {{"1704067200000", T2024, NULL},
         {{"1704067200", 0, OTHER_FORM}, {"1704067200000.5", T2024 + 500000, NULL}}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tlm_time_rules rules = make_rules("auto", NULL, NULL);
        struct tlm_time_reader reader;
        tlm__time_reader_init(&reader, &rules);
        check_reading(&reader, &(struct reading){"noon", 0, NO_GUESS});
        check_reading(&reader, &cases[i].first);
        for (size_t k = 0; cases[i].later[k].text; k++)
            check_reading(&reader, &cases[i].later[k]);
        check_reading(&reader, &cases[i].first);
        tlm__time_rules_release(&rules);
    }
}
END_TEST

START_TEST(test_bad_rules)
{
    refuses("iso", NULL, NULL, "\"iso\" is none of auto, rfc3339");
    refuses("", NULL, NULL, "is none of");
    refuses("S", NULL, NULL, "is none of");
    refuses("relative", NULL, NULL, "is none of");
    refuses("relative:h", "2024-01-01T00:00:00Z", NULL, "is none of");
    refuses("relative:auto", "2024-01-01T00:00:00Z", NULL, "is none of");
    refuses("relative:s", NULL, NULL, "--time-origin");
    refuses("s", "2024-01-01T00:00:00Z", NULL, "relative:UNIT");
    refuses(NULL, "2024-01-01T00:00:00Z", NULL, "relative:UNIT");
    refuses("relative:s", "2024-01-01", NULL, "time origin \"2024-01-01\" has no zone");
    refuses("relative:s", "noon", NULL, "time origin \"noon\" is not ISO 8601");
    refuses("relative:s", "1700000000", NULL, "is not ISO 8601");
    refuses("auto", NULL, "Mars/Olympus", "unknown time zone \"Mars/Olympus\"");
}
END_TEST

/* An instant in text: cut at any of nine digits, with any offset, with any separator. */
static int64_t print_iso(char *text, size_t size, int64_t ns, uint64_t *state)
{
    int64_t minutes = (int64_t)below(state, 1440 * 2 - 1) - 1439;
    int digits = (int)below(state, 10);
    int64_t cut = 1;
    for (int i = digits; i < 9; i++)
        cut *= 10;
    int64_t fraction = ns % S, seconds = ns / S;
    if (fraction < 0) {
        fraction += S;
        seconds--;
    }
    fraction -= fraction % cut;
    struct tm tm;
    time_t local = (time_t)(seconds + minutes * 60);
    ck_assert_ptr_nonnull(gmtime_r(&local, &tm));
    size_t n =
        strftime(text, size, below(state, 2) ? "%Y-%m-%dT%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &tm);
    if (digits)
        n += (size_t)snprintf(text + n, size - n, ".%0*" PRId64, digits, fraction / cut);
    int64_t east = minutes < 0 ? -minutes : minutes;
    snprintf(text + n, size - n, "%c%02d:%02d", minutes < 0 ? '-' : '+', (int)(east / 60),
             (int)(east % 60));
    return seconds * S + fraction;
}

START_TEST(test_random_iso)
{
    printf("test_timestamp: random times from seed %" PRIu64 "\n", seed);
    uint64_t state = seed;
    struct tlm_time_rules rules = make_rules("auto", NULL, NULL);
    struct tlm_time_reader reader;
    tlm__time_reader_init(&reader, &rules);
    for (int i = 0; i < ROUNDS; i++) {
        char text[64];
        int64_t ns = (int64_t)draw(&state) / 10 * 9;
        int64_t expected = print_iso(text, sizeof text, ns, &state);
        check_reading(&reader, &(struct reading){text, expected, NULL});
    }
    tlm__time_rules_release(&rules);
}
END_TEST

/* Any int64, as a count of any unit, with the point anywhere: nothing is lost. */
START_TEST(test_random_counts)
{
    static const char *const formats[] = {"s", "ms", "us", "ns"};
    printf("test_timestamp: random counts from seed %" PRIu64 "\n", seed + 1);
    uint64_t state = seed + 1;
    for (int unit = 0; unit < 4; unit++) {
        struct tlm_time_rules rules = make_rules(formats[unit], NULL, NULL);
        struct tlm_time_reader reader;
        tlm__time_reader_init(&reader, &rules);
        for (int i = 0; i < ROUNDS / 4; i++) {
            int64_t ns = (int64_t)draw(&state) >> below(&state, 64);
            char digits[32], text[64];
            uint64_t size = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
            int len = snprintf(digits, sizeof digits, "%020" PRIu64, size);
            int point = (int)below(&state, 20) + 1;
            int power = (len - point) - (9 - 3 * unit);
            snprintf(text, sizeof text, "%s%.*s.%se%d", ns < 0 ? "-" : "", point, digits,
                     digits + point, power);
            check_reading(&reader, &(struct reading){text, ns, NULL});
        }
        tlm__time_rules_release(&rules);
    }
}
END_TEST

/* Whatever the text, it is read or refused; the sanitizer watches. */
START_TEST(test_random_junk)
{
    static const char alphabet[] = "0123456789-:.TZ +,eE/aUTCjanp\t";
    static const char *const formats[] = {
        "rfc3339",          "auto", "s", "strptime:%d %b %Y %I:%M %p %z", "strptime:%a%A%s.%f %Z",
        "strptime:%F %T.%f"};
    printf("test_timestamp: junk from seed %" PRIu64 "\n", seed + 2);
    uint64_t state = seed + 2;
    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
        struct tlm_time_rules rules = make_rules(formats[f], NULL, NULL);
        struct tlm_time_reader reader;
        tlm__time_reader_init(&reader, &rules);
        for (int i = 0; i < ROUNDS / 4; i++) {
            char text[48] = "2024-01-01T00:00:00.123456789Z";
            size_t len = below(&state, 40), changes = 1 + below(&state, 6);
            for (size_t k = 0; k < changes; k++)
                text[below(&state, 40)] = alphabet[below(&state, sizeof alphabet - 1)];
            text[len] = '\0';
            int64_t ns = 0;
            const char *why = NULL;
            enum tlm_code code = read_exact(&reader, text, &ns, &why);
            HOLDS(code == TLM_OK || (code == TLM_ROW_TIME && why), "%s", text);
        }
        tlm__time_rules_release(&rules);
    }
}
END_TEST

UNIT_MAIN("timestamp", test_iso_forms, test_iso_refused, test_iso_date_cache, test_iso_range,
          test_leap_seconds, test_zones, test_epoch_units, test_decimal_comma, test_relative,
          test_auto_settles, test_auto_refuses, test_auto_holds, test_bad_rules, test_random_iso,
          test_random_counts, test_random_junk)
