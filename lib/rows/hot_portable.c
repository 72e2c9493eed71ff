/* The inner loops in plain C, with eight bytes to a word. No step of a value depends on the value
 * before it, so that the processor has several of them in flight. */
#include <float.h>

#include "rows/hot_digits.h"
#include "rows/hot_level.h"
#include "rows/number.h"

#define FIXED_SCALE 1e8

/* ---- separators ------------------------------------------------------------------------------ */

/* The highest bit of each byte that is one of two characters, exactly. */
static inline uint64_t equal_bytes(uint64_t word, uint64_t a, uint64_t b)
{
    const uint64_t low = ~TLM_HIGH_BITS;
    uint64_t seven = word & low;
    return ~((((seven ^ a) + low) & ((seven ^ b) + low)) | word) & TLM_HIGH_BITS;
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

/* A bit for each of 64 bytes that is one of two characters, which are below 128. */
static inline uint64_t find_64(const char *p, uint64_t a, uint64_t b)
{
    uint64_t found = 0;
    for (unsigned i = 0; i < 8; i++)
        found |= equal_bytes(tlm__load8(p + (size_t)i * 8), a, b) >> (7 - i);
    return transpose(found);
}

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
    for (size_t i = 0; i < 4; i++) {
        size_t place = at + (size_t)__builtin_ctzll(bits | UINT64_C(1) << 63);
        entry[i] = **line = (uint32_t)(place + 1);
        *line += (text[place] == '\n') & (bits != 0);
        bits &= bits - 1;
    }
    return bits;
}

/* How many there are of the 64 is hard to guess, that there are more than 4 or 8 less so. */
static void scan(const struct tlm_hot_piece *piece, struct tlm_hot_found *found)
{
    const uint64_t separator = TLM_EACH_BYTE * (unsigned char)piece->separator;
    const uint64_t newline = TLM_EACH_BYTE * '\n';
    uint32_t *entry = found->entries + found->n_entries, *line = found->lines + found->n_lines;
    for (size_t at = piece->from; at < piece->to; at += 64) {
        uint64_t bits = find_64(piece->text + at, separator, newline);
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

/* The rows with a word that is not zero. */
static uint64_t rows_marked(const uint64_t *words, size_t n)
{
    uint64_t marked = 0;
    for (size_t r = 0; r < n; r++)
        marked |= (uint64_t)(words[r] != 0) << r;
    return marked;
}

/* A decimal cut in two at its point. */
struct parts {
    uint64_t whole, fraction; /* digits, zeros before and behind them */
    uint64_t sign;            /* the highest bit */
};

/* Returns 0 when text is such a decimal. Without branches, which would be guessed wrong. */
static inline uint64_t cut_decimal(const char *text, size_t start, size_t end, struct parts *parts)
{
    const char *p = text + start;
    const size_t negative = *p == '-';
    p += negative;
    const uint64_t whole = tlm__digits8(p);
    const size_t whole_bits =
        (size_t)__builtin_ctzll(tlm__no_digits(whole) | UINT64_C(1) << 63) & ~(size_t)7;
    const size_t n_whole = whole_bits / 8, n_fraction = end - start - negative - n_whole - 1;
    /* Any number of digits gives some mask; only 1 to 8 of them are taken. */
    const size_t cut_bits = (8 - n_fraction) * 8 & 63;
    const uint64_t fraction = tlm__digits8(p + n_whole + 1) & UINT64_MAX >> cut_bits;
    parts->whole = whole << ((64 - whole_bits) & 63);
    parts->fraction = fraction;
    parts->sign = (uint64_t)negative << 63;
    const uint64_t zero_first = ((whole & 0xff) - 1) & (1 - (uint64_t)n_whole);
    return (((n_whole - 1) | (n_fraction - 1)) & ~(size_t)7) | (size_t)(p[n_whole] ^ '.') |
           tlm__no_digits(fraction) | zero_first >> 63;
}

/* Up to 7 digits before the point and 8 behind it make an integer of 10^-8 below 2^53, so that one
 * division rounds correctly. */
static uint64_t fixed(const char *text, const struct tlm_hot_spans *spans, size_t n, uint64_t *out)
{
    struct parts parts[TLM_HOT_ROWS];
    uint64_t bad[TLM_HOT_ROWS], any = 0;
    for (size_t r = 0; r < n; r++) {
        bad[r] = cut_decimal(text, spans->start[r], spans->end[r], &parts[r]);
        any |= bad[r];
    }
    for (size_t r = 0; r < n; r++) {
        uint64_t digits = tlm__value8(parts[r].whole) * 100000000 + tlm__value8(parts[r].fraction);
        out[r] = bits_of((double)(int64_t)digits / FIXED_SCALE) | parts[r].sign;
    }
    return any ? rows_marked(bad, n) : 0;
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
        refused |= (uint64_t)bad << r;
    }
    return refused;
}

static uint64_t wide(const char *text, const struct tlm_hot_spans *spans, size_t n, uint64_t *out)
{
    uint64_t refused = 0;
    for (size_t r = 0; r < n; r++) {
        struct tlm_number number = {.kind = TLM_NUMBER_NONE};
        size_t len = (size_t)spans->end[r] - spans->start[r];
        bool taken = len - 1 < 40 && tlm__number_scan(text + spans->start[r], len, &number) == len;
        if (number.kind == TLM_NUMBER_DOUBLE)
            out[r] = bits_of(number.real);
        else
            taken = false;
        refused |= (uint64_t)!taken << r;
    }
    return refused;
}

const struct tlm_hot_level tlm__hot_portable = {"portable", scan, differ, fixed, integer, wide};
