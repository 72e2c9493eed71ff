/* Random rows, also damaged ones, through this parser and through jansson: both must take the same
 * rows and see the same values. Not compared, because they are meant to differ: NaN and the
 * infinities, rows refused for a value before their end is seen, NUL in keys, raw NUL bytes,
 * which jansson passes over. */
#include "support/unit.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "support/json_rows.h"

/* ck_assert writes to a file each time: too slow for every item of every row. */
#define HOLDS(condition)                                   \
    do {                                                   \
        if (!(condition))                                  \
            ck_abort_msg("does not hold: %s", #condition); \
    } while (0)

enum { ROWS_MADE = 20000 };

static uint64_t random_state;

static uint32_t roll(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 32) % below;
}

/* ---- making rows ---------------------------------------------------------------------------- */

static void put(struct tlm_buf *out, const char *text)
{
    HOLDS(tlm__buf_append(out, text, strlen(text)));
}

static void put_space(struct tlm_buf *out)
{
    static const char *const spaces[] = {" ", "\t", "  ", "\r", " \t "};
    if (roll(6) == 0)
        put(out, spaces[roll(5)]);
}

static void put_string(struct tlm_buf *out)
{
    static const char *const pieces[] = {
        "a",
        "b",
        "key",
        "a longer piece of text",
        "\\n",
        "\\\"",
        "\\\\",
        "\\/",
        "\\u0061",
        "\\u00e9",
        "\\uD83D\\uDE00",
        "\\u0000",
        "\xc3\xa9",
        "\xe2\x82\xac",
        "\xf0\x9f\x98\x80",
        "{",
        "}",
        "[",
        ",",
        ":",
        "null",
        " ",
        "\x7f",
        "\\u001f",
        "\\b",
        "\\f",
        "\\r",
        "\\t",
        "12",
    };
    put(out, "\"");
    for (uint32_t n = roll(4); n > 0; n--)
        put(out, pieces[roll(sizeof pieces / sizeof pieces[0])]);
    put(out, "\"");
}

static void put_key(struct tlm_buf *out)
{
    static const char *const keys[] = {"\"a\"", "\"b\"", "\"c\"",       "\"d\"",
                                       "\"e\"", "\"f\"", "\"\\u0061\"", "\"a b\""};
    if (roll(12) == 0)
        put_string(out);
    else
        put(out, keys[roll(8)]);
}

static void put_number(struct tlm_buf *out)
{
    static const char *const numbers[] = {"0",
                                          "-0",
                                          "0.0",
                                          "-0.0",
                                          "1",
                                          "-1",
                                          "1e5",
                                          "1E+5",
                                          "1.5e-7",
                                          "9007199254740992",
                                          "9007199254740993",
                                          "-9007199254740993",
                                          "9223372036854775807",
                                          "-9223372036854775808",
                                          "0.1",
                                          "123456.789012",
                                          "2.2250738585072014e-308",
                                          "5e-324",
                                          "1.7976931348623157e308"};
    if (roll(2))
        put(out, numbers[roll(sizeof numbers / sizeof numbers[0])]);
    else
        HOLDS(tlm__buf_printf(out, "%d.%u", (int)roll(2000) - 1000, roll(1000000)));
}

static void put_value(struct tlm_buf *out, int depth);

static void put_members(struct tlm_buf *out, int depth, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        put_space(out);
        if (i)
            put(out, ",");
        put_space(out);
        put_key(out);
        put_space(out);
        put(out, ":");
        put_value(out, depth);
    }
}

static void put_array(struct tlm_buf *out, int depth)
{
    uint32_t kind = roll(3);
    put(out, "[");
    for (uint32_t i = 0, n = roll(5); i < n; i++) {
        put_space(out);
        if (i)
            put(out, ",");
        put_space(out);
        if (roll(6) == 0)
            put(out, "null");
        else if (kind == 0)
            put_number(out);
        else if (kind == 1)
            put_string(out);
        else
            put_value(out, depth);
    }
    put_space(out);
    put(out, "]");
}

static void put_value(struct tlm_buf *out, int depth)
{
    put_space(out);
    uint32_t kind = roll(depth > 4 ? 8 : 11);
    if (kind < 3)
        put_number(out);
    else if (kind < 5)
        put_string(out);
    else if (kind < 8)
        put(out, kind == 5 ? "true" : kind == 6 ? "false" : "null");
    else if (kind == 8)
        put_array(out, depth + 1);
    else {
        put(out, "{");
        put_members(out, depth + 1, roll(4));
        put_space(out);
        put(out, "}");
    }
    put_space(out);
}

static void put_row(struct tlm_buf *out)
{
    put_space(out);
    put(out, "{\"t\":1,");
    put_members(out, 0, 1 + roll(5));
    put_space(out);
    put(out, "}");
}

