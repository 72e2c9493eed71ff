/* Raw deflate and CRC-32 (libdeflate). */
#ifndef TLM_BASE_DEFLATE_H
#define TLM_BASE_DEFLATE_H

#include "base/buf.h"
#include "base/unpack.h"

/* For one thread at a time. */
struct tlm_deflate_compressor;
struct tlm_deflate_compressor *tlm__deflate_compressor_new(int level); /* NULL: memory is out */
void tlm__deflate_compressor_free(struct tlm_deflate_compressor *compressor);
/* Appends raw as an RFC 1951 stream, without zlib or gzip header. False: memory is out, out is
 * unchanged. */
bool tlm__deflate_compress(struct tlm_deflate_compressor *compressor, const uint8_t *raw,
                           size_t len, struct tlm_buf *out);

/* For one thread at a time. */
struct tlm_deflate_decompressor;
struct tlm_deflate_decompressor *tlm__deflate_decompressor_new(void); /* NULL: memory is out */
void tlm__deflate_decompressor_free(struct tlm_deflate_decompressor *decompressor);
/* Decompresses one RFC 1951 stream from the front of the input in one go. TLM_UNPACK_END: the step
 * moved behind it; TLM_UNPACK_MORE: the output is too small for it, and the step is unchanged. */
enum tlm_unpack tlm__deflate_decompress(struct tlm_deflate_decompressor *decompressor,
                                        struct tlm_unpack_step *step);

/* The CRC-32 of gzip, zip and Avro's snappy codec (polynomial 0x04c11db7, reflected). */
uint32_t tlm__crc32(const uint8_t *bytes, size_t len);
/* The same of bytes with the CRC-32 `before`, followed by these. */
uint32_t tlm__crc32_on(uint32_t before, const uint8_t *bytes, size_t len);
/* The checksum behind a zlib stream (RFC 1950). */
uint32_t tlm__adler32(const uint8_t *bytes, size_t len);

#endif
