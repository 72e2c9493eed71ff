/* The hot lanes with texts, nulls, words and tags: they change nothing but the speed. */
#include "support/hot_pairs.h"

/* ---- rows that are taken --------------------------------------------------------------------- */

START_TEST(json_rows_are_taken)
{
    static const char *const rows[] = {
        "{\"t\":17,\"a\":1.5,\"b\":\"text\"}\n",
        "{\"t\":17,\"a\":\"\",\"b\":\"a, b, and c\"}\n",
        "{\"t\":17,\"a,\":\"},{\",\"b\":\"NaN\"}\r\n",
        "{ \"t\" : 17 , \"a\" : \"\303\251\346\227\245\360\237\222\241\" , \"b\" : \"12\" }\n",
        "{\"t\":17,\"a\":\"C:\\\\dir\\\\\",\"b\":\"say \\\"hi\\\", \\u00e9\\ud83d\\udca1\"}\n",
        "{\"t\":17,\"a\":null,\"b\":1.5}\n",
        "{\"t\":17,\"a\":true,\"b\":false}\n",
        "{\"t\":17,\"a\":null,\"b\":null}\n",
        "{\"t\":17,\"a\":\"a text of more than sixty-four bytes, so that it does not fit a word of "
        "bits, and then some\",\"b\":1}\n",
        "{\"t\":17,\"drop.x\":\"a, \\\" b\",\"a\":1.5}\n",
    };
    static const char *const drops[] = {"drop.*"};
    struct two_lanes pair = json_pair("", 0);
    pair.options.excludes = (struct tlm_list){drops, 1};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(taken_of(pair, rows[i]) >= 99, "%s", rows[i]);
}
END_TEST