/* Deletes, doubles, replaces or flips something, somewhere. */
static void damage(struct tlm_buf *row)
{
    static const char likely[] = "{}[]\",:\\ute01-+.\x01\x80\xc3\xed\xff /x";
    size_t at = roll((uint32_t)row->len), n = 1 + roll(4);
    if (n > row->len - at)
        n = row->len - at;
    HOLDS(tlm__buf_reserve(row, n));
    uint8_t *p = row->data + at;
    switch (roll(4)) {
    case 0:
        memmove(p, p + n, row->len - at - n);
        row->len -= n;
        break;
    case 1:
        memmove(p + n, p, row->len - at);
        row->len += n;
        break;
    case 2:
        *p = (uint8_t)likely[roll(sizeof likely - 1)];
        break;
    default:
        *p ^= (uint8_t)(1u << roll(8));
    }
    for (size_t i = 0; i < row->len; i++)
        if (row->data[i] == '\n' || row->data[i] == '\0')
            row->data[i] = ' ';
}

/* ---- comparing ------------------------------------------------------------------------------ */

static bool is_exact(json_int_t integer)
{
    return (integer > -(1LL << 53) && integer < 1LL << 53) ||
           (integer < INT64_MAX - 1024 && (json_int_t)(double)integer == integer);
}

/* The kind of cell that an array makes. */
static uint32_t array_kind(const json_t *array)
{
    size_t i, numbers = 0, strings = 0, nulls = 0, inexact = 0;
    json_t *item;
    json_array_foreach(array, i, item)
    {
        numbers += json_is_number(item);
        strings += json_is_string(item);
        nulls += json_is_null(item);
        inexact += json_is_integer(item) && !is_exact(json_integer_value(item));
    }
    if (numbers + nulls == json_array_size(array))
        return inexact ? TLM_JSON : TLM_DOUBLE_ARRAY;
    return strings + nulls == json_array_size(array) ? TLM_STRING_ARRAY : TLM_JSON;
}

static void assert_same_bits(double a, double b)
{
    if (memcmp(&a, &b, sizeof a) != 0)
        ck_abort_msg("%.17g is not %.17g", a, b);
}

static void assert_items(const struct tlm_cell *cell, const json_t *array)
{
    const char *p = cell->value.bytes;
    size_t i;
    json_t *item;
    json_array_foreach(array, i, item)
    {
        double real;
        uint32_t len;
        if (cell->kind == TLM_DOUBLE_ARRAY) {
            memcpy(&real, p, sizeof real);
            p += sizeof real;
            if (json_is_null(item))
                HOLDS(real != real);
            else if (json_is_integer(item)) /* jansson has no integer -0 */
                HOLDS(real == (double)json_integer_value(item));
            else
                assert_same_bits(real, json_real_value(item));
        } else {
            memcpy(&len, p, sizeof len);
            HOLDS(len == json_string_length(item));
            if (len)
                HOLDS(memcmp(p + 4, json_string_value(item), len) == 0);
            p += 4 + len;
        }
    }
    HOLDS(p == cell->value.bytes + cell->length);
}

/* A JSON cell: the same value, and nothing between its tokens. */
static void assert_json(const struct tlm_cell *cell, const json_t *value)
{
    json_t *read =
        json_loadb(cell->value.bytes, cell->length, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, NULL);
    HOLDS(read != NULL);
    HOLDS(json_equal(read, value));
    json_decref(read);
    bool inside = false;
    for (uint32_t i = 0; i < cell->length; i++) {
        char c = cell->value.bytes[i];
        if (c == '\\')
            i++;
        else if (c == '"')
            inside = !inside;
        else
            HOLDS(inside || !strchr(" \t\r\n", c));
    }
}

static void assert_cell(const struct tlm_cell *cell, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_TRUE:
    case JSON_FALSE:
        HOLDS(cell->kind == TLM_LONG);
        HOLDS(cell->value.integer == json_is_true(value));
        break;
    case JSON_INTEGER:
        HOLDS(cell->kind == TLM_CELL_INT);
        HOLDS(cell->value.integer == json_integer_value(value));
        break;
    case JSON_REAL:
        HOLDS(cell->kind == TLM_DOUBLE);
        assert_same_bits(cell->value.real, json_real_value(value));
        break;
    case JSON_STRING:
        HOLDS(cell->kind == TLM_STRING);
        HOLDS(cell->length == json_string_length(value));
        if (cell->length)
            HOLDS(memcmp(cell->value.bytes, json_string_value(value), cell->length) == 0);
        break;
    case JSON_ARRAY:
        HOLDS(cell->kind == array_kind(value));
        if (cell->kind == TLM_JSON)
            assert_json(cell, value);
        else
            assert_items(cell, value);
        break;
    default:
        HOLDS(cell->kind == TLM_JSON);
        assert_json(cell, value);
    }
}

