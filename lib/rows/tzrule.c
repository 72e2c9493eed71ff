#include "rows/tzrule.h"

#include "rows/civil.h"

enum { OFFSET_HOURS = 24, RULE_HOURS = 167 };

struct text {
    const char *p, *end;
};

static bool accept(struct text *text, char c)
{
    if (text->p == text->end || *text->p != c)
        return false;
    text->p++;
    return true;
}

static bool read_int(struct text *text, int min, int max, int *value)
{
    const char *start = text->p;
    int sum = 0;
    for (; text->p < text->end && *text->p >= '0' && *text->p <= '9'; text->p++) {
        sum = sum * 10 + (*text->p - '0');
        if (sum > max)
            return false;
    }
    *value = sum;
    return text->p > start && sum >= min;
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* EST, or <-03>. */
static bool skip_name(struct text *text)
{
    const char *start = text->p;
    if (accept(text, '<')) {
        while (text->p < text->end && *text->p != '>')
            text->p++;
        return accept(text, '>');
    }
    while (text->p < text->end && is_letter(*text->p))
        text->p++;
    return text->p - start >= 3;
}

/* [+-]hh[:mm[:ss]] */
static bool read_time(struct text *text, int max_hours, int64_t *seconds)
{
    int hours, minutes = 0, rest = 0;
    bool negative = accept(text, '-');
    if (!negative)
        accept(text, '+');
    if (!read_int(text, 0, max_hours, &hours))
        return false;
    if (accept(text, ':')) {
        if (!read_int(text, 0, 59, &minutes))
            return false;
        if (accept(text, ':') && !read_int(text, 0, 59, &rest))
            return false;
    }
    *seconds = (negative ? -1 : 1) * (hours * INT64_C(3600) + minutes * 60 + rest);
    return true;
}

static bool read_day(struct text *text, struct tlm_tz_day *day)
{
    *day = (struct tlm_tz_day){.kind = TLM_TZ_DAY_OF_YEAR, .time_s = INT64_C(7200)};
    bool ok;
    if (accept(text, 'M')) {
        day->kind = TLM_TZ_WEEKDAY;
        ok = read_int(text, 1, 12, &day->month) && accept(text, '.') &&
             read_int(text, 1, 5, &day->week) && accept(text, '.') &&
             read_int(text, 0, 6, &day->day);
    } else if (accept(text, 'J')) {
        day->kind = TLM_TZ_JULIAN;
        ok = read_int(text, 1, 365, &day->day);
    } else {
        ok = read_int(text, 0, 365, &day->day);
    }
    if (ok && accept(text, '/'))
        ok = read_time(text, RULE_HOURS, &day->time_s);
    return ok;
}

bool tlm__tzrule_parse(const char *bytes, size_t len, struct tlm_tzrule *rule)
{
    struct text text = {.p = bytes, .end = bytes + len};
    struct tlm_tzrule made = {0};
    int64_t west_s;
    if (!skip_name(&text) || !read_time(&text, OFFSET_HOURS, &west_s))
        return false;
    made.standard_s = -west_s;
    if (text.p < text.end) {
        if (!skip_name(&text))
            return false;
        made.has_summer = true;
        made.summer_s = made.standard_s + 3600;
        if (text.p < text.end && *text.p != ',') {
            if (!read_time(&text, OFFSET_HOURS, &west_s))
                return false;
            made.summer_s = -west_s;
        }
        if (!accept(&text, ',') || !read_day(&text, &made.start) || !accept(&text, ',') ||
            !read_day(&text, &made.end))
            return false;
    }
    if (text.p != text.end)
        return false;
    *rule = made;
    return true;
}

static int64_t weekday_to_days(const struct tlm_tz_day *day, int64_t year)
{
    int64_t first = tlm__days_from_civil(year, day->month, 1);
    int64_t weekday = ((first + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
    int64_t wanted = (day->day - weekday + 7) % 7 + INT64_C(7) * (day->week - 1);
    while (wanted >= tlm__month_days(year, day->month))
        wanted -= 7;
    return first + wanted;
}

static int64_t local_second(const struct tlm_tz_day *day, int64_t year)
{
    int64_t january = tlm__days_from_civil(year, 1, 1), days = january + day->day;
    switch (day->kind) {
    case TLM_TZ_JULIAN:
        days -= day->day < 60 || tlm__month_days(year, 2) == 28;
        break;
    case TLM_TZ_DAY_OF_YEAR:
        break;
    case TLM_TZ_WEEKDAY:
        days = weekday_to_days(day, year);
        break;
    }
    return days * TLM_DAY_S + day->time_s;
}

int64_t tlm__tzrule_start(const struct tlm_tzrule *rule, int64_t year)
{
    return local_second(&rule->start, year) - rule->standard_s;
}

int64_t tlm__tzrule_end(const struct tlm_tzrule *rule, int64_t year)
{
    return local_second(&rule->end, year) - rule->summer_s;
}
