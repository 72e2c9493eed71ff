#include "avro/snappy_points.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "avro/snappy_put.h"

#define INLINE static inline __attribute__((always_inline))

enum {
    BATCH = 256,       /* points that are looked up together */
    BATCH_MARGIN = 65, /* points of 64 bytes of text, and a start */
    TABLE_BITS = 13,   /* fits the first cache together with its neighbours */
    MARGIN = 64,       /* bytes at the end of a column that are not looked at */
    BEFORE = 3,        /* bytes in front of a point that a match may start at */
    LENGTH_MAX = 1 << 13
};

#define ONES UINT64_C(0x0101010101010101)
#define LOWS UINT64_C(0x7f7f7f7f7f7f7f7f)
#define MIX UINT64_C(0x9e3779b97f4a7c15)

/* Where the bytes with this hash were last; the low 16 bits are enough to go back as far as two
 * bytes of the format reach. */
struct table {
    uint16_t places[1 << TABLE_BITS];
};

/* Points of a column, and after the lookup: where matches start and how far back they refer. */
struct batch {
    size_t n, found; /* points, matches */
    uint32_t at[BATCH], offset[BATCH];
    uint8_t next[BATCH]; /* how far behind the first bytes that are looked up the others are */
};

/* ---- where to look -----------------------------------------------------------------------------
 * The column may be anything: a walk only ever goes forward, and ends at `stop`.
 */

struct walk {
    const uint8_t *raw;
    size_t at, stop;
    size_t items; /* of an array, left */
    size_t scan;  /* of a text, the next byte */
    bool inside;  /* ... whose start was noted */
};

/* A length of up to two bytes as Avro writes it. What is longer gets some length. */
INLINE size_t read_length(const uint8_t *raw, size_t *at)
{
    size_t length = raw[(*at)++];
    if (length & 0x80)
        length = (length & 0x7f) | (size_t)raw[(*at)++] << 7;
    return length / 2 < LENGTH_MAX ? length / 2 : LENGTH_MAX;
}

INLINE void note(struct batch *batch, size_t at, size_t next)
{
    batch->next[batch->n] = (uint8_t)next;
    batch->at[batch->n++] = (uint32_t)at;
}

/* The start of each string. */
static void walk_strings(struct walk *walk, struct batch *batch)
{
    size_t at = walk->at;
    while (batch->n < BATCH && at < walk->stop) {
        note(batch, at, 1);
        at++;
        size_t length = read_length(walk->raw, &at);
        at += length;
    }
    walk->at = at;
}

/* The start of each double, and the last two bytes of an array in front of its end. */
static void walk_arrays(struct walk *walk, struct batch *batch)
{
    size_t at = walk->at, items = walk->items, n = batch->n;
    while (n < BATCH - 1 && at < walk->stop) {
        if (!items) {
            at++;
            items = read_length(walk->raw, &at);
            continue;
        }
        batch->at[n++] = (uint32_t)at;
        at += sizeof(double);
        batch->at[n] = (uint32_t)at - 2;
        items--;
        n += !items;
        at += !items; /* the end of the array */
    }
    walk->at = at;
    walk->items = items;
    batch->n = n;
}

/* The high bit of each byte that is zero. */
#if !defined(__SSE2__)
INLINE uint64_t zero_bytes(uint64_t word)
{
    return ~(((word & LOWS) + LOWS) | word | LOWS);
}
#endif

/* A bit for each of 16 bytes that separates parts of a text. */
INLINE uint64_t separators_of_16(const uint8_t *bytes)
{
#if defined(__SSE2__)
    const __m128i word = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    const __m128i found = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(word, _mm_set1_epi8(',')),
                                                    _mm_cmpeq_epi8(word, _mm_set1_epi8(' '))),
                                       _mm_cmpeq_epi8(word, _mm_set1_epi8('/')));
    return (unsigned)_mm_movemask_epi8(found);
