/* JSON lines to rows: the grammar, what values become, and where bad rows are. */
#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "support/json_rows.h"

static struct tlm_row_options defaults(void)
{
    struct tlm_row_options options;
    tlm_row_options_init(&options);
    return options;
}

static void assert_rows_with(const struct tlm_row_options *options, const char *text, size_t len,
                             const char *expected)
{
    struct json_rows j;
    json_rows_open(&j, options);
    json_rows_parse(&j, text, len);
    ck_assert_str_eq(json_rows_show(&j), expected);
    json_rows_close(&j);
}

#define ROWS_WITH(options, text, expected) \
    assert_rows_with(&(options), text, sizeof(text) - 1, expected)

/* Asserts what rows a text (an array) makes with default options. */
#define ROWS(text, expected)                             \
    do {                                                 \
        struct tlm_row_options row_options = defaults(); \
        ROWS_WITH(row_options, text, expected);          \
    } while (0)

/* ---- lines ---------------------------------------------------------------------------------- */

START_TEST(lines_and_blank_lines)
{
    ROWS("", "");
    ROWS("{\"t\":1,\"a\":1}\n{\"t\":2,\"a\":2}\n", "1 a=1i\n2 a=2i\n");
    ROWS("{\"t\":1,\"a\":1}\n{\"t\":2,\"a\":2}", "1 a=1i\n2 a=2i\n");
    ROWS("{\"t\":1,\"a\":1}\r\n\r\n \t\n\n{\"t\":2,\"a\":2}\r\n\r", "1 a=1i\n2 a=2i\n");
    ROWS(" \t{ \"t\" : 1 , \"a\" :\t1 } \t\r\n", "1 a=1i\n");
    ROWS("{\"t\":1}\n", "1\n");
    ROWS("\n\n\r\n", "");
}
END_TEST

static void parse_part(struct json_rows *j, const char *part, size_t len, struct tlm_place *at)
{
    uint64_t rows = 0, lines = 0;
    ck_assert(tlm__json_parse(j->parser, part, len, *at, &rows, &lines));
    at->row += rows;
    at->line += lines;
    at->byte += len;
}

START_TEST(places)
{
    static const char text[] = "{\"t\":1}\r\n"
                               "\n"
                               " {\"t\":2 \r\n"
                               "{\"t\":3}\n"
                               "  \n"
                               "[1]" /* the end of the first part */
                               "\n{}\nnull";
    char *padded = calloc(1, sizeof text + TLM_TEXT_PADDING);
    size_t first = (size_t)(strstr(text, "\n{}") + 1 - text);
    memcpy(padded, text, sizeof text);
    struct tlm_row_options options = defaults();
    struct json_rows j;
    json_rows_open(&j, &options);
    struct tlm_place at = {.row = 11, .line = 21, .byte = 1000};
    parse_part(&j, padded, first, &at);
    ck_assert_uint_eq(at.row, 15);
    ck_assert_uint_eq(at.line, 27);
    parse_part(&j, padded + first, sizeof text - 1 - first, &at);
    ck_assert_uint_eq(at.row, 17);
    ck_assert_uint_eq(at.line, 29);
    ck_assert_uint_eq(j.rows.n_rows, 2);
    ck_assert_uint_eq(j.rows.n_bad, 4);
    static const struct {
        uint64_t row, line;
        const char *text;
        size_t before;
    } expected[] = {
        {12, 23, " {\"t\":2 ", 1}, {14, 26, "[1]", 2}, {15, 27, "{}", 2}, {16, 28, "null", 2}};
    for (size_t i = 0; i < 4; i++) {
        const struct tlm_bad_row *bad = &j.rows.bad[i];
        ck_assert_uint_eq(bad->row, expected[i].row);
        ck_assert_uint_eq(bad->line, expected[i].line);
        ck_assert_uint_eq(bad->byte, 1000 + (uint64_t)(strstr(text, expected[i].text) - text));
        ck_assert_uint_eq(bad->text_len, strlen(expected[i].text));
        ck_assert_mem_eq(bad->text, expected[i].text, bad->text_len);
        ck_assert_uint_eq(bad->rows_before, expected[i].before);
    }
    json_rows_close(&j);
    free(padded);
}
END_TEST

