#include "points/series.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"

enum {
    FIRST_POINTS = 8,
    FIRST_HEAP = 64,
    HEAP_SLACK = TLM_HELD_COPY /* bytes behind the heap that may be written */
};

void tlm__series_release(struct tlm_series_set *set)
{
    for (uint32_t i = 0; i < set->keys.len; i++) {
        tlm__held_free_leaving(set->series[i]);
        tlm__held_free_memory(set, set->series[i]);
    }
    free(set->series);
    tlm__intern_release(&set->keys);
    tlm__arena_release(&set->arena);
    *set = (struct tlm_series_set){0};
}

uint32_t tlm__series_count(const struct tlm_series_set *set)
{
    return set->keys.len;
}

size_t tlm__series_bytes(const struct tlm_series_set *set)
{
    return set->held_bytes + set->arena.bytes + tlm__intern_bytes(&set->keys) +
           set->cap * sizeof *set->series;
}

/* The key of a series: length of the channel, the channel and a NUL, the tag set. */
static bool make_key(struct tlm_buf *key, const char *channel, size_t channel_len,
                     const char *tag_set, size_t tag_set_len)
{
    return tlm__buf_append(key, &channel_len, sizeof channel_len) &&
           tlm__buf_append(key, channel, channel_len) && tlm__buf_append_byte(key, 0) &&
           tlm__buf_append(key, tag_set, tag_set_len);
}

/* Makes room for one more series, so that no key stays without one when memory is out. */
static bool reserve(struct tlm_series_set *set)
{
    if (set->keys.len >= set->cap) {
        uint32_t cap = set->cap ? set->cap * 2 : 64;
        struct tlm_held **series = realloc(set->series, cap * sizeof *series);
        if (!series)
            return false;
        set->series = series;
        set->cap = cap;
    }
    if (!set->next)
        set->next = tlm__arena_take(&set->arena, sizeof *set->next);
    return set->next != NULL;
}

static struct tlm_held *take_next(struct tlm_series_set *set)
{
    struct tlm_held *held = set->next;
    *held = (struct tlm_held){.first_ns = INT64_MAX, .last_ns = INT64_MIN};
    set->next = NULL;
    return held;
}

struct tlm_held *tlm__series_get(struct tlm_series_set *set, const char *channel,
                                 size_t channel_len, const char *tag_set, size_t tag_set_len)
{
    struct tlm_buf key = {0};
    uint32_t known = set->keys.len, number = TLM_INTERN_NONE;
    if (reserve(set) && make_key(&key, channel, channel_len, tag_set, tag_set_len))
        number = tlm__intern_add(&set->keys, (const char *)key.data, key.len);
    tlm__buf_release(&key);
    if (number == TLM_INTERN_NONE)
        return NULL;
    if (number < known)
        return set->series[number];
    struct tlm_held *held = take_next(set);
    held->channel = set->keys.entries[number].bytes + sizeof channel_len;
    held->channel_len = channel_len;
    held->tag_set = held->channel + channel_len + 1;
    held->tag_set_len = tag_set_len;
    set->series[number] = held;
    return held;
}

/* ---- memory --------------------------------------------------------------------------------- */

static size_t point_bytes(const struct tlm_held_columns *columns)
{
    return sizeof *columns->times->ns + sizeof *columns->values + (columns->types ? 1 : 0);
}

size_t tlm__held_bytes(const struct tlm_held *held)
{
    return held->now.cap * point_bytes(&held->now) + held->now.heap.cap;
}

/* The capacity to grow to: half as much again, at least what is needed. */
static size_t grown(size_t cap, size_t used, size_t more, size_t first)
{
    size_t need;
    if (!tlm__size_add(used, more, &need))
        return SIZE_MAX;
    if (need <= cap)
        return cap;
    size_t next = cap + cap / 2 + first;
    return next > need ? next : need;
}

size_t tlm__held_growth(const struct tlm_held *held, size_t points, size_t heap_bytes)
{
    const struct tlm_held_columns *now = &held->now;
    size_t cap = grown(now->cap, now->n, points, FIRST_POINTS);
    size_t heap = grown(now->heap.cap, now->heap.len, heap_bytes, FIRST_HEAP);
    size_t bytes = 0, columns;
    if (heap != now->heap.cap)
        bytes = heap;
    if (cap != now->cap &&
        (!tlm__size_mul(cap, point_bytes(now), &columns) || !tlm__size_add(bytes, columns, &bytes)))
        return SIZE_MAX;
    return bytes;
}

static bool grow_columns(struct tlm_held_columns *columns, size_t cap)
{
    size_t bytes;
    if (!tlm__size_mul(cap, sizeof *columns->values, &bytes))
        return false;
    uint64_t *values = realloc(columns->values, bytes);
    if (!values)
        return false;
    columns->values = values;
    if (columns->types) {
        uint8_t *types = realloc(columns->types, cap);
        if (!types)
            return false;
        columns->types = types;
    }
    columns->cap = cap;
    return true;
}

