/* Sizes, durations and counts: what is read, what is refused, how they are shown. */
#include "units.h"

#include "support/unit.h"

#define UNTOUCHED UINT64_C(77)

typedef enum units_result parser(const char *text, uint64_t *value);

struct reading {
    const char *text;
    uint64_t value;
};

static void expect_values(parser *parse, const struct reading *readings)
{
    for (; readings->text; readings++) {
        uint64_t value = UNTOUCHED;
        ck_assert_msg(parse(readings->text, &value) == UNITS_OK, "%s", readings->text);
        ck_assert_msg(value == readings->value, "%s is %ju", readings->text, (uintmax_t)value);
    }
}

static void expect_refused(parser *parse, const char *const *texts, enum units_result wanted)
{
    for (; *texts; texts++) {
        uint64_t value = UNTOUCHED;
        ck_assert_msg(parse(*texts, &value) == wanted, "\"%s\"", *texts);
        ck_assert_msg(value == UNTOUCHED, "\"%s\" changed the value", *texts);
    }
}

START_TEST(sizes)
{
    static const struct reading readings[] = {
        {"0", 0},
        {"1024", 1024},
        {"512B", 512},
        {"1k", 1024},
        {"1K", 1024},
        {"1KiB", 1024},
        {"1kB", 1000},
        {"64MiB", 67108864},
        {"64mib", 67108864},
        {"64M", 67108864},
        {"64MB", 64000000},
        {"1.5GiB", 1610612736},
        {"1.1GiB", 1181116006},
        {"0.5MB", 500000},
        {"2T", UINT64_C(2199023255552)},
        {"1PB", UINT64_C(1000000000000000)},
        {"18446744073709551615", UINT64_MAX},
        {NULL, 0},
    };
    expect_values(units_parse_size, readings);
}
END_TEST

START_TEST(refused_sizes)
{
    static const char *const syntax[] = {
        "",    " ",   "12XB", "MiB",  "-1",  "+1",    "1 MiB", "1.",  ".5M",       "1..5",
        "1,5", "0.5", "1.5B", "0x10", "1e3", "1MiBs", "10s",   "nan", "1.0001kB2", NULL};
    static const char *const range[] = {"18446744073709551616", "99999999999999999999999",
                                        "16777216TiB", "18447PB", NULL};
    expect_refused(units_parse_size, syntax, UNITS_SYNTAX);
    expect_refused(units_parse_size, range, UNITS_RANGE);
}
END_TEST

/* 0 means "no limit": nothing else may round down to it. */
START_TEST(nothing_rounds_to_zero)
{
    static const char *const small_sizes[] = {"0.0001K", "0.000000001K", NULL};
    static const char *const small_durations[] = {"0.1ns", "0.0001us", NULL};
    expect_refused(units_parse_size, small_sizes, UNITS_SYNTAX);
    expect_refused(units_parse_duration, small_durations, UNITS_SYNTAX);
}
END_TEST

START_TEST(durations)
{
    static const struct reading readings[] = {
        {"0", 0},
        {"0s", 0},
        {"7ns", 7},
        {"20us", 20000},
        {"500ms", 500000000},
        {"10s", UINT64_C(10000000000)},
        {"1.5s", 1500000000},
        {"0.000000001s", 1},
        {"5m", UINT64_C(300000000000)},
        {"5min", UINT64_C(300000000000)},
        {"1h", UINT64_C(3600000000000)},
        {"1h30m", UINT64_C(5400000000000)},
        {"1m0.5s", UINT64_C(60500000000)},
        {"1d", UINT64_C(86400000000000)},
        {"2w", UINT64_C(1209600000000000)},
        {"9223372036854775807ns", INT64_MAX},
        {NULL, 0},
    };
    expect_values(units_parse_duration, readings);
}
END_TEST

START_TEST(refused_durations)
{
    static const char *const syntax[] = {"",     "10", "s",  "10 s",  "-1s", "1h30", "30m1h",
                                         "1s1s", "5M", "1y", "64MiB", "1.s", NULL};
    static const char *const range[] = {"9223372036854775808ns", "106752d", "99999999999999999999s",
                                        "106751d23h59m", NULL};
    expect_refused(units_parse_duration, syntax, UNITS_SYNTAX);
    expect_refused(units_parse_duration, range, UNITS_RANGE);
}
END_TEST

