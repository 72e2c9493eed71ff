/* A CSV header's names: made unique, then looked up once. */
#ifndef TLM_ROWS_CSV_HEADER_H
#define TLM_ROWS_CSV_HEADER_H

#include "rows/columns.h"

/* Allocates *found: what each of the n columns means. An empty name is column_N, one that was
 * there already name_2 (_3, ...), never a name that another column has; options.on_note is told.
 * TLM_INPUT for a name that is not UTF-8 or holds a NUL. */
enum tlm_code tlm__csv_header_names(struct tlm_columns *columns, const struct tlm_string *names,
                                    size_t n, struct tlm_name ***found, struct tlm_error *error);

#endif