static bool grow_heap(struct tlm_buf *heap, size_t cap)
{
    size_t bytes;
    uint8_t *data = tlm__size_add(cap, HEAP_SLACK, &bytes) ? realloc(heap->data, bytes) : NULL;
    if (!data)
        return false;
    heap->data = data;
    heap->cap = cap;
    return true;
}

bool tlm__held_reserve(struct tlm_series_set *set, struct tlm_held *held, size_t points,
                       size_t heap_bytes)
{
    struct tlm_held_columns *now = &held->now;
    size_t before = tlm__held_bytes(held);
    size_t cap = grown(now->cap, now->n, points, FIRST_POINTS);
    size_t heap = grown(now->heap.cap, now->heap.len, heap_bytes, FIRST_HEAP);
    bool made = cap == now->cap || grow_columns(now, cap);
    if (made && heap_bytes && heap != now->heap.cap)
        made = grow_heap(&now->heap, heap);
    set->held_bytes += tlm__held_bytes(held) - before;
    return made;
}

bool tlm__held_mix(struct tlm_series_set *set, struct tlm_held *held, enum tlm_type type)
{
    struct tlm_held_columns *now = &held->now;
    if (now->n == 0) {
        now->mixed = false;
        now->type = type;
        return true;
    }
    if (now->mixed)
        return true;
    if (!now->types) {
        now->types = malloc(now->cap);
        if (!now->types)
            return false;
        set->held_bytes += now->cap;
    }
    memset(now->types, (int)now->type, now->n);
    now->mixed = true;
    return true;
}

/* ---- timestamps -----------------------------------------------------------------------------
 * Series that come from the same rows have the same timestamps: the first of them holds them, and
 * the others count how many they have. Only the series that holds them adds further ones.
 */

static bool grow_times(struct tlm_held_times *times, size_t n, size_t cap)
{
    size_t bytes;
    if (n <= times->cap)
        return true;
    cap = cap > n ? cap : n;
    if (!tlm__size_mul(cap, sizeof *times->ns, &bytes))
        return false;
    int64_t *ns = realloc(times->ns, bytes);
    if (!ns)
        return false;
    times->ns = ns;
    times->cap = cap;
    return true;
}

/* Changes to timestamps of its own, with a copy of those it has. */
static bool use_own(struct tlm_held_columns *columns)
{
    if (!columns->own && !(columns->own = calloc(1, sizeof *columns->own)))
        return false;
    if (!grow_times(columns->own, columns->n, columns->cap))
        return false;
    if (columns->n)
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): points have timestamps */
        memcpy(columns->own->ns, columns->times->ns, columns->n * sizeof *columns->own->ns);
    columns->own->n = columns->n;
    columns->times = columns->own;
    return true;
}

static bool is_same(const int64_t *a, const int64_t *b, size_t n)
{
    return n == 0 || memcmp(a, b, n * sizeof *a) == 0;
}

/* Whether another series holds these timestamps behind those that this one has. */
static bool holds(const struct tlm_held_times *times, const struct tlm_held_columns *columns,
                  const int64_t *times_ns, size_t n)
{
    return times && times->n >= columns->n + n && is_same(times->ns + columns->n, times_ns, n) &&
           (times == columns->times || !columns->times ||
            is_same(times->ns, columns->times->ns, columns->n));
}

bool tlm__held_add_times(struct tlm_series_set *set, struct tlm_held_columns *columns,
                         const int64_t *times_ns, size_t n)
{
    if (!columns->times || columns->times != columns->own) {
        if (holds(columns->times, columns, times_ns, n))
            return true;
        if (holds(set->latest, columns, times_ns, n)) {
            columns->times = set->latest;
            return true;
        }
        if (!use_own(columns))
            return false;
    }
    struct tlm_held_times *own = columns->own;
    if (!grow_times(own, own->n + n, columns->cap))
        return false;
    /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): there is room, n is at least 1 */
    memcpy(own->ns + own->n, times_ns, n * sizeof *times_ns);
    own->n += n;
    set->latest = own;
    return true;
}

bool tlm__held_unshare(struct tlm_held *held)
{
    return !held->now.n || held->now.times == held->now.own || use_own(&held->now);
}

/* ---- runs of points ------------------------------------------------------------------------- */

bool tlm__held_push_run(struct tlm_series_set *set, struct tlm_held *held, const int64_t *times_ns,
                        enum tlm_type type, const void *bits, size_t n)
{
    struct tlm_held_columns *now = &held->now;
    if ((now->mixed || now->type != type) && !tlm__held_mix(set, held, type))
        return false;
    if (!tlm__held_add_times(set, now, times_ns, n))
        return false;
    memcpy(now->values + now->n, bits, n * sizeof *now->values);
    if (now->mixed)
        memset(now->types + now->n, (int)type, n);
    now->n += n;
    set->points += n;
    return true;
}

