/* Reading Avro's binary encoding from the bytes of one block, which may be anything: nothing is
 * read behind their end, and no number in them is believed before it is checked. */
#ifndef TLM_AVRO_CURSOR_H
#define TLM_AVRO_CURSOR_H

#include <stdbool.h>

#include "tlm.h"

/* Records, arrays and maps inside each other. */
#define TLM_DATUM_DEPTH_MAX 100

/* All functions that return bool fail with code and error filled in; the cursor then stays where
 * the bad value starts or inside of it, and is of no more use. */
struct tlm_cursor {
    const uint8_t *start, *at, *end;
    uint64_t spare; /* values of no bytes that may still come in this block */
    unsigned depth;
    bool jump;  /* skipping believes the byte sizes of array and map blocks */
    bool named; /* the error says where */
    enum tlm_code code;
    struct tlm_error *error; /* the caller's, or NULL */
};

/* For a whole block. Values of no bytes (null, records of nulls, fixed of size 0), which cost time
 * though there is nothing to read, are limited to 2^20 and 16 for each byte of the block. */
void tlm__cursor_init(struct tlm_cursor *cursor, const void *block, size_t len,
                      struct tlm_error *error);

static inline size_t tlm__cursor_left(const struct tlm_cursor *cursor)
{
    return (size_t)(cursor->end - cursor->at);
}

/* Fail with "byte N of the block: ...", N being where `at` points. Return false. */
bool tlm__cursor_fail(struct tlm_cursor *cursor, const uint8_t *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool tlm__cursor_fail_code(struct tlm_cursor *cursor, enum tlm_code code, const uint8_t *at,
                           const char *what);
/* Appends to the error, once, in which field it happened. Returns false. */
bool tlm__cursor_name(struct tlm_cursor *cursor, struct tlm_string field, struct tlm_string record);

/* Out of line part of tlm__cursor_long. */
bool tlm__cursor_long_slow(struct tlm_cursor *cursor, int64_t *value);

/* A varint of at most ten bytes and 64 bits. Longer forms than needed are read. */
static inline bool tlm__cursor_long(struct tlm_cursor *cursor, int64_t *value)
{
    if (cursor->at < cursor->end && *cursor->at < 0x80) {
        unsigned bits = *cursor->at++;
        *value = (int64_t)(bits >> 1) ^ -(int64_t)(bits & 1);
        return true;
    }
    return tlm__cursor_long_slow(cursor, value);
}

bool tlm__cursor_int(struct tlm_cursor *cursor, int32_t *value);
bool tlm__cursor_boolean(struct tlm_cursor *cursor, bool *value);
bool tlm__cursor_float(struct tlm_cursor *cursor, float *value);
bool tlm__cursor_double(struct tlm_cursor *cursor, double *value);
/* The next len bytes, borrowed from the block. */
bool tlm__cursor_take(struct tlm_cursor *cursor, size_t len, const uint8_t **bytes);
/* Bytes or text behind their length. Not checked to be UTF-8. */
bool tlm__cursor_text(struct tlm_cursor *cursor, struct tlm_string *text);
/* The number of a union's branch or an enum's symbol: 0 to n - 1. */
bool tlm__cursor_index(struct tlm_cursor *cursor, const char *what, size_t n, size_t *index);

/* One level deeper, where there is one; and one back. */
bool tlm__cursor_enter(struct tlm_cursor *cursor);
void tlm__cursor_leave(struct tlm_cursor *cursor);
/* Takes one from the values of no bytes. */
bool tlm__cursor_spend(struct tlm_cursor *cursor);

/* After the last record of a block: fails unless all of it was used. */
bool tlm__cursor_finish(struct tlm_cursor *cursor);

/* The elements of an array or a map, in blocks as they come. {0} is before the first one. */
struct tlm_items {
    uint64_t left;            /* of this block */
    const uint8_t *block_end; /* where it says it ends, or NULL */
};

/* Steps to the next element, each of which takes at least min_bytes: counts that cannot be true are
 * refused, and so is a block that did not end where it said. *more is false after the last one. */
bool tlm__items_next(struct tlm_cursor *cursor, struct tlm_items *items, size_t min_bytes,
                     bool *more);
/* Called in place of tlm__items_next, steps to the next block that has elements: they start at the
 * cursor, items->left in number. *more is false when there is none. Whoever reads them moves the
 * cursor behind the last and sets left to 0. */
bool tlm__items_block(struct tlm_cursor *cursor, struct tlm_items *items, size_t min_bytes,
                      bool *more);

#endif
