/* Eight digits at a time in an ordinary register. */
#ifndef TLM_ROWS_HOT_DIGITS_H
#define TLM_ROWS_HOT_DIGITS_H

#include <stdint.h>
#include <string.h>

#define TLM_EACH_BYTE UINT64_C(0x0101010101010101)
#define TLM_HIGH_BITS (TLM_EACH_BYTE << 7)

/* The first byte is the lowest. */
static inline uint64_t tlm__load8(const char *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* Eight characters with their '0' taken off. */
static inline uint64_t tlm__digits8(const char *p)
{
    return tlm__load8(p) ^ TLM_EACH_BYTE * '0';
}

/* The highest bit of each byte that is not 0 to 9. */
static inline uint64_t tlm__no_digits(uint64_t digits)
{
    return ((digits + TLM_EACH_BYTE * 0x76) | digits) & TLM_HIGH_BITS;
}

/* Eight bytes of 0 to 9, the lowest one the most significant, to their value. */
static inline uint64_t tlm__value8(uint64_t digits)
{
    const uint64_t mask = UINT64_C(0x000000ff000000ff);
    digits = digits * 10 + (digits >> 8);
    return ((digits & mask) * (100 + (UINT64_C(1000000) << 32)) +
            (digits >> 16 & mask) * (1 + (UINT64_C(10000) << 32))) >>
           32;
}

/* The first n of the bytes, 1 to 8, as the last ones; zeros come before them. */
static inline uint64_t tlm__digits_right(uint64_t digits, size_t n)
{
    return digits << (64 - 8 * n);
}

/* The first n of the bytes, 1 to 8; zeros come behind them. */
static inline uint64_t tlm__digits_left(uint64_t digits, size_t n)
{
    return digits & UINT64_MAX >> (64 - 8 * n);
}

#endif
