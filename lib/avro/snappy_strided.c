#include "avro/snappy_strided.h"

enum { STRIDE = TLM_SNAPPY_STRIDE, GROUP = 8 /* elements that are compared at a time */ };

/* Which of a group of elements may start a match: their upper four bytes are those of the one
 * before, or three and the first one behind them are, or the second one behind them is. Reads two
 * bytes behind the group. */
static inline unsigned candidates(const uint8_t *element)
{
    unsigned mask = 0;
    for (unsigned i = 0; i < GROUP; i++, element += STRIDE) {
        uint64_t differ = tlm__snappy_differ(element + 3, STRIDE);
        mask |= (unsigned)(!(uint32_t)(differ >> 16) | !(uint32_t)(differ >> 24) | !(differ >> 56))
                << i;
    }
    return mask;
}

/* The match that starts in an element: the last bytes that it has in common with the one before,
 * where timestamps and doubles that follow each other agree, and what follows. As a rule that ends
 * in the next element, which is seen without a loop. */
static inline void put_element(struct tlm_snappy_stream *s, size_t element, size_t end)
{
    const size_t behind = element + STRIDE;
    if (behind <= s->literal)
        return;
    uint64_t differ = tlm__snappy_differ(s->raw + element + 1, STRIDE);
    uint64_t next = behind + STRIDE > end ? 0 : tlm__snappy_differ(s->raw + behind, STRIDE);
    size_t from = behind - (differ ? (size_t)(__builtin_clzll(differ) >> 3) : 8);
    from = from < s->literal ? s->literal : from;
    size_t run = next ? behind + (size_t)(__builtin_ctzll(next) >> 3) - from
                      : tlm__snappy_run(s->raw, from, STRIDE, end);
    if (run >= TLM_SNAPPY_COPY_MIN)
        tlm__snappy_copy(s, from, STRIDE, run);
}

void tlm__snappy_put_strided(struct tlm_snappy_stream *stream, size_t first, size_t end)
{
    struct tlm_snappy_stream s = *stream;
    size_t element = first;
    for (; element + GROUP * STRIDE + 2 <= end; element += GROUP * STRIDE)
        for (unsigned mask = candidates(s.raw + element); mask; mask &= mask - 1)
            put_element(&s, element + (unsigned)__builtin_ctz(mask) * STRIDE, end);
    for (; element + STRIDE <= end; element += STRIDE)
        put_element(&s, element, end);
    *stream = s;
}

size_t tlm__snappy_strided_saves(const uint8_t *raw, size_t first, size_t end)
{
    enum { COST = 3 }; /* of a copy, and of the literal that goes on behind it */
    size_t saved = 0;
    for (size_t element = first; element + 2 * STRIDE <= end; element += STRIDE) {
        uint64_t differ = tlm__snappy_differ(raw + element + 1, STRIDE);
        uint64_t next = tlm__snappy_differ(raw + element + STRIDE, STRIDE);
        size_t run = (differ ? (size_t)__builtin_clzll(differ) >> 3 : 8) +
                     (next ? (size_t)__builtin_ctzll(next) >> 3 : 8);
        size_t saves = run - COST < STRIDE ? run - COST : STRIDE;
        saved += run > COST ? saves : 0;
    }
    return saved;
}
