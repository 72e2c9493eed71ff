/* Dates and times of RFC 3339 and ISO 8601, as found in the field. */
#ifndef TLM_ROWS_ISO8601_H
#define TLM_ROWS_ISO8601_H

#include <stddef.h>

#include "rows/civil.h"

/* The last date read, as rows in a row mostly share it. {0} is empty. */
struct tlm_date_cache {
    char text[10];
    bool known;
    int64_t days;
};

extern const char tlm__why_iso8601[]; /* "is not ISO 8601" */

/* Reads all of text:
 *   date   2024-01-01, or 20240101
 *   clock  after T, t or a blank: 00:22, 00:22:05, 00:22:05.123456789 (or a comma), 24:00:00;
 *          or 0022, 002205, 002205.5; without a clock it is midnight
 *   zone   Z, z, UTC, GMT, +01:00, +0100, +01, perhaps after a blank; or none
 * A fraction has up to 9 digits, and zeros after them. False: *why is a static reason. */
bool tlm__iso8601_read(const char *text, size_t len, struct tlm_date_cache *cache,
                       struct tlm_civil *civil, const char **why);
/* Reads Z, UTC or GMT (any case). Returns its end, or NULL. */
const char *tlm__utc_name_read(const char *p, const char *end);

#endif
