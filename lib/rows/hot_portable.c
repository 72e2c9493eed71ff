/* The inner loops in plain C, with eight bytes to a word. No step of a value depends on the value
 * before it, so that the processor has several of them in flight. Where compilers may count on SSE2
 * as every machine of the kind has it, two steps are written with it. */
#include "rows/hot_level.h"

#if defined(__SSE2__) && !defined(TLM_HOT_PLAIN)
#include <emmintrin.h>
#define TLM_HOT_SSE2 1
#else
#define TLM_HOT_SSE2 0
#endif

#include "rows/eisel_lemire.h"
#include "rows/hot_digits.h"

#define FIXED_SCALE 1e8

/* ---- separators ------------------------------------------------------------------------------ */

#if TLM_HOT_SSE2

typedef __m128i bytes16;

static inline bytes16 each(char c)
{
    return _mm_set1_epi8(c);
}

/* A bit for each of 64 bytes that is one of two characters. */
static inline uint64_t find_64(const char *p, bytes16 a, bytes16 b)
{
    uint64_t found = 0;
#pragma GCC unroll 4
    for (unsigned i = 0; i < 4; i++) {
        bytes16 bytes = _mm_loadu_si128((const __m128i *)(p + (size_t)i * 16));
        bytes16 equal = _mm_or_si128(_mm_cmpeq_epi8(bytes, a), _mm_cmpeq_epi8(bytes, b));
        found |= (uint64_t)(unsigned)_mm_movemask_epi8(equal) << 16 * i;
    }
    return found;
}

/* The control characters, and those above 0x7f: as signed numbers they are less than all others. */
static inline uint64_t find_below_space_64(const char *p)
{
    uint64_t found = 0;
#pragma GCC unroll 4
    for (unsigned i = 0; i < 4; i++) {
        bytes16 bytes = _mm_loadu_si128((const __m128i *)(p + (size_t)i * 16));
        bytes16 below = _mm_cmplt_epi8(bytes, each(0x20));
        found |= (uint64_t)(unsigned)_mm_movemask_epi8(below) << 16 * i;
    }
    return found;
}

#else

typedef uint8_t bytes16 __attribute__((vector_size(16)));

static inline bytes16 each(char c)
{
    return (bytes16){0} + (uint8_t)c;
}

/* Bit i of byte k to bit k of byte i. */
static inline uint64_t transpose(uint64_t x)
{
    uint64_t swap = (x ^ x >> 7) & UINT64_C(0x00aa00aa00aa00aa);
    x ^= swap ^ swap << 7;
    swap = (x ^ x >> 14) & UINT64_C(0x0000cccc0000cccc);
    x ^= swap ^ swap << 14;
    swap = (x ^ x >> 28) & UINT64_C(0x00000000f0f0f0f0);
    return x ^ swap ^ swap << 28;
}

/* The bytes of piece i have left bit 2i, or 2i + 1 for the second half of the piece, in one of
 * eight bytes. */
static inline uint64_t gather(bytes16 found)
{
    char halves[16];
    memcpy(halves, &found, sizeof found);
    return transpose(tlm__load8(halves) | tlm__load8(halves + 8) << 1);
}

/* A bit for each of 64 bytes that is one of two characters. */
static inline uint64_t find_64(const char *p, bytes16 a, bytes16 b)
{
    bytes16 found = {0};
#pragma GCC unroll 4
    for (unsigned i = 0; i < 4; i++) {
        bytes16 bytes;
        memcpy(&bytes, p + (size_t)i * 16, sizeof bytes);
        found |= ((bytes16)(bytes == a) | (bytes16)(bytes == b)) & (uint8_t)(1u << 2 * i);
    }
    return gather(found);
}

