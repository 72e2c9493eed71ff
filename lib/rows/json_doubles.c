#include "rows/json_doubles.h"

#include <math.h>

#include "rows/json_array.h"

enum {
    SHORT_ARRAY = 16, /* bytes; below that, one by one is as fast */
    WINDOW = 512,     /* bytes that are looked through at once */
    ROOM = TLM_HOT_ROWS + 8
};

#define EXACT_INTEGERS ((int64_t)1 << 53)

/* Items in a row, and where they go. */
struct doubles {
    const struct tlm_hot_level *level;
    const char *text;
    struct tlm_hot_spans spans;
    struct tlm_buf *items;
};

bool tlm__json_double_item(const char *p, const char *end, uint64_t *bits)
{
    struct tlm_number number = {.kind = TLM_NUMBER_DOUBLE, .real = NAN};
    p = tlm__json_skip_space(p, end);
    while (end > p && tlm__json_is_space(end[-1]))
        end--;
    const bool is_null = end - p == 4 && memcmp(p, "null", 4) == 0;
    if (!is_null && (p == end || tlm__json_read_number(p, end, &number) != (size_t)(end - p)))
        return false;
    memcpy(bits, &number.real, sizeof *bits);
    return number.kind == TLM_NUMBER_DOUBLE ||
           (number.kind == TLM_NUMBER_INT && number.integer >= -EXACT_INTEGERS &&
            number.integer <= EXACT_INTEGERS);
}

uint64_t tlm__json_integers_to_doubles(uint64_t *bits, size_t n)
{
    uint64_t refused = 0;
    for (size_t i = 0; i < n; i++) {
        const int64_t integer = (int64_t)bits[i];
        const double real = (double)integer;
        refused |= (uint64_t)(integer < -EXACT_INTEGERS || integer > EXACT_INTEGERS) << i;
        memcpy(&bits[i], &real, sizeof real);
    }
    return refused;
}

/* The loop for what the first item looks like. Returns the items that it has refused. */
static uint64_t convert(const struct doubles *doubles, size_t n, uint64_t *out)
{
    const struct tlm_hot_spans *spans = &doubles->spans;
    const char *first = doubles->text + spans->start[0];
    if (memchr(first, '.', (size_t)(spans->end[0] - spans->start[0])))
        return doubles->level->fixed(doubles->text, spans, n, out);
    const uint64_t refused = doubles->level->integer(doubles->text, spans, n, out);
    return refused | tlm__json_integers_to_doubles(out, n);
}

/* The n items whose spans are known. */
static bool take(struct doubles *doubles, size_t n)
{
    struct tlm_hot_spans *spans = &doubles->spans;
    if (!n)
        return true;
    if (!tlm__buf_reserve(doubles->items, ROOM * sizeof(double)))
        return false;
    for (size_t i = n; i % 8; i++) {
        spans->start[i] = spans->start[n - 1];
        spans->end[i] = spans->end[n - 1];
    }
    uint64_t *out = (uint64_t *)(void *)(doubles->items->data + doubles->items->len);
    uint64_t refused = convert(doubles, n, out);
    refused &= n < 64 ? (UINT64_C(1) << n) - 1 : UINT64_MAX;
    for (; refused; refused &= refused - 1) {
        size_t i = (size_t)__builtin_ctzll(refused);
        if (!tlm__json_double_item(doubles->text + spans->start[i], doubles->text + spans->end[i],
                                   &out[i]))
            return false;
    }
    doubles->items->len += n * sizeof(double);
    return true;
}

/* Items that end with the separators behind `from`, or with the closing bracket at `to`. Returns
 * where the first item starts that has not been taken; NULL: one was refused. */
static const char *take_window(struct doubles *doubles, const char *from, const char *to, bool last)
{
    uint32_t entries[WINDOW + TLM_HOT_SCAN_SLACK + 1], lines[WINDOW + TLM_HOT_SCAN_SLACK + 1];
    struct tlm_hot_piece piece = {.text = from, .to = (size_t)(to - from), .separator = ','};
    struct tlm_hot_found found = {.entries = entries, .lines = lines};
    size_t n = 0;
    uint32_t start = 0;
    doubles->level->scan(&piece, &found);
    if (last)
        entries[found.n_entries++] = (uint32_t)(to - from) + 1;
    doubles->text = from;
    for (size_t i = 0; i < found.n_entries; i++) {
        doubles->spans.start[n] = start;
        doubles->spans.end[n++] = entries[i] - 1;
        start = entries[i];
        if (n == TLM_HOT_ROWS && !take(doubles, n))
            return NULL;
        n %= TLM_HOT_ROWS;
    }
    return take(doubles, n) ? from + start : NULL;
}

const char *tlm__json_doubles(const struct tlm_hot_level *level, const char *p, const char *end,
                              struct tlm_buf *items)
{
    struct doubles doubles = {.level = level, .items = items};
    bool is_number = p < end && (*p == '-' || (*p >= '0' && *p <= '9'));
    const char *close = is_number ? memchr(p, ']', (size_t)(end - p)) : NULL;
    if (!close || close - p < SHORT_ARRAY)
        return NULL;
    for (;;) {
        bool last = close - p <= WINDOW;
        const char *next = take_window(&doubles, p, last ? close : p + WINDOW, last);
        if (last)
            return next ? close : NULL;
        if (!next || next == p)
            return NULL;
        p = next;
    }
}
