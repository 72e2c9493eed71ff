/* One value on its way into a series. */
#ifndef TLM_WRITER_VALUE_H
#define TLM_WRITER_VALUE_H

#include "writer.h"

struct tlm_stored {
    enum tlm_type type;
    uint64_t bits;     /* as in struct tlm_points */
    const void *bytes; /* for the heap */
    size_t len;
};

/* Checks a caller's column: channel and tag names, UTF-8, JSON. Row codes only; error->row is the
 * value's place from 1. */
enum tlm_code tlm__column_check(const struct tlm_column *column, size_t n, struct tlm_error *error);
/* The i-th value of a checked column. scratch keeps what has to be put together. False: memory is
 * out. */
bool tlm__stored_from_column(const struct tlm_column *column, size_t i, struct tlm_scratch *scratch,
                             struct tlm_stored *stored);

/* Appends what an array of strings is stored as: each behind its length. False: memory is out. */
bool tlm__join_strings(const struct tlm_strings *strings, struct tlm_buf *scratch);

/* Makes room in a series within the memory budget. */
enum tlm_code tlm__writer_reserve(struct tlm_writer *writer, struct tlm_held *held, size_t points,
                                  size_t heap_bytes);
/* Appends a value to a series. */
enum tlm_code tlm__writer_push(struct tlm_writer *writer, struct tlm_held *held, int64_t time_ns,
                               const struct tlm_stored *stored);

#endif
