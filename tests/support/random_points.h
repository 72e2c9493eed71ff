/* Random points of one series, of all types and with awkward values. */
#ifndef TLM_TESTS_RANDOM_POINTS_H
#define TLM_TESTS_RANDOM_POINTS_H

#include <stdlib.h>
#include <string.h>

#include "points/points.h"

/* xorshift64*: the same numbers on every machine. */
struct random {
    uint64_t state;
};

static inline uint64_t random_next(struct random *random)
{
    random->state ^= random->state >> 12;
    random->state ^= random->state << 25;
    random->state ^= random->state >> 27;
    return random->state * UINT64_C(0x2545f4914f6cdd1d);
}

/* 0 to n - 1 */
static inline size_t random_below(struct random *random, size_t n)
{
    return (size_t)(random_next(random) >> 16) % n;
}

/* Of any size from 1 to 64 bits. */
static inline uint64_t random_bits(struct random *random)
{
    return random_next(random) >> random_below(random, 64);
}

struct random_points {
    struct tlm_buf times, values, types, heap;
    size_t n;
    bool uniform; /* all of type `type`: types is not given */
    enum tlm_type type;
};

static inline void random_append(struct tlm_buf *buf, const void *bytes, size_t len)
{
    if (!tlm__buf_append(buf, bytes, len))
        abort();
}

static inline void random_text(struct random *random, struct tlm_buf *heap, size_t max)
{
    static const char letters[] = "abc xyz\t{}\"\\0123456789\n";
    for (size_t n = random_below(random, max + 1); n; n--)
        random_append(heap, &letters[random_below(random, sizeof letters - 1)], 1);
}

static inline void random_strings(struct random *random, struct tlm_buf *heap)
{
    for (size_t n = random_below(random, 20); n; n--) {
        uint32_t len = 0;
        size_t at = heap->len;
        random_append(heap, &len, sizeof len);
        random_text(random, heap, 12);
        len = (uint32_t)(heap->len - at - sizeof len);
        memcpy(heap->data + at, &len, sizeof len);
    }
}

/* Appends one point. Doubles are any bits at all, NaN payloads among them. */
static inline void random_point(struct random *random, struct random_points *points,
                                enum tlm_type type)
{
    size_t heap_at = points->heap.len;
    uint64_t value = random_bits(random), noise = random_bits(random);
    int64_t time = (int64_t)noise;
    if (random_below(random, 8))
        time = 1704067200123456789 + (int64_t)(noise >> 20);
    if (type == TLM_DOUBLE)
        value = random_next(random);
    if (type == TLM_STRING || type == TLM_JSON)
        random_text(random, &points->heap, random_below(random, 30) ? 20 : 400);
    if (type == TLM_STRING_ARRAY)
        random_strings(random, &points->heap);
    if (type == TLM_DOUBLE_ARRAY)
        for (size_t n = random_below(random, 20); n; n--) {
            uint64_t item = random_next(random);
            random_append(&points->heap, &item, sizeof item);
        }
    if (type != TLM_DOUBLE && type != TLM_LONG)
        value = points->heap.len - heap_at;
    uint8_t byte = (uint8_t)type;
    random_append(&points->times, &time, sizeof time);
    random_append(&points->values, &value, sizeof value);
    random_append(&points->types, &byte, 1);
    points->n++;
}

/* n points of one type, or of all types mixed. */
static inline void random_points_init(struct random_points *points, struct random *random, size_t n)
{
    *points = (struct random_points){.uniform = random_below(random, 2)};
    points->type = (enum tlm_type)random_below(random, TLM_TYPES);
    while (points->n < n)
        random_point(random, points,
                     points->uniform ? points->type
                                     : (enum tlm_type)random_below(random, TLM_TYPES));
}

static inline void random_points_release(struct random_points *points)
{
    tlm__buf_release(&points->times);
    tlm__buf_release(&points->values);
    tlm__buf_release(&points->types);
    tlm__buf_release(&points->heap);
}

/* Points `from` to `from + n - 1`, the first one's heap bytes starting at heap_at. */
static inline struct tlm_points random_points_view(const struct random_points *points, size_t from,
                                                   size_t n, size_t heap_at)
{
    return (struct tlm_points){
        .times_ns = n ? (const int64_t *)(const void *)points->times.data + from : NULL,
        .values = n ? (const uint64_t *)(const void *)points->values.data + from : NULL,
        .types = points->uniform || !n ? NULL : points->types.data + from,
        .type = points->uniform ? points->type : TLM_DOUBLE,
        .heap = points->heap.data ? points->heap.data + heap_at : NULL,
        .n = n,
    };
}

#endif
