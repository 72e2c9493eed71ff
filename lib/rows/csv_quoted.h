/* CSV records that hold a quote, read by libcsv. */
#ifndef TLM_ROWS_CSV_QUOTED_H
#define TLM_ROWS_CSV_QUOTED_H

#include "base/arena.h"
#include "base/buf.h"
#include "tlm.h"

/* What libcsv does with one record. The cells' texts are in the arena that was given, the array
 * belongs to this struct and lives until its next use. */
struct tlm_csv_quoted;

struct tlm_csv_quoted *tlm__csv_quoted_new(char delimiter); /* NULL: memory is out */
void tlm__csv_quoted_free(struct tlm_csv_quoted *quoted);   /* NULL is fine */
/* Splits one record, given without its newline; any newline in it is text. A record of blanks has
 * no cells. Texts have TLM_TEXT_PADDING readable bytes behind them. TLM_OK, TLM_NO_MEMORY, or
 * TLM_ROW_SYNTAX: a quote is never closed. */
enum tlm_code tlm__csv_quoted_split(struct tlm_csv_quoted *quoted, const char *text, size_t len,
                                    struct tlm_arena *arena, const struct tlm_string **cells,
                                    size_t *n_cells);

/* For text that ends with its source: tells for each line whether a record that starts there has
 * a quote that is never closed. One pass, so that a text full of stray quotes is not scanned to
 * its end for each of them. bits is overwritten; the last line comes first. False: memory is
 * out. */
bool tlm__csv_unclosed_lines(const char *text, size_t len, char delimiter, struct tlm_buf *bits,
                             size_t *n_lines);

#endif
