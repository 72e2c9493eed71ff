#include "row_options.h"
#include "table_rows.h"
#include "tlm.h"

const struct opt_choice table_codec_words[] = {
    {"snappy", TLM_CODEC_SNAPPY, false},
    {"null", TLM_CODEC_NULL, false},
    {"deflate", TLM_CODEC_DEFLATE, false},
    {"zstandard", TLM_CODEC_ZSTANDARD, false},
    {"none", TLM_CODEC_NULL, true},
    {"zstd", TLM_CODEC_ZSTANDARD, true},
    {NULL, 0, false},
};

const struct opt_choice table_fsync_words[] = {
    {"close", TLM_FSYNC_CLOSE, false},
    {"flush", TLM_FSYNC_FLUSH, false},
    {"none", TLM_FSYNC_NONE, false},
    {NULL, 0, false},
};

const struct opt_choice row_input_words[] = {
    {"auto", TLM_INPUT_AUTO, false},
    {"jsonl", TLM_INPUT_JSONL, false},
    {"csv", TLM_INPUT_CSV, false},
    {"tsv", TLM_INPUT_TSV, false},
    {"json", TLM_INPUT_JSONL, true},
    {"ndjson", TLM_INPUT_JSONL, true},
    {NULL, 0, false},
};

const struct opt_choice row_decimal_words[] = {{".", 0, false}, {",", 0, false}, {NULL, 0, false}};

const struct opt_choice row_shape_words[] = {
    {"auto", TLM_SHAPE_AUTO, false},
    {"wide", TLM_SHAPE_WIDE, false},
    {"long", TLM_SHAPE_LONG, false},
    {NULL, 0, false},
};

const struct opt_choice row_int_words[] = {
    {"auto", TLM_INT_AUTO, false},
    {"long", TLM_INT_LONG, false},
    {"double", TLM_INT_DOUBLE, false},
    {NULL, 0, false},
};

const struct opt_choice row_bool_words[] = {
    {"long", TLM_BOOL_LONG, false},
    {"string", TLM_BOOL_STRING, false},
    {"double", TLM_BOOL_DOUBLE, false},
    {NULL, 0, false},
};

const struct opt_choice row_uint64_words[] = {
    {"reject", TLM_UINT64_REJECT, false},
    {"double", TLM_UINT64_DOUBLE, false},
    {"string", TLM_UINT64_STRING, false},
    {"wrap", TLM_UINT64_WRAP, false},
    {NULL, 0, false},
};

const struct opt_choice row_duplicate_words[] = {
    {"reject", TLM_DUPLICATE_REJECT, false},
    {"last", TLM_DUPLICATE_LAST, false},
    {NULL, 0, false},
};

const struct opt_choice row_bad_words[] = {
    {"reject", TLM_BAD_REJECT, false},
    {"skip", TLM_BAD_SKIP, false},
    {"abort", TLM_BAD_ABORT, false},
    {NULL, 0, false},
};
