#include "avro/snappy_echo.h"

#include "avro/snappy_strided.h"

enum { STRIDE = TLM_SNAPPY_STRIDE, LOOKED_MIN = 16, RUN_MIN = 2 * STRIDE };

/* A double that was found at an earlier place. */
struct find {
    size_t at, earlier;
    size_t span; /* of the earlier one */
};

/* Looks at one element. False: it is not one of those that are looked up, or was not there. */
static inline bool look_up(struct tlm_snappy_echoes *echoes, const uint8_t *raw, size_t at,
                           size_t span, struct find *find)
{
    uint64_t value = tlm__snappy_load(raw + at + 1);
    uint64_t hash = (value + 1) * UINT64_C(0x9e3779b97f4a7c15);
    if (hash >> (64 - TLM_SNAPPY_ECHO_BITS - 3) & 7) /* low bits of round numbers say nothing */
        return false;
    size_t slot = hash >> (64 - TLM_SNAPPY_ECHO_BITS);
    *find = (struct find){at, echoes->places[slot].at, echoes->places[slot].span};
    echoes->places[slot].at = (uint32_t)at;
    echoes->places[slot].span = (uint32_t)span + 1;
    echoes->looked++;
    return find->span-- && tlm__snappy_load(raw + find->earlier + 1) == value;
}

void tlm__snappy_look(struct tlm_snappy_echoes *echoes, const uint8_t *raw,
                      const struct tlm_layout *layout, size_t span, size_t most)
{
    const size_t len = layout->spans[span].len;
    const size_t end = layout->spans[span].at + (len < most ? len : most);
    struct find find;
    for (size_t at = layout->spans[span].at; at + STRIDE <= end; at += STRIDE)
        echoes->hits += look_up(echoes, raw, at, span, &find);
}

bool tlm__snappy_found_most(const struct tlm_snappy_echoes *echoes)
{
    return echoes->looked > LOOKED_MIN && echoes->hits > echoes->looked / 2;
}

static inline size_t less(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The elements before `to` that no copy was found for. */
static void put_between(struct tlm_snappy_stream *s, const struct tlm_span *span, size_t to)
{
    size_t done = s->literal > span->at ? s->literal - span->at : 0;
    size_t first = done ? (done + STRIDE - 1) / STRIDE : 1;
    if (span->at + (first + 1) * STRIDE <= to)
        tlm__snappy_put_strided(s, span->at + first * STRIDE, to);
}

/* Bytes before and behind what was found belong to the copy as far as they are the same; both it
 * and what it repeats stay inside their columns. */
static void put_find(struct tlm_snappy_stream *s, const struct tlm_span *span,
                     const struct tlm_span *of, const struct find *find)
{
    const size_t back = find->at - find->earlier;
    const size_t most =
        less(find->at - (s->literal > span->at ? s->literal : span->at), find->earlier - of->at);
    size_t before = 0;
    while (before < most && s->raw[find->at - before - 1] == s->raw[find->earlier - before - 1])
        before++;
    size_t end = less(span->at + span->len, find->at + (of->at + of->len - find->earlier));
    size_t run = before + tlm__snappy_run(s->raw, find->at, back, end);
    if (run < RUN_MIN)
        return;
    put_between(s, span, find->at - before);
    if (s->literal > find->at - before) { /* what is between reached into it */
        run -= s->literal - (find->at - before);
        before = find->at - s->literal;
    }
    tlm__snappy_copy(s, find->at - before, back + span->before - of->before, run);
}

void tlm__snappy_put_echoes(struct tlm_snappy_stream *s, struct tlm_snappy_echoes *echoes,
                            const struct tlm_layout *layout, size_t number)
{
    const struct tlm_span *span = &layout->spans[number];
    const size_t end = span->at + span->len;
    for (size_t at = span->at; at + STRIDE <= end; at += STRIDE) {
        struct find find;
        if (look_up(echoes, s->raw, at, number, &find) && at >= s->literal)
            put_find(s, span, &layout->spans[find.span], &find);
    }
    put_between(s, span, end);
}
