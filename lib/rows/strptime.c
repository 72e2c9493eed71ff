#include "rows/strptime.h"

#include <string.h>

#include "base/error.h"
#include "rows/iso8601.h"

static const char why_format[] = "does not match the time format";
static const char why_trailing[] = "has text after the time";
static const char why_zone_name[] = "has a zone name other than UTC (use %z, or --tz)";

static const char conversions[] = "YmdHMSfyjbBhaApIeklzZs";

struct parse {
    const char *p, *end;
    const char **why;
    struct tlm_civil civil; /* ns and offset */
    int year, month, day, day_of_year, hour, minute, second;
    bool has_day_of_year, twelve_hours, afternoon;
    bool has_epoch, epoch_negative;
    int64_t epoch_s; /* without sign */
};

/* What a composite conversion stands for, or NULL. */
static const char *expansion(char conversion)
{
    switch (conversion) {
    case 'F':
        return "%Y-%m-%d";
    case 'D':
        return "%m/%d/%y";
    case 'T':
        return "%H:%M:%S";
    case 'R':
        return "%H:%M";
    default:
        return NULL;
    }
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ---- checking a format ---------------------------------------------------------------------- */

/* The conversions of a format, each once, composites taken apart. */
static enum tlm_code collect(const char *format, char *seen, struct tlm_error *error)
{
    for (const char *f = format; *f; f++) {
        if (*f != '%')
            continue;
        char conversion = *++f;
        if (conversion == '\0')
            return tlm__fail(error, TLM_ARGUMENT, "time format \"%s\" ends in a lone %%", format);
        const char *parts = expansion(conversion);
        if (parts) {
            collect(parts, seen, error);
            continue;
        }
        if (strchr("nt%", conversion))
            continue;
        if (!strchr(conversions, conversion))
            return tlm__fail(error, TLM_ARGUMENT, "time format \"%s\": unknown conversion %%%c",
                             format, conversion);
        if (!strchr(seen, conversion))
            seen[strlen(seen)] = conversion;
    }
    return TLM_OK;
}

static bool has_any(const char *seen, const char *wanted)
{
    return seen[strcspn(seen, wanted)] != '\0';
}

enum tlm_code tlm__strptime_check(const char *format, struct tlm_error *error)
{
    char seen[sizeof conversions] = {0};
    enum tlm_code code = collect(format, seen, error);
    if (code != TLM_OK)
        return code;
    const char *missing = NULL;
    if (has_any(seen, "Il") && !has_any(seen, "p"))
        missing = "%p for its 12-hour clock (or %H)";
    else if (has_any(seen, "s"))
        return TLM_OK;
    else if (!has_any(seen, "Yy"))
        missing = "a year (%Y, %y, %F, %D or %s)";
    else if (has_any(seen, "j"))
        return TLM_OK;
    else if (!has_any(seen, "mbBh"))
        missing = "a month (%m or %b)";
    else if (!has_any(seen, "de"))
        missing = "a day (%d)";
    if (!missing)
        return TLM_OK;
    return tlm__fail(error, TLM_ARGUMENT, "time format \"%s\" lacks %s", format, missing);
}

/* ---- reading a time ------------------------------------------------------------------------- */

static void skip_blanks(struct parse *parse)
{
    while (parse->p < parse->end && is_blank(*parse->p))
        parse->p++;
}

static bool refuse(struct parse *parse, const char *why)
{
    *parse->why = why;
    return false;
}

static bool read_number(struct parse *parse, int max_digits, int *value)
{
    skip_blanks(parse);
    const char *start = parse->p;
    int sum = 0;
    for (; parse->p < parse->end && parse->p - start < max_digits && is_digit(*parse->p);
         parse->p++)
        sum = sum * 10 + (*parse->p - '0');
    *value = sum;
    return parse->p > start || refuse(parse, why_format);
}

static bool starts_with(const struct parse *parse, const char *name, size_t len)
{
    if ((size_t)(parse->end - parse->p) < len)
        return false;
    for (size_t i = 0; i < len; i++)
        if ((parse->p[i] | 0x20) != (name[i] | 0x20))
            return false;
    return true;
}

/* The full name or its first three letters. */
static bool read_name(struct parse *parse, const char *const *names, int n, int *index)
{
    for (int i = 0; i < n; i++) {
        size_t len = strlen(names[i]);
        if (!starts_with(parse, names[i], len))
            len = 3;
        if (!starts_with(parse, names[i], len))
            continue;
        parse->p += len;
        *index = i;
        return true;
    }
    return refuse(parse, why_format);
}

static bool read_month_name(struct parse *parse)
{
    static const char *const names[] = {"january",   "february", "march",    "april",
                                        "may",       "june",     "july",     "august",
                                        "september", "october",  "november", "december"};
    int index;
    skip_blanks(parse);
    if (!read_name(parse, names, 12, &index))
        return false;
    parse->month = index + 1;
    return true;
}

static bool read_weekday_name(struct parse *parse)
{
    static const char *const names[] = {"sunday",   "monday", "tuesday", "wednesday",
                                        "thursday", "friday", "saturday"};
    int index;
    skip_blanks(parse);
    return read_name(parse, names, 7, &index);
}

static bool read_half_day(struct parse *parse)
{
    skip_blanks(parse);
    parse->afternoon = starts_with(parse, "pm", 2);
    if (!parse->afternoon && !starts_with(parse, "am", 2))
        return refuse(parse, why_format);
    parse->p += 2;
    return true;
}

static bool read_twelve_hours(struct parse *parse)
{
    if (!read_number(parse, 2, &parse->hour))
        return false;
    parse->twelve_hours = true;
    return (parse->hour >= 1 && parse->hour <= 12) || refuse(parse, tlm__why_clock);
}

static bool read_short_year(struct parse *parse)
{
    if (!read_number(parse, 2, &parse->year))
        return false;
    parse->year += parse->year < 69 ? 2000 : 1900;
    return true;
}

static bool read_fraction(struct parse *parse)
{
    *parse->why = why_format;
    const char *p = tlm__fraction_read(parse->p, parse->end, &parse->civil.ns, parse->why);
    if (p)
        parse->p = p;
    return p != NULL;
}

static bool read_offset(struct parse *parse)
{
    skip_blanks(parse);
    parse->civil.has_offset = true;
    parse->civil.offset_s = 0;
    if (starts_with(parse, "z", 1)) {
        parse->p++;
        return true;
    }
    const char *p = tlm__offset_read(parse->p, parse->end, &parse->civil.offset_s);
    if (!p)
        return refuse(parse, why_format);
    parse->p = p;
    return true;
}

static bool read_zone_name(struct parse *parse)
{
    skip_blanks(parse);
    const char *p = tlm__utc_name_read(parse->p, parse->end);
    if (!p)
        return refuse(parse, why_zone_name);
    parse->civil.has_offset = true;
    parse->p = p;
    return true;
}

static bool read_epoch(struct parse *parse)
{
    skip_blanks(parse);
    parse->has_epoch = true;
    parse->epoch_negative = parse->p < parse->end && *parse->p == '-';
    parse->p += parse->epoch_negative;
    const char *start = parse->p;
    int64_t sum = 0;
    for (; parse->p < parse->end && is_digit(*parse->p); parse->p++) {
        sum = sum * 10 + (*parse->p - '0');
        if (sum > INT64_MAX / TLM_SECOND_NS + 1)
            return refuse(parse, tlm__why_range);
    }
    parse->epoch_s = sum;
    return parse->p > start || refuse(parse, why_format);
}

static bool read_day_of_year(struct parse *parse)
{
    parse->has_day_of_year = true;
    return read_number(parse, 3, &parse->day_of_year);
}

static bool read_clock_hour(struct parse *parse)
{
    parse->twelve_hours = false;
    return read_number(parse, 2, &parse->hour);
}

static bool read_conversion(struct parse *parse, char conversion)
{
    switch (conversion) {
    case 'Y':
        return read_number(parse, 4, &parse->year);
    case 'y':
        return read_short_year(parse);
    case 'm':
        return read_number(parse, 2, &parse->month);
    case 'd':
    case 'e':
        return read_number(parse, 2, &parse->day);
    case 'j':
        return read_day_of_year(parse);
    case 'b':
    case 'B':
    case 'h':
        return read_month_name(parse);
    case 'a':
    case 'A':
        return read_weekday_name(parse);
    case 'H':
    case 'k':
        return read_clock_hour(parse);
    case 'I':
    case 'l':
        return read_twelve_hours(parse);
    case 'p':
        return read_half_day(parse);
    case 'M':
        return read_number(parse, 2, &parse->minute);
    case 'S':
        return read_number(parse, 2, &parse->second);
    case 'f':
        return read_fraction(parse);
    case 'z':
        return read_offset(parse);
    case 'Z':
        return read_zone_name(parse);
    case 's':
        return read_epoch(parse);
    default:
        return refuse(parse, why_format);
    }
}

static bool read_literal(struct parse *parse, char c)
{
    if (parse->p == parse->end || *parse->p != c)
        return refuse(parse, why_format);
    parse->p++;
    return true;
}

static bool read_parts(struct parse *parse, const char *format)
{
    for (const char *f = format; *f; f++) {
        bool ok = true;
        char conversion = *f == '%' ? *++f : '\0';
        const char *parts = conversion ? expansion(conversion) : NULL;
        if (conversion == 'n' || conversion == 't' || (!conversion && is_blank(*f)))
            skip_blanks(parse);
        else if (!conversion || conversion == '%')
            ok = read_literal(parse, *f);
        else
            ok = parts ? read_parts(parse, parts) : read_conversion(parse, conversion);
        if (!ok)
            return false;
    }
    return true;
}

/* Seconds since 1970 say it all: the fraction goes away from zero with them. */
static void set_epoch(struct parse *parse)
{
    struct tlm_civil *civil = &parse->civil;
    civil->has_offset = true;
    civil->offset_s = 0;
    civil->local_s = parse->epoch_negative ? -parse->epoch_s : parse->epoch_s;
    if (!parse->epoch_negative || civil->ns == 0)
        return;
    civil->local_s--;
    civil->ns = (int32_t)TLM_SECOND_NS - civil->ns;
}

static bool set_date(struct parse *parse)
{
    if (parse->twelve_hours)
        parse->hour = parse->hour % 12 + (parse->afternoon ? 12 : 0);
    int month = parse->has_day_of_year ? 1 : parse->month;
    int day = parse->has_day_of_year ? 1 : parse->day;
    if (parse->year < 1 || month < 1 || month > 12 || day < 1 ||
        day > tlm__month_days(parse->year, month))
        return refuse(parse, tlm__why_date);
    int64_t days = tlm__days_from_civil(parse->year, month, day);
    if (parse->has_day_of_year) {
        days += parse->day_of_year - 1;
        if (parse->day_of_year < 1 || tlm__year_of_day(days) != parse->year)
            return refuse(parse, tlm__why_date);
    }
    if (!tlm__civil_set(&parse->civil, days, parse->hour, parse->minute, parse->second))
        return refuse(parse, tlm__why_clock);
    return true;
}

bool tlm__strptime_read(const char *format, const char *text, size_t len, struct tlm_civil *civil,
                        const char **why)
{
    struct parse parse = {.p = text, .end = text + len, .why = why};
    if (!read_parts(&parse, format))
        return false;
    skip_blanks(&parse);
    if (parse.p != parse.end)
        return refuse(&parse, why_trailing);
    if (parse.has_epoch)
        set_epoch(&parse);
    else if (!set_date(&parse))
        return false;
    *civil = parse.civil;
    return true;
}