static const struct {
    const char *row, *expected;
} bad_rows[] = {
    {"[{\"t\":1}]", "!syntax expected a JSON object, found '[' at byte 1\n"},
    {"1", "!syntax expected a JSON object, found '1' at byte 1\n"},
    {" null", "!syntax expected a JSON object, found 'n' at byte 2\n"},
    {"\xef\xbb\xbf{}", "!syntax expected a JSON object, found byte 0xef at byte 1\n"},
    {"{\"t\":1} x", "!syntax expected the end of the row, found 'x' at byte 9\n"},
    {"{\"t\":1}{\"t\":2}", "!syntax expected the end of the row, found '{' at byte 8\n"},
    {"{\"t\":1},", "!syntax expected the end of the row, found ',' at byte 8\n"},
    {"{", "!syntax expected a key in quotes, found the end of the row at byte 2\n"},
    {"{t:1}", "!syntax expected a key in quotes, found 't' at byte 2\n"},
    {"{\"t\":1,}", "!syntax expected a key in quotes, found '}' at byte 8\n"},
    {"{,\"t\":1}", "!syntax expected a key in quotes, found ',' at byte 2\n"},
    {"{\"t\":1,\"rpm\" 5}", "!syntax expected ':' after the key \"rpm\", found '5' at byte 14\n"},
    {"{\"t\"}", "!syntax expected ':' after the key \"t\", found '}' at byte 5\n"},
    {"{\"t\"", "!syntax expected ':' after the key \"t\", found the end of the row at byte 5\n"},
    {"{\"t\":", "!syntax expected a value, found the end of the row at byte 6\n"},
    {"{\"t\":}", "!syntax expected a value, found '}' at byte 6\n"},
    {"{\"t\":1", "!syntax expected ',' or '}', found the end of the row at byte 7\n"},
    {"{\"t\":1 \"a\":2}", "!syntax expected ',' or '}', found '\"' at byte 8\n"},
    {"{\"t\":1]", "!syntax expected ',' or '}', found ']' at byte 7\n"},
    {"{\"t\":01}", "!syntax a malformed number at byte 6\n"},
    {"{\"t\":1\x01}", "!syntax expected ',' or '}', found byte 0x01 at byte 7\n"},
    {"{\"t\":1.}", "!syntax a malformed number at byte 6\n"},
    {"{\"t\":-}", "!syntax a malformed number at byte 6\n"},
    {"{\"t\":+1}", "!syntax expected a value, found '+' at byte 6\n"},
    {"{\"t\":.5}", "!syntax expected a value, found '.' at byte 6\n"},
    {"{\"t\":truE}", "!syntax expected a value, found 't' at byte 6\n"},
    {"{\"t\":nul}", "!syntax expected a value, found 'n' at byte 6\n"},
    {"{\"t\":nan}", "!syntax expected a value, found 'n' at byte 6\n"},
    {"{\"t\":1,\"a\":\"x}", "!syntax a string that is never closed at byte 12\n"},
    {"{\"t\":1,\"a\":\"\\q\"}",
     "!syntax expected one of \"\\/bfnrtu after a backslash, found 'q' at byte 14\n"},
    {"{\"t\":1,\"a\":\"tab\tinside\"}", "!syntax a control character in a string at byte 16\n"},
    {"{\"t\":1,\"a\xff\":1}", "!utf8 text that is not UTF-8 at byte 10\n"},
    {"{\"t\":1,\"a\":\"\xc0\x80\"}", "!utf8 text that is not UTF-8 at byte 13\n"},
    {"{\"t\":1,\"a\":\"\\udc00\"}", "!utf8 a lone surrogate in a \\u escape at byte 13\n"},
    {"{\"t\":1,\"a\":{\"b\":[\"\\ud800\"]}}",
     "!utf8 a lone surrogate in a \\u escape at byte 19\n"},
    {"{\"t\":1,\"a\":[1,2,]}", "!syntax expected a value, found ']' at byte 17\n"},
    {"{\"t\":1,\"a\":[1 2]}", "!syntax expected ',' or ']', found '2' at byte 15\n"},
    {"{\"t\":1,\"a\":[\"x\",\"y\\\"]}", "!syntax a string that is never closed at byte 17\n"},
    {"{\"t\":1,\"a\":[1", "!syntax expected ',' or ']', found the end of the row at byte 14\n"},
    {"{\"t\":1,\"a\":{\"b\" 1}}",
     "!syntax expected ':' after the key \"b\", found '1' at byte 17\n"},
    {"{\"t\":1,\"a\":{\"b\":1,\"b\":2}}", "!duplicate-key duplicate key \"b\" at byte 19\n"},
};

