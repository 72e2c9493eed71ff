/* Series and what they hold of the current batch. */
#ifndef TLM_POINTS_SERIES_H
#define TLM_POINTS_SERIES_H

#include "base/buf.h"
#include "base/intern.h"
#include "points/points.h"

/* Timestamps that a series holds, perhaps for others, too. */
struct tlm_held_times {
    int64_t *ns;
    size_t n, cap;
};

/* Points in columns, in order of arrival. */
struct tlm_held_columns {
    struct tlm_held_times *times; /* `own`, or the first ones are those of another series; NULL:
                                   * there are no points */
    struct tlm_held_times *own;
    uint64_t *values; /* as in struct tlm_points */
    uint8_t *types;   /* only meaningful when mixed */
    size_t n, cap;
    enum tlm_type type; /* of all points, unless mixed */
    bool mixed;
    struct tlm_buf heap;
};

/* One series. Points wait in columns until they are on their way to the file, and others may come
 * meanwhile. */
struct tlm_held {
    const char *channel; /* NUL-terminated; may hold NULs */
    size_t channel_len;
    const char *tag_set; /* as made by tlm__tags_encode */
    size_t tag_set_len;

    struct tlm_held_columns now;     /* points are added here */
    struct tlm_held_columns leaving; /* points on their way; does not change until they are there */
    size_t planned, planned_heap;    /* of those for a block, from the front */
    bool is_real; /* int_as auto: a non-integer has come, integers become doubles */
    bool had_int; /* int_as auto: an integer came before that */

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
    struct tlm_held *next; /* memory of the next one, or NULL */
    struct tlm_arena arena;
    uint64_t points;               /* in all columns that points are added to */
    size_t held_bytes;             /* memory of those columns, as if no timestamps were shared */
    struct tlm_held_times *latest; /* timestamps that were added to last, or NULL */
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

/* Adds timestamps to those of a series, or sees that they are there. False: memory is out. */
bool tlm__held_add_times(struct tlm_series_set *set, struct tlm_held_columns *columns,
                         const int64_t *times_ns, size_t n);

static inline bool tlm__held_add_time(struct tlm_series_set *set, struct tlm_held_columns *columns,
                                      int64_t time_ns)
{
    struct tlm_held_times *times = columns->times;
    const size_t n = columns->n;
    if (times && n < times->n && times->ns[n] == time_ns)
        return true;
    if (!times || times != columns->own || n == times->cap)
        return tlm__held_add_times(set, columns, &time_ns, 1);
    times->ns[n] = time_ns;
    times->n = n + 1;
    set->latest = times;
    return true;
}

/* Appends a point; room was reserved. bits is as in struct tlm_points (for text its length, the
 * bytes go to the heap). False: memory is out. */
static inline bool tlm__held_push(struct tlm_series_set *set, struct tlm_held *held,
                                  int64_t time_ns, enum tlm_type type, uint64_t bits)
{
    struct tlm_held_columns *columns = &held->now;
    if ((columns->mixed || columns->type != type) && !tlm__held_mix(set, held, type))
        return false;
    if (!tlm__held_add_time(set, columns, time_ns))
        return false;
    size_t n = columns->n++;
    columns->values[n] = bits;
    if (columns->mixed)
        columns->types[n] = (uint8_t)type;
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

/* The points held leave: they are `leaving` then. With `others`, memory for as many others is made
 * at once, so that they can come meanwhile; without, none must come before tlm__held_gone. What
 * left before must be gone. False: memory is out. */
bool tlm__held_leave(struct tlm_series_set *set, struct tlm_held *held, bool others);
/* Gives a series timestamps of its own, so that it can stay while others leave. */
bool tlm__held_unshare(struct tlm_held *held);
/* Forgets the points that left, whose memory is kept. back: it serves those that come next. */
void tlm__held_gone(struct tlm_held *held, bool back);
/* The points leaving that are not planned for a block yet. */
struct tlm_points tlm__held_view(const struct tlm_held *held);

/* What a run of points adds to the figures of its series. */
struct tlm_points_sum {
    uint64_t of_type[TLM_TYPES];
    int64_t first_ns, last_ns;
};
/* same_times: the sum of points that have the same timestamps, or NULL. */
void tlm__points_sum(const struct tlm_points *points, const struct tlm_points_sum *same_times,
                     struct tlm_points_sum *sum);
/* Counts n points that were written. */
void tlm__held_wrote(struct tlm_held *held, size_t n, const struct tlm_points_sum *sum);
/* Frees the columns of a series that holds no points. */
void tlm__held_free_memory(struct tlm_series_set *set, struct tlm_held *held);
/* Frees what is kept for points that leave. */
void tlm__held_free_leaving(struct tlm_held *held);
/* Memory of the columns that points are added to. */
size_t tlm__held_bytes(const struct tlm_held *held);

#endif
