/* The inner loops for AVX-512 with VBMI2 and BITALG. Values are looked at in windows of 16 bytes,
 * four to a register: classify the bytes of 32 values, check all of them at once as 16-bit masks,
 * then convert. */
#include "rows/hot_level.h"

#if TLM_HOT_X86

#include <immintrin.h>
#include <string.h>

#include "rows/eisel_lemire.h"

#define AVX512                                                                         \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,avx512vbmi2," \
                          "avx512bitalg,avx512cd,bmi,bmi2,popcnt")))

enum { GROUPS = TLM_HOT_ROWS / 4, HALF_GROUPS = 8, HALF_ROWS = 32 };

/* ---- separators ------------------------------------------------------------------------------ */

/* Writes the places of the bits, and up to 16 elements behind them. Returns how many there are. */
AVX512 static inline size_t put_places(uint64_t bits, __m512i places, size_t at, uint32_t *to)
{
    __m512i dense = _mm512_maskz_compress_epi8(bits, places);
    const __m512i base = _mm512_set1_epi32((int)at);
    const size_t n = (size_t)_mm_popcnt_u64(bits);
    for (size_t i = 0;;) {
        __m512i wide = _mm512_cvtepu8_epi32(_mm512_castsi512_si128(dense));
        _mm512_storeu_si512(to + i, _mm512_add_epi32(wide, base));
        i += 16;
        if (i >= n)
            return n;
        dense = _mm512_alignr_epi64(dense, dense, 2);
    }
}

AVX512 static inline uint64_t is_each(__m512i bytes, char c)
{
    return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(c));
}

/* Notes what is unlike texts; returns the separators that count. `lines` are among them. */
AVX512 static inline uint64_t look_at_text(const struct tlm_hot_piece *piece, size_t at,
                                           __m512i bytes, uint64_t separators, uint64_t lines)
{
    const uint64_t quotes = is_each(bytes, '"');
    /* As signed numbers those above 0x7f are less than all others. */
    uint64_t unlike = _mm512_cmplt_epi8_mask(bytes, _mm512_set1_epi8(0x20)) | quotes;
    if (piece->json) {
        const struct tlm_hot_marks marks = {separators, lines, quotes, is_each(bytes, '\\')};
        unlike |= marks.backslashes;
        separators = tlm__outside_strings(piece->quotes, &marks);
    }
    piece->unlike[(at - piece->from) / 64] = unlike;
    return separators;
}

AVX512 static inline __attribute__((always_inline)) void
scan_any(const struct tlm_hot_piece *piece, struct tlm_hot_found *found, bool texts)
{
    static const uint8_t behind[64] = {
        1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
        23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44,
        45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64};
    const __m512i places = _mm512_loadu_si512(behind);
    const char separator = piece->separator; /* the loop writes what might be the piece */
    uint32_t *entry = found->entries + found->n_entries, *line = found->lines + found->n_lines;
    for (size_t at = piece->from; at < piece->to; at += 64) {
        __m512i bytes = _mm512_loadu_si512(piece->text + at);
        uint64_t lines = is_each(bytes, '\n');
        uint64_t both = is_each(bytes, separator) | lines;
        if (texts)
            both = look_at_text(piece, at, bytes, both, lines);
        if (piece->to - at < 64) {
            both &= (UINT64_C(1) << (piece->to - at)) - 1;
            lines &= both;
        }
        entry += put_places(both, places, at, entry);
        line += put_places(lines, places, at, line);
    }
    found->n_entries = (size_t)(entry - found->entries);
    found->n_lines = (size_t)(line - found->lines);
}

AVX512 static void scan(const struct tlm_hot_piece *piece, struct tlm_hot_found *found)
{
    scan_any(piece, found, false);
}

AVX512 static void scan_text(const struct tlm_hot_piece *piece, struct tlm_hot_found *found)
{
    scan_any(piece, found, true);
}

/* ---- literals -------------------------------------------------------------------------------- */

