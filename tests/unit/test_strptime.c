/* Timestamps in a format of the user's. */
#include "rows/strptime.h"
#include "rows/strptime_fixed.h"

#include <time.h>

#include "support/times.h"
#include "support/unit.h"

enum { ROUNDS = 5000 };

static const uint64_t seed = 20240303;

static void check_format(const char *format, const char *tz, const char *text, int64_t seconds,
                         int64_t ns)
{
    char full[128];
    snprintf(full, sizeof full, "strptime:%s", format);
    struct reading reading = {text, seconds * S + ns, NULL};
    check_readings(full, NULL, tz, &reading, 1);
}

START_TEST(test_strptime)
{
    const int64_t t = 1704067200;
    check_format("%d/%m/%Y %H:%M", "UTC", "20/03/2021 00:22", 1616199720, 0);
    check_format("%d/%m/%Y %H:%M", "UTC", "1/3/2021 1:5", 1614560700, 0);
    check_format("%Y-%m-%dT%H:%M:%S.%fZ", "UTC", "2024-01-01T00:00:00.123456789Z", t, 123456789);
    check_format("%F %T.%f", "UTC", "2024-01-01 00:00:00.5", t, 500000000);
    check_format("%F %T.%f", "UTC", "2024-01-01 00:00:00.123456789000", t, 123456789);
    check_format("%D %R", "UTC", "01/01/24 00:22", t + 22 * 60, 0);
    check_format("%y%m%d", "UTC", "240101", t, 0);
    check_format("%y-%j", "UTC", "69-1", -31536000, 0);
    check_format("%y-%j", "UTC", "68-366", 3124137600, 0);
    check_format("%Y%m%d%H%M%S", "UTC", "20240101000001", t + 1, 0);
    check_format("%Y-%j %H", "UTC", "2024-366 5", t + 365 * 86400 + 5 * 3600, 0);
    check_format("%d %b %Y", "UTC", "01 jan 2024", t, 0);
    check_format("%d %B %Y", "UTC", "1 JANUARY 2024", t, 0);
    check_format("%d %b %Y", "UTC", "1 September 2024", 1725148800, 0);
    check_format("%A, %d-%h-%y %T GMT", "UTC", "Monday, 01-Jan-24 00:00:00 GMT", t, 0);
    check_format("%a %b %e %H:%M:%S %Y", "UTC", "Mon Jan  1 00:00:00 2024", t, 0);
    check_format("%a %b %d %T %Y", "UTC", "wed may 01 00:00:00 2024", 1714521600, 0);
    check_format("%m/%d/%Y %I:%M:%S %p", "UTC", "1/1/2024 12:00:05 AM", t + 5, 0);
    check_format("%m/%d/%Y %I:%M:%S %p", "UTC", "1/1/2024 12:00:05 pm", t + 43205, 0);
    check_format("%m/%d/%Y %l:%M%p", "UTC", "1/1/2024 1:30PM", t + 48600, 0);
    check_format("%k:%M %d.%m.%Y", "UTC", " 3:15 01.01.2024", t + 11700, 0);
    check_format("%d/%b/%Y:%H:%M:%S %z", NULL, "01/Jan/2024:01:00:00 +0100", t, 0);
    check_format("%F %T%z", NULL, "2024-01-01 00:00:00Z", t, 0);
    check_format("%F %T%z", NULL, "2024-01-01 00:00:00-05:30", t + 19800, 0);
    check_format("%F %T%z", "Asia/Kolkata", "2024-01-01 00:00:00+02", t - 7200, 0);
    check_format("%F %T %Z", NULL, "2024-01-01 00:00:00 utc", t, 0);
    check_format("%F %T %Z", NULL, "2024-01-01 00:00:00 GMT", t, 0);
    check_format("%s", NULL, "1704067200", t, 0);
    check_format("%s.%f", NULL, "1704067200.25", t, 250000000);
    check_format("%s.%f", NULL, "-1.25", -2, 750000000);
    check_format("%s.%f", NULL, "-0.25", -1, 750000000);
    check_format("%s", NULL, "-5", -5, 0);
    check_format("%F%n%T", "UTC", "2024-01-01 \t 00:00:01", t + 1, 0);
    check_format("%F %T", "UTC", "2024-01-0100:00:01", t + 1, 0);
    check_format("at %F, 100%%", "UTC", "at 2024-01-01, 100%", t, 0);
    check_format("%F %T", "UTC", "2024-01-01 23:59:60", t + 86400, 0);
    check_format("%F %H:%M", "America/New_York", "2024-07-01 00:00", 1719806400, 0);
    check_format("%F", "+02:00", "2024-01-01", t - 7200, 0);
}
END_TEST

