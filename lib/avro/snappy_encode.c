#include "avro/snappy_encode.h"

#include <assert.h>
#include <string.h>

#include "avro/snappy_choice.h"
#include "avro/snappy_echo.h"
#include "avro/snappy_points.h"
#include "avro/snappy_strided.h"
#include "base/checked.h"

enum {
    STRIDE = TLM_SNAPPY_STRIDE,
    SAMPLE_MIN = 64 * STRIDE, /* bytes of a column that the general encoder tries: a quarter of */
    SAMPLE = 4096,            /* it, within these limits */
    STRIDED_SAMPLE = 48,      /* elements that are tried against the one before */
    ALIKE_SAMPLE = 1 << 15,   /* bytes of columns that are looked at together, of each one */
    ALIKE_PART = 5000,        /* no more than this */
    ALIKE_MIN = 6,            /* if so many of them are there */
    GENERAL_MIN = 64,         /* a shorter piece is not worth a call of the general encoder */
    ECHO_SAMPLE = 48,         /* elements of a column that are compared with those before them */
    ECHO_BITS = 9,
    ECHO_SLOTS = 1 << ECHO_BITS
};

#define MIX UINT64_C(0x9e3779b97f4a7c15)

struct encoder {
    struct tlm_snappy_stream stream;
    const struct tlm_layout *layout;
    bool shared; /* records have their timestamps in common */
    bool alike;  /* ... and their values */
    struct tlm_snappy_echoes echoes;
    tlm_snappy_general general;
    struct tlm_buf *scratch;
    struct tlm_snappy_choice choice;
};

/* ---- pieces ------------------------------------------------------------------------------------
 */

/* What the general encoder made of a piece; without its length its stream continues ours, since
 * copies in it reach back into the piece only. */
static void put_scratch(struct encoder *e, size_t at, size_t len)
{
    size_t skip = 0;
    struct tlm_snappy_stream *s = &e->stream;
    tlm__snappy_literal(s, at);
    while (e->scratch->data[skip] & 0x80)
        skip++;
    skip++;
    memcpy(s->out, e->scratch->data + skip, e->scratch->len - skip);
    s->out += e->scratch->len - skip;
    s->literal = at + len;
}

static bool put_general(struct encoder *e, size_t at, size_t len)
{
    tlm__buf_reset(e->scratch);
    if (!e->general(e->stream.raw + at, len, e->scratch))
        return false;
    put_scratch(e, at, len);
    return true;
}

/* What an earlier record of this block had. */
static void put_repeat(struct tlm_snappy_stream *s, const struct tlm_span *span)
{
    tlm__snappy_literal(s, span->at);
    s->out = tlm__snappy_put_copy(s->out, span->back, span->len);
}

/* ---- what suits a column -----------------------------------------------------------------------
 */

enum method { AS_LITERAL, STRIDED, ECHOES, GENERAL };

/* The middle of a column, whole elements. */
static struct tlm_span middle(const struct tlm_span *span, size_t most)
{
    size_t len = span->len < most ? span->len : most;
    len = len / STRIDE * STRIDE;
    return (struct tlm_span){.at = span->at + (span->len - len) / 2 / STRIDE * STRIDE, .len = len};
}

/* The size of elements that are compared with those before them. */
static size_t strided_size(const struct encoder *e, const struct tlm_span *sample)
{
    return sample->len -
           tlm__snappy_strided_saves(e->stream.raw, sample->at + STRIDE, sample->at + sample->len);
}

/* Whether the general encoder, whose trial takes longer than the rest of the work on a column, may
 * find enough in doubles to pay: of some elements, how many have the upper six bytes of an earlier
 * one. What has fewer bytes in common costs as much as it saves. */
static bool has_echoes(const struct encoder *e, const struct tlm_span *span)
{
    uint16_t places[ECHO_SLOTS] = {0};
    const struct tlm_span sample = middle(span, ECHO_SAMPLE * STRIDE);
    const uint8_t *first = e->stream.raw + sample.at;
    size_t n = sample.len / STRIDE, hits = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t upper = tlm__snappy_load(first + i * STRIDE + 1) >> 16;
        uint16_t *place = &places[(upper * MIX) >> (64 - ECHO_BITS)];
        hits +=
            *place && tlm__snappy_load(first + (size_t)(*place - 1) * STRIDE + 1) >> 16 == upper;
        *place = (uint16_t)(i + 1);
    }
    return hits >= n / 4;
}

/* Whether most values of a column come again, perhaps much later. */
static bool is_periodic(const struct encoder *e, size_t span)
{
    struct tlm_snappy_echoes echoes = {.looked = 0};
    tlm__snappy_look(&echoes, e->stream.raw, e->layout, span, SIZE_MAX);
    return tlm__snappy_found_most(&echoes);
}

/* Whether most values of columns come again, perhaps in other ones. */
static bool are_alike(const struct encoder *e)
{
    struct tlm_snappy_echoes echoes = {.looked = 0};
    size_t columns = 0, left = ALIKE_SAMPLE;
    for (size_t i = 0; i < e->layout->n && left >= ALIKE_PART; i++) {
        if (e->layout->spans[i].kind != TLM_SPAN_VALUES)
            continue;
        tlm__snappy_look(&echoes, e->stream.raw, e->layout, i, ALIKE_PART);
        left -= e->layout->spans[i].len < ALIKE_PART ? e->layout->spans[i].len : ALIKE_PART;
        columns++;
    }
    return columns >= ALIKE_MIN && tlm__snappy_found_most(&echoes);
}

