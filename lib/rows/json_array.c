#include "rows/json_array.h"

#include <math.h>

#include "rows/json_doubles.h"

#define EXACT_INTEGERS ((int64_t)1 << 53)

/* What an attempt to read the items as one kind came to. */
enum items {
    ITEMS_NUMBERS,
    ITEMS_STRINGS,
    ITEMS_OTHER,
    ITEMS_HUGE, /* numbers, one of them beyond double's range */
    ITEMS_NO_MEMORY
};

/* ---- numbers -------------------------------------------------------------------------------- */

size_t tlm__json_read_number(const char *p, const char *end, struct tlm_number *number)
{
    if (p == end)
        return 0;
    size_t len = tlm__number_scan(p, (size_t)(end - p), number);
    if (len)
        return len;
    len = tlm__json_non_finite_length(p, end);
    number->kind = TLM_NUMBER_DOUBLE;
    number->real = *p == 'N' ? NAN : *p == '-' ? -INFINITY : INFINITY;
    return len;
}

/* How many low bits of an integer of this size a double leaves at zero. */
static unsigned zero_bits(double real)
{
    uint64_t bits;
    memcpy(&bits, &real, sizeof bits);
    return (unsigned)(bits >> 52 & 0x7ff) - (1023 + 52);
}

/* True when the integer text, which does not fit int64, equals its nearest double. The two are
 * less than half a unit in the last place apart, so they are equal when the bits below that
 * place are zero: the integer modulo a power of two is all that is needed. */
static bool big_is_exact(const char *text, size_t len, double real)
{
    uint32_t limbs[32] = {0};
    unsigned zeros = zero_bits(real), n = zeros / 32 + 1;
    for (size_t i = *text == '-'; i < len; i++) {
        uint64_t carry = (uint64_t)(text[i] - '0');
        for (unsigned k = 0; k < n; k++) {
            carry += (uint64_t)limbs[k] * 10;
            limbs[k] = (uint32_t)carry;
            carry >>= 32;
        }
    }
    for (unsigned k = 0; k < n - 1; k++)
        if (limbs[k])
            return false;
    return (limbs[n - 1] & (((uint32_t)1 << zeros % 32) - 1)) == 0;
}

static bool is_exact(const struct tlm_number *number, const char *text, size_t len)
{
    if (number->kind == TLM_NUMBER_BIG)
        return big_is_exact(text, len, number->real);
    if (number->kind != TLM_NUMBER_INT)
        return true;
    int64_t integer = number->integer;
    if (integer >= -EXACT_INTEGERS && integer <= EXACT_INTEGERS)
        return true;
    return number->real < 0x1p63 && (int64_t)number->real == integer;
}

static bool is_huge(const struct tlm_number *number)
{
    return number->kind == TLM_NUMBER_HUGE ||
           (number->kind == TLM_NUMBER_BIG && isinf(number->real));
}

/* ---- items ---------------------------------------------------------------------------------- */

/* Steps over white space and a comma. False at the closing bracket (then *p is behind it), and
 * where neither is (then *p is NULL). */
static bool next_item(const char **p, const char *end)
{
    const char *at = tlm__json_skip_space(*p, end);
    bool more = at < end && *at == ',';
    if (more)
        *p = tlm__json_skip_space(at + 1, end);
    else
        *p = at < end && *at == ']' ? at + 1 : NULL;
    return more;
}

/* items: doubles. A huge number sets *huge. */
static enum items read_numbers(struct tlm_json_reader *reader, const char **p, const char **huge)
{
    bool exact = true;
    do {
        struct tlm_number number = {.kind = TLM_NUMBER_DOUBLE, .real = NAN};
        size_t len = 4;
        if (!tlm__json_starts(*p, reader->end, "null", 4)) {
            len = tlm__json_read_number(*p, reader->end, &number);
            if (!len)
                return *p < reader->end && **p == '"' ? ITEMS_STRINGS : ITEMS_OTHER;
            if (is_huge(&number))
                *huge = *huge ? *huge : *p;
            else
                exact = exact && is_exact(&number, *p, len);
        }
        if (!tlm__buf_append(&reader->items, &number.real, sizeof number.real))
            return ITEMS_NO_MEMORY;
        *p += len;
    } while (next_item(p, reader->end));
    if (!*p)
        return ITEMS_OTHER;
    return *huge ? ITEMS_HUGE : exact ? ITEMS_NUMBERS : ITEMS_OTHER;
}

