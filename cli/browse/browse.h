/* tlm inspect --browse: a full-screen browser. */
#ifndef BROWSE_H
#define BROWSE_H

#include <stdbool.h>

#include "tlm.h"

/* Shows files, or the files in folders, until the person leaves. Returns the exit status; what is
 * wrong has been said on stderr. */
int browse_run(const struct tlm_list *operands, bool ascii, bool color);

#endif
