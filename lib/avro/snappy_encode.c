#include "avro/snappy_encode.h"

#include <string.h>

#include "avro/snappy_choice.h"
#include "avro/snappy_points.h"
#include "avro/snappy_put.h"
#include "base/checked.h"

enum {
    STRIDE = 9,
    SAMPLE_MIN = 64 * STRIDE, /* bytes of a column that are tried: a quarter of it, */
    SAMPLE = 4096,            /* within these limits */
    GENERAL_MIN = 64,         /* a shorter piece is not worth a call of the general encoder */
    ECHO_SAMPLE = 256,        /* elements of a column that are compared with those before them */
    ECHO_MIN = 16,
    ECHO_BITS = 9,
    ECHO_SLOTS = 1 << ECHO_BITS,
    REPEAT_REACH = 16 /* earlier timestamp columns that are compared */
};

struct encoder {
    const uint8_t *raw;
    size_t literal; /* raw from here on is not written yet */
    bool shared;    /* records have their timestamps in common */
    uint8_t *out;
    tlm_snappy_general general;
    struct tlm_buf *scratch;
    struct tlm_snappy_choice choice;
};

static void end_literal(struct encoder *e, size_t at)
{
    e->out = tlm__snappy_put_literal(e->out, e->raw + e->literal, at - e->literal);
    e->literal = at;
}

/* ---- pieces ------------------------------------------------------------------------------------
 */

/* What the general encoder made of a piece; without its length its stream continues ours, since
 * copies in it reach back into the piece only. */
static void put_scratch(struct encoder *e, size_t at, size_t len)
{
    size_t skip = 0;
    end_literal(e, at);
    while (e->scratch->data[skip] & 0x80)
        skip++;
    skip++;
    memcpy(e->out, e->scratch->data + skip, e->scratch->len - skip);
    e->out += e->scratch->len - skip;
    e->literal = at + len;
}

static bool put_general(struct encoder *e, size_t at, size_t len)
{
    tlm__buf_reset(e->scratch);
    if (!e->general(e->raw + at, len, e->scratch))
        return false;
    put_scratch(e, at, len);
    return true;
}

/* How many bytes from `at` on equal those a stride before, up to end. */
static size_t run_length(const uint8_t *raw, size_t at, size_t end)
{
    size_t from = at;
    while (end - at >= 8) {
        uint64_t differ = tlm__snappy_load(raw + at) ^ tlm__snappy_load(raw + at - STRIDE);
        if (differ)
            return at - from + (size_t)(__builtin_ctzll(differ) >> 3);
        at += 8;
    }
    while (at < end && raw[at] == raw[at - STRIDE])
        at++;
    return at - from;
}

/* Elements of nine bytes, compared with the one before from their last byte backwards, where
 * timestamps and doubles that follow each other agree. */
static void put_strided(struct encoder *e, size_t at, size_t len)
{
    const uint8_t *raw = e->raw;
    size_t end = at + len;
    for (size_t element = at + STRIDE; element + STRIDE <= end; element += STRIDE) {
        uint64_t differ =
            tlm__snappy_load(raw + element + 1) ^ tlm__snappy_load(raw + element + 1 - STRIDE);
        size_t same = differ ? (size_t)(__builtin_clzll(differ) >> 3) : 8;
        size_t from = element + STRIDE - same;
        if (from < e->literal)
            from = e->literal;
        size_t run = run_length(raw, from, end);
        if (run < TLM_SNAPPY_COPY_MIN)
            continue;
        end_literal(e, from);
        e->out = tlm__snappy_put_copy(e->out, STRIDE, run);
        e->literal = from + run;
        while (element + STRIDE < e->literal)
            element += STRIDE;
    }
}

static bool is_repeat(const uint8_t *raw, const struct tlm_span *span,
                      const struct tlm_span *earlier)
{
    return earlier->kind == TLM_SPAN_TIMES && earlier->len == span->len &&
           span->len >= TLM_SNAPPY_COPY_MIN &&
           memcmp(raw + earlier->at, raw + span->at, span->len) == 0;
}

