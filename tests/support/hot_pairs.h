/* Texts for both lanes, and what becomes of them. */
#ifndef TLM_TESTS_HOT_PAIRS_H
#define TLM_TESTS_HOT_PAIRS_H

#include "support/random.h"
#include "support/two_lanes.h"
#include "support/unit.h"

static inline struct two_lanes json_pair(const char *text, size_t len)
{
    struct two_lanes pair = {.delimiter = ',', .time_field = "t", .text = text, .len = len};
    tlm_row_options_init(&pair.options);
    pair.options.time_format = "ns";
    pair.tempting = '7';
    return pair;
}

static inline struct two_lanes csv_pair(const char *header, const char *text, size_t len)
{
    struct two_lanes pair = json_pair(text, len);
    pair.csv = true;
    pair.header = header;
    return pair;
}

/* Checks all levels; returns the rows that the hot lane took, which no level has a say in. */
static inline size_t agree(const struct two_lanes *pair, const char *what)
{
    static const enum tlm_cpu levels[] = {TLM_CPU_AUTO, TLM_CPU_AVX2, TLM_CPU_PORTABLE};
    size_t taken[3];
    for (size_t i = 0; i < 3; i++)
        HOLDS(two_lanes_agree(pair, levels[i], &taken[i]), "%s: level %zu of %.*s", what, i,
              (int)(pair->len < 3000 ? pair->len : 3000), pair->text);
    return taken[0];
}

/* Many rows like `row` around `odd`, which has a place among them. */
static inline void put_rows(struct tlm_buf *out, const char *row, const char *odd, size_t n)
{
    tlm__buf_reset(out);
    for (size_t i = 0; i < n; i++)
        ck_assert(tlm__buf_printf(out, "%s", i == n / 2 ? odd : row));
}

/* How many of 100 such rows the hot lane takes. */
static inline size_t taken_of(struct two_lanes pair, const char *row)
{
    struct tlm_buf text = {0};
    put_rows(&text, row, row, 100);
    pair.text = (const char *)text.data;
    pair.len = text.len;
    size_t taken = agree(&pair, row);
    tlm__buf_release(&text);
    return taken;
}

/* Each of the odd rows among rows that are not. */
static inline void odd_rows(struct two_lanes pair, const char *row, const char *const *odd,
                            size_t n)
{
    static const size_t counts[] = {9, 70, 203};
    struct tlm_buf text = {0};
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < 3; c++) {
            put_rows(&text, row, odd[i], counts[c]);
            pair.text = (const char *)text.data;
            for (pair.len = text.len; pair.len + 3 > text.len; pair.len--)
                agree(&pair, odd[i]);
        }
    tlm__buf_release(&text);
}

/* A byte changed, put in or taken out, a piece doubled, a line swapped with another. */
static inline void mutate(struct tlm_buf *text, uint64_t *seed)
{
    static const char bytes[] = "0123456789.-+eE,,\n\r \t\"\"\\{}:\\;nultrefa[]\377\303\251\001/";
    size_t at = below(seed, text->len);
    char c = bytes[below(seed, sizeof bytes - 1)];
    if (!tlm__buf_reserve(text, 64))
        abort();
    size_t left = text->len - at, piece = below(seed, left < 40 ? left : 40);
    switch (below(seed, 4)) {
    case 0:
        text->data[at] = (unsigned char)c;
        break;
    case 1:
        memmove(text->data + at + 1, text->data + at, left);
        text->data[at] = (unsigned char)c;
        text->len++;
        break;
    case 2:
        memmove(text->data + at, text->data + at + 1, left - 1);
        text->len--;
        break;
    default:
        memmove(text->data + at + piece, text->data + at, left);
        text->len += piece;
    }
}

#endif
