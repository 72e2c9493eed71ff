#include "bench/decimal.h"

#include <math.h>
#include <string.h>

#define MICRO 1000000

static char *put_unsigned(char *at, uint64_t value)
{
    char digits[20];
    size_t first = sizeof digits;
    do
        digits[--first] = (char)('0' + value % 10);
    while (value /= 10);
    memcpy(at, digits + first, sizeof digits - first);
    return at + (sizeof digits - first);
}

static uint64_t put_sign(char **at, int64_t value)
{
    if (value >= 0)
        return (uint64_t)value;
    *(*at)++ = '-';
    return 0 - (uint64_t)value;
}

char *bench_put_long(char *at, int64_t value)
{
    uint64_t magnitude = put_sign(&at, value);
    return put_unsigned(at, magnitude);
}

char *bench_put_micro(char *at, int64_t micro)
{
    uint64_t magnitude = put_sign(&at, micro);
    at = put_unsigned(at, magnitude / MICRO);
    *at++ = '.';
    uint32_t fraction = (uint32_t)(magnitude % MICRO);
    for (int i = 5; i >= 0; i--) {
        at[i] = (char)('0' + fraction % 10);
        fraction /= 10;
    }
    return at + 6;
}

double bench_double_of_micro(int64_t micro)
{
    /* Both are exact, so the quotient is the rounded decimal. */
    return (double)micro / MICRO;
}

int64_t bench_micro_of_double(double value)
{
    return llround(value * MICRO);
}
