#include "avro/decode_logical.h"

#include <string.h>

#define SECONDS_PER_DAY 86400
#define DAYS_PER_ERA 146097 /* 400 years */
#define DECIMAL_BYTES_MAX 512
#define DECIMAL_WORDS_MAX (DECIMAL_BYTES_MAX / 4)
#define DECIMAL_DIGITS_ROOM 1240 /* 2^4096 has 1234 */
#define GROUP 1000000000u        /* digits come nine at a time */
#define GROUP_DIGITS 9

static const int64_t powers[] = {1,      10,      100,      1000,      10000,
                                 100000, 1000000, 10000000, 100000000, 1000000000};

/* ---- dates and times ---------------------------------------------------------------------------
 */

/* At least `least` digits. */
static char *put_number(char *out, uint64_t value, unsigned least)
{
    char digits[20];
    unsigned n = 0;
    do {
        digits[n++] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    for (; least > n; least--)
        *out++ = '0';
    while (n)
        *out++ = digits[--n];
    return out;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static char *put_year(char *out, int64_t year)
{
    if (year >= 0 && year <= 9999)
        return put_number(out, (uint64_t)year, 4);
    *out++ = year < 0 ? '-' : '+';
    return put_number(out, (uint64_t)(year < 0 ? -year : year), 6);
}

/* Years that begin in March, so that the leap day is the last one: 306 days are March to December.
 */
static char *put_date(char *out, int64_t days)
{
    days += 719468; /* since 0000-03-01 */
    int64_t era = floor_div(days, DAYS_PER_ERA), day = days - era * DAYS_PER_ERA;
    int64_t year = (day - day / 1460 + day / 36524 - day / (DAYS_PER_ERA - 1)) / 365;
    day -= 365 * year + year / 4 - year / 100;
    int64_t month = (5 * day + 2) / 153;
    day -= (153 * month + 2) / 5;
    month = month < 10 ? month + 3 : month - 9;
    out = put_year(out, year + era * 400 + (month <= 2));
    *out++ = '-';
    out = put_number(out, (uint64_t)month, 2);
    *out++ = '-';
    return put_number(out, (uint64_t)day + 1, 2);
}

static char *put_clock(char *out, int64_t second, int64_t fraction, unsigned digits)
{
    out = put_number(out, (uint64_t)(second / 3600), 2);
    *out++ = ':';
    out = put_number(out, (uint64_t)(second / 60 % 60), 2);
    *out++ = ':';
    out = put_number(out, (uint64_t)(second % 60), 2);
    if (!digits)
        return out;
    *out++ = '.';
    return put_number(out, (uint64_t)fraction, digits);
}

size_t tlm__date_text(char *out, int32_t days)
{
    return (size_t)(put_date(out, days) - out);
}

size_t tlm__time_text(char *out, int64_t units, unsigned digits)
{
    int64_t unit = powers[digits];
    if (units < 0 || units / unit >= SECONDS_PER_DAY)
        return 0;
    return (size_t)(put_clock(out, units / unit, units % unit, digits) - out);
}

size_t tlm__timestamp_text(char *out, int64_t units, unsigned digits, bool utc)
{
    int64_t unit = powers[digits], seconds = floor_div(units, unit);
    int64_t days = floor_div(seconds, SECONDS_PER_DAY);
    char *at = put_date(out, days);
    *at++ = 'T';
    /* For the smallest values the seconds' start is out of range: fractions modulo, not minus. */
    int64_t fraction = units % unit;
    at = put_clock(at, seconds - days * SECONDS_PER_DAY, fraction < 0 ? fraction + unit : fraction,
                   digits);
    if (utc)
        *at++ = 'Z';
    return (size_t)(at - out);
}

/* ---- UUIDs -------------------------------------------------------------------------------------
 */

size_t tlm__uuid_text(char *out, const uint8_t *bytes)
{
    static const char hex[] = "0123456789abcdef";
    char *at = out;
    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *at++ = '-';
        *at++ = hex[bytes[i] >> 4];
        *at++ = hex[bytes[i] & 15];
    }
    return (size_t)(at - out);
}

/* ---- decimals ----------------------------------------------------------------------------------
 */

/* A number without sign, the highest word first. */
struct magnitude {
    uint32_t words[DECIMAL_WORDS_MAX];
    size_t n;
};

/* Without the bytes that only repeat the sign. False: too many are left. */
static bool read_magnitude(struct magnitude *number, const uint8_t *bytes, size_t len,
                           bool *negative)
{
    *negative = len && bytes[0] >= 0x80;
    uint8_t filler = *negative ? 0xff : 0;
    while (len > 1 && bytes[0] == filler && (bytes[1] >= 0x80) == *negative) {
        bytes++;
        len--;
    }
    if (len > DECIMAL_BYTES_MAX)
        return false;
    number->n = (len + 3) / 4;
    memset(number->words, filler, sizeof number->words);
    for (size_t i = 0; i < len; i++) {
        uint32_t *word = &number->words[number->n - 1 - i / 4];
        unsigned shift = 8 * (unsigned)(i % 4);
        *word = (*word & ~(UINT32_C(0xff) << shift)) | (uint32_t)bytes[len - 1 - i] << shift;
    }
    return true;
}

static void negate(struct magnitude *number)
{
    uint64_t carry = 1;
    for (size_t i = number->n; i-- > 0;) {
        carry += (uint32_t)~number->words[i];
        number->words[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

/* Divides by GROUP and returns the rest. */
static uint32_t take_group(struct magnitude *number, size_t *first)
{
    uint64_t rest = 0;
    for (size_t i = *first; i < number->n; i++) {
        rest = rest << 32 | number->words[i];
        number->words[i] = (uint32_t)(rest / GROUP);
        rest %= GROUP;
    }
    while (*first < number->n && number->words[*first] == 0)
        ++*first;
    return (uint32_t)rest;
}

/* Writes the digits in front of end, without zeros before them; returns the first. */
static char *put_digits(char *end, struct magnitude *number)
{
    size_t first = 0;
    while (first < number->n && number->words[first] == 0)
        first++;
    char *at = end;
    while (first < number->n) {
        uint32_t group = take_group(number, &first);
        for (int i = 0; i < GROUP_DIGITS; i++, group /= 10)
            *--at = (char)('0' + group % 10);
    }
    while (at < end && *at == '0')
        at++;
    return at;
}

/* n zeros; n is at most TLM_DECIMAL_DIGITS_MAX. */
static bool append_zeros(struct tlm_buf *out, size_t n)
{
    if (!tlm__buf_reserve(out, n))
        return false;
    memset(out->data + out->len, '0', n);
    out->len += n;
    return true;
}

static bool append_scaled(struct tlm_buf *out, const char *digits, size_t n, size_t scale)
{
    size_t whole = n > scale ? n - scale : 0;
    if (whole ? !tlm__buf_append(out, digits, whole) : !tlm__buf_append_byte(out, '0'))
        return false;
    if (!scale)
        return true;
    return tlm__buf_append_byte(out, '.') && append_zeros(out, scale - (n - whole)) &&
           tlm__buf_append(out, digits + whole, n - whole);
}

bool tlm__decimal_append(struct tlm_buf *out, const uint8_t *bytes, size_t len, unsigned scale,
                         bool *fits)
{
    struct magnitude number;
    char digits[DECIMAL_DIGITS_ROOM];
    bool negative;
    *fits = read_magnitude(&number, bytes, len, &negative);
    if (!*fits)
        return true;
    if (negative)
        negate(&number);
    char *end = digits + sizeof digits, *at = put_digits(end, &number);
    return (!negative || tlm__buf_append_byte(out, '-')) &&
           append_scaled(out, at, (size_t)(end - at), scale);
}
