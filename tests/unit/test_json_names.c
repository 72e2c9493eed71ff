/* JSON lines to rows: names that are no channel, flattened names, nesting. */
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

/* ---- names that mean something else --------------------------------------------------------- */

START_TEST(unwanted_names_are_checked_all_the_same)
{
    struct tlm_row_options options = defaults();
    const char *channel = "a";
    options.channels = (struct tlm_list){&channel, 1};
    ROWS_WITH(options,
              "{\"x\":{\"y\":[1,{}]},\"t\":1,\"z\":\"\\n\",\"a\":1,\"w\":1e400}\n"
              "{\"x\":{\"y\":[1,{]},\"t\":2,\"a\":1}\n"
              "{\"x\":\"\xff\",\"t\":3,\"a\":1}\n"
              "{\"x\":tru,\"t\":4,\"a\":1}\n",
              "1 a=1i\n!syntax expected a key in quotes, found ']' at byte 15\n"
              "!utf8 text that is not UTF-8 at byte 7\n"
              "!syntax expected a value, found 't' at byte 6\n");
}
END_TEST

/* A terminal takes nothing from a row for its own. */
START_TEST(reasons_are_printable_text)
{
    struct tlm_row_options options = defaults();
    ROWS_WITH(options,
              "{\"t\":\"\xc2\x9b\x7f\xc3\xa4\",\"b\":1}\n{\"t\":1,\"\xc2\x9b\x7f\":[1],"
              "\"\xc2\x9b\x7f\":2}\n",
              "!time timestamp \"???\xc3\xa4\" is not a number\n"
              "!duplicate-key key \"???\" appears twice\n");
}
END_TEST

START_TEST(structures_as_time_or_tag_are_refused)
{
    struct tlm_row_options options = defaults();
    struct tlm_pair tag = {"tag", "a"};
    options.tag_fields = (struct tlm_pairs){&tag, 1};
    ROWS_WITH(options,
              "{\"t\":[1],\"b\":1}\n{\"t\":1,\"a\":{},\"b\":1}\n{\"t\":1,\"a\":\"v\",\"b\":1}\n",
              "!time \"t\" is an array or object\n!channel \"a\" is an array or object\n"
              "1 #tag=v b=1i\n");
}
END_TEST

START_TEST(long_rows_with_tags)
{
    struct tlm_row_options options = defaults();
    options.shape = TLM_SHAPE_LONG;
    for (int flatten = 0; flatten < 2; flatten++) {
        options.flatten = flatten ? "." : NULL;
        ROWS_WITH(
            options,
            "{\"t\":1,\"channel\":\"c\",\"value\":1.5,\"tags\":{\"b\":\"x\\u0020y\",\"a\":1.10,"
            "\"n\":null,\"f\":true}}\n"
            "{\"t\":2,\"channel\":\"c\",\"value\":[1],\"tags\":{ }}\n"
            "{\"t\":3,\"channel\":\"d\",\"value\":\"v\",\"tags\":null}\n"
            "{\"t\":4,\"channel\":\"d\",\"value\":2}\n",
            "1 #a=1.10 #b=x y #f=true c=1.5\n2 c=[1]\n3 d='v'\n4 d=2i\n");
        ROWS_WITH(options,
                  "{\"t\":1,\"channel\":\"c\",\"value\":1,\"tags\":{\"a\":\"x\",\"k\":[]}}\n"
                  "{\"t\":1,\"channel\":\"c\",\"value\":1,\"tags\":{\"k\":{}}}\n"
                  "{\"t\":1,\"channel\":\"c\",\"value\":1,\"tags\":{\"k\":1,\"k\":1}}\n"
                  "{\"t\":1,\"channel\":\"c\",\"value\":1,\"tags\":{\"k\":1},\"tags\":{}}\n"
                  "{\"t\":1,\"channel\":\"c\",\"value\":1,\"tags\":{\"k\"}}\n",
                  "!type tag \"k\" is an array or object\n"
                  "!type tag \"k\" is an array or object\n"
                  "!duplicate-key duplicate key \"k\" at byte 46\n"
                  "!duplicate-key key \"tags\" appears twice\n"
                  "!syntax expected ':' after the key \"k\", found '}' at byte 43\n");
    }
    options.duplicate_keys = TLM_DUPLICATE_LAST;
    ROWS_WITH(options,
              "{\"t\":1,\"channel\":\"c\",\"value\":1,\"tags\":{\"a\":1},\"tags\":{\"b\":1,"
              "\"b\":2}}\n",
              "1 #b=2 c=1i\n");
}
END_TEST