START_TEST(counts)
{
    static const struct reading readings[] = {
        {"0", 0},          {"250000", 250000}, {"250k", 250000}, {"250K", 250000},
        {"1.5M", 1500000}, {"2G", 2000000000}, {NULL, 0},
    };
    static const char *const syntax[] = {"", "k", "1.5", "1.2345k", "1kB", "1_000", "1,000", NULL};
    static const char *const range[] = {"18446744073709551616", "18446744074G", NULL};
    expect_values(units_parse_count, readings);
    expect_refused(units_parse_count, syntax, UNITS_SYNTAX);
    expect_refused(units_parse_count, range, UNITS_RANGE);
}
END_TEST

START_TEST(rates)
{
    static const struct {
        const char *text;
        struct tlm_rate rate;
    } readings[] = {
        {"5MB/s", {5000000, TLM_RATE_BYTES}},  {"1/s", {1, TLM_RATE_BYTES}},
        {"64KiB/S", {65536, TLM_RATE_BYTES}},  {"10000rows/s", {10000, TLM_RATE_ROWS}},
        {"1.5krows/s", {1500, TLM_RATE_ROWS}}, {"2Mrows/s", {2000000, TLM_RATE_ROWS}},
    };
    static const char *const syntax[] = {"",      "/s",        "rows/s",    "5MB",     "5MB/m", "5",
                                         "0MB/s", "0.5rows/s", "5 rows/s",  "5rows",   "-1/s",  "s",
                                         "0/s",   "0rows/s",   "5MBrows/s", "5rowss/s"};
    for (size_t i = 0; i < sizeof readings / sizeof readings[0]; i++) {
        struct tlm_rate rate = {77, TLM_RATE_BYTES};
        ck_assert_msg(units_parse_rate(readings[i].text, &rate) == UNITS_OK, "%s",
                      readings[i].text);
        ck_assert_uint_eq(rate.per_second, readings[i].rate.per_second);
        ck_assert_int_eq(rate.of, readings[i].rate.of);
    }
    struct tlm_rate rate = {77, TLM_RATE_ROWS};
    for (size_t i = 0; i < sizeof syntax / sizeof syntax[0]; i++)
        ck_assert_msg(units_parse_rate(syntax[i], &rate) == UNITS_SYNTAX, "%s", syntax[i]);
    ck_assert(units_parse_rate("99999PiB/s", &rate) == UNITS_RANGE);
    ck_assert_uint_eq(rate.per_second, 77);
    ck_assert_int_eq(rate.of, TLM_RATE_ROWS);
}
END_TEST

START_TEST(shown)
{
    char out[UNITS_TEXT];
    ck_assert_str_eq(units_print_size(out, 0), "0 B");
    ck_assert_str_eq(units_print_size(out, 1023), "1023 B");
    ck_assert_str_eq(units_print_size(out, 67108864), "64 MiB");
    ck_assert_str_eq(units_print_size(out, 1610612736), "1.5 GiB");
    ck_assert_str_eq(units_print_size(out, 1048575), "1023.9 KiB");
    ck_assert_str_eq(units_print_size(out, UINT64_MAX), "16383.9 PiB");
    ck_assert_str_eq(units_print_count(out, 0), "0");
    ck_assert_str_eq(units_print_count(out, 999), "999");
    ck_assert_str_eq(units_print_count(out, 1234567), "1,234,567");
    ck_assert_str_eq(units_print_count(out, UINT64_MAX), "18,446,744,073,709,551,615");
    ck_assert_str_eq(units_print_short(out, 999), "999");
    ck_assert_str_eq(units_print_short(out, 250000), "250k");
    ck_assert_str_eq(units_print_short(out, 12345678), "12.3M");
    ck_assert_str_eq(units_print_duration(out, 0), "0 ns");
    ck_assert_str_eq(units_print_duration(out, 350000000), "350 ms");
    ck_assert_str_eq(units_print_duration(out, 1500000000), "1.5 s");
    ck_assert_str_eq(units_print_duration(out, UINT64_C(125999999999)), "2m05s");
    ck_assert_str_eq(units_print_duration(out, UINT64_C(3720000000000)), "1h02m");
    ck_assert_str_eq(units_print_duration(out, UINT64_C(273600000000000)), "3d04h");
    ck_assert_str_eq(units_print_duration(out, UINT64_MAX), "213503d23h");
}
END_TEST

UNIT_MAIN("units", sizes, refused_sizes, nothing_rounds_to_zero, durations, refused_durations,
          counts, rates, shown)