/* The bytes of the texts, one after another. Short ones are copied as HEAP_SLACK bytes. */
static void append_texts(struct tlm_buf *heap, const struct tlm_texts *texts)
{
    uint8_t *to = heap->data + heap->len;
    for (size_t i = 0; i < texts->n; i++) {
        const void *from = (const void *)(uintptr_t)texts->places[i];
        const uint32_t len = texts->lengths[i];
        if (len <= HEAP_SLACK)
            memcpy(to, from, HEAP_SLACK);
        else
            memcpy(to, from, len);
        to += len;
    }
    heap->len = (size_t)(to - heap->data);
}

bool tlm__held_push_texts(struct tlm_series_set *set, struct tlm_held *held,
                          const int64_t *times_ns, enum tlm_type type,
                          const struct tlm_texts *texts)
{
    const size_t n = texts->n;
    struct tlm_held_columns *now = &held->now;
    if ((now->mixed || now->type != type) && !tlm__held_mix(set, held, type))
        return false;
    if (!tlm__held_add_times(set, now, times_ns, n))
        return false;
    for (size_t i = 0; i < n; i++)
        now->values[now->n + i] = texts->lengths[i];
    if (now->mixed)
        memset(now->types + now->n, (int)type, n);
    if (now->heap.data)
        append_texts(&now->heap, texts);
    now->n += n;
    set->points += n;
    return true;
}

static void free_columns(struct tlm_held_columns *columns)
{
    struct tlm_held_times *own = columns->own;
    if (own)
        free(own->ns);
    free(own);
    free(columns->values);
    free(columns->types);
    tlm__buf_release(&columns->heap);
    *columns = (struct tlm_held_columns){0};
}

void tlm__held_free_memory(struct tlm_series_set *set, struct tlm_held *held)
{
    set->held_bytes -= tlm__held_bytes(held);
    free_columns(&held->now);
}

void tlm__held_free_leaving(struct tlm_held *held)
{
    free_columns(&held->leaving);
}

/* ---- leaving -------------------------------------------------------------------------------- */

/* Makes as much room as there is in `like`: what memory is held never depends on who waits for
 * whom. */
static bool make_alike(struct tlm_held_columns *columns, const struct tlm_held_columns *like)
{
    if (columns->cap < like->cap && !grow_columns(columns, like->cap))
        return false;
    if (columns->heap.cap < like->heap.cap && !grow_heap(&columns->heap, like->heap.cap))
        return false;
    if (like->types && !columns->types && !(columns->types = malloc(columns->cap)))
        return false;
    return true;
}

bool tlm__held_leave(struct tlm_series_set *set, struct tlm_held *held, bool others)
{
    const struct tlm_held_columns leaving = held->now;
    held->now = held->leaving;
    held->leaving = leaving;
    set->points -= leaving.n;
    set->latest = NULL;
    return !others || make_alike(&held->now, &leaving);
}

void tlm__held_gone(struct tlm_held *held, bool back)
{
    struct tlm_held_columns *leaving = &held->leaving;
    leaving->n = leaving->heap.len = 0;
    leaving->mixed = false;
    leaving->times = NULL;
    if (leaving->own)
        leaving->own->n = 0;
    held->planned = held->planned_heap = 0;
    if (!back)
        return;
    const struct tlm_held_columns memory = *leaving;
    *leaving = held->now;
    held->now = memory;
}

struct tlm_points tlm__held_view(const struct tlm_held *held)
{
    const struct tlm_held_columns *leaving = &held->leaving;
    return (struct tlm_points){
        .times_ns = leaving->times ? leaving->times->ns + held->planned : NULL,
        .values = leaving->values + held->planned,
        .types = leaving->mixed ? leaving->types + held->planned : NULL,
        .type = leaving->type,
        .heap = leaving->heap.data ? leaving->heap.data + held->planned_heap : NULL,
        .n = leaving->n - held->planned,
    };
}

/* ---- figures -------------------------------------------------------------------------------- */

static void find_span(const struct tlm_points *points, struct tlm_points_sum *sum)
{
    int64_t first = INT64_MAX, last = INT64_MIN;
    for (size_t i = 0; i < points->n; i++) {
        first = points->times_ns[i] < first ? points->times_ns[i] : first;
        last = points->times_ns[i] > last ? points->times_ns[i] : last;
    }
    sum->first_ns = first;
    sum->last_ns = last;
}

void tlm__points_sum(const struct tlm_points *points, const struct tlm_points_sum *same_times,
                     struct tlm_points_sum *sum)
{
    *sum = (struct tlm_points_sum){0};
    if (same_times) {
        sum->first_ns = same_times->first_ns;
        sum->last_ns = same_times->last_ns;
    } else {
        find_span(points, sum);
    }
    if (!points->types)
        sum->of_type[points->type] = points->n;
    for (size_t i = 0; points->types && i < points->n; i++)
        sum->of_type[points->types[i]]++;
}

void tlm__held_wrote(struct tlm_held *held, size_t n, const struct tlm_points_sum *sum)
{
    held->points += n;
    for (size_t i = 0; i < TLM_TYPES; i++)
        held->points_of_type[i] += sum->of_type[i];
    held->first_ns = sum->first_ns < held->first_ns ? sum->first_ns : held->first_ns;
    held->last_ns = sum->last_ns > held->last_ns ? sum->last_ns : held->last_ns;
}
