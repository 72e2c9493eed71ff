/* The simplest scan for numbers that is fast: where they begin is found first, sixteen bytes at a
 * time, then each is converted by itself. It knows nothing of names, times, nulls or escapes. */
#ifndef BENCH_LIMIT_SCAN_H
#define BENCH_LIMIT_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#define LIMIT_SCAN_MARGIN 64 /* bytes that can be read behind the text */

/* The numbers of a text of whole rows, as doubles; each row has them behind ':' in JSON lines, at
 * its start and behind ',' in CSV. Plain decimals are right to the last bit; what is not a number
 * is left out. values has room for `room` of them, more are not stored. Returns how many there
 * are. */
size_t limit_scan(const char *text, size_t len, bool csv, double *values, size_t room);

#endif
