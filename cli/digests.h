/* Reads the points of files into a checksum. */
#ifndef DIGESTS_H
#define DIGESTS_H

#include "tlm.h"

/* Adds the selected points of a file. threads 0: one per processor. */
enum tlm_code digests_add_file(struct tlm_checksum *into, const char *path,
                               const struct tlm_selection *selection, unsigned threads,
                               struct tlm_error *error);

#endif
