/* The inner loops for AVX2. Values are looked at in windows of 16 bytes, two to a register:
 * classify the bytes of all values, check 16 values at a time as 16-bit masks, then convert. */
#include "rows/hot_level.h"

#if TLM_HOT_X86

#include <immintrin.h>
#include <string.h>

#define AVX2 __attribute__((target("avx2,fma,bmi,bmi2,popcnt")))

enum { GROUPS = TLM_HOT_ROWS / 2, WINDOW = 16, STEP_ROWS = 16 };

/* ---- separators ------------------------------------------------------------------------------ */

AVX2 static inline uint32_t equal_32(__m256i bytes, __m256i to)
{
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(bytes, to));
}

/* Writes the places of four bits, or of fewer and then others; drops them from bits. */
AVX2 static inline uint64_t put_four(uint64_t bits, size_t at, uint32_t *entry)
{
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++) {
        entry[i] = (uint32_t)(at + 1 + _tzcnt_u64(bits));
        bits = _blsr_u64(bits);
    }
    return bits;
}

AVX2 static inline uint64_t is_each(__m256i a, __m256i b, char c)
{
    const __m256i to = _mm256_set1_epi8(c);
    return equal_32(a, to) | (uint64_t)equal_32(b, to) << 32;
}

/* The control characters, and those above 0x7f: as signed numbers they are less than all others. */
AVX2 static inline uint32_t below_space(__m256i bytes)
{
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), bytes));
}

/* Notes what is unlike texts; returns the separators that count. `lines` are among them. */
AVX2 static inline uint64_t look_at_text(const struct tlm_hot_piece *piece, size_t at,
                                         uint64_t separators, uint64_t lines)
{
    const __m256i *p = (const __m256i *)(piece->text + at);
    const __m256i a = _mm256_loadu_si256(p), b = _mm256_loadu_si256(p + 1);
    const uint64_t quotes = is_each(a, b, '"');
    uint64_t unlike = below_space(a) | (uint64_t)below_space(b) << 32 | quotes;
    if (piece->json) {
        const struct tlm_hot_marks marks = {separators, lines, quotes, is_each(a, b, '\\')};
        unlike |= marks.backslashes;
        separators = tlm__outside_strings(piece->quotes, &marks);
    }
    piece->unlike[(at - piece->from) / 64] = unlike;
    return separators;
}

/* How many there are of the 64 is hard to guess, that there are more than 4 or 8 less so. */
AVX2 static inline __attribute__((always_inline)) void
scan_any(const struct tlm_hot_piece *piece, struct tlm_hot_found *found, bool texts)
{
    const char separator = piece->separator; /* the loop writes what might be the piece */
    uint32_t *entry = found->entries + found->n_entries, *line = found->lines + found->n_lines;
    for (size_t at = piece->from; at < piece->to; at += 64) {
        const __m256i *p = (const __m256i *)(piece->text + at);
        const __m256i a = _mm256_loadu_si256(p), b = _mm256_loadu_si256(p + 1);
        uint64_t lines = is_each(a, b, '\n');
        uint64_t both = is_each(a, b, separator) | lines;
        if (texts)
            both = look_at_text(piece, at, both, lines);
        if (piece->to - at < 64) {
            both = _bzhi_u64(both, (unsigned)(piece->to - at));
            lines &= both;
        }
        const size_t n = (size_t)_mm_popcnt_u64(both), n_lines = (size_t)_mm_popcnt_u64(lines);
        both = put_four(both, at, entry);
        for (size_t i = 4; i < n; i += 4)
            both = put_four(both, at, entry + i);
        line[0] = (uint32_t)(at + 1 + _tzcnt_u64(lines));
        if (__builtin_expect(n_lines > 1, 0))
            for (size_t i = 0; i < n_lines; i += 4)
                lines = put_four(lines, at, line + i);
        entry += n;
        line += n_lines;
    }
    found->n_entries = (size_t)(entry - found->entries);
    found->n_lines = (size_t)(line - found->lines);
}

