/* Texts of `tlm cat`: times against gmtime_r, integers against snprintf, strings and JSON. */
#include "support/unit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cat/cat_digits.h"
#include "cat/cat_json.h"
#include "cat/cat_quote.h"
#include "cat/cat_rows.h"
#include "cat/cat_time.h"
#include "support/random.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

enum { RANDOM_TIMES = 50 * 1000 };

static const char *text_of(struct cat_time *time, int64_t ns, char *out)
{
    memset(out, '?', CAT_TIME_TEXT);
    out[cat_time_text(time, ns, out)] = '\0';
    return out;
}

/* ---- times ---------------------------------------------------------------------------------- */

static void check_rfc3339(struct cat_time *time, int64_t ns)
{
    char text[CAT_TIME_TEXT + 1], wanted[64];
    int64_t second = ns / 1000000000 - (ns % 1000000000 < 0);
    long rest = (long)(ns % 1000000000 + (ns % 1000000000 < 0) * 1000000000);
    time_t seconds = (time_t)second;
    struct tm parts;
    gmtime_r(&seconds, &parts);
    size_t len = strftime(wanted, sizeof wanted, "%Y-%m-%dT%H:%M:%S", &parts);
    if (rest % 1000)
        len += (size_t)snprintf(wanted + len, 16, ".%09ld", rest);
    else if (rest % 1000000)
        len += (size_t)snprintf(wanted + len, 16, ".%06ld", rest / 1000);
    else if (rest)
        len += (size_t)snprintf(wanted + len, 16, ".%03ld", rest / 1000000);
    snprintf(wanted + len, 16, "Z");
    ck_assert_str_eq(text_of(time, ns, text), wanted);
}

START_TEST(test_rfc3339)
{
    static const int64_t units[] = {1, 1000, 1000000, 1000000000, INT64_C(86400000000000)};
    static const int64_t known[] = {0, -1, 1, 999, -1000, INT64_MAX, INT64_MIN, 951782400000000000};
    struct cat_time time;
    uint64_t state = 1;
    cat_time_init(&time, CAT_TIME_RFC3339);
    for (size_t i = 0; i < LEN(known); i++)
        check_rfc3339(&time, known[i]);
    for (int i = 0; i < RANDOM_TIMES; i++) {
        int64_t unit = units[i % (int)LEN(units)];
        check_rfc3339(&time, (int64_t)draw(&state) / unit * unit);
    }
}
END_TEST

START_TEST(test_every_day)
{
    struct cat_time time;
    cat_time_init(&time, CAT_TIME_RFC3339);
    for (int64_t day = -106751; day <= 106751; day++)
        check_rfc3339(&time, day * INT64_C(86400000000000));
}
END_TEST

START_TEST(test_numbers_of_time)
{
    static const struct {
        enum cat_time_format format;
        int64_t ns;
        const char *text;
    } cases[] = {
        {CAT_TIME_S, 0, "0"},
        {CAT_TIME_S, 1, "0.000000001"},
        {CAT_TIME_S, -1, "-0.000000001"},
        {CAT_TIME_S, -1500000000, "-1.500"},
        {CAT_TIME_S, INT64_MIN, "-9223372036.854775808"},
        {CAT_TIME_S, 1700000000123456000, "1700000000.123456"},
        {CAT_TIME_MS, 1700000000123456000, "1700000000123.456"},
        {CAT_TIME_MS, -1000001, "-1.000001"},
        {CAT_TIME_MS, 5000000, "5"},
        {CAT_TIME_US, 1700000000123456000, "1700000000123456"},
        {CAT_TIME_US, 1700000000123456007, "1700000000123456.007"},
        {CAT_TIME_NS, INT64_MAX, "9223372036854775807"},
        {CAT_TIME_NS, INT64_MIN, "-9223372036854775808"},
    };
    for (size_t i = 0; i < LEN(cases); i++) {
        struct cat_time time;
        char text[CAT_TIME_TEXT + 1];
        cat_time_init(&time, cases[i].format);
        ck_assert_str_eq(text_of(&time, cases[i].ns, text), cases[i].text);
    }
}
END_TEST

