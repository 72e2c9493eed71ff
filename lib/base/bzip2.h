/* Streaming decompression of bzip2 (libbz2). */
#ifndef TLM_BASE_BZIP2_H
#define TLM_BASE_BZIP2_H

#include "base/unpack.h"

struct tlm_bzip2_reader;
struct tlm_bzip2_reader *tlm__bzip2_reader_new(void);          /* NULL: memory is out */
void tlm__bzip2_reader_free(struct tlm_bzip2_reader *reader);  /* NULL is fine */
void tlm__bzip2_reader_reset(struct tlm_bzip2_reader *reader); /* the next step starts a stream */
/* After TLM_UNPACK_DAMAGED or TLM_UNPACK_NO_MEMORY only reset or free may follow. */
enum tlm_unpack tlm__bzip2_reader_step(struct tlm_bzip2_reader *reader,
                                       struct tlm_unpack_step *step);

#endif