AVX2 static void scan(const struct tlm_hot_piece *piece, struct tlm_hot_found *found)
{
    scan_any(piece, found, false);
}

AVX2 static void scan_text(const struct tlm_hot_piece *piece, struct tlm_hot_found *found)
{
    scan_any(piece, found, true);
}

/* ---- literals -------------------------------------------------------------------------------- */

static uint64_t differ_each(const char *text, const uint32_t *places, size_t n,
                            const struct tlm_hot_literal *literal)
{
    uint64_t differ = 0;
    for (size_t r = 0; r < n; r++)
        differ |= (uint64_t)(memcmp(text + places[r], literal->text, literal->len) != 0) << r;
    return differ;
}

/* For literals of up to 32 bytes. */
AVX2 static bool differs(const char *text, const uint32_t *places, size_t n,
                         const struct tlm_hot_literal *literal)
{
    char padded[32] = {0};
    memcpy(padded, literal->text, literal->len);
    const __m256i wanted = _mm256_loadu_si256((const __m256i *)padded);
    __m256i any = _mm256_setzero_si256();
    for (size_t r = 0; r < n; r++) {
        __m256i bytes = _mm256_loadu_si256((const __m256i *)(text + places[r]));
        any = _mm256_or_si256(any, _mm256_xor_si256(bytes, wanted));
    }
    uint32_t same = equal_32(any, _mm256_setzero_si256());
    return _bzhi_u32(~same, (unsigned)literal->len) != 0;
}

AVX2 static uint64_t differ(const char *text, const uint32_t *places, size_t n,
                            const struct tlm_hot_literal *literal)
{
    if (literal->len <= 8)
        return tlm__hot_portable.differ(text, places, n, literal);
    if (literal->len <= 32 && !differs(text, places, n, literal))
        return 0;
    return differ_each(text, places, n, literal);
}

/* ---- windows --------------------------------------------------------------------------------- */

/* What the bytes of the windows are, a bit each, so that there are 16 for each value. Of four rows
 * the even ones come first: that is the order in which pairs of registers are packed. */
struct windows {
    __m256i digits[GROUPS];  /* 0 where there is none */
    uint32_t others[GROUPS]; /* no digits */
    uint32_t minus[GROUPS];  /* at the first byte */
    uint32_t points[GROUPS], zeros[GROUPS];
};

/* 16 values of them. */
struct step {
    __m256i others, minus, points, zeros;
    __m256i end, inside; /* the bit behind the value, and those before that */
    __m256i excess;      /* not zero: more than the windows show */
};

/* How the digits of the windows move to their places, in the order of the windows. */
struct plan {
    uint16_t len[TLM_HOT_ROWS];
    uint16_t shift[TLM_HOT_ROWS]; /* to be added to the places in `from` */
    uint64_t refused;             /* by row */
};

AVX2 static inline __m256i load_pair(const char *text, uint32_t low, uint32_t high)
{
    __m256i pair = _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(text + low)));
    return _mm256_inserti128_si256(pair, _mm_loadu_si128((const __m128i *)(text + high)), 1);
}

AVX2 static inline void classify(struct windows *windows, const char *text,
                                 const struct tlm_hot_spans *spans, size_t groups)
{
    const __m256i zero = _mm256_set1_epi8('0'), ten = _mm256_set1_epi8(10);
    const __m256i point = _mm256_set1_epi8('.'), minus = _mm256_set1_epi8('-');
    for (size_t g = 0; g < groups; g++) {
        const uint32_t *start = spans->start + g / 2 * 4 + g % 2;
        __m256i bytes = load_pair(text, start[0], start[2]);
        __m256i digits = _mm256_sub_epi8(bytes, zero);
        __m256i others = _mm256_cmpeq_epi8(_mm256_max_epu8(digits, ten), digits);
        windows->digits[g] = _mm256_andnot_si256(others, digits);
        windows->others[g] = (uint32_t)_mm256_movemask_epi8(others);
        windows->minus[g] = equal_32(bytes, minus) & 0x00010001;
        windows->points[g] = equal_32(bytes, point);
        windows->zeros[g] = equal_32(bytes, zero);
    }
}

