#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/rival_text.h"

/* ".123" as nanoseconds; at moves behind it. */
static int64_t parse_fraction(const char **at)
{
    int64_t ns = 0, unit = 100000000;
    if (**at != '.')
        return 0;
    for (++*at; **at >= '0' && **at <= '9'; ++*at, unit /= 10)
        ns += (**at - '0') * unit;
    return ns;
}

/* "Z" or "+02:00"; false when it is neither. */
static bool parse_offset(const char *at, int64_t *seconds)
{
    int hours, minutes, len = 0;
    *seconds = 0;
    if ((*at == 'Z' || *at == 'z') && !at[1])
        return true;
    /* NOLINTNEXTLINE(cert-err34-c): two digits overflow nothing */
    if ((*at != '+' && *at != '-') || sscanf(at + 1, "%2d:%2d%n", &hours, &minutes, &len) != 2 ||
        at[1 + len])
        return false;
    *seconds = (*at == '-' ? -60 : 60) * (int64_t)(hours * 60 + minutes);
    return true;
}

static bool parse_rfc3339(const char *text, int64_t *ns)
{
    struct tm tm = {0};
    int64_t offset, whole;
    const char *at = strptime(text, "%Y-%m-%d", &tm);
    if (!at || (*at != 'T' && *at != 't' && *at != ' '))
        return false;
    at = strptime(at + 1, "%H:%M:%S", &tm);
    if (!at)
        return false;
    int64_t fraction = parse_fraction(&at);
    if (!parse_offset(at, &offset))
        return false;
    whole = (int64_t)timegm(&tm) - offset;
    return !__builtin_mul_overflow(whole, (int64_t)1000000000, &whole) &&
           !__builtin_add_overflow(whole, fraction, ns);
}

bool rival_time_parse(const char *text, int64_t *ns)
{
    char *end;
    errno = 0;
    long long integer = strtoll(text, &end, 10);
    if (end != text && !*end && !errno) {
        *ns = integer;
        return true;
    }
    return parse_rfc3339(text, ns);
}