/* Appends the length and the text of a string item, given without its quotes. */
static bool add_string(struct tlm_buf *items, const char *text, size_t len, bool escaped)
{
    uint32_t size = (uint32_t)len;
    size_t at = items->len;
    if (len > UINT32_MAX || !tlm__buf_append(items, &size, sizeof size) ||
        !tlm__buf_reserve(items, len))
        return false;
    if (escaped)
        size = (uint32_t)tlm__json_decode(text, len, (char *)items->data + items->len);
    else if (len)
        memcpy(items->data + items->len, text, len);
    memcpy(items->data + at, &size, sizeof size);
    items->len += size;
    return true;
}

static enum items read_strings(struct tlm_json_reader *reader, const char **p)
{
    do {
        const char *text = *p, *close = *p;
        bool escaped = false, is_null = tlm__json_starts(*p, reader->end, "null", 4);
        if (!is_null) {
            if (*p == reader->end || **p != '"')
                return ITEMS_OTHER;
            text++;
            close = tlm__json_string_end(text, reader->end, &escaped, &reader->fault);
            if (!close)
                return ITEMS_OTHER;
        }
        if (!add_string(&reader->items, text, (size_t)(close - text), escaped))
            return ITEMS_NO_MEMORY;
        *p = is_null ? *p + 4 : close + 1;
    } while (next_item(p, reader->end));
    return *p ? ITEMS_STRINGS : ITEMS_OTHER;
}

static enum items read_items(struct tlm_json_reader *reader, const char **p, const char **huge)
{
    const char *first = tlm__json_skip_space(reader->p + 1, reader->end);
    tlm__buf_reset(&reader->items);
    *p = first;
    if (first < reader->end && *first == ']') {
        *p = first + 1;
        return ITEMS_NUMBERS;
    }
    const char *close =
        reader->level ? tlm__json_doubles(reader->level, first, reader->end, &reader->items) : NULL;
    if (close) {
        *p = close + 1;
        return ITEMS_NUMBERS;
    }
    tlm__buf_reset(&reader->items);
    enum items items = read_numbers(reader, p, huge);
    if (items != ITEMS_STRINGS)
        return items;
    tlm__buf_reset(&reader->items);
    *p = first;
    return read_strings(reader, p);
}

enum tlm_code tlm__json_read_array(struct tlm_json_reader *reader, struct tlm_arena *arena,
                                   struct tlm_value *value, bool *taken)
{
    const char *p = NULL, *huge = NULL;
    *taken = false;
    if (reader->depth >= TLM_JSON_DEPTH)
        return TLM_OK;
    enum items items = read_items(reader, &p, &huge);
    if (items == ITEMS_NO_MEMORY)
        return TLM_NO_MEMORY;
    if (items == ITEMS_HUGE)
        return tlm__json_fail(&reader->fault, TLM_ROW_RANGE, huge,
                              "a number beyond the range of a double");
    if (items == ITEMS_OTHER)
        return TLM_OK;
    value->kind = items == ITEMS_NUMBERS ? TLM_VALUE_DOUBLES : TLM_VALUE_STRINGS;
    value->text = tlm__arena_text(arena, (const char *)reader->items.data, reader->items.len);
    value->len = reader->items.len;
    value->raw = reader->p;
    value->raw_len = (size_t)(p - reader->p);
    reader->p = p;
    *taken = true;
    return value->text ? TLM_OK : TLM_NO_MEMORY;
}
