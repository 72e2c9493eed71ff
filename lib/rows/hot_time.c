#include "rows/hot_time.h"

#include <string.h>

#include "base/checked.h"
#include "rows/hot_digits.h"
#include "rows/json_text.h"

enum { MINUTE_LEN = 16, SECOND_LEN = 19, ZONE_MAX = 8, NS_DIGITS = 9 };

static const int64_t powers[] = {1,      10,      100,      1000,      10000,
                                 100000, 1000000, 10000000, 100000000, 1000000000};

void tlm__hot_times_init(struct tlm_hot_times *times, struct tlm_time_reader *reader)
{
    *times = (struct tlm_hot_times){.reader = reader};
    if (reader->kind != TLM_TIME_EPOCH)
        return;
    times->unit_ns = reader->unit_ns;
    while (times->unit_digits < NS_DIGITS && powers[times->unit_digits] < reader->unit_ns)
        times->unit_digits++;
    times->min_digits = 1;
    times->max_digits = 19;
    if (reader->rules->kind != TLM_TIME_AUTO)
        return;
    /* The numbers of whole digits that mean this unit to the reader. */
    times->min_digits = (size_t)(18 - times->unit_digits);
    if (times->unit_digits)
        times->max_digits = times->min_digits + 2;
}

/* ---- counts ---------------------------------------------------------------------------------- */

/* n digits, 1 to 24, of which there are at least as many readable bytes as the next multiple of 8.
 * Sets *bad when one of them is none, or the value is above 19 digits. */
static inline uint64_t read_digits(const char *p, size_t n, uint64_t *bad)
{
    uint64_t first = tlm__digits8(p);
    if (n <= 8) {
        first = tlm__digits_right(first, n);
        *bad |= tlm__no_digits(first);
        return tlm__value8(first);
    }
    uint64_t last = tlm__digits8(p + n - 8);
    if (n <= 16) {
        first = tlm__digits_right(first, n - 8);
        *bad |= tlm__no_digits(first) | tlm__no_digits(last);
        return tlm__value8(first) * 100000000 + tlm__value8(last);
    }
    uint64_t middle = tlm__digits8(p + n - 16);
    first = tlm__digits_right(first, n - 16);
    *bad |= tlm__no_digits(first) | tlm__no_digits(middle) | tlm__no_digits(last) | (n > 19);
    return (tlm__value8(first) * 100000000 + tlm__value8(middle)) * 100000000 + tlm__value8(last);
}

/* A count of units without sign or exponent, at most down to the nanosecond. */
static inline bool read_count(const struct tlm_hot_times *times, const char *p, size_t len,
                              int64_t *time_ns)
{
    const char *point = NULL;
    size_t n_whole = len, n_fraction = 0;
    if (times->unit_digits && len > 2) {
        point = memchr(p, '.', len);
        n_whole = point ? (size_t)(point - p) : len;
        n_fraction = point ? len - n_whole - 1 : 0;
    }
    if (n_whole < times->min_digits || n_whole > times->max_digits ||
        (point && n_fraction - 1 >= (size_t)times->unit_digits) || (*p == '0' && n_whole > 1))
        return false;
    uint64_t bad = 0, whole = read_digits(p, n_whole, &bad), fraction = 0;
    if (point)
        fraction = read_digits(point + 1, n_fraction, &bad) *
                   (uint64_t)powers[(size_t)times->unit_digits - n_fraction];
    int64_t ns;
    return !bad && whole <= INT64_MAX && tlm__i64_mul((int64_t)whole, times->unit_ns, &ns) &&
           tlm__i64_add(ns, (int64_t)fraction, &ns) &&
           tlm__i64_add(ns, times->reader->rules->origin_ns, time_ns);
}

/* ---- dates ----------------------------------------------------------------------------------- */

/* The reader's time for that second of the minute and fraction. */
static bool ask_minute(const struct tlm_hot_times *times, const struct tlm_hot_minute *minute,
                       const char *seconds, int64_t *time_ns)
{
    char text[64 + TLM_TEXT_PADDING] = {0};
    const char *why;
    memcpy(text, minute->text, MINUTE_LEN);
    strcpy(text + MINUTE_LEN, seconds);
    size_t zone_at = strlen(text);
    memcpy(text + zone_at, minute->zone, ZONE_MAX);
    return tlm__time_read(times->reader, text, strlen(text), time_ns, &why) == TLM_OK;
}

