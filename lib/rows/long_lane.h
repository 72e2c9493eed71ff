/* Long rows of one pattern, taken some at a time and column by column: all channels' names, all
 * times, all values. Beside a parser that can take everything: a row that this lane does not take
 * is as if it had not tried. */
#ifndef TLM_ROWS_LONG_LANE_H
#define TLM_ROWS_LONG_LANE_H

#include "rows/assemble.h"

struct tlm_long_lane;

struct tlm_long_lane *tlm__long_new(struct tlm_assembler *assembler); /* NULL: memory is out */
void tlm__long_free(struct tlm_long_lane *lane);
/* CSV: the columns have changed. */
void tlm__long_forget(struct tlm_long_lane *lane);
/* Starts a chunk. It stays valid and unchanged until the next one is begun. */
void tlm__long_begin(struct tlm_long_lane *lane, const char *text, size_t len);
/* Takes rows from *at on, the start of a row, while it can; moves *at behind them and adds them to
 * *rows. Each of them is one line. False: memory is out. */
bool tlm__long_take(struct tlm_long_lane *lane, size_t *at, uint64_t *rows);
/* The parser has just taken the row at `at`, of `size` bytes with its newline, and it was good. */
void tlm__long_saw(struct tlm_long_lane *lane, size_t at, size_t size);
/* True when tlm__long_take is worth a call. */
bool tlm__long_ready(const struct tlm_long_lane *lane);

#endif
