/* The hot lane with arrays and objects: they change nothing but the speed. */
#include "support/hot_pairs.h"

/* ---- rows that are taken --------------------------------------------------------------------- */

START_TEST(rows_are_taken)
{
    static const char *const rows[] = {
        "{\"t\":17,\"a\":[1.5,2.5,-3.25]}\n",
        "{\"t\":17,\"a\":[1,2,3]}\n",
        "{\"t\":17,\"a\":[1.0123456789012345,2.0123456789012345]}\r\n",
        "{\"t\":17,\"a\":[null,1e300,-0,17]}\n",
        "{\"t\":17,\"a\":[7]}\n",
        "{ \"t\" : 17 , \"a\" : [7] , \"b\" : {\"c\":1.5} }\n",
        "{\"t\":17,\"a\":{\"lat\":59.123456,\"lon\":-10.5,\"fix\":3}}\n",
        "{\"t\":17,\"a\":{\"state\":\"a, \\\"b\\\" ]}\",\"on\":true,\"x\":null,\"y\":1e5}}\n",
        "{\"t\":17,\"a\":{\"in\":{\"ner\":[1,2,{\"x\":[[3]]}]},\"e\":{}},\"b\":2.5}\n",
        "{\"t\":17,\"a\":[[1.5,2],[\"x\",4]],\"b\":[{\"c\":1},2],\"c\":[1.5]}\n",
        "{\"a\":{\"k, {\":1},\"t\":17}\n",
        "{\"t\":17,\"drop.x\":{\"a\":[1,\"x\"]},\"a\":1.5}\n",
        "{\"t\":17,\"a\":[18446744073709551617.5,0.0000000000000000000001]}\n",
    };
    static const char *const drops[] = {"drop.*"};
    struct two_lanes pair = json_pair("", 0);
    pair.options.excludes = (struct tlm_list){drops, 1};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(taken_of(pair, rows[i]) >= 99, "%s", rows[i]);
}
END_TEST

