#include "rows/hot_time.h"

#include <string.h>

#include "base/checked.h"
#include "rows/hot_digits.h"
#include "rows/json_text.h"

enum {
    DAY_LEN = 11,
    SECOND_LEN = 19,
    ZONE_MAX = 8,
    NS_DIGITS = 9,
    COUNT_DIGITS = 19, /* of any count */
    TAIL_DIGITS = 16   /* that are read column-wise */
};

static const int64_t powers[] = {1,      10,      100,      1000,      10000,
                                 100000, 1000000, 10000000, 100000000, 1000000000};

void tlm__hot_times_init(struct tlm_hot_times *times, struct tlm_time_reader *reader,
                         const struct tlm_hot_level *level)
{
    *times = (struct tlm_hot_times){.reader = reader, .level = level};
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

/* A count without a point that is base + tail. */
static inline bool count_whole(const struct tlm_hot_times *times, uint64_t base, int64_t tail,
                               int64_t *time_ns)
{
    int64_t ns;
    const uint64_t whole = base + (uint64_t)tail;
    return tail >= 0 && whole <= INT64_MAX && tlm__i64_mul((int64_t)whole, times->unit_ns, &ns) &&
           tlm__i64_add(ns, times->reader->rules->origin_ns, time_ns);
}

/* Counts of one length whose first digits are the same as the first one's: only the last 16 are
 * read, column-wise. Returns the rows that are still to be read. */
static uint64_t read_counts(const struct tlm_hot_times *times, const char *text,
                            const struct tlm_hot_spans *spans, size_t n, int64_t *out)
{
    const char *first = text + spans->start[0];
    const size_t len = (size_t)spans->end[0] - spans->start[0];
    if (len - 1 >= COUNT_DIGITS || len < times->min_digits || len > times->max_digits ||
        *first == '0')
        return UINT64_MAX;
    size_t same = len > TAIL_DIGITS ? len - TAIL_DIGITS : 0;
    while (same && same < len - 1 && first[same] == '0')
        same++; /* a tail does not start with zero */
    uint64_t bad = 0, base = same ? read_digits(first, same, &bad) : 0;
    for (size_t i = same; i < len; i++)
        base *= 10;
    struct tlm_hot_spans tails;
    uint64_t left = bad ? UINT64_MAX : 0;
    for (size_t r = 0; r < ((n + 7) & ~(size_t)7); r++) {
        tails.start[r] = spans->start[r] + (uint32_t)same;
        tails.end[r] = spans->end[r];
        left |= (uint64_t)(spans->end[r] - spans->start[r] != len) << r;
    }
    uint64_t values[TLM_HOT_ROWS];
    const struct tlm_hot_literal head = {first, same};
    left |= same ? times->level->differ(text, spans->start, n, &head) : 0;
    left |= times->level->integer(text, &tails, n, values);
    for (size_t r = 0; r < n; r++)
        left |= (uint64_t)!count_whole(times, base, (int64_t)values[r], &out[r]) << r;
    return left;
}

/* ---- dates ----------------------------------------------------------------------------------- */

/* The reader's time for that clock of the day. */
static bool ask_day(const struct tlm_hot_times *times, const struct tlm_hot_day *day,
                    const char *clock, int64_t *time_ns)
{
    char text[64 + TLM_TEXT_PADDING] = {0};
    const char *why;
    const size_t zone_at = DAY_LEN + strlen(clock);
    memcpy(text, day->text, DAY_LEN);
    strcpy(text + DAY_LEN, clock);
    memcpy(text + zone_at, day->zone, day->zone_len);
    return tlm__time_read(times->reader, text, zone_at + day->zone_len, time_ns, &why) == TLM_OK;
}

static void learn_day(struct tlm_hot_times *times, const char *p, const char *zone, size_t len)
{
    struct tlm_hot_day *day = &times->day;
    *day = (struct tlm_hot_day){.known = true, .zone_len = len};
    memcpy(day->text, p, DAY_LEN);
    memcpy(day->zone, zone, len);
    if (!ask_day(times, day, "00:00:00", &day->start_ns))
        return;
    /* The times for which the reader knows the zone's offset, when it was asked for it. */
    const struct tlm_zone_span span = times->reader->span;
    int64_t last_ns;
    day->even = ask_day(times, day, "23:59:59.999999999", &last_ns) &&
                times->reader->span.from_s == span.from_s && times->reader->span.to_s == span.to_s;
}

static inline bool is_day(const struct tlm_hot_day *day, const char *p, const char *zone,
                          size_t zone_len)
{
    const uint64_t mask = zone_len ? UINT64_MAX >> (64 - 8 * zone_len) : 0;
    return day->known && zone_len == day->zone_len &&
           ((tlm__load8(p) ^ tlm__load8(day->text)) |
            (tlm__load8(p + 3) ^ tlm__load8(day->text + 3)) |
            ((tlm__load8(zone) & mask) ^ tlm__load8(day->zone))) == 0;
}

/* 00:22:05 to seconds; -1 when it is none, or a leap second, or the end of the day. */
static inline int64_t read_clock(const char *p)
{
    const uint64_t colons = UINT64_C(0x00003a00003a0000),
                   digit_bytes = UINT64_C(0xffff00ffff00ffff);
    const uint64_t text = tlm__load8(p), digits = (text ^ TLM_EACH_BYTE * '0') & digit_bytes;
    const uint64_t pairs = digits * 10 + (digits >> 8);
    const uint64_t hours = pairs & 0xff, minutes = pairs >> 24 & 0xff, seconds = pairs >> 48 & 0xff;
    if ((text & ~digit_bytes) != colons || tlm__no_digits(digits) || hours > 23 || minutes > 59 ||
        seconds > 59)
        return -1;
    return (int64_t)((hours * 60 + minutes) * 60 + seconds);
}

/* p is at the point. Returns the end, NULL when there is no digit; a tenth one is not looked at. */
static inline const char *read_fraction(const char *p, int64_t *ns)
{
    uint64_t digits = tlm__digits8(++p), ninth = 0;
    const uint64_t stop = tlm__no_digits(digits);
    const size_t n = stop ? (size_t)__builtin_ctzll(stop) / 8 : 8;
    if (n == 0)
        return NULL;
    p += n;
    if (n == 8 && (unsigned char)(*p - '0') <= 9)
        ninth = (uint64_t)(*p++ - '0');
    *ns = (int64_t)(tlm__value8(tlm__digits_left(digits, n)) * 10 + ninth);
    return p;
}

/* 2024-01-01T00:22:05, then perhaps a point and 1 to 9 digits, then perhaps a zone. */
static inline bool read_date(struct tlm_hot_times *times, const char *p, size_t len,
                             int64_t *time_ns)
{
    if (len < SECOND_LEN || len > SECOND_LEN + 1 + NS_DIGITS + ZONE_MAX - 2)
        return false;
    const char *zone = p + SECOND_LEN, *end = p + len;
    const int64_t clock = read_clock(p + DAY_LEN);
    int64_t ns = 0;
    if (*zone == '.')
        zone = read_fraction(zone, &ns);
    if (clock < 0 || !zone || zone > end || end - zone > ZONE_MAX - 2)
        return false;
    const size_t zone_len = (size_t)(end - zone);
    if (!is_day(&times->day, p, zone, zone_len))
        learn_day(times, p, zone, zone_len);
    if (times->day.even)
        *time_ns = times->day.start_ns + clock * INT64_C(1000000000) + ns;
    return times->day.even;
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
    const bool dates = times->reader->kind == TLM_TIME_RFC3339 && (times->lax || times->quoted);
    uint64_t left = n < 64 ? (UINT64_C(1) << n) - 1 : UINT64_MAX, refused = 0;
    if (times->unit_ns)
        left &= read_counts(times, text, spans, n, out);
    for (; left; left &= left - 1) {
        const unsigned r = (unsigned)__builtin_ctzll(left);
        const char *p = text + spans->start[r];
        size_t len = (size_t)spans->end[r] - spans->start[r];
        bool taken = false;
        if (dates)
            taken = read_date(times, p, len, &out[r]);
        else if (times->unit_ns && len - 1 < 32)
            taken = read_count(times, p, len, &out[r]);
        refused |= (uint64_t)(!taken && !read_any(times, p, len, &out[r])) << r;
    }
    return refused;
}
