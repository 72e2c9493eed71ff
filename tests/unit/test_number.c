/* Numbers, against strtod and against the grammars. */
#include "rows/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/random.h"
#include "support/unit.h"

enum { ROUNDS = 600000 };

static const uint64_t seed = 20240229;

static void print_seed(const char *test)
{
    printf("test_number: %s from seed %" PRIu64 "\n", test, seed);
}

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double from_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

enum { ROOM = 4096 };

/* The text is followed by digits, which must not be read as part of it. */
static size_t scan(const char *text, struct tlm_number *number)
{
    static char room[ROOM + 8];
    size_t len = strlen(text);
    HOLDS(len <= ROOM, "too long");
    char *start = room + ROOM - len;
    memcpy(start, text, len);
    memset(room + ROOM, '7', 8);
    return tlm__number_scan(start, len, number);
}

/* The text ends where its array ends: a byte too far is seen by the sanitizer. */
static bool read_with(const char *text, char decimal, struct tlm_number *number)
{
    static char room[ROOM];
    size_t len = strlen(text);
    HOLDS(len <= ROOM, "too long");
    char *start = room + ROOM - len;
    memcpy(start, text, len);
    if (len < ROOM)
        start[-1] = '7';
    return tlm__number_read(start, len, decimal, number);
}

static bool read_number(const char *text, struct tlm_number *number)
{
    return read_with(text, '.', number);
}

static void same_as_strtod(const char *text, const struct tlm_number *number)
{
    double expected = strtod(text, NULL);
    HOLDS(bits_of(number->real) == bits_of(expected), "%.900s: %a instead of %a", text,
          number->real, expected);
    HOLDS((number->kind == TLM_NUMBER_HUGE) == (isinf(expected) != 0), "%.900s: kind %d", text,
          (int)number->kind);
}

static void check_both(const char *text)
{
    struct tlm_number number = {0};
    HOLDS(scan(text, &number) == strlen(text), "scan refuses %.900s", text);
    same_as_strtod(text, &number);
    struct tlm_number again = {0};
    HOLDS(read_number(text, &again), "read refuses %.900s", text);
    same_as_strtod(text, &again);
    HOLDS(number.kind == again.kind, "%.900s: two kinds", text);
}

static void is_int(const char *text, int64_t expected)
{
    struct tlm_number number = {0};
    HOLDS(read_number(text, &number), "%s", text);
    HOLDS(number.kind == TLM_NUMBER_INT, "%s: kind %d", text, (int)number.kind);
    HOLDS(number.integer == expected, "%s: %" PRId64, text, number.integer);
    same_as_strtod(text, &number);
}

START_TEST(test_integers)
{
    is_int("0", 0);
    is_int("-0", 0);
    is_int("7", 7);
    is_int("-123", -123);
    is_int("12345678", 12345678);
    is_int("123456789", 123456789);
    is_int("1700000000000000000", INT64_C(1700000000000000000));
    is_int("9007199254740993", INT64_C(9007199254740993));
    is_int("9223372036854775807", INT64_MAX);
    is_int("-9223372036854775807", -INT64_MAX);
    is_int("-9223372036854775808", INT64_MIN);
    is_int("02114", 2114);
    is_int("-007", -7);
    is_int("+1", 1);
    is_int("00000000000000000000000000000012", 12);
    is_int("-00000000000000000000000000000000", 0);
    is_int("00000000000009223372036854775807", INT64_MAX);
    struct tlm_number number = {0};
    ck_assert(scan("-0", &number) == 2 && number.kind == TLM_NUMBER_INT && number.integer == 0);
    ck_assert(signbit(number.real));
}
END_TEST

static void is_big(const char *text, bool fits, uint64_t expected)
{
    struct tlm_number number = {0};
    ck_assert_uint_eq(scan(text, &number), strlen(text));
    HOLDS(number.kind == TLM_NUMBER_BIG, "%s: kind %d", text, (int)number.kind);
    HOLDS(number.fits_uint64 == fits, "%s", text);
    if (fits)
        ck_assert_uint_eq(number.as_uint64, expected);
    same_as_strtod(text, &number);
}

