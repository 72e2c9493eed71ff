#include "avro/encode.h"

#include <assert.h>
#include <string.h>

#include "avro/varint.h"
#include "base/tags.h"

#define SIZED_BLOCK_MIN 16 /* points from which an array block says its size in bytes */
#define DOUBLE_BYTES 9     /* branch and value */
#define COPY_BYTES 32      /* short texts are copied as so many bytes, whatever their length */

/* ---- the series' own parts --------------------------------------------------------------------
 */

static bool append_long(struct tlm_buf *out, size_t value)
{
    uint8_t bytes[TLM_VARINT_MAX];
    return tlm__buf_append(out, bytes, (size_t)(tlm__varint_put(bytes, (int64_t)value) - bytes));
}

static bool append_text(struct tlm_buf *out, const char *text)
{
    size_t len = strlen(text);
    return append_long(out, len) && tlm__buf_append(out, text, len);
}

static bool append_tags(struct tlm_buf *out, const char *set, size_t len)
{
    size_t n = tlm__tags_count(set, len);
    struct tlm_tag tag;
    if (n && !append_long(out, n))
        return false;
    for (size_t at = 0; tlm__tags_next(set, len, &at, &tag);)
        if (!append_text(out, tag.key) || !append_text(out, tag.value))
            return false;
    return tlm__buf_append_byte(out, 0);
}

bool tlm__series_header_init(struct tlm_series_header *header, const char *channel,
                             const char *tag_set, size_t tag_set_len)
{
    struct tlm_series_header made = {0};
    if (!append_text(&made.channel, channel) || !append_tags(&made.tags, tag_set, tag_set_len)) {
        tlm__series_header_release(&made);
        return false;
    }
    *header = made;
    return true;
}

void tlm__series_header_release(struct tlm_series_header *header)
{
    tlm__buf_release(&header->channel);
    tlm__buf_release(&header->tags);
}

/* ---- sizes -------------------------------------------------------------------------------------
 */

static size_t times_size(const int64_t *times_ns, size_t n)
{
    /* Nanoseconds between 1971 and 2116 take nine bytes each: find out without counting. */
    const uint64_t nine_bytes_min = UINT64_C(1) << 56;
    uint64_t others = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t bits = tlm__zigzag(times_ns[i]);
        others |= (bits - nine_bytes_min) | bits;
    }
    if (!(others >> 63))
        return 9 * n;
    size_t size = 0;
    for (size_t i = 0; i < n; i++)
        size += tlm__varint_size(times_ns[i]);
    return size;
}

static size_t longs_size(const uint64_t *values, size_t n)
{
    size_t size = n;
    for (size_t i = 0; i < n; i++)
        size += tlm__varint_size((int64_t)values[i]);
    return size;
}

static size_t text_size(size_t len)
{
    return tlm__varint_size((int64_t)len) + len;
}

/* Array items inside a value: one block with a plain count. */
static size_t items_size(size_t n, size_t bytes)
{
    return n ? tlm__varint_size((int64_t)n) + bytes + 1 : 1;
}

/* The next item of a STRING_ARRAY; false at the end. */
static bool next_item(const uint8_t *heap, size_t len, size_t *at, struct tlm_string *item)
{
    uint32_t item_len;
    if (*at >= len)
        return false;
    assert(len - *at >= sizeof item_len);
    memcpy(&item_len, heap + *at, sizeof item_len);
    *at += sizeof item_len;
    assert(len - *at >= item_len);
    *item = (struct tlm_string){(const char *)heap + *at, item_len};
    *at += item_len;
    return true;
}

static size_t strings_size(const uint8_t *heap, size_t len, size_t *count)
{
    struct tlm_string item;
    size_t size = 0;
    *count = 0;
    for (size_t at = 0; next_item(heap, len, &at, &item); ++*count)
        size += text_size(item.len);
    return items_size(*count, size);
}

static bool in_heap(enum tlm_type type)
{
    return type != TLM_DOUBLE && type != TLM_LONG;
}

/* Branch and value. heap is where the point's own bytes start. */
static size_t value_size(enum tlm_type type, uint64_t value, const uint8_t *heap)
{
    size_t count;
    switch (type) {
    case TLM_DOUBLE:
        return DOUBLE_BYTES;
    case TLM_LONG:
        return 1 + tlm__varint_size((int64_t)value);
    case TLM_STRING:
    case TLM_JSON:
        return 1 + text_size((size_t)value);
    case TLM_DOUBLE_ARRAY:
        return 1 + items_size((size_t)value / sizeof(double), (size_t)value);
    case TLM_STRING_ARRAY:
        return 1 + strings_size(heap, (size_t)value, &count);
    }
    return 0;
}

