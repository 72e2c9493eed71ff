/* Numbers with binary fractions to the shortest decimal text that reads back to the same bits; of
 * several the nearest one. */
#ifndef TLM_BASE_SHORTEST_H
#define TLM_BASE_SHORTEST_H

#include <stddef.h>

/* Room that both functions need: they may write to all of it. */
#define TLM_SHORTEST_MAX 40

/* Writes value and returns the length, without a NUL. From 1e-4 up to below 1e16 as 0.5, 12.0,
 * 1234.5678; else as 1e16, 1.5e-7, -2.5e300: there is always a point or an exponent, so that the
 * text stays a floating-point number. -0.0 keeps its sign. NaN, Infinity, -Infinity by name; the
 * bits of a NaN are lost. No locale is asked. */
size_t tlm__double_text(double value, char *out);
/* The same for single precision: 0.1f is 0.1. */
size_t tlm__float_text(float value, char *out);

#endif