#else
    uint64_t bits = 0;
    for (unsigned i = 0; i < 16; i += 8) {
        const uint64_t word = tlm__snappy_load(bytes + i);
        const uint64_t found = zero_bytes(word ^ ONES * ',') | zero_bytes(word ^ ONES * ' ') |
                               zero_bytes(word ^ ONES * '/');
        bits |= ((found >> 7) * UINT64_C(0x0102040810204080) >> 56) << i;
    }
    return bits;
#endif
}

INLINE uint64_t separators_of_64(const uint8_t *bytes)
{
    return separators_of_16(bytes) | separators_of_16(bytes + 16) << 16 |
           separators_of_16(bytes + 32) << 32 | separators_of_16(bytes + 48) << 48;
}

/* A point for each bit. Shifted, since compilers count bits that are cleared one by one ahead of
 * time, by a call where there is no instruction for it. */
INLINE void note_all(struct batch *batch, size_t at, uint64_t bits)
{
    while (bits) {
        const int skipped = __builtin_ctzll(bits);
        at += (size_t)skipped;
        note(batch, at++, 1);
        bits = bits >> skipped >> 1;
    }
}

/* The start of each text, once with the length before it, and what separates its parts. */
static void walk_json(struct walk *walk, struct batch *batch)
{
    const uint8_t *raw = walk->raw;
    while (batch->n < BATCH - BATCH_MARGIN && walk->at < walk->stop) {
        size_t text = walk->at + 1, length = read_length(raw, &text), end = text + length;
        if (!walk->inside) {
            note(batch, walk->at, text + 3 - walk->at);
            walk->scan = text + 4;
            walk->inside = true;
        }
        size_t limit = end < walk->stop ? end : walk->stop;
        for (; walk->scan < limit && batch->n < BATCH - BATCH_MARGIN; walk->scan += 64) {
            uint64_t found = separators_of_64(raw + walk->scan);
            if (limit - walk->scan < 64)
                found &= (UINT64_C(1) << (limit - walk->scan)) - 1;
            note_all(batch, walk->scan, found);
        }
        if (walk->scan < limit)
            return;
        walk->at = end;
        walk->inside = false;
    }
}

/* ---- lookup ------------------------------------------------------------------------------------
 * No point waits for another one, and nothing is decided here: that is what makes it quick. Points
 * without a match are dropped without a branch, since no one can foresee which ones those are.
 */

/* How far back the same `size` bytes were, or 0. */
INLINE size_t look(struct table *table, const uint8_t *raw, size_t at, unsigned size)
{
    const unsigned shift = 64 - 8 * size;
    uint64_t key = tlm__snappy_load(raw + at) << shift;
    uint16_t *place = &table->places[key * MIX >> (64 - TABLE_BITS)];
    size_t offset = (uint16_t)(at - *place);
    *place = (uint16_t)at;
    offset &= 0 - (size_t)(offset < at);
    const uint64_t differ = (tlm__snappy_load(raw + at - offset) << shift) ^ key;
    return offset & (0 - (size_t)(differ == 0));
}

/* Puts a match behind those found so far, or what the next one takes the place of. */
INLINE size_t keep(struct batch *batch, size_t found, size_t at, size_t offset)
{
    batch->at[found] = (uint32_t)at;
    batch->offset[found] = (uint32_t)offset;
    return found + (offset != 0);
}

/* By four bytes from the point on, which are the low ones of a double, or the upper ones of one at
 * the end of an array and what follows. */
static void look_up_arrays(struct table *table, const uint8_t *raw, struct batch *batch)
{
    size_t found = 0;
    for (size_t i = 0; i < batch->n; i++)
        found = keep(batch, found, batch->at[i], look(table, raw, batch->at[i], 4));
    batch->found = found;
}

/* By `more` bytes that start `back` bytes before the point, or by six bytes behind those: the
 * former match longer. */
