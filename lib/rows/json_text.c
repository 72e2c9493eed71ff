#include "rows/json_text.h"

#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/utf8.h"
#include "rows/parse_json.h"

#define EACH_BYTE UINT64_C(0x0101010101010101)

enum tlm_code tlm__json_fail(struct tlm_json_fault *fault, enum tlm_code code, const char *at,
                             const char *why)
{
    *fault = (struct tlm_json_fault){.code = code, .at = at, .why = why};
    return code;
}

enum tlm_code tlm__json_expect(struct tlm_json_fault *fault, const char *at, const char *what)
{
    *fault =
        (struct tlm_json_fault){.code = TLM_ROW_SYNTAX, .at = at, .why = what, .expected = true};
    return TLM_ROW_SYNTAX;
}

enum tlm_code tlm__json_fail_value(struct tlm_json_fault *fault, const char *at, const char *end)
{
    if (at < end && (*at == '-' || (*at >= '0' && *at <= '9')))
        return tlm__json_fail(fault, TLM_ROW_SYNTAX, at, "a malformed number");
    return tlm__json_expect(fault, at, "expected a value");
}

/* ---- UTF-8 ---------------------------------------------------------------------------------- */

/* Eight bytes, the first one lowest. */
static inline uint64_t load(const char *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static const char *ascii_end(const char *p, const char *end)
{
    for (; end - p >= 8; p += 8) {
        uint64_t high = load(p) & (EACH_BYTE << 7);
        if (high)
            return p + (__builtin_ctzll(high) >> 3);
    }
    while (p < end && (unsigned char)*p < 0x80)
        p++;
    return p;
}

bool tlm__utf8_valid(const char *text, size_t len)
{
    const char *p = text, *end = text + len;
    while ((p = ascii_end(p, end)) < end) {
        size_t n;
        for (; p < end && (unsigned char)*p >= 0x80; p += n)
            if (!(n = tlm__utf8_length(p, end)))
                return false;
    }
    return true;
}

/* ---- strings -------------------------------------------------------------------------------- */

static inline bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

#if defined(__SSE2__)
/* A bit for each of the 16 bytes that is not plain. */
static inline uint32_t marks16(const char *p)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
    __m128i others = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                  _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    /* Signed: bytes above 0x7f are below the space too. */
    others = _mm_or_si128(others, _mm_cmplt_epi8(bytes, _mm_set1_epi8(' ')));
    return (uint32_t)_mm_movemask_epi8(others);
}
#endif

/* The first byte that is not plain. In a word, a byte of `marks` is set for each byte that is
 * not; borrows can only mark bytes above one that is marked rightly, and the lowest counts. */
static inline const char *plain_end8(const char *p, const char *end)
{
    for (; end - p >= 8; p += 8) {
        uint64_t word = load(p);
        uint64_t marks = (word - EACH_BYTE * 0x20) | ((word ^ (EACH_BYTE * '"')) - EACH_BYTE) |
                         ((word ^ (EACH_BYTE * '\\')) - EACH_BYTE) | word;
        marks &= EACH_BYTE << 7;
        if (marks)
            return p + (__builtin_ctzll(marks) >> 3);
    }
    while (p < end && is_plain((unsigned char)*p))
        p++;
    return p;
}

/* The same. Most strings end in the first 32 bytes, which are looked at without a branch. */
static inline const char *plain_end(const char *p, const char *end)
{
#if defined(__SSE2__)
    for (; end - p >= 32; p += 32) {
        uint32_t marks = marks16(p) | marks16(p + 16) << 16;
        if (marks)
            return p + __builtin_ctz(marks);
    }
#endif
    return plain_end8(p, end);
}

/* The four hexadecimal digits at p, or -1. */
static int32_t hex4(const char *p, const char *end)
{
    if (end - p < 4)
        return -1;
    int32_t value = 0;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

static bool is_low_surrogate(const char *p, const char *end)
{
    return tlm__json_starts(p, end, "\\u", 2) && (hex4(p + 2, end) & ~0x3ff) == 0xdc00;
}

/* What a backslash and the character mean, 0 when that is more than one character or nothing. */
static const char named_escapes[256] = {
    ['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
    ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
};

static inline char named_escape(char c)
{
    return named_escapes[(unsigned char)c];
}

/* Length of the escape at p (both halves of a pair), or 0 with fault filled in. */
static size_t escape_length(const char *p, const char *end, struct tlm_json_fault *fault)
{
    if (end - p >= 2 && named_escape(p[1]))
        return 2;
    if (end - p < 2 || p[1] != 'u') {
        tlm__json_expect(fault, p + 1, "expected one of \"\\/bfnrtu after a backslash");
        return 0;
    }
    int32_t unit = hex4(p + 2, end);
    if (unit < 0) {
        tlm__json_fail(fault, TLM_ROW_SYNTAX, p, "\\u without four hexadecimal digits");
        return 0;
    }
    if ((unit & ~0x7ff) != 0xd800)
        return 6;
    if (unit < 0xdc00 && is_low_surrogate(p + 6, end))
        return 12;
    tlm__json_fail(fault, TLM_ROW_UTF8, p, "a lone surrogate in a \\u escape");
    return 0;
}

const char *tlm__json_string_end(const char *p, const char *end, bool *escaped,
                                 struct tlm_json_fault *fault)
{
    const char *start = p;
    *escaped = false;
    while ((p = plain_end(p, end)) < end && *p != '"') {
        size_t n = 0;
        if (*p == '\\') {
            *escaped = true;
            n = escape_length(p, end, fault);
        } else if ((unsigned char)*p < 0x20) {
            tlm__json_fail(fault, TLM_ROW_SYNTAX, p, "a control character in a string");
        } else if (!(n = tlm__utf8_length(p, end))) {
            tlm__json_fail(fault, TLM_ROW_UTF8, p, "text that is not UTF-8");
        }
        if (!n)
            return NULL;
        p += n;
    }
    if (p < end)
        return p;
    tlm__json_fail(fault, TLM_ROW_SYNTAX, start - 1, "a string that is never closed");
    return NULL;
}

static size_t put_utf8(char *out, int32_t code)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)((0xf00 >> len & 0xff) | code);
    return len;
}

