/* Doubles and floats to their shortest text, against strtod and snprintf. */
#include "support/unit.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/shortest.h"
#include "support/random.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

enum { RANDOM_BITS = 10 * 1000 * 1000, COMPARED = 300 * 1000 };

static double double_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static float float_of(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static const char *text_of(double value, char *text)
{
    text[tlm__double_text(value, text)] = '\0';
    return text;
}

static void check_round_trip(double value)
{
    char text[TLM_SHORTEST_MAX + 1];
    double back = strtod(text_of(value, text), NULL);
    HOLDS(memcmp(&back, &value, sizeof back) == 0, "%a came back from %s as %a", value, text, back);
    HOLDS(strpbrk(text, ".e"), "%s looks like an integer", text);
}

static size_t digits_in(const char *text, char *digits)
{
    size_t n = 0;
    for (; *text && *text != 'e'; text++)
        if (*text >= '0' && *text <= '9' && (n || *text != '0'))
            digits[n++] = *text;
    while (n && digits[n - 1] == '0')
        n--;
    digits[n] = '\0';
    return n;
}

/* No text with one digit less reads back, and of those with as many ours is the nearest. */
static void check_shortest(double value)
{
    char text[TLM_SHORTEST_MAX + 1], digits[TLM_SHORTEST_MAX], other[64], their_digits[64];
    int n = (int)digits_in(text_of(value, text), digits);
    if (n > 1) {
        snprintf(other, sizeof other, "%.*e", n - 2, value);
        HOLDS(strtod(other, NULL) != value, "%s is longer than %s", text, other);
    }
    snprintf(other, sizeof other, "%.*e", n - 1, value);
    digits_in(other, their_digits);
    HOLDS(strtod(other, NULL) != value || strcmp(digits, their_digits) == 0, "%s is not %s", text,
          other);
}

START_TEST(test_forms)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {1, "1.0"},
        {-1, "-1.0"},
        {10, "10.0"},
        {120, "120.0"},
        {0.1, "0.1"},
        {0.5, "0.5"},
        {1.5, "1.5"},
        {-273.15, "-273.15"},
        {1e-4, "0.0001"},
        {0.00012345, "0.00012345"},
        {1e-5, "1e-5"},
        {1.25e-5, "1.25e-5"},
        {123456789012345680, "1.2345678901234568e17"},
        {9007199254740992, "9007199254740992.0"},
        {9999999999999998, "9999999999999998.0"},
        {1e15, "1000000000000000.0"},
        {1e16, "1e16"},
        {1e22, "1e22"},
        {1e23, "1e23"},
        {9.5367431640625e-07, "9.5367431640625e-7"},
        {5e-324, "5e-324"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {2.225073858507201e-308, "2.225073858507201e-308"},
        {-1.7976931348623157e308, "-1.7976931348623157e308"},
        {0.0001234567890123456, "0.0001234567890123456"},
        {1704067200.123456, "1704067200.123456"},
        {(double)INFINITY, "Infinity"},
        {-(double)INFINITY, "-Infinity"},
        {(double)NAN, "NaN"},
        {-(double)NAN, "NaN"},
    };
    char text[TLM_SHORTEST_MAX + 1];
    for (size_t i = 0; i < LEN(cases); i++)
        ck_assert_str_eq(text_of(cases[i].value, text), cases[i].text);
}
END_TEST

START_TEST(test_random_bits_come_back)
{
    uint64_t state = 1;
    for (size_t i = 0; i < RANDOM_BITS; i++) {
        double value = double_of(draw(&state));
        if (isfinite(value))
            check_round_trip(value);
    }
}
END_TEST

/* Powers of two have uneven intervals; their neighbours are next to that. */
START_TEST(test_powers_of_two_and_subnormals)
{
    uint64_t state = 2;
    for (uint64_t exponent = 0; exponent < 2047; exponent++)
        for (int64_t step = -2; step <= 2; step++) {
            uint64_t bits = (exponent << 52) + (uint64_t)step;
            double value = double_of(bits & (UINT64_MAX >> 1));
            if (!isfinite(value) || value == 0)
                continue;
            check_round_trip(value);
            check_shortest(value);
        }
    for (size_t i = 0; i < COMPARED; i++) {
        double value = double_of((draw(&state) >> 12 >> below(&state, 52)) + 1);
        check_round_trip(value);
        check_shortest(value);
    }
}
END_TEST

START_TEST(test_nothing_shorter_or_nearer)
{
    uint64_t state = 3;
    for (size_t i = 0; i < COMPARED; i++) {
        double value = double_of(draw(&state));
        if (isfinite(value) && value != 0)
            check_shortest(value);
    }
}
END_TEST

/* What people write with few digits comes out as they wrote it. */
START_TEST(test_short_decimals)
{
    char wanted[64], text[TLM_SHORTEST_MAX + 1];
    uint64_t state = 4;
    for (size_t i = 0; i < COMPARED; i++) {
        uint64_t digits = draw(&state) % 10000000 + 1;
        int places = 1 + (int)below(&state, 9);
        snprintf(wanted, sizeof wanted, "%.*f", places, (double)digits / pow(10, places));
        double value = strtod(wanted, NULL);
        char *end = wanted + strlen(wanted);
        while (end[-1] == '0' && end[-2] != '.')
            *--end = '\0';
        if (value >= 1e-4)
            HOLDS(strcmp(text_of(value, text), wanted) == 0, "%s is not %s", text, wanted);
        check_round_trip(value);
    }
}
END_TEST

START_TEST(test_floats)
{
    char text[TLM_SHORTEST_MAX + 1], other[64], digits[TLM_SHORTEST_MAX], theirs[64];
    uint64_t state = 5;
    for (size_t i = 0; i < COMPARED * 5; i++) {
        float value = float_of((uint32_t)draw(&state));
        if (!isfinite(value) || value == 0)
            continue;
        text[tlm__float_text(value, text)] = '\0';
        float back = strtof(text, NULL);
        HOLDS(memcmp(&back, &value, sizeof back) == 0, "%a came back from %s", (double)value, text);
        int n = (int)digits_in(text, digits);
        snprintf(other, sizeof other, "%.*e", n - 2, (double)value);
        HOLDS(n == 1 || strtof(other, NULL) != value, "%s is longer than %s", text, other);
        snprintf(other, sizeof other, "%.*e", n - 1, (double)value);
        digits_in(other, theirs);
        HOLDS(strtof(other, NULL) != value || strcmp(digits, theirs) == 0, "%s is not %s", text,
              other);
    }
}
END_TEST

START_TEST(test_float_forms)
{
    static const struct {
        float value;
        const char *text;
    } cases[] = {
        {0.1f, "0.1"},
        {16777216.0f, "16777216.0"},
        {3.4028235e38f, "3.4028235e38"},
        {1e-45f, "1e-45"},
        {-0.0f, "-0.0"},
        {1.17549435e-38f, "1.1754944e-38"},
        {NAN, "NaN"},
        {-INFINITY, "-Infinity"},
        {0.3f, "0.3"},
        {8388608.5f, "8388608.0"},
    };
    char text[TLM_SHORTEST_MAX + 1];
    for (size_t i = 0; i < LEN(cases); i++) {
        text[tlm__float_text(cases[i].value, text)] = '\0';
        ck_assert_str_eq(text, cases[i].text);
    }
}
END_TEST

UNIT_MAIN("shortest", test_forms, test_random_bits_come_back, test_powers_of_two_and_subnormals,
          test_nothing_shorter_or_nearer, test_short_decimals, test_floats, test_float_forms)
