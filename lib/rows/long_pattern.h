/* A long row as a pattern for the rows that follow: the text around the channel's name, the time
 * and the value, byte for byte. What else the row holds, such as tags, is part of that text. */
#ifndef TLM_ROWS_LONG_PATTERN_H
#define TLM_ROWS_LONG_PATTERN_H

#include "base/buf.h"
#include "rows/hot_level.h"

enum tlm_long_role { TLM_LONG_NAME, TLM_LONG_TIME, TLM_LONG_VALUE };
enum { TLM_LONG_HOLES = 3 };

/* Where one of them lies: see struct tlm_hot_value. */
struct tlm_long_hole {
    enum tlm_long_role role;
    uint32_t entry, behind, before;
};

/* Literal 0, hole 0, literal 1, ... hole 2, literal 3, which ends with the newline. The places from
 * which separators can be counted are the entries: of the separator and of newlines. */
struct tlm_long_pattern {
    struct tlm_long_hole holes[TLM_LONG_HOLES];
    struct tlm_hot_literal literals[TLM_LONG_HOLES + 1];
    size_t n_entries;   /* of a row; 0: no pattern is known */
    size_t longest;     /* literal */
    size_t newline_len; /* 1, or 2 with a carriage return */
    char separator;     /* set by the caller */
    struct tlm_buf text;
};

/* Learns from a row, given with its newline, and its parts by role, which lie in it. False: none of
 * its rows can be found by counting separators (or memory is out); no pattern is known then. */
bool tlm__long_learn(struct tlm_long_pattern *pattern, struct tlm_string row,
                     const struct tlm_string parts[TLM_LONG_HOLES]);
void tlm__long_pattern_release(struct tlm_long_pattern *pattern);

#endif
