#include "base/apart.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"

void *tlm__apart_new(size_t size)
{
    size_t rounded;
    if (!tlm__size_add(size, TLM_APART_BYTES - 1, &rounded))
        return NULL;
    rounded -= rounded % TLM_APART_BYTES;
    void *memory = aligned_alloc(TLM_APART_BYTES, rounded);
    if (memory)
        memset(memory, 0, rounded);
    return memory;
}
