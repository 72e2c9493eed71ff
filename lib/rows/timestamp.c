#include "rows/timestamp.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "rows/epoch.h"
#include "rows/strptime.h"

static const char why_number[] = "is not a number";
static const char why_auto[] =
    "is neither ISO 8601 nor an epoch number (say what it is with --time-format)";
static const char why_small[] = "is no epoch time: below 1e8 (say which with --time-format)";
static const char why_not_settled[] =
    "has another form than the times before it (say which with --time-format)";
static const char why_no_zone[] = "has no zone (say which with --tz)";
static const char why_gap[] = "does not exist in that zone (clocks went forward)";

struct unit {
    const char *name;
    int64_t ns;
    int power; /* of ten, in nanoseconds */
};

static const struct unit units[] = {
    {"s", INT64_C(1000000000), 9}, {"ms", 1000000, 6}, {"us", 1000, 3}, {"ns", 1, 0}};

enum { N_UNITS = sizeof units / sizeof units[0] };

static const struct unit *unit_named(const char *name)
{
    for (size_t i = 0; i < N_UNITS; i++)
        if (strcmp(units[i].name, name) == 0)
            return &units[i];
    return NULL;
}

static const struct unit *unit_of(int64_t unit_ns)
{
    for (size_t i = 0; i < N_UNITS; i++)
        if (units[i].ns == unit_ns)
            return &units[i];
    return &units[0];
}

/* ---- rules ---------------------------------------------------------------------------------- */

static enum tlm_code set_strptime(struct tlm_time_rules *rules, const char *format,
                                  struct tlm_error *error)
{
    enum tlm_code code = tlm__strptime_check(format, error);
    if (code != TLM_OK)
        return code;
    rules->kind = TLM_TIME_STRPTIME;
    tlm__strptime_fix(format, &rules->fixed);
    rules->format = strdup(format);
    return rules->format ? TLM_OK : tlm__fail_memory(error, strlen(format) + 1);
}

static enum tlm_code set_origin(struct tlm_time_rules *rules, const char *origin,
                                struct tlm_error *error)
{
    if (!origin)
        return tlm__fail(error, TLM_ARGUMENT,
                         "a relative time format needs the time it counts from (--time-origin)");
    struct tlm_time_rules absolute = {.kind = TLM_TIME_RFC3339, .zone = rules->zone};
    struct tlm_time_reader reader;
    const char *why = NULL;
    tlm__time_reader_init(&reader, &absolute);
    if (tlm__time_read(&reader, origin, strlen(origin), &rules->origin_ns, &why) != TLM_OK)
        return tlm__fail(error, TLM_ARGUMENT, "time origin \"%s\" %s", origin, why);
    return TLM_OK;
}

static enum tlm_code set_format(struct tlm_time_rules *rules, const char *format,
                                const char *origin, struct tlm_error *error)
{
    static const char strptime_prefix[] = "strptime:", relative_prefix[] = "relative:";
    const size_t relative_len = sizeof relative_prefix - 1;
    bool is_relative = strncmp(format, relative_prefix, relative_len) == 0;
    const struct unit *unit = unit_named(is_relative ? format + relative_len : format);
    if (origin && !is_relative)
        return tlm__fail(error, TLM_ARGUMENT,
                         "time origin \"%s\" needs a time format relative:UNIT, not %s", origin,
                         format);
    if (unit) {
        rules->kind = TLM_TIME_EPOCH;
        rules->unit_ns = unit->ns;
        return is_relative ? set_origin(rules, origin, error) : TLM_OK;
    }
    if (strncmp(format, strptime_prefix, sizeof strptime_prefix - 1) == 0)
        return set_strptime(rules, format + sizeof strptime_prefix - 1, error);
    rules->kind = strcmp(format, "rfc3339") == 0 ? TLM_TIME_RFC3339 : TLM_TIME_AUTO;
    if (rules->kind == TLM_TIME_RFC3339 || strcmp(format, "auto") == 0)
        return TLM_OK;
    return tlm__fail(error, TLM_ARGUMENT,
                     "time format \"%s\" is none of auto, rfc3339, s, ms, us, ns, "
                     "strptime:FORMAT, relative:UNIT (s, ms, us, ns)",
                     format);
}