/* Lengths of 16 rows in the order of the windows; 0 for one that ends before it starts. */
AVX2 static inline __m256i load_lens(const struct tlm_hot_spans *spans, size_t row)
{
    const __m256i *start = (const __m256i *)(spans->start + row);
    const __m256i *end = (const __m256i *)(spans->end + row);
    __m256i low = _mm256_sub_epi32(_mm256_loadu_si256(end), _mm256_loadu_si256(start));
    __m256i high = _mm256_sub_epi32(_mm256_loadu_si256(end + 1), _mm256_loadu_si256(start + 1));
    __m256i len = _mm256_permute4x64_epi64(_mm256_packus_epi32(low, high), 0xd8);
    return _mm256_shufflehi_epi16(_mm256_shufflelo_epi16(len, 0xd8), 0xd8);
}

/* 1 << n in each 16 bits, 0 for n = 16. */
AVX2 static inline __m256i bit_number(__m256i n)
{
    const __m256i low_bits = _mm256_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0,
                                              1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0);
    const __m256i high_bits =
        _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0,
                         0, 1, 2, 4, 8, 16, 32, 64, -128);
    const __m256i low = _mm256_or_si256(n, _mm256_set1_epi16((short)0x8000));
    const __m256i high = _mm256_or_si256(_mm256_slli_epi16(n, 8), _mm256_set1_epi16(0x0080));
    const __m256i bits =
        _mm256_or_si256(_mm256_shuffle_epi8(low_bits, low), _mm256_shuffle_epi8(high_bits, high));
    return _mm256_andnot_si256(_mm256_cmpeq_epi16(n, _mm256_set1_epi16(WINDOW)), bits);
}

AVX2 static inline __m256i load_masks(const uint32_t *masks, size_t row)
{
    return _mm256_loadu_si256((const __m256i *)(masks + row / 2));
}

AVX2 static inline struct step load_step(const struct windows *windows,
                                         const struct tlm_hot_spans *spans, size_t row,
                                         struct plan *plan)
{
    const __m256i one = _mm256_set1_epi16(1), window = _mm256_set1_epi16(WINDOW);
    const __m256i len = load_lens(spans, row), shown = _mm256_min_epu16(len, window);
    const __m256i end = bit_number(shown);
    _mm256_storeu_si256((__m256i *)(plan->len + row), shown);
    return (struct step){
        .others = load_masks(windows->others, row),
        .minus = load_masks(windows->minus, row),
        .points = load_masks(windows->points, row),
        .zeros = load_masks(windows->zeros, row),
        .end = end,
        .inside = _mm256_sub_epi16(end, one),
        .excess = _mm256_subs_epu16(len, window),
    };
}

