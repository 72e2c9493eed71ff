/* Byte strings to small numbers: 0, 1, 2, ... in order of first appearance. */
#ifndef TLM_BASE_INTERN_H
#define TLM_BASE_INTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

#define TLM_INTERN_NONE UINT32_MAX

struct tlm_intern_entry {
    const char *bytes; /* len bytes and a NUL */
    size_t len;
    uint64_t hash;
};

/* {0} is an empty table. */
struct tlm_intern {
    struct tlm_intern_entry *entries;
    uint32_t len, cap;
    uint32_t *slots; /* open addressing: entry number + 1, or 0 */
    uint32_t slots_cap;
    struct tlm_arena arena;
};

/* The number of these bytes, or TLM_INTERN_NONE when they are not in the table. */
uint32_t tlm__intern_find(const struct tlm_intern *intern, const char *bytes, size_t len);
/* The same, entering them when needed; TLM_INTERN_NONE when memory is out. */
uint32_t tlm__intern_add(struct tlm_intern *intern, const char *bytes, size_t len);
/* Bytes of memory held. */
size_t tlm__intern_bytes(const struct tlm_intern *intern);
void tlm__intern_release(struct tlm_intern *intern);

#endif
