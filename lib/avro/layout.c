#include "avro/layout.h"

#include <stdlib.h>

bool tlm__layout_add(struct tlm_layout *layout, const struct tlm_span *span)
{
    if (layout->n == layout->cap) {
        size_t cap = layout->cap ? layout->cap * 2 : 32;
        struct tlm_span *spans = realloc(layout->spans, cap * sizeof *spans);
        if (!spans)
            return false;
        layout->spans = spans;
        layout->cap = cap;
    }
    layout->spans[layout->n] = *span;
    layout->spans[layout->n++].before = layout->left_out;
    layout->left_out += span->kind == TLM_SPAN_REPEAT ? span->len : 0;
    return true;
}

void tlm__layout_reset(struct tlm_layout *layout)
{
    layout->n = 0;
    layout->left_out = 0;
}

void tlm__layout_release(struct tlm_layout *layout)
{
    free(layout->spans);
    *layout = (struct tlm_layout){0};
}

bool tlm__layout_fill(const struct tlm_layout *layout, const uint8_t *bytes, size_t len,
                      struct tlm_buf *whole)
{
    size_t at = 0;
    if (!tlm__buf_reserve(whole, len + layout->left_out))
        return false;
    for (size_t i = 0; i < layout->n; i++) {
        const struct tlm_span *span = &layout->spans[i];
        if (span->kind != TLM_SPAN_REPEAT)
            continue;
        tlm__buf_append(whole, bytes + at, span->at - at);
        tlm__buf_append(whole, bytes + span->from, span->len);
        at = span->at;
    }
    return tlm__buf_append(whole, bytes + at, len - at);
}
