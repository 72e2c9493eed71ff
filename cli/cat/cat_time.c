#include "cat/cat_time.h"

#include <string.h>

#include "cat/cat_digits.h"

#define SECOND_NS INT64_C(1000000000)
#define DAY_SECONDS 86400

enum { DATE_LEN = 11, SECOND_LEN = 19 };

void cat_time_init(struct cat_time *time, enum cat_time_format format)
{
    *time = (struct cat_time){.format = format, .day = INT64_MIN, .second = INT64_MIN};
}

/* Where years begin in March the leap day is the last one: a month of such a year begins
 * (153 * month + 2) / 5 days after it. */
static void put_date(char *out, int64_t day)
{
    int64_t since = day + 719468; /* 0000-03-01 */
    unsigned cycle = (unsigned)(since / 146097), of_cycle = (unsigned)(since % 146097);
    unsigned year = (of_cycle - of_cycle / 1460 + of_cycle / 36524 - of_cycle / 146096) / 365;
    unsigned of_year = of_cycle - (365 * year + year / 4 - year / 100);
    unsigned month = (5 * of_year + 2) / 153;
    year += 400 * cycle + (month >= 10);
    cat_digits2(out, year / 100);
    cat_digits2(out + 2, year % 100);
    out[4] = out[7] = '-';
    cat_digits2(out + 5, month < 10 ? month + 3 : month - 9);
    cat_digits2(out + 8, of_year - (153 * month + 2) / 5 + 1);
    out[10] = 'T';
}

/* int64_t nanoseconds are the years 1677 to 2262. */
static void put_second(struct cat_time *time, int64_t second)
{
    int64_t day = second / DAY_SECONDS - (second % DAY_SECONDS < 0);
    unsigned of_day = (unsigned)(second - day * DAY_SECONDS);
    char *out = time->text + DATE_LEN;
    if (day != time->day)
        put_date(time->text, day);
    cat_digits2(out, of_day / 3600);
    cat_digits2(out + 3, of_day / 60 % 60);
    cat_digits2(out + 6, of_day % 60);
    out[2] = out[5] = ':';
    time->day = day;
    time->second = second;
}

/* Nothing, or a point and as many groups of three digits as are needed. `rest` has `groups` groups
 * of three digits. */
static char *put_fraction(char *out, unsigned rest, int groups)
{
    unsigned unit = groups == 3 ? 1000000 : groups == 2 ? 1000 : 1;
    if (!rest)
        return out;
    for (*out++ = '.'; rest; rest %= unit, unit /= 1000, out += 3)
        cat_digits3(out, rest / unit);
    return out;
}

static size_t rfc3339(struct cat_time *time, int64_t ns, char *out)
{
    int64_t second = ns / SECOND_NS;
    int rest = (int)(ns % SECOND_NS);
    if (rest < 0) {
        rest += (int)SECOND_NS;
        second--;
    }
    if (second != time->second)
        put_second(time, second);
    memcpy(out, time->text, sizeof time->text);
    char *end = put_fraction(out + SECOND_LEN, (unsigned)rest, 3);
    *end = 'Z';
    return (size_t)(end - out) + 1;
}

static size_t number(int64_t ns, uint64_t unit, int groups, char *out)
{
    uint64_t size = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;
    char *at = out;
    if (ns < 0)
        *at++ = '-';
    at += cat_digits_whole(at, size / unit);
    return (size_t)(put_fraction(at, (unsigned)(size % unit), groups) - out);
}

size_t cat_time_text(struct cat_time *time, int64_t ns, char out[CAT_TIME_TEXT])
{
    switch (time->format) {
    case CAT_TIME_RFC3339:
        return rfc3339(time, ns, out);
    case CAT_TIME_S:
        return number(ns, 1000000000, 3, out);
    case CAT_TIME_MS:
        return number(ns, 1000000, 2, out);
    case CAT_TIME_US:
        return number(ns, 1000, 1, out);
    case CAT_TIME_NS:
        break;
    }
    return cat_digits_integer(out, ns);
}