AVX512 static uint64_t differ_each(const char *text, const uint32_t *places, size_t n,
                                   const struct tlm_hot_literal *literal)
{
    uint64_t differ = 0;
    for (size_t r = 0; r < n; r++)
        differ |= (uint64_t)(memcmp(text + places[r], literal->text, literal->len) != 0) << r;
    return differ;
}

AVX512 static inline __m128i load_16(const char *text, uint32_t at)
{
    return _mm_loadu_si128((const __m128i *)(text + at));
}

/* any | (bytes ^ wanted) */
AVX512 static inline __m128i note_16(__m128i any, __m128i bytes, __m128i wanted)
{
    return _mm_ternarylogic_epi64(any, bytes, wanted, 0xf6);
}

AVX512 static bool differs_16(const char *text, const uint32_t *places, size_t n,
                              const struct tlm_hot_literal *literal)
{
    const __mmask16 mask = (__mmask16)_bzhi_u32(UINT32_MAX, (uint32_t)literal->len);
    const __m128i wanted = _mm_maskz_loadu_epi8(mask, literal->text);
    __m128i any = _mm_setzero_si128(), other = any;
    for (size_t r = 0; r < n; r += 4) {
        any = note_16(any, load_16(text, places[r]), wanted);
        other = note_16(other, load_16(text, places[r + 1]), wanted);
        any = note_16(any, load_16(text, places[r + 2]), wanted);
        other = note_16(other, load_16(text, places[r + 3]), wanted);
    }
    any = _mm_or_si128(any, other);
    return _mm_mask_test_epi8_mask(mask, any, any) != 0;
}

AVX512 static bool differs_32(const char *text, const uint32_t *places, size_t n,
                              const struct tlm_hot_literal *literal)
{
    const __mmask32 mask = _bzhi_u32(UINT32_MAX, (uint32_t)literal->len);
    const __m256i wanted = _mm256_maskz_loadu_epi8(mask, literal->text);
    __m256i any = _mm256_setzero_si256();
    for (size_t r = 0; r < n; r++) {
        __m256i bytes = _mm256_loadu_si256((const __m256i *)(text + places[r]));
        any = _mm256_or_si256(any, _mm256_xor_si256(bytes, wanted));
    }
    return _mm256_mask_test_epi8_mask(mask, any, any) != 0;
}

AVX512 static uint64_t differ(const char *text, const uint32_t *places, size_t n,
                              const struct tlm_hot_literal *literal)
{
    if (literal->len <= 16 ? !differs_16(text, places, n, literal)
                           : literal->len <= 32 && !differs_32(text, places, n, literal))
        return 0;
    return differ_each(text, places, n, literal);
}

/* ---- windows --------------------------------------------------------------------------------- */

/* What the bytes of the windows are, a bit each, so that there are 16 for each value. Of eight rows
 * the even ones come first: that is the order in which pairs of registers are packed. */
struct windows {
    __m512i digits[GROUPS];  /* with '0' taken off */
    uint64_t others[GROUPS]; /* no digits */
    uint64_t minus[GROUPS];  /* at the first byte */
    uint64_t points[GROUPS], zeros[GROUPS];
};

/* 32 values of them. */
struct half {
    __m512i others, minus, points, zeros, len;
    __mmask32 long_ones; /* more than the windows show */
};

/* How the digits of the windows move to their places. */
struct plan {
    uint64_t digits[GROUPS]; /* bytes to keep */
    uint64_t shift[GROUPS];  /* for each value, to be added to the places in `from` */
    uint64_t negative;       /* by row */
    uint64_t refused;
};

/* Every other one of eight rows. */
AVX512 static inline __m512i load_group(const char *text, const uint32_t *starts)
{
    __m512i group = _mm512_castsi128_si512(load_16(text, starts[0]));
    group = _mm512_inserti32x4(group, load_16(text, starts[2]), 1);
    group = _mm512_inserti32x4(group, load_16(text, starts[4]), 2);
    return _mm512_inserti32x4(group, load_16(text, starts[6]), 3);
}

