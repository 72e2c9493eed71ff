#include "channel_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Beyond so many channels nobody looks at curves, and they would take the memory. */
#define MOST_HISTORIES 20000u

/* ---- figures -------------------------------------------------------------------------------- */

static void add_numbers(struct channel_figures *a, const struct channel_figures *b)
{
    if (b->reals) {
        a->least_real = a->reals ? fmin(a->least_real, b->least_real) : b->least_real;
        a->most_real = a->reals ? fmax(a->most_real, b->most_real) : b->most_real;
    }
    if (b->integers) {
        bool less = !a->integers || b->least_integer < a->least_integer;
        bool more = !a->integers || b->most_integer > a->most_integer;
        a->least_integer = less ? b->least_integer : a->least_integer;
        a->most_integer = more ? b->most_integer : a->most_integer;
    }
    a->reals += b->reals;
    a->integers += b->integers;
}

void channel_figures_add(struct channel_figures *a, const struct channel_figures *b)
{
    if (!b->points)
        return;
    a->first_ns = a->points && a->first_ns < b->first_ns ? a->first_ns : b->first_ns;
    a->last_ns = a->points && a->last_ns > b->last_ns ? a->last_ns : b->last_ns;
    a->points += b->points;
    a->raw_bytes += b->raw_bytes;
    a->types |= b->types;
    add_numbers(a, b);
}

double channel_figures_rate(const struct channel_figures *figures)
{
    double seconds = ((double)figures->last_ns - (double)figures->first_ns) / 1e9;
    return figures->points > 1 && seconds > 0 ? (double)(figures->points - 1) / seconds : 0;
}

/* ---- channels ------------------------------------------------------------------------------- */

void channel_table_release(struct channel_table *table)
{
    for (size_t i = 0; i < table->n; i++) {
        free(table->items[i].name);
        free(table->items[i].history);
    }
    free(table->items);
    free(table->slots);
    free(table->series);
    *table = (struct channel_table){0};
}

static bool grow_slots(struct channel_table *table)
{
    size_t n = table->n_slots ? 2 * table->n_slots : 64;
    uint32_t *slots = calloc(n, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < table->n; i++) {
        size_t at = table->items[i].hash & (n - 1);
        while (slots[at])
            at = (at + 1) & (n - 1);
        slots[at] = (uint32_t)i + 1;
    }
    free(table->slots);
    table->slots = slots;
    table->n_slots = n;
    return true;
}

static bool grow_items(struct channel_table *table)
{
    size_t capacity = table->capacity ? 2 * table->capacity : 32;
    struct channel *items =
        capacity < UINT32_MAX ? realloc(table->items, capacity * sizeof *items) : NULL;
    if (!items)
        return false;
    table->items = items;
    table->capacity = capacity;
    return true;
}

static struct channel *make(struct channel_table *table, const char *name, size_t len,
                            uint64_t hash)
{
    if (table->n == table->capacity && !grow_items(table))
        return NULL;
    bool has_history = table->n < MOST_HISTORIES;
    struct channel *channel = &table->items[table->n];
    *channel = (struct channel){.name_len = len, .hash = hash};
    channel->history = has_history ? calloc(1, sizeof *channel->history) : NULL;
    channel->name = malloc(len + 1);
    if (!channel->name || (has_history && !channel->history)) {
        free(channel->name);
        free(channel->history);
        return NULL;
    }
    memcpy(channel->name, name, len);
    channel->name[len] = '\0';
    table->n++;
    return channel;
}

struct channel *channel_table_get(struct channel_table *table, const char *name, size_t len,
                                  uint64_t hash)
{
    if (4 * table->n >= 3 * table->n_slots && !grow_slots(table))
        return NULL;
    size_t at = hash & (table->n_slots - 1);
    for (; table->slots[at]; at = (at + 1) & (table->n_slots - 1)) {
        struct channel *channel = &table->items[table->slots[at] - 1];
        if (channel->hash == hash && channel->name_len == len &&
            memcmp(channel->name, name, len) == 0)
            return channel;
    }
    struct channel *made = make(table, name, len, hash);
    if (made)
        table->slots[at] = (uint32_t)table->n;
    return made;
}

/* ---- series --------------------------------------------------------------------------------- */

/* The place where this hash is, or is to be. */
static uint64_t *find_series(uint64_t *series, size_t n, uint64_t hash)
{
    size_t at = hash & (n - 1);
    while (series[at] && series[at] != hash)
        at = (at + 1) & (n - 1);
    return &series[at];
}

static bool grow_series(struct channel_table *table)
{
    size_t n = table->n_series_slots ? 2 * table->n_series_slots : 64;
    uint64_t *series = calloc(n, sizeof *series);
    if (!series)
        return false;
    for (size_t i = 0; i < table->n_series_slots; i++)
        if (table->series[i])
            *find_series(series, n, table->series[i]) = table->series[i];
    free(table->series);
    table->series = series;
    table->n_series_slots = n;
    return true;
}

bool channel_table_series(struct channel_table *table, uint64_t hash)
{
    if (4 * table->n_series >= 3 * table->n_series_slots && !grow_series(table))
        return false;
    hash = hash ? hash : 1;
    uint64_t *place = find_series(table->series, table->n_series_slots, hash);
    table->n_series += *place == 0;
    *place = hash;
    return true;
}

/* ---- order ---------------------------------------------------------------------------------- */

static int compare_names(const void *a, const void *b)
{
    const struct channel *x = a, *y = b;
    return strverscmp(x->name, y->name);
}

static int descending(double x, double y, const void *a, const void *b)
{
    return x > y ? -1 : x < y ? 1 : compare_names(a, b);
}

static int compare_points(const void *a, const void *b)
{
    const struct channel *x = a, *y = b;
    return descending((double)x->figures.points, (double)y->figures.points, a, b);
}

static int compare_bytes(const void *a, const void *b)
{
    const struct channel *x = a, *y = b;
    return descending((double)x->figures.raw_bytes, (double)y->figures.raw_bytes, a, b);
}

static int compare_rates(const void *a, const void *b)
{
    const struct channel *x = a, *y = b;
    return descending(channel_figures_rate(&x->figures), channel_figures_rate(&y->figures), a, b);
}

void channel_table_sort(struct channel_table *table, enum channel_order order)
{
    static int (*const compare[])(const void *, const void *) = {
        [CHANNEL_BY_NAME] = compare_names,
        [CHANNEL_BY_POINTS] = compare_points,
        [CHANNEL_BY_BYTES] = compare_bytes,
        [CHANNEL_BY_RATE] = compare_rates,
    };
    if (table->n)
        qsort(table->items, table->n, sizeof *table->items, compare[order]);
}
