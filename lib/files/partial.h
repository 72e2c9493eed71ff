/* Getting hold of a part's .NAME.partial: create, lock, and see what was there before. */
#ifndef TLM_FILES_PARTIAL_H
#define TLM_FILES_PARTIAL_H

#include "files/publish.h"

struct tlm_partial_wait {
    uint64_t lock_wait_ns;
    void (*on_note)(void *ctx, const char *message); /* may be NULL */
    void *ctx;
};

/* *fd: the empty partial, open for reading and writing, with an exclusive flock, and its name
 * still its own at the moment the lock was won. Leftovers of dead writers were set aside.
 * TLM_LOCKED: somebody else holds it and went on holding it for lock_wait_ns. */
enum tlm_code tlm__partial_lock(const struct tlm_target *target,
                                const struct tlm_partial_wait *wait, int *fd,
                                struct tlm_error *error);

#endif
