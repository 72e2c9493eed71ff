#include "rows/tzif.h"

#include <stdlib.h>
#include <string.h>

#include "rows/civil.h"
#include "rows/tzrule.h"

enum {
    HEADER_BYTES = 44,
    TYPE_BYTES = 6,
    FIRST_YEAR = 1676, /* the one before 64-bit nanoseconds start */
    LAST_YEAR = 2263   /* the one after, as offsets reach over the new year */
};

#define OFFSET_LIMIT_S INT64_C(93600) /* RFC 8536, section 3.2: below 26 hours */
#define TIME_LIMIT_S (INT64_C(1) << 60)

/* The counts of a header, in the order of the file. */
struct counts {
    uint32_t utc, standard, leaps, times, types, chars;
};

struct block {
    const uint8_t *times, *indexes, *types, *end;
    struct counts counts;
};

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t get64(const uint8_t *p)
{
    return (int64_t)((uint64_t)get32(p) << 32 | get32(p + 4));
}

void tlm__regimes_release(struct tlm_regimes *regimes)
{
    free(regimes->items);
    *regimes = (struct tlm_regimes){0};
}

static bool add_regime(struct tlm_regimes *regimes, int64_t start_s, int64_t offset_s)
{
    if (regimes->len == regimes->cap) {
        size_t cap = regimes->cap ? regimes->cap * 2 : 256;
        struct tlm_regime *items = reallocarray(regimes->items, cap, sizeof *items);
        if (!items)
            return false;
        regimes->items = items;
        regimes->cap = cap;
    }
    regimes->items[regimes->len++] = (struct tlm_regime){start_s, offset_s};
    return true;
}

/* Reads a header and steps over its data; time_bytes is 4 in the first block, 8 in the second. */
static const uint8_t *read_block(const uint8_t *p, const uint8_t *end, size_t time_bytes,
                                 struct block *block)
{
    if (end - p < HEADER_BYTES || memcmp(p, "TZif", 4) != 0 || p[4] < '2')
        return NULL;
    const struct counts n = {get32(p + 20), get32(p + 24), get32(p + 28),
                             get32(p + 32), get32(p + 36), get32(p + 40)};
    p += HEADER_BYTES;
    uint64_t times = (uint64_t)n.times * time_bytes, types = (uint64_t)n.types * TYPE_BYTES;
    uint64_t rest = n.chars + n.leaps * (uint64_t)(time_bytes + 4) + n.standard + (uint64_t)n.utc;
    if (times + n.times + types + rest > (uint64_t)(end - p))
        return NULL;
    *block =
        (struct block){.times = p, .indexes = p + times, .types = p + times + n.times, .counts = n};
    block->end = block->types + types + rest;
    return block->end;
}

static bool offset_of_type(const struct block *block, uint32_t type, int64_t *offset_s)
{
    if (type >= block->counts.types)
        return false;
    *offset_s = (int32_t)get32(block->types + (size_t)type * TYPE_BYTES);
    return *offset_s > -OFFSET_LIMIT_S && *offset_s < OFFSET_LIMIT_S;
}

static enum tlm_code add_listed(struct tlm_regimes *regimes, const struct block *block,
                                const char **why)
{
    int64_t offset_s = 0, last_s = INT64_MIN;
    *why = "its list of changes is damaged";
    if (!offset_of_type(block, 0, &offset_s))
        return TLM_INPUT;
    if (!add_regime(regimes, INT64_MIN, offset_s))
        return TLM_NO_MEMORY;
    for (size_t i = 0; i < block->counts.times; i++) {
        int64_t start_s = get64(block->times + 8 * i);
        if (start_s <= last_s || start_s < -TIME_LIMIT_S || start_s > TIME_LIMIT_S ||
            !offset_of_type(block, block->indexes[i], &offset_s))
            return TLM_INPUT;
        last_s = start_s;
        if (!add_regime(regimes, start_s, offset_s))
            return TLM_NO_MEMORY;
    }
    return TLM_OK;
}

/* A change that the rule has before the last listed one has no say. */
static bool add_later(struct tlm_regimes *regimes, int64_t start_s, int64_t offset_s)
{
    if (start_s < regimes->items[regimes->len - 1].start_s)
        return true;
    return add_regime(regimes, start_s, offset_s);
}

static enum tlm_code add_rule(struct tlm_regimes *regimes, const struct tlm_tzrule *rule)
{
    int64_t last_s = regimes->items[regimes->len - 1].start_s;
    int64_t year = tlm__year_of_day(last_s / TLM_DAY_S) - 1;
    if (year < FIRST_YEAR)
        year = FIRST_YEAR;
    if (!rule->has_summer) {
        bool ok = regimes->len > 1 || add_regime(regimes, -TIME_LIMIT_S, rule->standard_s);
        return ok ? TLM_OK : TLM_NO_MEMORY;
    }
    for (; year <= LAST_YEAR; year++) {
        int64_t start_s = tlm__tzrule_start(rule, year), end_s = tlm__tzrule_end(rule, year);
        bool ok = true;
        if (start_s > end_s) /* southern summer: it ends first */
            ok = add_later(regimes, end_s, rule->standard_s);
        ok = ok && add_later(regimes, start_s, rule->summer_s);
        if (start_s <= end_s)
            ok = ok && add_later(regimes, end_s, rule->standard_s);
        if (!ok)
            return TLM_NO_MEMORY;
    }
    return TLM_OK;
}

enum tlm_code tlm__tzif_read(const uint8_t *bytes, size_t len, struct tlm_regimes *regimes,
                             const char **why)
{
    struct block block;
    const uint8_t *end = bytes + len;
    *why = "it is not a TZif file of version 2 or later";
    const uint8_t *p = read_block(bytes, end, 4, &block);
    if (!p)
        return TLM_INPUT;
    *why = "it is cut short";
    p = read_block(p, end, 8, &block);
    const uint8_t *footer_end = p && p < end ? memchr(p + 1, '\n', (size_t)(end - p - 1)) : NULL;
    if (!footer_end || *p != '\n')
        return TLM_INPUT;
    *why = "it counts leap seconds, which Unix time does not";
    if (block.counts.leaps > 0)
        return TLM_INPUT;
    enum tlm_code code = add_listed(regimes, &block, why);
    size_t rule_len = (size_t)(footer_end - p - 1);
    if (code != TLM_OK || rule_len == 0)
        return code;
    struct tlm_tzrule rule;
    *why = "its rule for the future is damaged";
    if (!tlm__tzrule_parse((const char *)p + 1, rule_len, &rule))
        return TLM_INPUT;
    return add_rule(regimes, &rule);
}