/* Timestamps that an earlier record of this block had. */
static bool put_repeat(struct encoder *e, const struct tlm_span *span,
                       const struct tlm_span *earlier)
{
    if (!is_repeat(e->raw, span, earlier))
        return false;
    end_literal(e, span->at);
    e->out = tlm__snappy_put_copy(e->out, span->at - earlier->at, span->len);
    e->literal = span->at + span->len;
    return true;
}

/* ---- what suits a column
 * ------------------------------------------------------------------------- */

enum method { AS_LITERAL, STRIDED, GENERAL };

static size_t sample_size(const struct tlm_span *span)
{
    size_t len = span->len / 4;
    len = len < SAMPLE_MIN ? SAMPLE_MIN : len;
    len = len < SAMPLE ? len : SAMPLE;
    len = len < span->len ? len : span->len;
    return len / STRIDE * STRIDE;
}

/* Whether the general encoder, whose trial takes longer than the rest of the work on a column, may
 * find enough in doubles to pay: of some elements, how many have the upper five bytes of an earlier
 * one. What has fewer bytes in common costs as much as it saves. */
static bool has_echoes(const struct encoder *e, const struct tlm_span *span)
{
    uint16_t places[ECHO_SLOTS] = {0};
    size_t n = sample_size(span) / STRIDE, hits = 0;
    n = n < ECHO_SAMPLE ? n : ECHO_SAMPLE;
    const uint8_t *first = e->raw + span->at + (span->len / STRIDE - n) / 2 * STRIDE;
    for (size_t i = 0; i < n; i++) {
        uint64_t upper = tlm__snappy_load(first + i * STRIDE + 1) >> 24;
        uint16_t *place = &places[(upper * 0x9e3779b97f4a7c15) >> (64 - ECHO_BITS)];
        hits +=
            *place && tlm__snappy_load(first + (size_t)(*place - 1) * STRIDE + 1) >> 24 == upper;
        *place = (uint16_t)(i + 1);
    }
    return hits >= n / 4;
}

/* Whether most values come again, perhaps much later: then copies of many elements at once are what
 * the general encoder finds. Looks at one in eight, the same ones each time they come. */
static bool is_periodic(const struct encoder *e, const struct tlm_span *span)
{
    uint32_t seen[ECHO_SLOTS] = {0};
    size_t looked = 0, hits = 0;
    for (size_t at = span->at; at + STRIDE <= span->at + span->len; at += STRIDE) {
        uint64_t hash = (tlm__snappy_load(e->raw + at + 1) + 1) * 0x9e3779b97f4a7c15;
        if (hash >> (64 - ECHO_BITS - 3) & 7) /* the low bits of round numbers say nothing */
            continue;
        uint32_t *slot = &seen[hash >> (64 - ECHO_BITS)], tag = (uint32_t)(hash >> 32);
        hits += *slot == tag;
        *slot = tag;
        looked++;
    }
    return looked > ECHO_MIN && hits > looked / 2;
}

/* Tries the methods on a part of the column. */
static bool choose(struct encoder *e, const struct tlm_span *span, enum method *method)
{
    uint8_t trial[SAMPLE + SAMPLE / 4];
    size_t len = sample_size(span), at = span->at + (span->len - len) / 2 / STRIDE * STRIDE;
    struct encoder sample = {.raw = e->raw, .literal = at, .out = trial};
    put_strided(&sample, at, len);
    end_literal(&sample, at + len);
    size_t strided = (size_t)(sample.out - trial);
    *method = strided < len - len / 64 ? STRIDED : AS_LITERAL;
    if (strided < len - len / 8 && span->kind == TLM_SPAN_VALUES && is_periodic(e, span)) {
        *method = GENERAL;
        return true;
    }
    if (e->shared && span->kind == TLM_SPAN_VALUES && !has_echoes(e, span))
        return true;
    tlm__buf_reset(e->scratch);
    if (!e->general(e->raw + at, len, e->scratch))
        return false;
    size_t general = e->scratch->len;
    /* Where the timestamps cost nothing, the time that the general encoder takes has to pay. */
    size_t worth = e->shared ? len - len / 5 : len - len / 64;
    if (general < worth && general + general / 64 < strided)
        *method = GENERAL;
    return true;
}

