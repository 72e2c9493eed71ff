/* Reading files from end to end while somebody watches, who may call it off. */
#ifndef SCAN_H
#define SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tlm.h"

struct scan {
    const char *const *paths;
    size_t n;
    uint64_t bytes; /* of all files */
    bool (*go_on)(void *watcher, uint64_t done, uint64_t bytes);
    void *watcher;
    uint64_t done; /* bytes of the files before this one */
};

/* Reads all files with this reading, whose `end` has to call scan_tick. What is wrong with a file
 * does not keep the next ones from being read; the first such error is returned at the end.
 * TLM_STOPPED: it was called off. */
enum tlm_code scan_files(struct scan *scan, const struct tlm_reading *reading,
                         struct tlm_error *error);
/* TLM_OK, or TLM_STOPPED when it is called off. */
enum tlm_code scan_tick(struct scan *scan, const struct tlm_block *block);

/* For callbacks: fills in the error. */
enum tlm_code scan_fail_memory(struct tlm_error *error);

#endif
