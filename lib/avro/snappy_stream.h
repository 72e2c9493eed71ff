/* A snappy stream being written: literals and copies in the order of the bytes they stand for. */
#ifndef TLM_AVRO_SNAPPY_STREAM_H
#define TLM_AVRO_SNAPPY_STREAM_H

#include "avro/snappy_put.h"

enum { TLM_SNAPPY_SHORT_LITERAL = 16 /* copied in one go */ };

/* A function that writes much works on a copy, which stays in registers. */
struct tlm_snappy_stream {
    const uint8_t *raw;
    size_t literal; /* raw from here on is not written yet */
    size_t spare;   /* up to here a short literal may be copied with what follows it */
    uint8_t *out;
};

static inline uint64_t tlm__snappy_differ(const uint8_t *bytes, size_t back)
{
    return tlm__snappy_load(bytes) ^ tlm__snappy_load(bytes - back);
}

/* How many bytes from `at` on equal those so far back, up to end. */
static inline size_t tlm__snappy_run(const uint8_t *raw, size_t at, size_t back, size_t end)
{
    const size_t from = at;
    if (end - at >= 8) {
        uint64_t differ = tlm__snappy_differ(raw + at, back);
        if (differ)
            return (size_t)(__builtin_ctzll(differ) >> 3);
        at += 8;
    }
    while (end - at >= 32 &&
           !(tlm__snappy_differ(raw + at, back) | tlm__snappy_differ(raw + at + 8, back) |
             tlm__snappy_differ(raw + at + 16, back) | tlm__snappy_differ(raw + at + 24, back)))
        at += 32;
    for (; end - at >= 8; at += 8) {
        uint64_t differ = tlm__snappy_differ(raw + at, back);
        if (differ)
            return at - from + (size_t)(__builtin_ctzll(differ) >> 3);
    }
    while (at < end && raw[at] == raw[at - back])
        at++;
    return at - from;
}

/* Everything before `at` is written. */
static inline void tlm__snappy_literal(struct tlm_snappy_stream *s, size_t at)
{
    const uint8_t *from = s->raw + s->literal;
    size_t len = at - s->literal;
    if (len - 1 < TLM_SNAPPY_SHORT_LITERAL && at <= s->spare) {
        *s->out = (uint8_t)((len - 1) << 2);
        memcpy(s->out + 1, from, TLM_SNAPPY_SHORT_LITERAL);
        s->out += 1 + len;
    } else {
        s->out = tlm__snappy_put_literal(s->out, from, len);
    }
    s->literal = at;
}

/* The bytes from `at` on are those so far back. */
static inline void tlm__snappy_copy(struct tlm_snappy_stream *s, size_t at, size_t back, size_t len)
{
    tlm__snappy_literal(s, at);
    s->out = len <= TLM_SNAPPY_COPY_MAX && back <= UINT16_MAX
                 ? tlm__snappy_put_short_copy(s->out, back, len)
                 : tlm__snappy_put_copy(s->out, back, len);
    s->literal = at + len;
}

#endif