START_TEST(test_big_integers)
{
    is_big("9223372036854775808", true, UINT64_C(1) << 63);
    is_big("9999999999999999999", true, UINT64_C(9999999999999999999));
    is_big("10000000000000000000", true, UINT64_C(10000000000000000000));
    is_big("18446744073709551615", true, UINT64_MAX);
    is_big("18446744073709551616", false, 0);
    is_big("18446744073709551620", false, 0);
    is_big("99999999999999999999", false, 0);
    is_big("-9223372036854775809", false, 0);
    is_big("-18446744073709551615", false, 0);
    is_big("-18446744073709551616", false, 0);
    is_big("123456789012345678901234567890", false, 0);
    struct tlm_number number = {0};
    ck_assert(read_number("000000000000000000018446744073709551615", &number));
    ck_assert(number.kind == TLM_NUMBER_BIG && number.fits_uint64);
    ck_assert_uint_eq(number.as_uint64, UINT64_MAX);
}
END_TEST

START_TEST(test_huge)
{
    char digits[401];
    memset(digits, '9', 309);
    digits[309] = '\0';
    const char *const texts[] = {
        "1e400",     "-1e400", "1e99999999999", "1.8e308",     "1e309",
        "123e99999", digits,   "-1E+400",       "0.001e99999", "1.7976931348623159e308"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct tlm_number number = {0};
        ck_assert_uint_eq(scan(texts[i], &number), strlen(texts[i]));
        HOLDS(number.kind == TLM_NUMBER_HUGE, "%s", texts[i]);
        same_as_strtod(texts[i], &number);
    }
}
END_TEST

START_TEST(test_named_values)
{
    const char *const texts[] = {"nan",  "NaN",  "NAN",      "-nan",      "+nan",     "inf",
                                 "-inf", "+Inf", "Infinity", "-INFINITY", "-Infinity"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct tlm_number number = {0};
        HOLDS(read_number(texts[i], &number), "%s", texts[i]);
        ck_assert_int_eq(number.kind, TLM_NUMBER_DOUBLE);
        HOLDS(bits_of(number.real) == bits_of(strtod(texts[i], NULL)), "%s", texts[i]);
        ck_assert_uint_eq(scan(texts[i], &number), 0);
    }
}
END_TEST

START_TEST(test_not_numbers)
{
    const char *const texts[] = {
        "",          "-",        "+",        ".",     "-.",   "e5",        ".e5",      "1e",
        "1e+",       "1.5e-",    "0x10",     "1_000", "1 2",  "--1",       "+-1",      "-+1",
        "nan(1)",    "infin",    "in",       "na",    "nanx", "infinityx", "1.2.3",    "1,5",
        " 1",        "1 ",       "1e5.5",    "1e5e5", "abc",  "1a",        "\xd9\xa1", "1\xc2\xa0",
        "12345678a", "1234567/", "1234567:", "$1",    "1%",   "1,234,567", "- 1",      "1.-5",
        "0b1",       "tru",      "1f",       "1d",    "INFI", "n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct tlm_number number = {.kind = TLM_NUMBER_INT};
        HOLDS(!read_number(texts[i], &number), "\"%s\"", texts[i]);
        ck_assert_int_eq(number.kind, TLM_NUMBER_NONE);
    }
    struct tlm_number number;
    ck_assert(!tlm__number_read("1\0", 2, '.', &number));
    ck_assert(!tlm__number_read("nan\0", 4, '.', &number));
}
END_TEST

START_TEST(test_csv_forms)
{
    static const struct {
        const char *text;
        double value;
    } cases[] = {
        {".5", 0.5},
        {"-.5", -0.5},
        {"1.", 1},
        {"+1.5", 1.5},
        {"-1.e2", -100},
        {"00.5", 0.5},
        {"+.5E+1", 5},
        {"1.0", 1},
        {"1e0", 1},
        {"000123.50", 123.5},
        {"-0.0", -0.},
        {"1234567.1", 1234567.1},
        {"12345.78", 12345.78},
        {"1.2345", 1.2345},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tlm_number number = {0};
        HOLDS(read_number(cases[i].text, &number), "%s", cases[i].text);
        ck_assert_int_eq(number.kind, TLM_NUMBER_DOUBLE);
        HOLDS(bits_of(number.real) == bits_of(cases[i].value), "%s: %a", cases[i].text,
              number.real);
    }
}
END_TEST

