/* Which bytes are outside JSON strings, 64 at a time. */
#ifndef TLM_ROWS_HOT_QUOTES_H
#define TLM_ROWS_HOT_QUOTES_H

#include <stddef.h>
#include <stdint.h>

/* Where the bytes so far have ended. {0}: outside. */
struct tlm_hot_quotes {
    uint64_t inside;  /* all bits or none: in a string */
    uint64_t escaped; /* 1: the next byte stands behind a backslash */
};

/* What some of 64 bytes are, a bit each. */
struct tlm_hot_marks {
    uint64_t separators, lines, quotes, backslashes;
};

/* Each bit becomes the parity of itself and those below it. */
static inline uint64_t tlm__bit_parities(uint64_t bits)
{
    for (unsigned shift = 1; shift < 64; shift *= 2)
        bits ^= bits << shift;
    return bits;
}

/* The bytes behind a backslash that is not itself behind one. */
static inline uint64_t tlm__escaped_bytes(struct tlm_hot_quotes *state, uint64_t backslashes)
{
    uint64_t escaped = state->escaped, last = 0;
    backslashes &= ~escaped;
    while (backslashes) {
        last = backslashes & (0 - backslashes);
        escaped |= last << 1;
        backslashes &= ~(last | last << 1);
    }
    state->escaped = last >> 63;
    return escaped;
}

/* The separators outside strings, and all newlines: a string does not go on behind one. */
static inline uint64_t tlm__outside_strings(struct tlm_hot_quotes *state,
                                            const struct tlm_hot_marks *marks)
{
    uint64_t quotes = marks->quotes;
    if (__builtin_expect((marks->backslashes | state->escaped) != 0, 0))
        quotes &= ~tlm__escaped_bytes(state, marks->backslashes);
    uint64_t inside = tlm__bit_parities(quotes) ^ state->inside;
    uint64_t cut = inside & marks->lines;
    while (__builtin_expect(cut != 0, 0)) {
        inside ^= 0 - (cut & (0 - cut));
        cut = inside & marks->lines;
    }
    state->inside = 0 - (inside >> 63);
    return (marks->separators & ~inside) | marks->lines;
}

#endif