static bool is_text(const struct tlm_points *points)
{
    return !points->types && (points->type == TLM_STRING || points->type == TLM_JSON);
}

static size_t texts_size(const uint64_t *lengths, size_t n)
{
    size_t size = 2 * n, longs = 0; /* longs: their lengths take more than a byte */
    for (size_t i = 0; i < n; i++) {
        size += (size_t)lengths[i];
        longs += lengths[i] >= 64;
    }
    for (size_t i = 0; longs && i < n; i++)
        size += tlm__varint_size((int64_t)lengths[i]) - 1;
    return size;
}

static enum tlm_type type_at(const struct tlm_points *points, size_t i)
{
    return points->types ? (enum tlm_type)points->types[i] : points->type;
}

/* heap may be NULL when all its texts are empty. */
static const uint8_t *heap_at(const struct tlm_points *points, enum tlm_type type, size_t at)
{
    return in_heap(type) && points->heap ? points->heap + at : NULL;
}

static size_t values_size(const struct tlm_points *points)
{
    if (!points->types && points->type == TLM_DOUBLE)
        return DOUBLE_BYTES * points->n;
    if (!points->types && points->type == TLM_LONG)
        return longs_size(points->values, points->n);
    if (is_text(points))
        return texts_size(points->values, points->n);
    size_t size = 0, at = 0;
    for (size_t i = 0; i < points->n; i++) {
        enum tlm_type type = type_at(points, i);
        size += value_size(type, points->values[i], heap_at(points, type, at));
        at += in_heap(type) ? (size_t)points->values[i] : 0;
    }
    return size;
}

static size_t array_size(size_t n, size_t bytes)
{
    size_t prefix = tlm__varint_size(n < SIZED_BLOCK_MIN ? (int64_t)n : -(int64_t)n);
    if (n >= SIZED_BLOCK_MIN)
        prefix += tlm__varint_size((int64_t)bytes);
    return prefix + bytes + 1;
}

/* ---- bytes -------------------------------------------------------------------------------------
 */

static uint8_t *put_bytes(uint8_t *out, const void *bytes, size_t len)
{
    if (len)
        memcpy(out, bytes, len);
    return out + len;
}

static uint8_t *put_text(uint8_t *out, const void *text, size_t len)
{
    return put_bytes(tlm__varint_put(out, (int64_t)len), text, len);
}

static uint8_t *put_bits(uint8_t *out, uint64_t bits)
{
    bits = htole64(bits);
    memcpy(out, &bits, sizeof bits);
    return out + sizeof bits;
}

/* Union branches are below 64: one byte, zig-zag. */
static uint8_t *put_branch(uint8_t *out, enum tlm_type type)
{
    *out = (uint8_t)((unsigned)type << 1);
    return out + 1;
}

/* Eight doubles at a time, each behind its branch 0, as nine whole words. */
static uint8_t *put_doubles(uint8_t *out, const uint64_t *values, size_t n)
{
    for (; n >= 8; n -= 8, values += 8, out += 8 * DOUBLE_BYTES) {
        uint8_t *at = put_bits(out, values[0] << 8);
#pragma GCC unroll 6
        for (unsigned i = 1; i < 7; i++)
            at = put_bits(at, values[i - 1] >> (64 - 8 * i) | values[i] << (8 * i + 8));
        put_bits(put_bits(at, values[6] >> 8), values[7]);
    }
    for (size_t i = 0; i < n; i++)
        out = put_bits(put_branch(out, TLM_DOUBLE), values[i]);
    return out;
}

static uint8_t *put_longs(uint8_t *out, const uint64_t *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out = tlm__varint_put_column(put_branch(out, TLM_LONG), (int64_t)values[i]);
    return out;
}

static uint8_t *put_double_items(uint8_t *out, const uint8_t *heap, size_t len)
{
    size_t n = len / sizeof(double);
    if (n)
        out = tlm__varint_put(out, (int64_t)n);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    out = put_bytes(out, heap, len);
#else
    for (size_t i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, heap + i * sizeof bits, sizeof bits);
        out = put_bits(out, bits);
    }
#endif
    *out++ = 0;
    return out;
}

static uint8_t *put_string_items(uint8_t *out, const uint8_t *heap, size_t len)
{
    struct tlm_string item;
    size_t n;
    strings_size(heap, len, &n);
    if (n)
        out = tlm__varint_put(out, (int64_t)n);
    for (size_t at = 0; next_item(heap, len, &at, &item);)
        out = put_text(out, item.data, item.len);
    *out++ = 0;
    return out;
}

