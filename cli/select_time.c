#include "select_time.h"

#include <stddef.h>
#include <string.h>

#include "units.h"

#define SECOND_NS INT64_C(1000000000)
#define DAY_SECONDS 86400

/* ---- pieces --------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Takes exactly n digits. */
static bool take_digits(const char **text, int n, int *value)
{
    int sum = 0;
    for (int i = 0; i < n; i++) {
        if (!is_digit((*text)[i]))
            return false;
        sum = 10 * sum + ((*text)[i] - '0');
    }
    *text += n;
    *value = sum;
    return true;
}

static bool take_char(const char **text, char c)
{
    if (**text != c)
        return false;
    ++*text;
    return true;
}

/* Digits behind the point, nine at most. */
static bool take_fraction(const char **text, int64_t *ns)
{
    int64_t unit = SECOND_NS / 10;
    if (!is_digit(**text))
        return false;
    for (*ns = 0; is_digit(**text); ++*text, unit /= 10) {
        if (unit == 0)
            return false;
        *ns += unit * (**text - '0');
    }
    return true;
}

/* ---- the calendar --------------------------------------------------------------------------- */

struct civil_time {
    int year, month, day, hour, minute, second;
    int64_t ns;
    int offset_minutes;
};

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days from 1970-01-01, counted over years that begin in March, so that the leap day is last. */
static int64_t days_of(const struct civil_time *c)
{
    int64_t year = c->month <= 2 ? c->year - 1 : c->year;
    int64_t month = (c->month + 9) % 12;
    int64_t leaps = (year + 400) / 4 - (year + 400) / 100 + (year + 400) / 400 - 97;
    return 365 * year + leaps + (153 * month + 2) / 5 + c->day - 1 - 719468;
}

static bool is_valid(const struct civil_time *c)
{
    return c->month >= 1 && c->month <= 12 && c->day >= 1 &&
           c->day <= days_of_month(c->year, c->month) && c->hour <= 23 && c->minute <= 59 &&
           c->second <= 59;
}

static bool to_ns(const struct civil_time *c, int64_t *ns)
{
    int64_t seconds = days_of(c) * DAY_SECONDS + c->hour * 3600 + c->minute * 60 + c->second -
                      (int64_t)c->offset_minutes * 60;
    /* Before 1970 the smallest times only fit when the fraction is not added last. */
    int64_t rest = c->ns;
    if (seconds < 0 && rest > 0) {
        seconds++;
        rest -= SECOND_NS;
    }
    return !__builtin_mul_overflow(seconds, SECOND_NS, ns) &&
           !__builtin_add_overflow(*ns, rest, ns);
}

/* ---- RFC 3339 ------------------------------------------------------------------------------- */

static bool take_date(const char **text, struct civil_time *c)
{
    return take_digits(text, 4, &c->year) && take_char(text, '-') &&
           take_digits(text, 2, &c->month) && take_char(text, '-') && take_digits(text, 2, &c->day);
}

static bool take_clock(const char **text, struct civil_time *c)
{
    if (!take_digits(text, 2, &c->hour) || !take_char(text, ':') ||
        !take_digits(text, 2, &c->minute))
        return false;
    if (!take_char(text, ':'))
        return true;
    if (!take_digits(text, 2, &c->second))
        return false;
    return !take_char(text, '.') || take_fraction(text, &c->ns);
}

static bool take_offset(const char **text, struct civil_time *c)
{
    int hours, minutes, sign = **text == '-' ? -1 : 1;
    if (**text == '\0' || take_char(text, 'Z') || take_char(text, 'z'))
        return true;
    if (!take_char(text, '+') && !take_char(text, '-'))
        return false;
    if (!take_digits(text, 2, &hours))
        return false;
    take_char(text, ':');
    if (!take_digits(text, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    c->offset_minutes = sign * (60 * hours + minutes);
    return true;
}

static bool parse_calendar(const char *text, int64_t *ns)
{
    struct civil_time c = {0};
    if (!take_date(&text, &c))
        return false;
    bool clock = take_char(&text, 'T') || take_char(&text, 't') || take_char(&text, ' ');
    if (clock && !(take_clock(&text, &c) && take_offset(&text, &c)))
        return false;
    return *text == '\0' && is_valid(&c) && to_ns(&c, ns);
}

/* ---- the other forms ------------------------------------------------------------------------ */

static bool parse_integer(const char *text, int64_t *ns)
{
    bool negative = take_char(&text, '-');
    int64_t sum = 0;
    if (!is_digit(*text))
        return false;
    for (; is_digit(*text); text++) {
        int digit = *text - '0';
        if (__builtin_mul_overflow(sum, INT64_C(10), &sum) ||
            __builtin_sub_overflow(sum, (int64_t)digit, &sum))
            return false;
    }
    if (*text != '\0' || (!negative && sum == INT64_MIN))
        return false;
    *ns = negative ? sum : -sum;
    return true;
}

static bool parse_relative(const char *text, struct select_time *time)
{
    uint64_t ns;
    if ((*text != '+' && *text != '-') || units_parse_duration(text + 1, &ns) != UNITS_OK)
        return false;
    *time = (struct select_time){*text == '+' ? SELECT_TIME_START : SELECT_TIME_END, (int64_t)ns};
    return true;
}

bool select_time_parse(const char *text, struct select_time *time)
{
    int64_t ns;
    if (parse_relative(text, time))
        return true;
    if (!parse_integer(text, &ns) && !parse_calendar(text, &ns))
        return false;
    *time = (struct select_time){SELECT_TIME_AT, ns};
    return true;
}

int64_t select_time_at(const struct select_time *time, int64_t first_ns, int64_t last_ns)
{
    int64_t ns = time->ns;
    switch (time->kind) {
    case SELECT_TIME_NONE:
    case SELECT_TIME_AT:
        break;
    case SELECT_TIME_START:
        return __builtin_add_overflow(first_ns, time->ns, &ns) ? INT64_MAX : ns;
    case SELECT_TIME_END:
        return __builtin_sub_overflow(last_ns, time->ns, &ns) ? INT64_MIN : ns;
    }
    return ns;
}