START_TEST(csv_rows_are_taken)
{
    static const char *const rows[] = {
        "17,text,some words here,x\n",
        "17,,,\r\n",
        "17, padded , 1.5,  \n",
        "17,nan,true,infinite\n",
        "17,\303\251\346\227\245,C:\\dir,it's\n",
        "17,2024-01-01 00:00:00,-,+\n",
        "17,True,FALSE,n\n",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(taken_of(csv_pair("t,a,b,c", "", 0), rows[i]) == 99, "%s", rows[i]);
}
END_TEST

/* A column may change from row to row without ending a frame. */
START_TEST(changing_kinds_are_taken)
{
    static const char *const values[] = {"1",    "2.5",     "null", "\"x, y\"",
                                         "true", "\"\\n\"", "-0",   "NaN"};
    struct tlm_buf text = {0};
    uint64_t seed = 5;
    for (int i = 0; i < 3000; i++)
        ck_assert(tlm__buf_printf(&text, "{\"t\":%d,\"a\":%s,\"b\":%s}\n", i,
                                  values[below(&seed, 8)], values[i / 700]));
    struct two_lanes pair = json_pair((char *)text.data, text.len);
    for (unsigned i = 0; i < 9; i++) {
        pair.options.int_as = (enum tlm_int_as)(i % 3);
        pair.options.bool_as = (enum tlm_bool_as)(i / 3);
        ck_assert_uint_ge(agree(&pair, "kinds"), 2990);
    }
    tlm__buf_release(&text);
}
END_TEST

/* ---- tags ------------------------------------------------------------------------------------ */

static size_t taken_with_tags(const char *text, size_t len, bool csv)
{
    static const struct tlm_pair fields[] = {{"host", "h"}, {"unit", "u"}};
    struct two_lanes pair = csv ? csv_pair("t,h,x,u", text, len) : json_pair(text, len);
    pair.options.tag_fields = (struct tlm_pairs){fields, 2};
    return agree(&pair, "tags");
}

START_TEST(tags_are_taken)
{
    static const char *const json[] = {"\"a, b\"", "5",    "1.50",        "null",
                                       "\"\"",     "true", "\"\303\251\""};
    static const char *const csv[] = {"a b", "5", "1.50", "", " ", "true", "\303\251"};
    struct tlm_buf text = {0};
    uint64_t seed = 9;
    for (size_t step = 1; step < 200; step *= 3) {
        tlm__buf_reset(&text);
        for (size_t i = 0; i < 400; i++)
            ck_assert(tlm__buf_printf(&text, "{\"t\":%zu,\"h\":%s,\"x\":%s,\"u\":%s}\n", i,
                                      json[i / step % 7], below(&seed, 3) ? "1" : "1.5",
                                      json[i / 100]));
        ck_assert_uint_ge(taken_with_tags((char *)text.data, text.len, false), 398);
        tlm__buf_reset(&text);
        for (size_t i = 0; i < 400; i++)
            ck_assert(tlm__buf_printf(&text, "%zu,%s,%s,%s\n", i, csv[i / step % 7],
                                      below(&seed, 3) ? "1" : "1.5", csv[i / 100]));
        ck_assert_uint_ge(taken_with_tags((char *)text.data, text.len, true), 398);
    }
    tlm__buf_release(&text);
}
END_TEST

START_TEST(odd_tags)
{
    static const char *const odd[] = {
        "{\"t\":17,\"h\":\"a\\u0000\",\"x\":1}\n",
        "{\"t\":17,\"h\":\"a\\n\",\"x\":1}\n",
        "{\"t\":17,\"h\":[1],\"x\":1}\n",
        "{\"t\":17,\"h\":tru,\"x\":1}\n",
        "{\"t\":17,\"h\":,\"x\":1}\n",
        "{\"t\":17,\"h\":1e400,\"x\":1}\n",
        "{\"t\":17,\"h\":\"\377\",\"x\":1}\n",
        "{\"t\":17,\"h\":\"a\"b\",\"x\":1}\n",
        "{\"t\":17,\"h\":18446744073709551616,\"x\":1}\n",
        "{\"t\":17,\"h\":-,\"x\":1}\n",
        "{\"t\":17,\"x\":1}\n",
    };
    static const struct tlm_pair fields[] = {{"host", "h"}};
    struct two_lanes pair = json_pair("", 0);
    pair.options.tag_fields = (struct tlm_pairs){fields, 1};
    odd_rows(pair, "{\"t\":17,\"h\":\"a\",\"x\":1}\n", odd, sizeof odd / sizeof odd[0]);
    static const char *const odd_csv[] = {"17,a\"b,1\n", "17,\"a\",1\n", "17,\377,1\n",
                                          "17,a\r,1\n",  "17,,1\n",      "17,a\n",
                                          "17\n",        "17,a,1,1\n"};
    pair = csv_pair("t,h,x", "", 0);
    pair.options.tag_fields = (struct tlm_pairs){fields, 1};
    odd_rows(pair, "17,a,1\n", odd_csv, sizeof odd_csv / sizeof odd_csv[0]);
}
END_TEST

/* The last one of two counts. */
START_TEST(tags_that_come_twice)
{
    static const struct tlm_pair fields[] = {{"host", "h"}};
    struct two_lanes pair = json_pair("", 0);
    pair.options.tag_fields = (struct tlm_pairs){fields, 1};
    pair.options.duplicate_keys = TLM_DUPLICATE_LAST;
    ck_assert_uint_eq(taken_of(pair, "{\"t\":17,\"h\":\"a\",\"x\":1,\"h\":null}\n"), 0);
}
END_TEST

/* ---- one odd row among many ------------------------------------------------------------------ */

START_TEST(odd_json_rows)
{
    static const char *const odd[] = {
        "{\"t\":17,\"a\":\"x\"y\",\"b\":\"z\"}\n",
        "{\"t\":17,\"a\":\"x\",\"b\":\"z}\n",
        "{\"t\":17,\"a\":\"x,\"b\":\"z\"}\n",
        "{\"t\":17,\"a\":x\",\"b\":\"z\"}\n",
        "{\"t\":17,\"a\":\"x\\\",\"b\":\"z\"}\n",
        "{\"t\":17,\"a\":\"x\\\\\",\"b\":\"z\"}\n",
        "{\"t\":17,\"a\":\"x\\\\\\\",\",\"b\":\"z\"}\n",
        "{\"t\":17,\"a\":\"\",\"b\":\"\"}\n",
        "{\"t\":17,\"a\":\",\"b\":\"}\n",
        "{\"t\":17,\"a\":\",\\\"b\\\":\",\"b\":\"\"}\n",
        "{\"t\":17,\"a\":\"x\ty\",\"b\":\"z\"}\n",
        "{\"t\":17,\"a\":\"x\001y\",\"b\":\"z\"}\n",
        "{\"t\":17,\"a\":\"x\177y\",\"b\":\"z\"}\n",
        "{\"t\":17,\"a\":\"\377\",\"b\":\"z\"}\n",
        "{\"t\":17,\"a\":\"\303\",\"b\":\"\251\"}\n",
        "{\"t\":17,\"a\":\"\303\251\",\"b\":\"\355\240\200\"}\n",
        "{\"t\":17,\"a\":\"\\ud800\",\"b\":\"z\"}\n",
        "{\"t\":17,\"a\":\"\\x\",\"b\":\"z\"}\n",
        "{\"t\":17,\"a\":\"\\u0000\",\"b\":\"z\"}\n",
        "{\"t\":17,\"a\":1.5,\"b\":\"z\"}\n",
        "{\"t\":17,\"a\":\"x\", \"b\":\"z\"}\n",
        "{\"t\":17,\"a\":\"x\" ,\"b\":\"z\"}\n",
        "{\"t\":17,\"a\":null,\"b\":true}\n",
        "{\"t\":17,\"a\":nul,\"b\":truex}\n",
        "{\"t\":17,\"a\":[\"x\"],\"b\":{\"z\":1}}\n",
        "{\"t\":17,\"a\":\"x\",\"b\":\"z\"}\r\n",
        "{\"t\":17,\"a\":\"x\",\"b\":\"z\"\r}\n",
        "{\"t\":17,\"a\":\"x\",\"a\":\"z\"}\n",
        "{\"t\":17,\"b\":\"x\",\"a\":\"z\"}\n",
        "{\"t\":17,\"a\":\"x\",\"b\":\"z\",\"c\":\"\"}\n",
        "{\"t\":\"x\",\"a\":\"x\",\"b\":\"z\"}\n",
        "{\"t\":null,\"a\":\"x\",\"b\":\"z\"}\n",
        "{\"t\":17,\"a\":\"x\",\"b\":\"z\"}\\\n",
        "\"\n",
        "\\\"\n",
    };
    struct two_lanes pair = json_pair("", 0);
    odd_rows(pair, "{\"t\":1700000000000000000,\"a\":\"one, two\",\"b\":\"\"}\n", odd,
             sizeof odd / sizeof odd[0]);
    odd_rows(pair, "{\"t\":17,\"a\":null,\"b\":\"\303\251\"}\n", odd, sizeof odd / sizeof odd[0]);
    odd_rows(pair, "{\"t\":17,\"a\":1.5,\"b\":true}\n", odd, sizeof odd / sizeof odd[0]);
    static const char *const nulls[] = {"x", "z", ""};
    pair.options.null_values = (struct tlm_list){nulls, 3};
    odd_rows(pair, "{\"t\":17,\"a\":\"x\",\"b\":\"y\"}\n", odd, sizeof odd / sizeof odd[0]);
}
END_TEST

START_TEST(odd_csv_rows)
{
    static const char *const odd[] = {
        "17,\"x\",y\n",
        "17,\"x,y\",z\n",
        "17,\"x\n18,y\",z\n",
        "17,say \"hi\",y\n",
        "17,x,y\r\n",
        "17,x\ry,z\n",
        "17,x,\r\n",
        "17,x,y\r\r\n",
        "17,,\n",
        "17,x\n",
        "17,x,y,\n",
        "17,x,y,z\n",
        "17,12,-1.5e3\n",
        "17,nan,Infinity\n",
        "17,true,FALSE\n",
        "17,tRUE,nano\n",
        "17,  x\t,\ty \n",
        "17,\377,y\n",
        "17,\303\251,\303\n",
        "17,x\001y,\177\n",
        "17,18446744073709551616,y\n",
        "17,1e400,y\n",
        ",x,y\n",
        "\n",
        " , , \n",
        "17,\"never closed,x\n",
        "17,x,\"\n",
    };
    struct two_lanes pair = csv_pair("t,a,b", "", 0);
    odd_rows(pair, "17,some text,more\n", odd, sizeof odd / sizeof odd[0]);
    odd_rows(pair, "17,,1.5\n", odd, sizeof odd / sizeof odd[0]);
    odd_rows(pair, "17,  12 , nan\r\n", odd, sizeof odd / sizeof odd[0]);
    static const char *const nulls[] = {"x", "NA", "nan"};
    pair.options.null_values = (struct tlm_list){nulls, 3};
    odd_rows(pair, "17,x,y\n", odd, sizeof odd / sizeof odd[0]);
}
END_TEST

/* Numbers that mean "no value". */
START_TEST(numbers_as_nulls)
{
    static const char *const lists[] = {"12", "-1.5", "-", "1700000000000000000", "+3", ".5"};
    static const char *const rows[] = {"17,12,text\n", "17,-1.5,-\n", "17,+3,.5\n",
                                       "1700000000000000000,1,2\n"};
    for (size_t i = 0; i < 6; i++) {
        struct two_lanes pair = csv_pair("t,a,b", "", 0);
        pair.options.null_values = (struct tlm_list){lists + i, 1};
        odd_rows(pair, "17,12.5,text\n", rows, 4);
        for (size_t r = 0; r < 4; r++)
            taken_of(pair, rows[r]);
    }
}
END_TEST

/* Texts may hold NULs where the parsers let them. */
START_TEST(texts_with_nul)
{
    struct tlm_buf text = {0};
    for (size_t i = 0; i < 200; i++) {
        ck_assert(tlm__buf_printf(&text, "%zu,some", i));
        ck_assert(i % 50 != 33 || tlm__buf_append_byte(&text, 0));
        ck_assert(tlm__buf_printf(&text, "text,1\n"));
    }
    struct two_lanes pair = csv_pair("t,a,b", (char *)text.data, text.len);
    ck_assert_uint_eq(agree(&pair, "NUL"), 199);
    tlm__buf_release(&text);
}
END_TEST

/* ---- tables ---------------------------------------------------------------------------------- */

enum { COLUMNS_MAX = 12, STYLES = 12 };

struct table {
    bool csv;
    size_t columns, rows, styles[COLUMNS_MAX];
    char last[COLUMNS_MAX][16]; /* the tag at hand */
    const char *newline;
};

/* A text; odd: with whatever JSON and CSV have trouble with. */
static void put_text(struct tlm_buf *out, uint64_t *seed, const struct table *table, bool odd)
{
    static const char *const words[] = {"idle",  "door open", "",       "x",      "fault 7",
                                        "nan",   "true",      "12",     "-",      "T",
                                        "n/a n", "NA",        "charge", "2024-1", "inf"};
    static const char *const pieces[] = {"a, b",
                                         "\303\251",
                                         "\360\237\222\241",
                                         "\\\"",
                                         "\\\\",
                                         "\\u00e9",
                                         "\\ud83d\\udca1",
                                         "\\n",
                                         "\346\227",
                                         "\\ud800",
                                         "\"",
                                         "\t",
                                         "\001",
                                         "\177",
                                         "}{",
                                         "\r",
                                         " blank ",
                                         "'",
                                         "a text of a good many more bytes than "
                                         "one word has bits, whatever is in it, or not"};
    tlm__buf_printf(out, "%s", table->csv ? "" : "\"");
    if (!odd)
        tlm__buf_printf(out, "%s", words[below(seed, 15)]);
    for (size_t i = odd ? 1 + below(seed, 4) : 0; i; i--)
        tlm__buf_printf(out, "%s",
                        below(seed, 3) ? words[below(seed, 15)]
                                       : pieces[below(seed, below(seed, 9) ? 8 : 19)]);
    tlm__buf_printf(out, "%s", table->csv ? "" : "\"");
}

static void put_number(struct tlm_buf *out, uint64_t *seed, size_t digits)
{
    tlm__buf_printf(out, "%s%zu", below(seed, 3) ? "" : "-", below(seed, 5000));
    for (size_t i = 0; i < digits; i++)
        tlm__buf_printf(out, "%s%zu", i ? "" : ".", below(seed, 10));
}

static void put_word(struct tlm_buf *out, uint64_t *seed, bool csv)
{
    static const char *const json[] = {"null", "null", "true", "false", "NaN", "-Infinity"};
    static const char *const cells[] = {"", "  ", "True", "false", "nan", "-Infinity"};
    tlm__buf_printf(out, "%s", (csv ? cells : json)[below(seed, 6)]);
}

static void put_value(struct tlm_buf *out, uint64_t *seed, struct table *table, size_t column)
{
    const bool csv = table->csv;
    char *last = table->last[column];
    switch (table->styles[column]) {
    case 0:
        put_text(out, seed, table, false);
        break;
    case 1:
        put_text(out, seed, table, true);
        break;
    case 2:
        below(seed, 8) ? put_text(out, seed, table, false) : put_word(out, seed, csv);
        break;
    case 3:
        below(seed, 2) ? put_number(out, seed, 3) : put_word(out, seed, csv);
        break;
    case 4:
        put_word(out, seed, csv);
        break;
    case 5:
        below(seed, 20) ? put_number(out, seed, 0) : put_text(out, seed, table, false);
        break;
    case 6:
        below(seed, 2) ? put_number(out, seed, below(seed, 20)) : put_text(out, seed, table, true);
        break;
    case 7:
        tlm__buf_printf(out, "%s", csv ? "" : "null");
        break;
    case 8:
        tlm__buf_printf(out, "%.*s", csv ? (int)below(seed, 5) : 0, "    ");
        put_number(out, seed, 1 + below(seed, 3));
        break;
    case 9:
        below(seed, 40) ? put_number(out, seed, 4) : put_word(out, seed, csv);
        break;
    case 10:
        put_number(out, seed, below(seed, 5) ? 2 : 0);
        break;
    default:
        if (!*last || below(seed, 9) == 0)
            snprintf(last, sizeof table->last[column], below(seed, 3) ? "car %zu" : "%zu",
                     below(seed, 5));
        tlm__buf_printf(out, csv ? "%s" : "\"%s\"", last);
    }
}

static void put_row(struct tlm_buf *out, uint64_t *seed, struct table *table, size_t row)
{
    tlm__buf_printf(out, table->csv ? "%zu" : "{\"t\":%zu", 1700000000000000000 + row);
    for (size_t i = 0; i < table->columns; i++) {
        if (table->csv)
            tlm__buf_printf(out, ",");
        else
            tlm__buf_printf(out, ",\"%c\":", (int)('a' + i));
        put_value(out, seed, table, i);
    }
    tlm__buf_printf(out, "%s%s", table->csv ? "" : "}", table->newline);
}

static void draw_table(struct table *table, uint64_t *seed)
{
    table->columns = 1 + below(seed, COLUMNS_MAX);
    table->rows = 1 + below(seed, 200);
    table->newline = below(seed, 5) ? "\n" : "\r\n";
    const size_t calm = below(seed, 2);
    for (size_t i = 0; i < table->columns; i++)
        table->styles[i] = calm && below(seed, 8) ? 7 + below(seed, 5) : below(seed, STYLES);
}

static void draw_options(struct two_lanes *pair, uint64_t *seed)
{
    static const char *const nulls[] = {"NA", "-", "nan", "x"}, *const drops[] = {"b"};
    static const struct tlm_pair tags[] = {{"unit", "a"}, {"car", "c"}};
    pair->options.int_as = (enum tlm_int_as)below(seed, 3);
    pair->options.bool_as = (enum tlm_bool_as)below(seed, 3);
    pair->options.duplicate_keys = (enum tlm_duplicate_keys)below(seed, 2);
    pair->chunk = below(seed, 3) ? 0 : 1 + below(seed, 2000);
    pair->tempting = "7,\n}.\"\\0"[below(seed, 8)];
    if (below(seed, 4) == 0)
        pair->options.null_values = (struct tlm_list){nulls, 1 + below(seed, 4)};
    if (below(seed, 3) == 0)
        pair->options.tag_fields = (struct tlm_pairs){tags, 1 + below(seed, 2)};
    if (below(seed, 8) == 0)
        pair->options.excludes = (struct tlm_list){drops, 1};
    if (below(seed, 8) == 0)
        pair->options.max_line = 20 + below(seed, 200);
}

static void try_table(uint64_t *seed, bool csv, size_t *taken)
{
    struct tlm_buf text = {0};
    struct table table = {.csv = csv};
    draw_table(&table, seed);
    for (size_t row = 0; row < table.rows; row++)
        put_row(&text, seed, &table, row);
    if (below(seed, 8) == 0)
        text.len -= 1 + below(seed, 2);
    for (size_t i = below(seed, 4) ? below(seed, 4) : below(seed, 40); i && text.len; i--)
        mutate(&text, seed);
    struct two_lanes pair = csv ? csv_pair("t,a,b,c,d,e,f,g,h,i,j,k,l", (char *)text.data, text.len)
                                : json_pair((char *)text.data, text.len);
    draw_options(&pair, seed);
    *taken += agree(&pair, "table");
    tlm__buf_release(&text);
}

static void try_tables(bool csv)
{
    const size_t n = getenv("CHECK_LONG") && *getenv("CHECK_LONG") ? 100000 : 2000;
    uint64_t seed = 20240301;
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

UNIT_MAIN("hot_texts", json_rows_are_taken, csv_rows_are_taken, changing_kinds_are_taken,
          tags_are_taken, odd_tags, tags_that_come_twice, odd_json_rows, odd_csv_rows,
          numbers_as_nulls, texts_with_nul, random_json, random_csv)
