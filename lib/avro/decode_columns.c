#include "avro/decode_columns.h"

#include <endian.h>
#include <stdbool.h>
#include <string.h>

enum {
    DOUBLE_BYTES = 9, /* branch and value */
    LONG_BYTES = 9,   /* branch and eight bytes of the varint are read at once */
    TIME_BYTES = 9,
    TIME_BYTES_MAX = 10,
    STRETCH = 16, /* elements that are taken before looking whether all were right */
    LONG_BRANCH = 2 << 1
};

static const uint64_t more_bits = 0x8080808080808080; /* of a varint: "another byte follows" */

static inline uint64_t load(const uint8_t *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return le64toh(word);
}

static inline int64_t unzigzag(uint64_t bits)
{
    return (int64_t)(bits >> 1) ^ -(int64_t)(bits & 1);
}

/* Eight groups of seven bits, each in a byte of its own, next to each other. */
static inline uint64_t gather(uint64_t groups)
{
    groups = (groups & 0x007f007f007f007f) | ((groups & 0x7f007f007f007f00) >> 1);
    groups = (groups & 0x00003fff00003fff) | ((groups & 0x3fff00003fff0000) >> 2);
    return (groups & 0x000000000fffffff) | ((groups & 0x0fffffff00000000) >> 4);
}

/* ---- timestamps --------------------------------------------------------------------------------
 */

/* STRETCH longs of nine bytes. False, with garbage in out, when one of them is longer or shorter.
 */
static inline bool nine_bytes(const uint8_t *p, int64_t *out)
{
    uint64_t first = more_bits, last = 0;
    for (size_t i = 0; i < STRETCH; i++, p += TIME_BYTES) {
        uint64_t low = load(p), top = p[8];
        first &= low;
        last |= top;
        out[i] = unzigzag(gather(low) | top << 56);
    }
    return first == more_bits && last < 0x80;
}

/* One long of nine or ten bytes; 0 when it is none. */
static inline size_t long_at(const uint8_t *p, int64_t *out)
{
    uint64_t low = load(p), top = p[8];
    if ((low & more_bits) != more_bits || (top >= 0x80 && p[9] > 1))
        return 0;
    uint64_t sign = top >= 0x80 ? (uint64_t)p[9] << 63 : 0;
    *out = unzigzag(gather(low) | (top & 0x7f) << 56 | sign);
    return TIME_BYTES + (top >= 0x80);
}

size_t tlm__columns_times(const uint8_t **at, const uint8_t *end, int64_t *out, size_t n)
{
    const uint8_t *p = *at;
    size_t done = 0, step;
    while (n - done >= STRETCH && (size_t)(end - p) >= STRETCH * TIME_BYTES &&
           nine_bytes(p, out + done)) {
        p += STRETCH * TIME_BYTES;
        done += STRETCH;
    }
    for (size_t most = done + STRETCH; done < n && done < most && end - p >= TIME_BYTES_MAX;
         done++, p += step)
        if ((step = long_at(p, out + done)) == 0)
            break;
    *at = p;
    return done;
}

/* ---- values ------------------------------------------------------------------------------------
 */

static inline bool stretch_of_doubles(const uint8_t *p, uint64_t *out)
{
    unsigned branches = 0;
    for (size_t i = 0; i < STRETCH; i++, p += DOUBLE_BYTES) {
        branches |= p[0];
        out[i] = load(p + 1);
    }
    return branches == 0;
}

size_t tlm__columns_doubles(const uint8_t **at, const uint8_t *end, uint64_t *out, size_t n)
{
    const uint8_t *p = *at;
    size_t room = (size_t)(end - p) / DOUBLE_BYTES, done = 0;
    if (n > room)
        n = room;
    for (; n - done >= STRETCH && stretch_of_doubles(p, out + done); done += STRETCH)
        p += STRETCH * DOUBLE_BYTES;
    for (; done < n && p[0] == 0; done++, p += DOUBLE_BYTES)
        out[done] = load(p + 1);
    *at = p;
    return done;
}

/* The bytes up to the first without "another byte follows". */
static inline uint64_t cut(uint64_t word, uint64_t ends)
{
    return word & (ends ^ (ends - 1));
}

size_t tlm__columns_longs(const uint8_t **at, const uint8_t *end, uint64_t *out, size_t n)
{
    const uint8_t *p = *at;
    size_t done = 0;
    for (; done < n && end - p >= LONG_BYTES && p[0] == LONG_BRANCH; done++) {
        uint64_t word = load(p + 1), ends = ~word & more_bits;
        if (!ends)
            break;
        out[done] = (uint64_t)unzigzag(gather(cut(word, ends)));
        p += 2 + __builtin_ctzll(ends) / 8;
    }
    *at = p;
    return done;
}

/* ---- skipping ----------------------------------------------------------------------------------
 */

/* The length of the varint at p, or 0: it has more than ten bytes, or more than there are. */
static size_t varint_length(const uint8_t *p, const uint8_t *end)
{
    for (size_t i = 0; i < TIME_BYTES_MAX && p + i < end; i++)
        if (p[i] < 0x80)
            return i == TIME_BYTES_MAX - 1 && p[i] > 1 ? 0 : i + 1;
    return 0;
}

size_t tlm__columns_skip(const uint8_t **at, const uint8_t *end, size_t n)
{
    const uint8_t *p = *at;
    size_t done = 0;
    while (done < n) {
        bool nine = end - p >= TIME_BYTES && (load(p) & more_bits) == more_bits && p[8] < 0x80;
        size_t len = nine ? TIME_BYTES : varint_length(p, end);
        if (!len)
            break;
        p += len;
        done++;
    }
    *at = p;
    return done;
}
