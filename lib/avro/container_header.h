/* Reading the header of a container file: magic, metadata, sync marker (Avro 1.11, Object
 * Container Files). */
#ifndef TLM_AVRO_CONTAINER_HEADER_H
#define TLM_AVRO_CONTAINER_HEADER_H

#include "avro/container_read.h"
#include "avro/varint.h"

struct tlm_container_header_in {
    struct tlm_buf bytes;             /* the whole header */
    struct tlm_container_pair *pairs; /* views of it */
    size_t n_pairs;
};

/* Reads it from an input that is at its byte 0. On failure what is in header may still be
 * released, which is all it is good for. */
enum tlm_code tlm__container_header_read(struct tlm_container_header_in *header,
                                         struct tlm_container_input *input,
                                         const struct tlm_container_limits *limits,
                                         struct tlm_error *error);
void tlm__container_header_release(struct tlm_container_header_in *header);

/* Reads a number from the front of bytes; returns its length. 0: cut short, or (when there are
 * TLM_VARINT_MAX bytes) none that 64 bits hold. */
static inline size_t tlm__varint_parse(const uint8_t *bytes, size_t len, int64_t *value)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < len && i < TLM_VARINT_MAX; i++) {
        if (i == TLM_VARINT_MAX - 1 && bytes[i] > 1)
            return 0;
        bits |= (uint64_t)(bytes[i] & 0x7f) << 7 * i;
        if (bytes[i] < 0x80) {
            *value = (int64_t)(bits >> 1 ^ -(bits & 1));
            return i + 1;
        }
    }
    return 0;
}

#endif
