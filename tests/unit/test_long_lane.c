/* The lane for long rows: whatever the rows, it changes nothing but the speed. */
#include "support/random.h"
#include "support/two_lanes.h"
#include "support/unit.h"

static const enum tlm_cpu levels[] = {TLM_CPU_AUTO, TLM_CPU_AVX2, TLM_CPU_PORTABLE};
enum { LEVELS = sizeof levels / sizeof levels[0], ROWS = 200 };

static struct two_lanes json_pair(void)
{
    struct two_lanes pair = {.delimiter = ',', .time_field = "t", .is_long = true, .tempting = '7'};
    tlm_row_options_init(&pair.options);
    pair.options.time_format = "ns";
    return pair;
}

static struct two_lanes csv_pair(const char *header)
{
    struct two_lanes pair = json_pair();
    pair.csv = true;
    pair.header = header;
    return pair;
}

/* Checks all levels; returns the rows that the lane took, which no level has a say in. */
static size_t agree(struct two_lanes pair, const struct tlm_buf *text, const char *what)
{
    size_t taken[LEVELS];
    pair.text = (const char *)text->data;
    pair.len = text->len;
    for (size_t i = 0; i < LEVELS; i++)
        HOLDS(two_lanes_agree(&pair, levels[i], &taken[i]), "%s: level %zu of %.*s", what, i,
              (int)(pair.len < 3000 ? pair.len : 3000), pair.text);
    return taken[0];
}

/* ---- rows that are taken --------------------------------------------------------------------- */

/* A row with numbers in place of @ (of the channel), ~ (the time) and $ (the value). */
static void put_row(struct tlm_buf *text, const char *row, size_t channel, size_t time, int value)
{
    for (; *row; row++) {
        if (*row == '@')
            ck_assert(tlm__buf_printf(text, "%zu", channel));
        else if (*row == '~')
            ck_assert(tlm__buf_printf(text, "%zu", time));
        else if (*row == '$')
            ck_assert(tlm__buf_printf(text, "%d", value));
        else
            ck_assert(tlm__buf_append_byte(text, (uint8_t)*row));
    }
}

static size_t taken_of(struct two_lanes pair, const char *format)
{
    struct tlm_buf text = {0};
    for (int i = 0; i < ROWS; i++)
        put_row(&text, format, (size_t)i * 7 % 20, 1700000000 + (size_t)i, i - 100);
    size_t taken = agree(pair, &text, format);
    tlm__buf_release(&text);
    return taken;
}

START_TEST(json_rows_are_taken)
{
    static const char *const formats[] = {
        "{\"channel\":\"c@\",\"t\":~,\"value\":$.25}\n",
        "{\"channel\":\"c@\",\"t\":~,\"value\":$}\n",
        "{\"channel\":\"c@\",\"t\":\"~\",\"value\":$.123456789012345}\n",
        "{ \"channel\" : \"c@\" , \"t\" : ~, \"value\": $.5e-3 }\r\n",
        "{\"channel\":\"a long name, with, commas @\",\"t\":~,\"value\":$.5}\n",
        "{\"channel\":\"a rather long name of a channel \303\251 @\",\"t\":~,\"value\":$.5}\n",
        "{\"tags\":{\"a\":\"b, c\",\"d\":1},\"channel\":\"c@\",\"t\":~,\"value\":$.5}\n",
        "{\"channel\":\"c@\",\"t\":~,\"other\":[1,2,3],\"value\":$.5}\n",
    };
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        size_t expected = strstr(formats[i], "with, commas") ? 0 : ROWS - 2;
        ck_assert_msg(taken_of(json_pair(), formats[i]) >= expected, "%s", formats[i]);
    }
}
END_TEST