/* From the order of the windows to that of the rows. */
AVX512 static inline uint64_t in_order(__mmask32 mask, size_t half)
{
    uint32_t rows = _pdep_u32(_pext_u32(mask, 0x0f0f0f0f), 0x55555555) |
                    _pdep_u32(_pext_u32(mask, 0xf0f0f0f0), 0xaaaaaaaa);
    return (uint64_t)rows << half * HALF_ROWS;
}

AVX512 static inline __m256i load_lens(const struct tlm_hot_spans *spans, size_t row)
{
    __m512i start = _mm512_loadu_si512(spans->start + row);
    return _mm512_cvtusepi32_epi16(_mm512_sub_epi32(_mm512_loadu_si512(spans->end + row), start));
}

AVX512 static inline void classify(struct windows *windows, const char *text,
                                   const struct tlm_hot_spans *spans, size_t groups)
{
    const __m512i zero = _mm512_set1_epi8('0'), nine = _mm512_set1_epi8(9);
    const __m512i point = _mm512_set1_epi8('.'), minus = _mm512_set1_epi8('-');
    const uint64_t first_bytes = UINT64_C(0x0001000100010001);
    for (size_t g = 0; g < groups; g++) {
        __m512i bytes = load_group(text, spans->start + g / 2 * 8 + g % 2);
        __m512i digits = _mm512_sub_epi8(bytes, zero);
        windows->digits[g] = digits;
        windows->others[g] = _mm512_cmpgt_epu8_mask(digits, nine);
        windows->minus[g] = _mm512_mask_cmpeq_epi8_mask(first_bytes, bytes, minus);
        windows->points[g] = _mm512_cmpeq_epi8_mask(bytes, point);
        windows->zeros[g] = _mm512_testn_epi8_mask(digits, digits);
    }
}

AVX512 static inline struct half load_half(const struct windows *windows,
                                           const struct tlm_hot_spans *spans, size_t h)
{
    static const uint16_t order[32] = {0,  2,  4,  6,  1,  3,  5,  7,  8,  10, 12,
                                       14, 9,  11, 13, 15, 16, 18, 20, 22, 17, 19,
                                       21, 23, 24, 26, 28, 30, 25, 27, 29, 31};
    const size_t g = h * HALF_GROUPS, row = h * HALF_ROWS;
    __m512i len = _mm512_castsi256_si512(load_lens(spans, row));
    len = _mm512_inserti64x4(len, load_lens(spans, row + 16), 1);
    len = _mm512_permutexvar_epi16(_mm512_loadu_si512(order), len);
    return (struct half){
        .others = _mm512_loadu_si512(windows->others + g),
        .minus = _mm512_loadu_si512(windows->minus + g),
        .points = _mm512_loadu_si512(windows->points + g),
        .zeros = _mm512_loadu_si512(windows->zeros + g),
        .len = len,
        .long_ones = _mm512_cmpgt_epu16_mask(len, _mm512_set1_epi16(16)),
    };
}

AVX512 static inline void put_plan(struct plan *plan, size_t h, __m512i digits, __m512i shift)
{
    _mm512_storeu_si512(plan->digits + h * HALF_GROUPS, digits);
    _mm512_storeu_si512(plan->shift + h * HALF_GROUPS, shift);
}

/* ---- numbers --------------------------------------------------------------------------------- */

AVX512 static inline __m512i align(const struct windows *windows, const struct plan *plan, size_t g,
                                   __m512i from)
{
    const __m512i spread =
        _mm512_set_epi64(0x0606060606060606, 0x0606060606060606, 0x0404040404040404,
                         0x0404040404040404, 0x0202020202020202, 0x0202020202020202, 0, 0);
    __m512i shift = _mm512_shuffle_epi8(_mm512_set1_epi64((long long)plan->shift[g]), spread);
    return _mm512_shuffle_epi8(_mm512_maskz_mov_epi8(plan->digits[g], windows->digits[g]),
                               _mm512_add_epi8(shift, from));
}

