/* JSON lines: text to rows. */
#ifndef TLM_ROWS_PARSE_JSON_H
#define TLM_ROWS_PARSE_JSON_H

#include "rows/assemble.h"

struct tlm_json_parser; /* one per thread; remembers which names follow which as a guess */

struct tlm_json_parser *tlm__json_parser_new(struct tlm_assembler *assembler); /* or NULL */
void tlm__json_parser_free(struct tlm_json_parser *parser);
/* Parses whole rows: text ends with a newline or at the end of its source. row, line and byte
 * tell where text starts; *rows_seen and *lines_seen are advanced by the rows (blank lines are
 * none) and lines in it. False only when memory is out. */
bool tlm__json_parse(struct tlm_json_parser *parser, const char *text, size_t len,
                     struct tlm_place at, uint64_t *rows_seen, uint64_t *lines_seen);

/* Checks that text is one JSON value and appends it without insignificant white space; NaN and
 * infinities become null. Number text and key order stay. duplicates as in the row options.
 * TLM_OK, TLM_ROW_SYNTAX, TLM_ROW_UTF8, TLM_ROW_DUPLICATE or TLM_NO_MEMORY; on an error *at is
 * the offset in text and *why a static reason. */
enum tlm_code tlm__json_compact(const char *text, size_t len, enum tlm_duplicate_keys duplicates,
                                struct tlm_buf *out, size_t *at, const char **why);
/* Appends text as a JSON string with its quotes. False: memory is out. */
bool tlm__json_quote(const char *text, size_t len, struct tlm_buf *out);
/* True when text is UTF-8 (no surrogates, no overlong forms). */
bool tlm__utf8_valid(const char *text, size_t len);

#endif