START_TEST(reasons)
{
    struct tlm_row_options options = defaults();
    for (size_t i = 0; i < sizeof bad_rows / sizeof bad_rows[0]; i++)
        assert_rows_with(&options, bad_rows[i].row, strlen(bad_rows[i].row), bad_rows[i].expected);
}
END_TEST

START_TEST(a_long_key_is_cut_in_the_reason)
{
    char row[400] = "{\"", expected[] = "!syntax expected ':' after the key \"kkkk";
    memset(row + 2, 'k', 300);
    strcpy(row + 302, "\" 1}");
    struct tlm_row_options options = defaults();
    struct json_rows j;
    json_rows_open(&j, &options);
    json_rows_parse(&j, row, strlen(row));
    const char *shown = json_rows_show(&j);
    ck_assert_mem_eq(shown, expected, sizeof expected - 1);
    ck_assert_ptr_nonnull(strstr(shown, "...\", found '1' at byte 305\n"));
    ck_assert_uint_lt(strlen(shown), 200);
    json_rows_close(&j);
}
END_TEST

START_TEST(a_nul_byte_ends_nothing)
{
    ROWS("{\"t\":1}\0\n{\"t\":2}\n",
         "!syntax expected the end of the row, found byte 0x00 at byte 8\n2\n");
    ROWS("{\"t\":1,\"a\":\"x\0y\"}\n", "!syntax a control character in a string at byte 14\n");
}
END_TEST

START_TEST(a_bad_row_leaves_nothing_behind)
{
    ROWS("{\"t\":1,\"a\":1,\"b\":2}\n{\"t\":2,\"a\":3,\"b\":!}\n{\"t\":3,\"a\":4}\n",
         "1 a=1i b=2i\n!syntax expected a value, found '!' at byte 18\n3 a=4i\n");
}
END_TEST

/* ---- values --------------------------------------------------------------------------------- */

START_TEST(the_row_of_every_type)
{
    ROWS("{\"t\":1704067200123456789,\"rpm\":1,\"temp\":20.5,\"mode\":\"idle\",\"gps\":{\"lat\":1."
         "5},"
         "\"v\":[1,2,null],\"none\":null}\n",
         "1704067200123456789 rpm=1i temp=20.5 mode='idle' gps=J{\"lat\":1.5} v=[1 2 nan]\n");
}
END_TEST

START_TEST(scalars)
{
    ROWS("{\"t\":1,\"a\":true,\"b\":false,\"c\":null}\n", "1 a=1l b=0l\n");
    ROWS("{\"t\":1,\"a\":-0.0,\"b\":1e5,\"c\":-12,\"d\":1E-2,\"e\":0}\n",
         "1 a=-0 b=100000 c=-12i d=0.01 e=0i\n");
    ROWS("{\"t\":1,\"a\":NaN,\"b\":Infinity,\"c\":-Infinity}\n", "1 a=nan b=inf c=-inf\n");
    ROWS("{\"t\":1,\"a\":9223372036854775807,\"b\":-9223372036854775808}\n",
         "1 a=9223372036854775807i b=-9223372036854775808i\n");
    ROWS("{\"t\":1,\"a\":\"\",\"b\":\"NaN\",\"c\":\"12\"}\n", "1 a='' b='NaN' c='12'\n");
}
END_TEST

