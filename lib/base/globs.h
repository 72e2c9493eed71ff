/* Names that a person picks with shell patterns. */
#ifndef TLM_BASE_GLOBS_H
#define TLM_BASE_GLOBS_H

#include "tlm.h"

/* True when one of the patterns matches all of name. */
bool tlm__globs_match(const struct tlm_list *globs, const char *name);
/* True for a name that is wanted: matched by `wanted`, if there are any, and not by `unwanted`. */
bool tlm__globs_pick(const struct tlm_list *wanted, const struct tlm_list *unwanted,
                     const char *name);

#endif