/* Eight values of two registers, with their digits at their places: 16 digits each. */
AVX512 static inline __m512i combine(__m512i even, __m512i odd)
{
    const __m512i tens = _mm512_set1_epi16(0x010a);
    const __m512i hundreds = _mm512_set1_epi32(0x00010064);
    const __m512i myriads = _mm512_set1_epi32(0x00012710);
    even = _mm512_madd_epi16(_mm512_maddubs_epi16(even, tens), hundreds);
    odd = _mm512_madd_epi16(_mm512_maddubs_epi16(odd, tens), hundreds);
    __m512i parts = _mm512_madd_epi16(_mm512_packus_epi32(even, odd), myriads);
    return _mm512_add_epi64(_mm512_mul_epu32(parts, _mm512_set1_epi64(100000000)),
                            _mm512_srli_epi64(parts, 32));
}

AVX512 static inline void plan_fixed(const struct windows *windows,
                                     const struct tlm_hot_spans *spans, size_t h, struct plan *plan)
{
    const struct half w = load_half(windows, spans, h);
    const __m512i one = _mm512_set1_epi16(1);
    const __m512i end = _mm512_sllv_epi16(one, w.len), inside = _mm512_sub_epi16(end, one);
    const __m512i point = _mm512_and_si512(w.points, inside);
    const __m512i before = _mm512_sub_epi16(point, one);
    const __m512i marks = _mm512_or_si512(point, w.minus);
    /* Nothing but a sign, digits and one point, which is not at the end. */
    __m512i bad = _mm512_xor_si512(_mm512_and_si512(w.others, inside), marks);
    bad = _mm512_or_si512(bad, _mm512_and_si512(point, before));
    bad = _mm512_or_si512(bad, _mm512_and_si512(_mm512_slli_epi16(point, 1), end));
    /* 1 to 7 digits before the point, no more than 8 behind it. */
    const __m512i allowed = _mm512_sllv_epi16(_mm512_set1_epi16(0xfe), w.minus);
    bad = _mm512_or_si512(bad, _mm512_andnot_si512(allowed, point));
    bad = _mm512_or_si512(bad, _mm512_and_si512(_mm512_slli_epi16(point, 9), inside));
    /* No zero as the first of several. */
    const __m512i first_zero = _mm512_and_si512(w.zeros, _mm512_add_epi16(w.minus, one));
    bad = _mm512_or_si512(bad, _mm512_andnot_si512(point, _mm512_slli_epi16(first_zero, 1)));
    const __mmask32 refused =
        _mm512_test_epi16_mask(bad, bad) | _mm512_testn_epi16_mask(point, point) | w.long_ones;
    put_plan(plan, h, _mm512_andnot_si512(marks, inside), _mm512_popcnt_epi16(before));
    plan->negative |= in_order(_mm512_test_epi16_mask(w.minus, w.minus), h);
    plan->refused |= refused ? in_order(refused, h) : 0;
}

/* m / 10^8, correctly rounded (Markstein): the reciprocal is the nearest one and close enough for
 * the first quotient to be off by less than a unit in the last place, and the remainder is exact.
 */
AVX512 static inline __m512d scale_down(__m512i m)
{
    const __m512d divisor = _mm512_set1_pd(1e8), reciprocal = _mm512_set1_pd(1e-8);
    __m512d value = _mm512_cvtepi64_pd(m), quotient = _mm512_mul_pd(value, reciprocal);
    __m512d remainder = _mm512_fnmadd_pd(quotient, divisor, value);
    return _mm512_fmadd_pd(remainder, reciprocal, quotient);
}