/* Decodes the escape at *p and steps over it. */
static size_t decode_escape(const char **p, const char *end, char *out)
{
    const char *escape = *p;
    *p += 2;
    if (escape[1] != 'u') {
        *out = named_escape(escape[1]);
        return 1;
    }
    int32_t code = hex4(escape + 2, end);
    *p += 4;
    if ((code & ~0x3ff) == 0xd800) {
        code = 0x10000 + ((code & 0x3ff) << 10) + (hex4(escape + 8, end) & 0x3ff);
        *p += 6;
    }
    return put_utf8(out, code);
}

/* Copies what comes before the next backslash, whose place is returned, or all. Up to a vector
 * behind it may go along: the output is never ahead of the text. */
static inline const char *copy_unescaped(const char *p, const char *end, char *to)
{
#if defined(__SSE2__)
    for (; end - p >= 16; p += 16, to += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
        _mm_storeu_si128((__m128i *)(void *)to, bytes);
        unsigned marks = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
        if (marks)
            return p + __builtin_ctz(marks);
    }
#endif
    for (; end - p >= 8; p += 8, to += 8) {
        memcpy(to, p, 8);
        uint64_t marks = load(p) ^ EACH_BYTE * '\\';
        marks = (marks - EACH_BYTE) & ~marks & (EACH_BYTE << 7);
        if (marks)
            return p + (__builtin_ctzll(marks) >> 3);
    }
    while (p < end && *p != '\\')
        *to++ = *p++;
    return p;
}

size_t tlm__json_decode(const char *text, size_t len, char *out)
{
    const char *p = text, *end = text + len;
    char *to = out;
    while (p < end) {
        const char *escape = copy_unescaped(p, end, to);
        to += escape - p;
        p = escape;
        while (p < end && *p == '\\')
            to += decode_escape(&p, end, to);
    }
    return (size_t)(to - out);
}

static bool quote_byte(char c, struct tlm_buf *out)
{
    static const char hex[] = "0123456789abcdef";
    static const char named[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    for (size_t i = 0; i < sizeof named - 1; i += 2)
        if (named[i] == c)
            return tlm__buf_append(out, (char[]){'\\', named[i + 1]}, 2);
    return tlm__buf_append(out, (char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]}, 6);
}

bool tlm__json_quote(const char *text, size_t len, struct tlm_buf *out)
{
    const char *p = text, *end = text + len;
    if (!tlm__buf_append_byte(out, '"'))
        return false;
    while (p < end) {
        const char *run = p;
        while ((p = plain_end(p, end)) < end && (unsigned char)*p >= 0x80)
            p++;
        if (!tlm__buf_append(out, run, (size_t)(p - run)) || (p < end && !quote_byte(*p++, out)))
            return false;
    }
    return tlm__buf_append_byte(out, '"');
}

/* ---- numbers -------------------------------------------------------------------------------- */

static inline const char *digits_end(const char *p, const char *end)
{
    for (; end - p >= 8; p += 8) {
        uint64_t digits = load(p) ^ EACH_BYTE * '0';
        uint64_t others = ((digits + EACH_BYTE * 0x76) | digits) & (EACH_BYTE << 7);
        if (others)
            return p + (__builtin_ctzll(others) >> 3);
    }
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return p;
}

size_t tlm__json_number_length(const char *p, const char *end)
{
    const char *start = p, *digits = p + (p < end && *p == '-');
    p = digits_end(digits, end);
    if (p == digits || (*digits == '0' && p > digits + 1))
        return 0;
    if (p < end && *p == '.') {
        const char *fraction = digits_end(p + 1, end);
        if (fraction == p + 1)
            return 0;
        p = fraction;
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        const char *exponent = p + 1;
        if (exponent < end && (*exponent == '+' || *exponent == '-'))
            exponent++;
        p = digits_end(exponent, end);
        if (p == exponent)
            return 0;
    }
    return (size_t)(p - start);
}

size_t tlm__json_non_finite_length(const char *p, const char *end)
{
    if (tlm__json_starts(p, end, "NaN", 3))
        return 3;
    if (tlm__json_starts(p, end, "Infinity", 8))
        return 8;
    return tlm__json_starts(p, end, "-Infinity", 9) ? 9 : 0;
}
