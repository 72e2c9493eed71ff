/* The hot lanes for JSON lines and CSV: whatever the rows, they change nothing but the speed. */
#include "support/hot_pairs.h"

enum { COLUMNS_MAX = 40 };

/* ---- rows that are taken --------------------------------------------------------------------- */

START_TEST(json_rows_are_taken)
{
    static const char *const rows[] = {
        "{\"t\":1700000000000000000,\"a\":1.5,\"b\":-0.25}\n",
        "{\"t\":1700000000000000000,\"a\":1,\"b\":-2}\n",
        "{\"t\": 1700000000000000000, \"a\": 1.5, \"b\": -0.25}\n",
        "{\"t\":1700000000000000000,\"a\":1.5,\"b\":-0.25}\r\n",
        " { \"t\" : 17 ,\t\"a\":12345678901234567890.5e-3,\"b\":NaN } \r\n",
        "{\"a\":1.234567890123456,\"a much longer name, with, commas, in it; all\":1.5,\"t\":5}\n",
        "{\"t\":1700000000000000000,\"b\":0.12345678901234567,\"c\":-12345678901234.123}\n",
        "{\"t\":1700000000000000000,\"\303\251\":1e5,\"drop.x\":\"text here\",\"drop.y\":null}\n",
        "{\"t\":\"1700000000000000000\",\"a\":9007199254740993}\n",
    };
    struct two_lanes pair = json_pair("", 0);
    static const char *const drops[] = {"drop.*"};
    pair.options.excludes = (struct tlm_list){drops, 1};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(taken_of(pair, rows[i]) >= 98, "%s", rows[i]);
}
END_TEST

