/* Counts of a unit since a point in time, as decimal text, to nanoseconds: by shifting the decimal
 * point, never through a double. */
#ifndef TLM_ROWS_EPOCH_H
#define TLM_ROWS_EPOCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The decimal 0.DIGITS * 10^power; DIGITS starts with 1 to 9. Borrows the text. */
struct tlm_epoch {
    const char *digits; /* among them perhaps the decimal character */
    size_t n_digits;    /* 0: the number is zero */
    int64_t power;
    char decimal;
    bool negative;
};

/* Reads all of text as a decimal number: sign, digits with or without the decimal character,
 * exponent. False: it is none. */
bool tlm__epoch_read(const char *text, size_t len, char decimal, struct tlm_epoch *epoch);
/* The nearest number of nanoseconds when the unit is 10^unit_power of them; halves go away from
 * zero. False: outside int64. */
bool tlm__epoch_ns(const struct tlm_epoch *epoch, int unit_power, int64_t *ns);

#endif
