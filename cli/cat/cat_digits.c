#include "cat/cat_digits.h"

#include <string.h>

static const char pairs[] = "00010203040506070809"
                            "10111213141516171819"
                            "20212223242526272829"
                            "30313233343536373839"
                            "40414243444546474849"
                            "50515253545556575859"
                            "60616263646566676869"
                            "70717273747576777879"
                            "80818283848586878889"
                            "90919293949596979899";

void cat_digits2(char out[2], unsigned value)
{
    memcpy(out, pairs + 2 * value, 2);
}

void cat_digits3(char out[3], unsigned value)
{
    out[0] = (char)('0' + value / 100);
    memcpy(out + 1, pairs + 2 * (value % 100), 2);
}

size_t cat_digits_whole(char *out, uint64_t value)
{
    char text[20], *at = text + sizeof text;
    for (; value >= 100; value /= 100)
        memcpy(at -= 2, pairs + 2 * (value % 100), 2);
    if (value >= 10)
        memcpy(at -= 2, pairs + 2 * value, 2);
    else
        *--at = (char)('0' + value);
    size_t len = (size_t)(text + sizeof text - at);
    memcpy(out, at, len);
    return len;
}

size_t cat_digits_integer(char *out, int64_t value)
{
    if (value >= 0)
        return cat_digits_whole(out, (uint64_t)value);
    out[0] = '-';
    return 1 + cat_digits_whole(out + 1, -(uint64_t)value);
}
