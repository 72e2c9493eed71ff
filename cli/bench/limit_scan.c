#include "bench/limit_scan.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

#define BLOCK 64
#define STRETCH 4096
#define ZEROS UINT64_C(0x3030303030303030)
#define INLINE static inline __attribute__((always_inline))

typedef uint8_t bytes16 __attribute__((vector_size(16)));

/* ---- where numbers begin -------------------------------------------------------------------- */

/* A bit for each byte of match, which are 0 or 255. */
INLINE uint64_t bits_of(bytes16 match)
{
#ifdef __x86_64__
    return (uint16_t)_mm_movemask_epi8((__m128i)match);
#else
    uint64_t half[2];
    memcpy(half, &match, sizeof half);
    for (int i = 0; i < 2; i++)
        half[i] = ((half[i] & 0x8040201008040201U) * 0x0101010101010101U) >> 56;
    return half[0] | half[1] << 8;
#endif
}

/* A bit for each byte of a block that a number may follow. */
INLINE uint64_t starts_of(const char *block, bool csv)
{
    uint64_t bits = 0;
    for (unsigned i = 0; i < BLOCK / 16; i++) {
        bytes16 bytes;
        memcpy(&bytes, block + (size_t)16 * i, 16);
        bytes16 match = csv ? (bytes16)((bytes == ',') | (bytes == '\n')) : (bytes16)(bytes == ':');
        bits |= bits_of(match) << 16 * i;
    }
    return bits;
}

/* Writes where the numbers of a stretch begin, four at a time, so that how many a block has is
 * seldom a surprise to the processor; at has room for four more. Returns how many. */
INLINE size_t find_starts(const char *text, size_t len, bool csv, uint16_t *at)
{
    size_t count = 0;
    for (size_t i = 0; i < len; i += BLOCK) {
        uint64_t starts = starts_of(text + i, csv);
        if (len - i < BLOCK)
            starts &= (UINT64_C(1) << (len - i)) - 1;
        size_t found = (size_t)__builtin_popcountll(starts);
        for (size_t k = 0; k < found; k += 4)
            for (size_t j = 0; j < 4; j++, starts &= starts - 1)
                at[count + k + j] =
                    (uint16_t)(i + (size_t)__builtin_ctzll(starts | UINT64_C(1) << 63));
        count += found;
    }
    return count;
}

/* ---- numbers that are not plain decimals ---------------------------------------------------- */

INLINE uint64_t load8(const char *at)
{
    uint64_t bytes;
    memcpy(&bytes, at, sizeof bytes);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    bytes = __builtin_bswap64(bytes);
#endif
    return bytes;
}

/* How many of eight characters are digits, up to the first that is not. */
INLINE unsigned count_digits(uint64_t text)
{
    uint64_t value = text ^ ZEROS;
    uint64_t other = ((value + 0x7676767676767676U) | value) & 0x8080808080808080U;
    return other ? (unsigned)__builtin_ctzll(other) / 8 : 8;
}

/* Eight values from 0 to 9, the first in the lowest byte. */
INLINE uint64_t join_digits(uint64_t digits)
{
    digits = digits * 10 + (digits >> 8);
    return (((digits & 0x000000ff000000ffU) * 0x000f424000000064U) +
            (((digits >> 16) & 0x000000ff000000ffU) * 0x0000271000000001U)) >>
           32;
}

/* The first n characters of eight as an integer; n from 0 to 7. */
INLINE uint64_t leading(uint64_t text, unsigned n)
{
    return n ? join_digits((text ^ ZEROS) << (64 - 8 * n)) : 0;
}

INLINE bool is_end(char c)
{
    return c == ',' || c == '}' || c == '\n' || c == '\r';
}

/* Integers of 16 to 19 digits: times. */
INLINE bool take_time(const char *at, double *value)
{
    static const uint64_t power[] = {1, 10, 100, 1000};
    uint64_t high = load8(at), low = load8(at + 8), last = load8(at + 16);
    unsigned n = count_digits(last);
    if (count_digits(high) < 8 || count_digits(low) < 8 || n > 3 || !is_end(at[16 + n]))
        return false;
    uint64_t whole = join_digits(high ^ ZEROS) * 100000000 + join_digits(low ^ ZEROS);
    *value = (double)(whole * power[n] + leading(last, n));
    return true;
}

static __attribute__((noinline)) bool take_other(const char *at, double *value)
{
    char *end;
    if (take_time(at, value))
        return true;
    if ((*at < '0' || *at > '9') && *at != '-')
        return false;
    *value = strtod(at, &end);
    return end != at && is_end(*end);
}

/* ---- plain decimals ------------------------------------------------------------------------- */

/* At most seven digits on either side of the dot make less than 2^53 hundred-millionths, so that
 * one division rounds once. */
