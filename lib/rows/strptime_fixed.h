/* Times in a format whose numbers all have their full number of digits, so that each of them has
 * its place in the text. */
#ifndef TLM_ROWS_STRPTIME_FIXED_H
#define TLM_ROWS_STRPTIME_FIXED_H

#include <stddef.h>

#include "rows/civil.h"

enum { TLM_FIXED_MAX = 32, TLM_FIXED_FIELDS = 6 };

/* {0} takes nothing. */
struct tlm_strptime_fixed {
    size_t len;                  /* of the text */
    char literal[TLM_FIXED_MAX]; /* what is no digit, zeros elsewhere */
    char mask[TLM_FIXED_MAX];    /* all bits where there is a literal */
    int8_t at[TLM_FIXED_FIELDS]; /* of year, month, day, hour, minute, second; -1: not there */
};

/* Learns a format that has passed tlm__strptime_check. One with other conversions than %Y %m %d %H
 * %M %S, or what stands for them, leaves {0}. */
void tlm__strptime_fix(const char *format, struct tlm_strptime_fixed *fixed);
/* Reads all of text as tlm__strptime_read does. False: that one has to look at it. */
bool tlm__strptime_fixed_read(const struct tlm_strptime_fixed *fixed, const char *text, size_t len,
                              struct tlm_civil *civil);

#endif
