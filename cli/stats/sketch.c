#include "sketch.h"

#include <stdlib.h>
#include <string.h>

struct list {
    uint64_t weight;
    size_t n;
    struct ranks_group entries[];
};

/* The list on level i has a weight from 2^i up to 2^(i+1). */
struct sketch_levels {
    struct list *lists[64];
};

static void release_levels(struct sketch *sketch)
{
    for (unsigned i = 0; sketch->levels && i < 64; i++)
        free(sketch->levels->lists[i]);
    free(sketch->levels);
    sketch->levels = NULL;
}

void sketch_release(struct sketch *sketch)
{
    release_levels(sketch);
    free(sketch->raw);
    *sketch = (struct sketch){.real = sketch->real};
}

size_t sketch_bytes(const struct sketch *sketch)
{
    size_t bytes = sketch->raw_room * sizeof *sketch->raw;
    if (!sketch->levels)
        return bytes;
    for (unsigned i = 0; i < 64; i++)
        if (sketch->levels->lists[i])
            bytes += sizeof(struct list) + sketch->levels->lists[i]->n * sizeof(struct ranks_group);
    return bytes + sizeof *sketch->levels;
}

/* ---- lists ---------------------------------------------------------------------------------- */

static struct list *new_list(size_t n)
{
    struct list *list = malloc(sizeof *list + n * sizeof *list->entries);
    if (list)
        *list = (struct list){.n = 0};
    return list;
}

static struct list *fit(struct list *list)
{
    struct list *fitting = realloc(list, sizeof *list + list->n * sizeof *list->entries);
    if (!fitting)
        return list;
    return fitting;
}

static inline void append(struct list *list, int64_t key, uint64_t weight)
{
    size_t n = list->n;
    if (n && list->entries[n - 1].key == key)
        list->entries[n - 1].weight += weight;
    else
        list->entries[list->n++] = (struct ranks_group){key, weight};
    list->weight += weight;
}

/* Puts a group behind the last one, which it may be part of. */
static inline struct ranks_group *next_to(struct ranks_group *begin, struct ranks_group *end,
                                          const struct ranks_group *group)
{
    if (end > begin && end[-1].key == group->key) {
        end[-1].weight += group->weight;
        return end;
    }
    *end = *group;
    return end + 1;
}

static struct list *merge(const struct list *a, const struct list *b)
{
    struct list *list = new_list(a->n + b->n);
    const struct ranks_group *x = a->entries, *y = b->entries;
    const struct ranks_group *x_end = x + a->n, *y_end = y + b->n;
    if (!list)
        return NULL;
    struct ranks_group *begin = list->entries, *end = begin;
    while (x < x_end && y < y_end) {
        bool first = x->key <= y->key;
        end = next_to(begin, end, first ? x : y);
        x += first;
        y += !first;
    }
    for (; x < x_end; x++)
        end = next_to(begin, end, x);
    for (; y < y_end; y++)
        end = next_to(begin, end, y);
    list->n = (size_t)(end - begin);
    list->weight = a->weight + b->weight;
    return list;
}

/* Entries from..to become the one in their middle. Returns by how much that may be wrong. */
static uint64_t unite(struct list *list, size_t from, size_t to, uint64_t weight, size_t place)
{
    uint64_t before = 0;
    size_t middle = from;
    while (2 * (before + list->entries[middle].weight) < weight && middle + 1 < to)
        before += list->entries[middle++].weight;
    uint64_t after = weight - before - list->entries[middle].weight;
    list->entries[place] = (struct ranks_group){list->entries[middle].key, weight};
    return before > after ? before : after;
}

/* Cuts a list down to about as many entries as it may have. */
static void cut(struct sketch *sketch, struct list *list, size_t most)
{
    uint64_t share = (list->weight + most - 1) / most, weight = 0, error = 0;
    size_t from = 0, n = 0;
    if (list->n <= most)
        return;
    for (size_t i = 0; i < list->n; i++) {
        weight += list->entries[i].weight;
        if (weight < share && i + 1 < list->n)
            continue;
        uint64_t wrong = unite(list, from, i + 1, weight, n++);
        error = wrong > error ? wrong : error;
        from = i + 1;
        weight = 0;
    }
    list->n = n;
    sketch->error += error;
}

