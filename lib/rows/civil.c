#include "rows/civil.h"

#include <stddef.h>

const char tlm__why_date[] = "is not a date that exists";
const char tlm__why_clock[] = "is not a time of day";
const char tlm__why_precision[] = "has more than nanosecond precision";
const char tlm__why_range[] = "is outside the range of 64-bit nanoseconds";

static bool is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int tlm__month_days(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Counted from March, so that the leap day is the last of its year. */
int64_t tlm__days_from_civil(int64_t year, int month, int day)
{
    int64_t y = year - (month <= 2);
    int64_t era = floor_div(y, 400), year_of_era = y - era * 400;
    int64_t day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

int64_t tlm__year_of_day(int64_t days)
{
    int64_t year = 1970 + floor_div(days * 400, 146097);
    while (tlm__days_from_civil(year, 1, 1) > days)
        year--;
    while (tlm__days_from_civil(year + 1, 1, 1) <= days)
        year++;
    return year;
}

const char *tlm__offset_read(const char *p, const char *end, int64_t *offset_s)
{
    if (end - p < 3 || (*p != '+' && *p != '-'))
        return NULL;
    bool negative = *p == '-';
    int hours = tlm__digits_at(p + 1, 2), minutes = 0;
    p += 3;
    bool colon = p < end && *p == ':';
    if (colon || (p < end && *p >= '0' && *p <= '9')) {
        p += colon;
        if (end - p < 2)
            return NULL;
        minutes = tlm__digits_at(p, 2);
        p += 2;
    }
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
        return NULL;
    *offset_s = (negative ? -1 : 1) * (hours * INT64_C(3600) + minutes * 60);
    return p;
}

const char *tlm__fraction_read(const char *p, const char *end, int32_t *ns, const char **why)
{
    static const int32_t scale[] = {0,     100000000, 10000000, 1000000, 100000,
                                    10000, 1000,      100,      10,      1};
    const char *start = p, *most = end - p > 9 ? p + 9 : end;
    int32_t value = 0;
    for (; p < most && *p >= '0' && *p <= '9'; p++)
        value = value * 10 + (*p - '0');
    if (p == start)
        return NULL;
    *ns = value * scale[p - start];
    while (p < end && *p == '0')
        p++;
    if (p < end && p >= most && *p >= '1' && *p <= '9') {
        *why = tlm__why_precision;
        return NULL;
    }
    return p;
}

bool tlm__civil_set(struct tlm_civil *civil, int64_t days, int hour, int minute, int second)
{
    bool end_of_day = hour == 24 && minute == 0 && second == 0 && civil->ns == 0;
    if (hour < 0 || minute < 0 || second < 0 || minute > 59 || second > 60 ||
        (hour > 23 && !end_of_day))
        return false;
    civil->local_s = days * TLM_DAY_S + hour * 3600 + minute * 60 + second;
    civil->leap_second = second == 60;
    return true;
}
