/* Raffaello Giulietti, "The Schubfach way to render doubles" (2020): of the decimals with one digit
 * more and one digit less than the interval of a double is wide, at most four can be the answer,
 * and three products with a power of ten tell which. */
#include "base/shortest.h"

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/pow10_table.h"

enum {
    DIGITS_MAX = 17,
    PLAIN_FIRST = -4, /* powers of ten of the first digit that are written without exponent */
    PLAIN_LAST = 15
};

__extension__ typedef unsigned __int128 uint128;

/* significand * 2^exponent */
struct binary {
    uint64_t significand;
    int exponent;
    bool closer_below; /* a power of two: the next smaller number is half as far as the next one */
};

/* digits * 10^exponent */
struct decimal {
    uint64_t digits;
    int exponent;
};

/* ---- which decimal -----------------------------------------------------------------------------
 */

/* floor(log10(2^e)), or of 3/4 of it; and floor(log2(10^e)). */
static int log10_of_pow2(int e, bool three_quarters)
{
    return (int)((e * INT64_C(1262611) - (three_quarters ? 524031 : 0)) >> 22);
}

static int log2_of_pow10(int e)
{
    return (int)((e * INT64_C(1741647)) >> 19);
}

/* The product's integer part with the last bit set when anything follows it: comparisons with even
 * numbers come out as they would for the exact product. */
static uint64_t round_to_odd(const uint64_t power[2], uint64_t factor)
{
    uint128 wide = (uint128)power[0] * factor + ((uint128)power[1] * factor >> 64);
    return (uint64_t)(wide >> 64) | ((uint64_t)wide > 1);
}

/* All four times what they are: the number, and the ends of the interval that reads back to it. */
struct scaled {
    uint64_t value, lower, upper;
    int exponent; /* the value is value / 4 * 10^exponent */
};

static struct scaled scale(const struct binary *number)
{
    uint64_t odd = number->significand & 1; /* ends round to even significands only */
    uint64_t middle = 4 * number->significand;
    int k = log10_of_pow2(number->exponent, number->closer_below);
    int shift = number->exponent + log2_of_pow10(-k) + 1;
    const uint64_t *power = pow10_table[-k - POW10_FIRST];
    return (struct scaled){
        .value = round_to_odd(power, middle << shift),
        .lower = round_to_odd(power, (middle - 2 + number->closer_below) << shift) + odd,
        .upper = round_to_odd(power, (middle + 2) << shift) - odd,
        .exponent = k,
    };
}

static struct decimal nearest(const struct binary *number)
{
    const struct scaled in = scale(number);
    uint64_t low = in.value / 4, tens = low / 10;
    bool low_inside = in.lower <= 40 * tens, high_inside = 40 * tens + 40 <= in.upper;
    if (low >= 10 && low_inside != high_inside)
        return (struct decimal){tens + high_inside, in.exponent + 1};
    low_inside = in.lower <= 4 * low;
    high_inside = 4 * low + 4 <= in.upper;
    uint64_t half = 4 * low + 2;
    bool up = low_inside != high_inside ? high_inside
                                        : in.value > half || (in.value == half && (low & 1));
    return (struct decimal){low + up, in.exponent};
}

/* Whole numbers need no search: their digits are the answer, or those without the zeros. */
static bool is_whole(const struct binary *number)
{
    int e = -number->exponent;
    return e >= 0 && e < 53 && (number->significand & ((UINT64_C(1) << e) - 1)) == 0;
}

static struct decimal decimal_of(const struct binary *number)
{
    if (is_whole(number))
        return (struct decimal){number->significand >> -number->exponent, 0};
    return nearest(number);
}

/* ---- digits ------------------------------------------------------------------------------------
 */

/* Eight digits side by side, the first one in the lowest byte. */
static uint64_t eight_digits(uint64_t value)
{
    uint64_t fours = value / 10000 | (value % 10000) << 32;
    uint64_t hundreds = (fours * 10486 >> 20) & UINT64_C(0x0000007f0000007f);
    uint64_t twos = ((fours - 100 * hundreds) << 16) + hundreds;
    uint64_t tens = (twos * 103 >> 10) & UINT64_C(0x000f000f000f000f);
    return tens + ((twos - 10 * tens) << 8);
}

/* The first digit, and up to 16 after it, the next one in the lowest byte; zeros follow that do not
 * count. All stays in registers: text that was just written in pieces is slow to load in others. */
struct digits {
    unsigned first;
    uint128 rest;
    int n;     /* digits that count, the first one too */
    int power; /* of ten, of the first digit */
};

/* Of 17 digits. */
static int ending_zeros(uint64_t middle, uint64_t low)
{
    if (low)
        return __builtin_clzll(low) / 8;
    return middle ? 8 + __builtin_clzll(middle) / 8 : 16;
}