START_TEST(test_integers)
{
    uint64_t state = 2;
    for (int i = 0; i < RANDOM_TIMES; i++) {
        char text[CAT_INTEGER_TEXT], wanted[32];
        int64_t value = (int64_t)draw(&state) >> (i % 64);
        text[cat_digits_integer(text, value)] = '\0';
        snprintf(wanted, sizeof wanted, "%" PRId64, value);
        ck_assert_str_eq(text, wanted);
    }
}
END_TEST

/* ---- strings -------------------------------------------------------------------------------- */

static void check_text(const struct cat_text *text, const char *wanted)
{
    ck_assert_msg(text->len == strlen(wanted) && memcmp(text->data, wanted, text->len) == 0,
                  "%.*s, wanted %s", (int)text->len, text->data, wanted);
}

START_TEST(test_json_strings)
{
    static const struct {
        const char *text;
        size_t len;
        const char *quoted;
    } cases[] = {
        {"", 0, "\"\""},
        {"a\"b\\c/", 6, "\"a\\\"b\\\\c/\""},
        {"\n\t\r\b\f\0\x1f\x7f", 8, "\"\\n\\t\\r\\b\\f\\u0000\\u001f\x7f\""},
        {"\xc3\xa6\xe2\x82\xac\xf0\x9f\x9a\x80", 9, "\"\xc3\xa6\xe2\x82\xac\xf0\x9f\x9a\x80\""},
        {"\xff", 1, "\"\xef\xbf\xbd\""},
        {"a\xe2\x82", 3, "\"a\xef\xbf\xbd\""},                           /* cut */
        {"\xc0\xaf", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\""},                 /* overlong */
        {"\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""}, /* a surrogate */
        {"\xf4\x90\x80\x80", 4, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xe2\x82z", 3, "\"\xef\xbf\xbdz\""},
    };
    for (size_t i = 0; i < LEN(cases); i++) {
        struct cat_text out = {0};
        ck_assert(cat_quote_json(&out, (struct tlm_string){cases[i].text, cases[i].len}));
        check_text(&out, cases[i].quoted);
        cat_text_release(&out);
    }
}
END_TEST

START_TEST(test_cells)
{
    static const struct {
        const char *text, *comma, *tab;
    } cases[] = {
        {"", "\"\"", "\"\""},
        {"a b", "a b", "a b"},
        {" a", "\" a\"", "\" a\""},
        {"a\t", "\"a\t\"", "\"a\t\""},
        {"a,b", "\"a,b\"", "a,b"},
        {"a\tb", "a\tb", "\"a\tb\""},
        {"\"", "\"\"\"\"", "\"\"\"\""},
        {"a\"\"b", "\"a\"\"\"\"b\"", "\"a\"\"\"\"b\""},
        {"a\nb", "\"a\nb\"", "\"a\nb\""},
        {"a\rb", "\"a\rb\"", "\"a\rb\""},
    };
    for (size_t i = 0; i < LEN(cases); i++) {
        struct cat_text comma = {0}, tab = {0};
        struct tlm_string text = {cases[i].text, strlen(cases[i].text)};
        ck_assert(cat_quote_cell(&comma, text, ',') && cat_quote_cell(&tab, text, '\t'));
        check_text(&comma, cases[i].comma);
        check_text(&tab, cases[i].tab);
        cat_text_release(&comma);
        cat_text_release(&tab);
    }
}
END_TEST

/* ---- JSON ----------------------------------------------------------------------------------- */

static struct tlm_string string(const char *text)
{
    return (struct tlm_string){text, strlen(text)};
}

START_TEST(test_valid_json)
{
    static const char *const good[] = {
        "1",
        "-0",
        "0.5",
        "1e5",
        "-1.25E-7",
        "\"\"",
        "\"\\u00e6\\n\\/\"",
        "true",
        "false",
        "null",
        "[]",
        "{}",
        " [ 1 , [ ] , { } ] ",
        "{\"a\":{\"b\":[null]},\"c\":\"d\"}",
        "\n{\t\"a\" : 1\r}",
    };
    static const char *const bad[] = {
        "",         " ",           "01",      "+1",
        "1.",       ".5",          "1e",      "-",
        "NaN",      "nul",         "truex",   "\"",
        "\"\\x\"",  "\"\\u12g4\"", "\"\\u12", "\"\x01\"",
        "\"\xff\"", "[",           "]",       "[1,]",
        "[,1]",     "[1 2]",       "{\"a\"}", "{\"a\":}",
        "{a:1}",    "{\"a\":1,}",  "[1}",     "{\"a\":1]",
        "1 2",      "[]]",         "{,}",     "\xef\xbb\xbf[]",
    };
    for (size_t i = 0; i < LEN(good); i++)
        ck_assert_msg(cat_json_valid(string(good[i])), "%s", good[i]);
    for (size_t i = 0; i < LEN(bad); i++)
        ck_assert_msg(!cat_json_valid(string(bad[i])), "%s", bad[i]);
}
END_TEST

/* No byte behind the end counts. */
START_TEST(test_cut_json)
{
    const char *text = "{\"a\":[1.5e+3,true,null,\"\\u0041\xc3\xa6\"],\"b\":{}}";
    for (size_t len = 0; len < strlen(text); len++) {
        char *cut = malloc(len + 1);
        memcpy(cut, text, len);
        cut = realloc(cut, len ? len : 1);
        ck_assert_msg(!cat_json_valid((struct tlm_string){cut, len}), "%zu bytes", len);
        free(cut);
    }
    ck_assert(cat_json_valid(string(text)));
}
END_TEST

START_TEST(test_evident_json)
{
    static const char *const evident[] = {
        "{}",        " {\"a\":1}", "[[1]]",        "[{}]",    "[true]",
        "[1,\"a\"]", "[\"a\",1]",  "[null,false]", "[1,[2]]", "[null,1,\"a\"]",
    };
    static const char *const like_others[] = {
        "1",       "\"a\"",  "null",     "true",         "[]",        "[ ]",
        "[1,2.5]", "[null]", "[null,1]", "[\"a\",null]", "[\"],{\"]",
    };
    for (size_t i = 0; i < LEN(evident); i++)
        ck_assert_msg(cat_json_is_evident(string(evident[i])), "%s", evident[i]);
    for (size_t i = 0; i < LEN(like_others); i++)
        ck_assert_msg(!cat_json_is_evident(string(like_others[i])), "%s", like_others[i]);
}
END_TEST

/* ---- rows that are there -------------------------------------------------------------------- */

START_TEST(test_row_lengths)
{
    const struct cat_format json = {.form = CAT_FORM_JSONL}, cells = {.form = CAT_FORM_CSV};
    const char *rows = "{\"a\":\"\\\"\"}\n{}\n", *csv = "a,\"x\n\"\"y\"\nb,1\n";
    ck_assert_uint_eq(cat_rows_length(&json, rows, strlen(rows), 0), 0);
    ck_assert_uint_eq(cat_rows_length(&json, rows, strlen(rows), 1), strlen(rows) - 3);
    ck_assert_uint_eq(cat_rows_length(&json, rows, strlen(rows), 2), strlen(rows));
    ck_assert_uint_eq(cat_rows_length(&cells, csv, strlen(csv), 1), strlen(csv) - 4);
    ck_assert_uint_eq(cat_rows_length(&cells, csv, strlen(csv), 2), strlen(csv));
}
END_TEST

UNIT_MAIN("cat_text", test_rfc3339, test_every_day, test_numbers_of_time, test_integers,
          test_json_strings, test_cells, test_valid_json, test_cut_json, test_evident_json,
          test_row_lengths)
