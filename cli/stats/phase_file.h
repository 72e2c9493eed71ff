/* Statistics of a writer as files hold them: what `tlm write --stats-file` or --stats=json wrote,
 * or `tlm bench --json`. */
#ifndef PHASE_FILE_H
#define PHASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "tlm.h"

struct phase_run {
    char *name; /* what was measured, fit to be printed, or NULL */
    bool all;   /* all counters are there; else those of tlm bench */
    struct tlm_stats stats;
};

struct phase_file {
    struct phase_run *runs;
    size_t n;
};

/* Reads a file; "-" is standard input. False: said why on stderr. */
bool phase_file_read(struct phase_file *file, const char *path);
void phase_file_release(struct phase_file *file);

#endif
