#include "recut_order.h"

#include <stdlib.h>
#include <string.h>

#include "base/intern.h"

/* Values that are compared one with each other. */
enum { FEW = 16 };

/* A point of the series as it is held. */
struct place {
    int64_t time_ns;
    size_t at;      /* among the points */
    size_t heap_at; /* of its bytes */
};

static enum tlm_type type_of(const struct tlm_points *points, size_t i)
{
    return points->types ? (enum tlm_type)points->types[i] : points->type;
}

static size_t heap_len(const struct tlm_points *points, size_t i)
{
    enum tlm_type type = type_of(points, i);
    return type == TLM_DOUBLE || type == TLM_LONG ? 0 : (size_t)points->values[i];
}

/* ---- order ---------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    return x->at < y->at ? -1 : x->at > y->at;
}

static struct place *list_places(const struct tlm_points *points)
{
    struct place *places = malloc((points->n + 1) * sizeof *places);
    size_t heap_at = 0;
    for (size_t i = 0; places && i < points->n; i++) {
        places[i] = (struct place){points->times_ns[i], i, heap_at};
        heap_at += heap_len(points, i);
    }
    return places;
}

/* Whether times ascend, or, when twins matter, whether none comes twice either. */
static bool is_ordered(const struct tlm_points *points, bool twins_matter)
{
    for (size_t i = 1; i < points->n; i++) {
        int64_t before = points->times_ns[i - 1], now = points->times_ns[i];
        if (now < before || (twins_matter && now == before))
            return false;
    }
    return true;
}

/* ---- duplicates ----------------------------------------------------------------------------- */

/* Every NaN is the same, as in checksums. */
static uint64_t real_identity(const void *real)
{
    double value;
    uint64_t bits;
    memcpy(&value, real, sizeof value);
    memcpy(&bits, real, sizeof bits);
    return value != value ? 0x7ff8000000000000u : bits;
}

/* The number by which values are told apart. */
static uint64_t identity_bits(const struct tlm_points *points, size_t i)
{
    return type_of(points, i) == TLM_DOUBLE ? real_identity(&points->values[i]) : points->values[i];
}

static bool are_equal_reals(const uint8_t *a, const uint8_t *b, size_t len)
{
    for (size_t at = 0; at < len; at += sizeof(double))
        if (real_identity(a + at) != real_identity(b + at))
            return false;
    return true;
}

static bool is_equal(const struct tlm_points *points, const struct place *a, const struct place *b)
{
    const enum tlm_type type = type_of(points, a->at);
    const size_t len = heap_len(points, a->at);
    if (type != type_of(points, b->at) ||
        identity_bits(points, a->at) != identity_bits(points, b->at))
        return false;
    const uint8_t *one = points->heap + a->heap_at, *other = points->heap + b->heap_at;
    return !len || (type == TLM_DOUBLE_ARRAY ? are_equal_reals(one, other, len)
                                             : memcmp(one, other, len) == 0);
}

/* Keeps of `n` places of one time those that differ; returns how many. */
static size_t drop_equal_few(const struct tlm_points *points, struct place *places, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < kept && !is_equal(points, &places[k], &places[i]))
            k++;
        if (k == kept)
            places[kept++] = places[i];
    }
    return kept;
}

static bool add_reals(struct tlm_buf *out, const uint8_t *items, size_t len)
{
    bool added = true;
    for (size_t at = 0; at < len && added; at += sizeof(double)) {
        uint64_t bits = real_identity(items + at);
        added = tlm__buf_append(out, &bits, sizeof bits);
    }
    return added;
}

static bool add_identity(struct tlm_buf *out, const struct tlm_points *points,
                         const struct place *place)
{
    const enum tlm_type type = type_of(points, place->at);
    const uint64_t bits = identity_bits(points, place->at);
    const size_t len = heap_len(points, place->at);
    tlm__buf_reset(out);
    if (!tlm__buf_append_byte(out, (uint8_t)type) || !tlm__buf_append(out, &bits, sizeof bits))
        return false;
    if (type == TLM_DOUBLE_ARRAY)
        return add_reals(out, points->heap + place->heap_at, len);
    return !len || tlm__buf_append(out, points->heap + place->heap_at, len);
}

