/* What values look like as JSON. */
#include "support/unit.h"

#include "avro/decode_logical.h"
#include "base/json_escape.h"
#include "support/datum.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))
#define LOGICAL(type, name) "{\"type\":\"" type "\",\"logicalType\":\"" name "\"}"

START_TEST(test_primitives)
{
    check_json("\"boolean\"", BYTES("\x00\x01"), "false\ntrue\n");
    check_json("\"int\"", BYTES("\x00\x01\x02\x80\x01"), "0\n-1\n1\n64\n");
    check_json("\"float\"", BYTES("\xcd\xcc\xcc\x3d\x00\x00\x80\x3f\x00\x00\xc0\x7f"),
               "0.1\n1.0\n\"NaN\"\n");
    check_json("\"double\"",
               BYTES("\x9a\x99\x99\x99\x99\x99\xb9\x3f\x00\x00\x00\x00\x00\x00\x00\x80"
                     "\x00\x00\x00\x00\x00\x00\xf0\x7f\x00\x00\x00\x00\x00\x00\xf0\xff"
                     "\x01\x00\x00\x00\x00\x00\xf8\xff"),
               "0.1\n-0.0\n\"Infinity\"\n\"-Infinity\"\n\"NaN\"\n");
    check_json("\"bytes\"", BYTES("\x0e\x00\"\\A\x7f\x80\xff"),
               "\"\\u0000\\\"\\\\A\\u007f\\u0080\\u00ff\"\n");
    check_json("{\"type\":\"fixed\",\"name\":\"f\",\"size\":2}", BYTES("\n\xe4"),
               "\"\\n\\u00e4\"\n");
    check_json("[\"null\",\"int\",\"string\"]", BYTES("\x00\x02\x0a\x04\x02!"), "null\n5\n\"!\"\n");
}
END_TEST

/* The pieces of the Unicode standard's examples (table 3-8 and 3-11 of version 15). */
START_TEST(test_text)
{
    static const struct {
        const char *bytes;
        const char *json;
    } cases[] = {
        {"", ""},
        {"plain text, longer than a word", "plain text, longer than a word"},
        {"12345678\"", "12345678\\\""},
        {"a\tb\nc\rd\be\ff\x01\x1f/", "a\\tb\\nc\\rd\\be\\ff\\u0001\\u001f/"},
        {"\x7f", "\x7f"},
        {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x9a\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x9a\x80"},
        {"\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf", "\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf"},
        {"\xc0\xaf", "??"},
        {"\xe0\x80\xbf", "???"},
        {"\xf0\x81\x82\x41", "???A"},
        {"\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41", "????????A"},
        {"\xf4\x91\x92\x93\xff\x41\x80\xbf\x42", "?????A??B"},
        {"\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", "????A"},
        {"\xe2\x82", "?"},
        {"1234567\xf0\x9f\x9a", "1234567?"},
    };
    for (size_t i = 0; i < LEN(cases); i++) {
        struct tlm_buf out = {0};
        char wanted[256], *at = wanted;
        *at++ = '"';
        for (const char *p = cases[i].json; *p; p++)
            at = *p == '?' ? stpcpy(at, "\xef\xbf\xbd") : (*at = *p, at + 1);
        stpcpy(at, "\"");
        uint8_t *bytes = exactly(cases[i].bytes, strlen(cases[i].bytes));
        ck_assert(tlm__json_escape(&out, (const char *)bytes, strlen(cases[i].bytes)));
        ck_assert(tlm__buf_append_byte(&out, 0));
        ck_assert_str_eq((const char *)out.data, wanted);
        free(bytes);
        tlm__buf_release(&out);
    }
}
END_TEST

/* Each byte at each place of a word. */
START_TEST(test_every_byte)
{
    for (int byte = 0; byte < 256; byte++) {
        char one[64], alone[64];
        for (size_t place = 0; place < 16; place++) {
            struct tlm_buf out = {0};
            char text[16];
            memset(text, 'x', sizeof text);
            text[place] = (char)byte;
            ck_assert(tlm__json_escape(&out, text, sizeof text));
            size_t len = out.len - 2 - 15;
            memcpy(one, out.data + 1 + place, len);
            one[len] = '\0';
            if (place == 0)
                memcpy(alone, one, sizeof one);
            ck_assert_str_eq(one, alone);
            tlm__buf_release(&out);
        }
    }
}
END_TEST

START_TEST(test_what_has_values_inside)
{
    static const char schema[] =
        "{\"type\":\"record\",\"name\":\"r\",\"fields\":["
        "{\"name\":\"a\\\"b\",\"type\":{\"type\":\"array\",\"items\":{\"type\":\"map\",\"values\":"
        "[\"null\",\"r\"]}}},{\"name\":\"n\",\"type\":\"null\"},"
        "{\"name\":\"e\",\"type\":{\"type\":\"enum\",\"name\":\"n.e\",\"symbols\":[\"A\",\"B\"]}}"
        "]}";
    check_json(schema, BYTES("\x00\x00"), "{\"a\\\"b\":[],\"n\":null,\"e\":\"A\"}\n");
    check_json(schema, BYTES("\x02\x04\x02k\x00\x02l\x02\x00\x00\x00\x00\x02"),
               "{\"a\\\"b\":[{\"k\":null,\"l\":{\"a\\\"b\":[],\"n\":null,\"e\":\"A\"}}],"
               "\"n\":null,\"e\":\"B\"}\n");
    const struct tlm_json_options options = {.avro_encoding = true};
    check_json_with(&options, schema, BYTES("\x02\x04\x02k\x00\x02l\x02\x00\x00\x00\x00\x02"),
                    "{\"a\\\"b\":[{\"k\":null,\"l\":{\"r\":{\"a\\\"b\":[],\"n\":null,"
                    "\"e\":\"A\"}}}],\"n\":null,\"e\":\"B\"}\n");
    check_json_with(&options,
                    "[\"int\",\"string\",{\"type\":\"enum\",\"name\":\"n.e\",\"symbols\":"
                    "[\"A\"]}]",
                    BYTES("\x00\x02\x02\x02!\x04\x00"),
                    "{\"int\":1}\n{\"string\":\"!\"}\n{\"n.e\":\"A\"}\n");
}
END_TEST

static void check_moments(const char *schema, const int64_t *values, const char *const *texts,
                          size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint8_t bytes[10];
        uint64_t bits = ((uint64_t)values[i] << 1) ^ (uint64_t)(values[i] >> 63);
        size_t len = 0;
        for (; bits >= 0x80; bits >>= 7)
            bytes[len++] = (uint8_t)(bits | 0x80);
        bytes[len++] = (uint8_t)bits;
        char wanted[80];
        snprintf(wanted, sizeof wanted, "%s\n", texts[i]);
        check_json(schema, bytes, len, wanted);
    }
}