START_TEST(test_strptime_refused)
{
    static const struct reading readings[] = {
        {"", 0, NO_FORMAT},
        {"01.01.2024 00:00", 0, NO_FORMAT},
        {"01/01/2024", 0, NO_FORMAT},
        {"01/01/2024 00:", 0, NO_FORMAT},
        {"xx/01/2024 00:00", 0, NO_FORMAT},
        {"-1/01/2024 00:00", 0, NO_FORMAT},
        {"01/01/2024 00:00:00", 0, "has text after the time"},
        {"01/01/2024 00:00Z", 0, "has text after the time"},
        {"31/02/2024 00:00", 0, NO_DATE},
        {"01/13/2024 00:00", 0, NO_DATE},
        {"00/01/2024 00:00", 0, NO_DATE},
        {"01/01/0 00:00", 0, NO_DATE},
        {"01/01/2024 24:01", 0, NO_CLOCK},
        {"01/01/2024 00:60", 0, NO_CLOCK},
        {"01/01/1600 00:00", 0, OUTSIDE},
    };
    CHECK_READINGS("strptime:%d/%m/%Y %H:%M", NULL, "UTC", readings);
    static const struct reading no_zone[] = {{"01/01/2024 00:00", 0, NO_ZONE}};
    CHECK_READINGS("strptime:%d/%m/%Y %H:%M", NULL, NULL, no_zone);
    static const struct reading gap[] = {{"2024-03-10 02:30", 0, GAP}};
    CHECK_READINGS("strptime:%F %R", NULL, "America/New_York", gap);
    static const struct reading fine[] = {{"2024-01-01 00:00:00.1234567891", 0, TOO_FINE},
                                          {"2024-01-01 00:00:00.", 0, NO_FORMAT},
                                          {"2024-01-01 23:58:60.0", 0, NO_CLOCK}};
    CHECK_READINGS("strptime:%F %T.%f", NULL, "UTC", fine);
    static const struct reading days[] = {{"2023-366", 0, NO_DATE}, {"2023-000", 0, NO_DATE}};
    CHECK_READINGS("strptime:%Y-%j", NULL, "UTC", days);
    static const struct reading twelve[] = {{"2024-01-01 13:00 PM", 0, NO_CLOCK},
                                            {"2024-01-01 00:00 AM", 0, NO_CLOCK},
                                            {"2024-01-01 01:00 XM", 0, NO_FORMAT}};
    CHECK_READINGS("strptime:%F %I:%M %p", NULL, "UTC", twelve);
    static const struct reading names[] = {
        {"1 Janu 2024", 0, NO_FORMAT}, {"1 Foo 2024", 0, NO_FORMAT}, {"1 J", 0, NO_FORMAT}};
    CHECK_READINGS("strptime:%d %b %Y", NULL, "UTC", names);
    static const struct reading zones[] = {
        {"2024-01-01 EST", 0, "has a zone name other than UTC (use %z, or --tz)"}};
    CHECK_READINGS("strptime:%F %Z", NULL, NULL, zones);
    static const struct reading epochs[] = {
        {"99999999999999999999", 0, OUTSIDE}, {"9223372037", 0, OUTSIDE}, {"-", 0, NO_FORMAT}};
    CHECK_READINGS("strptime:%s", NULL, NULL, epochs);
}
END_TEST