AVX512 static uint64_t fixed(const char *text, const struct tlm_hot_spans *spans, size_t n,
                             uint64_t *out)
{
    const size_t groups = (n + 7) / 8 * 2;
    const __m512i sign = _mm512_set1_epi64(INT64_MIN);
    const __m512i from = _mm512_broadcast_i32x4(
        _mm_setr_epi8(-8, -7, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 7, 8));
    struct windows windows;
    struct plan plan;
    plan.negative = plan.refused = 0;
    classify(&windows, text, spans, groups);
    for (size_t h = 0; h * HALF_ROWS < n; h++)
        plan_fixed(&windows, spans, h, &plan);
    for (size_t g = 0; g < groups; g += 2) {
        __m512i value =
            combine(align(&windows, &plan, g, from), align(&windows, &plan, g + 1, from));
        value = _mm512_castpd_si512(scale_down(value));
        value = _mm512_mask_xor_epi64(value, (__mmask8)(plan.negative >> g * 4), value, sign);
        _mm512_storeu_si512(out + g * 4, value);
    }
    return plan.refused;
}

AVX512 static inline void plan_integer(const struct windows *windows,
                                       const struct tlm_hot_spans *spans, size_t h,
                                       struct plan *plan)
{
    const struct half w = load_half(windows, spans, h);
    const __m512i one = _mm512_set1_epi16(1);
    const __m512i inside = _mm512_sub_epi16(_mm512_sllv_epi16(one, w.len), one);
    const __m512i digits = _mm512_andnot_si512(w.minus, inside);
    const __m512i bad = _mm512_xor_si512(_mm512_and_si512(w.others, inside), w.minus);
    const __m512i first = _mm512_add_epi16(w.minus, one);
    __mmask32 refused =
        _mm512_test_epi16_mask(bad, bad) | _mm512_testn_epi16_mask(digits, digits) | w.long_ones;
    refused |= _mm512_test_epi16_mask(w.zeros, first) & ~_mm512_cmpeq_epi16_mask(inside, one);
    put_plan(plan, h, digits, w.len);
    plan->negative |= in_order(_mm512_test_epi16_mask(w.minus, w.minus), h);
    plan->refused |= refused ? in_order(refused, h) : 0;
}

AVX512 static uint64_t integer(const char *text, const struct tlm_hot_spans *spans, size_t n,
                               uint64_t *out)
{
    const size_t groups = (n + 7) / 8 * 2;
    const __m512i zero = _mm512_setzero_si512();
    const __m512i from = _mm512_broadcast_i32x4(
        _mm_setr_epi8(-16, -15, -14, -13, -12, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1));
    struct windows windows;
    struct plan plan;
    plan.negative = plan.refused = 0;
    classify(&windows, text, spans, groups);
    for (size_t h = 0; h * HALF_ROWS < n; h++)
        plan_integer(&windows, spans, h, &plan);
    for (size_t g = 0; g < groups; g += 2) {
        __m512i value =
            combine(align(&windows, &plan, g, from), align(&windows, &plan, g + 1, from));
        value = _mm512_mask_sub_epi64(value, (__mmask8)(plan.negative >> g * 4), zero, value);
        _mm512_storeu_si512(out + g * 4, value);
    }
    return plan.refused;
}

/* ---- decimals of many digits ----------------------------------------------------------------- */

enum { WIDE_GROUPS = TLM_HOT_ROWS / 2, WIDE_DIGITS = 19, TIE_DIGITS = 4 };

/* As struct windows, with 32 bytes of each value: two to a register, in the order of the rows. */
struct wide_windows {
    __m512i digits[WIDE_GROUPS];
    uint64_t others[WIDE_GROUPS], minus[WIDE_GROUPS], points[WIDE_GROUPS], zeros[WIDE_GROUPS];
};

struct wide_plan {
    uint32_t len[TLM_HOT_ROWS];
    uint32_t point[TLM_HOT_ROWS]; /* its place */
    uint32_t minus[TLM_HOT_ROWS]; /* 1 or 0 */
    uint64_t refused;
};

