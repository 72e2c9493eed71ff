/* Dates and clock times as texts show them, shared by the readers of timestamps and zones. */
#ifndef TLM_ROWS_CIVIL_H
#define TLM_ROWS_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

#define TLM_DAY_S INT64_C(86400)
#define TLM_SECOND_NS INT64_C(1000000000)

/* What a text says, before zone and range are applied. */
struct tlm_civil {
    int64_t local_s;  /* seconds since 1970 on the clock that the text shows */
    int64_t offset_s; /* local minus UTC, when has_offset */
    int32_t ns;       /* 0 .. 999999999 after local_s */
    bool has_offset;
    bool leap_second; /* the text shows second 60; local_s is the second after it */
};

/* Reasons, completing `timestamp "X" ...`, that several readers give. */
extern const char tlm__why_date[];
extern const char tlm__why_clock[];
extern const char tlm__why_precision[];
extern const char tlm__why_range[];

int tlm__month_days(int64_t year, int month);
/* Days since 1970-01-01 in the Gregorian calendar, for any year and month 1 to 12. */
int64_t tlm__days_from_civil(int64_t year, int month, int day);
/* Year of a day since 1970-01-01. */
int64_t tlm__year_of_day(int64_t days);
/* The value of n decimal digits at p, or -1 when one of them is none. */
static inline int tlm__digits_at(const char *p, int n)
{
    int value = 0;
    bool ok = true;
    for (int i = 0; i < n; i++) {
        int digit = p[i] - '0';
        ok &= digit >= 0 && digit <= 9;
        value = value * 10 + digit;
    }
    return ok ? value : -1;
}

/* Reads +hh, +hhmm or +hh:mm (or -), up to 23:59. Returns its end, or NULL. */
const char *tlm__offset_read(const char *p, const char *end, int64_t *offset_s);
/* Reads 1 to 9 digits of a fraction of a second, and zeros after them. Returns the end; NULL with
 * *why when there is no digit (*why is then unchanged) or one below a nanosecond. */
const char *tlm__fraction_read(const char *p, const char *end, int32_t *ns, const char **why);
/* Hour, minute and second to civil: 24:00:00 is the next midnight, second 60 the second after.
 * False: no time of day. days is the date; ns is set before. */
bool tlm__civil_set(struct tlm_civil *civil, int64_t days, int hour, int minute, int second);

#endif