START_TEST(csv_rows_are_taken)
{
    struct two_lanes pair;
    ck_assert_uint_ge(taken_of(csv_pair("channel,t,value"), "c@,~,$.25\n"), ROWS - 2);
    ck_assert_uint_ge(taken_of(csv_pair("channel,t,value"), "c@,~,$\r\n"), ROWS - 2);
    ck_assert_uint_ge(taken_of(csv_pair("channel,t,value,x"), "c@,~, $.5 ,y z\n"), ROWS - 2);
    pair = csv_pair("channel,tags,t,value,type");
    ck_assert_uint_ge(taken_of(pair, "c@,\"{\"\"k\"\":\"\"v, w\"\"}\",~,$.25,\n"), ROWS - 2);
    ck_assert_uint_ge(taken_of(pair, "c@,\"{\"\"k\"\":1}\" ,~, $,\r\n"), ROWS - 2);
    ck_assert_uint_eq(taken_of(pair, "c@,\"{\"\"k\"\":\n1}\",~,$,\n"), 0);
    ck_assert_uint_eq(taken_of(pair, "\"c@\",,~,$,\n"), 0);
    ck_assert_uint_eq(taken_of(pair, "c@,,~,\"$\",\n"), 0);
    pair = csv_pair("channel;t;value");
    pair.delimiter = ';';
    ck_assert_uint_ge(taken_of(pair, "c,@;~;$.25\n"), ROWS - 2);
}
END_TEST

START_TEST(options_are_followed)
{
    static const char format[] = "{\"channel\":\"c@\",\"t\":~,\"value\":$}\n";
    static const char *const patterns[] = {"c1*"};
    static const struct tlm_pair types[] = {{"c1*", "double"}, {"c2", "long"}, {"c3", "string"}};
    static const struct tlm_pair renames[] = {{"c1", "one"}, {"c2", "one"}};
    for (int int_as = 0; int_as < 3; int_as++) {
        struct two_lanes pair = json_pair();
        pair.options.int_as = (enum tlm_int_as)int_as;
        ck_assert_uint_ge(taken_of(pair, format), ROWS - 2);
        pair.options.excludes = (struct tlm_list){patterns, 1};
        pair.options.renames = (struct tlm_pairs){renames, 2};
        pair.options.prefix = "p.";
        ck_assert_uint_ge(taken_of(pair, format), ROWS - 2);
        pair.options.types = (struct tlm_pairs){types, 3};
        pair.options.excludes = (struct tlm_list){0};
        taken_of(pair, format);
        pair.options.max_line = 40;
        taken_of(pair, format);
    }
    struct two_lanes pair = json_pair();
    static const char *const nulls[] = {"5"};
    pair.options.null_values = (struct tlm_list){nulls, 1};
    ck_assert_uint_eq(taken_of(pair, format), 0);
}
END_TEST

/* ---- odd rows among many ----------------------------------------------------------------------
 */

static void odd_rows(struct two_lanes pair, const char *row, const char *const *odd, size_t n)
{
    static const size_t counts[] = {9, 70, 203};
    struct tlm_buf text = {0};
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < 3; c++)
            for (size_t cut = 0; cut < 3; cut++) {
                tlm__buf_reset(&text);
                for (size_t r = 0; r < counts[c]; r++)
                    ck_assert(tlm__buf_append_text(&text, r == counts[c] / 2 ? odd[i] : row));
                text.len -= cut;
                agree(pair, &text, odd[i]);
            }
    tlm__buf_release(&text);
}