static unsigned level_of(uint64_t weight)
{
    return 63 - (unsigned)__builtin_clzll(weight);
}

/* Takes the list over; NULL: memory was out. */
static bool put(struct sketch *sketch, const struct sketch_limits *limits, struct list *list)
{
    if (list && !sketch->levels)
        sketch->levels = calloc(1, sizeof *sketch->levels);
    while (list && sketch->levels) {
        cut(sketch, list, limits->list);
        struct list **place = &sketch->levels->lists[level_of(list->weight)], *other = *place;
        if (!other) {
            *place = fit(list);
            return true;
        }
        struct list *merged = merge(other, list);
        free(list);
        free(other);
        *place = NULL;
        list = merged;
    }
    free(list);
    return false;
}

/* ---- adding --------------------------------------------------------------------------------- */

static bool put_groups(struct sketch *sketch, const struct sketch_limits *limits,
                       const struct ranks_group *groups, size_t k)
{
    struct list *list = new_list(k);
    for (size_t i = 0; list && i < k; i++)
        append(list, groups[i].key, groups[i].weight);
    return put(sketch, limits, list);
}

bool sketch_add_groups(struct sketch *sketch, const struct sketch_limits *limits,
                       const struct ranks_group *groups, size_t k, uint64_t error)
{
    for (size_t i = 0; i < k; i++)
        sketch->n += groups[i].weight;
    sketch->error += error;
    return put_groups(sketch, limits, groups, k);
}

/* The numbers held as they are become a list. */
static bool settle(struct sketch *sketch, const struct sketch_limits *limits, struct ranks *ranks)
{
    const struct ranks_numbers numbers = {sketch->raw, sketch->n_raw, sketch->real,
                                          sketch->no_extent ? NULL : &sketch->extent};
    size_t most = limits->list / 16, k = sketch->n_raw < most ? sketch->n_raw : most;
    uint64_t error;
    if (!k)
        return true;
    struct ranks_group *groups = malloc((k + 1) * sizeof *groups);
    k = groups ? ranks_groups(ranks, &numbers, k, groups, &error) : 0;
    if (k) {
        sketch->error += error;
        sketch->n_raw = 0;
    }
    bool done = k && put_groups(sketch, limits, groups, k);
    free(groups);
    return done;
}

static bool make_room(struct sketch *sketch, size_t more, size_t most)
{
    size_t wanted = sketch->n_raw + more;
    if (wanted <= sketch->raw_room)
        return true;
    size_t room = 2 * sketch->raw_room > wanted ? 2 * sketch->raw_room : wanted;
    room = room < most ? room : most;
    int64_t *raw = realloc(sketch->raw, room * sizeof *raw);
    if (!raw)
        return false;
    sketch->raw = raw;
    sketch->raw_room = room;
    return true;
}

static void widen(struct sketch *sketch, const struct ranks_extent *extent)
{
    struct ranks_extent *raw = &sketch->extent;
    if (!sketch->n_raw)
        sketch->no_extent = false;
    sketch->no_extent |= !extent;
    if (!extent)
        return;
    if (!sketch->n_raw)
        *raw = *extent;
    raw->least = extent->least < raw->least ? extent->least : raw->least;
    raw->most = extent->most > raw->most ? extent->most : raw->most;
    raw->first = extent->first < raw->first ? extent->first : raw->first;
    raw->last = extent->last > raw->last ? extent->last : raw->last;
}

bool sketch_add(struct sketch *sketch, const struct sketch_limits *limits, struct ranks *ranks,
                const struct ranks_numbers *numbers)
{
    const int64_t *items = numbers->items;
    sketch->n += numbers->n;
    for (size_t left = numbers->n; left;) {
        if (sketch->n_raw >= limits->raw && !settle(sketch, limits, ranks))
            return false;
        size_t room = limits->raw - sketch->n_raw, some = left < room ? left : room;
        if (!make_room(sketch, some, limits->raw))
            return false;
        widen(sketch, numbers->extent);
        memcpy(sketch->raw + sketch->n_raw, items, some * sizeof *items);
        sketch->n_raw += some;
        items += some;
        left -= some;
    }
    return true;
}