/* The control characters, and those above 0x7f. */
static inline uint64_t find_below_space_64(const char *p)
{
    bytes16 found = {0};
#pragma GCC unroll 4
    for (unsigned i = 0; i < 4; i++) {
        bytes16 bytes;
        memcpy(&bytes, p + (size_t)i * 16, sizeof bytes);
        bytes16 unlike = (bytes16)(bytes < 0x20) | (bytes16)(bytes > 0x7f);
        found |= unlike & (uint8_t)(1u << 2 * i);
    }
    return gather(found);
}

#endif

static inline unsigned count_bits(uint64_t x)
{
    x -= x >> 1 & UINT64_C(0x5555555555555555);
    x = (x & UINT64_C(0x3333333333333333)) + (x >> 2 & UINT64_C(0x3333333333333333));
    x = (x + (x >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (unsigned)(x * TLM_EACH_BYTE >> 56);
}

/* Writes the places of four bits, or of fewer and then others; drops them from bits. */
static inline uint64_t put_four(uint64_t bits, const char *text, size_t at, uint32_t *entry,
                                uint32_t **line)
{
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++) {
        size_t place = at + (size_t)__builtin_ctzll(bits | UINT64_C(1) << 63);
        entry[i] = **line = (uint32_t)(place + 1);
        *line += (text[place] == '\n') & (bits != 0);
        bits &= bits - 1;
    }
    return bits;
}

/* Notes what is unlike texts; returns the separators that count, newlines among them. */
static inline uint64_t look_at_text(const struct tlm_hot_piece *piece, size_t at,
                                    uint64_t separators)
{
    const char *p = piece->text + at;
    const uint64_t quotes = find_64(p, each('"'), each('"'));
    uint64_t unlike = find_below_space_64(p) | quotes;
    if (piece->json) {
        const struct tlm_hot_marks marks = {separators, find_64(p, each('\n'), each('\n')), quotes,
                                            find_64(p, each('\\'), each('\\'))};
        unlike |= marks.backslashes;
        separators = tlm__outside_strings(piece->quotes, &marks);
    }
    piece->unlike[(at - piece->from) / 64] = unlike;
    return separators;
}

/* How many there are of the 64 is hard to guess, that there are more than 4 or 8 less so. */
static inline __attribute__((always_inline)) void scan_any(const struct tlm_hot_piece *piece,
                                                           struct tlm_hot_found *found, bool texts)
{
    const bytes16 separator = each(piece->separator), newline = each('\n');
    uint32_t *entry = found->entries + found->n_entries, *line = found->lines + found->n_lines;
    for (size_t at = piece->from; at < piece->to; at += 64) {
        uint64_t bits = find_64(piece->text + at, separator, newline);
        if (texts)
            bits = look_at_text(piece, at, bits);
        if (piece->to - at < 64)
            bits &= (UINT64_C(1) << (piece->to - at)) - 1;
        const size_t n = count_bits(bits);
        bits = put_four(bits, piece->text, at, entry, &line);
        for (size_t i = 4; i < n; i += 4)
            bits = put_four(bits, piece->text, at, entry + i, &line);
        entry += n;
    }
    found->n_entries = (size_t)(entry - found->entries);
    found->n_lines = (size_t)(line - found->lines);
}

static void scan(const struct tlm_hot_piece *piece, struct tlm_hot_found *found)
{
    scan_any(piece, found, false);
}

static void scan_text(const struct tlm_hot_piece *piece, struct tlm_hot_found *found)
{
    scan_any(piece, found, true);
}

/* ---- literals -------------------------------------------------------------------------------- */

static uint64_t differ_long(const char *text, const uint32_t *places, size_t n,
                            const struct tlm_hot_literal *literal)
{
    uint64_t differ = 0;
    for (size_t r = 0; r < n; r++)
        differ |= (uint64_t)(memcmp(text + places[r], literal->text, literal->len) != 0) << r;
    return differ;
}

static uint64_t differ(const char *text, const uint32_t *places, size_t n,
                       const struct tlm_hot_literal *literal)
{
    if (!literal->len)
        return 0;
    if (literal->len > 16)
        return differ_long(text, places, n, literal);
    size_t last = literal->len > 8 ? literal->len - 8 : 0,
           len = literal->len < 8 ? literal->len : 8;
    const uint64_t mask = UINT64_MAX >> (64 - 8 * len);
    const uint64_t a = tlm__load8(literal->text), b = tlm__load8(literal->text + last);
    uint64_t any = 0;
    for (size_t r = 0; r < n; r++) {
        const char *p = text + places[r];
        any |= (tlm__load8(p) ^ a) | (tlm__load8(p + last) ^ b);
    }
    return any & mask ? differ_long(text, places, n, literal) : 0;
}

/* ---- numbers --------------------------------------------------------------------------------- */

static inline uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* A decimal cut in two at its point: eight digits each, zeros before and behind them. */
struct parts {
    uint64_t whole, fraction;
    uint64_t sign; /* the highest bit */
};

/* 256^(8 - n): moves n bytes to the end of a word. */
static const uint64_t move_right[8] = {0,
                                       UINT64_C(1) << 56,
                                       UINT64_C(1) << 48,
                                       UINT64_C(1) << 40,
                                       UINT64_C(1) << 32,
                                       UINT64_C(1) << 24,
                                       UINT64_C(1) << 16,
                                       UINT64_C(1) << 8};

/* Keeps the first n bytes of a word. */
static const uint64_t keep_left[16] = {0,
                                       UINT64_MAX >> 56,
                                       UINT64_MAX >> 48,
                                       UINT64_MAX >> 40,
                                       UINT64_MAX >> 32,
                                       UINT64_MAX >> 24,
                                       UINT64_MAX >> 16,
                                       UINT64_MAX >> 8,
                                       UINT64_MAX};

/* Returns 0 when text is such a decimal, but for the digits of the fraction: those may be others.
 * Without branches, which would be guessed wrong. */
static inline uint64_t cut_decimal(const char *text, size_t start, size_t end, struct parts *parts)
{
    const char *p = text + start;
    const size_t negative = *p == '-';
    p += negative;
    const uint64_t whole = tlm__digits8(p);
    const size_t n_whole = (size_t)__builtin_ctzll(tlm__no_digits(whole) | UINT64_C(1) << 63) / 8;
    const size_t n_fraction = end - start - negative - n_whole - 1;
    parts->whole = whole * move_right[n_whole];
    parts->fraction = tlm__digits8(p + n_whole + 1) & keep_left[n_fraction & 15];
    parts->sign = (uint64_t)negative << 63;
    const uint64_t zero_first = ((whole & 0xff) - 1) & (1 - (uint64_t)n_whole);
    return (((n_whole - 1) | (n_fraction - 1)) & ~(size_t)7) | (size_t)(p[n_whole] ^ '.') |
           zero_first >> 63;
}

#if TLM_HOT_SSE2

/* Groups of four digits, as integers. */
static inline __m128i fours(__m128i digits)
{
    const __m128i ten = _mm_set1_epi16(10), hundreds = _mm_set1_epi32(0x00010064);
    __m128i first = _mm_and_si128(digits, _mm_set1_epi16(0xff));
    __m128i pairs = _mm_add_epi16(_mm_mullo_epi16(first, ten), _mm_srli_epi16(digits, 8));
    return _mm_madd_epi16(pairs, hundreds);
}

/* Two values. Returns what is not zero when some byte is no digit. */
static inline uint64_t put_two(const struct parts *parts, uint64_t *out)
{
    const __m128i nine = _mm_set1_epi8(9);
    const __m128d base = _mm_set1_pd(0x1p52);
    const __m128i a = _mm_loadu_si128((const __m128i *)&parts[0].whole);
    const __m128i b = _mm_loadu_si128((const __m128i *)&parts[1].whole);
    const __m128i over = _mm_or_si128(_mm_subs_epu8(a, nine), _mm_subs_epu8(b, nine));
    __m128i eights = _mm_packs_epi32(fours(a), fours(b));
    eights = _mm_madd_epi16(eights, _mm_set1_epi32(0x00012710));
    __m128i digits = _mm_add_epi64(_mm_mul_epu32(eights, _mm_set1_epi64x(100000000)),
                                   _mm_srli_epi64(eights, 32));
    /* Below 2^52: put behind the digits of 2^52, which is taken off again. */
    digits = _mm_or_si128(digits, _mm_castpd_si128(base));
    __m128d value = _mm_sub_pd(_mm_castsi128_pd(digits), base);
    value = _mm_div_pd(value, _mm_set1_pd(FIXED_SCALE));
    _mm_storeu_si128((__m128i *)out, _mm_castpd_si128(value));
    out[0] |= parts[0].sign; /* NOLINT(clang-analyzer-core.*): stored two lines above */
    out[1] |= parts[1].sign; /* NOLINT(clang-analyzer-core.*) */
    return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(over, _mm_setzero_si128())) ^ 0xffff;
}

