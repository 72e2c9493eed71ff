#include "bench/values.h"

#include <stdlib.h>
#include <string.h>

#include "bench/decimal.h"

#define ARRAY_LEN 8
#define TEXT_MAX 80 /* of one value */
#define WORD_LEN 8
#define TAIL_LEN 12

/* Where generating stands. */
struct maker {
    const struct bench_values_wish *wish;
    uint64_t random;
    int64_t walks[3], stride;
};

size_t bench_values_most(enum tlm_type type)
{
    switch (type) {
    case TLM_DOUBLE:
    case TLM_LONG:
        return 8u << 20;
    case TLM_STRING:
    case TLM_JSON:
        return 1u << 20;
    case TLM_DOUBLE_ARRAY:
    case TLM_STRING_ARRAY:
        return 1u << 19;
    }
    return 0;
}

static size_t item_size(enum tlm_type type)
{
    switch (type) {
    case TLM_DOUBLE:
        return sizeof(double);
    case TLM_LONG:
        return sizeof(int64_t);
    case TLM_STRING:
    case TLM_JSON:
        return sizeof(struct tlm_string);
    case TLM_DOUBLE_ARRAY:
    case TLM_STRING_ARRAY:
        return sizeof(struct tlm_doubles);
    }
    return 0;
}

/* ---- numbers -------------------------------------------------------------------------------- */

