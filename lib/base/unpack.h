/* One step of a streaming decompressor: what gzip_in and zstd have in common. */
#ifndef TLM_BASE_UNPACK_H
#define TLM_BASE_UNPACK_H

#include <stddef.h>
#include <stdint.h>

enum tlm_unpack {
    TLM_UNPACK_MORE,    /* the input is used up or the output is full */
    TLM_UNPACK_END,     /* a member or frame ended; the next step starts another one */
    TLM_UNPACK_DAMAGED, /* not this format, or a checksum is wrong */
    TLM_UNPACK_NO_MEMORY
};

/* A step moves the pointers and lowers the lengths by what it took and gave. */
struct tlm_unpack_step {
    const uint8_t *in;
    size_t in_len;
    uint8_t *out;
    size_t out_len;
    const char *why; /* DAMAGED: a static reason */
};

#endif