AVX512 static inline void classify_wide(struct wide_windows *windows, const char *text,
                                        const struct tlm_hot_spans *spans, size_t groups)
{
    const __m512i zero = _mm512_set1_epi8('0'), nine = _mm512_set1_epi8(9);
    const __m512i point = _mm512_set1_epi8('.'), minus = _mm512_set1_epi8('-');
    for (size_t g = 0; g < groups; g++) {
        const char *first = text + spans->start[g * 2], *second = text + spans->start[g * 2 + 1];
        __m512i bytes = _mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)first));
        bytes = _mm512_inserti64x4(bytes, _mm256_loadu_si256((const __m256i *)second), 1);
        __m512i digits = _mm512_sub_epi8(bytes, zero);
        windows->digits[g] = digits;
        windows->others[g] = _mm512_cmpgt_epu8_mask(digits, nine);
        windows->minus[g] = _mm512_mask_cmpeq_epi8_mask(UINT64_C(0x0000000100000001), bytes, minus);
        windows->points[g] = _mm512_cmpeq_epi8_mask(bytes, point);
        windows->zeros[g] = _mm512_testn_epi8_mask(digits, digits);
    }
}

/* 16 rows from `row` on. */
AVX512 static inline void plan_wide(const struct wide_windows *w, const struct tlm_hot_spans *spans,
                                    size_t row, struct wide_plan *plan)
{
    const __m512i one = _mm512_set1_epi32(1);
    const __m512i len = _mm512_sub_epi32(_mm512_loadu_si512(spans->end + row),
                                         _mm512_loadu_si512(spans->start + row));
    const __m512i minus = _mm512_loadu_si512(w->minus + row / 2);
    const __m512i end = _mm512_sllv_epi32(one, len), inside = _mm512_sub_epi32(end, one);
    const __m512i point = _mm512_and_si512(_mm512_loadu_si512(w->points + row / 2), inside);
    const __m512i before = _mm512_sub_epi32(point, one), first = _mm512_add_epi32(minus, one);
    const __m512i marks = _mm512_or_si512(point, minus);
    const __m512i others = _mm512_and_si512(_mm512_loadu_si512(w->others + row / 2), inside);
    /* Nothing but a sign, digits and one point among them. */
    __m512i bad = _mm512_xor_si512(others, marks);
    bad = _mm512_or_si512(bad, _mm512_and_si512(point, _mm512_or_si512(before, first)));
    bad = _mm512_or_si512(bad, _mm512_and_si512(_mm512_slli_epi32(point, 1), end));
    /* No zero as the first of several. */
    const __m512i zero = _mm512_and_si512(_mm512_loadu_si512(w->zeros + row / 2), first);
    bad = _mm512_or_si512(bad, _mm512_andnot_si512(point, _mm512_slli_epi32(zero, 1)));
    const __m512i most = _mm512_add_epi32(minus, _mm512_set1_epi32(WIDE_DIGITS + 1));
    const __mmask16 refused = _mm512_test_epi32_mask(bad, bad) |
                              _mm512_testn_epi32_mask(point, point) |
                              _mm512_cmpgt_epu32_mask(len, most);
    plan->refused |= (uint64_t)refused << row;
    const __m512i place = _mm512_sub_epi32(_mm512_set1_epi32(31), _mm512_lzcnt_epi32(point));
    _mm512_storeu_si512(plan->len + row, len);
    _mm512_storeu_si512(plan->point + row, place);
    _mm512_storeu_si512(plan->minus + row, minus);
}

AVX512 static inline __m512i each_32(const uint32_t *pair)
{
    const __m256i first = _mm256_set1_epi8((char)pair[0]);
    return _mm512_inserti64x4(_mm512_castsi256_si512(first), _mm256_set1_epi8((char)pair[1]), 1);
}