/* False when the minute cannot be read, or its seconds do not follow each other evenly. */
static bool learn_minute(struct tlm_hot_times *times, const char *p, const char *zone, size_t len)
{
    struct tlm_hot_minute minute = {.known = true};
    int64_t last_ns, length_ns;
    memcpy(minute.text, p, MINUTE_LEN);
    memcpy(minute.zone, zone, len);
    if (!ask_minute(times, &minute, ":00", &minute.start_ns) ||
        !ask_minute(times, &minute, ":59.999999999", &last_ns) ||
        __builtin_sub_overflow(last_ns, minute.start_ns, &length_ns) ||
        length_ns != INT64_C(59999999999))
        return false;
    times->minute = minute;
    return true;
}

static inline bool is_minute(const struct tlm_hot_minute *minute, const char *p, const char *zone,
                             size_t zone_len)
{
    if (!minute->known || zone_len > ZONE_MAX - 2)
        return false;
    const uint64_t mask = zone_len ? UINT64_MAX >> (64 - 8 * zone_len) : 0;
    return ((tlm__load8(p) ^ tlm__load8(minute->text)) |
            (tlm__load8(p + 8) ^ tlm__load8(minute->text + 8)) |
            ((tlm__load8(zone) & mask) ^ tlm__load8(minute->zone))) == 0;
}

/* 2024-01-01T00:22:05, then perhaps a point and 1 to 9 digits, then perhaps a zone. */
static inline bool read_date(struct tlm_hot_times *times, const char *p, size_t len,
                             int64_t *time_ns)
{
    if (len < SECOND_LEN || len > SECOND_LEN + 1 + NS_DIGITS + ZONE_MAX - 2 || p[4] != '-' ||
        p[16] != ':')
        return false;
    const char *zone = p + SECOND_LEN;
    uint64_t fraction = 0;
    uint64_t tens = (uint64_t)(unsigned char)p[17] - '0',
             ones = (uint64_t)(unsigned char)p[18] - '0';
    if (*zone == '.') {
        uint64_t first = tlm__digits8(++zone), ninth = 0;
        uint64_t stop = tlm__no_digits(first);
        size_t n = stop ? (size_t)__builtin_ctzll(stop) / 8 : 8;
        if (n == 0)
            return false;
        zone += n;
        first = tlm__digits_left(first, n);
        if (n == 8 && (unsigned char)(*zone - '0') <= 9)
            ninth = (uint64_t)(*zone++ - '0');
        fraction = tlm__value8(first) * 10 + ninth;
    }
    const char *end = p + len;
    if (tens > 5 || ones > 9 || zone > end || end - zone > ZONE_MAX - 2)
        return false;
    if (!is_minute(&times->minute, p, zone, (size_t)(end - zone)) &&
        !learn_minute(times, p, zone, (size_t)(end - zone)))
        return false;
    *time_ns = times->minute.start_ns + (int64_t)((tens * 10 + ones) * 1000000000 + fraction);
    return true;
}

/* ---- everything else ------------------------------------------------------------------------- */

static bool is_plain(const char *p, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (p[i] < 0x20 || p[i] > 0x7e || p[i] == '"' || p[i] == '\\')
            return false;
    return true;
}

static __attribute__((noinline)) bool read_any(const struct tlm_hot_times *times, const char *p,
                                               size_t len, int64_t *time_ns)
{
    const char *why;
    if (len > 256 || !is_plain(p, len))
        return false;
    if (!times->lax && !times->quoted && tlm__json_number_length(p, p + len) != len)
        return false;
    while (len && *p == ' ')
        p++, len--;
    while (len && p[len - 1] == ' ')
        len--;
    return len && tlm__time_read(times->reader, p, len, time_ns, &why) == TLM_OK;
}

uint64_t tlm__hot_times_read(struct tlm_hot_times *times, const char *text,
                             const struct tlm_hot_spans *spans, size_t n, int64_t *out)
{
    uint64_t refused = 0;
    const bool dates = times->reader->kind == TLM_TIME_RFC3339 && (times->lax || times->quoted);
    for (size_t r = 0; r < n; r++) {
        const char *p = text + spans->start[r];
        size_t len = spans->end[r] - spans->start[r];
        bool taken = false;
        if (dates)
            taken = read_date(times, p, len, &out[r]);
        else if (times->unit_ns && len - 1 < 32)
            taken = read_count(times, p, len, &out[r]);
        refused |= (uint64_t)(!taken && !read_any(times, p, len, &out[r])) << r;
    }
    return refused;
}
