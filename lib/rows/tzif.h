/* TZif files (RFC 8536), version 2 and later: what the IANA time zones are stored in. */
#ifndef TLM_ROWS_TZIF_H
#define TLM_ROWS_TZIF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tlm.h"

/* One offset, in force from start_s (UTC) until the next regime starts. */
struct tlm_regime {
    int64_t start_s;
    int64_t offset_s;
};

/* In order of start; the first one starts at INT64_MIN. {0} is empty. */
struct tlm_regimes {
    struct tlm_regime *items;
    size_t len, cap;
};

void tlm__regimes_release(struct tlm_regimes *regimes);
/* Fills regimes, which is empty, from the bytes of a file, and goes on with the file's rule through
 * the last year of 64-bit nanoseconds (2262). TLM_INPUT: *why says how the file is damaged; else
 * TLM_NO_MEMORY. Release regimes in any case. */
enum tlm_code tlm__tzif_read(const uint8_t *bytes, size_t len, struct tlm_regimes *regimes,
                             const char **why);

#endif
