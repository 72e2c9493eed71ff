#include "rows/detect.h"

#include <string.h>
#include <strings.h>

#include "base/error.h"

size_t tlm__detect_bom(const char *text, size_t len)
{
    return len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

/* ---- what is no text ------------------------------------------------------------------------ */

struct magic {
    const char *bytes;
    size_t len;
    const char *is; /* what the source is, and what to do */
};

static const struct magic magics[] = {
    {"Obj\x01", 4, "is an Avro file already; rows of JSON or CSV are wanted"},
    {"\xff\xfe", 2, "is UTF-16; convert it first: iconv -f UTF-16 -t UTF-8"},
    {"\xfe\xff", 2, "is UTF-16; convert it first: iconv -f UTF-16 -t UTF-8"},
    {"\xfd"
     "7zXZ\0",
     6, "is compressed with xz; only gzip and zstd are read (try: xz -dc)"},
    {"PK\x03\x04", 4, "is a zip archive or a spreadsheet; unpack it, or export it as CSV"},
    {"PAR1", 4, "is a Parquet file; rows of JSON or CSV are wanted"},
};

static bool is_bzip2(const char *text, size_t len)
{
    return len >= 10 && memcmp(text, "BZh", 3) == 0 && text[3] >= '1' && text[3] <= '9' &&
           (memcmp(text + 4, "\x31\x41\x59\x26\x53\x59", 6) == 0 ||
            memcmp(text + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0);
}

static enum tlm_code check_text(const char *name, const char *text, size_t len,
                                struct tlm_error *error)
{
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
        if (len >= magics[i].len && memcmp(text, magics[i].bytes, magics[i].len) == 0)
            return tlm__fail(error, TLM_INPUT, "%s %s", name, magics[i].is);
    if (is_bzip2(text, len))
        return tlm__fail(error, TLM_INPUT,
                         "%s is compressed with bzip2; only gzip and zstd are read (try: bzip2 "
                         "-dc)",
                         name);
    const char *nul = len ? memchr(text, '\0', len) : NULL;
    if (nul)
        return tlm__fail(error, TLM_INPUT, "%s is binary: byte %zu is NUL", name,
                         (size_t)(nul - text) + 1);
    return TLM_OK;
}

/* ---- JSON or CSV ---------------------------------------------------------------------------- */

static bool ends_with(const char *name, size_t len, const char *end)
{
    size_t end_len = strlen(end);
    return len > end_len && strncasecmp(name + len - end_len, end, end_len) == 0;
}

/* What the name says; TLM_INPUT_AUTO: nothing. */
static enum tlm_input input_of_name(const char *name)
{
    static const struct {
        const char *end;
        enum tlm_input input;
    } known[] = {
        {".json", TLM_INPUT_JSONL}, {".jsonl", TLM_INPUT_JSONL}, {".ndjson", TLM_INPUT_JSONL},
        {".csv", TLM_INPUT_CSV},    {".txt", TLM_INPUT_CSV},     {".tsv", TLM_INPUT_TSV},
        {".tab", TLM_INPUT_TSV},
    };
    static const char *const packed[] = {".gz", ".zst", ".zstd"};
    size_t len = strlen(name);
    for (size_t i = 0; i < sizeof packed / sizeof packed[0]; i++)
        if (ends_with(name, len, packed[i])) {
            len -= strlen(packed[i]);
            break;
        }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (ends_with(name, len, known[i].end))
            return known[i].input;
    return TLM_INPUT_AUTO;
}

static size_t skip_space(const char *text, size_t len, size_t at)
{
    while (at < len &&
           (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n'))
        at++;
    return at;
}

/* A '[' opens the text: a JSON document, unless the name says CSV and no object or list follows. */
static bool is_json_array(const char *text, size_t len, size_t at, enum tlm_input by_name)
{
    if (by_name != TLM_INPUT_CSV && by_name != TLM_INPUT_TSV)
        return true;
    at = skip_space(text, len, at + 1);
    return at < len && (text[at] == '{' || text[at] == '[');
}

static enum tlm_code fail_json_array(const char *name, struct tlm_error *error)
{
    bool piped = strcmp(name, "<stdin>") == 0;
    return tlm__fail(error, TLM_INPUT, "%s: one object per line is wanted; try: jq -c '.[]'%s%s",
                     name, piped ? "" : " ", piped ? "" : name);
}

/* CSV or TSV, by the first line that is not blank. */
static enum tlm_input input_of_line(const char *text, size_t len, size_t at)
{
    while (at > 0 && text[at - 1] != '\n')
        at--;
    const char *newline = at < len ? memchr(text + at, '\n', len - at) : NULL;
    size_t line = newline ? (size_t)(newline - text) - at : len - at;
    char delimiter = tlm__detect_delimiter(text + at, line, TLM_INPUT_CSV);
    return delimiter == '\t' ? TLM_INPUT_TSV : TLM_INPUT_CSV;
}

enum tlm_code tlm__detect_input(const char *name, const char *text, size_t len,
                                enum tlm_input *input, struct tlm_error *error)
{
    enum tlm_code code = check_text(name, text, len, error);
    if (code)
        return code;
    enum tlm_input by_name = input_of_name(name);
    size_t at = skip_space(text, len, 0);
    if (at < len && text[at] == '[' && is_json_array(text, len, at, by_name))
        return fail_json_array(name, error);
    if (at < len && text[at] == '{')
        *input = TLM_INPUT_JSONL;
    else if (by_name != TLM_INPUT_AUTO)
        *input = by_name;
    else
        *input = input_of_line(text, len, at);
    return TLM_OK;
}

/* ---- the separator -------------------------------------------------------------------------- */

char tlm__detect_delimiter(const char *header, size_t len, enum tlm_input input)
{
    static const char candidates[] = {',', ';', '\t', '|'};
    if (input == TLM_INPUT_TSV)
        return '\t';
    size_t counts[sizeof candidates] = {0}, best = 0;
    bool quoted = false;
    for (size_t i = 0; i < len; i++) {
        if (header[i] == '"')
            quoted = !quoted;
        for (size_t c = 0; c < sizeof candidates; c++)
            counts[c] += !quoted && header[i] == candidates[c];
    }
    for (size_t c = 1; c < sizeof candidates; c++)
        if (counts[c] > counts[best])
            best = c;
    return candidates[best];
}
