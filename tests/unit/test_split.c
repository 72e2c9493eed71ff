#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "rows/split.h"

/* Lengths of all whole rows and of the first one; the text ends where readable memory does. */
static void expect(bool quotes, char delimiter, const char *text, size_t rows, size_t first)
{
    struct tlm_split split = {.quotes = quotes, .delimiter = delimiter};
    size_t len = strlen(text);
    char *copy = malloc(len ? len : 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, len);
    ck_assert_msg(tlm__split_rows(&split, copy, len) == rows, "rows of [%s]: %zu", text,
                  tlm__split_rows(&split, copy, len));
    ck_assert_msg(tlm__split_first(&split, copy, len) == first, "first row of [%s]: %zu", text,
                  tlm__split_first(&split, copy, len));
    free(copy);
}

START_TEST(plain_rows)
{
    for (int quotes = 0; quotes < 2; quotes++) {
        expect(quotes, ',', "", 0, 0);
        expect(quotes, ',', "a", 0, 1);
        expect(quotes, ',', "\n", 1, 1);
        expect(quotes, ',', "a\nb\r\nc", 5, 2);
        expect(quotes, ',', "a\rb", 0, 3);
    }
}
END_TEST

START_TEST(quotes_matter_only_in_csv)
{
    expect(false, ',', "{\"a\n", 4, 4);
    expect(true, ',', "\"a\nb\n", 0, 5);
    expect(true, ',', "\"a\nb\"\n", 6, 6);
    expect(true, ',', "1\n\"a\nb\"", 2, 2);
}
END_TEST

START_TEST(where_a_quote_opens)
{
    expect(true, ',', "1,\"\n", 0, 4);
    expect(true, ',', "1, \t\"\n", 0, 6);
    expect(true, ',', "1\n \"\n", 2, 2);
    expect(true, ',', "5\" x\n\"\n", 5, 5);
    expect(true, ',', "x \"\n", 4, 4);
    expect(true, ',', "x\" \"\n", 5, 5);
    expect(true, ',', "1;\"\n", 4, 4);
    expect(true, ';', "1;\"\n", 0, 4);
    expect(true, '\t', "1\t\"\n", 0, 4);
    expect(true, '\t', " \"\n", 0, 3);
    expect(true, ' ', "x \"\n", 0, 4);
}
END_TEST

START_TEST(where_a_quote_closes)
{
    expect(true, ',', "\"a\"\n\"b\"\r\nc", 9, 4);
    expect(true, ',', "\"a\"\"\n\"\n", 7, 7);
    expect(true, ',', "\"a\" \t,\n", 7, 7);
    expect(true, ',', "\"a\" \n", 5, 5);
    expect(true, ',', "\"a\"b\n\"\n", 7, 7);
    expect(true, ',', "\"a\" \"\n", 6, 6);
    expect(true, ',', "\"a\" \"\"\n", 0, 7);
    expect(true, ',', "\"a\"\r", 0, 4);
    expect(true, ',', "\"a\"\rb\n\"\n", 8, 8);
    expect(true, ',', "\"\"\n", 3, 3);
    expect(true, ',', "\"\"\"\n", 0, 4);
    expect(true, ',', "\"a\n\",\"b\n\",c\nd\n", 14, 12);
}
END_TEST

START_TEST(quotes_in_comments_open_nothing)
{
    static const char text[] = "# a,\"b\n1,\"x\n# \"\n2\n#\"\n3";
    struct tlm_split split = {.quotes = true, .delimiter = ',', .comment = "#", .comment_len = 1};
    size_t len = strlen(text);
    ck_assert_uint_eq(tlm__split_first(&split, text, len), 7);
    ck_assert_uint_eq(tlm__split_rows(&split, text, len), 21);
    ck_assert_uint_eq(tlm__split_rows(&split, text, 14), 7);
    ck_assert_uint_eq(tlm__split_rows(&split, text, 19), 18);
    split.comment_len = 0;
    ck_assert_uint_eq(tlm__split_rows(&split, text, 7), 0);
}
END_TEST

UNIT_MAIN("split", plain_rows, quotes_in_comments_open_nothing, quotes_matter_only_in_csv,
          where_a_quote_opens, where_a_quote_closes)