/* splitmix64 */
static uint64_t draw(struct maker *maker)
{
    uint64_t z = maker->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* Between -limit and limit, near 0 more often. */
static int64_t step(struct maker *maker, int64_t limit)
{
    uint64_t bits = draw(maker), span = (uint64_t)limit + 1;
    return (int64_t)(((bits >> 32) * span) >> 32) - (int64_t)(((bits & UINT32_MAX) * span) >> 32);
}

/* Walks start within 500 of zero and take steps of at most 0.1 to 1. */
static void start_walks(struct maker *maker)
{
    for (size_t i = 0; i < sizeof maker->walks / sizeof maker->walks[0]; i++)
        maker->walks[i] = step(maker, 500 * INT64_C(1000000));
    maker->stride = 100000 * (1 + (int64_t)(draw(maker) % 10)) + 1;
}

/* Position i of a walk, or of a saw tooth, in millionths. */
static int64_t next_micro(struct maker *maker, size_t walk, size_t i)
{
    if (maker->wish->regular)
        return INT64_C(20000000) + (int64_t)(i % 1000) * 125000;
    return maker->walks[walk] += step(maker, maker->stride);
}

static int64_t next_long(struct maker *maker, size_t i)
{
    if (maker->wish->regular)
        return (int64_t)(i % 1000);
    return (maker->walks[0] += step(maker, maker->stride)) / 10000;
}

/* ---- texts ---------------------------------------------------------------------------------- */

/* A state and, in noise, something that no one could foresee. */
static size_t put_string(struct maker *maker, size_t i, char *to)
{
    static const char states[][WORD_LEN + 1] = {
        "armed",  "ascent", "boost",   "braking", "charging", "closed",   "coast",   "cooling",
        "cruise", "depot",  "descent", "docked",  "draining", "failsafe", "fill",    "heating",
        "hold",   "idle",   "landed",  "limp",    "loaded",   "lowpower", "manual",  "nominal",
        "open",   "parked", "purge",   "ready",   "reset",    "safe",     "standby", "warmup",
    };
    const size_t n = sizeof states / sizeof states[0];
    const char *state = states[maker->wish->regular ? i / 100 % n : draw(maker) % n];
    size_t len = (size_t)(stpcpy(to, state) - to);
    if (maker->wish->regular)
        return len;
    to[len++] = ' ';
    uint64_t bits = draw(maker);
    for (size_t k = 0; k < TAIL_LEN; k++, bits >>= 5)
        to[len++] = "abcdefghijklmnopqrstuvwxyz012345"[bits & 31];
    return len;
}

static size_t put_struct(struct maker *maker, size_t i, char *to)
{
    int64_t lat = 59000000 + next_micro(maker, 0, i) / 1000;
    int64_t lon = 10000000 + next_micro(maker, 1, i) / 1000;
    int64_t fix = maker->wish->regular ? 3 : (int64_t)(draw(maker) % 4);
    char *at = stpcpy(to, "{\"lat\":");
    at = stpcpy(bench_put_micro(at, lat), ",\"lon\":");
    at = stpcpy(bench_put_micro(at, lon), ",\"fix\":");
    at = bench_put_long(at, fix);
    *at++ = '}';
    return (size_t)(at - to);
}

/* ---- pools ---------------------------------------------------------------------------------- */

static void make_item(struct maker *maker, struct bench_values *values, size_t i, size_t *used)
{
    struct tlm_string *string = values->items;
    double *array = values->elements ? values->elements + i * ARRAY_LEN : NULL;
    switch (values->type) {
    case TLM_DOUBLE:
        ((double *)values->items)[i] = bench_double_of_micro(next_micro(maker, 0, i));
        break;
    case TLM_LONG:
        ((int64_t *)values->items)[i] = next_long(maker, i);
        break;
    case TLM_STRING:
    case TLM_JSON:
        string[i].data = values->text + *used;
        string[i].len = values->type == TLM_JSON ? put_struct(maker, i, values->text + *used)
                                                 : put_string(maker, i, values->text + *used);
        *used += string[i].len;
        break;
    case TLM_DOUBLE_ARRAY:
    case TLM_STRING_ARRAY:
        for (size_t k = 0; k < ARRAY_LEN; k++)
            array[k] = bench_double_of_micro(next_micro(maker, 0, i * ARRAY_LEN + k));
        ((struct tlm_doubles *)values->items)[i] = (struct tlm_doubles){array, ARRAY_LEN};
        break;
    }
}

static bool take_memory(struct bench_values *values, const struct bench_values_wish *wish)
{
    size_t all;
    if (__builtin_add_overflow(wish->count, wish->extra, &all))
        return false;
    values->items = calloc(all, item_size(wish->type));
    if (wish->type == TLM_STRING || wish->type == TLM_JSON) {
        /* Pages that are never reached cost nothing. */
        size_t most = wish->type == TLM_JSON ? TEXT_MAX : WORD_LEN + 1 + TAIL_LEN;
        values->text = calloc(wish->count, most);
    }
    if (wish->type == TLM_DOUBLE_ARRAY)
        values->elements = calloc(wish->count, ARRAY_LEN * sizeof(double));
    return values->items && (wish->type != TLM_DOUBLE_ARRAY || values->elements) &&
           ((wish->type != TLM_STRING && wish->type != TLM_JSON) || values->text);
}

bool bench_values_init(struct bench_values *values, const struct bench_values_wish *wish)
{
    struct maker maker = {.wish = wish, .random = 0x746c6d + (uint64_t)wish->type};
    size_t used = 0, size = item_size(wish->type);
    *values = (struct bench_values){.type = wish->type, .count = wish->count};
    if (!take_memory(values, wish))
        return false;
    for (size_t i = 0; i < wish->count; i++) {
        if (i % wish->restart == 0)
            start_walks(&maker);
        make_item(&maker, values, i, &used);
    }
    /* Right for more extra ones than others too: what is read has been written by then. */
    char *items = values->items;
    for (size_t i = 0; i < wish->extra; i++)
        memcpy(items + (wish->count + i) * size, items + i * size, size);
    return true;
}

void bench_values_release(struct bench_values *values)
{
    free(values->items);
    free(values->text);
    free(values->elements);
    *values = (struct bench_values){0};
}

const void *bench_values_at(const struct bench_values *values, uint64_t i)
{
    return (const char *)values->items + (size_t)(i % values->count) * item_size(values->type);
}