START_TEST(csv_rows_are_taken)
{
    static const char *const rows[] = {
        "1700000000000000000,1.5,-0.25,3\n",
        "1700000000000000000,1,2,3\r\n",
        "1700000000000000000,+1,.5,3.\n",
        "1700000000000000000, 1.5 ,NaN,-inf\n",
        "1700000000000000000,1.5,-0.25\n",
        " 1700000000000000000 ,1e-5,0.1234567890123456789,00012\n",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(taken_of(csv_pair("t,a,b,c", "", 0), rows[i]) == 99, "%s", rows[i]);
}
END_TEST

/* As from a live pipe: each row comes alone. */
START_TEST(single_rows_are_taken)
{
    struct two_lanes pair = json_pair("", 0);
    pair.chunk = 1;
    ck_assert_uint_ge(taken_of(pair, "{\"t\":17,\"a\":1.5,\"b\":-0.25}\n"), 99);
    ck_assert_uint_ge(taken_of(pair, "{\"t\":17,\"a\":1.5,\"b\":\"text\"}\n"), 99);
}
END_TEST

static size_t taken_with_time(const char *format, const char *tz, const char *row)
{
    struct two_lanes pair = json_pair("", 0);
    pair.options.time_format = format;
    pair.options.tz = tz;
    return taken_of(pair, row);
}

START_TEST(times_are_taken)
{
    ck_assert_uint_eq(taken_with_time("auto", NULL, "{\"t\":1700000000.5,\"a\":1}\n"), 99);
    ck_assert_uint_eq(taken_with_time("auto", NULL, "{\"t\":1700000000500,\"a\":1}\n"), 99);
    ck_assert_uint_eq(taken_with_time("s", NULL, "{\"t\":12.340000000000002,\"a\":1}\n"), 99);
    ck_assert_uint_eq(taken_with_time("us", NULL, "{\"t\":-12e3,\"a\":1}\n"), 99);
    ck_assert_uint_eq(taken_with_time("auto", NULL, "{\"t\":\"2024-02-29T00:00:59Z\",\"a\":1}\n"),
                      99);
    ck_assert_uint_eq(
        taken_with_time("rfc3339", NULL, "{\"t\":\"2024-02-29 00:00:59.123456+09:00\",\"a\":1}\n"),
        99);
    ck_assert_uint_eq(
        taken_with_time("auto", "Europe/Berlin", "{\"t\":\"2024-02-29 00:00:59\",\"a\":1}\n"), 99);
    ck_assert_uint_eq(taken_with_time("strptime:%d.%m.%Y %H:%M:%S", "UTC",
                                      "{\"t\":\"29.02.2024 00:00:59\",\"a\":1}\n"),
                      99);
}
END_TEST

/* ---- layouts that are not taken -------------------------------------------------------------- */

START_TEST(other_layouts_are_left_alone)
{
    static const char *const rows[] = {
        "{\"t\":17,\"a\":1.5,\"b\":[\"x\",\"y\"]}\n",
        "{\"t\":17,\"a\":1.5,\"\\u0062\":1}\n",
        "{\"t\":17}\n",
        "{\"t\":17,\"a\":{}}\n",
        "{\"t\":17,\"a\":18446744073709551616}\n",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(taken_of(json_pair("", 0), rows[i]) == 0, "%s", rows[i]);
    struct two_lanes pair = json_pair("", 0);
    static const struct tlm_pair renames[] = {{"a", "b"}};
    pair.options.renames = (struct tlm_pairs){renames, 1};
    ck_assert_uint_eq(taken_of(pair, "{\"t\":1,\"a\":1.5,\"b\":2.5}\n"), 0);
    pair = json_pair("", 0);
    pair.options.duplicate_keys = TLM_DUPLICATE_LAST;
    ck_assert_uint_eq(taken_of(pair, "{\"t\":1,\"a\":1.5,\"a\":2.5}\n"), 0);
    ck_assert_uint_eq(taken_of(pair, "{\"t\":1,\"t\":2,\"a\":2.5}\n"), 0);
}
END_TEST

/* ---- one odd row among many ------------------------------------------------------------------ */

START_TEST(odd_json_rows)
{
    static const char *const odd[] = {
        "{\"t\":17,\"a\":01.5,\"bb\":-0.25}\n",
        "{\"t\":17,\"a\":.5,\"bb\":-0.25}\n",
        "{\"t\":17,\"a\":1.,\"bb\":-0.25}\n",
        "{\"t\":17,\"a\":+1.5,\"bb\":-0.25}\n",
        "{\"t\":17,\"a\":-.5,\"bb\":-0.25}\n",
        "{\"t\":17,\"a\":-,\"bb\":-0.25}\n",
        "{\"t\":17,\"a\":,\"bb\":-0.25}\n",
        "{\"t\":17,\"a\":1.5.5,\"bb\":-0.25}\n",
        "{\"t\":17,\"a\":1e5,\"bb\":-0.25}\n",
        "{\"t\":17,\"a\":1e400,\"bb\":-0.25}\n",
        "{\"t\":17,\"a\":-0,\"bb\":-0.25}\n",
        "{\"t\":17,\"a\":0,\"bb\":-0.0}\n",
        "{\"t\":17,\"a\":--1.5,\"bb\":-0.25}\n",
        "{\"t\":17,\"a\":1.5 ,\"bb\":-0.25}\n",
        "{\"t\":17,\"a\":9007199254740993,\"bb\":-0.25}\n",
        "{\"t\":17,\"a\":18446744073709551615,\"bb\":-0.25}\n",
        "{\"t\":17,\"a\":1.5,\"bc\":-0.25}\n",
        "{\"t\":17,\"bb\":1.5,\"a\":-0.25}\n",
        "{\"t\":17,\"a\":1.5}\n",
        "{\"t\":17,\"a\":1.5,\"bb\":-0.25,\"c\":1}\n",
        "{\"t\":17,\"a\":1.5,\"bb\":-0.25}}\n",
        "{\"t\":17,\"a\":1.5,\"bb\":-0.25}\r\n",
        "{\"t\":17,\"a\":1.5,\"bb\":-0.25}\r\r\n",
        "{\"t\":17,\"a\":1.5,\"bb\":-0.25} \n",
        "\n",
        "   \n",
        "{\"t\":17,\"a\":\"1.5\",\"bb\":-0.25}\n",
        "{\"t\":17,\"a\":1.5,\n",
        "{\"t\":17,\"a\":null,\"bb\":-0.25}\n",
        "{\"t\":017,\"a\":1.5,\"bb\":-0.25}\n",
        "{\"t\":-17,\"a\":1.5,\"bb\":-0.25}\n",
        "{\"t\":,\"a\":1.5,\"bb\":-0.25}\n",
        "{\"t\":\"17\",\"a\":1.5,\"bb\":-0.25}\n",
        "{\"t\":9223372036854775808,\"a\":1.5,\"bb\":1}\n",
        "{\"t\":17.5,\"a\":1.5,\"bb\":-0.25}\n",
        "{\"t\":1.7e3,\"a\":1.5,\"bb\":-0.25}\n",
        "{\"t\":17,\"a\":123456789.5,\"bb\":-1234567.12345678}\n",
        "{\"t\":17,\"a\":0.30000000000000004,\"bb\":-0.1234567890123456789012}\n",
        "{\"t\":17,\"a\":1:5,\"bb\":1/5}\n",
        "{\"t\":17,\"a\":1\0015,\"bb\":1.5}\n",
        "{\"t\":17,\"a\":\377.5,\"bb\":1.5}\n",
        "{\"t\":17,\"a\":1,5,\"bb\":1.5}\n",
        "{\"t\":17,\"a\":1.5,\"bb\":1.5,,}\n",
        ",,,\n",
        "{\"t\":17,\"a\":1.5,\"bb\":1.5\n",
        "{\"t\":17,\"a\":1.5;\"bb\":1.5}\n",
    };
    odd_rows(json_pair("", 0), "{\"t\":1700000000000000000,\"a\":1.5,\"bb\":-0.25}\n", odd,
             sizeof odd / sizeof odd[0]);
    odd_rows(json_pair("", 0), "{\"t\":17,\"a\":15,\"bb\":-25}\n", odd, sizeof odd / sizeof odd[0]);
}
END_TEST

START_TEST(odd_csv_rows)
{
    static const char *const odd[] = {
        "17,01.5,-0.25\n",
        "17,.5,1.\n",
        "17,1.5,-0.25\r\n",
        "17,1.5\n",
        "17,1.5,-0.25,\n",
        "17,1.5,-0.25,7\n",
        "17,,\n",
        ",1.5,2.5\n",
        "\n",
        "17\n,1.5,2.5\n",
        "17,1.5,\"2.5\"\n",
        "17,\"1\n2\",3\n",
        "17,1.5\n,2.5\n",
        "17,true,x\n",
        " 17 , 1.5 ,\t2.5\n",
        "17,1.5,2.5\r\r\n",
        "17,nan,-inf\n",
        "17,1 5,2.5\n",
        "#17,1.5,2.5\n",
        "17,1.5,1e400\n",
        "17,1.5,99999999999999999999\n",
        "x,1.5,2.5\n",
        "\"17\",1,2\n",
        "17;1.5;2.5\n",
        "17,1.5,\"never closed\n",
        "017,1.5,2.5\n",
        "1.7e1,1,2\n",
        "17,-0,0\n",
    };
    struct two_lanes pair = csv_pair("t,a,b", "", 0);
    odd_rows(pair, "1700000000000000000,1.5,-0.25\n", odd, sizeof odd / sizeof odd[0]);
    pair.options.comment = "#";
    odd_rows(pair, "17,15,-25\n", odd, sizeof odd / sizeof odd[0]);
    pair.options.comment = "17,1.5,2";
    odd_rows(pair, "17,15,-25\n", odd, sizeof odd / sizeof odd[0]);
}
END_TEST

START_TEST(odd_times)
{
    static const char *const odd[] = {
        "{\"t\":\"2024-02-29T00:00:60Z\",\"a\":1.5}\n",
        "{\"t\":\"2024-12-31T23:59:60Z\",\"a\":1.5}\n",
        "{\"t\":\"2024-02-30T00:00:00Z\",\"a\":1.5}\n",
        "{\"t\":\"2024-02-29T24:00:00Z\",\"a\":1.5}\n",
        "{\"t\":\"2024-02-29T23:59:59+09:00\",\"a\":1.5}\n",
        "{\"t\":\"2024-02-29T23:59:59\",\"a\":1.5}\n",
        "{\"t\":\"2024-02-29T23:59:59.Z\",\"a\":1.5}\n",
        "{\"t\":\"2024-02-29T23:59:59.1234567890Z\",\"a\":1.5}\n",
        "{\"t\":\"2024-02-29T23:59:59.1234567891Z\",\"a\":1.5}\n",
        "{\"t\":\"2024-02-29T23:59:5Z\",\"a\":1.5}\n",
        "{\"t\":\"2024-02-29T23:59Z\",\"a\":1.5}\n",
        "{\"t\":\"2024-02-29\",\"a\":1.5}\n",
        "{\"t\":\" 2024-02-29T23:59:59Z \",\"a\":1.5}\n",
        "{\"t\":\"20240229T235959Z\",\"a\":1.5}\n",
        "{\"t\":\"0001-01-01T00:00:00Z\",\"a\":1.5}\n",
        "{\"t\":\"2262-04-11T23:47:16.9Z\",\"a\":1.5}\n",
        "{\"t\":\"2262-04-11T23:47:16.8Z\",\"a\":1.5}\n",
        "{\"t\":\"2024-02-29T23:59:5\\u0039Z\",\"a\":1.5}\n",
        "{\"t\":1700000000,\"a\":1.5}\n",
        "{\"t\":\"1700000000\",\"a\":1.5}\n",
        "{\"t\":2024-02-29T00:00:59Z,\"a\":1.5}\n",
        "{\"t\":\"2024-02-29T23:59:59.5Z Z\",\"a\":1.5}\n",
        "{\"t\":\"\",\"a\":1.5}\n",
        "{\"t\":20240229,\"a\":1.5}\n",
        "{\"t\":\"2024-03-31 02:30:00\",\"a\":1.5}\n",
        "{\"t\":\"2024-02-29t00:00:59z\",\"a\":1}\n",
    };
    static const char *const rows[] = {"{\"t\":\"2024-02-29T00:00:59.123Z\",\"a\":1.5}\n",
                                       "{\"t\":\"2024-02-29T00:00:59+09:00\",\"a\":1.5}\n",
                                       "{\"t\":20240229,\"a\":1.5}\n",
                                       "{\"t\":1700000000,\"a\":1.5}\n",
                                       "{\"t\":1700000000000,\"a\":1.5}\n",
                                       "{\"t\":1700000000000000,\"a\":1.5}\n",
                                       "{\"t\":1700000000000000000,\"a\":1.5}\n",
                                       "{\"t\":1700000000.25,\"a\":1.5}\n"};
    static const char *const formats[] = {"auto", "rfc3339", "s", "ms", "ns"};
    for (size_t f = 0; f < 5; f++)
        for (size_t z = 0; z < 2; z++)
            for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
                struct two_lanes pair = json_pair("", 0);
                pair.options.time_format = formats[f];
                pair.options.tz = z ? "Europe/Berlin" : NULL;
                odd_rows(pair, rows[i], odd, sizeof odd / sizeof odd[0]);
            }
}
END_TEST

/* Bytes that no text may hold, behind a time. */
START_TEST(times_with_nul)
{
    struct tlm_buf text = {0};
    for (size_t n = 1; n < 5; n++) {
        tlm__buf_reset(&text);
        for (size_t i = 0; i < 40; i++) {
            ck_assert(tlm__buf_printf(&text, "{\"t\":\"2024-02-29T00:00:59.%03zuZ", i));
            for (size_t k = 0; i == 20 && k < n; k++)
                ck_assert(tlm__buf_append_byte(&text, 0));
            ck_assert(tlm__buf_printf(&text, "\",\"a\":1.5}\n"));
        }
        struct two_lanes pair = json_pair((char *)text.data, text.len);
        pair.options.time_format = "rfc3339";
        agree(&pair, "NUL");
    }
    tlm__buf_release(&text);
}
END_TEST

/* Days with a change of clocks, at both ends of the range, that do not exist. */
START_TEST(days_of_all_kinds)
{
    static const char *const zones[] = {NULL, "UTC", "Europe/Berlin", "America/New_York", "-03:30"};
    static const char *const days[] = {"2024-03-31", "2024-10-27", "2024-03-10", "2024-11-03",
                                       "2024-02-29", "2023-02-29", "1677-09-21", "2262-04-11",
                                       "1893-04-01", "1970-01-01", "0000-01-01", "2024-12-31"};
    static const char *const suffixes[] = {"", "", "Z", "+01:00", "-0800", " UTC", "+24:00", "x"};
    uint64_t seed = 11;
    struct tlm_buf text = {0};
    for (size_t round = 0; round < 300; round++) {
        const char *suffix = suffixes[below(&seed, 8)];
        char separator = "T T "[below(&seed, 4)];
        size_t day = below(&seed, 12);
        tlm__buf_reset(&text);
        for (size_t i = 0; i < 120; i++) {
            day = below(&seed, 20) ? day : below(&seed, 12);
            ck_assert(tlm__buf_printf(&text, "{\"t\":\"%s%c%02zu:%02zu:%02zu", days[day], separator,
                                      below(&seed, 25), below(&seed, below(&seed, 9) ? 60 : 61),
                                      below(&seed, below(&seed, 9) ? 60 : 61)));
            if (below(&seed, 2))
                ck_assert(tlm__buf_printf(&text, ".%0*zu", (int)(1 + below(&seed, 10)),
                                          below(&seed, 1000000000)));
            ck_assert(tlm__buf_printf(&text, "%s\",\"a\":%zu.5}\n", suffix, i));
        }
        struct two_lanes pair = json_pair((char *)text.data, text.len);
        pair.options.time_format = "rfc3339";
        pair.options.tz = zones[below(&seed, 5)];
        agree(&pair, "days");
    }
    tlm__buf_release(&text);
}
END_TEST

/* ---- values ---------------------------------------------------------------------------------- */

static void put_decimal(struct tlm_buf *out, uint64_t *seed, size_t whole_max, size_t fraction_max)
{
    size_t whole = 1 + below(seed, whole_max), fraction = below(seed, fraction_max + 1);
    tlm__buf_printf(out, below(seed, 2) ? "-" : "");
    for (size_t i = 0; i < whole; i++)
        tlm__buf_printf(out, "%zu", i || whole == 1 ? below(seed, 10) : 1 + below(seed, 9));
    for (size_t i = 0; i < fraction; i++)
        tlm__buf_printf(out, "%s%zu", i ? "" : ".", below(seed, 10));
}

/* Numbers of all lengths, some columns of one length, some of integers. */
static void put_value(struct tlm_buf *out, uint64_t *seed, size_t style)
{
    switch (style) {
    case 0:
        put_decimal(out, seed, 7, 8);
        break;
    case 1:
        put_decimal(out, seed, 3, 6);
        break;
    case 2:
        put_decimal(out, seed, 19, 0);
        break;
    case 3:
        put_decimal(out, seed, 1, 20);
        break;
    case 4:
        put_decimal(out, seed, 20, 20);
        break;
    case 5:
        put_decimal(out, seed, 6, 0);
        break;
    case 6:
        tlm__buf_printf(out, "%zu.%06zu", below(seed, 1000), below(seed, 1000000));
        break;
    case 7:
        tlm__buf_printf(out, "0.%08zu%08zu%zu", below(seed, 100000000), below(seed, 100000000),
                        1 + below(seed, 9));
        break;
    default:
        tlm__buf_printf(out, "%zu%s", below(seed, 100), below(seed, 40) ? ".5" : "");
    }
}

enum { STYLES = 9 };

struct table {
    bool csv;
    size_t columns, styles[COLUMNS_MAX], rows;
    char names[COLUMNS_MAX][96];
    const char *newline, *blank;
};

static void draw_table(struct table *table, uint64_t *seed)
{
    static const char *const newlines[] = {"\n", "\r\n"}, *const blanks[] = {"", " "};
    table->columns = 1 + below(seed, below(seed, 4) ? 6 : COLUMNS_MAX);
    table->rows = 1 + below(seed, 150);
    table->newline = newlines[below(seed, 2)];
    table->blank = table->csv ? "" : blanks[below(seed, 2)];
    for (size_t i = 0; i < table->columns; i++) {
        table->styles[i] = below(seed, STYLES);
        int len = below(seed, 3) ? 0 : (int)below(seed, 50);
        snprintf(table->names[i], sizeof table->names[i], "%zu%.*s", i, len,
                 "_abcdefghijkl,nopqrstuvw.yz_abcdefghijkl,nopqrstuvw");
        for (char *p = table->names[i]; table->csv && *p; p++)
            *p = *p == ',' ? '_' : *p;
    }
}

static void put_row(struct tlm_buf *out, uint64_t *seed, const struct table *table, size_t row)
{
    tlm__buf_printf(out, table->csv ? "%zu" : "{\"t\":%zu", 1700000000000000000 + row);
    for (size_t i = 0; i < table->columns; i++) {
        if (table->csv)
            tlm__buf_printf(out, ",");
        else
            tlm__buf_printf(out, ",%s\"%s\":%s", table->blank, table->names[i], table->blank);
        put_value(out, seed, table->styles[i]);
    }
    tlm__buf_printf(out, "%s%s", table->csv ? "" : "}", table->newline);
}

static void put_header(struct tlm_buf *out, const struct table *table)
{
    tlm__buf_printf(out, "t");
    for (size_t i = 0; i < table->columns; i++)
        tlm__buf_printf(out, ",%s", table->names[i]);
    tlm__buf_append_byte(out, 0);
}

static void try_table(uint64_t *seed, bool csv, size_t *taken)
{
    static const enum tlm_int_as int_as[] = {TLM_INT_AUTO, TLM_INT_LONG, TLM_INT_DOUBLE};
    struct tlm_buf text = {0}, header = {0};
    struct table table = {.csv = csv};
    draw_table(&table, seed);
    put_header(&header, &table);
    for (size_t row = 0; row < table.rows; row++)
        put_row(&text, seed, &table, row);
    if (below(seed, 8) == 0)
        text.len -= 1 + below(seed, 2);
    for (size_t i = below(seed, 4) ? below(seed, 4) : below(seed, 100); i && text.len; i--)
        mutate(&text, seed);
    struct two_lanes pair = csv ? csv_pair((char *)header.data, (char *)text.data, text.len)
                                : json_pair((char *)text.data, text.len);
    pair.options.int_as = int_as[below(seed, 3)];
    pair.chunk = below(seed, 3) ? 0 : 1 + below(seed, 2000);
    pair.tempting = "7,\n}.0"[below(seed, 6)];
    if (below(seed, 8) == 0)
        pair.options.max_line = 20 + below(seed, 200);
    *taken += agree(&pair, "table");
    tlm__buf_release(&text);
    tlm__buf_release(&header);
}

static void try_tables(bool csv)
{
    const size_t n = getenv("CHECK_LONG") && *getenv("CHECK_LONG") ? 100000 : 2000;
    uint64_t seed = 20240229;
    size_t taken = 0;
    for (size_t i = 0; i < n; i++)
        try_table(&seed, csv, &taken);
    ck_assert_uint_gt(taken, n * 10);
}

START_TEST(random_json)
{
    try_tables(false);
}
END_TEST

START_TEST(random_csv)
{
    try_tables(true);
}
END_TEST

/* A chunk that ends anywhere: behind the last row, and within it. */
START_TEST(texts_that_end_anywhere)
{
    uint64_t seed = 7;
    for (size_t round = 0; round < 6; round++) {
        struct tlm_buf text = {0}, header = {0};
        struct table table = {.csv = round % 2};
        draw_table(&table, &seed);
        table.columns = table.columns < 5 ? table.columns : 5;
        put_header(&header, &table);
        for (size_t row = 0; row < 40; row++)
            put_row(&text, &seed, &table, row);
        for (size_t len = text.len > 400 ? text.len - 400 : 0; len <= text.len; len++) {
            struct two_lanes pair = table.csv
                                        ? csv_pair((char *)header.data, (char *)text.data, len)
                                        : json_pair((char *)text.data, len);
            agree(&pair, "end");
        }
        for (size_t chunk = 1; chunk < 400; chunk += 7) {
            struct two_lanes pair = table.csv
                                        ? csv_pair((char *)header.data, (char *)text.data, text.len)
                                        : json_pair((char *)text.data, text.len);
            pair.chunk = chunk;
            agree(&pair, "chunk");
        }
        tlm__buf_release(&text);
        tlm__buf_release(&header);
    }
}
END_TEST

/* Integers and decimals in turns must not cut the rows into pieces. */
START_TEST(changing_kinds_stay_in_one_frame)
{
    struct tlm_buf text = {0};
    uint64_t seed = 3;
    for (int i = 0; i < 3000; i++)
        ck_assert(tlm__buf_printf(&text, "{\"t\":%d,\"a\":%s,\"b\":%s,\"c\":7}\n", i,
                                  below(&seed, 3) ? "1" : "1.5", below(&seed, 9) ? "2.25" : "-3"));
    struct two_lanes pair = json_pair((char *)text.data, text.len);
    ck_assert_uint_ge(agree(&pair, "kinds"), 2990);
    pair.options.int_as = TLM_INT_LONG;
    agree(&pair, "kinds");
    pair.options.int_as = TLM_INT_DOUBLE;
    ck_assert_uint_ge(agree(&pair, "kinds"), 2990);
    tlm__buf_release(&text);
}
END_TEST

UNIT_MAIN("hot_lanes", json_rows_are_taken, csv_rows_are_taken, single_rows_are_taken,
          times_are_taken, other_layouts_are_left_alone, odd_json_rows, odd_csv_rows, odd_times,
          times_with_nul, days_of_all_kinds, random_json, random_csv, texts_that_end_anywhere,
          changing_kinds_stay_in_one_frame)
