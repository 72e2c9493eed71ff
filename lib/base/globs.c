#include "base/globs.h"

#include <fnmatch.h>

bool tlm__globs_match(const struct tlm_list *globs, const char *name)
{
    for (size_t i = 0; i < globs->len; i++)
        if (fnmatch(globs->items[i], name, 0) == 0)
            return true;
    return false;
}

bool tlm__globs_pick(const struct tlm_list *wanted, const struct tlm_list *unwanted,
                     const char *name)
{
    return (!wanted->len || tlm__globs_match(wanted, name)) && !tlm__globs_match(unwanted, name);
}
