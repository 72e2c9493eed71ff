/* Any bytes under any layout: what the snappy encoder makes of them, libsnappy turns back. The
 * first byte tells how many spans there are, three bytes each tell where. */
#include <snappy-c.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "avro/snappy_encode.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tlm_span spans[SPANS];
    struct tlm_layout layout = {spans, size ? data[0] & SPANS : 0, SPANS};
    if (size < 1 + 3 * layout.n)
        return 0;
    const uint8_t *head = data + 1;
    size_t at = 0;
    for (size_t i = 0; i < layout.n; i++, head += 3) {
        spans[i] = (struct tlm_span){at + head[0], head[1] + (size_t)(head[2] & 3) * 250,
                                     head[2] & 4 ? TLM_SPAN_TIMES : TLM_SPAN_VALUES};
        at = head[2] & 8 ? head[0] : spans[i].at + spans[i].len;
    }
    size_t len = size - (size_t)(head - data);
    uint8_t *raw = malloc(len + 1), *back = malloc(len + 1);
    struct tlm_buf out = {0}, scratch = {0};
    need(raw && back);
    memcpy(raw, head, len);
    need(tlm__snappy_encode(raw, len, &layout, general, &scratch, &out));
    need(snappy_uncompress((char *)out.data, out.len, (char *)back, &len) == SNAPPY_OK);
    need(len == size - (size_t)(head - data) && memcmp(raw, back, len) == 0);
    tlm__buf_release(&out);
    tlm__buf_release(&scratch);
    free(raw);
    free(back);
    return 0;
}