/* The same for any number of them; SIZE_MAX: memory is out. */
static size_t drop_equal_many(const struct tlm_points *points, struct place *places, size_t n)
{
    struct tlm_intern seen = {0};
    struct tlm_buf identity = {0};
    size_t kept = 0;
    for (size_t i = 0; i < n && kept != SIZE_MAX; i++) {
        uint32_t known = seen.len, number = TLM_INTERN_NONE;
        if (add_identity(&identity, points, &places[i]))
            number = tlm__intern_add(&seen, (const char *)identity.data, identity.len);
        if (number == TLM_INTERN_NONE)
            kept = SIZE_MAX;
        else if (number == known)
            places[kept++] = places[i];
    }
    tlm__buf_release(&identity);
    tlm__intern_release(&seen);
    return kept;
}

static size_t drop_twins(const struct tlm_points *points, struct place *places, size_t n,
                         enum tlm_dedupe dedupe)
{
    switch (dedupe) {
    case TLM_DEDUPE_NONE:
        return n;
    case TLM_DEDUPE_EXACT:
        return n <= FEW ? drop_equal_few(points, places, n) : drop_equal_many(points, places, n);
    case TLM_DEDUPE_FIRST:
        return 1;
    case TLM_DEDUPE_LAST:
        places[0] = places[n - 1];
        return 1;
    }
    return n;
}

/* Goes through the places of each time; SIZE_MAX: memory is out. */
static size_t drop_duplicates(const struct tlm_points *points, struct place *places,
                              enum tlm_dedupe dedupe)
{
    size_t kept = 0;
    for (size_t from = 0, to; from < points->n; from = to) {
        for (to = from + 1; to < points->n && places[to].time_ns == places[from].time_ns;)
            to++;
        size_t stay = drop_twins(points, places + from, to - from, dedupe);
        if (stay == SIZE_MAX)
            return SIZE_MAX;
        memmove(places + kept, places + from, stay * sizeof *places);
        kept += stay;
    }
    return kept;
}

/* ---- copies --------------------------------------------------------------------------------- */

static bool copy(struct tlm_ordered *ordered, const struct tlm_points *from,
                 const struct place *places, size_t n)
{
    ordered->times_ns = malloc((n + 1) * sizeof *ordered->times_ns);
    ordered->values = malloc((n + 1) * sizeof *ordered->values);
    ordered->types = from->types ? malloc(n + 1) : NULL;
    if (!ordered->times_ns || !ordered->values || (from->types && !ordered->types))
        return false;
    for (size_t i = 0; i < n; i++) {
        ordered->times_ns[i] = places[i].time_ns;
        ordered->values[i] = from->values[places[i].at];
        if (from->types)
            ordered->types[i] = from->types[places[i].at];
        const size_t len = heap_len(from, places[i].at);
        if (len && !tlm__buf_append(&ordered->heap, from->heap + places[i].heap_at, len))
            return false;
    }
    ordered->points = (struct tlm_points){
        .times_ns = ordered->times_ns,
        .values = ordered->values,
        .types = ordered->types,
        .type = from->type,
        .heap = ordered->heap.data,
        .n = n,
    };
    return true;
}

bool tlm__order_series(struct tlm_ordered *ordered, const struct tlm_held *held,
                       enum tlm_dedupe dedupe)
{
    const struct tlm_held_columns *now = &held->now;
    const struct tlm_points points = {
        .times_ns = now->times ? now->times->ns : NULL,
        .values = now->values,
        .types = now->mixed ? now->types : NULL,
        .type = now->type,
        .heap = now->heap.data,
        .n = now->times ? now->n : 0,
    };
    ordered->held = held;
    ordered->points = points;
    if (is_ordered(&points, dedupe != TLM_DEDUPE_NONE))
        return true;
    struct place *places = list_places(&points);
    if (!places)
        return false;
    qsort(places, points.n, sizeof *places, compare);
    size_t kept = drop_duplicates(&points, places, dedupe);
    bool made = kept != SIZE_MAX && copy(ordered, &points, places, kept);
    ordered->duplicates = made ? points.n - kept : 0;
    free(places);
    return made;
}

void tlm__ordered_release(struct tlm_ordered *ordered)
{
    free(ordered->times_ns);
    free(ordered->values);
    free(ordered->types);
    tlm__buf_release(&ordered->heap);
}
