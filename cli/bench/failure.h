/* Filling in a struct tlm_error, for what the library does not do itself. */
#ifndef BENCH_FAILURE_H
#define BENCH_FAILURE_H

#include "tlm.h"

/* Returns code; error may be NULL. */
enum tlm_code bench_fail(struct tlm_error *error, enum tlm_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* TLM_IO: "path: " and what errno says. */
enum tlm_code bench_fail_io(struct tlm_error *error, const char *path);
/* TLM_NO_MEMORY */
enum tlm_code bench_fail_memory(struct tlm_error *error);

#endif