START_TEST(numbers_out_of_range)
{
    struct tlm_row_options options = defaults();
    struct json_rows j;
    json_rows_open(&j, &options);
    static const char text[] = "{\"t\":1,\"a\":1e400}\n{\"t\":2,\"a\":18446744073709551615}\n"
                               "{\"t\":3,\"a\":[1,-1e400]}\n{\"t\":4,\"a\":1}\n";
    json_rows_parse(&j, text, sizeof text - 1);
    ck_assert_uint_eq(j.rows.n_bad, 3);
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(j.rows.bad[i].code, TLM_ROW_RANGE);
    ck_assert_str_eq(j.rows.bad[2].reason, "a number beyond the range of a double at byte 15");
    ck_assert_uint_eq(j.rows.n_rows, 1);
    json_rows_close(&j);
}
END_TEST

START_TEST(strings)
{
    ROWS("{\"t\":1,\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}\n", "1 a='\"\\/\b\f\n\r\t'\n");
    ROWS("{\"t\":1,\"a\":\"\\u00e9\\ud83d\\ude00\xc3\xa9\"}\n",
         "1 a='\xc3\xa9\xf0\x9f\x98\x80\xc3\xa9'\n");
    ROWS("{\"t\":1,\"a\":\"x\\u0000y\"}\n", "1 a='x\\0y'\n");
    ROWS("{\"t\":1,\"a\":\"{\\\"t\\\":2}\",\"b\":\"a longer one, with , : [ ] { }\"}\n",
         "1 a='{\"t\":2}' b='a longer one, with , : [ ] { }'\n");
}
END_TEST

/* Strings that need no decoding stay where they are. */
START_TEST(plain_strings_are_borrowed)
{
    struct tlm_row_options options = defaults();
    struct json_rows j;
    json_rows_open(&j, &options);
    static const char text[] = "{\"t\":1,\"a\":\"plain\",\"b\":{\"c\":1},\"d\":\"\\n\"}";
    json_rows_parse(&j, text, sizeof text - 1);
    ck_assert_uint_eq(j.rows.n_cells, 3);
    ck_assert_ptr_eq(j.rows.cells[0].value.bytes, strstr(j.text, "plain"));
    ck_assert_ptr_eq(j.rows.cells[1].value.bytes, strstr(j.text, "{\"c"));
    ck_assert_mem_eq(j.rows.cells[2].value.bytes, "\n", 1);
    json_rows_close(&j);
}
END_TEST

START_TEST(escaped_keys)
{
    ROWS("{\"\\u0074\":1,\"\\u0061b\":1,\"q\\\"\":2,\"e\\u00e9\":3}\n"
         "{\"t\":2,\"ab\":1,\"q\\\"\":2,\"e\xc3\xa9\":3}\n",
         "1 ab=1i q\"=2i e\xc3\xa9=3i\n2 ab=1i q\"=2i e\xc3\xa9=3i\n");
}
END_TEST

START_TEST(arrays_of_numbers)
{
    ROWS("{\"t\":1,\"a\":[]}\n", "1 a=[]\n");
    ROWS("{\"t\":1,\"a\":[ ],\"b\":[ 1 , 2.5,-3e1 ]}\n", "1 a=[] b=[1 2.5 -30]\n");
    ROWS("{\"t\":1,\"a\":[null],\"b\":[null , null],\"c\":[null,1]}\n",
         "1 a=[nan] b=[nan nan] c=[nan 1]\n");
    ROWS("{\"t\":1,\"a\":[NaN,Infinity,-Infinity,-1]}\n", "1 a=[nan inf -inf -1]\n");
    ROWS("{\"t\":1,\"a\":[1],\"b\":[2,3],\"c\":[4]}\n", "1 a=[1] b=[2 3] c=[4]\n");
}
END_TEST