/* The digits of two values at the ends of their 32 bytes, without their points. */
AVX512 static inline __m512i align_wide(const struct wide_windows *windows,
                                        const struct wide_plan *plan, size_t g)
{
    static const int8_t places[64] = {
        -32, -31, -30, -29, -28, -27, -26, -25, -24, -23, -22, -21, -20, -19, -18, -17,
        -16, -15, -14, -13, -12, -11, -10, -9,  -8,  -7,  -6,  -5,  -4,  -3,  -2,  -1,
        -32, -31, -30, -29, -28, -27, -26, -25, -24, -23, -22, -21, -20, -19, -18, -17,
        -16, -15, -14, -13, -12, -11, -10, -9,  -8,  -7,  -6,  -5,  -4,  -3,  -2,  -1};
    const __m512i second = _mm512_inserti64x4(_mm512_setzero_si512(), _mm256_set1_epi8(32), 1);
    __m512i from = _mm512_add_epi8(_mm512_loadu_si512(places), each_32(plan->len + g * 2));
    __mmask64 whole = _mm512_cmple_epi8_mask(from, each_32(plan->point + g * 2));
    from = _mm512_mask_sub_epi8(from, whole, from, _mm512_set1_epi8(1));
    __mmask64 inside = _mm512_cmpge_epi8_mask(from, each_32(plan->minus + g * 2));
    return _mm512_maskz_permutexvar_epi8(inside, _mm512_add_epi8(from, second), windows->digits[g]);
}

/* The high and low halves of 128-bit products. */
struct products {
    __m512i high, low;
};

AVX512 static inline struct products multiply(__m512i a, __m512i b)
{
    const __m512i mask = _mm512_set1_epi64(0xffffffff);
    const __m512i a_high = _mm512_srli_epi64(a, 32), b_high = _mm512_srli_epi64(b, 32);
    const __m512i low = _mm512_mul_epu32(a, b), high = _mm512_mul_epu32(a_high, b_high);
    const __m512i cross = _mm512_mul_epu32(a_high, b), other = _mm512_mul_epu32(a, b_high);
    __m512i middle = _mm512_add_epi64(_mm512_srli_epi64(low, 32), _mm512_and_si512(cross, mask));
    middle = _mm512_add_epi64(middle, _mm512_and_si512(other, mask));
    __m512i carried = _mm512_add_epi64(_mm512_srli_epi64(cross, 32), _mm512_srli_epi64(other, 32));
    carried = _mm512_add_epi64(carried, _mm512_srli_epi64(middle, 32));
    return (struct products){
        .high = _mm512_add_epi64(high, carried),
        .low = _mm512_or_si512(_mm512_slli_epi64(middle, 32), _mm512_and_si512(low, mask)),
    };
}

/* digits / 10^n_fraction as tlm__eisel_lemire, for 0 to 19 places: neither denormal nor infinite.
 * *unsure: those that it would take a second look at. */
AVX512 static inline __m512i scale_wide(__m512i digits, __m512i n_fraction, __mmask8 *unsure)
{
    const __m512i one = _mm512_set1_epi64(1), last_bits = _mm512_set1_epi64(0x1ff);
    const __m512i exponent = _mm512_sub_epi64(_mm512_setzero_si512(), n_fraction);
    const __m512i pow5 =
        _mm512_i64gather_epi64(_mm512_slli_epi64(exponent, 1), (const void *)tlm__pow5(0), 8);
    const __m512i zeros = _mm512_lzcnt_epi64(digits);
    const struct products product = multiply(_mm512_sllv_epi64(digits, zeros), pow5);
    const __m512i top = _mm512_srli_epi64(product.high, 63);
    __m512i mantissa = _mm512_srlv_epi64(product.high, _mm512_add_epi64(top, _mm512_set1_epi64(9)));
    mantissa = _mm512_add_epi64(mantissa, _mm512_and_si512(mantissa, one));
    mantissa = _mm512_srli_epi64(mantissa, 1);
    /* floor(log2(10^exponent)) + 63, biased; less one for the bit that the mantissa adds. */
    __m512i power = _mm512_mul_epi32(exponent, _mm512_set1_epi64(217706));
    power = _mm512_add_epi64(_mm512_srai_epi64(power, 16), _mm512_set1_epi64(63 + 1023 - 1));
    power = _mm512_sub_epi64(_mm512_add_epi64(power, top), zeros);
    *unsure = _mm512_cmpeq_epi64_mask(_mm512_and_si512(product.high, last_bits), last_bits) |
              (_mm512_cmple_epu64_mask(product.low, one) &
               _mm512_cmple_epu64_mask(n_fraction, _mm512_set1_epi64(TIE_DIGITS)));
    const __m512i bits = _mm512_add_epi64(mantissa, _mm512_slli_epi64(power, 52));
    return _mm512_maskz_mov_epi64(_mm512_test_epi64_mask(digits, digits), bits);
}

