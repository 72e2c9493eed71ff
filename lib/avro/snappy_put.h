/* The elements of a snappy stream (format description of google/snappy). Each function returns the
 * end of what it wrote. */
#ifndef TLM_AVRO_SNAPPY_PUT_H
#define TLM_AVRO_SNAPPY_PUT_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
    TLM_SNAPPY_COPY_MIN = 4,   /* a shorter match costs as much as it saves */
    TLM_SNAPPY_COPY_MAX = 64,  /* of one element */
    TLM_SNAPPY_SHORT_MAX = 11, /* a copy of 4 to 11 bytes ... */
    TLM_SNAPPY_NEAR = 2048     /* ... from less than so far back takes two bytes */
};

static inline uint64_t tlm__snappy_load(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return le64toh(word);
}

static inline uint8_t *tlm__snappy_put_varint(uint8_t *out, size_t value)
{
    for (; value >= 0x80; value >>= 7)
        *out++ = (uint8_t)(value | 0x80);
    *out++ = (uint8_t)value;
    return out;
}

static inline uint8_t *tlm__snappy_put_literal(uint8_t *out, const uint8_t *bytes, size_t len)
{
    if (!len)
        return out;
    size_t n = len - 1;
    if (n < 60) {
        *out++ = (uint8_t)(n << 2);
    } else {
        uint8_t *tag = out++;
        unsigned size = 0;
        for (; n; n >>= 8, size++)
            *out++ = (uint8_t)n;
        *tag = (uint8_t)((59 + size) << 2);
    }
    memcpy(out, bytes, len);
    return out + len;
}

/* 1 <= len <= 64 */
static inline uint8_t *tlm__snappy_put_copy_element(uint8_t *out, size_t offset, size_t len)
{
    if (len >= TLM_SNAPPY_COPY_MIN && len <= TLM_SNAPPY_SHORT_MAX && offset < TLM_SNAPPY_NEAR) {
        *out++ = (uint8_t)(1 | (len - 4) << 2 | offset >> 8 << 5);
        *out++ = (uint8_t)offset;
        return out;
    }
    int far = offset > UINT16_MAX;
    *out++ = (uint8_t)((len - 1) << 2 | (far ? 3 : 2));
    for (int i = 0; i < (far ? 4 : 2); i++)
        *out++ = (uint8_t)(offset >> 8 * i);
    return out;
}

/* A copy of 4 to 64 bytes from less than 64 KiB back, without a branch. Writes four bytes. */
static inline uint8_t *tlm__snappy_put_short_copy(uint8_t *out, size_t offset, size_t len)
{
    uint32_t near = (uint32_t)(1 | (len - 4) << 2 | offset >> 8 << 5 | (offset & 0xff) << 8);
    uint32_t far = (uint32_t)(2 | (len - 1) << 2 | offset << 8);
    unsigned is_far = (len > TLM_SNAPPY_SHORT_MAX) | (offset >= TLM_SNAPPY_NEAR);
    uint32_t element = htole32(is_far ? far : near);
    memcpy(out, &element, sizeof element);
    return out + 2 + is_far;
}

static inline uint8_t *tlm__snappy_put_copy(uint8_t *out, size_t offset, size_t len)
{
    while (len >= TLM_SNAPPY_COPY_MAX + TLM_SNAPPY_COPY_MIN) {
        out = tlm__snappy_put_copy_element(out, offset, TLM_SNAPPY_COPY_MAX);
        len -= TLM_SNAPPY_COPY_MAX;
    }
    if (len > TLM_SNAPPY_COPY_MAX) { /* what is left must not be shorter than a copy can be */
        len -= TLM_SNAPPY_COPY_MAX - TLM_SNAPPY_COPY_MIN;
        out = tlm__snappy_put_copy_element(out, offset, TLM_SNAPPY_COPY_MAX - TLM_SNAPPY_COPY_MIN);
    }
    return tlm__snappy_put_copy_element(out, offset, len);
}

#endif
