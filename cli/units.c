#include "units.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct unit {
    const char *name;
    uint64_t factor;
};

#define KIB UINT64_C(1024)
#define SECOND_NS UINT64_C(1000000000)

static const struct unit sizes[] = {
    {"", 1},
    {"B", 1},
    {"K", KIB},
    {"KiB", KIB},
    {"KB", 1000},
    {"M", KIB *KIB},
    {"MiB", KIB *KIB},
    {"MB", 1000000},
    {"G", KIB *KIB *KIB},
    {"GiB", KIB *KIB *KIB},
    {"GB", 1000000000},
    {"T", KIB *KIB *KIB *KIB},
    {"TiB", KIB *KIB *KIB *KIB},
    {"TB", UINT64_C(1000000000000)},
    {"P", KIB *KIB *KIB *KIB *KIB},
    {"PiB", KIB *KIB *KIB *KIB *KIB},
    {"PB", UINT64_C(1000000000000000)},
    {NULL, 0},
};

static const struct unit durations[] = {
    {"ns", 1},
    {"us", 1000},
    {"ms", 1000000},
    {"s", SECOND_NS},
    {"m", 60 * SECOND_NS},
    {"min", 60 * SECOND_NS},
    {"h", 3600 * SECOND_NS},
    {"d", 86400 * SECOND_NS},
    {"w", 7 * 86400 * SECOND_NS},
    {NULL, 0},
};

static const struct unit counts[] = {
    {"", 1}, {"k", 1000}, {"M", 1000000}, {"G", 1000000000}, {NULL, 0},
};

