/* Errors of the command itself, in the library's words. */
#ifndef CAT_ERROR_H
#define CAT_ERROR_H

#include "tlm.h"

/* Fills in the error and returns code. */
enum tlm_code cat_fail(struct tlm_error *error, enum tlm_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
enum tlm_code cat_fail_memory(struct tlm_error *error);

#endif
