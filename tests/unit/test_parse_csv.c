#include "support/unit.h"

#include "support/csv_rows.h"

/* ---- one case: options, header, text -> rows ------------------------------------------------ */

static void expect_with(struct csv_rows *csv, const char *header, const char *text,
                        const char *rows)
{
    size_t len = strlen(text);
    struct tlm_error error = {.message = ""};
    ck_assert_msg(csv_rows_start(csv, header, &error) == TLM_OK, "%s", error.message);
    char *padded = csv_rows_padded(text, len);
    struct tlm_buf shown = {0};
    csv_rows_parse(csv, padded, len);
    csv_rows_show(csv, &shown);
    ck_assert_str_eq((char *)shown.data, rows);
    tlm__buf_release(&shown);
    free(padded);
}

static void expect(const char *header, const char *text, const char *rows)
{
    struct csv_rows csv;
    csv_rows_init(&csv);
    expect_with(&csv, header, text, rows);
    csv_rows_release(&csv);
}

/* ---- lines ---------------------------------------------------------------------------------- */

START_TEST(newlines)
{
    expect("t,a", "1,2\n3,4\n", "1 a=2\n3 a=4\n");
    expect("t,a", "1,2\r\n3,4\r\n", "1 a=2\n3 a=4\n");
    expect("t,a", "1,2\n3,4", "1 a=2\n3 a=4\n");
    expect("t,a", "1,2\n3,4\r", "1 a=2\n3 a=4\n");
    expect("t,a", "", "");
    expect("t,a\r\n", "1,x\r\n", "1 a='x'\n");
}
END_TEST

START_TEST(lone_return_is_data)
{
    expect("t,a,b", "1,x\ry,2\n", "1 a='x\ry' b=2\n");
    expect("t,a", "1,x\r\r\n", "1 a='x\r'\n");
}
END_TEST

START_TEST(blank_lines_are_no_rows)
{
    struct csv_rows csv;
    csv_rows_init(&csv);
    static const char text[] = "\n1,2\n\r\n \t \n3,4\n   ";
    expect_with(&csv, "t,a", text, "1 a=2\n3 a=4\n");
    ck_assert_uint_eq(csv.rows_seen, 2);
    ck_assert_uint_eq(csv.lines_seen, 6);
    csv_rows_release(&csv);
}
END_TEST

START_TEST(tab_lines_are_rows_of_tsv)
{
    struct csv_rows csv;
    csv_rows_init(&csv);
    csv.delimiter = '\t';
    expect_with(&csv, "t\ta\tb", "  \n1\t\t x y \n\t5\n",
                "1 b='x y'\n!no-time row 2 line 3 byte 12 [\t5] no timestamp: \"t\" is missing or "
                "null\n");
    csv_rows_release(&csv);
}
END_TEST

START_TEST(comments_are_lines_but_no_rows)
{
    struct csv_rows csv;
    csv_rows_init(&csv);
    csv.options.comment = "//";
    static const char text[] = "// one\n1,2\n// \"two\n3,/\n//\n4,\"a\n// b\"\n5,1e400";
    expect_with(
        &csv, "t,a", text,
        "1 a=2\n3 a='/'\n4 a='a\n// b'\n"
        "!range row 4 line 8 byte 37 [5,1e400] \"a\": 1e400 is beyond the range of a double\n");
    ck_assert_uint_eq(csv.rows_seen, 4);
    ck_assert_uint_eq(csv.lines_seen, 8);
    csv_rows_release(&csv);
}
END_TEST

/* ---- cells ---------------------------------------------------------------------------------- */

START_TEST(blanks_are_trimmed)
{
    expect("t , a,\tb ,c", " 1 ,\t 2\t,  x y  ,\t\n", "1 a=2 b='x y'\n");
    expect("t,\"a \",b", "1,2,3\n", "1 a =2 b=3\n");
}
END_TEST

START_TEST(blank_delimiter)
{
    struct csv_rows csv;
    csv_rows_init(&csv);
    csv.delimiter = ' ';
    expect_with(&csv, "t a b", "1  2\n \n3 \"x y\" z\t\n",
                "1 b=2\n!no-time row 2 line 2 byte 5 [ ] no timestamp: \"t\" is missing or null\n"
                "3 a='x y' b='z'\n");
    csv_rows_release(&csv);
}
END_TEST