static void assert_row(const struct json_rows *j, const json_t *row)
{
    const struct tlm_cell *cell = j->rows.cells, *end = cell + j->rows.n_cells;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)row, key, value)
    {
        if (json_is_null(value) || strcmp(key, "t") == 0 || !*key)
            continue;
        HOLDS(cell != end);
        HOLDS(strcmp(j->columns.channels.entries[cell->channel].bytes, key) == 0);
        assert_cell(cell++, value);
    }
    HOLDS(cell == end);
}

static bool contains(const struct tlm_buf *row, const char *text)
{
    return memmem(row->data, row->len, text, strlen(text)) != NULL;
}

/* Returns whether the row was one of both parsers, to be counted. */
static bool compare(struct json_rows *j, const struct tlm_buf *row)
{
    json_error_t error;
    json_t *expected = json_loadb((const char *)row->data, row->len,
                                  JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    bool blank = true;
    for (size_t i = 0; i < row->len; i++)
        blank = blank && strchr(" \t\r", row->data[i] ? row->data[i] : 'x');
    if (blank || contains(row, "NaN") || contains(row, "Infinity") ||
        (!expected && (json_error_code(&error) == json_error_numeric_overflow ||
                       json_error_code(&error) == json_error_null_byte_in_key))) {
        json_decref(expected);
        return false;
    }
    json_rows_parse(j, (const char *)row->data, row->len);
    HOLDS(j->rows_seen == 1);
    HOLDS(j->rows.n_rows + j->rows.n_bad == 1);
    enum tlm_code code = j->rows.n_bad ? j->rows.bad[0].code : TLM_OK;
    if (code == TLM_ROW_RANGE || code == TLM_ROW_TIME || code == TLM_ROW_CHANNEL) {
        json_decref(expected);
        return false;
    }
    bool taken = code != TLM_ROW_SYNTAX && code != TLM_ROW_UTF8 && code != TLM_ROW_DUPLICATE;
    if (taken != (expected && json_is_object(expected)))
        ck_abort_msg("jansson: %s; here: %s\n%.*s", expected ? "taken" : error.text,
                     code ? j->rows.bad[0].reason : "taken", (int)row->len,
                     (const char *)row->data);
    if (code == TLM_OK)
        assert_row(j, expected);
    json_decref(expected);
    return code == TLM_OK;
}

static void compare_many(uint64_t seed, uint32_t damages)
{
    struct tlm_row_options options;
    struct json_rows j;
    struct tlm_buf row = {0};
    uint32_t good = 0;
    random_state = seed;
    tlm_row_options_init(&options);
    json_rows_open(&j, &options);
    for (int i = 0; i < ROWS_MADE; i++) {
        tlm__buf_reset(&row);
        put_row(&row);
        for (uint32_t n = damages; n > 0 && row.len; n--)
            damage(&row);
        good += compare(&j, &row);
    }
    ck_assert_uint_gt(good, damages ? ROWS_MADE / 100 : ROWS_MADE / 4);
    ck_assert_uint_lt(good, ROWS_MADE);
    tlm__buf_release(&row);
    json_rows_close(&j);
}

START_TEST(whole_rows)
{
    compare_many(UINT64_C(0x9e3779b97f4a7c15), 0);
}
END_TEST

START_TEST(damaged_rows)
{
    compare_many(UINT64_C(0x2545f4914f6cdd1d), 1);
    compare_many(UINT64_C(0x853c49e6748fea9b), 2);
}
END_TEST

/* With the last of equal keys kept, the text holds what jansson keeps, and no key twice. */
START_TEST(last_of_equal_keys)
{
    struct tlm_buf text = {0}, compact = {0};
    random_state = UINT64_C(0xda3e39cb94b95bdb);
    for (int i = 0; i < ROWS_MADE; i++) {
        size_t at;
        const char *why;
        json_error_t error;
        tlm__buf_reset(&text);
        tlm__buf_reset(&compact);
        put(&text, "{");
        put_members(&text, 0, roll(8));
        put(&text, "}");
        json_t *expected = json_loadb((const char *)text.data, text.len, JSON_ALLOW_NUL, &error);
        enum tlm_code code = tlm__json_compact((const char *)text.data, text.len,
                                               TLM_DUPLICATE_LAST, &compact, &at, &why);
        if (!expected && json_error_code(&error) == json_error_null_byte_in_key)
            continue;
        HOLDS(code == TLM_OK);
        struct tlm_cell cell = {.value.bytes = (const char *)compact.data,
                                .length = (uint32_t)compact.len};
        assert_json(&cell, expected);
        json_decref(expected);
    }
    tlm__buf_release(&text);
    tlm__buf_release(&compact);
}
END_TEST

UNIT_MAIN("json_against_jansson", whole_rows, damaged_rows, last_of_equal_keys)
