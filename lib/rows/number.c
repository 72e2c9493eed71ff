/* Up to 19 digits fit uint64_t: they are read eight at a time and scaled by one multiplication
 * where that is exact (Clinger), else by Eisel-Lemire. More digits are rare and take the slow path.
 */
#include "rows/number.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rows/eisel_lemire.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))
#define LIKELY(x) __builtin_expect(!!(x), 1)

enum {
    MAX_DIGITS = 19,   /* any number of so many digits is below 2^64 */
    EXACT_POWER = 22,  /* 10^22 is the largest power of ten that a double holds */
    TIE_DIGITS = 780,  /* more than any value halfway between two doubles has (767) */
    EXPONENT_ROOM = 24 /* characters of "1e-9223372036854775808" and a NUL, at least */
};

#define EXACT_INTEGER (UINT64_C(1) << DBL_MANT_DIG)
#define EXPONENT_CAP INT64_C(100000000000000000) /* larger ones change nothing any more */

/* Without double arithmetic in double precision the one-step scaling would round twice. */
#define HAS_EXACT_SCALING (FLT_EVAL_METHOD == 0)

/* What is being read; constant where it matters for speed, as everything inlines. */
struct form {
    const char *start, *end;
    char decimal;
    bool lax;    /* CSV: a plus, leading zeros, no digit on one side of the point */
    bool padded; /* 8 bytes after end are readable */
};

static const uint64_t small_powers[9] = {1,      10,      100,      1000,     10000,
                                         100000, 1000000, 10000000, 100000000};