START_TEST(quoted_cells)
{
    expect("t,a,b", "1,\"x,y\",2\n", "1 a='x,y' b=2\n");
    expect("t,a,b", "1,\"say \"\"hi\"\"\",\"\"\"\"\n", "1 a='say \"hi\"' b='\"'\n");
    expect("t,a,b", "1,\"x\ny\r\nz\",2\r\n3,4,5\n", "1 a='x\ny\r\nz' b=2\n3 a=4 b=5\n");
    expect("t,a,b", "1, \t\"x\"  ,\"y\" \r\n", "1 a='x' b='y'\n");
    expect("t,a,b", "\"1\",\"2\",\"\"\n", "1 a=2\n");
    expect("t,a", "1,\"x\"", "1 a='x'\n");
    expect("t,a", "1,\"x\"\r", "1 a='x'\n");
}
END_TEST

START_TEST(literal_quotes)
{
    expect("t,a,b", "1,5\" pipe,2\n", "1 a='5\" pipe' b=2\n");
    expect("t,a,b", "1,a \"b\" ,2\n", "1 a='a \"b\"' b=2\n");
    expect("t,a,b", "1,\"a\"b\",2\n", "1 a='a\"b' b=2\n");
    expect("t,a,b", "1,\"a\" \",2\n", "1 a='a\" ' b=2\n");
}
END_TEST

START_TEST(blanks_inside_quotes)
{
    expect("t,a,b,c,d", "1,\" x \",\" 2 \",\"  \",\" true\t\"\n", "1 a=' x ' b=2 d=L1\n");
    expect("t,a", "\" 1 \",2\n", "1 a=2\n");
}
END_TEST

START_TEST(value_types)
{
    expect("t,a,b,c", "1,02114,\"02114\",2.5e1\n", "1 a=2114 b=2114 c=25\n");
    expect("t,a,b,c", "1,nan,-Inf,+.5\n", "1 a=nan b=-inf c=0.5\n");
    expect("t,a,b,c", "1,true,True,TRUE\n2,false,False,FALSE\n",
           "1 a=L1 b=L1 c=L1\n2 a=L0 b=L0 c=L0\n");
    expect("t,a,b,c", "1,tRUE,falsE,\"true\"\n", "1 a='tRUE' b='falsE' c=L1\n");
    expect("t,a", "1,1e400\n2,3\n",
           "!range row 1 line 1 byte 0 [1,1e400] \"a\": 1e400 is beyond the range of a double\n"
           "2 a=3\n");
}
END_TEST

START_TEST(decimal_comma)
{
    struct csv_rows csv;
    csv_rows_init(&csv);
    csv.delimiter = ';';
    csv.options.decimal = ',';
    expect_with(&csv, "t;a;b", "1;2,5;1.5\n", "1 a=2.5 b='1.5'\n");
    csv_rows_release(&csv);
}
END_TEST

START_TEST(forced_strings_keep_their_text)
{
    static const struct tlm_pair types[] = {{"*", "string"}};
    struct csv_rows csv;
    csv_rows_init(&csv);
    csv.options.types = (struct tlm_pairs){types, 1};
    static const char text[] = "1,02114,true,\"x\"\n";
    expect_with(&csv, "t,a,b,c", text, "1 a='02114' b='true' c='x'\n");
    csv_rows_release(&csv);
}
END_TEST

START_TEST(null_cells)
{
    static const char *const nulls[] = {"NA", "-", "-999"};
    struct csv_rows csv;
    csv_rows_init(&csv);
    csv.options.null_values = (struct tlm_list){nulls, 3};
    static const char text[] = "1,NA,\"NA\",\" - \"\n2, -999 ,\"\",na\n-,5\n";
    expect_with(&csv, "t,a,b,c", text,
                "1\n2 c='na'\n"
                "!no-time row 3 line 3 byte 31 [-,5] no timestamp: \"t\" is missing or null\n");
    csv_rows_release(&csv);
}
END_TEST

START_TEST(roles)
{
    static const struct tlm_pair fields[] = {{"zip", "z"}};
    static const char *const excludes[] = {"drop*"};
    struct csv_rows csv;
    csv_rows_init(&csv);
    csv.options.tag_fields = (struct tlm_pairs){fields, 1};
    csv.options.excludes = (struct tlm_list){excludes, 1};
    /* A tag is text, even when it looks like a number; what is dropped is not looked at. */
    static const char text[] = "1,02114,\xff,3\n2,true,\"\xff\",4\n3,\" x\",1e400,5\n";
    expect_with(&csv, "t,z,dropped,a", text,
                "1 {zip=02114} a=3\n2 {zip=true} a=4\n3 {zip= x} a=5\n");
    csv_rows_release(&csv);
}
END_TEST

