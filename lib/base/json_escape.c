#include "base/json_escape.h"

#include <string.h>

enum { ESCAPE_MAX = 6 }; /* \u00NN */

static bool is_plain(uint8_t c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* The high bit of each byte that may not be plain: for the lowest such byte this is exact. */
static uint64_t special_in(uint64_t word)
{
    const uint64_t ones = 0x0101010101010101, high = 0x8080808080808080;
    uint64_t quote = word ^ (ones * '"'), slash = word ^ (ones * '\\');
    uint64_t found = (word - ones * 0x20) | (quote - ones) | (slash - ones) | (word + ones);
    return (found | word) & high;
}

/* Bytes at the start that can be copied. */
static size_t plain_run(const uint8_t *p, size_t len)
{
    size_t n = 0;
    for (uint64_t word; len - n >= sizeof word; n += sizeof word) {
        memcpy(&word, p + n, sizeof word);
        if (special_in(word))
            break;
    }
    while (n < len && is_plain(p[n]))
        n++;
    return n;
}

static char short_escape(uint8_t c)
{
    switch (c) {
    case '"':
    case '\\':
        return (char)c;
    case '\n':
        return 'n';
    case '\t':
        return 't';
    case '\r':
        return 'r';
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    }
    return 0;
}

static bool append_escape(struct tlm_buf *out, uint8_t c)
{
    static const char hex[] = "0123456789abcdef";
    char named = short_escape(c);
    if (named)
        return tlm__buf_append(out, (char[]){'\\', named}, 2);
    return tlm__buf_append(out, (char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]},
                           ESCAPE_MAX);
}

/* Bytes that the first byte of a sequence asks for, or 0, and what its second byte may be. */
static size_t sequence_length(uint8_t lead, uint8_t *first, uint8_t *last)
{
    *first = 0x80;
    *last = 0xbf;
    if (lead >= 0xc2 && lead <= 0xdf)
        return 2;
    if (lead >= 0xe0 && lead <= 0xef) {
        *first = lead == 0xe0 ? 0xa0 : 0x80; /* shorter forms exist */
        *last = lead == 0xed ? 0x9f : 0xbf;  /* surrogates */
        return 3;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        *first = lead == 0xf0 ? 0x90 : 0x80;
        *last = lead == 0xf4 ? 0x8f : 0xbf; /* beyond U+10FFFF */
        return 4;
    }
    return 0;
}

/* The length of the sequence at p, or of the piece of one that is not valid. */
static size_t sequence_at(const uint8_t *p, size_t len, bool *valid)
{
    uint8_t first, last;
    size_t want = sequence_length(p[0], &first, &last), n = 1;
    while (n < want && n < len && p[n] >= first && p[n] <= last) {
        n++;
        first = 0x80;
        last = 0xbf;
    }
    *valid = want && n == want;
    return n;
}

static bool append_sequence(struct tlm_buf *out, const uint8_t *p, size_t len, size_t *used)
{
    bool valid;
    *used = sequence_at(p, len, &valid);
    return valid ? tlm__buf_append(out, p, *used) : tlm__buf_append(out, "\xef\xbf\xbd", 3);
}

bool tlm__json_escape(struct tlm_buf *out, const char *text, size_t len)
{
    const uint8_t *p = (const uint8_t *)text;
    bool ok = tlm__buf_append_byte(out, '"');
    for (size_t at = 0, n = 0; ok && at < len; at += n) {
        n = plain_run(p + at, len - at);
        if (n)
            ok = tlm__buf_append(out, p + at, n);
        else if (p[at] >= 0x80)
            ok = append_sequence(out, p + at, len - at, &n);
        else if ((n = 1) != 0 && p[at] == 0x7f)
            ok = tlm__buf_append_byte(out, 0x7f);
        else
            ok = append_escape(out, p[at]);
    }
    return ok && tlm__buf_append_byte(out, '"');
}

bool tlm__json_escape_bytes(struct tlm_buf *out, const uint8_t *bytes, size_t len)
{
    bool ok = tlm__buf_append_byte(out, '"');
    for (size_t at = 0; ok && at < len;) {
        size_t n = plain_run(bytes + at, len - at);
        if (n)
            ok = tlm__buf_append(out, bytes + at, n);
        else
            ok = append_escape(out, bytes[at]);
        at += n ? n : 1;
    }
    return ok && tlm__buf_append_byte(out, '"');
}
