#include "rows/epoch.h"

#define POWER_CAP INT64_C(100000000000000000) /* larger exponents change nothing any more */

enum { NS_DIGITS = 19 }; /* of the largest int64 */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* p is after the 'e'. */
static bool read_power(const char *p, const char *end, int64_t *power)
{
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    if (p == end)
        return false;
    int64_t value = 0;
    for (; p < end && is_digit(*p); p++)
        if (value < POWER_CAP)
            value = value * 10 + (*p - '0');
    *power += negative ? -value : value;
    return p == end;
}

/* Leading zeros are taken off, on both sides of the point. */
static void strip_zeros(struct tlm_epoch *epoch)
{
    while (epoch->n_digits > 0 && (*epoch->digits == '0' || *epoch->digits == epoch->decimal)) {
        if (*epoch->digits++ != '0')
            continue;
        epoch->n_digits--;
        epoch->power--;
    }
}

bool tlm__epoch_read(const char *text, size_t len, char decimal, struct tlm_epoch *epoch)
{
    const char *p = text, *end = text + len;
    struct tlm_epoch made = {.decimal = decimal, .negative = p < end && *p == '-'};
    if (p < end && (*p == '-' || *p == '+'))
        p++;
    made.digits = p;
    for (; p < end && is_digit(*p); p++)
        made.n_digits++;
    made.power = (int64_t)made.n_digits;
    if (p < end && *p == decimal)
        for (p++; p < end && is_digit(*p); p++)
            made.n_digits++;
    if (made.n_digits == 0)
        return false;
    if (p < end && ((*p | 0x20) != 'e' || !read_power(p + 1, end, &made.power)))
        return false;
    strip_zeros(&made);
    *epoch = made;
    return true;
}

static unsigned next_digit(const char **p, char decimal)
{
    if (**p == decimal)
        ++*p;
    return (unsigned)(*(*p)++ - '0');
}

bool tlm__epoch_ns(const struct tlm_epoch *epoch, int unit_power, int64_t *ns)
{
    const char *p = epoch->digits;
    size_t left = epoch->n_digits;
    int64_t whole = epoch->power + unit_power; /* digits of nanoseconds */
    uint64_t value = 0;
    if (left == 0 || whole < 0) {
        *ns = 0;
        return true;
    }
    if (whole > NS_DIGITS)
        return false;
    for (; whole > 0; whole--) {
        value *= 10;
        if (left > 0) {
            value += next_digit(&p, epoch->decimal);
            left--;
        }
    }
    if (left > 0 && next_digit(&p, epoch->decimal) >= 5)
        value++;
    if (value > (uint64_t)INT64_MAX + epoch->negative)
        return false;
    *ns = (int64_t)(epoch->negative ? 0 - value : value);
    return true;
}
