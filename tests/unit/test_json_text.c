/* Strings, UTF-8, numbers and compact text. */
#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "rows/json_text.h"
#include "rows/parse_json.h"

/* A copy without a byte of room behind it: sanitizers see every step too far. */
static char *exact(const char *text, size_t len)
{
    char *copy = malloc(len ? len : 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, len);
    return copy;
}

/* ---- UTF-8 ---------------------------------------------------------------------------------- */

static bool utf8_valid(const char *text, size_t len)
{
    char *copy = exact(text, len);
    bool valid = tlm__utf8_valid(copy, len);
    free(copy);
    return valid;
}

#define VALID(text) ck_assert_msg(utf8_valid(text, sizeof text - 1), "refused: %s", text)
#define INVALID(text) ck_assert_msg(!utf8_valid(text, sizeof text - 1), "taken: %s", #text)

START_TEST(utf8_takes_every_length)
{
    VALID("");
    VALID("plain ASCII that is longer than two words");
    VALID("\x7f");
    VALID("\xc2\x80 \xdf\xbf");
    VALID("\xe0\xa0\x80 \xec\xbf\xbf \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf");
    VALID("\xf0\x90\x80\x80 \xf3\xbf\xbf\xbf \xf4\x8f\xbf\xbf");
    VALID("a\0b");
    VALID("1234567\xc3\xa9");
}
END_TEST

START_TEST(utf8_refuses_what_is_not)
{
    INVALID("\x80");
    INVALID("\xbf");
    INVALID("\xc0\x80");
    INVALID("\xc1\xbf");
    INVALID("\xe0\x9f\xbf");
    INVALID("\xed\xa0\x80"); /* a surrogate */
    INVALID("\xf0\x8f\xbf\xbf");
    INVALID("\xf4\x90\x80\x80");
    INVALID("\xf5\x80\x80\x80");
    INVALID("\xff");
    INVALID("\xc3");
    INVALID("\xe2\x82");
    INVALID("\xf0\x9f\x98");
    INVALID("\xc3(");
    INVALID("\xe2(\xa1");
    INVALID("\xf0\x9f\x98(");
    INVALID("1234567\xc3");
}
END_TEST