#define MOMENTS(schema, ...)                                                 \
    do {                                                                     \
        static const struct {                                                \
            int64_t value;                                                   \
            const char *text;                                                \
        } pairs[] = {__VA_ARGS__};                                           \
        for (size_t pair = 0; pair < LEN(pairs); pair++)                     \
            check_moments(schema, &pairs[pair].value, &pairs[pair].text, 1); \
    } while (0)

START_TEST(test_dates_and_times)
{
    MOMENTS(LOGICAL("int", "date"), {0, "\"1970-01-01\""}, {-1, "\"1969-12-31\""},
            {19783, "\"2024-03-01\""}, {19782, "\"2024-02-29\""}, {-719528, "\"0000-01-01\""},
            {-719529, "\"-000001-12-31\""}, {2932896, "\"9999-12-31\""},
            {2932897, "\"+010000-01-01\""}, {INT32_MAX, "\"+5881580-07-11\""},
            {INT32_MIN, "\"-5877641-06-23\""});
    MOMENTS(LOGICAL("int", "time-millis"), {0, "\"00:00:00.000\""}, {86399999, "\"23:59:59.999\""},
            {86400000, "86400000"}, {-1, "-1"});
    MOMENTS(LOGICAL("long", "time-micros"), {INT64_C(45296000007), "\"12:34:56.000007\""},
            {INT64_C(86400000000), "86400000000"});
    MOMENTS(LOGICAL("long", "timestamp-millis"), {0, "\"1970-01-01T00:00:00.000Z\""},
            {-1, "\"1969-12-31T23:59:59.999Z\""},
            {INT64_C(1706745599999), "\"2024-01-31T23:59:59.999Z\""},
            {INT64_MAX, "\"+292278994-08-17T07:12:55.807Z\""},
            {INT64_MIN, "\"-292275055-05-16T16:47:04.192Z\""});
    MOMENTS(LOGICAL("long", "timestamp-micros"),
            {INT64_C(1706745599000001), "\"2024-01-31T23:59:59.000001Z\""},
            {INT64_MIN, "\"-290308-12-21T19:59:05.224192Z\""});
    MOMENTS(LOGICAL("long", "timestamp-nanos"),
            {INT64_C(1704067200123456789), "\"2024-01-01T00:00:00.123456789Z\""},
            {INT64_MIN, "\"1677-09-21T00:12:43.145224192Z\""},
            {INT64_MAX, "\"2262-04-11T23:47:16.854775807Z\""});
    MOMENTS(LOGICAL("long", "local-timestamp-millis"), {1, "\"1970-01-01T00:00:00.001\""});
    MOMENTS(LOGICAL("long", "local-timestamp-micros"), {1, "\"1970-01-01T00:00:00.000001\""});
    MOMENTS(LOGICAL("long", "local-timestamp-nanos"), {1, "\"1970-01-01T00:00:00.000000001\""});
    MOMENTS(LOGICAL("long", "date"), {1, "1"});
    const struct tlm_json_options options = {.avro_encoding = true};
    check_json_with(&options, LOGICAL("int", "date"), BYTES("\x02"), "1\n");
}
END_TEST

#define DECIMAL(scale) \
    "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":40,\"scale\":" #scale "}"