INLINE void look_up_twice(struct table *table, const uint8_t *raw, struct batch *batch, size_t back,
                          unsigned more)
{
    size_t found = 0;
    for (size_t i = 0; i < batch->n; i++) {
        const size_t at = batch->at[i] - back, next = at + batch->next[i];
        const size_t behind = look(table, raw, next, 6), before = look(table, raw, at, more);
        const size_t none = 0 - (size_t)(before == 0);
        found = keep(batch, found, at + (batch->next[i] & none), before | (behind & none));
    }
    batch->found = found;
}

/* ---- writing -----------------------------------------------------------------------------------
 */

struct writing {
    const uint8_t *raw;
    size_t done, end; /* end: of the column */
    uint8_t *out;
    struct table *digits; /* where four bytes of numbers were */
};

/* As tlm__snappy_put_literal, without a branch for those of a `usual` length. */
INLINE uint8_t *put_literal(uint8_t *out, const uint8_t *bytes, size_t len, size_t usual)
{
    if (__builtin_expect(len > usual, 0))
        return tlm__snappy_put_literal(out, bytes, len);
    *out = (uint8_t)((len - 1) << 2);
    memcpy(out + 1, bytes, (usual + 15) / 16 * 16);
    return out + len + (len != 0);
}

INLINE uint8_t *put_copy(uint8_t *out, size_t offset, size_t len)
{
    if (__builtin_expect(len > TLM_SNAPPY_COPY_MAX, 0))
        return tlm__snappy_put_copy(out, offset, len);
    return tlm__snappy_put_short_copy(out, offset, len);
}

/* How many of the first 16 bytes are equal. */
INLINE size_t same_of_16(const uint8_t *a, const uint8_t *b)
{
#if defined(__SSE2__)
    const __m128i same = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(const void *)a),
                                        _mm_loadu_si128((const __m128i *)(const void *)b));
    return (size_t)__builtin_ctz(~(unsigned)_mm_movemask_epi8(same));
#else
    uint64_t differ = tlm__snappy_load(a) ^ tlm__snappy_load(b);
    if (differ)
        return (size_t)(__builtin_ctzll(differ) >> 3);
    differ = tlm__snappy_load(a + 8) ^ tlm__snappy_load(b + 8);
    return differ ? 8 + (size_t)(__builtin_ctzll(differ) >> 3) : 16;
#endif
}

/* Bytes from `at` on that equal those `offset` before; at least 32 are there. */
INLINE size_t match_length(const struct writing *w, size_t at, size_t offset)
{
    const uint8_t *raw = w->raw;
    const size_t first = same_of_16(raw + at, raw + at - offset);
    const size_t next = same_of_16(raw + at + 16, raw + at + 16 - offset);
    const size_t same = first + (first == 16 ? next : 0);
    if (same < 32)
        return same;
    size_t start = at;
    for (at += 32; w->end - at >= 8; at += 8) {
        uint64_t differ = tlm__snappy_load(raw + at) ^ tlm__snappy_load(raw + at - offset);
        if (differ)
            return at - start + (size_t)(__builtin_ctzll(differ) >> 3);
    }
    while (at < w->end && raw[at] == raw[at - offset])
        at++;
    return at - start;
}

/* Bytes in front of `at` that equal those `offset` before, up to eight, of those not yet done. */
INLINE size_t match_before(const struct writing *w, size_t at, size_t offset)
{
    const size_t most = at - w->done;
    if (at - offset < 8)
        return 0;
    const uint64_t differ =
        tlm__snappy_load(w->raw + at - 8) ^ tlm__snappy_load(w->raw + at - 8 - offset);
    const size_t same = differ ? (size_t)(__builtin_clzll(differ) >> 3) : 8;
    return same < most ? same : most;
}

/* Four bytes of a number at `at`, up to eight bytes behind what is done, if they were there before.
 * Half of them were, and which ones is anybody's guess: the elements are written in any case, and
 * kept without a branch. */