START_TEST(arrays_with_integers_that_no_double_holds)
{
    ROWS("{\"t\":1,\"a\":[9007199254740992,-9007199254740992,9007199254740994]}\n",
         "1 a=[9007199254740992 -9007199254740992 9007199254740994]\n");
    ROWS("{\"t\":1,\"a\":[ 9007199254740993 ]}\n", "1 a=J[9007199254740993]\n");
    ROWS("{\"t\":1,\"a\":[-9007199254740993, NaN, 1.10]}\n",
         "1 a=J[-9007199254740993,null,1.10]\n");
    ROWS("{\"t\":1,\"a\":[9223372036854775807]}\n", "1 a=J[9223372036854775807]\n");
    ROWS("{\"t\":1,\"a\":[-9223372036854775808,9223372036854775808]}\n",
         "1 a=[-9.2233720368547758e+18 9.2233720368547758e+18]\n");
    ROWS("{\"t\":1,\"a\":[9223372036854775809]}\n", "1 a=J[9223372036854775809]\n");
    ROWS("{\"t\":1,\"a\":[18446744073709551616]}\n", "1 a=[1.8446744073709552e+19]\n");
    ROWS("{\"t\":1,\"a\":[-1267650600228229401496703205376]}\n", "1 a=[-1.2676506002282294e+30]\n");
    ROWS("{\"t\":1,\"a\":[18446744073709551615]}\n", "1 a=J[18446744073709551615]\n");
    ROWS("{\"t\":1,\"a\":[-9223372036854775809]}\n", "1 a=J[-9223372036854775809]\n");
    ROWS("{\"t\":1,\"a\":[10000000000000000000000]}\n", "1 a=[1e+22]\n");
    ROWS("{\"t\":1,\"a\":[100000000000000000000000]}\n", "1 a=J[100000000000000000000000]\n");
    /* 2^100, and one more */
    ROWS("{\"t\":1,\"a\":[1267650600228229401496703205376]}\n", "1 a=[1.2676506002282294e+30]\n");
    ROWS("{\"t\":1,\"a\":[1267650600228229401496703205377]}\n",
         "1 a=J[1267650600228229401496703205377]\n");
    ROWS("{\"t\":1,\"a\":[9007199254740993.0]}\n", "1 a=[9007199254740992]\n");
}
END_TEST

START_TEST(an_integer_beyond_double_in_an_array)
{
    char row[340] = "{\"t\":1,\"a\":[", digits[310];
    memset(digits, '1', 309);
    digits[309] = '\0';
    strcat(strcat(row, digits), "]}");
    struct tlm_row_options options = defaults();
    struct json_rows j;
    json_rows_open(&j, &options);
    json_rows_parse(&j, row, strlen(row));
    ck_assert_uint_eq(j.rows.n_rows, 1); /* 1.1e308: in range, not exact */
    ck_assert_int_eq(j.rows.cells[0].kind, TLM_JSON);
    strcpy(row + 12, digits);
    strcat(row, "1]}");
    json_rows_parse(&j, row, strlen(row));
    ck_assert_str_eq(json_rows_show(&j),
                     "!range a number beyond the range of a double at byte 13\n");
    json_rows_close(&j);
}
END_TEST

START_TEST(arrays_of_strings)
{
    ROWS("{\"t\":1,\"a\":[\"x\"],\"b\":[ \"\" , \"y\\nz\\u0000\" ],\"c\":[null,\"x\",null]}\n",
         "1 a=<x> b=<|y\nz\\0> c=<|x|>\n");
}
END_TEST

