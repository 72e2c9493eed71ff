/* POSIX TZ rules ("EST5EDT,M3.2.0,M11.1.0"), which say how a zone goes on after its last listed
 * change (RFC 8536, section 3.3: with the extension that hours run from -167 to 167). */
#ifndef TLM_ROWS_TZRULE_H
#define TLM_ROWS_TZRULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tlm_tz_day_kind {
    TLM_TZ_JULIAN,      /* Jn: day 1 to 365, February 29 is never counted */
    TLM_TZ_DAY_OF_YEAR, /* n: day 0 to 365 */
    TLM_TZ_WEEKDAY      /* Mm.w.d: the w-th weekday d of month m, 5 is the last */
};

struct tlm_tz_day {
    enum tlm_tz_day_kind kind;
    int day, month, week;
    int64_t time_s; /* local, after the day's midnight */
};

/* Offsets are local minus UTC. */
struct tlm_tzrule {
    int64_t standard_s, summer_s;
    bool has_summer;              /* else the rest is unset */
    struct tlm_tz_day start, end; /* of summer */
};

/* False: text is no such rule. */
bool tlm__tzrule_parse(const char *text, size_t len, struct tlm_tzrule *rule);
/* When summer starts and ends in a year, in seconds UTC. */
int64_t tlm__tzrule_start(const struct tlm_tzrule *rule, int64_t year);
int64_t tlm__tzrule_end(const struct tlm_tzrule *rule, int64_t year);

#endif
