/* Numbers as groups, in one pass over them where they are spread evenly enough. */
#ifndef COARSE_GROUPS_H
#define COARSE_GROUPS_H

#include "stats/ranks.h"

#define COARSE_MOST 65535u /* numbers */
#define COARSE_BINS 4096u

/* Cuts n numbers, whose extent is known, into at most k + 1 groups. Counts of numbers up to any
 * value, as the groups tell them, are wrong by *error at most. Returns how many groups there are;
 * 0: the error would be more than `allowed`, or they are too many or too far apart. */
size_t coarse_groups(const struct ranks_numbers *numbers, uint32_t bins[COARSE_BINS], size_t k,
                     uint64_t allowed, struct ranks_group *groups, uint64_t *error);

#endif
