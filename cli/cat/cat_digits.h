/* Digits of numbers, two at a time. */
#ifndef CAT_DIGITS_H
#define CAT_DIGITS_H

#include <stddef.h>
#include <stdint.h>

#define CAT_INTEGER_TEXT 24

/* Two digits; value is below 100. */
void cat_digits2(char out[2], unsigned value);
/* Three digits; value is below 1000. */
void cat_digits3(char out[3], unsigned value);
/* Both return the length; out has room for CAT_INTEGER_TEXT bytes. */
size_t cat_digits_whole(char *out, uint64_t value);
size_t cat_digits_integer(char *out, int64_t value);

#endif