START_TEST(other_arrays_are_json)
{
    ROWS("{\"t\":1,\"a\":[true],\"b\":[1, \"x\"],\"c\":[\"x\", 1],\"d\":[ [1] ],\"e\":[{}]}\n",
         "1 a=J[true] b=J[1,\"x\"] c=J[\"x\",1] d=J[[1]] e=J[{}]\n");
    ROWS("{\"t\":1,\"a\":[null, true],\"b\":[null,\"x\",1.10],\"c\":[1e400,\"x\"]}\n",
         "1 a=J[null,true] b=J[null,\"x\",1.10] c=J[1e400,\"x\"]\n");
}
END_TEST

START_TEST(objects_are_compact_json)
{
    ROWS("{\"t\":1,\"a\":{ \"b\" : 1.10, \"a\":[ 1e5,NaN ] ,\"c\":{} },\"z\":{}}\n",
         "1 a=J{\"b\":1.10,\"a\":[1e5,null],\"c\":{}} z=J{}\n");
    ROWS("{\"t\":1,\"a\":{\"x\":{\"k\":1},\"y\":{\"k\":1}}}\n",
         "1 a=J{\"x\":{\"k\":1},\"y\":{\"k\":1}}\n");
}
END_TEST

START_TEST(source_text_of_structures)
{
    struct tlm_row_options options = defaults();
    struct tlm_pair type = {"*", "json"};
    options.types = (struct tlm_pairs){&type, 1};
    ROWS_WITH(options,
              "{\"t\":1,\"a\":\"x\\n\",\"b\":[1, 2.50],\"c\":[\"q\", null],\"d\":{ },\"e\":1e2}\n",
              "1 a=J\"x\\n\" b=J[1,2.50] c=J[\"q\",null] d=J{} e=J1e2\n");
    type.value = "string";
    ROWS_WITH(options, "{\"t\":1,\"a\":\"x\\n\",\"b\":[1, 2.50],\"c\":{ \"k\" : 1 },\"d\":1e2}\n",
              "1 a='x\n' b='[1,2.50]' c='{\"k\":1}' d='1e2'\n");
}
END_TEST

/* ---- duplicate keys ------------------------------------------------------------------------- */

START_TEST(duplicate_keys_are_refused)
{
    struct tlm_row_options options = defaults();
    struct json_rows j;
    static const char text[] = "{\"t\":1,\"a\":1,\"a\":2}\n"
                               "{\"t\":1,\"a\":1,\"\\u0061\":2}\n"
                               "{\"t\":1,\"a\":null,\"b\":3,\"a\":null}\n"
                               "{\"t\":1,\"a\":{\"b\":{\"x\":1,\"x\":1}}}\n"
                               "{\"t\":1,\"t\":1}\n"
                               "{\"t\":1,\"drop\":1,\"drop\":1}\n"
                               "{\"t\":1,\"drop\":{\"x\":1,\"x\":1}}\n";
    const char *drop = "drop";
    options.excludes = (struct tlm_list){&drop, 1};
    json_rows_open(&j, &options);
    json_rows_parse(&j, text, sizeof text - 1);
    ck_assert_uint_eq(j.rows.n_rows, 0);
    ck_assert_uint_eq(j.rows.n_bad, 7);
    for (size_t i = 0; i < 7; i++)
        ck_assert_int_eq(j.rows.bad[i].code, TLM_ROW_DUPLICATE);
    json_rows_close(&j);
}
END_TEST

START_TEST(duplicate_keys_last)
{
    struct tlm_row_options options = defaults();
    options.duplicate_keys = TLM_DUPLICATE_LAST;
    ROWS_WITH(options, "{\"t\":1,\"a\":1,\"b\":2,\"a\":3,\"t\":2}\n", "2 a=3i b=2i\n");
    ROWS_WITH(options, "{\"t\":1,\"a\":{\"x\":1,\"y\":2,\"x\":{\"z\":1,\"z\":2}}}\n",
              "1 a=J{\"y\":2,\"x\":{\"z\":2}}\n");
}
END_TEST

/* ---- the layout of the row before ----------------------------------------------------------- */

