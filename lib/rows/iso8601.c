#include "rows/iso8601.h"

#include <string.h>

const char tlm__why_iso8601[] = "is not ISO 8601";

enum { DATE_LEN = 10 }; /* of 2024-01-01 */

static bool date_to_days(int year, int month, int day, int64_t *days, const char **why)
{
    if (year < 0 || month < 0 || day < 0)
        return false;
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > tlm__month_days(year, month)) {
        *why = tlm__why_date;
        return false;
    }
    *days = tlm__days_from_civil(year, month, day);
    return true;
}

static const char *read_date(const char *p, const char *end, struct tlm_date_cache *cache,
                             int64_t *days, const char **why)
{
    if (end - p >= DATE_LEN && p[4] == '-' && p[7] == '-') {
        if (!cache->known || memcmp(p, cache->text, DATE_LEN) != 0) {
            if (!date_to_days(tlm__digits_at(p, 4), tlm__digits_at(p + 5, 2),
                              tlm__digits_at(p + 8, 2), &cache->days, why))
                return NULL;
            memcpy(cache->text, p, DATE_LEN);
            cache->known = true;
        }
        *days = cache->days;
        return p + DATE_LEN;
    }
    bool is_date = end - p == 8 || (end - p > 8 && (p[8] < '0' || p[8] > '9'));
    if (!is_date || !date_to_days(tlm__digits_at(p, 4), tlm__digits_at(p + 4, 2),
                                  tlm__digits_at(p + 6, 2), days, why))
        return NULL;
    return p + 8;
}

/* hh:mm[:ss[.f]], or the same without colons. */
static const char *read_clock(const char *p, const char *end, int64_t days, struct tlm_civil *civil,
                              const char **why)
{
    if (end - p < 4)
        return NULL;
    int hour = tlm__digits_at(p, 2);
    bool colons = p[2] == ':';
    p += 2 + colons;
    if (end - p < 2)
        return NULL;
    int minute = tlm__digits_at(p, 2), second = 0;
    p += 2;
    bool has_second = p < end && (colons ? *p == ':' : *p >= '0' && *p <= '9');
    if (has_second) {
        p += colons;
        if (end - p < 2)
            return NULL;
        second = tlm__digits_at(p, 2);
        p += 2;
        if (p < end && (*p == '.' || *p == ','))
            p = tlm__fraction_read(p + 1, end, &civil->ns, why);
    }
    if (!p || hour < 0 || minute < 0 || second < 0)
        return NULL;
    if (!tlm__civil_set(civil, days, hour, minute, second)) {
        *why = tlm__why_clock;
        return NULL;
    }
    return p;
}

static bool is_name(const char *p, const char *name, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((p[i] | 0x20) != name[i])
            return false;
    return true;
}

const char *tlm__utc_name_read(const char *p, const char *end)
{
    if (end - p >= 3 && (is_name(p, "utc", 3) || is_name(p, "gmt", 3)))
        return p + 3;
    return p < end && (*p == 'Z' || *p == 'z') ? p + 1 : NULL;
}

static const char *read_zone(const char *p, const char *end, struct tlm_civil *civil)
{
    const char *named = tlm__utc_name_read(p, end);
    if (!named)
        p = tlm__offset_read(p, end, &civil->offset_s);
    civil->has_offset = true;
    return named ? named : p;
}

bool tlm__iso8601_read(const char *text, size_t len, struct tlm_date_cache *cache,
                       struct tlm_civil *civil, const char **why)
{
    const char *end = text + len;
    struct tlm_civil made = {0};
    int64_t days = 0;
    *why = tlm__why_iso8601;
    const char *p = read_date(text, end, cache, &days, why);
    if (!p)
        return false;
    made.local_s = days * TLM_DAY_S;
    bool separated = end - p > 1 && (*p == 'T' || *p == 't' || *p == ' ');
    if (separated && p[1] >= '0' && p[1] <= '9')
        p = read_clock(p + 1, end, days, &made, why);
    if (p && p < end)
        p = read_zone(p + (*p == ' '), end, &made);
    if (p != end)
        return false;
    *civil = made;
    return true;
}
