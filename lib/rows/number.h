/* Decimal text to integers and doubles, exactly rounded, without locale. */
#ifndef TLM_ROWS_NUMBER_H
#define TLM_ROWS_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tlm_number_kind {
    TLM_NUMBER_NONE,   /* not a number */
    TLM_NUMBER_INT,    /* integer: no point, no exponent, fits int64; "-0" too */
    TLM_NUMBER_BIG,    /* an integer outside int64 that has a finite nearest double */
    TLM_NUMBER_DOUBLE, /* with point or exponent, or NaN or an infinity by name */
    TLM_NUMBER_HUGE    /* beyond double's range: 1e400, or an integer as large */
};

/* Members that do not belong to the kind keep what they held. NONE after a failure. */
struct tlm_number {
    enum tlm_number_kind kind;
    bool fits_uint64;   /* BIG: 2^63 .. 2^64-1 */
    int64_t integer;    /* INT */
    uint64_t as_uint64; /* BIG and fits_uint64 */
    double real; /* of all kinds but NONE, with the bits that strtod gives: -0.0 for the INT "-0" */
};

/* Reads a number of RFC 8259's grammar at text. Returns its length, 0 when there is none, also for
 * a start that no number goes on from: "01", "1.", "1e", "-". What follows the number is for the
 * caller to check. At least 8 bytes after text + len are readable; they are not part of the text.
 */
size_t tlm__number_scan(const char *text, size_t len, struct tlm_number *number);
/* Reads all of text as a number as CSV writers print them: also +1, .5, 1., leading zeros, and (any
 * case) nan, inf, infinity with an optional sign. decimal is '.' or ','; the other one is refused.
 * False: it is not a number. Reads nothing outside text. */
bool tlm__number_read(const char *text, size_t len, char decimal, struct tlm_number *number);
/* The same, where at least 8 bytes behind the text are readable. */
bool tlm__number_read_padded(const char *text, size_t len, char decimal, struct tlm_number *number);

#endif