START_TEST(test_bad_formats)
{
    refuses("strptime:", NULL, NULL, "lacks a year");
    refuses("strptime:%H:%M", NULL, NULL, "lacks a year");
    refuses("strptime:%Y", NULL, NULL, "lacks a month");
    refuses("strptime:%Y-%m", NULL, NULL, "lacks a day");
    refuses("strptime:%Y-%d", NULL, NULL, "lacks a month");
    refuses("strptime:%m/%d %T", NULL, NULL, "lacks a year");
    refuses("strptime:%F %I:%M", NULL, NULL, "lacks %p");
    refuses("strptime:%F %Q", NULL, NULL, "unknown conversion %Q");
    refuses("strptime:%F %-H", NULL, NULL, "unknown conversion %-");
    refuses("strptime:%F %c", NULL, NULL, "unknown conversion %c");
    refuses("strptime:%F %", NULL, NULL, "lone %");
    refuses("strptime:%F", "2024-01-01T00:00:00Z", NULL, "relative:UNIT");
}
END_TEST

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static size_t print_time(char *text, size_t size, const char *format, const struct tm *tm)
{
    return strftime(text, size, format, tm);
}
#pragma GCC diagnostic pop

/* What strftime prints is read back. */
START_TEST(test_strptime_oracle)
{
    static const char *const formats[] = {
        "%Y-%m-%d %H:%M:%S",
        "%d/%m/%Y %I:%M:%S %p",
        "%a %b %e %k:%M:%S %Y",
        "%A %d %B %Y, %T",
        "%Y%m%d%H%M%S",
        "%j %Y %l:%M:%S %p",
        "%D %R:%S",
        "%s",
    };
    printf("test_strptime: formats from seed %" PRIu64 "\n", seed);
    uint64_t state = seed;
    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
        char full[64];
        snprintf(full, sizeof full, "strptime:%s", formats[f]);
        struct tlm_time_rules rules = make_rules(full, NULL, "UTC");
        struct tlm_time_reader reader;
        tlm__time_reader_init(&reader, &rules);
        for (int i = 0; i < ROUNDS; i++) {
            time_t t = (time_t)below(&state, 2990000000); /* 1970 to 2064, for %y */
            char text[96];
            struct tm tm;
            HOLDS(gmtime_r(&t, &tm) && print_time(text, sizeof text, formats[f], &tm), "no time");
            check_reading(&reader, &(struct reading){text, (int64_t)t * S, NULL});
        }
        tlm__time_rules_release(&rules);
    }
}
END_TEST

/* Texts near a format: where numbers have their places, it means what the general reader says. */
START_TEST(test_fixed_places)
{
    static const char *const formats[] = {"%d/%m/%Y %H:%M", "%Y%m%d%H%M%S", "%F %T",
                                          "%FT%R:%SZ",      "%m-%d-%Y",     "x5%H %Y-%m-%d",
                                          "%Y-%m-%d\t%H",   "%Y %j",        "%d%m%y"};
    uint64_t state = seed;
    size_t taken = 0;
    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++)
        for (int i = 0; i < ROUNDS; i++) {
            struct tlm_strptime_fixed fixed;
            struct tlm_civil quick, careful;
            const char *why = NULL;
            char text[64];
            time_t t = (time_t)below(&state, UINT32_MAX);
            struct tm tm;
            size_t len = print_time(text, sizeof text, formats[f], gmtime_r(&t, &tm));
            if (below(&state, 2))
                text[below(&state, len)] = "0123456789 :/-\t6Z"[below(&state, 17)];
            tlm__strptime_fix(formats[f], &fixed);
            if (!tlm__strptime_fixed_read(&fixed, text, len, &quick))
                continue;
            taken++;
            ck_assert(tlm__strptime_read(formats[f], text, len, &careful, &why));
            ck_assert(quick.local_s == careful.local_s && quick.ns == careful.ns &&
                      quick.has_offset == careful.has_offset &&
                      quick.leap_second == careful.leap_second);
        }
    ck_assert_uint_gt(taken, 2 * ROUNDS);
}
END_TEST

UNIT_MAIN("strptime", test_strptime, test_fixed_places, test_strptime_refused, test_bad_formats,
          test_strptime_oracle)