enum tlm_code tlm__time_rules_init(struct tlm_time_rules *rules, const char *format,
                                   const char *origin, const char *tz, struct tlm_error *error)
{
    struct tlm_time_rules made = {.unit_ns = TLM_SECOND_NS, .decimal = '.'};
    enum tlm_code code = tz ? tlm__zone_load(&made.zone, tz, error) : TLM_OK;
    if (code == TLM_OK)
        code = set_format(&made, format ? format : "auto", origin, error);
    if (code == TLM_OK)
        *rules = made;
    else
        tlm__time_rules_release(&made);
    return code;
}

void tlm__time_rules_release(struct tlm_time_rules *rules)
{
    free(rules->format);
    tlm__zone_free(rules->zone);
    *rules = (struct tlm_time_rules){0};
}

/* ---- reading -------------------------------------------------------------------------------- */

void tlm__time_reader_init(struct tlm_time_reader *reader, const struct tlm_time_rules *rules)
{
    *reader =
        (struct tlm_time_reader){.rules = rules, .kind = rules->kind, .unit_ns = rules->unit_ns};
}

static bool find_offset(struct tlm_time_reader *reader, int64_t local_s, int64_t *offset_s,
                        const char **why)
{
    const struct tlm_zone *zone = reader->rules->zone;
    if (!zone) {
        *why = why_no_zone;
        return false;
    }
    if (local_s < reader->span.from_s || local_s >= reader->span.to_s) {
        struct tlm_zone_span span;
        if (!tlm__zone_offset(zone, local_s, &span)) {
            *why = why_gap;
            return false;
        }
        reader->span = span;
    }
    *offset_s = reader->span.offset_s;
    return true;
}

/* Both parts take the same sign, so that the smallest int64 does not overflow on the way. */
static bool to_ns(int64_t seconds, int64_t ns, int64_t *timestamp_ns)
{
    if (seconds < 0 && ns > 0) {
        seconds++;
        ns -= TLM_SECOND_NS;
    }
    int64_t whole, sum;
    if (!tlm__i64_mul(seconds, TLM_SECOND_NS, &whole) || !tlm__i64_add(whole, ns, &sum))
        return false;
    *timestamp_ns = sum;
    return true;
}

static bool finish(struct tlm_time_reader *reader, const struct tlm_civil *civil,
                   int64_t *timestamp_ns, const char **why)
{
    int64_t offset_s = civil->offset_s;
    if (!civil->has_offset && !find_offset(reader, civil->local_s, &offset_s, why))
        return false;
    int64_t utc_s = civil->local_s - offset_s;
    if (civil->leap_second && utc_s % TLM_DAY_S != 0)
        *why = tlm__why_clock;
    else if (!to_ns(utc_s, civil->ns, timestamp_ns))
        *why = tlm__why_range;
    else
        return true;
    return false;
}

static bool read_rfc3339(struct tlm_time_reader *reader, const char *text, size_t len,
                         int64_t *timestamp_ns, const char **why)
{
    struct tlm_civil civil;
    return tlm__iso8601_read(text, len, &reader->date, &civil, why) &&
           finish(reader, &civil, timestamp_ns, why);
}

static bool read_strptime(struct tlm_time_reader *reader, const char *text, size_t len,
                          int64_t *timestamp_ns, const char **why)
{
    const struct tlm_time_rules *rules = reader->rules;
    struct tlm_civil civil;
    return (tlm__strptime_fixed_read(&rules->fixed, text, len, &civil) ||
            tlm__strptime_read(rules->format, text, len, &civil, why)) &&
           finish(reader, &civil, timestamp_ns, why);
}

static bool count_to_ns(const struct tlm_time_reader *reader, const struct tlm_epoch *epoch,
                        const struct unit *unit, int64_t *timestamp_ns, const char **why)
{
    int64_t ns, sum;
    if (!tlm__epoch_ns(epoch, unit->power, &ns) ||
        !tlm__i64_add(ns, reader->rules->origin_ns, &sum)) {
        *why = tlm__why_range;
        return false;
    }
    *timestamp_ns = sum;
    return true;
}