#else

static inline uint64_t put_one(const struct parts *parts, uint64_t *out)
{
    uint64_t digits = tlm__value8(parts->whole) * 100000000 + tlm__value8(parts->fraction);
    *out = bits_of((double)(int64_t)digits / FIXED_SCALE) | parts->sign;
    return tlm__no_digits(parts->fraction);
}

/* Two values. Returns what is not zero when some byte is no digit. */
static inline uint64_t put_two(const struct parts *parts, uint64_t *out)
{
    return put_one(parts, out) | put_one(parts + 1, out + 1);
}

#endif

static __attribute__((noinline)) uint64_t refused_fixed(const char *text,
                                                        const struct tlm_hot_spans *spans, size_t n)
{
    uint64_t refused = 0;
    for (size_t r = 0; r < n; r++) {
        struct parts parts;
        uint64_t bad = cut_decimal(text, spans->start[r], spans->end[r], &parts);
        refused |= (uint64_t)((bad | tlm__no_digits(parts.fraction)) != 0) << r;
    }
    return refused;
}

/* Up to 7 digits before the point and 8 behind it make an integer of 10^-8 below 2^53, so that one
 * division rounds correctly. */
static uint64_t fixed(const char *text, const struct tlm_hot_spans *spans, size_t n, uint64_t *out)
{
    struct parts parts[TLM_HOT_ROWS];
    uint64_t bad = 0;
    for (size_t r = 0; r < ((n + 1) & ~(size_t)1); r++)
        bad |= cut_decimal(text, spans->start[r], spans->end[r], &parts[r]);
    for (size_t r = 0; r < n; r += 2)
        bad |= put_two(&parts[r], &out[r]);
    return bad ? refused_fixed(text, spans, n) : 0;
}

