/* The Eisel-Lemire algorithm: a decimal with a 64-bit significand to the nearest double. */
#ifndef TLM_ROWS_EISEL_LEMIRE_H
#define TLM_ROWS_EISEL_LEMIRE_H

#include <stdint.h>

/* The double nearest to digits * 10^exponent, ties to even, for any arguments: zero or a denormal
 * below double's range, infinity above it. */
double tlm__eisel_lemire(uint64_t digits, int64_t exponent);

/* For loops that do the same with several numbers at once: the first 128 bits of 5^exponent, high
 * word first, for exponents from -342 to 308; those of the exponents before it lie before it. */
const uint64_t *tlm__pow5(int64_t exponent);

#endif
