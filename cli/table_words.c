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