AVX512 static inline __m512i load_8(const uint32_t *numbers)
{
    return _mm512_cvtepu32_epi64(_mm256_loadu_si256((const __m256i *)numbers));
}

/* Eight rows from `row` on. */
AVX512 static inline void put_wide(const struct wide_windows *windows, const struct wide_plan *plan,
                                   size_t row, uint64_t *out)
{
    const __m512i high_at = _mm512_setr_epi64(0, 4, 1, 5, 8, 12, 9, 13);
    const __m512i low_at = _mm512_setr_epi64(2, 6, 3, 7, 10, 14, 11, 15);
    const size_t g = row / 2;
    __m512i first = combine(align_wide(windows, plan, g), align_wide(windows, plan, g + 1));
    __m512i second = combine(align_wide(windows, plan, g + 2), align_wide(windows, plan, g + 3));
    __m512i high = _mm512_permutex2var_epi64(first, high_at, second);
    __m512i digits = _mm512_permutex2var_epi64(first, low_at, second);
    high = _mm512_mullo_epi64(high, _mm512_set1_epi64(10000000000000000));
    digits = _mm512_add_epi64(digits, high);
    __m512i n_fraction = _mm512_sub_epi64(load_8(plan->len + row), load_8(plan->point + row));
    n_fraction = _mm512_and_si512(_mm512_sub_epi64(n_fraction, _mm512_set1_epi64(1)),
                                  _mm512_set1_epi64(31)); /* also where the row was refused */
    __mmask8 unsure;
    __m512i value = scale_wide(digits, n_fraction, &unsure);
    value = _mm512_or_si512(value, _mm512_slli_epi64(load_8(plan->minus + row), 63));
    _mm512_storeu_si512(out + row, value);
    for (unsigned left = unsure; left; left &= left - 1) {
        uint64_t all_digits[8], places[8];
        const unsigned i = (unsigned)__builtin_ctz(left);
        _mm512_storeu_si512(all_digits, digits);
        _mm512_storeu_si512(places, n_fraction);
        const double exact = tlm__eisel_lemire(all_digits[i], -(int64_t)places[i]);
        uint64_t bits;
        memcpy(&bits, &exact, sizeof bits);
        out[row + i] = bits | (uint64_t)plan->minus[row + i] << 63;
    }
}

AVX512 static uint64_t wide(const char *text, const struct tlm_hot_spans *spans, size_t n,
                            uint64_t *out)
{
    const size_t rows = (n + 7) & ~(size_t)7;
    struct wide_windows windows;
    struct wide_plan plan;
    plan.refused = 0;
    classify_wide(&windows, text, spans, rows / 2);
    for (size_t row = 0; row < rows; row += 16)
        plan_wide(&windows, spans, row, &plan);
    for (size_t row = 0; row < rows; row += 8)
        put_wide(&windows, &plan, row, out);
    return plan.refused;
}

const struct tlm_hot_level tlm__hot_avx512 = {"avx512", scan,    scan_text, differ,
                                              fixed,    integer, wide};

#endif
