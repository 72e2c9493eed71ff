#include "support/unit.h"

#include <string.h>

#include "rows/detect.h"

static enum tlm_input detect(const char *name, const char *text)
{
    enum tlm_input input = TLM_INPUT_AUTO;
    struct tlm_error error = {.message = ""};
    enum tlm_code code = tlm__detect_input(name, text, strlen(text), &input, &error);
    ck_assert_msg(code == TLM_OK, "%s", error.message);
    return input;
}

static void refused(const char *name, const char *text, size_t len, const char *message)
{
    enum tlm_input input = TLM_INPUT_AUTO;
    struct tlm_error error = {.message = ""};
    ck_assert_int_eq(tlm__detect_input(name, text, len, &input, &error), TLM_INPUT);
    ck_assert_str_eq(error.message, message);
    ck_assert_int_eq(input, TLM_INPUT_AUTO);
}

START_TEST(content)
{
    ck_assert_int_eq(detect("x", "{\"a\":1}\n"), TLM_INPUT_JSONL);
    ck_assert_int_eq(detect("<stdin>", "\n \r\n\t{"), TLM_INPUT_JSONL);
    ck_assert_int_eq(detect("x.csv", "{\"a\":1}\n"), TLM_INPUT_JSONL);
    ck_assert_int_eq(detect("x", "a,b\n1,2\n"), TLM_INPUT_CSV);
    ck_assert_int_eq(detect("x", "a\tb,c\td\n"), TLM_INPUT_TSV);
    ck_assert_int_eq(detect("x", "\n\ta\tb\n,,,,,"), TLM_INPUT_TSV);
    ck_assert_int_eq(detect("x", "t"), TLM_INPUT_CSV);
    ck_assert_int_eq(detect("x", ""), TLM_INPUT_CSV);
}
END_TEST

START_TEST(names)
{
    static const struct {
        const char *name;
        enum tlm_input input;
    } cases[] = {
        {"x.json", TLM_INPUT_JSONL},       {"x.jsonl", TLM_INPUT_JSONL},
        {"x.NDJSON", TLM_INPUT_JSONL},     {"x.csv", TLM_INPUT_CSV},
        {"x.CSV.GZ", TLM_INPUT_CSV},       {"x.txt", TLM_INPUT_CSV},
        {"x.tsv.zst", TLM_INPUT_TSV},      {"x.tab", TLM_INPUT_TSV},
        {"x.jsonl.zstd", TLM_INPUT_JSONL}, {"a.csv/x", TLM_INPUT_TSV},
        {".csv", TLM_INPUT_TSV},           {"x.gz", TLM_INPUT_TSV},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(detect(cases[i].name, "a\tb\n") == cases[i].input, "%s", cases[i].name);
}
END_TEST

START_TEST(json_documents)
{
    refused("x.json", " [\n{\"a\":1}]", 11,
            "x.json: one object per line is wanted; try: jq -c '.[]' x.json");
    refused("<stdin>", "[1,2]", 5, "<stdin>: one object per line is wanted; try: jq -c '.[]'");
    refused("x.csv", "[ {", 3, "x.csv: one object per line is wanted; try: jq -c '.[]' x.csv");
    ck_assert_int_eq(detect("x.csv", "[m/s],b\n"), TLM_INPUT_CSV);
}
END_TEST

START_TEST(binary)
{
    refused("a.avro", "Obj\x01\x02", 5,
            "a.avro is an Avro file already; rows of JSON or CSV are wanted");
    refused("x", "\xff\xfe{\0", 4, "x is UTF-16; convert it first: iconv -f UTF-16 -t UTF-8");
    refused("x", "\xfe\xff\0{", 4, "x is UTF-16; convert it first: iconv -f UTF-16 -t UTF-8");
    refused("x.xz",
            "\xfd"
            "7zXZ\0\0",
            7, "x.xz is compressed with xz; only gzip and zstd are read (try: xz -dc)");
    refused("x.bz2", "BZh91AY&SY", 10,
            "x.bz2 is compressed with bzip2; only gzip and zstd are read (try: bzip2 -dc)");
    refused("x.xlsx", "PK\x03\x04", 4,
            "x.xlsx is a zip archive or a spreadsheet; unpack it, or export it as CSV");
    refused("x.parquet", "PAR1", 4, "x.parquet is a Parquet file; rows of JSON or CSV are wanted");
    refused("x.csv", "a,b\n1,\0", 7, "x.csv is binary: byte 7 is NUL");
    ck_assert_int_eq(detect("x", "BZh9,BZh8\n"), TLM_INPUT_CSV);
    ck_assert_int_eq(detect("x", "Obj,a\n"), TLM_INPUT_CSV);
}
END_TEST

START_TEST(byte_order_mark)
{
    ck_assert_uint_eq(tlm__detect_bom("\xef\xbb\xbf{", 4), 3);
    ck_assert_uint_eq(tlm__detect_bom("\xef\xbb\xbf", 3), 3);
    ck_assert_uint_eq(tlm__detect_bom("\xef\xbb", 2), 0);
    ck_assert_uint_eq(tlm__detect_bom("t,a", 3), 0);
    ck_assert_uint_eq(tlm__detect_bom("", 0), 0);
}
END_TEST

START_TEST(delimiters)
{
    static const struct {
        const char *header;
        char delimiter;
    } cases[] = {
        {"a,b", ','},
        {"a;b", ';'},
        {"a\tb", '\t'},
        {"a|b", '|'},
        {"a;b,c;d", ';'},
        {"a,b;c", ','},
        {"a;b|c", ';'},
        {"a\tb|c", '\t'},
        {"single", ','},
        {"", ','},
        {"\"a;b;c\",d", ','},
        {"\"a,b,c\";d", ';'},
        {"\"a\"\",,,\"|b", '|'},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(tlm__detect_delimiter(cases[i].header, strlen(cases[i].header),
                                            TLM_INPUT_CSV) == cases[i].delimiter,
                      "%s", cases[i].header);
    ck_assert_int_eq(tlm__detect_delimiter("a,b", 3, TLM_INPUT_TSV), '\t');
}
END_TEST

UNIT_MAIN("detect", content, names, json_documents, binary, byte_order_mark, delimiters)