/* Notes the 16 rows from `row` on whose elements are not zero. */
AVX2 static inline void refuse(struct plan *plan, size_t row, __m256i bad)
{
    if (_mm256_testz_si256(bad, bad))
        return;
    /* Back to the order of the rows. */
    bad = _mm256_shufflehi_epi16(_mm256_shufflelo_epi16(bad, 0xd8), 0xd8);
    const __m256i fine = _mm256_cmpeq_epi16(bad, _mm256_setzero_si256());
    const __m128i bytes =
        _mm_packs_epi16(_mm256_castsi256_si128(fine), _mm256_extracti128_si256(fine, 1));
    plan->refused |= (uint64_t)(~(unsigned)_mm_movemask_epi8(bytes) & 0xffff) << row;
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* Bytes up to a length each of two values. */
AVX2 static inline __m256i up_to(const uint16_t *lens)
{
    static const uint8_t ones[2 * WINDOW] = {255, 255, 255, 255, 255, 255, 255, 255,
                                             255, 255, 255, 255, 255, 255, 255, 255};
    return load_pair((const char *)ones, (uint32_t)(WINDOW - lens[0]),
                     (uint32_t)(WINDOW - lens[1]));
}

AVX2 static inline __m256i align(const struct windows *windows, const struct plan *plan, size_t g,
                                 __m256i from)
{
    const __m256i spread = _mm256_setr_epi64x(0, 0, 0x0202020202020202, 0x0202020202020202);
    int shifts;
    memcpy(&shifts, plan->shift + g * 2, sizeof shifts);
    __m256i shift = _mm256_shuffle_epi8(_mm256_set1_epi32(shifts), spread);
    __m256i digits = _mm256_and_si256(windows->digits[g], up_to(plan->len + g * 2));
    return _mm256_shuffle_epi8(digits, _mm256_add_epi8(shift, from));
}

/* Four values of two registers, with their digits at their places: 16 digits each. */
AVX2 static inline __m256i combine(__m256i even, __m256i odd)
{
    const __m256i tens = _mm256_set1_epi16(0x010a);
    const __m256i hundreds = _mm256_set1_epi32(0x00010064);
    const __m256i myriads = _mm256_set1_epi32(0x00012710);
    even = _mm256_madd_epi16(_mm256_maddubs_epi16(even, tens), hundreds);
    odd = _mm256_madd_epi16(_mm256_maddubs_epi16(odd, tens), hundreds);
    __m256i parts = _mm256_madd_epi16(_mm256_packus_epi32(even, odd), myriads);
    return _mm256_add_epi64(_mm256_mul_epu32(parts, _mm256_set1_epi64x(100000000)),
                            _mm256_srli_epi64(parts, 32));
}

/* 1 for each negative one of four rows. */
AVX2 static inline __m256i load_signs(const struct windows *windows, size_t g)
{
    __m128i minus = _mm_loadl_epi64((const __m128i *)(windows->minus + g));
    return _mm256_permute4x64_epi64(_mm256_cvtepu16_epi64(minus), 0xd8);
}

AVX2 static inline __m256i popcount_8(__m256i bytes)
{
    const __m256i counts = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1,
                                            2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i nibble = _mm256_set1_epi16(0x000f);
    return _mm256_add_epi16(
        _mm256_shuffle_epi8(counts, _mm256_and_si256(bytes, nibble)),
        _mm256_shuffle_epi8(counts, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble)));
}

AVX2 static inline void plan_fixed(const struct windows *windows, const struct tlm_hot_spans *spans,
                                   size_t row, struct plan *plan)
{
    const struct step w = load_step(windows, spans, row, plan);
    const __m256i one = _mm256_set1_epi16(1), seven = _mm256_set1_epi16(0xfe);
    const __m256i point = _mm256_and_si256(w.points, w.inside);
    const __m256i before = _mm256_sub_epi16(point, one), marks = _mm256_or_si256(point, w.minus);
    /* Nothing but a sign, digits and one point, which is not at the end. */
    __m256i bad = _mm256_xor_si256(_mm256_and_si256(w.others, w.inside), marks);
    bad = _mm256_or_si256(bad, _mm256_and_si256(point, before));
    bad = _mm256_or_si256(bad, _mm256_and_si256(_mm256_slli_epi16(point, 1), w.end));
    bad = _mm256_or_si256(bad, _mm256_cmpeq_epi16(point, _mm256_setzero_si256()));
    /* 1 to 7 digits before the point, no more than 8 behind it. */
    const __m256i negative = _mm256_cmpeq_epi16(w.minus, one);
    const __m256i allowed = _mm256_add_epi16(seven, _mm256_and_si256(seven, negative));
    bad = _mm256_or_si256(bad, _mm256_andnot_si256(allowed, point));
    bad = _mm256_or_si256(bad, _mm256_and_si256(_mm256_slli_epi16(point, 9), w.inside));
    /* No zero as the first of several. */
    const __m256i first_zero = _mm256_and_si256(w.zeros, _mm256_add_epi16(w.minus, one));
    bad = _mm256_or_si256(bad, _mm256_andnot_si256(point, _mm256_slli_epi16(first_zero, 1)));
    _mm256_storeu_si256((__m256i *)(plan->shift + row), popcount_8(before));
    refuse(plan, row, _mm256_or_si256(bad, w.excess));
}

