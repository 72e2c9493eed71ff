/* Streaming decompression of gzip members (RFC 1952). */
#ifndef TLM_ROWS_GZIP_IN_H
#define TLM_ROWS_GZIP_IN_H

#include "base/unpack.h"

struct tlm_gzip_in;
struct tlm_gzip_in *tlm__gzip_in_new(void);       /* NULL: memory is out */
void tlm__gzip_in_free(struct tlm_gzip_in *gzip); /* NULL is fine */
/* After TLM_UNPACK_DAMAGED only free may follow. */
enum tlm_unpack tlm__gzip_in_step(struct tlm_gzip_in *gzip, struct tlm_unpack_step *step);

#endif
