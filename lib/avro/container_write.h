/* The bytes of an Avro object container file: header and blocks (Avro 1.11, Object Container
 * Files). Any schema, any metadata; no input or output here. */
#ifndef TLM_AVRO_CONTAINER_WRITE_H
#define TLM_AVRO_CONTAINER_WRITE_H

#include "avro/codec.h"

#define TLM_SYNC_BYTES 16
#define TLM_FIGURE_WIDTH 20 /* characters of a figure in the header */

/* The figures that are patched into the header once they are known. */
enum tlm_figure {
    TLM_FIGURE_POINTS,
    TLM_FIGURE_RECORDS,
    TLM_FIGURE_FIRST_NS,
    TLM_FIGURE_LAST_NS,
    TLM_FIGURES
};

struct tlm_container_header {
    const char *schema;
    const char *codec;
    const struct tlm_metadata *metadata; /* beside avro.schema and avro.codec, in this order */
    size_t n_metadata;
    const uint8_t *sync; /* TLM_SYNC_BYTES */
    bool figures;        /* leave room for tlm.points, tlm.records, tlm.first_ns, tlm.last_ns */
};

/* Appends the header: magic, avro.schema, avro.codec, metadata, figures, sync marker. With
 * figures, offsets[i] is where each one's text starts, counted from the start of the header; until
 * patched the text is blanks. Without figures, offsets may be NULL. Keys are not checked: one of
 * the metadata that is also written by this function appears twice. False: memory is out, out is
 * unchanged. */
bool tlm__container_header(const struct tlm_container_header *header, struct tlm_buf *out,
                           size_t offsets[TLM_FIGURES]);
/* Writes a figure as TLM_FIGURE_WIDTH characters (no NUL): sign or 0, then 19 digits, so that text
 * order is number order for one sign. 1704067200 is 00000000001704067200, -1 is
 * -0000000000000000001. */
void tlm__container_figure(char text[TLM_FIGURE_WIDTH], int64_t value);
/* Appends a block of `records` records (no more than INT64_MAX): count, size, compressed bytes,
 * sync marker. On failure out is unchanged, and the next call is as good as the first. */
enum tlm_code tlm__container_block(struct tlm_compressor *compressor, uint64_t records,
                                   const uint8_t *raw, size_t len, const uint8_t *sync,
                                   struct tlm_buf *out, struct tlm_error *error);

#endif
