/* What long rows say of their values besides the value: a type, in any place, and tags. */
#include "support/json_rows.h"
#include "support/unit.h"

static void expect_with(struct tlm_row_options options, const char *text, const char *rows)
{
    struct json_rows j;
    options.shape = TLM_SHAPE_LONG;
    json_rows_open(&j, &options);
    json_rows_parse(&j, text, strlen(text));
    ck_assert_str_eq(json_rows_show(&j), rows);
    json_rows_close(&j);
}

static void expect(const char *text, const char *rows)
{
    struct tlm_row_options options;
    tlm_row_options_init(&options);
    expect_with(options, text, rows);
}

#define ROW(value, type) "{\"channel\":\"a\",\"t\":1,\"value\":" value ",\"type\":" type "}\n"
#define BAD_TYPE                                                                                   \
    " is none of double, string, long, double array, string array and json (--tag-field takes it " \
    "for a tag)\n"

START_TEST(every_type)
{
    expect(ROW("5", "\"long\"") ROW("5", "\"double\"") ROW("5", "\"string\"") ROW("5", "\"json\""),
           "1 a=5l\n1 a=5\n1 a='5'\n1 a=J5\n");
    expect(ROW("\"5\"", "\"long\"") ROW("\"5\"", "\"double\"") ROW("\"5\"", "\"string\"")
               ROW("\"5\"", "\"json\""),
           "1 a=5l\n1 a=5\n1 a='5'\n1 a=J\"5\"\n");
    expect(ROW("[]", "\"double array\"") ROW("[]", "\"string array\"") ROW("[ ]", "\"json\"")
               ROW("[1, 2]", "\"json\"") ROW("[null]", "\"double array\""),
           "1 a=[]\n1 a=>\n1 a=J[]\n1 a=J[1,2]\n1 a=[nan]\n");
    expect(ROW("true", "\"json\"") ROW("true", "\"long\"") ROW("{\"a\": 1}", "\"json\"")
               ROW("\"\\u0061\"", "\"json\""),
           "1 a=Jtrue\n1 a=1l\n1 a=J{\"a\":1}\n1 a=J\"\\u0061\"\n");
}
END_TEST

START_TEST(nulls)
{
    expect(ROW("null", "\"json\"") ROW("null", "\"long\"") ROW("5", "null"),
           "1 a=Jnull\n1\n1 a=5i\n");
    expect("{\"channel\":\"a\",\"t\":1,\"type\":\"json\"}\n", "1\n");
}
END_TEST

START_TEST(any_order_and_twice)
{
    struct tlm_row_options options;
    tlm_row_options_init(&options);
    static const char twice[] = "{\"type\":\"long\",\"t\":1,\"value\":5,\"channel\":\"a\"}\n"
                                "{\"type\":\"json\",\"type\":\"long\",\"t\":1,\"value\":5,"
                                "\"channel\":\"a\"}\n"
                                "{\"type\":\"json\",\"type\":null,\"t\":1,\"value\":null,"
                                "\"value\":5,\"channel\":\"a\"}\n";
    expect_with(options, twice,
                "1 a=5l\n!duplicate-key key \"type\" appears twice\n!duplicate-key key \"type\" "
                "appears twice\n");
    options.duplicate_keys = TLM_DUPLICATE_LAST;
    expect_with(options, twice, "1 a=5l\n1 a=5l\n1 a=5i\n");
}
END_TEST

START_TEST(what_is_no_type)
{
    expect(ROW("5", "\"int\""), "!type type \"int\"" BAD_TYPE);
    expect(ROW("5", "\"\""), "!type type \"\"" BAD_TYPE);
    expect(ROW("5", "7"), "!type type \"7\"" BAD_TYPE);
    expect(ROW("5", "[\"long\"]"), "!type type [\"long\"]" BAD_TYPE);
    expect(ROW("\"x\"", "\"long\""), "!type \"a\": x is no number\n");
    expect(ROW("\"[1]\"", "\"double array\""), "!type \"a\": [1] is no array of numbers\n");
    expect(ROW("[1]", "\"string array\""), "!type \"a\": [1] is no array of texts\n");
    expect(ROW("{}", "\"string array\""), "!type \"a\": {} is no array of texts\n");
}
END_TEST

START_TEST(options_win)
{
    static const struct tlm_pair types[] = {{"a", "string"}};
    static const char *const patterns[] = {"a"};
    struct tlm_row_options options;
    tlm_row_options_init(&options);
    options.int_as = TLM_INT_DOUBLE;
    expect_with(options, ROW("5", "\"long\"") ROW("5", "null"), "1 a=5l\n1 a=5\n");
    options.types = (struct tlm_pairs){types, 1};
    expect_with(options, ROW("5", "\"long\""), "1 a='5'\n");
    options.excludes = (struct tlm_list){patterns, 1};
    expect_with(options, ROW("\"x\"", "\"long\""), "1\n");
}
END_TEST

START_TEST(tags_that_are_none)
{
    expect("{\"channel\":\"a\",\"t\":1,\"value\":5,\"tags\":\"{}\"}\n",
           "!channel tags \"{}\" is not an object\n");
    expect("{\"channel\":\"a\",\"t\":1,\"value\":5,\"tags\":[1]}\n",
           "!channel tags [1] is not an object\n");
    expect("{\"channel\":\"a\",\"t\":1,\"value\":5,\"tags\":7}\n",
           "!channel tags 7 is not an object\n");
}
END_TEST

UNIT_MAIN("row_types", every_type, nulls, any_order_and_twice, what_is_no_type, options_win,
          tags_that_are_none)
