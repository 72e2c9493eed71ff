/* The first records of a file as lines of JSON. */
#ifndef HEAD_LINES_H
#define HEAD_LINES_H

#include "tlm.h"

/* Reads from where the file is; calls `line` for the first n records, in order. What it returns
 * other than TLM_OK ends it and is returned. */
enum tlm_code head_lines_read(struct tlm_file *file, uint64_t n,
                              enum tlm_code (*line)(void *ctx, const char *text, size_t len),
                              void *ctx, struct tlm_error *error);

#endif