INLINE void put_digits(struct writing *w, size_t at)
{
    size_t offset = look(w->digits, w->raw, at, 4), len = at - w->done;
    uint8_t *copy = w->out + len + (len != 0);
    *w->out = (uint8_t)((len - 1) << 2);
    memcpy(w->out + 1, w->raw + w->done, 8);
    uint8_t *end = put_copy(copy, offset, 4);
    size_t keep = 0 - (size_t)(offset != 0);
    w->out += (size_t)(end - w->out) & keep;
    w->done += (at + 4 - w->done) & keep;
}

/* What is left between two matches, up to `to`: a number as a rule. */
INLINE void put_number(struct writing *w, size_t to)
{
    size_t at = w->done, len = to - at;
    if (len < 4 || len > 16)
        return;
    put_digits(w, at);
    uint64_t next = tlm__snappy_load(w->raw + at + 1) << 32;
    w->digits->places[next * MIX >> (64 - TABLE_BITS)] = (uint16_t)(at + 1);
    if (len >= 8)
        put_digits(w, at + 4);
}

INLINE void put_matches(struct writing *writing, const struct batch *batch, size_t usual,
                        bool numbers)
{
    struct writing w = *writing;
    for (size_t i = 0; i < batch->found; i++) {
        size_t at = batch->at[i], offset = batch->offset[i];
        if (at < w.done) {
            at = w.done;
            /* A branch, not a conditional move: nothing below waits for the match before then. */
            __asm__("" : "+r"(at));
        }
        if (at > w.end - MARGIN)
            break;
        size_t len = match_length(&w, at, offset);
        if (len < TLM_SNAPPY_COPY_MIN)
            continue;
        const size_t before = match_before(&w, at, offset);
        at -= before;
        len += before;
        if (numbers)
            put_number(&w, at);
        w.out = put_literal(w.out, w.raw + w.done, at - w.done, usual);
        w.out = put_copy(w.out, offset, len);
        w.done = at + len;
    }
    *writing = w;
}

/* ---- a column ----------------------------------------------------------------------------------
 */

static void walk_on(struct walk *walk, struct batch *batch, enum tlm_span_kind kind)
{
    batch->n = batch->found = 0;
    if (kind == TLM_SPAN_STRINGS)
        walk_strings(walk, batch);
    else if (kind == TLM_SPAN_JSON)
        walk_json(walk, batch);
    else
        walk_arrays(walk, batch);
}

static void put_batch(struct writing *w, struct table *table, struct batch *batch,
                      enum tlm_span_kind kind)
{
    if (kind == TLM_SPAN_STRINGS) {
        look_up_twice(table, w->raw, batch, 1, 6);
        put_matches(w, batch, 32, false);
    } else if (kind == TLM_SPAN_JSON) {
        look_up_twice(table, w->raw, batch, 3, 7);
        put_matches(w, batch, 16, true);
    } else {
        look_up_arrays(table, w->raw, batch);
        put_matches(w, batch, 60, false);
    }
}

uint8_t *tlm__snappy_put_points(const uint8_t *raw, const struct tlm_span *span, uint8_t *out)
{
    const size_t end = span->len;
    raw += span->at; /* so that no copy can reach back in front of the column */
    if (end < 2 * MARGIN)
        return tlm__snappy_put_literal(out, raw, end);
    struct table table = {{0}}, digits = {{0}};
    struct walk walk = {.raw = raw, .stop = end - MARGIN};
    struct writing w = {raw, 0, end, out, &digits};
    while (walk.at < walk.stop) {
        struct batch batch;
        walk_on(&walk, &batch, span->kind);
        for (size_t i = 0; i < batch.n && batch.at[i] < BEFORE; i++)
            batch.at[i] = BEFORE;
        put_batch(&w, &table, &batch, span->kind);
    }
    return tlm__snappy_put_literal(w.out, raw + w.done, end - w.done);
}

size_t tlm__snappy_count_points(const uint8_t *raw, const struct tlm_span *span)
{
    if (span->len < 2 * MARGIN)
        return 0;
    struct walk walk = {.raw = raw + span->at, .stop = span->len - MARGIN};
    struct batch batch;
    walk_on(&walk, &batch, span->kind);
    return batch.n;
}
