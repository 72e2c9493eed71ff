#include "base/crc_join.h"

/* Polynomials of degree below 32 over GF(2), the coefficient of x^0 in the highest bit, as a
 * reflected CRC has them. */
#define POLYNOMIAL UINT32_C(0xedb88320)
#define ONE UINT32_C(0x80000000)
#define X8 (ONE >> 8)

static uint32_t multiply(uint32_t a, uint32_t b)
{
    uint32_t product = 0;
    for (; a; a <<= 1) {
        product ^= b & (0 - (a >> 31));
        b = b >> 1 ^ (POLYNOMIAL & (0 - (b & 1)));
    }
    return product;
}

uint32_t tlm__crc_shift(size_t len)
{
    uint32_t shift = ONE;
    for (uint32_t square = X8; len; len >>= 1, square = multiply(square, square))
        if (len & 1)
            shift = multiply(shift, square);
    return shift;
}

uint32_t tlm__crc_join(uint32_t first, uint32_t second, uint32_t shift)
{
    return multiply(first, shift) ^ second;
}