/* ---- flatten -------------------------------------------------------------------------------- */

START_TEST(flatten_joins_names)
{
    struct tlm_row_options options = defaults();
    options.flatten = ".";
    ROWS_WITH(
        options,
        "{\"t\":1,\"a\":{\"x\":1,\"y\":{\"z\":2,\"w\":[1,2]},\"v\":3},\"b\":{ },\"c\":{\"d\":{}},"
        "\"e\":4}\n"
        "{ \"t\" : 2 , \"a\" : { \"x\" : 1 , \"y\" : { } } , \"a.v\" : 5 , \"e\" : [{}] }\n"
        "{\"a\":{\"y\":{\"z\":2}},\"e\":{\"\\u0066\":\"\\n\"},\"t\":3}\n",
        "1 a.x=1i a.y.z=2i a.y.w=[1 2] a.v=3i e=4i\n"
        "2 a.x=1i a.v=5i e=J[{}]\n3 a.y.z=2i e.f='\n'\n");
    options.flatten = "::";
    ROWS_WITH(options, "{\"t\":1,\"a\":{\"b\":{\"c\":1}},\"d\":2}\n", "1 a::b::c=1i d=2i\n");
}
END_TEST

START_TEST(flatten_and_roles)
{
    struct tlm_row_options options = defaults();
    struct tlm_pair tag = {"unit", "meta.unit"};
    const char *exclude = "meta.x*";
    options.flatten = ".";
    options.time_field = "meta.ts";
    options.tag_fields = (struct tlm_pairs){&tag, 1};
    options.excludes = (struct tlm_list){&exclude, 1};
    ROWS_WITH(options,
              "{\"meta\":{\"ts\":1,\"unit\":\"u\",\"x1\":1,\"x\":{\"y\":2}},\"v\":1}\n"
              "{\"meta\":{\"ts\":2,\"unit\":\"w\"},\"v\":2}\n",
              "1 #unit=u v=1i\n2 #unit=w v=2i\n");
}
END_TEST

START_TEST(flatten_refuses_what_is_refused_without)
{
    struct tlm_row_options options = defaults();
    options.flatten = ".";
    ROWS_WITH(options,
              "{\"t\":1,\"a\":{\"b\":1,\"b\":2}}\n{\"t\":1,\"a\":{\"b\":1},\"a.b\":2}\n"
              "{\"t\":1,\"a\":{\"b\":1,}}\n{\"t\":1,\"a\":{\"b\" 1}}\n{\"t\":1,\"a\":{\"b\":1]}\n"
              "{\"t\":1,\"a\":{\"b\":1}\n{\"t\":1,\"a\":{\"b\":1}}}\n{\"t\":1,\"a\":{\"b\":{\n",
              "!duplicate-key key \"a.b\" appears twice\n!duplicate-key key \"a.b\" appears twice\n"
              "!syntax expected a key in quotes, found '}' at byte 19\n"
              "!syntax expected ':' after the key \"b\", found '1' at byte 17\n"
              "!syntax expected ',' or '}', found ']' at byte 18\n"
              "!syntax expected ',' or '}', found the end of the row at byte 19\n"
              "!syntax expected the end of the row, found '}' at byte 20\n"
              "!syntax expected a key in quotes, found the end of the row at byte 18\n");
    options.duplicate_keys = TLM_DUPLICATE_LAST;
    ROWS_WITH(options, "{\"t\":1,\"a\":{\"b\":1,\"c\":2,\"b\":3},\"a.b\":4}\n",
              "1 a.b=4i a.c=2i\n");
}
END_TEST

/* A name that holds a quote after joining is not guessed from source text. */
START_TEST(flatten_and_the_guess)
{
    struct tlm_row_options options = defaults();
    options.flatten = "\":1,\"";
    ROWS_WITH(options, "{\"t\":1,\"a\":{\"b\":7}}\n{\"t\":2,\"a\":1,\"b\":7}\n",
              "1 a\":1,\"b=7i\n2 a=1i b=7i\n");
}
END_TEST

/* The same name in several objects, more names behind one than are kept as a guess, and names that
 * begin like others, all of it twice so that there are guesses. */