START_TEST(long_rows)
{
    struct csv_rows csv;
    csv_rows_init(&csv);
    csv.is_long = true;
    csv.options.channel_field = "name";
    csv.options.value_field = "v";
    static const char text[] = "rpm,1,02\n7,2,true\nrpm,3,\n,4,5\n";
    expect_with(
        &csv, "name,t,v", text,
        "1 rpm=2\n2 7=L1\n3\n"
        "!channel row 4 line 4 byte 25 [,4,5] the channel (\"name\") is missing or empty\n");
    csv_rows_release(&csv);
}
END_TEST

static void expect_typed(const char *header, const char *text, const char *rows)
{
    static const char *const nulls[] = {"-"};
    struct csv_rows csv;
    csv_rows_init(&csv);
    csv.is_long = true;
    csv.options.channel_field = "channel";
    csv.options.value_field = "value";
    csv.options.null_values = (struct tlm_list){nulls, 1};
    expect_with(&csv, header, text, rows);
    csv_rows_release(&csv);
}

START_TEST(long_rows_may_name_a_type)
{
    static const char header[] = "t,channel,value,type";
    expect_typed(header, "1,a,5,\n2,a,5,long\n3,a,5,double\n4,a,5,string\n5,a,5,json\n",
                 "1 a=5\n2 a=L5\n3 a=5\n4 a='5'\n5 a=J'5'\n");
    expect_typed(header, "1,a,true,\n2,a,true,string\n3,a,true,json\n4,a,true,long\n",
                 "1 a=L1\n2 a='true'\n3 a=J'true'\n4 a=L1\n");
    expect_typed(header, "1,a,,\n2,a,,long\n3,a,,json\n4,a,,string\n5,a,-,string\n",
                 "1\n2\n3\n4 a=''\n5\n");
    expect_typed(header, "1,a,\" 5 \",string\n2,a,\" \",string\n3,a,\" x\",string\n",
                 "1 a=' 5 '\n2 a=' '\n3 a=' x'\n");
    expect_typed(
        header, "1,a,\"[1, nan,null]\",json\n2,a,{},json\n3,a,\"\"\"x\"\"\",json\n",
        "!type row 1 line 1 byte 0 [1,a,\"[1, nan,null]\",json] \"a\": [1, nan,null] is not "
        "JSON\n2 a=J'{}'\n3 a=J'\"x\"'\n");
    expect_typed("type,value,channel,t", "long,5,a,1\n,5,a,2\nstring,5,a,3\n",
                 "1 a=L5\n2 a=5\n3 a='5'\n");
}
END_TEST

START_TEST(long_rows_may_hold_arrays)
{
    static const char header[] = "t,channel,value,type";
    expect_typed(header,
                 "1,a,\" [1.5, -Infinity,null]\",double array\n2,a,[],double array\n"
                 "3,a,[],string array\n4,a,[1],\n",
                 "1 a=1.5 -inf nan]\n2 a=]\n3 a=<''\n4 a='[1]'\n");
}
END_TEST

