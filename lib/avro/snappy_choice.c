#include "avro/snappy_choice.h"

#include "avro/snappy_points.h"

enum {
    COUNTED = 2048,  /* bytes whose points are counted */
    STRING_MIN = 12, /* elements are that long, or the general encoder is as quick; */
    PARTS_MAX = 188, /* and so it is where JSON texts have that many parts */
    SAMPLE = 8192,   /* bytes that are tried first, */
    TRIAL = 1 << 16, /* and where that does not tell: libsnappy starts anew behind so many */
    CLEAR = 100,     /* it does when one part in so many is gained, */
    HOPELESS = 3,    /* or so many halves of what the general encoder leaves are */
    LOSS = 100,      /* one part in so many may be lost */
    ALIKE = 24,      /* numbers of points differ by one part in so many, */
    SAME = 32,       /* and sizes, in columns that are alike, */
    SIMILAR = 7,     /* or so many where one part in */
    GAIN = 25,       /* was gained */
    RATIO = 8        /* the general encoder is quicker where it leaves that little */
};

static struct tlm_span front(const struct tlm_span *span, size_t most)
{
    return (struct tlm_span){
        .at = span->at, .len = span->len < most ? span->len : most, .kind = span->kind};
}

static size_t count_points(const uint8_t *raw, const struct tlm_span *span)
{
    const struct tlm_span sample = front(span, COUNTED);
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

static bool is_short(const struct tlm_span *span, size_t n_points)
{
    const size_t most = span->kind == TLM_SPAN_JSON ? PARTS_MAX : COUNTED / STRING_MIN;
    return !n_points || (span->kind != TLM_SPAN_ARRAYS && n_points > most);
}

/* The general encoder on the first bytes; its output stays in scratch. False: memory is out. */
static bool try_general(struct tlm_snappy_choice *choice, const struct tlm_span *part)
{
    tlm__buf_reset(choice->scratch);
    choice->whole = false;
    return choice->general(choice->raw + part->at, part->len, choice->scratch);
}

static size_t per_mille(size_t made, size_t len)
{
    return made * 1000 / len;
}

static size_t put_points(struct tlm_snappy_choice *choice, const struct tlm_span *span,
                         uint8_t *out, uint8_t **end)
{
    *end = tlm__snappy_put_points(choice->raw, span, out);
    return (size_t)(*end - out);
}

/* Tries both on the first bytes, and where that does not tell, on more. *end as in
 * choose_points. */
static bool try_both(struct tlm_snappy_choice *choice, const struct tlm_span *span, uint8_t *out,
                     struct tlm_snappy_trial *trial, uint8_t **end)
{
    const struct tlm_span sample = front(span, SAMPLE), part = front(span, TRIAL);
    if (!try_general(choice, &sample))
        return false;
    size_t general = choice->scratch->len, few = put_points(choice, &sample, out, end);
    *end = NULL;
    choice->whole = sample.len == span->len;
    if (few * 2 / HOPELESS > general)
        return true;
    trial->points = few + few / CLEAR <= general;
    trial->per_mille = per_mille(put_points(choice, span, out, end), span->len);
    trial->general = per_mille(general, sample.len);
    if (!trial->points && !choice->whole) {
        if (!try_general(choice, &part))
            return false;
        choice->whole = part.len == span->len;
        trial->general = per_mille(choice->scratch->len, part.len);
    }
    trial->points |= trial->per_mille <= trial->general + trial->general / LOSS;
    trial->points &= trial->general > 1000 / RATIO;
    if (!trial->points)
        *end = NULL;
    return true;
}

/* Whether a column of which the search at points leaves so much needs no trial of its own: it is as
 * the one that was tried. Where that gained much, it may be less alike. */
static bool is_like(const struct tlm_snappy_trial *trial, size_t left)
{
    const size_t part =
        trial->per_mille + trial->per_mille / GAIN <= trial->general ? SIMILAR : SAME;
    return is_near(trial->per_mille, left, part);
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
    if (like && is_like(like, per_mille(put_points(choice, span, out, end), span->len)))
        return true;
    if (!try_both(choice, span, out, &made, end))
        return false;
    keep(choice, &made);
    return true;
}
