/* Numbers to text, quickly: generated text is long. */
#ifndef BENCH_DECIMAL_H
#define BENCH_DECIMAL_H

#include <stdint.h>

#define BENCH_DECIMAL_TEXT 32 /* room for either */

/* Each writes at `at`, without a NUL, and returns the place behind. */
char *bench_put_long(char *at, int64_t value);
/* Millionths: -1500000 is -1.500000. */
char *bench_put_micro(char *at, int64_t micro);

/* The double next to that decimal, as any exact reader of its text makes it, and back. For
 * magnitudes below 2^50. */
double bench_double_of_micro(int64_t micro);
int64_t bench_micro_of_double(double value);

#endif
