/* Series and what they hold of the current batch. */
#ifndef TLM_POINTS_SERIES_H
#define TLM_POINTS_SERIES_H

#include "base/buf.h"
#include "base/intern.h"
#include "points/points.h"

/* One series. Points wait in columns until they are taken from the front. */
struct tlm_held {
    const char *channel; /* NUL-terminated; may hold NULs */
    size_t channel_len;
    const char *tag_set; /* as made by tlm__tags_encode */
    size_t tag_set_len;

    int64_t *times_ns;
    uint64_t *values; /* as in struct tlm_points */
    uint8_t *types;   /* only meaningful when mixed */
    size_t n, cap;
    enum tlm_type type; /* of all points, unless mixed */
    bool mixed;
    bool is_real; /* int_as auto: a non-integer has come, integers become doubles */
    bool had_int; /* int_as auto: an integer came before that */
    struct tlm_buf heap;
    size_t written;               /* from the front */
    size_t planned, planned_heap; /* for a block, from the front */

    /* of the points written so far */
    uint64_t points;
    uint64_t points_of_type[TLM_TYPES];
    int64_t first_ns, last_ns;
};

/* All series, numbered in order of first appearance. {0} is empty. */
struct tlm_series_set {
    struct tlm_intern keys;
    struct tlm_held **series;
    uint32_t cap;
    struct tlm_arena arena;
    uint64_t points;   /* held in all */
    size_t held_bytes; /* memory of the columns */
};

void tlm__series_release(struct tlm_series_set *set);
/* The series of a channel and tag set, made when it is new; NULL when memory is out. */
struct tlm_held *tlm__series_get(struct tlm_series_set *set, const char *channel,
                                 size_t channel_len, const char *tag_set, size_t tag_set_len);
uint32_t tlm__series_count(const struct tlm_series_set *set);
/* Memory of everything: columns, names, tables. */
size_t tlm__series_bytes(const struct tlm_series_set *set);

/* What making room asks of the allocator: bytes that are needed beside all that is held now.
 * 0: room is there. */
size_t tlm__held_growth(const struct tlm_held *held, size_t points, size_t heap_bytes);
/* Makes room for that many more points and heap bytes. False: memory is out. */
bool tlm__held_reserve(struct tlm_series_set *set, struct tlm_held *held, size_t points,
                       size_t heap_bytes);
/* Turns the types column on, when `type` differs from what is held. False: memory is out. */
bool tlm__held_mix(struct tlm_series_set *set, struct tlm_held *held, enum tlm_type type);

/* Appends a point; room was reserved. bits is as in struct tlm_points (for text its length, the
 * bytes go to the heap). False: memory is out. */
static inline bool tlm__held_push(struct tlm_series_set *set, struct tlm_held *held,
                                  int64_t time_ns, enum tlm_type type, uint64_t bits)
{
    if ((held->mixed || held->type != type) && !tlm__held_mix(set, held, type))
        return false;
    size_t n = held->n++;
    held->times_ns[n] = time_ns;
    held->values[n] = bits;
    if (held->mixed)
        held->types[n] = (uint8_t)type;
    set->points++;
    return true;
}

/* Appends n points of one number type; room was reserved. False: memory is out. */
bool tlm__held_push_run(struct tlm_series_set *set, struct tlm_held *held, const int64_t *times_ns,
                        enum tlm_type type, const void *bits, size_t n);

/* Texts of which TLM_HELD_COPY bytes are readable, whatever their length. */
#define TLM_HELD_COPY 32
struct tlm_texts {
    const uint64_t *places; /* addresses */
    const uint32_t *lengths;
    size_t n;
};
/* Appends points of a type with text; room was reserved. False: memory is out. */
bool tlm__held_push_texts(struct tlm_series_set *set, struct tlm_held *held,
                          const int64_t *times_ns, enum tlm_type type,
                          const struct tlm_texts *texts);

/* The points from `from` on, whose heap bytes start at heap_from. */
struct tlm_points tlm__held_view(const struct tlm_held *held, size_t from, size_t heap_from);

/* What a run of points adds to the figures of its series. */
struct tlm_points_sum {
    uint64_t of_type[TLM_TYPES];
    int64_t first_ns, last_ns;
};
/* same_times: the sum of points that have the same timestamps, or NULL. */
void tlm__points_sum(const struct tlm_points *points, const struct tlm_points_sum *same_times,
                     struct tlm_points_sum *sum);
/* Counts n points that were written, and forgets all points once that was the last of them. */
void tlm__held_wrote(struct tlm_series_set *set, struct tlm_held *held, size_t n,
                     const struct tlm_points_sum *sum);
/* Frees the columns of a series that holds no points. */
void tlm__held_free_memory(struct tlm_series_set *set, struct tlm_held *held);
size_t tlm__held_bytes(const struct tlm_held *held);

#endif
