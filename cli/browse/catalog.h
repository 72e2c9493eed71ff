/* Which series there are in files, and what they come to: the first pass. */
#ifndef CATALOG_H
#define CATALOG_H

#include "inspect/channel_table.h"
#include "plot/scan.h"

struct catalog {
    struct channel_table series; /* their names are keys (see series_key.h) */
    enum tlm_code code;          /* what ended the reading too early, TLM_STOPPED: a person */
    struct tlm_error error;
};

/* grain_ns: how fine the small curves have to be (see block_summary.h). What was read before an
 * error is kept. */
void catalog_read(struct catalog *catalog, struct scan *scan, int64_t grain_ns);
void catalog_release(struct catalog *catalog);

#endif