START_TEST(test_decimal_comma)
{
    struct tlm_number number = {0};
    ck_assert(read_with("1,5", ',', &number));
    ck_assert(number.kind == TLM_NUMBER_DOUBLE && bits_of(number.real) == bits_of(1.5));
    ck_assert(read_with("-,5e1", ',', &number));
    ck_assert(bits_of(number.real) == bits_of(-5.0));
    ck_assert(read_with("12", ',', &number) && number.kind == TLM_NUMBER_INT);
    ck_assert(read_with("0,1234567890123456789012345", ',', &number));
    ck_assert(bits_of(number.real) == bits_of(0.1234567890123456789012345));
    ck_assert(!read_with("1.5", ',', &number));
    ck_assert(!read_with("1,234,5", ',', &number));
    ck_assert(!read_with("1.234,5", ',', &number));
}
END_TEST

START_TEST(test_json_grammar)
{
    const char *const none[] = {"",    "-",         "+1",  ".5",  "1.",   "-.5", "01",  "-01",
                                "00",  "00.5",      "1e",  "1e+", "1.e5", "nan", "NaN", "x",
                                "inf", "-Infinity", "--1", " 1",  "1.x",  "1ex", "-a"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        struct tlm_number number = {.kind = TLM_NUMBER_INT};
        HOLDS(scan(none[i], &number) == 0, "\"%s\"", none[i]);
        ck_assert_int_eq(number.kind, TLM_NUMBER_NONE);
    }
    static const struct {
        const char *text;
        size_t len;
    } some[] = {{"1,2", 1},        {"0}", 1},    {"-12 ", 3},       {"1.5]", 3},  {"1.5.5", 3},
                {"12345678,9", 8}, {"1e5e", 3},  {"0x10", 1},       {"1_000", 1}, {"0.0\n", 3},
                {"1-2", 1},        {"1E-2,", 4}, {"123456789\t", 9}};
    for (size_t i = 0; i < sizeof some / sizeof some[0]; i++) {
        struct tlm_number number = {0};
        HOLDS(scan(some[i].text, &number) == some[i].len, "\"%s\"", some[i].text);
    }
}
END_TEST

/* Every cut of a long text ends where the caller says. */
START_TEST(test_ends_at_len)
{
    const char text[] = "-1234567890123456789.5012345678e-1200000000";
    for (size_t len = 1; len < strlen(text); len++) {
        char cut[64];
        memcpy(cut, text, len);
        cut[len] = '\0';
        struct tlm_number number = {0}, whole = {0};
        size_t used = tlm__number_scan(text, len, &number);
        ck_assert_uint_eq(used, scan(cut, &whole));
        if (used) {
            ck_assert_uint_eq(used, len);
            same_as_strtod(cut, &number);
            same_as_strtod(cut, &whole);
        }
    }
}
END_TEST

/* In memory of its own, short texts take other loads than long ones. */
START_TEST(test_reads_only_its_text)
{
    const char text[] = "12345.6789012345678e-12";
    for (size_t len = 1; len < strlen(text); len++) {
        char *room = malloc(len);
        ck_assert_ptr_nonnull(room);
        memcpy(room, text + strlen(text) - len, len);
        char copy[32] = {0};
        memcpy(copy, room, len);
        struct tlm_number number = {0};
        if (tlm__number_read(room, len, '.', &number))
            same_as_strtod(copy, &number);
        else
            ck_assert(strchr("-e", copy[0]) != NULL);
        free(room);
    }
}
END_TEST

