#include "avro/snappy_points.h"

#include "avro/snappy_put.h"

#define INLINE static inline __attribute__((always_inline))

enum {
    BATCH = 256,        /* points that are looked up together */
    BATCH_MARGIN = 16,  /* points of eight bytes of text, and a start */
    TABLE_BITS = 13,    /* fits the first cache together with its neighbours */
    MARGIN = 64,        /* bytes at the end of a column that are not looked at */
    BEFORE = 2,         /* bytes in front of a point that a match may start at */
    SHORT_LITERAL = 32, /* written in one go */
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

/* Points of a column, and after the lookup: where matches start and how far back they refer (0:
 * there is none). */
struct batch {
    size_t n;
    uint32_t at[BATCH], offset[BATCH];
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

INLINE void note(struct batch *batch, size_t at)
{
    batch->at[batch->n++] = (uint32_t)at;
}

/* The start of each string. */
static void walk_strings(struct walk *walk, struct batch *batch)
{
    size_t at = walk->at;
    while (batch->n < BATCH && at < walk->stop) {
        note(batch, at);
        at++;
        size_t length = read_length(walk->raw, &at);
        at += length;
    }
    walk->at = at;
}

/* The start of each double. */
static void walk_arrays(struct walk *walk, struct batch *batch)
{
    while (batch->n < BATCH && walk->at < walk->stop) {
        if (!walk->items) {
            walk->at++;
            walk->items = read_length(walk->raw, &walk->at);
            continue;
        }
        note(batch, walk->at);
        walk->at += sizeof(double);
        walk->at += !--walk->items; /* the end of the array */
    }
}

/* The high bit of each byte that is zero. */
INLINE uint64_t zero_bytes(uint64_t word)
{
    return ~(((word & LOWS) + LOWS) | word | LOWS);
}

INLINE uint64_t separators(uint64_t word)
{
    return zero_bytes(word ^ ONES * ',') | zero_bytes(word ^ ONES * ' ') |
           zero_bytes(word ^ ONES * '/');
}

/* The start of each text, and what separates its parts. */
static void walk_json(struct walk *walk, struct batch *batch)
{
    const uint8_t *raw = walk->raw;
    while (batch->n < BATCH - BATCH_MARGIN && walk->at < walk->stop) {
        size_t text = walk->at + 1, length = read_length(raw, &text), end = text + length;
        if (!walk->inside) {
            note(batch, walk->at);
            walk->scan = text + 4;
            walk->inside = true;
        }
        size_t limit = end < walk->stop ? end : walk->stop;
        for (; walk->scan < limit && batch->n < BATCH - BATCH_MARGIN; walk->scan += 8) {
            uint64_t found = separators(tlm__snappy_load(raw + walk->scan));
            if (limit - walk->scan < 8)
                found &= (UINT64_C(1) << 8 * (limit - walk->scan)) - 1;
            for (; found; found &= found - 1)
                note(batch, walk->scan + (size_t)(__builtin_ctzll(found) >> 3));
        }
        if (walk->scan < limit)
            return;
        walk->at = end;
        walk->inside = false;
    }
}

/* ---- lookup ------------------------------------------------------------------------------------
 * No point waits for another one, and nothing is decided here: that is what makes it quick.
 */

/* How far back the same `size` bytes were, or 0. */
INLINE size_t look(struct table *table, const uint8_t *raw, size_t at, unsigned size)
{
    const unsigned shift = 64 - 8 * size;
    uint64_t key = tlm__snappy_load(raw + at) << shift;
    uint16_t *place = &table->places[key * MIX >> (64 - TABLE_BITS)];
    size_t offset = (uint16_t)(at - *place);
    *place = (uint16_t)at;
    offset = offset < at ? offset : 0;
    return tlm__snappy_load(raw + at - offset) << shift == key ? offset : 0;
}

/* By `size` bytes that start `back` bytes before the point. */
INLINE void look_up(struct table *table, const uint8_t *raw, struct batch *batch, unsigned back,
                    unsigned size)
{
    for (size_t i = 0; i < batch->n; i++) {
        batch->at[i] -= back;
        batch->offset[i] = (uint32_t)look(table, raw, batch->at[i], size);
    }
}

/* The last byte of the string before belongs to the match if it can. */
static void look_up_strings(struct table *table, const uint8_t *raw, struct batch *batch)
{
    for (size_t i = 0; i < batch->n; i++) {
        size_t at = batch->at[i];
        size_t behind = look(table, raw, at, 6), before = look(table, raw, at - 1, 6);
        batch->at[i] = (uint32_t)(before ? at - 1 : at);
        batch->offset[i] = (uint32_t)(before ? before : behind);
    }
}

/* ---- writing -----------------------------------------------------------------------------------
 */

struct writing {
    const uint8_t *raw;
    size_t done, end; /* end: of the column */
    uint8_t *out;
    struct table *digits; /* where four bytes of numbers were, or NULL */
};

/* As tlm__snappy_put_literal, without a branch for what is usual. */
INLINE uint8_t *put_literal(uint8_t *out, const uint8_t *bytes, size_t len)
{
    if (__builtin_expect(len > SHORT_LITERAL, 0))
        return tlm__snappy_put_literal(out, bytes, len);
    *out = (uint8_t)((len - 1) << 2);
    memcpy(out + 1, bytes, SHORT_LITERAL);
    return out + len + (len != 0);
}

INLINE uint8_t *put_copy(uint8_t *out, size_t offset, size_t len)
{
    if (__builtin_expect(len > TLM_SNAPPY_COPY_MAX, 0))
        return tlm__snappy_put_copy(out, offset, len);
    uint32_t near = (uint32_t)(1 | (len - 4) << 2 | offset >> 8 << 5 | (offset & 0xff) << 8);
    uint32_t far = (uint32_t)(2 | (len - 1) << 2 | offset << 8);
    unsigned is_far = (len > TLM_SNAPPY_SHORT_MAX) | (offset >= TLM_SNAPPY_NEAR);
    uint32_t element = htole32(is_far ? far : near);
    memcpy(out, &element, sizeof element);
    return out + 2 + is_far;
}

/* Bytes from `at` on that equal those `offset` before; at least 16 are there. */
INLINE size_t match_length(const struct writing *w, size_t at, size_t offset)
{
    const uint8_t *raw = w->raw;
    uint64_t differ = tlm__snappy_load(raw + at) ^ tlm__snappy_load(raw + at - offset);
    if (differ)
        return (size_t)(__builtin_ctzll(differ) >> 3);
    size_t start = at;
    for (at += 8; w->end - at >= 8; at += 8) {
        differ = tlm__snappy_load(raw + at) ^ tlm__snappy_load(raw + at - offset);
        if (differ)
            return at - start + (size_t)(__builtin_ctzll(differ) >> 3);
    }
    while (at < w->end && raw[at] == raw[at - offset])
        at++;
    return at - start;
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

INLINE void put_matches(struct writing *writing, const struct batch *batch, bool numbers)
{
    struct writing w = *writing;
    for (size_t i = 0; i < batch->n; i++) {
        size_t at = batch->at[i], offset = batch->offset[i];
        if (!offset)
            continue;
        at = at < w.done ? w.done : at;
        if (at > w.end - MARGIN / 2)
            break;
        size_t len = match_length(&w, at, offset);
        if (len < TLM_SNAPPY_COPY_MIN)
            continue;
        if (numbers)
            put_number(&w, at);
        w.out = put_literal(w.out, w.raw + w.done, at - w.done);
        w.out = put_copy(w.out, offset, len);
        w.done = at + len;
    }
    *writing = w;
}

/* ---- a column ----------------------------------------------------------------------------------
 */

static void walk_on(struct walk *walk, struct batch *batch, enum tlm_span_kind kind)
{
    batch->n = 0;
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
        look_up_strings(table, w->raw, batch);
        put_matches(w, batch, false);
    } else if (kind == TLM_SPAN_JSON) {
        look_up(table, w->raw, batch, 2, 6);
        put_matches(w, batch, true);
    } else {
        look_up(table, w->raw, batch, 1, 5);
        put_matches(w, batch, false);
    }
}

uint8_t *tlm__snappy_put_points(const uint8_t *raw, const struct tlm_span *span, uint8_t *out)
{
    const size_t end = span->at + span->len;
    if (span->len < 2 * MARGIN)
        return tlm__snappy_put_literal(out, raw + span->at, span->len);
    struct table table = {{0}}, digits = {{0}};
    struct walk walk = {.raw = raw, .at = span->at, .stop = end - MARGIN};
    struct writing w = {raw, span->at, end, out, &digits};
    while (walk.at < walk.stop) {
        struct batch batch;
        walk_on(&walk, &batch, span->kind);
        if (batch.n && batch.at[0] < BEFORE)
            batch.at[0] = BEFORE;
        put_batch(&w, &table, &batch, span->kind);
    }
    return tlm__snappy_put_literal(w.out, raw + w.done, end - w.done);
}

size_t tlm__snappy_count_points(const uint8_t *raw, const struct tlm_span *span)
{
    if (span->len < 2 * MARGIN)
        return 0;
    struct walk walk = {.raw = raw, .at = span->at, .stop = span->at + span->len - MARGIN};
    struct batch batch;
    walk_on(&walk, &batch, span->kind);
    return batch.n;
}