START_TEST(test_decimals)
{
    check_json(DECIMAL(2), BYTES("\x04\x04\xe2"), "12.50\n");
    check_json(DECIMAL(2), BYTES("\x04\xfb\x1e"), "-12.50\n");
    check_json(DECIMAL(0), BYTES("\x02\xff"), "-1\n");
    check_json(DECIMAL(0), BYTES("\x02\x00"), "0\n");
    check_json(DECIMAL(3), BYTES("\x02\x00"), "0.000\n");
    check_json(DECIMAL(3), BYTES("\x00"), "0.000\n");
    check_json(DECIMAL(3), BYTES("\x02\xff"), "-0.001\n");
    check_json(DECIMAL(3), BYTES("\x08\xff\xff\xff\xff"), "-0.001\n");
    check_json(DECIMAL(1), BYTES("\x02\x80"), "-12.8\n");
    check_json(DECIMAL(0), BYTES("\x08\x80\x00\x00\x00"), "-2147483648\n");
    check_json(DECIMAL(9), BYTES("\x08\x3b\x9a\xca\x00"), "1.000000000\n");
    check_json(DECIMAL(5), BYTES("\x1a\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89"),
               "901440426828963118225087.13865\n");
    const struct tlm_json_options text = {.int64_text = true}, avro = {.avro_encoding = true};
    check_json_with(&text, DECIMAL(2), BYTES("\x04\x04\xe2"), "\"12.50\"\n");
    check_json_with(&avro, DECIMAL(2), BYTES("\x04\x04\xe2"), "\"\\u0004\\u00e2\"\n");
    check_json("{\"type\":\"fixed\",\"name\":\"f\",\"size\":3,\"logicalType\":\"decimal\","
               "\"precision\":4,\"scale\":4}",
               BYTES("\xff\xff\x00"), "-0.0256\n");
}
END_TEST

/* A decimal may be as long as its precision allows; what is much longer is printed as bytes. */
START_TEST(test_long_decimals)
{
    uint8_t bytes[2 + 513] = {0x80, 0x08}; /* 512 */
    struct tlm_buf out = {0};
    struct tlm_error error;
    const struct tlm_json_options options = {.int64_text = true};
    memset(bytes + 2, 0xff, 513);
    bytes[2] = 0x7f;
    ck_assert_int_eq(json_of(DECIMAL(0), bytes, 514, &options, &out, &error), TLM_OK);
    ck_assert_uint_eq(out.len, 1234 - 1 + 3);
    ck_assert_mem_eq(out.data, "\"52219444070657620", 16);
    bytes[0] = 0x82; /* 513 */
    tlm__buf_reset(&out);
    ck_assert_int_eq(json_of(DECIMAL(0), bytes, 515, &options, &out, &error), TLM_OK);
    ck_assert_mem_eq(out.data, "\"\\u007f\\u00ff", 13);
    memset(bytes + 2, 0, 512); /* zeros do not count */
    tlm__buf_reset(&out);
    ck_assert_int_eq(json_of(DECIMAL(0), bytes, 515, &options, &out, &error), TLM_OK);
    ck_assert_str_eq((const char *)out.data, "\"255\"\n");
    tlm__buf_release(&out);
}
END_TEST

START_TEST(test_uuid_and_duration)
{
    check_json("{\"type\":\"fixed\",\"name\":\"f\",\"size\":16,\"logicalType\":\"uuid\"}",
               BYTES("\x12\x3e\x45\x67\xe8\x9b\x12\xd3\xa4\x56\x42\x66\x14\x17\x40\x0f"),
               "\"123e4567-e89b-12d3-a456-42661417400f\"\n");
    check_json(LOGICAL("string", "uuid"), BYTES("\x02x"), "\"x\"\n");
    check_json("{\"type\":\"fixed\",\"name\":\"f\",\"size\":12,\"logicalType\":\"duration\"}",
               BYTES("\x01\x00\x00\x00\x02\x00\x00\x00\xff\xff\xff\xff"),
               "{\"months\":1,\"days\":2,\"millis\":4294967295}\n");
}
END_TEST

START_TEST(test_options)
{
    const struct tlm_json_options text = {.int64_text = true}, bare = {.bare_non_finite = true};
    check_json_with(&text, "\"long\"", BYTES("\x02"), "\"1\"\n");
    check_json_with(&text, "\"int\"", BYTES("\x02"), "1\n");
    check_json_with(&bare, "\"float\"", BYTES("\x00\x00\x80\xff"), "-Infinity\n");
    const struct tlm_json_options short_lines = {.max_bytes = 10};
    struct tlm_buf out = {0};
    struct tlm_error error;
    ck_assert_int_eq(json_of("{\"type\":\"array\",\"items\":\"int\"}",
                             BYTES("\x10\x02\x02\x02\x02\x02\x02\x02\x02\x00"), &short_lines, &out,
                             &error),
                     TLM_LIMIT);
    ck_assert_str_eq(error.message, "byte 6 of the block: the record is too long as JSON");
    tlm__buf_release(&out);
}
END_TEST

UNIT_MAIN("decode_json", test_primitives, test_text, test_every_byte, test_what_has_values_inside,
          test_dates_and_times, test_decimals, test_long_decimals, test_uuid_and_duration,
          test_options)
