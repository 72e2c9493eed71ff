/* What prune.c and the writer have in common: looking at a file that may be a finished part. */
#ifndef TLM_PRUNE_H
#define TLM_PRUNE_H

#include "files/retention.h"

enum tlm_look {
    TLM_LOOK_PART,
    TLM_LOOK_GONE, /* nothing is there (any more) */
    TLM_LOOK_LINK  /* a symbolic link, not followed */
};

/* Looks at the file `name` in the folder `at`, or AT_FDCWD, and fills in *part, whose path is set,
 * when it is one. TLM_INPUT: what is there is no finished part; any other code: it cannot be told.
 * error must not be NULL. */
enum tlm_code tlm__prune_look(int at, const char *name, struct tlm_set_part *part,
                              enum tlm_look *look, struct tlm_error *error);
/* For callbacks. */
struct tlm_pruned_part tlm__pruned_part(const struct tlm_set_part *part);

#endif
