/* Filling in the caller's struct tlm_error. */
#ifndef TLM_BASE_ERROR_H
#define TLM_BASE_ERROR_H

#include "tlm.h"

/* Sets code and message and returns code. error may be NULL. */
enum tlm_code tlm__fail(struct tlm_error *error, enum tlm_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same for a failed system call: appends ": " and the text of sys_errno. */
enum tlm_code tlm__fail_errno(struct tlm_error *error, enum tlm_code code, int sys_errno,
                              const char *format, ...) __attribute__((format(printf, 4, 5)));
/* For what is wrong at a byte of a file: "NAME: byte N: ...", and sets error->byte. */
enum tlm_code tlm__fail_byte(struct tlm_error *error, enum tlm_code code, const char *name,
                             uint64_t byte, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
enum tlm_code tlm__fail_memory(struct tlm_error *error, size_t bytes);

#endif
