/* A series - channel and tags - as one text: the channel and each tag's key and value, with a NUL
 * between them. */
#ifndef SERIES_KEY_H
#define SERIES_KEY_H

#include <stdbool.h>
#include <stddef.h>

#include "tlm.h"

struct series_key {
    char *bytes;
    size_t len, room;
};

/* Makes the key of these points' series. {0} is ready. False: memory is out. */
bool series_key_set(struct series_key *key, const struct tlm_run_of_points *points);
void series_key_release(struct series_key *key);
/* True when the points are of this series. */
bool series_key_is(const char *key, size_t len, const struct tlm_run_of_points *points);
/* "channel{tag=value,tag=value}", clean to print; the caller frees. NULL: memory is out. */
char *series_key_label(const char *key, size_t len);
/* A pattern (see tlm_selection) that the channel's name matches; the caller frees. "*" where no
 * narrower one is safe. NULL: memory is out. */
char *series_key_glob(const char *key, size_t len);

#endif