static const double exact_powers[EXACT_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                     1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                     1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

ALWAYS_INLINE bool is_digit(char c)
{
    return (unsigned char)(c - '0') <= 9;
}

ALWAYS_INLINE uint64_t load8(const char *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

ALWAYS_INLINE uint64_t byte_at(const char *p, size_t i)
{
    return (uint64_t)(unsigned char)p[i] << 8 * i;
}

/* The last 1 to 7 bytes before end, in the low bytes, without reading outside start..end. */
ALWAYS_INLINE uint64_t load_tail(struct form form, size_t left)
{
    const char *p = form.end - left;
    if (form.end - form.start >= 8)
        return load8(form.end - 8) >> 8 * (8 - left);
    uint64_t word = byte_at(p, 0) | byte_at(p, left / 2) | byte_at(p, left - 1);
    if (left > 3)
        word |= byte_at(p, 1) | byte_at(p, left - 2);
    if (left > 5)
        word |= byte_at(p, 2) | byte_at(p, left - 3);
    return word;
}

/* Eight bytes of 0 to 9, the first one the most significant, to their value. */
ALWAYS_INLINE uint64_t eight_digits(uint64_t digits)
{
    const uint64_t mask = UINT64_C(0x000000ff000000ff);
    digits = digits * 10 + (digits >> 8);
    return ((digits & mask) * (100 + (UINT64_C(1000000) << 32)) +
            (digits >> 16 & mask) * (1 + (UINT64_C(10000) << 32))) >>
           32;
}

/* Appends the digits at p to *value and returns their end. Past 19 digits the value wraps. */
ALWAYS_INLINE const char *take_digits(struct form form, const char *p, uint64_t *value)
{
    for (;;) {
        size_t left = (size_t)(form.end - p);
        if (left == 0)
            return p;
        uint64_t word = form.padded || left >= 8 ? load8(p) : load_tail(form, left);
        word ^= UINT64_C(0x3030303030303030);
        uint64_t stop =
            ((word + UINT64_C(0x7676767676767676)) | word) & UINT64_C(0x8080808080808080);
        size_t n = stop ? (size_t)__builtin_ctzll(stop) / 8 : 8;
        if (n > left)
            n = left;
        if (n == 0)
            return p;
        *value = *value * small_powers[n] + eight_digits(word << (64 - 8 * n));
        p += n;
        if (n < 8)
            return p;
    }
}

/* p is at the 'e'. Returns the end, or NULL when there is no digit. */
static const char *take_exponent(const char *p, const char *end, int64_t *exponent)
{
    p++;
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    if (p == end || !is_digit(*p))
        return NULL;
    int64_t value = 0;
    for (; p < end && is_digit(*p); p++)
        if (value < EXPONENT_CAP)
            value = value * 10 + (*p - '0');
    *exponent = negative ? -value : value;
    return p;
}

ALWAYS_INLINE double with_sign(double value, bool negative)
{
    return __builtin_copysign(value, negative ? -1.0 : 1.0);
}

ALWAYS_INLINE void set_integer(struct tlm_number *number, bool negative, uint64_t digits)
{
    if (LIKELY(digits <= (uint64_t)INT64_MAX + negative)) {
        number->kind = TLM_NUMBER_INT;
        number->integer = (int64_t)(negative ? 0 - digits : digits);
        number->real = with_sign((double)number->integer, negative);
        return;
    }
    number->kind = TLM_NUMBER_BIG;
    number->fits_uint64 = !negative;
    number->as_uint64 = digits;
    number->real = with_sign((double)digits, negative);
}

ALWAYS_INLINE void set_real(struct tlm_number *number, bool negative, uint64_t digits,
                            int64_t exponent)
{
    number->kind = TLM_NUMBER_DOUBLE;
    if (LIKELY(HAS_EXACT_SCALING && digits <= EXACT_INTEGER && exponent >= -EXACT_POWER &&
               exponent <= EXACT_POWER)) {
        double value = (double)(int64_t)digits;
        value = exponent < 0 ? value / exact_powers[-exponent] : value * exact_powers[exponent];
        number->real = with_sign(value, negative);
        return;
    }
    number->real = with_sign(tlm__eisel_lemire(digits, exponent), negative);
    if (isinf(number->real))
        number->kind = TLM_NUMBER_HUGE;
}

/* ---- more than 19 digits -------------------------------------------------------------------- */

/* A number known to be well formed: its digits, leading zeros dropped, the point taken out. */
struct digits {
    const char *p, *end;
    char decimal;
    size_t left;      /* digits not yet taken */
    int64_t exponent; /* of ten, for the last digit */
    bool negative, is_real;
};

static int next_digit(struct digits *digits)
{
    if (*digits->p == digits->decimal)
        digits->p++;
    digits->left--;
    return *digits->p++ - '0';
}

static struct digits find_digits(const char *text, const char *end, char decimal)
{
    struct digits digits = {.p = text, .end = end, .decimal = decimal, .negative = *text == '-'};
    if (*text == '-' || *text == '+')
        digits.p++;
    const char *p = digits.p;
    for (; p < end && is_digit(*p); p++)
        digits.left++;
    if (p < end && *p == decimal) {
        digits.is_real = true;
        for (p++; p < end && is_digit(*p); p++, digits.exponent--)
            digits.left++;
    }
    if (p < end) {
        int64_t exponent = 0;
        take_exponent(p, end, &exponent);
        digits.is_real = true;
        digits.exponent += exponent;
    }
    while (digits.left > 0 && (*digits.p == '0' || *digits.p == decimal))
        digits.left -= *digits.p++ == '0';
    return digits;
}

static bool any_nonzero(struct digits digits)
{
    while (digits.left > 0)
        if (next_digit(&digits) != 0)
            return true;
    return false;
}

/* All digits that can matter, without a point, so that the locale has no say. */
static double ask_strtod(struct digits digits)
{
    char text[TIE_DIGITS + EXPONENT_ROOM];
    size_t n = 0;
    while (n < TIE_DIGITS && digits.left > 0)
        text[n++] = (char)('0' + next_digit(&digits));
    int64_t exponent = digits.exponent + (int64_t)digits.left;
    if (any_nonzero(digits)) {
        text[n++] = '1'; /* stands for all of them: just above */
        exponent--;
    }
    snprintf(text + n, sizeof text - n, "e%" PRId64, exponent);
    return strtod(text, NULL);
}

/* The first 19 digits bound the value from both sides; mostly both bounds round to one double. */
static double long_real(struct digits digits)
{
    struct digits rest = digits;
    uint64_t first = 0;
    for (int i = 0; i < MAX_DIGITS && rest.left > 0; i++)
        first = first * 10 + (uint64_t)next_digit(&rest);
    int64_t exponent = rest.exponent + (int64_t)rest.left;
    double low = tlm__eisel_lemire(first, exponent);
    if (!any_nonzero(rest) || low == tlm__eisel_lemire(first + 1, exponent))
        return low;
    return ask_strtod(digits);
}

static bool long_uint64(struct digits digits, uint64_t *value)
{
    uint64_t sum = 0;
    while (digits.left > 0) {
        uint64_t digit = (uint64_t)next_digit(&digits);
        if (__builtin_mul_overflow(sum, UINT64_C(10), &sum) ||
            __builtin_add_overflow(sum, digit, &sum))
            return false;
    }
    *value = sum;
    return true;
}

static __attribute__((noinline, cold)) void set_long(struct tlm_number *number, const char *text,
                                                     const char *end, char decimal)
{
    struct digits digits = find_digits(text, end, decimal);
    uint64_t integer;
    if (!digits.is_real && long_uint64(digits, &integer)) {
        set_integer(number, digits.negative, integer);
        return;
    }
    number->real = with_sign(long_real(digits), digits.negative);
    number->fits_uint64 = false;
    if (isinf(number->real))
        number->kind = TLM_NUMBER_HUGE;
    else
        number->kind = digits.is_real ? TLM_NUMBER_DOUBLE : TLM_NUMBER_BIG;
}

/* ---- the common path ------------------------------------------------------------------------ */

/* Returns the number's end, or NULL. */
ALWAYS_INLINE const char *scan(struct form form, struct tlm_number *number)
{
    const char *p = form.start, *end = form.end;
    bool negative = p < end && *p == '-';
    p += negative || (form.lax && p < end && *p == '+');
    const char *whole = p;
    uint64_t digits = 0;
    int64_t exponent = 0;
    bool is_real = false;
    p = take_digits(form, p, &digits);
    size_t n = (size_t)(p - whole);
    if (!form.lax && (n == 0 || (n > 1 && *whole == '0')))
        return NULL;
    if (p < end && *p == form.decimal) {
        const char *fraction = ++p;
        p = take_digits(form, p, &digits);
        exponent = fraction - p;
        n += (size_t)(p - fraction);
        is_real = true;
        if (!form.lax && exponent == 0)
            return NULL;
    }
    if (form.lax && n == 0)
        return NULL;
    if (p < end && (*p | 0x20) == 'e') {
        int64_t power = 0;
        p = take_exponent(p, end, &power);
        if (!p)
            return NULL;
        exponent += power;
        is_real = true;
    }
    if (!LIKELY(n <= MAX_DIGITS))
        set_long(number, form.start, p, form.decimal);
    else if (is_real)
        set_real(number, negative, digits, exponent);
    else
        set_integer(number, negative, digits);
    return p;
}

size_t tlm__number_scan(const char *text, size_t len, struct tlm_number *number)
{
    struct form json = {.start = text, .end = text + len, .decimal = '.', .padded = true};
    const char *end = scan(json, number);
    if (end)
        return (size_t)(end - text);
    number->kind = TLM_NUMBER_NONE;
    return 0;
}

static bool is_word(const char *text, size_t len, const char *word)
{
    for (size_t i = 0; i < len; i++)
        if (word[i] == '\0' || (text[i] | 0x20) != word[i])
            return false;
    return word[len] == '\0';
}

static __attribute__((noinline)) bool read_name(const char *text, size_t len,
                                                struct tlm_number *number)
{
    bool negative = len > 0 && *text == '-';
    size_t sign = negative || (len > 0 && *text == '+');
    text += sign;
    len -= sign;
    double value;
    if (len == 3 && is_word(text, len, "nan"))
        value = NAN;
    else if ((len == 3 && is_word(text, len, "inf")) ||
             (len == 8 && is_word(text, len, "infinity")))
        value = INFINITY;
    else
        return false;
    number->kind = TLM_NUMBER_DOUBLE;
    number->real = with_sign(value, negative);
    return true;
}

ALWAYS_INLINE bool read_csv(struct form csv, struct tlm_number *number)
{
    const char *end = scan(csv, number);
    if (LIKELY(end && end == csv.end))
        return true;
    number->kind = TLM_NUMBER_NONE;
    return !end && read_name(csv.start, (size_t)(csv.end - csv.start), number);
}

bool tlm__number_read(const char *text, size_t len, char decimal, struct tlm_number *number)
{
    struct form csv = {.start = text, .end = text + len, .decimal = decimal, .lax = true};
    return read_csv(csv, number);
}

bool tlm__number_read_padded(const char *text, size_t len, char decimal, struct tlm_number *number)
{
    struct form csv = {
        .start = text, .end = text + len, .decimal = decimal, .lax = true, .padded = true};
    return read_csv(csv, number);
}