START_TEST(flatten_and_guesses_that_change)
{
    struct tlm_row_options options = defaults();
    struct json_rows j;
    static const char text[] =
        "{\"t\":1,\"a\":{\"b\":{\"c\":1}},\"b\":{\"c\":2}}\n"
        "{\"t\":2,\"a.b\":{\"c\":1},\"b.c\":2}\n"
        "{\"t\":3,\"a\":{\"b.c\":1},\"b\":{\"c\":2}}\n"
        "{\"t\":4,\"a\":{\"b\":{\"c\":1}},\"b\":{\"c\":2}}\n"
        "{\"t\":5,\"a\":{\"c\":1},\"c\":2}\n{\"t\":6,\"a\":{\"c\":1,\"cc\":3},\"c\":2}\n"
        "{\"t\":7,\"a\":{\"cc\":1,\"c\":3},\"cc\":2}\n{\"t\":8,\"a\":{\"b\":{}},\"c\":2}\n"
        "{\"t\":9,\"a\":{\"d\":1},\"e\":1}\n{\"t\":9,\"a\":{\"e\":1},\"d\":1}\n"
        "{\"t\":9,\"a\":{\"f\":1},\"f\":1}\n{\"t\":9,\"a\":{\"\\u0066\":1},\"f\":1}\n"
        "{\"t\":9,\"a\":{\"d\":1},\"abcdefgh\":1}\n{\"t\":9,\"a\":{\"d\":1},\"abcdefgi\":1}\n"
        "{\"t\":9,\"a\":{\"d\":1},\"abcdefghi\":1}\n";
    static const char expected[] =
        "1 a.b.c=1i b.c=2i\n2 a.b.c=1i b.c=2i\n3 a.b.c=1i b.c=2i\n4 a.b.c=1i b.c=2i\n"
        "5 a.c=1i c=2i\n6 a.c=1i a.cc=3i c=2i\n7 a.cc=1i a.c=3i cc=2i\n8 c=2i\n"
        "9 a.d=1i e=1i\n9 a.e=1i d=1i\n9 a.f=1i f=1i\n9 a.f=1i f=1i\n"
        "9 a.d=1i abcdefgh=1i\n9 a.d=1i abcdefgi=1i\n9 a.d=1i abcdefghi=1i\n";
    options.flatten = ".";
    json_rows_open(&j, &options);
    for (int i = 0; i < 2; i++) {
        json_rows_parse(&j, text, sizeof text - 1);
        ck_assert_str_eq(json_rows_show(&j), expected);
    }
    json_rows_close(&j);
}
END_TEST

/* ---- depth ---------------------------------------------------------------------------------- */

static void assert_depth(const struct tlm_row_options *options, const char *open,
                         const char *inside, const char *close)
{
    for (size_t depth = 99; depth <= 101; depth++) {
        struct tlm_buf row = {0};
        ck_assert(tlm__buf_printf(&row, "{\"t\":1,\"a\":"));
        for (size_t i = 2; i < depth; i++)
            ck_assert(tlm__buf_printf(&row, "%s", open));
        ck_assert(tlm__buf_printf(&row, "%s", inside));
        for (size_t i = 2; i < depth; i++)
            ck_assert(tlm__buf_printf(&row, "%s", close));
        ck_assert(tlm__buf_printf(&row, "}"));
        struct json_rows j;
        json_rows_open(&j, options);
        json_rows_parse(&j, (const char *)row.data, row.len);
        ck_assert_uint_eq(j.rows.n_bad, depth > 100);
        if (depth > 100)
            ck_assert_msg(
                strncmp(json_rows_show(&j), "!syntax nested deeper than 100 at byte ", 39) == 0,
                "%s", json_rows_show(&j));
        json_rows_close(&j);
        tlm__buf_release(&row);
    }
}

START_TEST(depth_limit)
{
    struct tlm_row_options options = defaults();
    assert_depth(&options, "[", "[]", "]");
    assert_depth(&options, "{\"k\":", "{}", "}");
    assert_depth(&options, "[", "[true]", "]");
    options.flatten = ".";
    assert_depth(&options, "{\"k\":", "[1]", "}");
    assert_depth(&options, "{\"k\":", "{}", "}");
    assert_depth(&options, "{\"k\":", "[\"x\"]", "}");
    assert_depth(&options, "{\"k\":", "[1,true]", "}");
}
END_TEST

UNIT_MAIN("json_names", unwanted_names_are_checked_all_the_same, reasons_are_printable_text,
          structures_as_time_or_tag_are_refused, long_rows_with_tags, flatten_joins_names,
          flatten_and_roles, flatten_refuses_what_is_refused_without, flatten_and_the_guess,
          flatten_and_guesses_that_change, depth_limit)