static bool put_column(struct encoder *e, const struct tlm_span *span)
{
    enum method method;
    if (span->len < 4 * STRIDE || span->len % STRIDE)
        return span->len < GENERAL_MIN || put_general(e, span->at, span->len);
    if (!choose(e, span, &method))
        return false;
    if (method == STRIDED)
        put_strided(e, span->at, span->len);
    return method != GENERAL || put_general(e, span->at, span->len);
}

/* Strings and arrays. */
static bool put_elements(struct encoder *e, const struct tlm_span *span)
{
    uint8_t *end;
    end_literal(e, span->at);
    if (!tlm__snappy_choose_points(&e->choice, span, e->out, &end))
        return false;
    if (end) {
        e->out = end;
        e->literal = span->at + span->len;
        return true;
    }
    if (!e->choice.whole)
        return span->len < GENERAL_MIN || put_general(e, span->at, span->len);
    put_scratch(e, span->at, span->len);
    return true;
}

static bool put_span(struct encoder *e, const struct tlm_layout *layout, size_t number)
{
    const struct tlm_span *span = &layout->spans[number];
    bool times = span->kind == TLM_SPAN_TIMES;
    for (size_t i = number; times && i-- && number - i <= REPEAT_REACH;)
        if (put_repeat(e, span, &layout->spans[i]))
            return true;
    return times || span->kind == TLM_SPAN_VALUES ? put_column(e, span) : put_elements(e, span);
}

/* Whether the second record of a block has the timestamps of the first: others will, too. */
static bool shares_times(const uint8_t *raw, const struct tlm_layout *layout)
{
    for (size_t i = 1; i < layout->n; i++)
        if (layout->spans[i].kind == TLM_SPAN_TIMES)
            return is_repeat(raw, &layout->spans[i], &layout->spans[0]);
    return false;
}

/* ---- the whole
 * ----------------------------------------------------------------------------------- */

/* The layout's spans must lie one behind the other inside raw. */
static bool is_sound(const struct tlm_layout *layout, size_t len)
{
    size_t at = 0;
    for (size_t i = 0; i < layout->n; i++) {
        const struct tlm_span *span = &layout->spans[i];
        if (span->at < at || span->at > len || span->len > len - span->at)
            return false;
        at = span->at + span->len;
    }
    return true;
}

/* What no span covers: names and counts stay literal, text columns are worth a try. */
static bool put_gap(struct encoder *e, size_t at, size_t len)
{
    return len < GENERAL_MIN || put_general(e, at, len);
}

bool tlm__snappy_encode(const uint8_t *raw, size_t len, const struct tlm_layout *layout,
                        tlm_snappy_general general, struct tlm_buf *scratch, struct tlm_buf *out)
{
    /* A piece of n bytes takes at most 32 + n + n/6 through the general encoder; ours never take
     * more than a literal's head beside what they hold. */
    size_t room;
    if (!tlm__size_mul(layout->n + 1, 128, &room) || !tlm__size_add(room, len, &room) ||
        !tlm__size_add(room, len / 4 + TLM_SNAPPY_SCRIBBLE, &room) || !tlm__buf_reserve(out, room))
        return false;
    struct encoder e = {.raw = raw,
                        .out = tlm__snappy_put_varint(out->data + out->len, len),
                        .general = general,
                        .scratch = scratch,
                        .choice = {.raw = raw, .general = general, .scratch = scratch}};
    size_t at = 0;
    bool sound = is_sound(layout, len);
    e.shared = sound && shares_times(raw, layout);
    for (size_t i = 0; sound && i < layout->n; i++) {
        const struct tlm_span *span = &layout->spans[i];
        if (!put_gap(&e, at, span->at - at) || !put_span(&e, layout, i))
            return false;
        at = span->at + span->len;
    }
    if (!put_gap(&e, at, len - at))
        return false;
    end_literal(&e, len);
    out->len = (size_t)(e.out - out->data);
    return true;
}