static bool read_count(const struct tlm_time_reader *reader, const char *text, size_t len,
                       int64_t *timestamp_ns, const char **why)
{
    struct tlm_epoch epoch;
    if (!tlm__epoch_read(text, len, reader->rules->decimal, &epoch)) {
        *why = why_number;
        return false;
    }
    return count_to_ns(reader, &epoch, unit_of(reader->unit_ns), timestamp_ns, why);
}

/* The unit of a count by its number of whole digits; NULL when there are too few. */
static const struct unit *guess_unit(const struct tlm_epoch *epoch)
{
    static const int from_power[N_UNITS] = {9, 12, 15, 18};
    const struct unit *unit = NULL;
    if (epoch->n_digits > 0)
        for (size_t i = 0; i < N_UNITS && epoch->power >= from_power[i]; i++)
            unit = &units[i];
    return unit;
}

static bool guess_count(struct tlm_time_reader *reader, const struct tlm_epoch *epoch,
                        int64_t *timestamp_ns, const char **why)
{
    const struct unit *unit = guess_unit(epoch);
    if (!unit)
        *why = why_small;
    else if (reader->kind == TLM_TIME_RFC3339 ||
             (reader->kind == TLM_TIME_EPOCH && unit->ns != reader->unit_ns))
        *why = why_not_settled;
    else if (count_to_ns(reader, epoch, unit, timestamp_ns, why)) {
        reader->kind = TLM_TIME_EPOCH;
        reader->unit_ns = unit->ns;
        return true;
    }
    return false;
}

static bool guess(struct tlm_time_reader *reader, const char *text, size_t len,
                  int64_t *timestamp_ns, const char **why)
{
    struct tlm_epoch epoch;
    if (tlm__epoch_read(text, len, reader->rules->decimal, &epoch))
        return guess_count(reader, &epoch, timestamp_ns, why);
    int64_t read_ns;
    if (!read_rfc3339(reader, text, len, &read_ns, why)) {
        if (*why == tlm__why_iso8601 && reader->kind == TLM_TIME_EPOCH)
            *why = why_number;
        else if (*why == tlm__why_iso8601 && reader->kind == TLM_TIME_AUTO)
            *why = why_auto;
        return false;
    }
    if (reader->kind == TLM_TIME_EPOCH) {
        *why = why_not_settled;
        return false;
    }
    reader->kind = TLM_TIME_RFC3339;
    *timestamp_ns = read_ns;
    return true;
}

static bool read_text(struct tlm_time_reader *reader, const char *text, size_t len,
                      int64_t *timestamp_ns, const char **why)
{
    switch (reader->rules->kind) {
    case TLM_TIME_AUTO:
        return guess(reader, text, len, timestamp_ns, why);
    case TLM_TIME_RFC3339:
        return read_rfc3339(reader, text, len, timestamp_ns, why);
    case TLM_TIME_EPOCH:
        return read_count(reader, text, len, timestamp_ns, why);
    case TLM_TIME_STRPTIME:
        return read_strptime(reader, text, len, timestamp_ns, why);
    }
    return false;
}

enum tlm_code tlm__time_read(struct tlm_time_reader *reader, const char *text, size_t len,
                             int64_t *timestamp_ns, const char **why)
{
    if (len && len == reader->last_len && memcmp(text, reader->last, len) == 0) {
        *timestamp_ns = reader->last_ns;
        return TLM_OK;
    }
    if (!read_text(reader, text, len, timestamp_ns, why))
        return TLM_ROW_TIME;
    reader->last_len = len <= TLM_TIME_LAST ? len : 0;
    memcpy(reader->last, text, reader->last_len);
    reader->last_ns = *timestamp_ns;
    return TLM_OK;
}

const char *tlm__time_reader_settled(const struct tlm_time_reader *reader)
{
    switch (reader->kind) {
    case TLM_TIME_AUTO:
        return NULL;
    case TLM_TIME_RFC3339:
        return "rfc3339";
    case TLM_TIME_EPOCH:
        return unit_of(reader->unit_ns)->name;
    case TLM_TIME_STRPTIME:
        return "strptime";
    }
    return NULL;
}
