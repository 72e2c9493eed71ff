/* Where the columns of a block of AvroStream records lie: hints for the compressor. */
#ifndef TLM_AVRO_LAYOUT_H
#define TLM_AVRO_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

enum tlm_span_kind {
    TLM_SPAN_TIMES,   /* timestamps, which a later record may repeat */
    TLM_SPAN_VALUES,  /* elements of nine bytes each: a branch and a double */
    TLM_SPAN_STRINGS, /* a branch, a length and bytes each */
    TLM_SPAN_JSON,    /* the same; the bytes are JSON text */
    TLM_SPAN_ARRAYS   /* a branch and an array of doubles each */
};

struct tlm_span {
    size_t at, len;
    enum tlm_span_kind kind;
};

/* In the order of the bytes; spans do not overlap. {0} is empty. */
struct tlm_layout {
    struct tlm_span *spans;
    size_t n, cap;
};

bool tlm__layout_add(struct tlm_layout *layout, const struct tlm_span *span); /* or out of memory */
void tlm__layout_release(struct tlm_layout *layout);

#endif
