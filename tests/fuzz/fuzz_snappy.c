/* Any bytes under any layout: what the snappy encoder makes of them, libsnappy turns back. The
 * first byte tells how many spans there are, three bytes each tell where and of which kind; some
 * repeat the timestamps before. The bytes are also taken for one column of each kind that is
 * searched at points. */
#include <snappy-c.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "avro/snappy_encode.h"
#include "avro/snappy_points.h"
#include "avro/snappy_put.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SPANS = 15 };

static void need(bool holds)
{
    if (!holds)
        abort();
}

static bool general(const uint8_t *raw, size_t len, struct tlm_buf *out)
{
    size_t room = snappy_max_compressed_length(len);
    need(tlm__buf_reserve(out, room));
    need(snappy_compress((const char *)raw, len, (char *)out->data + out->len, &room) == SNAPPY_OK);
    out->len += room;
    return true;
}

static enum tlm_span_kind kind_of(uint8_t byte)
{
    static const enum tlm_span_kind kinds[] = {TLM_SPAN_VALUES, TLM_SPAN_STRINGS, TLM_SPAN_JSON,
                                               TLM_SPAN_ARRAYS};
    return byte & 4 ? TLM_SPAN_TIMES : kinds[byte >> 4 & 3];
}

static void check(const uint8_t *raw, size_t len, const uint8_t *made, size_t made_len)
{
    size_t got = len;
    uint8_t *back = malloc(len + 1);
    need(back);
    need(snappy_uncompress((const char *)made, made_len, (char *)back, &got) == SNAPPY_OK);
    need(got == len && (!len || memcmp(raw, back, len) == 0));
    free(back);
}

static void check_layout(const uint8_t *raw, size_t len, const struct tlm_layout *layout)
{
    struct tlm_buf out = {0}, scratch = {0}, whole = {0};
    need(tlm__snappy_encode(raw, len, layout, general, &scratch, &out));
    need(tlm__layout_fill(layout, raw, len, &whole));
    check(whole.data, whole.len, out.data, out.len);
    tlm__buf_release(&out);
    tlm__buf_release(&scratch);
    tlm__buf_release(&whole);
}

static void check_points(const uint8_t *raw, size_t len, enum tlm_span_kind kind)
{
    enum { VARINT = 10 };
    const size_t first = len / 3;
    const struct tlm_span span = {.at = first, .len = len - first, .kind = kind};
    uint8_t *out = malloc(VARINT + len + len / 8 + 8 + TLM_SNAPPY_SCRIBBLE);
    need(out);
    uint8_t *end = tlm__snappy_put_varint(out, len);
    end = tlm__snappy_put_literal(end, raw, first);
    end = tlm__snappy_put_points(raw, &span, end);
    check(raw, len, out, (size_t)(end - out));
    free(out);
}

/* Spans that lie one behind the other in so many bytes. */
static void read_layout(const uint8_t *head, size_t n, size_t len, struct tlm_layout *layout)
{
    const struct tlm_span *times = NULL;
    for (size_t i = 0, at = 0; i < n; i++, head += 3) {
        struct tlm_span span = {.at = at + head[0],
                                .len = head[1] + (size_t)(head[2] & 3) * 250,
                                .kind = kind_of(head[2])};
        if (head[2] & 8 && times) {
            span.kind = TLM_SPAN_REPEAT;
            span.len = times->len;
            span.from = times->at;
            span.back = span.at + layout->left_out - times->back;
        }
        at = span.kind == TLM_SPAN_REPEAT ? span.at : span.at + span.len;
        if (at > len)
            break;
        if (span.kind == TLM_SPAN_TIMES)
            span.back = span.at + layout->left_out; /* for the repeats of it */
        need(tlm__layout_add(layout, &span));
        if (span.kind == TLM_SPAN_TIMES && span.len)
            times = &layout->spans[layout->n - 1];
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tlm_span spans[SPANS];
    struct tlm_layout layout = {.spans = spans, .cap = SPANS};
    size_t n = size ? data[0] & SPANS : 0;
    if (size < 1 + 3 * n)
        return 0;
    size_t len = size - 1 - 3 * n;
    read_layout(data + 1, n, len, &layout);
    uint8_t *raw = malloc(len ? len : 1); /* ends where readable memory does */
    need(raw);
    memcpy(raw, data + 1 + 3 * n, len);
    check_layout(raw, len, &layout);
    check_points(raw, len, TLM_SPAN_STRINGS);
    check_points(raw, len, TLM_SPAN_JSON);
    check_points(raw, len, TLM_SPAN_ARRAYS);
    free(raw);
    return 0;
}
