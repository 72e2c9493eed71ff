/* Which kind of text a source holds, from its first bytes and its name. */
#ifndef TLM_ROWS_DETECT_H
#define TLM_ROWS_DETECT_H

#include "tlm.h"

/* Length of a UTF-8 byte order mark at the start: 3 or 0. */
size_t tlm__detect_bom(const char *text, size_t len);
/* JSONL, CSV or TSV for text (BOM removed, first bytes of the source, skipped lines removed).
 * Content decides where it is clear (a '{' opens the first non-blank line), then the name's
 * extension (.gz and .zst looked through), then the content's separators. A JSON array as
 * document, Avro, UTF-16 and other binary content are TLM_INPUT with a hint what to do. */
enum tlm_code tlm__detect_input(const char *name, const char *text, size_t len,
                                enum tlm_input *input, struct tlm_error *error);
/* The separator of a CSV header line: the most frequent of , ; tab | outside quotes. */
char tlm__detect_delimiter(const char *header, size_t len, enum tlm_input input);

#endif