/* What is not kept as it is, or may be of another type in the next row. */
START_TEST(others_are_left_alone)
{
    static const char *const rows[] = {
        "{\"t\":17,\"a\":[\"x\",\"y\"]}\n",
        "{\"t\":17,\"a\":[1,\"y\"]}\n",
        "{\"t\":17,\"a\":[1,[2]]}\n",
        "{\"t\":17,\"a\":[]}\n",
        "{\"t\":17,\"a\":{}}\n",
        "{\"t\":17,\"a\":[{}]}\n",
        "{\"t\":17,\"a\":{\"b\": 1}}\n",
        "{\"t\":17,\"a\":{\"b\":NaN}}\n",
        "{\"t\":17,\"a\":{\"b\\n\":1}}\n",
        "{\"t\":17,\"a\":[1,9007199254740993]}\n",
        "{\"t\":17,\"a\":[true,false]}\n",
        "{\"t\":17,\"a\":{\"b\":1},\"a\":2}\n",
        "{\"t\":17,\"a\":{\"b\":1,\"b\":2}}\n",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (int last = 0; last < 2; last++) {
            struct two_lanes pair = json_pair("", 0);
            pair.options.duplicate_keys = last ? TLM_DUPLICATE_LAST : TLM_DUPLICATE_REJECT;
            ck_assert_msg(taken_of(pair, rows[i]) == 0, "%s", rows[i]);
        }
    struct two_lanes pair = json_pair("", 0);
    pair.options.flatten = ".";
    ck_assert_uint_eq(taken_of(pair, "{\"t\":17,\"a\":{\"b\":1}}\n"), 0);
    pair = json_pair("", 0);
    static const struct tlm_pair tags[] = {{"unit", "a"}};
    pair.options.tag_fields = (struct tlm_pairs){tags, 1};
    ck_assert_uint_eq(taken_of(pair, "{\"t\":17,\"a\":{\"b\":1}}\n"), 0);
}
END_TEST

/* More parts than the lane cares for. */
START_TEST(rows_of_many_parts)
{
    for (size_t n = 200; n < 400; n += 50) {
        struct tlm_buf row = {0};
        ck_assert(tlm__buf_printf(&row, "{\"t\":17,\"a\":[1"));
        for (size_t i = 1; i < n; i++)
            ck_assert(tlm__buf_printf(&row, ",%zu.5", i));
        ck_assert(tlm__buf_printf(&row, "]}\n") && tlm__buf_append_byte(&row, 0));
        ck_assert_uint_eq(taken_of(json_pair("", 0), (char *)row.data), n < 256 ? 99 : 0);
        tlm__buf_release(&row);
    }
}
END_TEST

/* ---- one odd row among many ------------------------------------------------------------------ */

START_TEST(odd_arrays)
{
    static const char *const odd[] = {
        "{\"t\":17,\"a\":[1.5,2.5]}\n",
        "{\"t\":17,\"a\":[1.5,2.5,3.5,4.5]}\n",
        "{\"t\":17,\"a\":[1.5, 2.5 ,3.5]}\n",
        "{\"t\":17,\"a\":[1.5,,3.5]}\n",
        "{\"t\":17,\"a\":[1.5,\"2\",3.5]}\n",
        "{\"t\":17,\"a\":[1.5,[2],3.5]}\n",
        "{\"t\":17,\"a\":[1.5,true,3.5]}\n",
        "{\"t\":17,\"a\":[1.5,null,3.5]}\n",
        "{\"t\":17,\"a\":[1.5,NaN,-Infinity]}\n",
        "{\"t\":17,\"a\":[1.5,1e400,3.5]}\n",
        "{\"t\":17,\"a\":[1.5,9007199254740993,3.5]}\n",
        "{\"t\":17,\"a\":[1.5,-9007199254740992,3.5]}\n",
        "{\"t\":17,\"a\":[1.5,18446744073709551616,3.5]}\n",
        "{\"t\":17,\"a\":[1.5,-0,3.5]}\n",
        "{\"t\":17,\"a\":[1.5,01,3.5]}\n",
        "{\"t\":17,\"a\":[1.5,2.5,3.5}\n",
        "{\"t\":17,\"a\":[1.5,2.5,3.5]]}\n",
        "{\"t\":17,\"a\":[]}\n",
        "{\"t\":17,\"a\":null}\n",
        "{\"t\":17,\"a\":\"[1.5,2.5,3.5]\"}\n",
        "{\"t\":17,\"b\":[1.5,2.5,3.5]}\n",
        "{\"t\":\"x\",\"a\":[1.5,2.5,3.5]}\n",
    };
    odd_rows(json_pair("", 0), "{\"t\":17,\"a\":[1.5,2.5,3.5]}\n", odd, sizeof odd / sizeof odd[0]);
}
END_TEST

START_TEST(odd_objects)
{
    static const char *const odd[] = {
        "{\"t\":17,\"a\":{\"x\":NaN,\"s\":\"on\"},\"b\":1}\n",
        "{\"t\":17,\"a\":{\"x\":Infinity,\"s\":\"on\"},\"b\":1}\n",
        "{\"t\":17,\"a\":{\"x\":1e999,\"s\":\"on\"},\"b\":1}\n",
        "{\"t\":17,\"a\":{\"x\":01,\"s\":\"on\"},\"b\":1}\n",
        "{\"t\":17,\"a\":{\"x\":{},\"s\":\"on\"},\"b\":1}\n",
        "{\"t\":17,\"a\":{\"x\":[1,2],\"s\":\"on\"},\"b\":1}\n",
        "{\"t\":17,\"a\":{\"x\": 1,\"s\":\"on\"},\"b\":1}\n",
        "{\"t\":17,\"a\":{\"x\":1 ,\"s\":\"on\"},\"b\":1}\n",
        "{\"t\":17,\"a\":{\"x\":,\"s\":\"on\"},\"b\":1}\n",
        "{\"t\":17,\"a\":{\"x\":1,\"s\":\"a, }\\\" b\"},\"b\":1}\n",
        "{\"t\":17,\"a\":{\"x\":1,\"s\":\"\\u00e9\\n\"},\"b\":1}\n",
        "{\"t\":17,\"a\":{\"x\":1,\"s\":\"\\ud800\"},\"b\":1}\n",
        "{\"t\":17,\"a\":{\"x\":1,\"s\":\"\303\251\"},\"b\":1}\n",
        "{\"t\":17,\"a\":{\"x\":1,\"s\":\"\377\"},\"b\":1}\n",
        "{\"t\":17,\"a\":{\"x\":1,\"s\":\"\t\"},\"b\":1}\n",
        "{\"t\":17,\"a\":{\"x\":1,\"s\":null},\"b\":1}\n",
        "{\"t\":17,\"a\":{\"x\":\"1\",\"s\":2},\"b\":1}\n",
        "{\"t\":17,\"a\":{\"x\":1,\"s\":\"on\"},\"b\":{}}\n",
        "{\"t\":17,\"a\":{\"x\":1,\"s\":\"on\",\"x\":2},\"b\":1}\n",
        "{\"t\":17,\"a\":{\"x\":1,\"x\":\"on\"},\"b\":1}\n",
        "{\"t\":17,\"a\":{\"s\":\"on\",\"x\":1},\"b\":1}\n",
        "{\"t\":17,\"a\":{\"x\":1,\"s\":\"on\"},\"a\":1}\n",
        "{\"t\":17,\"a\":{\"x\":1,\"s\":\"on\"}\n",
        "{\"t\":17,\"a\":{\"x\":1,\"s\":\"a string of so many bytes that its marks do not fit into "
        "a word of sixty-four bits\"},\"b\":1}\n",
    };
    struct two_lanes pair = json_pair("", 0);
    for (int i = 0; i < 4; i++) {
        pair.options.duplicate_keys = i % 2 ? TLM_DUPLICATE_LAST : TLM_DUPLICATE_REJECT;
        pair.options.max_line = i / 2 ? 40 : pair.options.max_line;
        odd_rows(pair, "{\"t\":17,\"a\":{\"x\":1,\"s\":\"on\"},\"b\":1}\n", odd,
                 sizeof odd / sizeof odd[0]);
    }
}
END_TEST

/* ---- tables ---------------------------------------------------------------------------------- */

enum { COLUMNS_MAX = 5 };

static void put_scalar(struct tlm_buf *out, uint64_t *seed, size_t style)
{
    static const char *const odd[] = {"null",
                                      "true",
                                      "NaN",
                                      "\"\"",
                                      "-0",
                                      "{}",
                                      "\"a, b\"",
                                      "1e400",
                                      "[1]",
                                      " 1",
                                      "1.5 ",
                                      "\"\\u00e9\"",
                                      "9007199254740993",
                                      "\"\\\"\""};
    if (below(seed, 60) == 0)
        style = 5;
    switch (style) {
    case 0:
        tlm__buf_printf(out, "%zu.%06zu", below(seed, 1000), below(seed, 1000000));
        break;
    case 1:
        tlm__buf_printf(out, "%zu", below(seed, 100000));
        break;
    case 2:
        tlm__buf_printf(out, "-0.%08zu%08zu", below(seed, 100000000), below(seed, 100000000));
        break;
    case 3:
        tlm__buf_printf(out, "\"state %zu\"", below(seed, 20));
        break;
    case 4:
        tlm__buf_printf(out, "%s", below(seed, 2) ? "true" : "null");
        break;
    default:
        tlm__buf_printf(out, "%s", odd[below(seed, sizeof odd / sizeof odd[0])]);
    }
}

/* A value of some shape, the same for the same shape but for its scalars. */
static void put_shape(struct tlm_buf *out, uint64_t *seed, size_t shape)
{
    const size_t kind = shape % 4, style = shape / 4 % 5, n = shape / 20 % 5;
    if (kind == 0) {
        put_scalar(out, seed, style);
        return;
    }
    tlm__buf_append_byte(out, kind == 1 ? '{' : '[');
    for (size_t i = 0; i < n; i++) {
        tlm__buf_printf(out, i ? "," : "");
        if (kind == 1)
            tlm__buf_printf(out, "\"k%zu\":", i);
        if (kind == 3 || (kind == 1 && i == 2))
            put_shape(out, seed, shape / 100);
        else
            put_scalar(out, seed, kind == 1 ? (style + i) % 5 : style % 3);
    }
    tlm__buf_append_byte(out, kind == 1 ? '}' : ']');
}

static void put_row(struct tlm_buf *out, uint64_t *seed, const size_t *shapes, size_t row)
{
    tlm__buf_printf(out, "{\"t\":%zu", 1700000000000000000 + row);
    for (size_t i = 0; i < COLUMNS_MAX && shapes[i]; i++) {
        tlm__buf_printf(out, ",\"%c\":", (int)('a' + i));
        put_shape(out, seed, shapes[i] - 1);
    }
    tlm__buf_printf(out, "}\n");
}

static void try_table(uint64_t *seed, size_t *taken)
{
    static const char *const drops[] = {"b"};
    static const struct tlm_pair tags[] = {{"unit", "c"}};
    struct tlm_buf text = {0};
    size_t shapes[COLUMNS_MAX] = {0};
    for (size_t i = 0; i < 1 + below(seed, COLUMNS_MAX); i++)
        shapes[i] = 1 + below(seed, 100000);
    for (size_t row = 0, n = 1 + below(seed, 150); row < n; row++)
        put_row(&text, seed, shapes, row);
    for (size_t i = below(seed, 4) ? below(seed, 4) : below(seed, 40); i && text.len; i--)
        mutate(&text, seed);
    struct two_lanes pair = json_pair((char *)text.data, text.len);
    pair.options.int_as = (enum tlm_int_as)below(seed, 3);
    pair.options.duplicate_keys = (enum tlm_duplicate_keys)below(seed, 2);
    pair.chunk = below(seed, 3) ? 0 : 1 + below(seed, 2000);
    pair.tempting = "7,\n}.\"\\]"[below(seed, 8)];
    if (below(seed, 6) == 0)
        pair.options.tag_fields = (struct tlm_pairs){tags, 1};
    if (below(seed, 8) == 0)
        pair.options.excludes = (struct tlm_list){drops, 1};
    if (below(seed, 8) == 0)
        pair.options.flatten = ".";
    *taken += agree(&pair, "table");
    tlm__buf_release(&text);
}

START_TEST(random_tables)
{
    const size_t n = getenv("CHECK_LONG") && *getenv("CHECK_LONG") ? 100000 : 3000;
    uint64_t seed = 20240302;
    size_t taken = 0;
    for (size_t i = 0; i < n; i++)
        try_table(&seed, &taken);
    ck_assert_uint_gt(taken, n * 10);
}
END_TEST

UNIT_MAIN("hot_groups", rows_are_taken, others_are_left_alone, rows_of_many_parts, odd_arrays,
          odd_objects, random_tables)