static bool put_same(struct sketch *sketch, const struct sketch_limits *limits)
{
    const struct ranks_group same = sketch->same;
    sketch->same.weight = 0;
    return !same.weight || put_groups(sketch, limits, &same, 1);
}

bool sketch_add_same(struct sketch *sketch, const struct sketch_limits *limits, int64_t number,
                     uint64_t n)
{
    int64_t key = ranks_key(number, sketch->real);
    if (sketch->same.key != key && !put_same(sketch, limits))
        return false;
    sketch->same.key = key;
    sketch->same.weight += n;
    sketch->n += n;
    return true;
}

bool sketch_finish(struct sketch *sketch, const struct sketch_limits *limits, struct ranks *ranks)
{
    return sketch->n <= limits->raw || !sketch->levels || settle(sketch, limits, ranks);
}

bool sketch_shrink(struct sketch *sketch, const struct sketch_limits *limits, struct ranks *ranks)
{
    if (sketch->raw_room > limits->raw) {
        if (sketch->n_raw > limits->raw && !settle(sketch, limits, ranks))
            return false;
        int64_t *raw = realloc(sketch->raw, limits->raw * sizeof *raw);
        if (raw)
            sketch->raw = raw;
        sketch->raw_room = limits->raw;
    }
    for (unsigned i = 0; sketch->levels && i < 64; i++) {
        struct list *list = sketch->levels->lists[i];
        if (!list || list->n <= limits->list)
            continue;
        cut(sketch, list, limits->list);
        sketch->levels->lists[i] = fit(list);
    }
    return true;
}

/* ---- asking --------------------------------------------------------------------------------- */

static struct list *list_raw(const struct sketch *sketch, struct ranks *ranks)
{
    const struct ranks_numbers numbers = {sketch->raw, sketch->n_raw, sketch->real, NULL};
    struct list *list = new_list(sketch->n_raw + 1);
    int64_t *keys = malloc((sketch->n_raw + 1) * sizeof *keys);
    uint64_t error;
    bool done =
        list && keys && (!numbers.n || ranks_pick(ranks, &numbers, numbers.n, keys, &error));
    for (size_t i = 0; done && i < numbers.n; i++)
        append(list, keys[i], 1);
    free(keys);
    if (done)
        return list;
    free(list);
    return NULL;
}

/* Takes over both. */
static struct list *join(struct list *a, struct list *b)
{
    struct list *joined = a && b ? merge(a, b) : NULL;
    free(a);
    free(b);
    return joined;
}

static struct list *copy_of(const struct list *list)
{
    struct list *copy = new_list(list->n);
    if (copy)
        memcpy(copy, list, sizeof *list + list->n * sizeof *list->entries);
    return copy;
}

struct ranks_group *sketch_entries(const struct sketch *sketch, struct ranks *ranks, size_t *n)
{
    struct list *all = list_raw(sketch, ranks);
    if (sketch->same.weight) {
        struct list *same = new_list(1);
        if (same)
            append(same, sketch->same.key, sketch->same.weight);
        all = join(all, same);
    }
    for (unsigned i = 0; all && sketch->levels && i < 64; i++)
        if (sketch->levels->lists[i])
            all = join(all, copy_of(sketch->levels->lists[i]));
    if (!all)
        return NULL;
    *n = all->n;
    /* what is returned begins where the list did */
    struct ranks_group *entries = (struct ranks_group *)(void *)all;
    memmove(entries, all->entries, all->n * sizeof *entries);
    return entries;
}

size_t sketch_find(const struct ranks_group *entries, size_t n, uint64_t total, unsigned percent)
{
    /* total * percent / 100, rounded up, without overflow */
    uint64_t wanted = total / 100 * percent + (total % 100 * percent + 99) / 100, sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += entries[i].weight;
        if (sum >= wanted && sum)
            return i;
    }
    return n - 1;
}