static uint8_t *put_value(uint8_t *out, enum tlm_type type, uint64_t value, const uint8_t *heap)
{
    out = put_branch(out, type);
    switch (type) {
    case TLM_DOUBLE:
        return put_bits(out, value);
    case TLM_LONG:
        return tlm__varint_put(out, (int64_t)value);
    case TLM_STRING:
    case TLM_JSON:
        return put_text(out, heap, (size_t)value);
    case TLM_DOUBLE_ARRAY:
        return put_double_items(out, heap, (size_t)value);
    case TLM_STRING_ARRAY:
        return put_string_items(out, heap, (size_t)value);
    }
    return out;
}

/* Text and length of a point whose text starts at `heap`, of which `left` bytes follow. */
static inline uint8_t *put_next_text(uint8_t *out, const uint8_t *heap, size_t len, size_t left)
{
    if (len >= 64)
        return put_text(out, heap, len);
    *out++ = (uint8_t)(len << 1);
    if (left < 2 * COPY_BYTES)
        return put_bytes(out, heap, len);
    memcpy(out, heap, COPY_BYTES);
    if (len > COPY_BYTES)
        memcpy(out + COPY_BYTES, heap + COPY_BYTES, COPY_BYTES);
    return out + len;
}

/* Scribbles over 2 * COPY_BYTES behind the end. */
static uint8_t *put_texts(uint8_t *out, const struct tlm_points *points)
{
    const uint8_t *heap = points->heap;
    size_t left = 0;
    for (size_t i = 0; i < points->n; i++)
        left += (size_t)points->values[i];
    for (size_t i = 0; i < points->n; i++) {
        const size_t len = (size_t)points->values[i];
        out = put_next_text(put_branch(out, points->type), heap, len, left);
        heap += left ? len : 0; /* it may be NULL */
        left -= len;
    }
    return out;
}

static uint8_t *put_values(uint8_t *out, const struct tlm_points *points)
{
    if (!points->types && points->type == TLM_DOUBLE)
        return put_doubles(out, points->values, points->n);
    if (!points->types && points->type == TLM_LONG)
        return put_longs(out, points->values, points->n);
    if (is_text(points))
        return put_texts(out, points);
    size_t at = 0;
    for (size_t i = 0; i < points->n; i++) {
        enum tlm_type type = type_at(points, i);
        out = put_value(out, type, points->values[i], heap_at(points, type, at));
        at += in_heap(type) ? (size_t)points->values[i] : 0;
    }
    return out;
}

static uint8_t *put_times(uint8_t *out, const int64_t *times_ns, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out = tlm__varint_put_column(out, times_ns[i]);
    return out;
}

/* Count, and size where array_size counts one. */
static uint8_t *open_array(uint8_t *out, size_t n, size_t bytes)
{
    if (n < SIZED_BLOCK_MIN)
        return tlm__varint_put(out, (int64_t)n);
    return tlm__varint_put(tlm__varint_put(out, -(int64_t)n), (int64_t)bytes);
}

static uint8_t *put_known(uint8_t *out, const uint8_t *bytes, const struct tlm_column_bytes *column,
                          bool leave_out)
{
    return leave_out ? out : put_bytes(out, bytes + column->at, column->len);
}

bool tlm__encode_record(struct tlm_buf *out, const struct tlm_series_header *header,
                        const struct tlm_points *points, const struct tlm_known_columns *known,
                        struct tlm_encoded *made)
{
    static const struct tlm_known_columns nothing = {0};
    const struct tlm_known_columns *k = known ? known : &nothing;
    assert(points->n);
    const size_t n = points->n;
    const size_t times_len = k->times.len ? k->times.len : times_size(points->times_ns, n);
    const size_t values_len = k->values.len ? k->values.len : values_size(points);
    const size_t left_out = k->leave_out ? k->times.len + k->values.len : 0;
    const size_t size = header->channel.len + array_size(n, times_len) + array_size(n, values_len) +
                        header->tags.len - left_out;
    /* put_column and put_texts scribble. */
    if (!tlm__buf_reserve(out, size + TLM_VARINT_MAX + 2 * COPY_BYTES))
        return false;
    uint8_t *at = out->data + out->len;
    at = put_bytes(at, header->channel.data, header->channel.len);
    uint8_t *times = open_array(at, n, times_len);
    at = k->times.len ? put_known(times, out->data, &k->times, k->leave_out)
                      : put_times(times, points->times_ns, n);
    *at++ = 0;
    uint8_t *values = open_array(at, n, values_len);
    at = k->values.len ? put_known(values, out->data, &k->values, k->leave_out)
                       : put_values(values, points);
    *at++ = 0;
    at = put_bytes(at, header->tags.data, header->tags.len);
    assert((size_t)(at - out->data) == out->len + size);
    out->len += size;
    *made = (struct tlm_encoded){{(size_t)(times - out->data), times_len},
                                 {(size_t)(values - out->data), values_len}};
    return true;
}
