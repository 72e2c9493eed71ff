/* The line on the terminal that tells how far a run is. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "tlm.h"

struct progress {
    bool on;
    bool shown;
    uint64_t started_ns, last_ns;
    uint64_t total_bytes; /* of the input files; 0: unknown */
};

void progress_start(struct progress *progress, bool on, uint64_t total_bytes);
/* Redraws when the last time is long enough ago. */
void progress_show(struct progress *progress, const struct tlm_feed *feed,
                   struct tlm_writer *writer);
/* Clears the line, before anything else is printed. */
void progress_clear(struct progress *progress);

#endif