/* Tries the general encoder on a part of the column. */
static bool is_general_better(struct encoder *e, const struct tlm_span *span, bool *better)
{
    size_t quarter = span->len / 4 > SAMPLE_MIN ? span->len / 4 : SAMPLE_MIN;
    const struct tlm_span sample = middle(span, quarter < SAMPLE ? quarter : SAMPLE);
    tlm__buf_reset(e->scratch);
    if (!e->general(e->stream.raw + sample.at, sample.len, e->scratch))
        return false;
    size_t general = e->scratch->len, len = sample.len;
    size_t worth = e->shared ? len - len / 5 : len - len / 64;
    *better = general < worth && general + general / 64 < strided_size(e, &sample);
    return true;
}

static bool choose(struct encoder *e, size_t number, enum method *method)
{
    const struct tlm_span *span = &e->layout->spans[number];
    const struct tlm_span sample = middle(span, STRIDED_SAMPLE * STRIDE);
    const bool values = span->kind == TLM_SPAN_VALUES;
    const size_t strided = strided_size(e, &sample), len = sample.len;
    /* Where the timestamps cost nothing, the time that a column takes has to pay. */
    const size_t worth = e->shared && values ? len - len / 16 : len - len / 50;
    bool general = false;
    *method = strided < worth ? STRIDED : AS_LITERAL;
    if (values && (e->alike || (strided < len - len / 8 && is_periodic(e, number)))) {
        *method = ECHOES;
        return true;
    }
    if ((!e->shared || (values && has_echoes(e, span))) && !is_general_better(e, span, &general))
        return false;
    if (general)
        *method = GENERAL;
    return true;
}

/* What nothing is known about: names and counts stay literal, the rest is worth a try. */
static bool put_others(struct encoder *e, size_t at, size_t len)
{
    return len < GENERAL_MIN || put_general(e, at, len);
}

static bool put_column(struct encoder *e, size_t number)
{
    const struct tlm_span *span = &e->layout->spans[number];
    enum method method;
    if (span->len < 4 * STRIDE || span->len % STRIDE)
        return put_others(e, span->at, span->len);
    if (!choose(e, number, &method))
        return false;
    switch (method) {
    case AS_LITERAL:
        break;
    case STRIDED:
        tlm__snappy_put_strided(&e->stream, span->at + STRIDE, span->at + span->len);
        break;
    case ECHOES:
        tlm__snappy_put_echoes(&e->stream, &e->echoes, e->layout, number);
        break;
    case GENERAL:
        return put_general(e, span->at, span->len);
    }
    return true;
}

/* Strings and arrays. */
static bool put_elements(struct encoder *e, const struct tlm_span *span)
{
    struct tlm_snappy_stream *s = &e->stream;
    uint8_t *end;
    tlm__snappy_literal(s, span->at);
    if (!tlm__snappy_choose_points(&e->choice, span, s->out, &end))
        return false;
    if (end) {
        s->out = end;
        s->literal = span->at + span->len;
        return true;
    }
    if (!e->choice.whole)
        return put_others(e, span->at, span->len);
    put_scratch(e, span->at, span->len);
    return true;
}

static bool put_span(struct encoder *e, size_t number)
{
    const struct tlm_span *span = &e->layout->spans[number];
    switch (span->kind) {
    case TLM_SPAN_REPEAT:
        put_repeat(&e->stream, span);
        return true;
    case TLM_SPAN_TIMES:
    case TLM_SPAN_VALUES:
        return put_column(e, number);
    case TLM_SPAN_STRINGS:
    case TLM_SPAN_JSON:
    case TLM_SPAN_ARRAYS:
        return put_elements(e, span);
    case TLM_SPAN_OTHERS:
        return put_others(e, span->at, span->len);
    }
    return false;
}

/* ---- the whole ---------------------------------------------------------------------------------
 */

bool tlm__snappy_encode(const uint8_t *raw, size_t len, const struct tlm_layout *layout,
                        tlm_snappy_general general, struct tlm_buf *scratch, struct tlm_buf *out)
{
    /* A piece of n bytes takes at most 32 + n + n/6 through the general encoder; ours never take
     * more than a literal's head beside what they hold; a copy of 64 bytes takes five. */
    const size_t left_out = layout->left_out;
    size_t room;
    if (!tlm__size_mul(layout->n + 1, 128, &room) || !tlm__size_add(room, len, &room) ||
        !tlm__size_add(room, len / 4 + left_out / 12 + TLM_SNAPPY_SCRIBBLE, &room) ||
        !tlm__buf_reserve(out, room))
        return false;
    struct encoder e = {
        .stream = {.raw = raw,
                   .spare = len < TLM_SNAPPY_SHORT_LITERAL ? 0 : len - TLM_SNAPPY_SHORT_LITERAL,
                   .out = tlm__snappy_put_varint(out->data + out->len, len + left_out)},
        .layout = layout,
        .shared = left_out,
        .general = general,
        .scratch = scratch,
        .choice = {.raw = raw, .general = general, .scratch = scratch}};
    e.alike = are_alike(&e);
    size_t at = 0;
    for (size_t i = 0; i < layout->n; i++) {
        const struct tlm_span *span = &layout->spans[i];
        assert(span->at >= at && span->at <= len);
        if (!put_others(&e, at, span->at - at) || !put_span(&e, i))
            return false;
        at = span->kind == TLM_SPAN_REPEAT ? span->at : span->at + span->len;
        assert(at <= len);
    }
    if (!put_others(&e, at, len - at))
        return false;
    tlm__snappy_literal(&e.stream, len);
    out->len = (size_t)(e.stream.out - out->data);
    return true;
}
