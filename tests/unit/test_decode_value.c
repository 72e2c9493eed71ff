/* What a block may not be: each limit of the decoder, where skipping and printing agree. */
#include "support/unit.h"

#include "avro/varint.h"
#include "support/datum.h"
#include "support/random.h"

#define ARRAY(items) "{\"type\":\"array\",\"items\":" items "}"
#define MAP(values) "{\"type\":\"map\",\"values\":" values "}"
#define LIST                                                                        \
    "{\"type\":\"record\",\"name\":\"l\",\"fields\":[{\"name\":\"next\",\"type\":[" \
    "\"null\",\"l\"]}]}"

#define DAMAGED(schema, bytes, message) check_refused(schema, BYTES(bytes), 1, TLM_DAMAGED, message)
#define LIMIT(schema, bytes, message) check_refused(schema, BYTES(bytes), 1, TLM_LIMIT, message)

START_TEST(test_integers)
{
    check_json("\"long\"", BYTES("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
               "-9223372036854775808\n");
    check_json("\"long\"", BYTES("\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
               "9223372036854775807\n");
    check_json("\"long\"", BYTES("\x82\x80\x80\x80\x80\x80\x80\x80\x80\x00"), "1\n");
    check_json("\"int\"", BYTES("\xff\xff\xff\xff\x0f"), "-2147483648\n");
    DAMAGED("\"long\"", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02",
            "byte 0 of the block: an integer of more than 64 bits");
    DAMAGED("\"long\"", "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00",
            "byte 0 of the block: an integer of more than 64 bits");
    DAMAGED("\"long\"", "\xff\xff\xff", "byte 0 of the block: the block ends inside an integer");
    DAMAGED("\"long\"", "", "byte 0 of the block: the block ends inside an integer");
    DAMAGED("\"int\"", "\x80\x80\x80\x80\x10",
            "byte 0 of the block: 2147483648 is no int: it has more than 32 bits");
}
END_TEST

START_TEST(test_fixed_widths)
{
    DAMAGED("\"float\"", "abc", "byte 0 of the block: a value of 4 bytes, but 3 are left");
    DAMAGED("\"double\"", "abcdefg", "byte 0 of the block: a value of 8 bytes, but 7 are left");
    DAMAGED("{\"type\":\"fixed\",\"name\":\"f\",\"size\":2147483647}", "ab",
            "byte 0 of the block: a value of 2147483647 bytes, but 2 are left");
    DAMAGED("\"boolean\"", "", "byte 0 of the block: a value of 1 bytes, but 0 are left");
    DAMAGED("\"boolean\"", "\x02", "byte 0 of the block: a boolean that is 2");
}
END_TEST

START_TEST(test_lengths)
{
    DAMAGED("\"string\"",
            "\x06"
            "ab",
            "byte 0 of the block: a length of 3 bytes, but 2 are left");
    DAMAGED("\"bytes\"", "\x01", "byte 0 of the block: a length of -1 bytes");
    DAMAGED("\"bytes\"", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
            "byte 0 of the block: a length of -9223372036854775808 bytes");
    DAMAGED("\"string\"", "\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01",
            "byte 0 of the block: a length of 9223372036854775807 bytes, but 0 are left");
    DAMAGED(MAP("\"int\""),
            "\x02\x04"
            "a",
            "byte 1 of the block: a length of 2 bytes, but 1 are left");
}
END_TEST

START_TEST(test_indexes)
{
    static const char schema[] = "{\"type\":\"enum\",\"name\":\"e\",\"symbols\":[\"A\",\"B\"]}";
    check_json(schema, BYTES("\x00\x02"), "\"A\"\n\"B\"\n");
    DAMAGED(schema, "\x04", "byte 0 of the block: enum symbol 2, but there are 2");
    DAMAGED(schema, "\x01", "byte 0 of the block: enum symbol -1, but there are 2");
    DAMAGED("[\"null\",\"int\"]", "\x04", "byte 0 of the block: union branch 2, but there are 2");
    DAMAGED("[\"null\",\"int\"]", "\x03", "byte 0 of the block: union branch -2, but there are 2");
    DAMAGED("{\"type\":\"enum\",\"name\":\"e\",\"symbols\":[]}", "\x00",
            "byte 0 of the block: enum symbol 0, but there are 0");
}
END_TEST

START_TEST(test_blocks_of_elements)
{
    static const char ints[] = ARRAY("\"int\"");
    check_json(ints, BYTES("\x02\x02\x04\x04\x06\x00"), "[1,2,3]\n");
    check_json(ints, BYTES("\x03\x04\x02\x04\x01\x02\x06\x00"), "[1,2,3]\n");
    check_json(ints, BYTES("\x00"), "[]\n");
    DAMAGED(ints, "\x06\x02\x04", "byte 0 of the block: 3 elements of 1 bytes or more in 2");
    DAMAGED(ints, "\x04\x02\x04", "byte 3 of the block: the block ends inside an integer");
    DAMAGED(ints, "\x03\x06\x02\x04\x00",
            "byte 4 of the block: an array or map block ends here, not at byte 5 as it says");
    DAMAGED(ints, "\x03\x04\x82\x00\x04\x00",
            "byte 5 of the block: an array or map block ends here, not at byte 4 as it says");
    DAMAGED(ints, "\x03\x01\x02\x04\x00",
            "byte 1 of the block: an array or map block of -1 bytes, but 3 are left");
    DAMAGED(ints, "\x03\x08\x02\x04\x00",
            "byte 1 of the block: an array or map block of 4 bytes, but 3 are left");
    DAMAGED(ints, "\x05\x04\x02\x04\x00",
            "byte 0 of the block: 3 elements of 1 bytes or more in 2");
    DAMAGED(ints, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00",
            "byte 0 of the block: an array or map block of 2^63 elements");
    DAMAGED(ints, "\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00",
            "byte 0 of the block: 9223372036854775807 elements of 1 bytes or more in 1");
    DAMAGED(ARRAY("\"double\""),
            "\x04"
            "abcdefghijklmno",
            "byte 0 of the block: 2 elements of 8 bytes or more in 15");
    DAMAGED(MAP("\"double\""),
            "\x04\x00"
            "abcdefgh\x00"
            "ijklmno",
            "byte 0 of the block: 2 elements of 9 bytes or more in 17");
}
END_TEST

/* With jump, what a block says about its size is enough; without, it is looked into. */
START_TEST(test_jumping)
{
    struct tlm_schema_tree tree = schema_of(ARRAY("\"string\""));
    uint8_t *bytes = exactly("\x03\x06\xff\xff\xff\x00\x02\x04hi\x00", 11);
    struct tlm_cursor cursor;
    tlm__cursor_init(&cursor, bytes, 11, NULL);
    ck_assert(!tlm__value_skip(&cursor, tree.root));
    tlm__cursor_init(&cursor, bytes, 11, NULL);
    cursor.jump = true;
    ck_assert(tlm__value_skip(&cursor, tree.root));
    ck_assert_uint_eq((size_t)(cursor.at - bytes), 6);
    ck_assert(tlm__value_skip(&cursor, tree.root));
    ck_assert(tlm__cursor_finish(&cursor));
    free(bytes);
    tlm__schema_tree_release(&tree);
}
END_TEST

START_TEST(test_values_of_no_bytes)
{
    static const char empty[] = "{\"type\":\"record\",\"name\":\"e\",\"fields\":[]}";
    static const char nothing[] = "{\"type\":\"fixed\",\"name\":\"n\",\"size\":0}";
    char items[100];
    check_json(ARRAY("\"null\""), BYTES("\x06\x00"), "[null,null,null]\n");
    static const char *const types[] = {"\"null\"", empty, nothing};
    for (size_t i = 0; i < 3; i++) {
        snprintf(items, sizeof items, ARRAY("%s"), types[i]);
        /* 2^40, and 2^62 */
        LIMIT(items, "\x80\x80\x80\x80\x80\x80\x01\x00",
              "byte 0 of the block: too many values that take no bytes");
        LIMIT(items, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01\x00",
              "byte 0 of the block: too many values that take no bytes");
        /* one by one, as records of the block: 2^20 + 16 times 0 bytes */
        check_refused(types[i], "", 0, UINT64_MAX, TLM_LIMIT,
                      "byte 0 of the block: too many values that take no bytes");
    }
    struct tlm_schema_tree tree = schema_of(nothing);
    ck_assert_int_eq(tlm__block_check(&tree, "", 0, 1 << 20, NULL), TLM_OK);
    tlm__schema_tree_release(&tree);
}
END_TEST

/* 2^40 nulls in a record without a byte. */
START_TEST(test_records_of_nothing)
{
    char text[8000], *at = text;
    at = stpcpy(at, "{\"type\":\"record\",\"name\":\"t\",\"fields\":[{\"name\":\"f\",\"type\":"
                    "\"boolean\"},{\"name\":\"f0\",\"type\":{\"type\":\"record\",\"name\":\"r0\","
                    "\"fields\":[{\"name\":\"x\",\"type\":\"null\"}]}}");
    for (int i = 1; i < 40; i++)
        at +=
            sprintf(at,
                    ",{\"name\":\"f%d\",\"type\":{\"type\":\"record\",\"name\":\"r%d\",\"fields\":"
                    "[{\"name\":\"a\",\"type\":\"r%d\"},{\"name\":\"b\",\"type\":\"r%d\"}]}}",
                    i, i, i - 1, i - 1);
    stpcpy(at, "]}");
    struct tlm_schema_tree tree = schema_of(text);
    struct tlm_json_options options = {.max_bytes = 1 << 20};
    struct tlm_error error = {0};
    struct tlm_buf out = {0};
    struct tlm_cursor cursor;
    tlm__cursor_init(&cursor, "\x01", 1, &error);
    ck_assert(!tlm__value_json(&cursor, tree.root, &options, &out));
    ck_assert_int_eq(error.code, TLM_LIMIT);
    ck_assert_uint_lt(out.len, 3 << 20);
    options.max_bytes = 0;
    tlm__cursor_init(&cursor, "\x01", 1, &error);
    ck_assert(!tlm__value_json(&cursor, tree.root, &options, &out));
    ck_assert_ptr_nonnull(strstr(error.message, "too many values that take no bytes (field"));
    tlm__buf_release(&out);
    tlm__schema_tree_release(&tree);
}
END_TEST

START_TEST(test_depth)
{
    uint8_t bytes[TLM_DATUM_DEPTH_MAX + 1];
    memset(bytes, 2, sizeof bytes);
    bytes[TLM_DATUM_DEPTH_MAX - 1] = 0;
    struct tlm_schema_tree tree = schema_of(LIST);
    ck_assert_int_eq(tlm__block_check(&tree, bytes, TLM_DATUM_DEPTH_MAX, 1, NULL), TLM_OK);
    tlm__schema_tree_release(&tree);
    memset(bytes, 2, sizeof bytes);
    bytes[TLM_DATUM_DEPTH_MAX] = 0;
    check_refused(LIST, bytes, sizeof bytes, 1, TLM_LIMIT,
                  "byte 100 of the block: values more than 100 levels inside each other"
                  " (field next of l)");
}
END_TEST

START_TEST(test_the_block_ends_with_its_last_record)
{
    struct tlm_schema_tree tree = schema_of("\"int\"");
    struct tlm_error error;
    ck_assert_int_eq(tlm__block_check(&tree, "\x02\x04\x06", 3, 3, &error), TLM_OK);
    ck_assert_int_eq(tlm__block_check(&tree, NULL, 0, 0, &error), TLM_OK);
    tlm__schema_tree_release(&tree);
    check_refused("\"int\"", "\x02\x04\x06", 3, 2, TLM_DAMAGED,
                  "byte 2 of the block: 1 bytes behind the last record");
    check_refused("\"int\"", "\x02\x04\x06", 3, 4, TLM_DAMAGED,
                  "byte 3 of the block: the block ends inside an integer");
}
END_TEST

START_TEST(test_the_field_is_named)
{
    DAMAGED("{\"type\":\"record\",\"name\":\"n.outer\",\"fields\":[{\"name\":\"a\",\"type\":"
            "{\"type\":\"record\",\"name\":\"in\\nner\",\"fields\":["
            "{\"name\":\"b\",\"type\":\"int\"},{\"name\":\"c\",\"type\":\"bytes\"}]}}]}",
            "\x02\x03", "byte 1 of the block: a length of -2 bytes (field c of n.in?ner)");
}
END_TEST

#define ALL                                                                                 \
    "{\"type\":\"record\",\"name\":\"r\",\"fields\":["                                      \
    "{\"name\":\"a\",\"type\":{\"type\":\"array\",\"items\":[\"null\",\"string\",\"r\"]}}," \
    "{\"name\":\"m\",\"type\":{\"type\":\"map\",\"values\":{\"type\":\"array\",\"items\":"  \
    "\"float\"}}},{\"name\":\"e\",\"type\":{\"type\":\"enum\",\"name\":\"e\",\"symbols\":"  \
    "[\"A\",\"B\"]}},{\"name\":\"i\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"boolean\"}]}"

/* Whatever the bytes are: skipping and printing use the same of them, or both refuse. */
START_TEST(test_any_bytes)
{
    struct tlm_schema_tree tree = schema_of(ALL);
    const struct tlm_json_options options = {0};
    struct tlm_buf out = {0};
    uint64_t state = 1;
    size_t good = 0;
    for (int round = 0; round < 200000; round++) {
        size_t len = below(&state, 40);
        uint8_t *bytes = malloc(len ? len : 1);
        for (size_t i = 0; i < len; i++)
            bytes[i] = (uint8_t)(draw(&state) >> below(&state, 8)) & (round & 1 ? 0xff : 3);
        struct tlm_cursor skipping, printing;
        tlm__cursor_init(&skipping, bytes, len, NULL);
        tlm__cursor_init(&printing, bytes, len, NULL);
        tlm__buf_reset(&out);
        bool ok = tlm__value_skip(&skipping, tree.root);
        HOLDS(ok == tlm__value_json(&printing, tree.root, &options, &out), "round %d", round);
        HOLDS(!ok || skipping.at == printing.at, "round %d", round);
        good += ok;
        free(bytes);
    }
    ck_assert_uint_gt(good, 500);
    tlm__buf_release(&out);
    tlm__schema_tree_release(&tree);
}
END_TEST

UNIT_MAIN("decode_value", test_integers, test_fixed_widths, test_lengths, test_indexes,
          test_blocks_of_elements, test_jumping, test_values_of_no_bytes, test_records_of_nothing,
          test_depth, test_the_block_ends_with_its_last_record, test_the_field_is_named,
          test_any_bytes)
