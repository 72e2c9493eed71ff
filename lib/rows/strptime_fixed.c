#include "rows/strptime_fixed.h"

#include <string.h>

enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND };

static const char conversions[] = "YmdHMS";

/* A blank other than the space may stand for any blanks in the text. */
static bool add_literal(struct tlm_strptime_fixed *fixed, char c)
{
    if (fixed->len == TLM_FIXED_MAX || (c >= '\t' && c <= '\r'))
        return false;
    fixed->literal[fixed->len] = c;
    fixed->mask[fixed->len++] = (char)0xff;
    return true;
}

static bool add_field(struct tlm_strptime_fixed *fixed, char conversion)
{
    const char *found = strchr(conversions, conversion);
    size_t width = conversion == 'Y' ? 4 : 2;
    if (!found || !conversion || fixed->len + width > TLM_FIXED_MAX)
        return false;
    int8_t *at = &fixed->at[found - conversions];
    if (*at >= 0)
        return false;
    *at = (int8_t)fixed->len;
    fixed->len += width;
    return true;
}

static bool add_format(struct tlm_strptime_fixed *fixed, const char *format)
{
    for (const char *f = format; *f; f++) {
        bool added;
        if (*f != '%')
            added = add_literal(fixed, *f);
        else if (*++f == 'F')
            added = add_format(fixed, "%Y-%m-%d");
        else if (*f == 'T' || *f == 'R')
            added = add_format(fixed, *f == 'T' ? "%H:%M:%S" : "%H:%M");
        else
            added = add_field(fixed, *f);
        if (!added)
            return false;
    }
    return true;
}

void tlm__strptime_fix(const char *format, struct tlm_strptime_fixed *fixed)
{
    *fixed = (struct tlm_strptime_fixed){.at = {-1, -1, -1, -1, -1, -1}};
    if (!add_format(fixed, format) || fixed->at[YEAR] < 0 || fixed->at[MONTH] < 0 ||
        fixed->at[DAY] < 0)
        fixed->len = 0;
}

static bool has_literals(const struct tlm_strptime_fixed *fixed, const char *text)
{
    char padded[TLM_FIXED_MAX] = {0};
    uint64_t other = 0;
    memcpy(padded, text, fixed->len);
    for (size_t i = 0; i < TLM_FIXED_MAX; i += 8) {
        uint64_t word, literal, mask;
        memcpy(&word, padded + i, 8);
        memcpy(&literal, fixed->literal + i, 8);
        memcpy(&mask, fixed->mask + i, 8);
        other |= (word ^ literal) & mask;
    }
    return !other;
}

/* -1: not all digits. */
static inline int field(const struct tlm_strptime_fixed *fixed, int name, const char *text)
{
    return fixed->at[name] < 0 ? 0 : tlm__digits_at(text + fixed->at[name], name == YEAR ? 4 : 2);
}

bool tlm__strptime_fixed_read(const struct tlm_strptime_fixed *fixed, const char *text, size_t len,
                              struct tlm_civil *civil)
{
    if (!fixed->len || len != fixed->len || !has_literals(fixed, text))
        return false;
    int year = field(fixed, YEAR, text), month = field(fixed, MONTH, text);
    int day = field(fixed, DAY, text);
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > tlm__month_days(year, month))
        return false;
    struct tlm_civil made = {0};
    if (!tlm__civil_set(&made, tlm__days_from_civil(year, month, day), field(fixed, HOUR, text),
                        field(fixed, MINUTE, text), field(fixed, SECOND, text)))
        return false;
    *civil = made;
    return true;
}
