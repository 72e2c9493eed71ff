/* Daniel Lemire, "Number Parsing at a Gigabyte per Second" (2021); that the 128-bit product always
 * suffices: Noble Mushtak and Daniel Lemire, "Fast Number Parsing Without Fallback" (2023). */
#include "rows/eisel_lemire.h"

#include <string.h>

#include "rows/pow5_table.h"

enum {
    MANTISSA_BITS = 52,
    EXPONENT_BIAS = 1023,
    EXPONENT_INFINITE = 0x7ff,
    KEPT_BITS = MANTISSA_BITS + 3, /* implicit bit, rounding bit, and one for normalization */
    TIE_FIRST = -4,                /* outside these powers of ten no tie has 64-bit digits */
    TIE_LAST = 23
};

__extension__ typedef unsigned __int128 uint128;

struct product {
    uint64_t high, low;
};

static double from_bits(uint64_t mantissa, uint64_t exponent)
{
    uint64_t bits = exponent << MANTISSA_BITS | mantissa;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* The second product is needed only when a carry from it could reach the bits that are kept. */
static struct product multiply(uint64_t digits, const uint64_t pow5[2])
{
    uint128 wide = (uint128)digits * pow5[0];
    const uint64_t unsure = UINT64_MAX >> KEPT_BITS;
    if (((uint64_t)(wide >> 64) & unsure) == unsure)
        wide += (uint128)digits * pow5[1] >> 64;
    return (struct product){.high = (uint64_t)(wide >> 64), .low = (uint64_t)wide};
}

/* floor(log2(10^exponent)) + 63, for the exponents of the table: 217706 / 2^16 is nearly log2(10),
 * and the 2048 keep what is shifted positive. */
static int64_t binary_exponent(int64_t exponent)
{
    uint64_t scaled = (uint64_t)(217706 * exponent + (INT64_C(2048) << 16));
    return (int64_t)(scaled >> 16) - 2048 + 63;
}

static double denormal(uint64_t mantissa, int64_t exponent)
{
    int64_t shift = 1 - exponent;
    if (shift >= 64)
        return 0;
    mantissa >>= shift;
    mantissa = (mantissa + (mantissa & 1)) >> 1;
    return from_bits(mantissa, 0); /* rounding up into bit 52 makes it the smallest normal */
}

double tlm__eisel_lemire(uint64_t digits, int64_t exponent)
{
    if (digits == 0 || exponent < POW5_FIRST)
        return 0;
    if (exponent > POW5_LAST)
        return from_bits(0, EXPONENT_INFINITE);
    int zeros = __builtin_clzll(digits);
    struct product product = multiply(digits << zeros, pow5_table[exponent - POW5_FIRST]);
    int top = (int)(product.high >> 63);
    int shift = top + 64 - KEPT_BITS;
    uint64_t mantissa = product.high >> shift;
    int64_t power = binary_exponent(exponent) + top - zeros + EXPONENT_BIAS;
    if (power <= 0)
        return denormal(mantissa, power);
    if (product.low <= 1 && exponent >= TIE_FIRST && exponent <= TIE_LAST && (mantissa & 3) == 1 &&
        mantissa << shift == product.high)
        mantissa &= ~UINT64_C(1); /* an exact tie: to even, here down */
    mantissa = (mantissa + (mantissa & 1)) >> 1;
    if (mantissa >> (MANTISSA_BITS + 1)) {
        mantissa >>= 1;
        power++;
    }
    if (power >= EXPONENT_INFINITE)
        return from_bits(0, EXPONENT_INFINITE);
    return from_bits(mantissa & ((UINT64_C(1) << MANTISSA_BITS) - 1), (uint64_t)power);
}

const uint64_t *tlm__pow5(int64_t exponent)
{
    return pow5_table[exponent - POW5_FIRST];
}
