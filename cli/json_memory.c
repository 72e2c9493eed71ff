#include "json_memory.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_bool was_out;

static void *take(size_t size)
{
    void *memory = malloc(size);
    if (!memory)
        atomic_store(&was_out, true);
    return memory;
}

void json_memory_watch(void)
{
    json_set_alloc_funcs(take, free);
}

bool json_memory_was_out(void)
{
    return atomic_load(&was_out);
}