INLINE double divide(bool negative, uint64_t hundred_millionths)
{
    double value = (double)(int64_t)hundred_millionths / 1e8;
    return negative ? -value : value;
}

INLINE bool take_portable(const char *at, double *value, const bytes16 *order)
{
    (void)order;
    bool negative = *at == '-';
    const char *digits = at + negative;
    uint64_t text = load8(digits);
    unsigned n = count_digits(text);
    uint64_t behind = load8(digits + n + 1);
    unsigned decimals = count_digits(behind);
    if (n - 1 >= 7 || digits[n] != '.' || decimals - 1 >= 7 || !is_end(digits[n + 1 + decimals]))
        return take_other(at, value);
    uint64_t fraction = join_digits((behind ^ ZEROS) & ((UINT64_C(1) << 8 * decimals) - 1));
    *value = divide(negative, leading(text, n) * 100000000 + fraction);
    return true;
}

#ifdef __x86_64__
#define AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))

/* For n digits before the dot and d behind: which character of a number is which of eight digits
 * of the whole and eight of the fraction; 128 is none. */
static void set_order(bytes16 *order)
{
    for (int n = 0; n < 8; n++)
        for (int d = 0; d < 8; d++)
            for (int i = 0; i < 8; i++) {
                order[n * 8 + d][i] = (uint8_t)(i < 8 - n ? 128 : i - (8 - n));
                order[n * 8 + d][8 + i] = (uint8_t)(i < d ? n + 1 + i : 128);
            }
}

AVX2 INLINE bool take_avx2(const char *at, double *value, const bytes16 *order)
{
    bool negative = *at == '-';
    const char *text = at + negative;
    __m128i digits = _mm_sub_epi8(_mm_loadu_si128((const __m128i *)text), _mm_set1_epi8('0'));
    __m128i is_digit = _mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits);
    uint32_t others = ~(uint32_t)_mm_movemask_epi8(is_digit);
    unsigned n = (unsigned)__builtin_ctz(others | 1u << 31);
    unsigned end = (unsigned)__builtin_ctz((others & (others - 1)) | 1u << 31);
    unsigned decimals = end - n - 1;
    if (n - 1 >= 7 || decimals - 1 >= 7 || text[n] != '.' || !is_end(text[end]))
        return take_other(at, value);
    const __m128i tens = _mm_set1_epi16(0x010a), hundreds = _mm_set1_epi32(0x00010064);
    const __m128i ten_thousands = _mm_set1_epi32(0x00012710);
    __m128i sum = _mm_shuffle_epi8(digits, (__m128i)order[n * 8 + decimals]);
    sum = _mm_madd_epi16(_mm_maddubs_epi16(sum, tens), hundreds);
    sum = _mm_madd_epi16(_mm_packus_epi32(sum, sum), ten_thousands);
    uint64_t both = (uint64_t)_mm_cvtsi128_si64(sum);
    *value = divide(negative, (both & UINT32_MAX) * 100000000 + (both >> 32));
    return true;
}
#endif

/* ---- the scan ------------------------------------------------------------------------------- */

struct scan {
    const char *text;
    size_t len;
    bool csv;
    double *values;
    size_t room;
    bytes16 order[64];
};

typedef bool take_number(const char *at, double *value, const bytes16 *order);

INLINE size_t run_scan(const struct scan *scan, take_number take)
{
    uint16_t at[STRETCH + 4];
    size_t count = 0;
    double value;
    if (scan->csv && scan->len && take(scan->text, &value, scan->order)) {
        if (scan->room)
            scan->values[0] = value;
        count++;
    }
    /* The last byte starts nothing. */
    for (size_t i = 0; i + 1 < scan->len; i += STRETCH) {
        const char *text = scan->text + i;
        size_t left = scan->len - 1 - i;
        size_t n = find_starts(text, left < STRETCH ? left : STRETCH, scan->csv, at);
        for (size_t k = 0; k < n; k++) {
            /* NOLINTNEXTLINE(clang-analyzer-core.*): find_starts fills in n of them */
            if (!take(text + at[k] + 1, &value, scan->order))
                continue;
            if (count < scan->room)
                scan->values[count] = value;
            count++;
        }
    }
    return count;
}

static size_t scan_portable(const struct scan *scan)
{
    return run_scan(scan, take_portable);
}

#ifdef __x86_64__
AVX2 static size_t scan_avx2(struct scan *scan)
{
    set_order(scan->order);
    return run_scan(scan, take_avx2);
}
#endif

size_t limit_scan(const char *text, size_t len, bool csv, double *values, size_t room)
{
    struct scan scan = {.text = text, .len = len, .csv = csv, .values = values, .room = room};
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"))
        return scan_avx2(&scan);
#endif
    return scan_portable(&scan);
}
