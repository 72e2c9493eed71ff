/* One value to one cell: types that the options force, and what numbers become. */
#ifndef TLM_ROWS_CELL_H
#define TLM_ROWS_CELL_H

#include "rows/assemble.h"

#define TLM_CELL_DEAD 15u /* replaced by a later member of the same name; gone at the row's end */

/* Fills in kind, value and length. TLM_OK, a row code with the reason in the assembler, or
 * TLM_NO_MEMORY. */
enum tlm_code tlm__cell_settle(struct tlm_assembler *assembler, const struct tlm_name *name,
                               const struct tlm_value *value, struct tlm_cell *cell);
/* The same with a type that does not come from the options. */
enum tlm_code tlm__cell_force(struct tlm_assembler *assembler, const struct tlm_name *name,
                              enum tlm_type type, const struct tlm_value *value,
                              struct tlm_cell *cell);

/* A piece of input for messages: cut, without control characters. */
struct tlm_shown {
    char text[84];
};
struct tlm_shown tlm__show(const char *text, size_t len);

/* Leaves the reason in the assembler and returns code. */
enum tlm_code tlm__row_fail(struct tlm_assembler *assembler, enum tlm_code code, const char *format,
                            ...) __attribute__((format(printf, 3, 4)));

#endif
