/* The inner loops of the hot lane, in one version for each set of instructions. All versions do
 * the same: which one runs shows in nothing but time. */
#ifndef TLM_ROWS_HOT_LEVEL_H
#define TLM_ROWS_HOT_LEVEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rows/hot_layout.h"
#include "rows/hot_quotes.h"

/* Rows that are taken together. What a loop says about them is a mask with a bit for each. */
#define TLM_HOT_ROWS 64
/* Entries that a scan may write behind the last one that counts. */
#define TLM_HOT_SCAN_SLACK 64
/* How far behind the end of a value or literal the loops may read. */
#define TLM_HOT_REACH 32

struct tlm_hot_piece {
    const char *text;
    size_t from, to;
    char separator;
    /* For scan_text. */
    bool json;        /* separators in strings do not count */
    uint64_t *unlike; /* a bit for each byte: see struct tlm_hot_index */
    struct tlm_hot_quotes *quotes;
};

/* Where a scan writes, and how much it has written. */
struct tlm_hot_found {
    uint32_t *entries; /* the place behind each separator and newline */
    uint32_t *lines;   /* the place behind each newline */
    size_t n_entries, n_lines;
};

/* The values of one column: where they start and end. The elements behind the n rows are those of
 * the last row, up to a multiple of 8. A row that does not have the layout may have an end before
 * its start. */
struct tlm_hot_spans {
    uint32_t start[TLM_HOT_ROWS], end[TLM_HOT_ROWS];
};

struct tlm_hot_level {
    const char *name;
    /* Reads up to 63 bytes behind piece->to. */
    void (*scan)(const struct tlm_hot_piece *piece, struct tlm_hot_found *found);
    void (*scan_text)(const struct tlm_hot_piece *piece, struct tlm_hot_found *found);
    /* The rows that do not have the literal at their place. Elements behind the n places as in
     * struct tlm_hot_spans. */
    uint64_t (*differ)(const char *text, const uint32_t *places, size_t n,
                       const struct tlm_hot_literal *literal);
    /* Values to out, which has room for a multiple of 8. Return the rows that were refused: their
     * elements of out mean nothing. fixed: decimals (with a point, so no integers) to doubles, at
     * least those of 7 and 7 digits. integer: to int64_t, at least those of 15 digits. wide:
     * decimals that may have many digits. What is taken is a number by JSON's grammar. */
    uint64_t (*fixed)(const char *text, const struct tlm_hot_spans *spans, size_t n, uint64_t *out);
    uint64_t (*integer)(const char *text, const struct tlm_hot_spans *spans, size_t n,
                        uint64_t *out);
    uint64_t (*wide)(const char *text, const struct tlm_hot_spans *spans, size_t n, uint64_t *out);
};

extern const struct tlm_hot_level tlm__hot_portable;
#if defined(__x86_64__) && defined(__GNUC__)
#define TLM_HOT_X86 1
extern const struct tlm_hot_level tlm__hot_avx2, tlm__hot_avx512;
#else
#define TLM_HOT_X86 0
#endif

/* The best one that this machine has and cpu allows. */
const struct tlm_hot_level *tlm__hot_level(enum tlm_cpu cpu);

#endif
