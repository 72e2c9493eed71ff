/* Streaming decompression of the .xz format (liblzma). */
#ifndef TLM_BASE_XZ_H
#define TLM_BASE_XZ_H

#include "base/unpack.h"

/* A stream that asks for more memory is TLM_UNPACK_DAMAGED; xz -9 makes ones of 65 MiB. */
#define TLM_XZ_MEMORY_MAX (128u << 20)

struct tlm_xz_reader;
struct tlm_xz_reader *tlm__xz_reader_new(void);          /* NULL: memory is out */
void tlm__xz_reader_free(struct tlm_xz_reader *reader);  /* NULL is fine */
void tlm__xz_reader_reset(struct tlm_xz_reader *reader); /* the next step starts a stream */
/* After TLM_UNPACK_DAMAGED or TLM_UNPACK_NO_MEMORY only reset or free may follow. */
enum tlm_unpack tlm__xz_reader_step(struct tlm_xz_reader *reader, struct tlm_unpack_step *step);

#endif