START_TEST(long_rows_with_a_bad_type)
{
    static const char *const bad[][2] = {
        {"1,a,5,Long", "type \"Long\" is none of double, string, long, double array, string array "
                       "and json (--tag-field takes it for a tag)"},
        {"1,a,x,long", "\"a\": x is no number"},
        {"1,a,5,double array", "\"a\": 5 is no array of numbers"},
        {"1,a,[1,double array", "\"a\": [1 is no array of numbers"},
        {"1,a,[1]],double array", "\"a\": [1]] is no array of numbers"},
        {"1,a,[9007199254740993],double array", "\"a\": [9007199254740993] is no array of numbers"},
        {"1,a,[1],string array", "\"a\": [1] is no array of texts"},
        {"1,a,{,json", "\"a\": { is not JSON"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct tlm_buf text = {0}, rows = {0};
        ck_assert(tlm__buf_printf(&text, "%s\n", bad[i][0]));
        ck_assert(
            tlm__buf_printf(&rows, "!type row 1 line 1 byte 0 [%s] %s\n", bad[i][0], bad[i][1]));
        expect_typed("t,channel,value,type", (char *)text.data, (char *)rows.data);
        tlm__buf_release(&text);
        tlm__buf_release(&rows);
    }
}
END_TEST

START_TEST(long_rows_may_have_a_cell_of_tags)
{
    static const char header[] = "t,channel,tags,value";
    expect_typed(header,
                 "1,a,\"{\"\"k\"\":\"\"v, w\"\"}\",5\n2,a,,5\n"
                 "3,a,\" { \"\"k\"\" : 7, \"\"l\"\" : null } \",5\n4,a,{},5\n"
                 "5,a,\"{\"\"\\u00e9\\n\"\":\"\"\\\"\"\"\"}\",5\n",
                 "1 {k=v, w} a=5\n2 a=5\n3 {k=7} a=5\n4 a=5\n5 {\303\251\n=\"} a=5\n");
    expect_typed(header, "1,a,red,5\n2,a,[],5\n3,a,\"{\"\"\"\":1}\",5\n",
                 "!channel row 1 line 1 byte 0 [1,a,red,5] tags \"red\" is not a JSON object\n"
                 "!channel row 2 line 2 byte 10 [2,a,[],5] tags \"[]\" is not a JSON object\n"
                 "!channel row 3 line 3 byte 19 [3,a,\"{\"\"\"\":1}\",5] a tag without a name, or "
                 "with a NUL inside\n");
}
END_TEST

/* ---- bad rows ------------------------------------------------------------------------------- */

START_TEST(column_counts)
{
    expect("t,a,b", "1\n2,3\n4,,5\n", "1\n2 a=3\n4 b=5\n");
    expect("t,a", "1,2,3\n4,5,,6,\n",
           "!columns row 1 line 1 byte 0 [1,2,3] 3 cells for 2 columns\n"
           "!columns row 2 line 2 byte 6 [4,5,,6,] 5 cells for 2 columns\n");
    expect("t,a", "1,2,, ,\t\n", "1 a=2\n");
    expect("t,a", "1,2,\"\",\" \"\n", "1 a=2\n");
    expect("t,a", "1,2,\"x\"\n",
           "!columns row 1 line 1 byte 0 [1,2,\"x\"] 3 cells for 2 columns\n");
    expect("t", "1,2\n", "!columns row 1 line 1 byte 0 [1,2] 2 cells for 1 column\n");
}
END_TEST

START_TEST(text_must_be_utf8)
{
    expect("t,a", "1,\xc3\xa9\n2,\xc3\n3,\"\xff\"\n",
           "1 a='\xc3\xa9'\n"
           "!utf8 row 2 line 2 byte 5 [2,\xc3] \"a\" is not UTF-8\n"
           "!utf8 row 3 line 3 byte 9 [3,\"\xff\"] \"a\" is not UTF-8\n");
    expect("t,a", "\xff,1\n", "!utf8 row 1 line 1 byte 0 [\xff,1] \"t\" is not UTF-8\n");
}
END_TEST

START_TEST(long_lines)
{
    struct csv_rows csv;
    csv_rows_init(&csv);
    csv.options.max_line = 8;
    static const char text[] = "1,234567\r\n2,3456789\n3,\"x\ny z\"\n4,5\n";
    expect_with(
        &csv, "t,a", text,
        "1 a=234567\n"
        "!too-long row 2 line 2 byte 10 [2,3456789] 9 bytes are more than the limit of 8 "
        "(--max-line)\n"
        "!too-long row 3 line 3 byte 20 [3,\"x\ny z\"] 9 bytes are more than the limit of 8 "
        "(--max-line)\n"
        "4 a=5\n");
    csv_rows_release(&csv);
}
END_TEST

START_TEST(unclosed_quote_loses_one_line)
{
    expect("t,a", "1,\"x\n2,3\n4,5\n",
           "!syntax row 1 line 1 byte 0 [1,\"x] a quote is never closed\n2 a=3\n4 a=5\n");
    expect("t,a", "1,2\n3,\"x\r\n4,y\n5,\"z\"\"\n6,7",
           "1 a=2\n!syntax row 2 line 2 byte 4 [3,\"x] a quote is never closed\n4 a='y'\n"
           "!syntax row 4 line 4 byte 14 [5,\"z\"\"] a quote is never closed\n6 a=7\n");
    expect("t,a", "1,\"", "!syntax row 1 line 1 byte 0 [1,\"] a quote is never closed\n");
}
END_TEST

/* Each line opens a quote that nothing closes; one scan to the end for each would take hours. */
START_TEST(many_unclosed_quotes)
{
    enum { LINES = 400 * 1000 };
    static const char lines[4][8] = {"1,\"bbb\n", "1,\"b\"b\n", "1,\"\"\"b\n", "1,2345\n"};
    struct csv_rows csv;
    struct tlm_error error;
    csv_rows_init(&csv);
    ck_assert_int_eq(csv_rows_start(&csv, "t,a", &error), TLM_OK);
    struct tlm_buf text = {0};
    for (int i = 0; i < LINES; i++)
        ck_assert(tlm__buf_append(&text, lines[i % 4], 7));
    ck_assert(tlm__buf_reserve(&text, TLM_TEXT_PADDING));
    memset(text.data + text.len, 0, TLM_TEXT_PADDING);
    csv_rows_parse(&csv, (char *)text.data, text.len);
    ck_assert_uint_eq(csv.rows_seen, LINES);
    ck_assert_uint_eq(csv.lines_seen, LINES);
    ck_assert_uint_eq(csv.rows.n_rows, LINES / 4);
    ck_assert_uint_eq(csv.rows.n_bad, LINES - LINES / 4);
    tlm__buf_release(&text);
    csv_rows_release(&csv);
}
END_TEST

START_TEST(places)
{
    struct csv_rows csv;
    struct tlm_error error;
    csv_rows_init(&csv);
    ck_assert_int_eq(csv_rows_start(&csv, "t,a", &error), TLM_OK);
    static const char text[] = "1,\"x\ny\n\"\n\n9,1e400\r\n3,4\n\"9";
    char *padded = csv_rows_padded(text, sizeof text - 1);
    struct tlm_place at = {.row = 100, .line = 200, .byte = 3000};
    uint64_t rows_seen = 7, lines_seen = 8;
    ck_assert(tlm__csv_parse(csv.parser, padded, sizeof text - 1, at, &rows_seen, &lines_seen));
    ck_assert_uint_eq(rows_seen, 7 + 4);
    ck_assert_uint_eq(lines_seen, 8 + 7);
    struct tlm_buf shown = {0};
    csv_rows_show(&csv, &shown);
    ck_assert_str_eq(
        (char *)shown.data,
        "1 a='x\ny\n'\n"
        "!range row 101 line 204 byte 3010 [9,1e400] \"a\": 1e400 is beyond the range of a double\n"
        "3 a=4\n"
        "!syntax row 103 line 206 byte 3023 [\"9] a quote is never closed\n");
    tlm__buf_release(&shown);
    free(padded);
    csv_rows_release(&csv);
}
END_TEST

/* ---- the header ----------------------------------------------------------------------------- */

static void expect_names(const char *header, const char *row, const char *notes)
{
    struct csv_rows csv;
    csv_rows_init(&csv);
    expect_with(&csv, header, "0,1,2,3,4,5", row);
    ck_assert_str_eq(csv.notes.data ? (char *)csv.notes.data : "", notes);
    csv_rows_release(&csv);
}

START_TEST(header_names)
{
    expect_names("t,altitude,b,altitude,c,d", "0 altitude=1 b=2 altitude_2=3 c=4 d=5\n",
                 "column \"altitude\" appears twice: the second one is named altitude_2\n");
    expect_names("t,a,a,a,b,b", "0 a=1 a_2=2 a_3=3 b=4 b_2=5\n",
                 "column \"a\" appears twice: the second one is named a_2\n"
                 "column \"a\" appears 3 times: the last is named a_3\n"
                 "column \"b\" appears twice: the second one is named b_2\n");
    expect_names("t,,b, ,\"\",column_4", "0 column_2=1 b=2 column_4_2=3 column_5=4 column_4=5\n",
                 "column 2 has no name: it is named column_2\n"
                 "column 4 has no name: it is named column_4_2\n"
                 "column 5 has no name: it is named column_5\n");
    expect_names("t,a,a,a_2,a_2,a_3", "0 a=1 a_4=2 a_2=3 a_2_2=4 a_3=5\n",
                 "column \"a\" appears twice: the second one is named a_4\n"
                 "column \"a_2\" appears twice: the second one is named a_2_2\n");
    expect_names("#t, t ,c,d,e,f", "1 #t=0 c=2 d=3 e=4 f=5\n", "");
}
END_TEST

START_TEST(duplicate_time_column)
{
    expect("t,t,a", "1,2,3\n", "1 t_2=2 a=3\n");
}
END_TEST

START_TEST(many_unnamed_columns)
{
    struct csv_rows csv;
    csv_rows_init(&csv);
    expect_with(&csv, "t,,,,,,,,,,,,,,", "1,2", "1 column_2=2\n");
    size_t notes = 0;
    for (size_t i = 0; i < csv.notes.len; i++)
        notes += csv.notes.data[i] == '\n';
    ck_assert_uint_eq(notes, 11);
    ck_assert_ptr_nonnull(strstr((char *)csv.notes.data, "\n4 more columns"));
    csv_rows_release(&csv);
    csv_rows_init(&csv);
    csv.options.on_note = NULL;
    expect_with(&csv, "t,,,,,,,,,,,,,,", "1,2", "1 column_2=2\n");
    csv_rows_release(&csv);
}
END_TEST

START_TEST(bad_headers)
{
    static const struct {
        const char *header, *message;
    } cases[] = {
        {"t,\xff,b", "the name of column 2 is not UTF-8"},
        {"", "the header names no column"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct csv_rows csv;
        struct tlm_error error;
        csv_rows_init(&csv);
        ck_assert_int_eq(csv_rows_start(&csv, cases[i].header, &error), TLM_INPUT);
        ck_assert_str_eq(error.message, cases[i].message);
        csv_rows_release(&csv);
    }
    struct csv_rows csv;
    struct tlm_error error;
    csv_rows_init(&csv);
    ck_assert_int_eq(csv_rows_start(&csv, "t", &error), TLM_OK);
    struct tlm_string nul = {"a\0b", 3};
    ck_assert_int_eq(tlm__csv_set_header(csv.parser, &nul, 1, &error), TLM_INPUT);
    /* The old header stays in force. */
    char *padded = csv_rows_padded("5", 1);
    csv_rows_parse(&csv, padded, 1);
    free(padded);
    ck_assert_uint_eq(csv.rows.n_rows, 1);
    csv_rows_release(&csv);
}
END_TEST

START_TEST(split_one_record)
{
    struct tlm_arena arena = {0};
    struct tlm_string *cells = NULL;
    size_t n = 99;
    ck_assert_int_eq(tlm__csv_split(" a ,\" b\"\"\",,\"c\nd\"\r\n", 19, ',', &arena, &cells, &n),
                     TLM_OK);
    static const char *const wanted[] = {"a", " b\"", "", "c\nd"};
    ck_assert_uint_eq(n, 4);
    for (size_t i = 0; i < n; i++) {
        ck_assert_uint_eq(cells[i].len, strlen(wanted[i]));
        ck_assert_int_eq(memcmp(cells[i].data, wanted[i], cells[i].len), 0);
    }
    ck_assert_int_eq(tlm__csv_split("a,", 2, ',', &arena, &cells, &n), TLM_OK);
    ck_assert_uint_eq(n, 2);
    ck_assert_int_eq(tlm__csv_split(" \n", 2, ',', &arena, &cells, &n), TLM_OK);
    ck_assert_uint_eq(n, 0);
    n = 99;
    ck_assert_int_eq(tlm__csv_split("a,\"b\n", 5, ',', &arena, &cells, &n), TLM_ROW_SYNTAX);
    ck_assert_uint_eq(n, 99);
    tlm__arena_release(&arena);
}
END_TEST

UNIT_MAIN("parse_csv", newlines, lone_return_is_data, blank_lines_are_no_rows,
          tab_lines_are_rows_of_tsv, comments_are_lines_but_no_rows, blanks_are_trimmed,
          blank_delimiter, quoted_cells, literal_quotes, blanks_inside_quotes, value_types,
          decimal_comma, forced_strings_keep_their_text, null_cells, roles, long_rows,
          long_rows_may_name_a_type, long_rows_may_hold_arrays, long_rows_with_a_bad_type,
          long_rows_may_have_a_cell_of_tags, column_counts, text_must_be_utf8, long_lines,
          unclosed_quote_loses_one_line, many_unclosed_quotes, places, header_names,
          duplicate_time_column, many_unnamed_columns, bad_headers, split_one_record)
