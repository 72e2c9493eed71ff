#include "cat/cat_table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cat/cat_error.h"
#include "cat/cat_seen.h"

static enum tlm_code fail_budget(const struct cat_table *table, struct tlm_error *error)
{
    return cat_fail(error, TLM_LIMIT,
                    "%s, which is more than the %" PRIu64 " MiB of --memory: choose fewer points "
                    "with -c, --from and --to%s",
                    table->every_ns ? "--every holds a value of every channel for each span of time"
                                    : "--wide holds all points to sort them by time",
                    table->memory_bytes >> 20,
                    table->every_ns ? ", or longer spans" : ", or sum them up with --every");
}

/* ---- series --------------------------------------------------------------------------------- */

static bool is_text(struct tlm_string a, struct tlm_string b)
{
    return a.len == b.len && (!a.len || memcmp(a.data, b.data, a.len) == 0);
}

static bool is_series(const struct cat_column *column, uint64_t hash,
                      const struct tlm_run_of_points *points)
{
    if (column->hash != hash || column->n_tags != points->n_tags ||
        !is_text(column->channel, points->channel))
        return false;
    for (size_t i = 0; i < points->n_tags; i++)
        if (!is_text(column->tags[i].key, points->tags[i].key) ||
            !is_text(column->tags[i].value, points->tags[i].value))
            return false;
    return true;
}

/* The slot of the series, or where it is to be. There is a free one. */
static uint32_t *find_slot(const struct cat_table *table, uint64_t hash,
                           const struct tlm_run_of_points *points)
{
    size_t at = (size_t)hash & (table->n_slots - 1);
    for (; table->slots[at]; at = (at + 1) & (table->n_slots - 1))
        if (points && is_series(&table->columns[table->slots[at] - 1], hash, points))
            break;
    return &table->slots[at];
}

static bool grow_slots(struct cat_table *table)
{
    size_t n = table->n_slots ? 2 * table->n_slots : 64;
    uint32_t *slots = calloc(n, sizeof *slots);
    if (!slots)
        return false;
    free(table->slots);
    table->slots = slots;
    table->n_slots = n;
    for (size_t i = 0; i < table->n; i++)
        *find_slot(table, table->columns[i].hash, NULL) = (uint32_t)i + 1;
    return true;
}

static bool copy_text(struct tlm_string *to, struct tlm_string from)
{
    char *data = malloc(from.len + 1);
    if (!data)
        return false;
    if (from.len)
        memcpy(data, from.data, from.len);
    to->data = data;
    to->len = from.len;
    return true;
}

static bool name_column(struct cat_column *column, const struct tlm_run_of_points *points)
{
    column->tags = calloc(points->n_tags + 1, sizeof *column->tags);
    if (!column->tags || !copy_text(&column->channel, points->channel))
        return false;
    column->n_tags = points->n_tags;
    for (size_t i = 0; i < points->n_tags; i++)
        if (!copy_text(&column->tags[i].key, points->tags[i].key) ||
            !copy_text(&column->tags[i].value, points->tags[i].value))
            return false;
    return true;
}

static void release_column(struct cat_column *column)
{
    for (size_t i = 0; i < column->n_tags; i++) {
        free((void *)(uintptr_t)column->tags[i].key.data);
        free((void *)(uintptr_t)column->tags[i].value.data);
    }
    free(column->tags);
    free((void *)(uintptr_t)column->channel.data);
    free(column->cells);
    free(column->buckets.items);
}

static struct cat_column *new_column(struct cat_table *table, uint64_t hash,
                                     const struct tlm_run_of_points *points)
{
    if (table->n == table->cap) {
        size_t cap = table->cap ? 2 * table->cap : 64;
        struct cat_column *grown = realloc(table->columns, cap * sizeof *grown);
        if (!grown)
            return NULL;
        table->columns = grown;
        table->cap = cap;
    }
    if (2 * table->n >= table->n_slots && !grow_slots(table))
        return NULL;
    struct cat_column *column = &table->columns[table->n];
    *column = (struct cat_column){.hash = hash, .sorted = true};
    if (!name_column(column, points)) {
        release_column(column);
        return NULL;
    }
    *find_slot(table, hash, points) = (uint32_t)++table->n;
    table->bytes += sizeof *column + points->channel.len;
    return column;
}

static struct cat_column *find_column(struct cat_table *table,
                                      const struct tlm_run_of_points *points)
{
    uint64_t hash = cat_seen_hash(points->channel, points->tags, points->n_tags);
    uint32_t number = table->n_slots ? *find_slot(table, hash, points) : 0;
    return number ? &table->columns[number - 1] : new_column(table, hash, points);
}

/* ---- points --------------------------------------------------------------------------------- */

/* Puts the text of a value into the heap. */
static bool keep_text(struct cat_table *table, const union tlm_point_value *value,
                      struct cat_cell *cell)
{
    struct cat_text *heap = &table->heap;
    const size_t at = heap->len;
    uint64_t len = 0;
    if (!cat_text_add(heap, (const char *)&len, sizeof len) ||
        !cat_value_add(heap, table->format, cell->type, value, &cell->typed))
        return false;
    len = heap->len - at - sizeof len;
    memcpy(heap->data + at, &len, sizeof len);
    cell->bits = at;
    return true;
}

