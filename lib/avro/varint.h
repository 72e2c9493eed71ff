/* Avro's variable-length integers (Avro 1.11, Binary Encoding: zig-zag, 7 bits a byte, low first).
 */
#ifndef TLM_AVRO_VARINT_H
#define TLM_AVRO_VARINT_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define TLM_VARINT_MAX 10

static inline uint64_t tlm__zigzag(int64_t value)
{
    return ((uint64_t)value << 1) ^ (uint64_t)(value >> 63);
}

static inline size_t tlm__varint_size(int64_t value)
{
    unsigned last_bit = 63u ^ (unsigned)__builtin_clzll(tlm__zigzag(value) | 1);
    return (last_bit * 9 + 73) / 64; /* last_bit / 7 + 1, for 0 to 63 */
}

/* Writes value at out (TLM_VARINT_MAX bytes of room); returns the end. */
static inline uint8_t *tlm__varint_put(uint8_t *out, int64_t value)
{
    uint64_t bits = tlm__zigzag(value);
    while (bits >= 0x80) {
        *out++ = (uint8_t)(bits | 0x80);
        bits >>= 7;
    }
    *out++ = (uint8_t)bits;
    return out;
}

/* The low 56 bits as eight groups of seven, each in a byte of its own. */
static inline uint64_t tlm__varint_spread(uint64_t bits)
{
    bits = (bits & 0x000000000fffffff) | ((bits & 0x00fffffff0000000) << 4);
    bits = (bits & 0x00003fff00003fff) | ((bits & 0x0fffc0000fffc000) << 2);
    return (bits & 0x007f007f007f007f) | ((bits & 0x3f803f803f803f80) << 1);
}

/* The same as tlm__varint_put for columns of numbers: no loop, and one branch that numbers of
 * similar size always take alike. Always scribbles on TLM_VARINT_MAX bytes from out on. */
static inline uint8_t *tlm__varint_put_column(uint8_t *out, int64_t value)
{
    const uint64_t more = 0x8080808080808080; /* "another byte follows" */
    uint64_t bits = tlm__zigzag(value), groups = tlm__varint_spread(bits), top = bits >> 56;
    if (top) { /* nine bytes, or ten: nanoseconds since 1970 are here */
        groups = htole64(groups | more);
        memcpy(out, &groups, sizeof groups);
        out[8] = (uint8_t)top; /* its high bit is both the number's last and "more" */
        out[9] = (uint8_t)(top >> 7);
        return out + 9 + (top >> 7);
    }
    size_t size = tlm__varint_size(value);
    groups = htole64(groups | (more & ((UINT64_C(1) << 8 * (size - 1)) - 1)));
    memcpy(out, &groups, sizeof groups);
    return out + size;
}

#endif
