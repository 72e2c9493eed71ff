/* What is wrong with a file. */
#ifndef VERIFY_FAIL_H
#define VERIFY_FAIL_H

#include "tlm.h"

/* Fills in error and returns TLM_DAMAGED. */
enum tlm_code verify_fail(struct tlm_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