START_TEST(rows_of_changing_layout)
{
    ROWS("{\"t\":1,\"a\":1,\"b\":2,\"c\":3}\n"
         "{\"t\":2,\"c\":1,\"b\":2,\"a\":3}\n"
         "{\"b\":1,\"t\":3}\n"
         "{\"t\":4,\"a\":1,\"x\":9,\"b\":2,\"c\":3}\n"
         "{\"t\":5,\"a\":1,\"b\":2,\"c\":3}\n"
         "{\"t\":6,\"aa\":1,\"b \":2,\"c\":4}\n"
         "{\"t\":7,\"aa\":1,\"\":3}\n{\"t\":8,\"\":null,\"a\":1}\n",
         "1 a=1i b=2i c=3i\n2 c=1i b=2i a=3i\n3 b=1i\n4 a=1i x=9i b=2i c=3i\n"
         "5 a=1i b=2i c=3i\n6 aa=1i b =2i c=4i\n!channel a key is empty or holds a NUL\n8 a=1i\n");
}
END_TEST

/* Names whose own bytes would not be a key in the source must not be guessed from them. */
START_TEST(the_guess_is_not_fooled)
{
    ROWS("{\"t\":1,\"a\\\":1,\\\"b\":7}\n{\"t\":2,\"a\":1,\"b\":7}\n",
         "1 a\":1,\"b=7i\n2 a=1i b=7i\n");
    ROWS("{\"t\":1,\"x\\\\n\":1}\n{\"t\":2,\"x\\n\":1}\n", "1 x\\n=1i\n2 x\n=1i\n");
    ROWS("{\"t\":1,\"x\\u0001\":1}\n{\"t\":2,\"x\x01\":1}\n",
         "1 x\x01=1i\n!syntax a control character in a string at byte 10\n");
    ROWS("{\"t\":1,\"long\":1}\n{\"t\":2,\"lo", "1 long=1i\n!syntax a string that is never "
                                                "closed at byte 8\n");
    ROWS("{\"t\":1,\"long\":1}\n{\"t\":2,\"long", "1 long=1i\n!syntax a string that is never "
                                                  "closed at byte 8\n");
}
END_TEST

START_TEST(many_names)
{
    struct tlm_row_options options = defaults();
    struct json_rows j;
    struct tlm_buf text = {0};
    for (int row = 0; row < 4; row++) {
        ck_assert(tlm__buf_printf(&text, "{\"t\":%d", row));
        for (int i = 0; i < 1000; i++)
            if (row != 2 || i % 3)
                ck_assert(tlm__buf_printf(&text, ",\"channel %d\":%d", i, i * row));
        ck_assert(tlm__buf_printf(&text, "}\n"));
    }
    json_rows_open(&j, &options);
    json_rows_parse(&j, (const char *)text.data, text.len);
    ck_assert_uint_eq(j.rows.n_rows, 4);
    ck_assert_uint_eq(j.rows.n_cells, 3666);
    for (uint32_t i = 0; i < 1000; i++) {
        ck_assert_uint_eq(j.rows.cells[2666 + i].channel, i);
        ck_assert_int_eq(j.rows.cells[2666 + i].value.integer, (int64_t)i * 3);
    }
    json_rows_close(&j);
    tlm__buf_release(&text);
}
END_TEST

UNIT_MAIN("parse_json", lines_and_blank_lines, places, reasons, a_long_key_is_cut_in_the_reason,
          a_nul_byte_ends_nothing, a_bad_row_leaves_nothing_behind, the_row_of_every_type, scalars,
          numbers_out_of_range, strings, plain_strings_are_borrowed, escaped_keys,
          arrays_of_numbers, arrays_with_integers_that_no_double_holds,
          an_integer_beyond_double_in_an_array, arrays_of_strings, other_arrays_are_json,
          objects_are_compact_json, source_text_of_structures, duplicate_keys_are_refused,
          duplicate_keys_last, rows_of_changing_layout, the_guess_is_not_fooled, many_names)