static bool make_cell(struct cat_table *table, const struct tlm_run_of_points *points, size_t i,
                      struct cat_cell *cell)
{
    *cell = (struct cat_cell){.time_ns = points->timestamps_ns[i], .type = points->type};
    if (points->reals)
        memcpy(&cell->bits, &points->reals[i], sizeof cell->bits);
    else if (points->integers)
        cell->bits = (uint64_t)points->integers[i];
    if (!points->values)
        return true;
    if (points->types)
        cell->type = (enum tlm_type)points->types[i];
    if (cell->type == TLM_DOUBLE || cell->type == TLM_LONG) {
        memcpy(&cell->bits, &points->values[i], sizeof cell->bits);
        return true;
    }
    return !cat_bucket_takes(table->aggregate, cell->type) && table->every_ns
               ? true
               : keep_text(table, &points->values[i], cell);
}

static bool add_bucket(struct cat_table *table, struct cat_column *column,
                       const struct cat_cell *cell)
{
    if (!cat_bucket_takes(table->aggregate, cell->type)) {
        table->left_out++;
        return true;
    }
    size_t before = column->buckets.cap;
    struct cat_bucket *bucket = cat_bucket_at(&column->buckets, cell->time_ns, table->every_ns);
    if (bucket)
        cat_bucket_fold(bucket, table->aggregate, cell);
    table->bytes += (column->buckets.cap - before) * sizeof *bucket;
    return bucket;
}

static bool add_cell(struct cat_table *table, struct cat_column *column,
                     const struct cat_cell *cell)
{
    if (column->n == column->cap) {
        size_t cap = column->cap ? 2 * column->cap : 16;
        struct cat_cell *grown = realloc(column->cells, cap * sizeof *grown);
        if (!grown)
            return false;
        table->bytes += (cap - column->cap) * sizeof *grown;
        column->cells = grown;
        column->cap = cap;
    }
    column->sorted =
        column->sorted && (!column->n || column->cells[column->n - 1].time_ns <= cell->time_ns);
    column->cells[column->n++] = *cell;
    return true;
}

enum tlm_code cat_table_add(struct cat_table *table, const struct tlm_run_of_points *points,
                            struct tlm_error *error)
{
    struct cat_column *column = find_column(table, points);
    bool added = column;
    table->points += points->n;
    for (size_t i = 0; added && i < points->n; i++) {
        struct cat_cell cell;
        added =
            make_cell(table, points, i, &cell) &&
            (table->every_ns ? add_bucket(table, column, &cell) : add_cell(table, column, &cell));
        if (table->bytes + table->heap.cap > table->memory_bytes)
            return fail_budget(table, error);
    }
    return added ? TLM_OK : cat_fail_memory(error);
}

/* ---- the end -------------------------------------------------------------------------------- */

static bool cells_of_buckets(struct cat_table *table, struct cat_column *column)
{
    bool made = true;
    for (size_t i = 0; made && i < column->buckets.n; i++) {
        struct cat_cell cell = cat_bucket_cell(&column->buckets.items[i], table->aggregate);
        made = add_cell(table, column, &cell);
    }
    free(column->buckets.items);
    column->buckets = (struct cat_buckets){0};
    return made;
}

/* Merges sorted halves. */
static void merge(struct cat_cell *cells, size_t n, size_t half, struct cat_cell *room)
{
    size_t left = 0, right = half, at = half;
    memcpy(room, cells, half * sizeof *room);
    for (at = 0; left < half; at++)
        if (right < n && cells[right].time_ns < room[left].time_ns)
            cells[at] = cells[right++];
        else
            cells[at] = room[left++];
}

static void sort(struct cat_cell *cells, size_t n, struct cat_cell *room)
{
    if (n < 2)
        return;
    sort(cells, n / 2, room);
    sort(cells + n / 2, n - n / 2, room);
    if (cells[n / 2].time_ns < cells[n / 2 - 1].time_ns)
        merge(cells, n, n / 2, room);
}

enum tlm_code cat_table_settle(struct cat_table *table, struct tlm_error *error)
{
    for (size_t i = 0; i < table->n; i++) {
        struct cat_column *column = &table->columns[i];
        if (!cells_of_buckets(table, column))
            return cat_fail_memory(error);
        if (column->sorted)
            continue;
        struct cat_cell *room = malloc(column->n * sizeof *room);
        if (!room)
            return cat_fail_memory(error);
        sort(column->cells, column->n, room);
        free(room);
        column->sorted = true;
    }
    return TLM_OK;
}

void cat_table_release(struct cat_table *table)
{
    for (size_t i = 0; i < table->n; i++)
        release_column(&table->columns[i]);
    free(table->columns);
    free(table->slots);
    cat_text_release(&table->heap);
}

bool cat_table_print(const struct cat_table *table, const struct cat_cell *cell,
                     struct cat_text *out)
{
    char number[CAT_NUMBER_TEXT];
    double real;
    uint64_t len;
    const char *text;
    switch (cell->type) {
    case TLM_DOUBLE:
        memcpy(&real, &cell->bits, sizeof real);
        return cat_text_add(out, number, cat_value_double(real, number));
    case TLM_LONG:
        return cat_text_add(out, number,
                            cat_value_long(table->format, (int64_t)cell->bits, number));
    case TLM_STRING:
    case TLM_DOUBLE_ARRAY:
    case TLM_STRING_ARRAY:
    case TLM_JSON:
        break;
    }
    text = table->heap.data + cell->bits;
    memcpy(&len, text, sizeof len);
    return cat_text_add(out, text + sizeof len, (size_t)len);
}