/* Up to 16 digits in two overlapping words. */
static uint64_t integer(const char *text, const struct tlm_hot_spans *spans, size_t n,
                        uint64_t *out)
{
    uint64_t refused = 0;
    for (size_t r = 0; r < n; r++) {
        const char *p = text + spans->start[r];
        const size_t negative = *p == '-', len = (size_t)spans->end[r] - spans->start[r] - negative;
        p += negative;
        uint64_t first = tlm__digits8(p), last = 0;
        bool bad = (len - 1 >= 16) | ((first & 0xff) == 0 && (len > 1 || negative));
        if (len > 8 && !bad) {
            last = tlm__digits8(p + len - 8);
            first = tlm__digits_right(first, len - 8);
        } else {
            last = tlm__digits_right(first, len - 1 < 8 ? len : 8);
            first = 0;
        }
        bad |= (tlm__no_digits(first) | tlm__no_digits(last)) != 0;
        int64_t value = (int64_t)(tlm__value8(first) * 100000000 + tlm__value8(last));
        out[r] = (uint64_t)(negative ? -value : value);
        refused |= (uint64_t)bad << r; /* NOLINT(clang-analyzer-core.*): r is below 64 */
    }
    return refused;
}

/* ---- decimals of many digits ----------------------------------------------------------------- */

