/* Rows of one layout whose values are scalars, taken column by column into frames. Beside a parser
 * that can take everything: a row that this lane does not take is as if it had not tried. */
#ifndef TLM_ROWS_HOT_LANE_H
#define TLM_ROWS_HOT_LANE_H

#include "rows/assemble.h"

struct tlm_hot_lane;

struct tlm_hot_lane *tlm__hot_new(struct tlm_assembler *assembler); /* NULL: memory is out */
void tlm__hot_free(struct tlm_hot_lane *lane);
/* CSV: the meaning of the columns, borrowed. */
void tlm__hot_set_names(struct tlm_hot_lane *lane, struct tlm_name *const *names, size_t n);
/* Starts a chunk. It stays valid and unchanged until the next one is begun. */
void tlm__hot_begin(struct tlm_hot_lane *lane, const char *text, size_t len);
/* Takes rows from *at on, the start of a row, while it can; moves *at behind them and adds them to
 * *rows. Each of them is one line. False: memory is out. */
bool tlm__hot_take(struct tlm_hot_lane *lane, size_t *at, uint64_t *rows);
/* The parser has taken the row at `at`, of `size` bytes with its newline; good: it was not bad. */
void tlm__hot_saw(struct tlm_hot_lane *lane, size_t at, size_t size, bool good);
/* True when tlm__hot_take is worth a call. */
bool tlm__hot_ready(const struct tlm_hot_lane *lane);

#endif