/* A decimal number as written: digits / 10^places. */
struct decimal {
    uint64_t digits;
    uint64_t scale;
    bool too_large;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void decimal_add(struct decimal *number, char digit)
{
    if (__builtin_mul_overflow(number->digits, UINT64_C(10), &number->digits) ||
        __builtin_add_overflow(number->digits, (uint64_t)(digit - '0'), &number->digits))
        number->too_large = true;
}

/* Reads digits with an optional fraction of up to nine digits; returns what follows, or NULL. */
static const char *decimal_read(const char *text, struct decimal *number)
{
    *number = (struct decimal){.scale = 1};
    if (!is_digit(*text))
        return NULL;
    while (is_digit(*text))
        decimal_add(number, *text++);
    if (*text != '.')
        return text;
    if (!is_digit(*++text))
        return NULL;
    while (is_digit(*text)) {
        decimal_add(number, *text++);
        number->scale *= 10;
        if (number->scale > SECOND_NS)
            return NULL;
    }
    return text;
}

/* number * factor. A fraction has to come out whole, but for binary sizes, where 1.1GiB has to
 * lose something; and something must not become nothing, since 0 means "no limit". */
static enum units_result decimal_scale(const struct decimal *number, uint64_t factor,
                                       uint64_t *value)
{
    uint64_t product;
    if (number->too_large || __builtin_mul_overflow(number->digits, factor, &product))
        return UNITS_RANGE;
    bool binary = factor % KIB == 0 && factor % 1000 != 0;
    if (product % number->scale != 0 && !binary)
        return UNITS_SYNTAX;
    if (product != 0 && product < number->scale)
        return UNITS_SYNTAX;
    *value = product / number->scale;
    return UNITS_OK;
}

static const struct unit *unit_find(const struct unit *units, const char *name, size_t len,
                                    bool any_case)
{
    for (; units->name; units++)
        if (strlen(units->name) == len && (any_case ? strncasecmp(units->name, name, len) == 0
                                                    : strncmp(units->name, name, len) == 0))
            return units;
    return NULL;
}

static enum units_result parse_one(const char *text, const struct unit *units, uint64_t *value)
{
    struct decimal number;
    const char *rest = decimal_read(text, &number);
    if (!rest)
        return UNITS_SYNTAX;
    const struct unit *unit = unit_find(units, rest, strlen(rest), true);
    return unit ? decimal_scale(&number, unit->factor, value) : UNITS_SYNTAX;
}

enum units_result units_parse_size(const char *text, uint64_t *bytes)
{
    return parse_one(text, sizes, bytes);
}

enum units_result units_parse_count(const char *text, uint64_t *count)
{
    return parse_one(text, counts, count);
}

enum units_result units_parse_duration(const char *text, uint64_t *ns)
{
    uint64_t total = 0, last_factor = UINT64_MAX;
    enum units_result result = UNITS_OK;
    if (strcmp(text, "0") == 0) {
        *ns = 0;
        return UNITS_OK;
    }
    do {
        struct decimal number;
        uint64_t part;
        const char *name = decimal_read(text, &number);
        if (!name)
            return UNITS_SYNTAX;
        size_t len = strcspn(name, "0123456789");
        const struct unit *unit = unit_find(durations, name, len, false);
        if (!unit || unit->factor >= last_factor)
            return UNITS_SYNTAX;
        last_factor = unit->factor;
        enum units_result scaled = decimal_scale(&number, unit->factor, &part);
        if (scaled == UNITS_SYNTAX)
            return UNITS_SYNTAX;
        /* What follows may still show that it is no duration at all. */
        if (scaled == UNITS_RANGE || __builtin_add_overflow(total, part, &total) ||
            total > INT64_MAX)
            result = UNITS_RANGE;
        text = name + len;
    } while (*text);
    if (result == UNITS_OK)
        *ns = total;
    return result;
}

enum units_result units_parse_rate(const char *text, struct tlm_rate *rate)
{
    static const char rows[] = "rows/s", bytes[] = "/s";
    struct tlm_rate read = {0, TLM_RATE_BYTES};
    char amount[UNITS_TEXT] = "";
    size_t len = strlen(text);
    size_t end = sizeof bytes - 1;
    if (len > sizeof rows - 1 && strcasecmp(text + len - (sizeof rows - 1), rows) == 0) {
        read.of = TLM_RATE_ROWS;
        end = sizeof rows - 1;
    } else if (len < end || strcasecmp(text + len - end, bytes) != 0) {
        return UNITS_SYNTAX;
    }
    if (len - end >= sizeof amount)
        return UNITS_SYNTAX;
    memcpy(amount, text, len - end);
    enum units_result result = read.of == TLM_RATE_ROWS
                                   ? units_parse_count(amount, &read.per_second)
                                   : units_parse_size(amount, &read.per_second);
    if (result == UNITS_OK && !read.per_second)
        return UNITS_SYNTAX;
    if (result == UNITS_OK)
        *rate = read;
    return result;
}

/* value / unit, cut to one decimal where it is not whole. */
static char *print_scaled(char out[UNITS_TEXT], uint64_t value, const struct unit *unit,
                          const char *space)
{
    uint64_t whole = value / unit->factor, rest = value % unit->factor;
    if (rest == 0)
        snprintf(out, UNITS_TEXT, "%" PRIu64 "%s%s", whole, space, unit->name);
    else
        snprintf(out, UNITS_TEXT, "%" PRIu64 ".%" PRIu64 "%s%s", whole, rest * 10 / unit->factor,
                 space, unit->name);
    return out;
}

/* The largest unit that fits; units ascend and the first one has the factor 1. */
static const struct unit *unit_for(const struct unit *units, uint64_t value)
{
    while (units[1].name && value >= units[1].factor)
        units++;
    return units;
}

char *units_print_size(char out[UNITS_TEXT], uint64_t bytes)
{
    static const struct unit shown[] = {
        {"B", 1},
        {"KiB", KIB},
        {"MiB", KIB * KIB},
        {"GiB", KIB * KIB * KIB},
        {"TiB", KIB * KIB * KIB * KIB},
        {"PiB", KIB * KIB * KIB * KIB * KIB},
        {NULL, 0},
    };
    return print_scaled(out, bytes, unit_for(shown, bytes), " ");
}

char *units_print_short(char out[UNITS_TEXT], uint64_t count)
{
    static const struct unit shown[] = {
        {"", 1},   {"k", 1000}, {"M", 1000000}, {"G", 1000000000}, {"T", UINT64_C(1000000000000)},
        {NULL, 0},
    };
    return print_scaled(out, count, unit_for(shown, count), "");
}

char *units_print_count(char out[UNITS_TEXT], uint64_t count)
{
    char digits[UNITS_TEXT];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, count);
    char *to = out;
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            *to++ = ',';
        *to++ = digits[i];
    }
    *to = '\0';
    return out;
}

char *units_print_duration(char out[UNITS_TEXT], uint64_t ns)
{
    static const struct unit below_minute[] = {
        {"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", SECOND_NS}, {NULL, 0},
    };
    uint64_t seconds = ns / SECOND_NS;
    if (seconds < 60)
        return print_scaled(out, ns, unit_for(below_minute, ns), " ");
    if (seconds < 3600)
        snprintf(out, UNITS_TEXT, "%" PRIu64 "m%02" PRIu64 "s", seconds / 60, seconds % 60);
    else if (seconds < 86400)
        snprintf(out, UNITS_TEXT, "%" PRIu64 "h%02" PRIu64 "m", seconds / 3600, seconds / 60 % 60);
    else
        snprintf(out, UNITS_TEXT, "%" PRIu64 "d%02" PRIu64 "h", seconds / 86400,
                 seconds / 3600 % 24);
    return out;
}