START_TEST(odd_json_rows)
{
    static const char *const odd[] = {
        "{\"channel\":\"a\"b\",\"t\":17,\"value\":1.5}\n",
        "{\"channel\":\"a\\\"b\",\"t\":17,\"value\":1.5}\n{\"channel\":\"a\"b\",\"t\":1,\"value\":"
        "1.5}\n",
        "{\"channel\":\"\",\"t\":17,\"value\":1.5}\n",
        "{\"channel\":\" a\",\"t\":17,\"value\":1.5}\n",
        "{\"channel\":\"\\u0061\",\"t\":17,\"value\":1.5}\n",
        "{\"channel\":\"\\u0000\",\"t\":17,\"value\":1.5}\n",
        "{\"channel\":\"a\001\",\"t\":17,\"value\":1.5}\n",
        "{\"channel\":\"a\377\",\"t\":17,\"value\":1.5}\n",
        "{\"channel\":\"\303\251\",\"t\":17,\"value\":1.5}\n",
        "{\"channel\":\"a,b\",\"t\":17,\"value\":1.5}\n",
        "{\"channel\":5,\"t\":17,\"value\":1.5}\n",
        "{\"channel\":null,\"t\":17,\"value\":1.5}\n",
        "{\"channel\":\"a\",\"t\":017,\"value\":1.5}\n",
        "{\"channel\":\"a\",\"t\":\"17\",\"value\":1.5}\n",
        "{\"channel\":\"a\",\"t\":1.7e1,\"value\":1.5}\n",
        "{\"channel\":\"a\",\"t\":9223372036854775808,\"value\":1.5}\n",
        "{\"channel\":\"new\",\"t\":x,\"value\":1.5}\n",
        "{\"channel\":\"new\",\"t\":17,\"value\":x}\n",
        "{\"channel\":\"a\",\"t\":17,\"value\":01}\n",
        "{\"channel\":\"a\",\"t\":17,\"value\":-0}\n",
        "{\"channel\":\"a\",\"t\":17,\"value\":-0.0}\n",
        "{\"channel\":\"a\",\"t\":17,\"value\":.5}\n",
        "{\"channel\":\"a\",\"t\":17,\"value\":NaN}\n",
        "{\"channel\":\"a\",\"t\":17,\"value\":1e400}\n",
        "{\"channel\":\"a\",\"t\":17,\"value\":18446744073709551615}\n",
        "{\"channel\":\"a\",\"t\":17,\"value\":9007199254740993}\n",
        "{\"channel\":\"a\",\"t\":17,\"value\":\"text\"}\n",
        "{\"channel\":\"a\",\"t\":17,\"value\":null}\n",
        "{\"channel\":\"a\",\"t\":17,\"value\":true}\n",
        "{\"channel\":\"a\",\"t\":17,\"value\":[1,2]}\n",
        "{\"channel\":\"a\",\"t\":17,\"value\":}\n",
        "{\"channel\":\"a\",\"t\":17,\"value\":1.5,\"tags\":{\"k\":\"v\"}}\n",
        "{\"channel\":\"a\",\"t\":17,\"value\":1.5,\"value\":2.5}\n",
        "{\"channel\":\"a\",\"t\":17,\"value\":15,\"type\":\"long\"}\n",
        "{\"channel\":\"a\",\"t\":17,\"value\":15,\"type\":null}\n",
        "{\"channel\":\"a\",\"t\":17,\"value\":1.5,\"type\":\"long\"}\n",
        "{\"type\":\"string\",\"channel\":\"a\",\"t\":17,\"value\":1.5}\n",
        "{\"channel\":\"a\",\"t\":17,\"value\":1.5,\"type\":\"other\"}\n",
        "{\"channel\":\"a\",\"t\":17}\n",
        "{\"channel\":\"a\",\"t\":17,\"value\":1.5}}\n",
        "{\"channel\":\"a\",\"t\":17,\"value\":1.5} \n",
        "{\"channel\":\"a\",\"t\":17,\"value\":1.5}\r\n",
        "{\"channel\":\"a\",\"t\":17,\"value\":1.5\n}\n",
        "{\"t\":17,\"channel\":\"a\",\"value\":1.5}\n",
        "{\"channel\":\"a\",\"tt\":17,\"value\":1.5}\n",
        "\n",
        ",,,\n",
    };
    struct two_lanes pair = json_pair();
    for (int duplicates = 0; duplicates < 2; duplicates++) {
        pair.options.duplicate_keys = duplicates ? TLM_DUPLICATE_LAST : TLM_DUPLICATE_REJECT;
        odd_rows(pair, "{\"channel\":\"a\",\"t\":17,\"value\":1.5}\n", odd,
                 sizeof odd / sizeof odd[0]);
        odd_rows(pair, "{\"channel\":\"a\",\"t\":17,\"value\":15,\"tags\":{\"k\":\"w\"}}\n", odd,
                 sizeof odd / sizeof odd[0]);
    }
    pair.options.int_as = TLM_INT_DOUBLE;
    odd_rows(pair, "{\"channel\":\"a\",\"t\":17,\"value\":15}\n", odd, sizeof odd / sizeof odd[0]);
    odd_rows(pair, "{\"channel\":\"a\",\"t\":17,\"value\":15,\"type\":\"long\"}\n", odd,
             sizeof odd / sizeof odd[0]);
}
END_TEST

