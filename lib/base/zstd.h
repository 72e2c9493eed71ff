/* Zstandard (RFC 8878): frames in one shot, and streaming decompression. */
#ifndef TLM_BASE_ZSTD_H
#define TLM_BASE_ZSTD_H

#include "base/buf.h"
#include "base/unpack.h"

/* A compression context; one per thread. */
struct tlm_zstd_compressor;
struct tlm_zstd_compressor *tlm__zstd_compressor_new(void);             /* NULL: memory is out */
void tlm__zstd_compressor_free(struct tlm_zstd_compressor *compressor); /* NULL is fine */
/* Appends one frame that holds raw. level as in the zstd command (3 is its default); one that
 * does not exist is the nearest that does. False: memory is out; out's content is unchanged. */
bool tlm__zstd_compress(struct tlm_zstd_compressor *compressor, const uint8_t *raw, size_t len,
                        int level, struct tlm_buf *out);

/* Streaming decompression. After TLM_UNPACK_DAMAGED only free may follow. */
struct tlm_zstd_reader;
struct tlm_zstd_reader *tlm__zstd_reader_new(void);         /* NULL: memory is out */
void tlm__zstd_reader_free(struct tlm_zstd_reader *reader); /* NULL is fine */
enum tlm_unpack tlm__zstd_reader_step(struct tlm_zstd_reader *reader, struct tlm_unpack_step *step);

/* What the first frame says it holds; UINT64_MAX when it does not say. Only a claim. */
uint64_t tlm__zstd_claimed_size(const uint8_t *in, size_t len);
/* Decompresses all frames of the input in one go. TLM_UNPACK_END: the step moved to their end;
 * TLM_UNPACK_MORE: the output is too small, and the step is unchanged. */
enum tlm_unpack tlm__zstd_reader_whole(struct tlm_zstd_reader *reader,
                                       struct tlm_unpack_step *step);

#endif
