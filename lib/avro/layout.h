/* Where the columns of a block of AvroStream records lie: what the compressor is told. */
#ifndef TLM_AVRO_LAYOUT_H
#define TLM_AVRO_LAYOUT_H

#include "base/buf.h"

enum tlm_span_kind {
    TLM_SPAN_TIMES,   /* timestamps */
    TLM_SPAN_VALUES,  /* elements of nine bytes each: a branch and a double */
    TLM_SPAN_STRINGS, /* a branch, a length and bytes each */
    TLM_SPAN_JSON,    /* the same; the bytes are JSON text */
    TLM_SPAN_ARRAYS,  /* a branch and an array of doubles each */
    TLM_SPAN_OTHERS,  /* values of other types, or of several */
    TLM_SPAN_REPEAT   /* a column that an earlier record has, too: left out of the bytes */
};

struct tlm_span {
    size_t at, len; /* at: in the bytes; len: of a REPEAT, what is left out there */
    enum tlm_span_kind kind;
    size_t before;     /* bytes that are left out before it */
    size_t from, back; /* REPEAT: where in the bytes the same ones are, and how far before this
                        * place they, or a repeat of them, are in the records as a whole */
};

/* In the order of the bytes; spans do not overlap. {0} is empty. */
struct tlm_layout {
    struct tlm_span *spans;
    size_t n, cap;
    size_t left_out; /* bytes in all */
};

bool tlm__layout_add(struct tlm_layout *layout, const struct tlm_span *span); /* or out of memory */
void tlm__layout_reset(struct tlm_layout *layout); /* empties, keeps the memory */
void tlm__layout_release(struct tlm_layout *layout);
/* Appends the records as a whole. False: memory is out. */
bool tlm__layout_fill(const struct tlm_layout *layout, const uint8_t *bytes, size_t len,
                      struct tlm_buf *whole);

#endif