START_TEST(odd_csv_rows)
{
    static const char *const odd[] = {
        "a\"b,17,1.5\n",  "\"a\",17,1.5\n", "\"a\n\",17,1.5\n", " a,17,1.5\n",  ",17,1.5\n",
        "a\377,17,1.5\n", "a\\b,17,1.5\n",  "a,17,1.5,\n",      "a,17,1.5,x\n", "a,17\n",
        "a,17,\n",        "a,,1.5\n",       "a,17,text\n",      "a,17,true\n",  "a,17,nan\n",
        "a, 17 ,1.5\n",   "a,17,1.5\r\n",   "a,17,1.5\r\r\n",   "a,+17,.5\n",   "a,17,01\n",
        "a,17,-0\n",      "a,17,1 5\n",     "a\t,17,1.5\n",     "\n",           "  \n",
        "a\n,17,1.5\n",   "#a,17,1.5\n",    "true,17,1.5\n",    "a,17,1e400\n", "a;17;1.5\n",
    };
    struct two_lanes pair = csv_pair("channel,t,value");
    odd_rows(pair, "a,17,1.5\n", odd, sizeof odd / sizeof odd[0]);
    odd_rows(pair, "a,17,15\r\n", odd, sizeof odd / sizeof odd[0]);
    pair.options.comment = "#";
    odd_rows(pair, "a,17,1.5\n", odd, sizeof odd / sizeof odd[0]);
}
END_TEST

START_TEST(odd_csv_rows_with_tags_and_types)
{
    static const char *const odd[] = {
        "a,,17,1.5,\n",
        "a,,17,15,long\n",
        "a,,17,1.5,long\n",
        "a,,17,15,string\n",
        "a,,17,,string\n",
        "a,,17,,\n",
        "a,,17,15,other\n",
        "a,red,17,15,\n",
        "a,{},17,15,\n",
        "a,{},17,x,json\n",
        "a,,17,[1],\n",
        "a,,17,[1],double array\n",
        "a,,17,\"15\",string\n",
        "a,,17,1.5\n",
        "a,,17,1.5,,\n",
        "a,\"{\"\"k\"\":\"\"v\"\"}\",17,15,\n",
        "a,\"{\"\"k\"\":\"\"w\"\"}\",17,15,\n",
        "a,\"{\"\"k\"\":\"\"v\"\"},17,15,\n",
        "a,\"{}\"\",17,15,\"\n",
        "\"a,\"\"{}\"\",17,15,\"\n",
        "a,\"{}\",17,\"1\n5\",\n",
        "\"a\",\"{}\",17,15,\n",
    };
    struct two_lanes pair = csv_pair("channel,tags,t,value,type");
    odd_rows(pair, "a,,17,1.5,\n", odd, sizeof odd / sizeof odd[0]);
    odd_rows(pair, "a,,17,15,long\n", odd, sizeof odd / sizeof odd[0]);
    odd_rows(pair, "a,,17,15,string\n", odd, sizeof odd / sizeof odd[0]);
    odd_rows(pair, "a,\"{\"\"k\"\":\"\"v\"\"}\",17,1.5,\n", odd, sizeof odd / sizeof odd[0]);
    odd_rows(pair, "a,\"{}\",17,15,\n", odd, sizeof odd / sizeof odd[0]);
    pair = csv_pair("type,value,t,channel");
    static const char *const first[] = {"long,1,17,a\n", ",1,17,a\n", "other,1,17,a\n",
                                        "string,1,17,a\n"};
    odd_rows(pair, ",15,17,a\n", first, sizeof first / sizeof first[0]);
    odd_rows(pair, "long,15,17,a\n", first, sizeof first / sizeof first[0]);
}
END_TEST

