/* The other way round from codec.h: what is in a block (Avro 1.11, Required and Optional Codecs).
 * Nothing is trusted: sizes that the data claims are checked before memory is taken for them, and
 * what comes out is capped. */
#ifndef TLM_AVRO_DECOMPRESS_H
#define TLM_AVRO_DECOMPRESS_H

#include "base/buf.h"
#include "tlm.h"

enum tlm_unpacker {
    TLM_UNPACKER_NULL,
    TLM_UNPACKER_SNAPPY, /* with the big-endian CRC-32 of what is in it */
    TLM_UNPACKER_DEFLATE,
    TLM_UNPACKER_ZSTANDARD,
    TLM_UNPACKER_BZIP2,
    TLM_UNPACKER_XZ /* the .xz format */
};

#define TLM_RAW_MAX ((size_t)1 << 30) /* the usual cap */
/* So many bytes behind what was decompressed may be read; what they are means nothing. */
#define TLM_RAW_SLACK 16

/* By the value of avro.codec. Another name is TLM_INPUT, and the message tells it. */
enum tlm_code tlm__unpacker_of_name(struct tlm_string name, enum tlm_unpacker *unpacker,
                                    struct tlm_error *error);

/* One per thread; keeps the libraries' contexts and the memory of what came out. */
struct tlm_decompressor;
struct tlm_decompressor *tlm__decompressor_new(void);               /* NULL: memory is out */
void tlm__decompressor_free(struct tlm_decompressor *decompressor); /* NULL is fine */
/* Gives memory back when more than `keep` bytes of it are held for output. */
void tlm__decompressor_trim(struct tlm_decompressor *decompressor, size_t keep);

struct tlm_packed {
    enum tlm_unpacker unpacker;
    const uint8_t *data; /* of a block; for TLM_UNPACKER_NULL with the slack behind it */
    size_t len;
    size_t raw_max; /* the cap; 0: TLM_RAW_MAX */
};

/* *raw is valid until the next call, and is packed->data itself for TLM_UNPACKER_NULL. Damaged
 * data, also bytes behind the compressed stream, is TLM_DAMAGED; more than raw_max is TLM_LIMIT.
 * The message does not name the file. */
enum tlm_code tlm__decompress(struct tlm_decompressor *decompressor,
                              const struct tlm_packed *packed, struct tlm_string *raw,
                              struct tlm_error *error);

#endif