/* m / 10^8 for m below 2^52, which is put behind the digits of 2^52 to become a double. */
AVX2 static inline __m256d scale_down(__m256i m)
{
    const __m256d base = _mm256_set1_pd(0x1p52);
    __m256d value = _mm256_castsi256_pd(_mm256_or_si256(m, _mm256_castpd_si256(base)));
    return _mm256_div_pd(_mm256_sub_pd(value, base), _mm256_set1_pd(1e8));
}

AVX2 static uint64_t fixed(const char *text, const struct tlm_hot_spans *spans, size_t n,
                           uint64_t *out)
{
    const size_t rows = (n + 7) & ~(size_t)7;
    const __m256i from = _mm256_setr_epi8(-8, -7, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 7, 8,
                                          -8, -7, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 7, 8);
    struct windows windows;
    struct plan plan;
    plan.refused = 0;
    classify(&windows, text, spans, rows / 2);
    for (size_t row = 0; row < rows; row += STEP_ROWS)
        plan_fixed(&windows, spans, row, &plan);
    for (size_t row = 0; row < rows; row += 4) {
        const size_t g = row / 2;
        __m256i value =
            combine(align(&windows, &plan, g, from), align(&windows, &plan, g + 1, from));
        value = _mm256_castpd_si256(scale_down(value));
        value = _mm256_or_si256(value, _mm256_slli_epi64(load_signs(&windows, g), 63));
        _mm256_storeu_si256((__m256i *)(out + row), value);
    }
    return plan.refused;
}

AVX2 static inline void plan_integer(const struct windows *windows,
                                     const struct tlm_hot_spans *spans, size_t row,
                                     struct plan *plan)
{
    const struct step w = load_step(windows, spans, row, plan);
    const __m256i one = _mm256_set1_epi16(1), none = _mm256_setzero_si256();
    const __m256i digits = _mm256_andnot_si256(w.minus, w.inside);
    __m256i bad = _mm256_xor_si256(_mm256_and_si256(w.others, w.inside), w.minus);
    bad = _mm256_or_si256(bad, _mm256_cmpeq_epi16(digits, none));
    const __m256i first_zero = _mm256_and_si256(w.zeros, _mm256_add_epi16(w.minus, one));
    const __m256i only_one = _mm256_cmpeq_epi16(w.inside, one);
    bad = _mm256_or_si256(bad, _mm256_andnot_si256(only_one, first_zero));
    memcpy(plan->shift + row, plan->len + row, STEP_ROWS * sizeof *plan->shift);
    refuse(plan, row, _mm256_or_si256(bad, w.excess));
}

AVX2 static uint64_t integer(const char *text, const struct tlm_hot_spans *spans, size_t n,
                             uint64_t *out)
{
    const size_t rows = (n + 7) & ~(size_t)7;
    const __m256i from =
        _mm256_setr_epi8(-16, -15, -14, -13, -12, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1, -16,
                         -15, -14, -13, -12, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1);
    struct windows windows;
    struct plan plan;
    plan.refused = 0;
    classify(&windows, text, spans, rows / 2);
    for (size_t row = 0; row < rows; row += STEP_ROWS)
        plan_integer(&windows, spans, row, &plan);
    for (size_t row = 0; row < rows; row += 4) {
        const size_t g = row / 2;
        __m256i value =
            combine(align(&windows, &plan, g, from), align(&windows, &plan, g + 1, from));
        __m256i sign = _mm256_sub_epi64(_mm256_setzero_si256(), load_signs(&windows, g));
        value = _mm256_sub_epi64(_mm256_xor_si256(value, sign), sign);
        _mm256_storeu_si256((__m256i *)(out + row), value);
    }
    return plan.refused;
}

static uint64_t wide(const char *text, const struct tlm_hot_spans *spans, size_t n, uint64_t *out)
{
    return tlm__hot_portable.wide(text, spans, n, out);
}

const struct tlm_hot_level tlm__hot_avx2 = {"avx2", scan, scan_text, differ, fixed, integer, wide};

#endif