/* Quotes that libcsv reads in its own way do not move the cells behind them. */
START_TEST(stray_quotes)
{
    static const char *const odd[] = {
        "x\"y,z\"w,1,5,7,9\n",   "x,\"y\"z,\",1,5,7,9\n", "\"x\" ,y,1,5,7,9\n",
        "\"x\"\",y\",1,5,7,9\n", "x,y,1,5,7,9\n",
    };
    struct two_lanes pair = csv_pair("o,p,channel,t,value,q");
    odd_rows(pair, "x\"y,z\"w,1,1,1,1\n", odd, sizeof odd / sizeof odd[0]);
    odd_rows(pair, "x,\"y\"z,\",1,1,1,1\n", odd, sizeof odd / sizeof odd[0]);
    odd_rows(pair, "\"x\" ,y,1,1,1,1\n", odd, sizeof odd / sizeof odd[0]);
    odd_rows(pair, "\"x\"\",y\",1,1,1,1\n", odd, sizeof odd / sizeof odd[0]);
}
END_TEST

/* What stands before the first separator is part of the row, also where the first row had nothing
 * there. */
START_TEST(first_cells_that_are_empty)
{
    static const struct tlm_pair fields[] = {{"k", "tag"}};
    static const char *const odd[] = {"x,1,17,a\n", "\"\",1,17,a\n", " ,1,17,a\n", "x,,17,a\n"};
    struct two_lanes pair = csv_pair("tag,value,t,channel");
    pair.options.tag_fields = (struct tlm_pairs){fields, 1};
    odd_rows(pair, ",15,17,a\n", odd, sizeof odd / sizeof odd[0]);
    odd_rows(pair, "x,15,17,a\n", odd, sizeof odd / sizeof odd[0]);
}
END_TEST

/* Layouts, times and kinds of values that change at random; chunks of all sizes. */
START_TEST(random_rows)
{
    static const char *const rows[] = {
        "{\"channel\":\"c@\",\"t\":~,\"value\":$.5}\n",
        "{\"channel\":\"c@\",\"t\":~,\"value\":$}\n",
        "{\"channel\":\"c@\",\"t\":~,\"value\":\"$\"}\n",
        "{\"channel\":\"c@\",\"t\":~,\"value\":-$.123456,\"tags\":{\"a\":\"1\"}}\n",
        "{\"channel\":\"c@\",\"t\":~.0,\"value\":0.$}\n",
        "{\"channel\":\"c@\",\"t\":~,\"value\":$,\"type\":\"long\"}\n",
    };
    uint64_t seed = 5;
    struct tlm_buf text = {0};
    for (int round = 0; round < 200; round++) {
        struct two_lanes pair = json_pair();
        size_t kind = 0, stay = 1 + below(&seed, 100);
        pair.chunk = below(&seed, 2) ? below(&seed, 3000) : 0;
        tlm__buf_reset(&text);
        for (int i = 0; i < 400; i++) {
            kind = below(&seed, stay) ? kind : below(&seed, 6);
            put_row(&text, rows[kind], below(&seed, 300), below(&seed, 100000),
                    (int)below(&seed, 1000000));
        }
        agree(pair, &text, "random");
    }
    tlm__buf_release(&text);
}
END_TEST

UNIT_MAIN("long_lane", json_rows_are_taken, csv_rows_are_taken, options_are_followed, odd_json_rows,
          odd_csv_rows, odd_csv_rows_with_tags_and_types, first_cells_that_are_empty, stray_quotes,
          random_rows)
