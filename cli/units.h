/* Sizes, durations, counts and rates as people write them, to numbers and back. */
#ifndef UNITS_H
#define UNITS_H

#include <stddef.h>
#include <stdint.h>

#include "tlm.h"

enum units_result {
    UNITS_OK,
    UNITS_SYNTAX, /* not of that form */
    UNITS_RANGE   /* of that form, but too large; *out is untouched in both cases */
};

/* 1024, 512B, 64k 64K 64KiB (1024), 64kB 64KB (1000), and so on with M, G, T, P; upper and lower
 * case alike; a fraction (1.5GiB) is cut to whole bytes. */
enum units_result units_parse_size(const char *text, uint64_t *bytes);
/* ns us ms s m (or min) h d w, also together from large to small: 1h30m. A number without unit is
 * UNITS_SYNTAX, except 0. Never above INT64_MAX. */
enum units_result units_parse_duration(const char *text, uint64_t *ns);
/* 250000, 250k, 2M, 1.5G (decimal). */
enum units_result units_parse_count(const char *text, uint64_t *count);
/* 5MB/s (of bytes, as a size), 10000rows/s or 10krows/s (as a count). Nothing, or 0, is
 * UNITS_SYNTAX. */
enum units_result units_parse_rate(const char *text, struct tlm_rate *rate);

#define UNITS_TEXT 48 /* room for any of the following */

/* Each writes into out and returns it. */
char *units_print_size(char out[UNITS_TEXT], uint64_t bytes);  /* 0 B, 64 MiB, 1.4 GiB */
char *units_print_duration(char out[UNITS_TEXT], uint64_t ns); /* 350 ms, 1.5 s, 2m05s, 1h02m */
char *units_print_count(char out[UNITS_TEXT], uint64_t count); /* 1,234,567 */
char *units_print_short(char out[UNITS_TEXT], uint64_t count); /* 999, 12.3k, 1.2M */

#endif
