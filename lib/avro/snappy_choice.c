#include "avro/snappy_choice.h"

#include "avro/snappy_points.h"

enum {
    SAMPLE = 2048,   /* bytes whose points are counted */
    STRING_MIN = 12, /* elements are that long, or the general encoder is as quick */
    TRIAL = 1 << 16, /* bytes that are tried: libsnappy starts anew behind so many */
    LOSS = 100,      /* one part in so many may be lost */
    ALIKE = 8,       /* numbers of points differ by one part in so many, */
    SAME = 32,       /* and sizes, in columns that are alike */
    HOPELESS = 3,    /* halves of what the general encoder leaves */
    RATIO = 8        /* what becomes that much smaller is quickest the general way */
};

static struct tlm_span front(const struct tlm_span *span, size_t most)
{
    return (struct tlm_span){
        .at = span->at, .len = span->len < most ? span->len : most, .kind = span->kind};
}

static size_t count_points(const uint8_t *raw, const struct tlm_span *span)
{
    const struct tlm_span sample = front(span, SAMPLE);
    return tlm__snappy_count_points(raw, &sample);
}

static bool is_near(size_t a, size_t b, size_t part)
{
    return a <= b + b / part && b <= a + a / part;
}

static const struct tlm_snappy_trial *find(const struct tlm_snappy_choice *choice,
                                           enum tlm_span_kind kind, size_t n_points)
{
    for (size_t i = 0; i < choice->n; i++) {
        const struct tlm_snappy_trial *trial = &choice->trials[i];
        if (trial->kind == kind && is_near(trial->n_points, n_points, ALIKE))
            return trial;
    }
    return NULL;
}

static void keep(struct tlm_snappy_choice *choice, const struct tlm_snappy_trial *trial)
{
    choice->trials[choice->next] = *trial;
    choice->next = (choice->next + 1) % TLM_SNAPPY_TRIALS;
    choice->n += choice->n < TLM_SNAPPY_TRIALS;
}

static size_t per_mille(const uint8_t *out, const uint8_t *end, size_t len)
{
    return (size_t)(end - out) * 1000 / len;
}

/* The search at points takes longer than the general one where little is left. */
static bool suits(size_t points, size_t general)
{
    return points <= general + general / LOSS && general > 1000 / RATIO;
}

static bool is_short(const struct tlm_span *span, size_t n_points)
{
    return !n_points || (span->kind != TLM_SPAN_ARRAYS && n_points > SAMPLE / STRING_MIN);
}

static bool try_general(struct tlm_snappy_choice *choice, const struct tlm_span *part)
{
    tlm__buf_reset(choice->scratch);
    return choice->general(choice->raw + part->at, part->len, choice->scratch);
}

/* Tries both on the first bytes, and where points are near, on more. *end as in choose_points. */
static bool try_both(struct tlm_snappy_choice *choice, const struct tlm_span *span, uint8_t *out,
                     struct tlm_snappy_trial *trial, uint8_t **end)
{
    const struct tlm_span sample = front(span, 2 * SAMPLE), part = front(span, TRIAL);
    if (!try_general(choice, &sample))
        return false;
    size_t few = (size_t)(tlm__snappy_put_points(choice->raw, &sample, out) - out);
    if (few * 2 / HOPELESS > choice->scratch->len)
        return true;
    uint8_t *points = tlm__snappy_put_points(choice->raw, span, out);
    trial->per_mille = per_mille(out, points, span->len);
    if (!try_general(choice, &part))
        return false;
    choice->whole = part.len == span->len;
    trial->points = suits(trial->per_mille, choice->scratch->len * 1000 / part.len);
    *end = trial->points ? points : NULL;
    return true;
}

bool tlm__snappy_choose_points(struct tlm_snappy_choice *choice, const struct tlm_span *span,
                               uint8_t *out, uint8_t **end)
{
    struct tlm_snappy_trial made = {.kind = span->kind,
                                    .n_points = count_points(choice->raw, span)};
    const struct tlm_snappy_trial *like = find(choice, span->kind, made.n_points);
    *end = NULL;
    choice->whole = false;
    if (is_short(span, made.n_points) || (like && !like->points))
        return true;
    if (like) {
        *end = tlm__snappy_put_points(choice->raw, span, out);
        if (is_near(like->per_mille, per_mille(out, *end, span->len), SAME))
            return true;
        *end = NULL;
    }
    if (!try_both(choice, span, out, &made, end))
        return false;
    keep(choice, &made);
    return true;
}