/* decimal->digits is not 0. */
static struct digits spell(const struct decimal *decimal)
{
    uint64_t upper = decimal->digits / 100000000, head = upper / 100000000;
    uint64_t low = eight_digits(decimal->digits % 100000000);
    uint64_t middle = eight_digits(upper % 100000000);
    uint128 rest = (uint128)low << 64 | middle;
    int zeros = ending_zeros(middle, low);
    if (head) /* 17 digits */
        return (struct digits){(unsigned)head, rest, DIGITS_MAX - zeros, 16 + decimal->exponent};
    int before = middle ? __builtin_ctzll(middle) / 8 : 8 + __builtin_ctzll(low) / 8;
    rest >>= 8 * before;
    return (struct digits){(unsigned)rest & 15, rest >> 8, 16 - before - zeros,
                           15 - before + decimal->exponent};
}

/* ---- text --------------------------------------------------------------------------------------
 * Pieces of a fixed length, longer than what counts, are faster to write. */

static const char small_start[8] = {'0', '.', '0', '0', '0', '0', '0', '0'};
static const char nan_text[3] = {'N', 'a', 'N'};
static const char infinity_text[8] = {'I', 'n', 'f', 'i', 'n', 'i', 't', 'y'};

static void put_sixteen(char *out, uint128 digits)
{
    const uint64_t zeros = 0x3030303030303030;
    uint64_t words[2] = {htole64((uint64_t)digits | zeros),
                         htole64((uint64_t)(digits >> 64) | zeros)};
    memcpy(out, words, sizeof words);
}

static char *put_large(char *out, const struct digits *digits)
{
    int whole = digits->power; /* digits before the point, without the first */
    *out++ = (char)('0' + digits->first);
    put_sixteen(out, digits->rest);
    out[whole] = '.';
    put_sixteen(out + whole + 1, digits->rest >> 8 * whole);
    return out + (digits->n > whole + 1 ? digits->n : whole + 2);
}

static char *put_small(char *out, const struct digits *digits)
{
    int zeros = -digits->power - 1;
    memcpy(out, small_start, sizeof small_start);
    out += 2 + zeros;
    *out = (char)('0' + digits->first);
    put_sixteen(out + 1, digits->rest);
    return out + digits->n;
}

static char *put_exponent(char *out, int power)
{
    *out++ = 'e';
    if (power < 0)
        *out++ = '-';
    int size = power < 0 ? -power : power;
    if (size >= 100)
        *out++ = (char)('0' + size / 100);
    if (size >= 10)
        *out++ = (char)('0' + size / 10 % 10);
    *out++ = (char)('0' + size % 10);
    return out;
}

static char *put_scientific(char *out, const struct digits *digits)
{
    out[0] = (char)('0' + digits->first);
    out[1] = '.';
    put_sixteen(out + 2, digits->rest);
    return put_exponent(out + (digits->n > 1 ? digits->n + 1 : 1), digits->power);
}

static char *put_finite(char *out, const struct binary *number)
{
    if (number->significand == 0) {
        memcpy(out, small_start, 3);
        return out + 3;
    }
    const struct decimal decimal = decimal_of(number);
    const struct digits digits = spell(&decimal);
    if (digits.power > PLAIN_LAST || digits.power < PLAIN_FIRST)
        return put_scientific(out, &digits);
    return digits.power >= 0 ? put_large(out, &digits) : put_small(out, &digits);
}

/* ---- formats -----------------------------------------------------------------------------------
 */

/* A binary format of IEEE 754. */
struct format {
    int fraction_bits, exponent_bits;
};

static size_t text_of(uint64_t bits, struct format format, char *out)
{
    const int special = (1 << format.exponent_bits) - 1;
    uint64_t hidden = UINT64_C(1) << format.fraction_bits, fraction = bits & (hidden - 1);
    int exponent = (int)(bits >> format.fraction_bits) & special;
    char *at = out;
    if (exponent == special && fraction) {
        memcpy(out, nan_text, sizeof nan_text);
        return sizeof nan_text;
    }
    if (bits >> (format.fraction_bits + format.exponent_bits))
        *at++ = '-';
    if (exponent == special) {
        memcpy(at, infinity_text, sizeof infinity_text);
        return (size_t)(at - out) + sizeof infinity_text;
    }
    struct binary number = {
        .significand = exponent ? hidden | fraction : fraction,
        .exponent = (exponent ? exponent : 1) - special / 2 - format.fraction_bits,
        .closer_below = fraction == 0 && exponent > 1,
    };
    return (size_t)(put_finite(at, &number) - out);
}

size_t tlm__double_text(double value, char *out)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return text_of(bits, (struct format){.fraction_bits = 52, .exponent_bits = 11}, out);
}

size_t tlm__float_text(float value, char *out)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return text_of(bits, (struct format){.fraction_bits = 23, .exponent_bits = 8}, out);
}