/* The slow way: decode and compare with the smallest code point of that length. */
static bool utf8_valid_slowly(const unsigned char *p, size_t len)
{
    static const unsigned long smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    for (size_t i = 0, n; i < len; i += n) {
        n = p[i] < 0x80 ? 1 : p[i] >> 5 == 6 ? 2 : p[i] >> 4 == 14 ? 3 : p[i] >> 3 == 30 ? 4 : 0;
        if (n == 0 || n > len - i)
            return false;
        unsigned long code = n == 1 ? p[i] : p[i] & (0xffu >> (n + 1));
        for (size_t k = 1; k < n; k++) {
            if (p[i + k] >> 6 != 2)
                return false;
            code = code << 6 | (p[i + k] & 0x3f);
        }
        if (code < smallest[n] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
            return false;
    }
    return true;
}

START_TEST(utf8_agrees_with_a_decoder)
{
    static const unsigned char edges[] = {'a',  0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf,
                                          0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee,
                                          0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff};
    const size_t n = sizeof edges;
    for (size_t i = 0; i < n * n * n * n; i++) {
        unsigned char text[12] = "1234567";
        size_t start = i & 7, rest = i;
        for (size_t k = 0; k < 4; k++, rest /= n)
            text[start + k] = edges[rest % n];
        if (tlm__utf8_valid((char *)text, start + 4) != utf8_valid_slowly(text, start + 4))
            ck_abort_msg("differs for number %zu", i);
    }
}
END_TEST

/* ---- strings -------------------------------------------------------------------------------- */

/* The decoded string whose source text (without opening quote, with the closing one) is given. */
static size_t decode(const char *source, char *out)
{
    bool escaped;
    struct tlm_json_fault fault;
    size_t len = strlen(source);
    char *copy = exact(source, len);
    const char *close = tlm__json_string_end(copy, copy + len, &escaped, &fault);
    ck_assert_msg(close == copy + len - 1, "%s", source);
    ck_assert_int_eq(escaped, strchr(source, '\\') != NULL);
    size_t decoded = tlm__json_decode(copy, len - 1, out);
    free(copy);
    return decoded;
}

#define DECODES(source, text)                    \
    do {                                         \
        char out[64];                            \
        size_t len = decode(source, out);        \
        ck_assert_uint_eq(len, sizeof text - 1); \
        ck_assert_mem_eq(out, text, len);        \
    } while (0)

START_TEST(strings_are_decoded)
{
    DECODES("\"", "");
    DECODES("abc\"", "abc");
    DECODES("\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t");
    DECODES("\\u0041\\u00e9\\u20AC\"", "A\xc3\xa9\xe2\x82\xac");
    DECODES("\\ud83d\\ude00\"", "\xf0\x9f\x98\x80");
    DECODES("\\uDBFF\\uDFFF\"", "\xf4\x8f\xbf\xbf");
    DECODES("\\uD800\\uDC00\"", "\xf0\x90\x80\x80");
    DECODES("\\uFFFF\\u07ff\\u0800\"", "\xef\xbf\xbf\xdf\xbf\xe0\xa0\x80");
    DECODES("x\\u0000y\"", "x\0y");
    DECODES("sixteen letters.\\n and more\"", "sixteen letters.\n and more");
    DECODES("\xc3\xa9t\xc3\xa9 \x7f\"", "\xc3\xa9t\xc3\xa9 \x7f");
}
END_TEST

static const struct {
    const char *text; /* behind the opening quote */
    enum tlm_code code;
    int at;
    const char *why;
} broken_strings[] = {
    {"abc", TLM_ROW_SYNTAX, -1, "a string that is never closed"},
    {"abcdefghij", TLM_ROW_SYNTAX, -1, "a string that is never closed"},
    {"a\nb\"", TLM_ROW_SYNTAX, 1, "a control character in a string"},
    {"abcdefgh\x1f\"", TLM_ROW_SYNTAX, 8, "a control character in a string"},
    {"a\\", TLM_ROW_SYNTAX, 2, "expected one of \"\\/bfnrtu after a backslash"},
    {"a\\x\"", TLM_ROW_SYNTAX, 2, "expected one of \"\\/bfnrtu after a backslash"},
    {"\\u12g4\"", TLM_ROW_SYNTAX, 0, "\\u without four hexadecimal digits"},
    {"\\u12", TLM_ROW_SYNTAX, 0, "\\u without four hexadecimal digits"},
    {"ab\\ud800\"", TLM_ROW_UTF8, 2, "a lone surrogate in a \\u escape"},
    {"ab\\ud800", TLM_ROW_UTF8, 2, "a lone surrogate in a \\u escape"},
    {"\\ud800\\u0041\"", TLM_ROW_UTF8, 0, "a lone surrogate in a \\u escape"},
    {"\\ud800\\ud800\"", TLM_ROW_UTF8, 0, "a lone surrogate in a \\u escape"},
    {"\\ud800\\ue000\"", TLM_ROW_UTF8, 0, "a lone surrogate in a \\u escape"},
    {"\\ud800\\udc0x\"", TLM_ROW_UTF8, 0, "a lone surrogate in a \\u escape"},
    {"\\udc00\\ud800\"", TLM_ROW_UTF8, 0, "a lone surrogate in a \\u escape"},
    {"abc\xff\"", TLM_ROW_UTF8, 3, "text that is not UTF-8"},
    {"abc\xed\xa0\x80\"", TLM_ROW_UTF8, 3, "text that is not UTF-8"},
    {"abc\xc3", TLM_ROW_UTF8, 3, "text that is not UTF-8"},
};

START_TEST(broken_strings_are_refused)
{
    for (size_t i = 0; i < sizeof broken_strings / sizeof broken_strings[0]; i++) {
        size_t len = strlen(broken_strings[i].text);
        char *copy = exact(broken_strings[i].text, len);
        bool escaped;
        struct tlm_json_fault fault;
        ck_assert_ptr_null(tlm__json_string_end(copy, copy + len, &escaped, &fault));
        ck_assert_int_eq(fault.code, broken_strings[i].code);
        ck_assert_str_eq(fault.why, broken_strings[i].why);
        ck_assert_int_eq(fault.at - copy, broken_strings[i].at);
        free(copy);
    }
}
END_TEST

START_TEST(every_byte_ends_the_plain_run_where_it_should)
{
    for (int c = 0; c < 256; c++)
        for (size_t at = 0; at < 19; at++) {
            char text[24];
            memset(text, 'x', sizeof text);
            text[at] = (char)c;
            text[20] = '"';
            bool escaped;
            struct tlm_json_fault fault;
            const char *close = tlm__json_string_end(text, text + 21, &escaped, &fault);
            if (c < 0x20 || c >= 0x80 || c == '\\') {
                ck_assert_ptr_null(close);
                ck_assert_ptr_eq(fault.at, text + at + (c == '\\'));
            } else {
                ck_assert_ptr_eq(close, text + (c == '"' ? at : 20));
            }
        }
}
END_TEST

START_TEST(quoting)
{
    struct tlm_buf out = {0};
    static const char text[] = "a\"b\\c\b\f\n\r\t\x01\x1f/\x7f\0\xc3\xa9";
    static const char quoted[] = "\"a\\\"b\\\\c\\b\\f\\n\\r\\t\\u0001\\u001f/\x7f\\u0000\xc3\xa9\"";
    ck_assert(tlm__json_quote(text, sizeof text - 1, &out));
    ck_assert(tlm__json_quote("", 0, &out));
    ck_assert_uint_eq(out.len, sizeof quoted - 1 + 2);
    ck_assert_mem_eq(out.data, quoted, sizeof quoted - 1);
    ck_assert_mem_eq(out.data + sizeof quoted - 1, "\"\"", 2);
    tlm__buf_release(&out);
}
END_TEST

START_TEST(quoting_is_undone_by_decoding)
{
    char text[256], back[256];
    for (int i = 0; i < 256; i++)
        text[i] = (char)(i & 0x7f);
    for (size_t len = 0; len <= 256; len++) {
        struct tlm_buf out = {0};
        bool escaped;
        struct tlm_json_fault fault;
        ck_assert(tlm__json_quote(text, len, &out));
        const char *quoted = (const char *)out.data;
        ck_assert_ptr_eq(tlm__json_string_end(quoted + 1, quoted + out.len, &escaped, &fault),
                         quoted + out.len - 1);
        ck_assert_uint_le(len, out.len - 2);
        char *room = malloc(out.len);
        ck_assert_uint_eq(tlm__json_decode(quoted + 1, out.len - 2, room), len);
        memcpy(back, room, len);
        ck_assert_mem_eq(back, text, len);
        free(room);
        tlm__buf_release(&out);
    }
}
END_TEST

/* ---- numbers -------------------------------------------------------------------------------- */

START_TEST(number_grammar)
{
    static const struct {
        const char *text;
        size_t len;
    } cases[] = {
        {"0", 1},        {"-0", 2},  {"12", 2},   {"-12.50", 6},  {"1e5", 3}, {"1E+5", 4},
        {"1.5e-300", 8}, {"0.0", 3}, {"01", 0},   {"-01", 0},     {"12,", 2}, {"1 2", 1},
        {"", 0},         {"-", 0},   {"+1", 0},   {".5", 0},      {"1.", 0},  {"1.e5", 0},
        {"1e", 0},       {"1e+", 0}, {"1.5e", 0}, {"-a", 0},      {"--1", 0}, {"0x10", 1},
        {"Infinity", 0}, {"0e", 0},  {"0e1", 3},  {"-0.0E-0", 7},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t len = strlen(cases[i].text);
        char *copy = exact(cases[i].text, len);
        ck_assert_msg(tlm__json_number_length(copy, copy + len) == cases[i].len, "%s",
                      cases[i].text);
        free(copy);
    }
}
END_TEST

/* ---- compact text --------------------------------------------------------------------------- */

static enum tlm_code compact(const char *text, enum tlm_duplicate_keys duplicates,
                             struct tlm_buf *out, size_t *at, const char **why)
{
    size_t len = strlen(text);
    char *copy = exact(text, len);
    enum tlm_code code = tlm__json_compact(copy, len, duplicates, out, at, why);
    free(copy);
    return code;
}

static void assert_compact(const char *text, enum tlm_duplicate_keys duplicates,
                           const char *expected)
{
    struct tlm_buf out = {0};
    size_t at = 0;
    const char *why = "";
    ck_assert(tlm__buf_append(&out, "<", 1));
    enum tlm_code code = compact(text, duplicates, &out, &at, &why);
    ck_assert_msg(code == TLM_OK, "%s: %s at %zu", text, why, at);
    ck_assert(tlm__buf_append_byte(&out, 0));
    ck_assert_int_eq(out.data[0], '<');
    ck_assert_str_eq((const char *)out.data + 1, expected);
    tlm__buf_release(&out);
}

START_TEST(compact_keeps_order_and_number_text)
{
    static const char *const cases[][2] = {
        {"{}", "{}"},
        {" [ ] ", "[]"},
        {"\t{ \"b\" : 1.10 , \"a\" : [ 1e5 , -0.0 , 1E+2 ] }\r\n",
         "{\"b\":1.10,\"a\":[1e5,-0.0,1E+2]}"},
        {"[true , false,null ]", "[true,false,null]"},
        {"\" a b \"", "\" a b \""},
        {" 9007199254740993000000000000001 ", "9007199254740993000000000000001"},
        {"1e400", "1e400"},
        {"[[[]],{},[{}]]", "[[[]],{},[{}]]"},
        {"{ \"a\\n\\u00e9\" : \"\\ud83d\\ude00\" }", "{\"a\\n\\u00e9\":\"\\ud83d\\ude00\"}"},
        {"{\"a\":{\"a\":{\"a\":1}},\"b\":{\"a\":1}}", "{\"a\":{\"a\":{\"a\":1}},\"b\":{\"a\":1}}"},
        {"[{\"a\":1},{\"a\":2}]", "[{\"a\":1},{\"a\":2}]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_compact(cases[i][0], TLM_DUPLICATE_REJECT, cases[i][1]);
}
END_TEST

START_TEST(compact_makes_non_finite_null)
{
    assert_compact("NaN", TLM_DUPLICATE_REJECT, "null");
    assert_compact("[NaN,Infinity , -Infinity,-1]", TLM_DUPLICATE_REJECT, "[null,null,null,-1]");
    assert_compact("{\"a\":NaN,\"b\":\"NaN\"}", TLM_DUPLICATE_REJECT, "{\"a\":null,\"b\":\"NaN\"}");
}
END_TEST

START_TEST(compact_keeps_the_last_of_equal_keys)
{
    static const char *const cases[][2] = {
        {"{\"a\":1,\"a\":2}", "{\"a\":2}"},
        {"{\"a\":1,\"b\":2,\"a\":3}", "{\"b\":2,\"a\":3}"},
        {"{\"a\":1,\"\\u0061\":2}", "{\"\\u0061\":2}"},
        {"{\"\\u0061\":1,\"c\":0,\"a\":2}", "{\"c\":0,\"a\":2}"},
        {"{\"a\":1,\"a\":2,\"a\":3}", "{\"a\":3}"},
        {" { \"x\" : { \"a\" : 1 , \"a\" : [ 2 ] } , \"x\" : { \"b\" : 1 , \"b\" : 2 } , \"y\" : 0 "
         "} ",
         "{\"x\":{\"b\":2},\"y\":0}"},
        {"[{\"a\":1,\"b\":[{\"c\":1,\"c\":2}],\"a\":3},4]", "[{\"b\":[{\"c\":2}],\"a\":3},4]"},
        {"{\"a\":NaN,\"b\":NaN,\"a\":NaN}", "{\"b\":null,\"a\":null}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_compact(cases[i][0], TLM_DUPLICATE_LAST, cases[i][1]);
}
END_TEST

/* Enough members for the table to grow while objects are open, and keys that come again. */
START_TEST(compact_with_many_keys)
{
    struct tlm_buf text = {0}, expected = {0};
    ck_assert(tlm__buf_printf(&text, "{\"outer\":0"));
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 3000; i++)
            ck_assert(tlm__buf_printf(&text, ",\"k%d\":{\"i\":%d,\"in\":%d}", i, i, round));
    ck_assert(tlm__buf_printf(&text, ",\"outer\":1}"));
    ck_assert(tlm__buf_printf(&expected, "{"));
    for (int i = 0; i < 3000; i++)
        ck_assert(tlm__buf_printf(&expected, "\"k%d\":{\"i\":%d,\"in\":1},", i, i));
    ck_assert(tlm__buf_printf(&expected, "\"outer\":1}"));
    assert_compact((const char *)text.data, TLM_DUPLICATE_LAST, (const char *)expected.data);
    tlm__buf_release(&text);
    tlm__buf_release(&expected);
}
END_TEST

/* Members of an outer object are still known after an inner one has made the table grow. */
START_TEST(compact_after_a_large_inner_object)
{
    for (int inner = 1; inner < 600; inner += 7) {
        struct tlm_buf text = {0}, expected = {0};
        bool made = tlm__buf_printf(&text, "{\"first\":0");
        for (int i = 0; i < 20; i++)
            made = made && tlm__buf_printf(&text, ",\"k%d\":0", i);
        made = made && tlm__buf_printf(&text, ",\"in\":{\"first\":0");
        made = made && tlm__buf_printf(&expected, "{\"first\":0,\"in\":{\"first\":0");
        for (int i = 0; i < 2 * inner; i++)
            made = made && tlm__buf_printf(&text, ",\"k%d\":%d", i % inner, i);
        for (int i = 0; i < inner; i++)
            made = made && tlm__buf_printf(&expected, ",\"k%d\":%d", i, inner + i);
        made = made && tlm__buf_printf(&text, "}") && tlm__buf_printf(&expected, "}");
        for (int i = 0; i < 20; i++)
            made = made && tlm__buf_printf(&text, ",\"k%d\":1", i) &&
                   tlm__buf_printf(&expected, ",\"k%d\":1", i);
        ck_assert(made && tlm__buf_printf(&text, "}") && tlm__buf_printf(&expected, "}"));
        assert_compact((const char *)text.data, TLM_DUPLICATE_LAST, (const char *)expected.data);
        tlm__buf_release(&text);
        tlm__buf_release(&expected);
    }
}
END_TEST

static const struct {
    const char *text;
    enum tlm_code code;
    size_t at;
    const char *why;
} refused[] = {
    {"", TLM_ROW_SYNTAX, 0, "expected a value"},
    {"  ", TLM_ROW_SYNTAX, 2, "expected a value"},
    {"{", TLM_ROW_SYNTAX, 1, "expected a key in quotes"},
    {"[", TLM_ROW_SYNTAX, 1, "expected a value"},
    {"[1", TLM_ROW_SYNTAX, 2, "expected ',' or ']'"},
    {"[1 2]", TLM_ROW_SYNTAX, 3, "expected ',' or ']'"},
    {"[1,]", TLM_ROW_SYNTAX, 3, "expected a value"},
    {"[,1]", TLM_ROW_SYNTAX, 1, "expected a value"},
    {"[1}", TLM_ROW_SYNTAX, 2, "expected ',' or ']'"},
    {"{\"a\":1]", TLM_ROW_SYNTAX, 6, "expected ',' or '}'"},
    {"{\"a\":1,}", TLM_ROW_SYNTAX, 7, "expected a key in quotes"},
    {"{,\"a\":1}", TLM_ROW_SYNTAX, 1, "expected a key in quotes"},
    {"{\"a\" 1}", TLM_ROW_SYNTAX, 5, "expected ':' after the key"},
    {"{\"a\":}", TLM_ROW_SYNTAX, 5, "expected a value"},
    {"{a:1}", TLM_ROW_SYNTAX, 1, "expected a key in quotes"},
    {"{1:1}", TLM_ROW_SYNTAX, 1, "expected a key in quotes"},
    {"[1] 2", TLM_ROW_SYNTAX, 4, "expected the end after the value"},
    {"1 2", TLM_ROW_SYNTAX, 2, "expected the end after the value"},
    {"01", TLM_ROW_SYNTAX, 0, "a malformed number"},
    {"[1.]", TLM_ROW_SYNTAX, 1, "a malformed number"},
    {"-", TLM_ROW_SYNTAX, 0, "a malformed number"},
    {"+1", TLM_ROW_SYNTAX, 0, "expected a value"},
    {"tru", TLM_ROW_SYNTAX, 0, "expected a value"},
    {"nan", TLM_ROW_SYNTAX, 0, "expected a value"},
    {"[\"a]", TLM_ROW_SYNTAX, 1, "a string that is never closed"},
    {"// no\n1", TLM_ROW_SYNTAX, 0, "expected a value"},
    {"\xef\xbb\xbf{}", TLM_ROW_SYNTAX, 0, "expected a value"},
    {"[\"\\ud800\"]", TLM_ROW_UTF8, 2, "a lone surrogate in a \\u escape"},
    {"{\"\xff\":1}", TLM_ROW_UTF8, 2, "text that is not UTF-8"},
    {"{\"a\":1,\"a\":2}", TLM_ROW_DUPLICATE, 7, "duplicate key"},
    {"[{\"a\":1,\"\\u0061\":2}]", TLM_ROW_DUPLICATE, 8, "duplicate key"},
};

START_TEST(compact_refuses_what_is_no_value)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct tlm_buf out = {0};
        size_t at = 99;
        const char *why = "";
        ck_assert_msg(compact(refused[i].text, TLM_DUPLICATE_REJECT, &out, &at, &why) ==
                          refused[i].code,
                      "%s", refused[i].text);
        ck_assert_str_eq(why, refused[i].why);
        ck_assert_msg(at == refused[i].at, "%s: at %zu", refused[i].text, at);
        ck_assert_uint_eq(out.len, 0);
        tlm__buf_release(&out);
    }
}
END_TEST

START_TEST(compact_has_a_depth_limit)
{
    char text[203];
    for (size_t depth = 99; depth <= 101; depth++) {
        struct tlm_buf out = {0};
        size_t at = 0;
        const char *why = "";
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        text[2 * depth] = '\0';
        enum tlm_code code = compact(text, TLM_DUPLICATE_REJECT, &out, &at, &why);
        ck_assert_int_eq(code, depth <= 100 ? TLM_OK : TLM_ROW_SYNTAX);
        ck_assert_str_eq(why, depth <= 100 ? "" : "nested deeper than 100");
        ck_assert_uint_eq(at, depth <= 100 ? 0 : 100);
        tlm__buf_release(&out);
    }
}
END_TEST

UNIT_MAIN("json_text", utf8_takes_every_length, utf8_refuses_what_is_not,
          utf8_agrees_with_a_decoder, strings_are_decoded, broken_strings_are_refused,
          every_byte_ends_the_plain_run_where_it_should, quoting, quoting_is_undone_by_decoding,
          number_grammar, compact_keeps_order_and_number_text, compact_makes_non_finite_null,
          compact_keeps_the_last_of_equal_keys, compact_with_many_keys,
          compact_after_a_large_inner_object, compact_refuses_what_is_no_value,
          compact_has_a_depth_limit)
