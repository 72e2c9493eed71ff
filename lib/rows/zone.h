/* Time zones: the IANA files of the system (RFC 8536), and fixed offsets. */
#ifndef TLM_ROWS_ZONE_H
#define TLM_ROWS_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "tlm.h"

struct tlm_zone;

/* A stretch of local time with one offset: valid for from_s <= local seconds < to_s. */
struct tlm_zone_span {
    int64_t from_s, to_s;
    int64_t offset_s; /* local minus UTC */
};

#define TLM_ZONE_FOLDER "/usr/share/zoneinfo"

/* name: IANA ("America/New_York"), "UTC", "GMT", "Z", or an offset: "+02:00", "-0330", "+2".
 * TLM_ARGUMENT: there is no such zone, or its file cannot be used; the message says which. A name
 * never leads out of the folder. */
enum tlm_code tlm__zone_load(struct tlm_zone **zone, const char *name, struct tlm_error *error);
/* The same from another folder of TZif files. */
enum tlm_code tlm__zone_load_from(struct tlm_zone **zone, const char *folder, const char *name,
                                  struct tlm_error *error);
void tlm__zone_free(struct tlm_zone *zone);
/* The offset of a local time (seconds since 1970 as if it were UTC). An ambiguous time takes the
 * earlier offset (the one in force before the change). False: that local time does not exist.
 * *span covers the time and as much around it as has the same answer. Right for times that
 * 64-bit nanoseconds can hold. */
bool tlm__zone_offset(const struct tlm_zone *zone, int64_t local_s, struct tlm_zone_span *span);

#endif
