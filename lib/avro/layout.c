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
    layout->spans[layout->n++] = *span;
    return true;
}

void tlm__layout_release(struct tlm_layout *layout)
{
    free(layout->spans);
    *layout = (struct tlm_layout){0};
}