START_TEST(test_hard_cases)
{
    const char *const texts[] = {
        "0",
        "-0",
        "0.0",
        "-0.0",
        "0e5",
        "-0e-5",
        "0e99999999999",
        "0.0e-99999999999",
        "1e-400",
        "-1e-400",
        "1e-99999999999",
        "1e-9223372036854775808",
        "1e-18446744073709551617",
        "123456789e-999999999999999999999999999999",
        "4.9e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "2.47032822920623272e-324",
        "2.5e-324",
        "7e-324",
        "1e-323",
        "2.2250738585072011e-308",
        "2.2250738585072012e-308",
        "2.2250738585072014e-308",
        "2.225073858507201136057409796709131975934819546351645648e-308",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "179769313486231580793728971405301e276",
        "1e22",
        "1e23",
        "1e-22",
        "1e-23",
        "8.5e22",
        "9007199254740992",
        "9007199254740993",
        "9007199254740994",
        "9007199254740995",
        "9007199254740993.0",
        "9007199254740993.00000000000000000001",
        "9007199254740992.9999999999999999999",
        "9007199254740991e1",
        "9007199254740993e22",
        "900719925474099.3",
        "-123.456789",
        "21.5",
        "0.1",
        "0.2",
        "0.3",
        "3.141592653589793",
        "22.568214416503906",
        "120.31088256835938",
        "32.9395109",
        "6.02214076e23",
        "1e0",
        "1E5",
        "12345678901234567890",
        "1234567890.1234567890",
        "12345678.12345678",
        "123456789012345678e2",
        "0.000000000000000000000000000000000000000000000001",
        "1.00000000000000011102230246251565",
        "1.000000000000000111022302462515654042363166809082031250",
        "1.000000000000000111022302462515654042363166809082031251",
        "1.000000000000000111022302462515654042363166809082031249",
        "7.2057594037927933e16",
        "72057594037927933",
        "9223372036854776833",
        "9223372036854776832",
        "36028797018963969",
        "36028797018963970",
        "36028797018963971",
        "18014398509481985",
        "18014398509481987",
        "5e-324",
        "3e-324",
        "2e-324",
        "6929495644600919.5e0",
        "3.7455744005952583e15",
        "9.5367431640625e-7",
        "4503599627370496.5",
        "4503599627370497.5",
        "4503599627475352.5",
        "2.2250738585072013e-308",
        "89255e-22",
        "104110013277974872254e-225",
        "8920.3e-324",
        "1.2345678901234567e-320",
        "9.0608011534336e15",
        "5.708990770823839e207",
        "1.0020284025808569e-134",
        "1e19",
        "1e18",
        "10000000000000000000e-1",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        check_both(texts[i]);
}
END_TEST

/* Long runs of zeros and digits around the point, and exponents that make up for them. */
START_TEST(test_long_texts)
{
    char text[3000];
    for (size_t zeros = 0; zeros < 1200; zeros += 37) {
        char run[1300];
        memset(run, '0', zeros);
        run[zeros] = '\0';
        snprintf(text, sizeof text, "0.%s12345678901234567890123e%zu", run, zeros);
        check_both(text);
        snprintf(text, sizeof text, "12345%se-%zu", run, zeros);
        check_both(text);
        snprintf(text, sizeof text, "9007199254740993.%s1", run);
        check_both(text);
        snprintf(text, sizeof text, "9007199254740993.%s0e0", run);
        check_both(text);
        memset(run, '9', zeros);
        snprintf(text, sizeof text, "9007199254740992.9%se-%zu", run, zeros);
        check_both(text);
    }
}
END_TEST

/* The exact midpoint above value, which long double holds, and its two closest neighbours. */
static void check_midpoint(double value)
{
    double next = nextafter(value, INFINITY);
    if (isinf(next))
        return;
    long double middle = ((long double)value + (long double)next) / 2;
    static char text[1400];
    int len = snprintf(text, sizeof text - 2, "%.1100Le", middle);
    ck_assert(len > 0 && (size_t)len < sizeof text - 2);
    check_both(text);
    char *e = strchr(text, 'e');
    ck_assert_ptr_nonnull(e);
    e[-1] = '1';
    check_both(text);
    /* One below in the last place that is not zero. */
    e[-1] = '0';
    char *last = e - 1;
    while (*last == '0')
        last--;
    if (*last != '.') {
        (*last)--;
        check_both(text);
    }
    /* Shorter than the midpoint: 17 to 40 digits. */
    snprintf(text, sizeof text, "%.*Le", (int)(16 + bits_of(value) % 24), middle);
    check_both(text);
}

START_TEST(test_midpoints)
{
    print_seed("midpoints");
    uint64_t state = seed;
    for (int i = 0; i < 300; i++) {
        double value = from_bits(draw(&state) & INT64_MAX);
        if (isfinite(value))
            check_midpoint(value);
        check_midpoint(from_bits(draw(&state) >> (12 + below(&state, 52)))); /* denormals */
        check_midpoint((double)(draw(&state) >> below(&state, 64)));
    }
    check_midpoint(0);
    check_midpoint(from_bits(UINT64_C(0x000fffffffffffff)));
    check_midpoint(from_bits(UINT64_C(0x7feffffffffffffe)));
}
END_TEST

START_TEST(test_random_doubles)
{
    print_seed("random doubles");
    uint64_t state = seed + 1;
    for (int i = 0; i < ROUNDS; i++) {
        double value = from_bits(draw(&state));
        if (!isfinite(value))
            continue;
        char text[64];
        snprintf(text, sizeof text, "%.*e", (int)below(&state, 25), value);
        check_both(text);
        value = (double)(int64_t)draw(&state) / (double)(UINT64_C(1) << below(&state, 63));
        snprintf(text, sizeof text, "%.*g", (int)(1 + below(&state, 20)), value);
        struct tlm_number number = {0};
        HOLDS(read_number(text, &number), "%s", text);
        same_as_strtod(text, &number);
    }
}
END_TEST

static size_t put_digits(char *text, uint64_t *state, size_t n)
{
    for (size_t i = 0; i < n; i++)
        text[i] = (char)('0' + below(state, 10));
    return n;
}

/* Digits, a point somewhere, an exponent sometimes: all of them numbers for CSV. */
START_TEST(test_random_digits)
{
    print_seed("random digits");
    uint64_t state = seed + 2;
    for (int i = 0; i < ROUNDS; i++) {
        char text[96];
        size_t n = 0;
        if (below(&state, 3) == 0)
            text[n++] = '-';
        n += put_digits(text + n, &state, 1 + below(&state, 21));
        if (below(&state, 3)) {
            text[n++] = '.';
            n += put_digits(text + n, &state, below(&state, 21));
        }
        text[n] = '\0';
        if (below(&state, 3) == 0)
            snprintf(text + n, sizeof text - n, "%c%d", below(&state, 2) ? 'e' : 'E',
                     (int)below(&state, 700) - 350);
        struct tlm_number number = {0};
        HOLDS(read_number(text, &number), "%s", text);
        same_as_strtod(text, &number);
    }
}
END_TEST

/* A slow and obvious reading of RFC 8259, section 6. */
static bool is_json_number(const char *text)
{
    text += *text == '-';
    size_t whole = strspn(text, "0123456789");
    if (whole == 0 || (whole > 1 && *text == '0'))
        return false;
    text += whole;
    if (*text == '.') {
        size_t fraction = strspn(++text, "0123456789");
        if (fraction == 0)
            return false;
        text += fraction;
    }
    if (*text == 'e' || *text == 'E') {
        text++;
        text += *text == '+' || *text == '-';
        size_t power = strspn(text, "0123456789");
        if (power == 0)
            return false;
        text += power;
    }
    return *text == '\0';
}

static bool is_csv_number(const char *text)
{
    if (strspn(text, "0123456789+-.eE") != strlen(text))
        return false;
    char *end;
    strtod(text, &end);
    return end != text && *end == '\0';
}

/* Short strings of the characters of numbers: mostly not numbers, and all decided alike. */
START_TEST(test_random_grammar)
{
    static const char alphabet[] = "0123456789..--+eE00 xa";
    print_seed("random grammar");
    uint64_t state = seed + 3;
    int numbers = 0;
    for (int i = 0; i < 3 * ROUNDS; i++) {
        char text[16];
        size_t len = below(&state, 13);
        for (size_t k = 0; k < len; k++)
            text[k] = alphabet[below(&state, k < 2 ? 13 : sizeof alphabet - 1)];
        text[len] = '\0';
        struct tlm_number number = {0};
        bool is_number = is_csv_number(text);
        HOLDS(read_number(text, &number) == is_number, "read \"%s\"", text);
        if (is_number)
            same_as_strtod(text, &number);
        HOLDS((scan(text, &number) == len && len) == is_json_number(text), "scan \"%s\"", text);
        numbers += is_number;
    }
    ck_assert_int_gt(numbers, ROUNDS / 20);
}
END_TEST

START_TEST(test_random_integers)
{
    print_seed("random integers");
    uint64_t state = seed + 4;
    for (int i = 0; i < ROUNDS; i++) {
        int64_t value = (int64_t)draw(&state) >> below(&state, 64);
        char text[32];
        snprintf(text, sizeof text, "%" PRId64, value);
        struct tlm_number number = {0};
        HOLDS(scan(text, &number) == strlen(text), "%s", text);
        HOLDS(number.kind == TLM_NUMBER_INT && number.integer == value, "%s", text);
        same_as_strtod(text, &number);
    }
}
END_TEST

UNIT_MAIN("number", test_integers, test_big_integers, test_huge, test_named_values,
          test_not_numbers, test_csv_forms, test_decimal_comma, test_json_grammar, test_ends_at_len,
          test_reads_only_its_text, test_hard_cases, test_long_texts, test_midpoints,
          test_random_doubles, test_random_digits, test_random_grammar, test_random_integers)