enum { WIDE_DIGITS = 19, WIDE_BACK = 24 };

static const uint64_t powers[WIDE_DIGITS + 1] = {1,
                                                 10,
                                                 100,
                                                 1000,
                                                 10000,
                                                 100000,
                                                 1000000,
                                                 10000000,
                                                 100000000,
                                                 1000000000,
                                                 10000000000,
                                                 100000000000,
                                                 1000000000000,
                                                 10000000000000,
                                                 100000000000000,
                                                 1000000000000000,
                                                 10000000000000000,
                                                 100000000000000000,
                                                 1000000000000000000,
                                                 10000000000000000000u};

/* digits / 10^n_fraction, and its sign. */
struct scaled {
    uint64_t digits;
    uint32_t n_fraction;
    bool negative;
};

/* Of the 8 characters before `end`, the digits among the n last ones. */
static inline uint64_t last_digits(const char *end, size_t n, uint64_t *bad)
{
    const size_t kept = n < 8 ? n : 8;
    uint64_t digits = tlm__digits8(end - 8);
    digits = kept ? digits >> (64 - 8 * kept) << (64 - 8 * kept) : 0;
    *bad |= tlm__no_digits(digits);
    return tlm__value8(digits);
}

/* Up to 7 digits before the point and 18 in all: read back from the end, so that how many there are
 * decides nothing but masks. Returns 0 when text is such a decimal. */
static inline uint64_t read_scaled(const char *text, size_t start, size_t end,
                                   struct scaled *scaled)
{
    const char *p = text + start;
    const size_t negative = *p == '-';
    p += negative;
    const uint64_t whole = tlm__digits8(p);
    const uint64_t stop = tlm__no_digits(whole);
    const size_t n_whole = stop ? (size_t)__builtin_ctzll(stop) / 8 : 8;
    const size_t n_fraction = end - start - negative - n_whole - 1;
    *scaled = (struct scaled){0};
    if (end < WIDE_BACK || n_whole - 1 >= 7 || n_fraction - 1 >= WIDE_DIGITS - 1 ||
        n_whole + n_fraction > WIDE_DIGITS || p[n_whole] != '.' ||
        (n_whole > 1 && (whole & 0xff) == 0))
        return 1;
    const char *back = text + end;
    uint64_t bad = 0;
    uint64_t low = last_digits(back, n_fraction, &bad);
    uint64_t middle = last_digits(back - 8, n_fraction > 8 ? n_fraction - 8 : 0, &bad);
    uint64_t high = last_digits(back - 16, n_fraction > 16 ? n_fraction - 16 : 0, &bad);
    scaled->digits = (high * 100000000 + middle) * 100000000 + low +
                     tlm__value8(tlm__digits_right(whole, n_whole)) * powers[n_fraction];
    scaled->n_fraction = (uint32_t)n_fraction;
    scaled->negative = negative;
    return bad;
}

static uint64_t wide(const char *text, const struct tlm_hot_spans *spans, size_t n, uint64_t *out)
{
    struct scaled scaled[TLM_HOT_ROWS];
    uint64_t refused = 0;
    for (size_t r = 0; r < n; r++) {
        uint64_t bad = read_scaled(text, spans->start[r], spans->end[r], &scaled[r]);
        refused |= (uint64_t)(bad != 0) << r;
    }
    for (size_t r = 0; r < n; r++)
        out[r] = bits_of(tlm__eisel_lemire(scaled[r].digits, -(int64_t)scaled[r].n_fraction)) |
                 (uint64_t)scaled[r].negative << 63;
    return refused;
}

const struct tlm_hot_level tlm__hot_portable = {"portable", scan,    scan_text, differ,
                                                fixed,      integer, wide};
