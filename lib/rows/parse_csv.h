/* CSV and TSV records: text to rows. */
#ifndef TLM_ROWS_PARSE_CSV_H
#define TLM_ROWS_PARSE_CSV_H

#include "rows/assemble.h"

struct tlm_csv_parser;

struct tlm_csv_parser *tlm__csv_parser_new(struct tlm_assembler *assembler); /* or NULL */
void tlm__csv_parser_free(struct tlm_csv_parser *parser);
/* Splits one record (with or without newline) into cells, quotes removed and blanks around
 * unquoted cells trimmed. Each cell is copied into arena. TLM_OK, TLM_ROW_SYNTAX, TLM_NO_MEMORY. */
enum tlm_code tlm__csv_split(const char *text, size_t len, char delimiter, struct tlm_arena *arena,
                             struct tlm_string **cells, size_t *n_cells);
/* Names the columns for the records that follow. An empty name is column_N, a name that was there
 * already name_2 (_3, ...); each such change is reported to rules->options.on_note. */
enum tlm_code tlm__csv_set_header(struct tlm_csv_parser *parser, const struct tlm_string *names,
                                  size_t n, struct tlm_error *error);
/* As tlm__json_parse. */
bool tlm__csv_parse(struct tlm_csv_parser *parser, const char *text, size_t len,
                    struct tlm_place at, uint64_t *rows_seen, uint64_t *lines_seen);

#endif
