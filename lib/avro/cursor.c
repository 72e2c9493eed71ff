#include "avro/cursor.h"

#include <endian.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "avro/varint.h"
#include "base/error.h"
#include "base/utf8.h"

#define SPARE_MIN (UINT64_C(1) << 20)
#define SPARE_PER_BYTE 16

void tlm__cursor_init(struct tlm_cursor *cursor, const void *block, size_t len,
                      struct tlm_error *error)
{
    static const uint8_t nothing[1];
    const uint8_t *start = len ? block : nothing;
    *cursor = (struct tlm_cursor){
        .start = start,
        .at = start,
        .end = start + len,
        .spare = SPARE_MIN + (uint64_t)len * SPARE_PER_BYTE,
        .error = error,
    };
}

/* ---- errors ------------------------------------------------------------------------------------
 */

bool tlm__cursor_fail_code(struct tlm_cursor *cursor, enum tlm_code code, const uint8_t *at,
                           const char *what)
{
    cursor->code = code;
    tlm__fail(cursor->error, code, "byte %zu of the block: %s", (size_t)(at - cursor->start), what);
    return false;
}

bool tlm__cursor_fail(struct tlm_cursor *cursor, const uint8_t *at, const char *format, ...)
{
    char what[256];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    return tlm__cursor_fail_code(cursor, TLM_DAMAGED, at, what);
}

bool tlm__cursor_name(struct tlm_cursor *cursor, struct tlm_string field, struct tlm_string record)
{
    if (cursor->named || !cursor->error)
        return false;
    cursor->named = true;
    char *message = cursor->error->message;
    size_t used = strlen(message);
    snprintf(message + used, sizeof cursor->error->message - used, " (field %.*s of %.*s)",
             field.len < 100 ? (int)field.len : 100, field.data,
             record.len < 200 ? (int)record.len : 200, record.data);
    tlm__make_printable(message + used, strlen(message + used)); /* a stranger's names */
    return false;
}

static bool fail_cut(struct tlm_cursor *cursor, const char *what, size_t need)
{
    return tlm__cursor_fail(cursor, cursor->at, "%s of %zu bytes, but %zu are left", what, need,
                            tlm__cursor_left(cursor));
}

/* ---- primitive types ---------------------------------------------------------------------------
 */

bool tlm__cursor_long_slow(struct tlm_cursor *cursor, int64_t *value)
{
    const uint8_t *p = cursor->at;
    uint64_t bits = 0;
    for (unsigned i = 0; i < TLM_VARINT_MAX; i++, p++) {
        if (p == cursor->end)
            return tlm__cursor_fail(cursor, cursor->at, "the block ends inside an integer");
        bits |= (uint64_t)(*p & 0x7f) << 7 * i;
        if (*p >= 0x80)
            continue;
        if (i == TLM_VARINT_MAX - 1 && *p > 1)
            break;
        *value = (int64_t)(bits >> 1) ^ -(int64_t)(bits & 1);
        cursor->at = p + 1;
        return true;
    }
    return tlm__cursor_fail(cursor, cursor->at, "an integer of more than 64 bits");
}

bool tlm__cursor_int(struct tlm_cursor *cursor, int32_t *value)
{
    const uint8_t *from = cursor->at;
    int64_t wide;
    if (!tlm__cursor_long(cursor, &wide))
        return false;
    if (wide < INT32_MIN || wide > INT32_MAX)
        return tlm__cursor_fail(cursor, from, "%" PRId64 " is no int: it has more than 32 bits",
                                wide);
    *value = (int32_t)wide;
    return true;
}

bool tlm__cursor_take(struct tlm_cursor *cursor, size_t len, const uint8_t **bytes)
{
    if (len > tlm__cursor_left(cursor))
        return fail_cut(cursor, "a value", len);
    *bytes = cursor->at;
    cursor->at += len;
    return true;
}

bool tlm__cursor_boolean(struct tlm_cursor *cursor, bool *value)
{
    const uint8_t *byte = cursor->at;
    if (!tlm__cursor_take(cursor, 1, &byte))
        return false;
    if (*byte > 1)
        return tlm__cursor_fail(cursor, byte, "a boolean that is %u", (unsigned)*byte);
    *value = *byte;
    return true;
}

bool tlm__cursor_float(struct tlm_cursor *cursor, float *value)
{
    const uint8_t *bytes = cursor->at;
    uint32_t bits;
    if (!tlm__cursor_take(cursor, sizeof bits, &bytes))
        return false;
    memcpy(&bits, bytes, sizeof bits);
    bits = le32toh(bits);
    memcpy(value, &bits, sizeof bits);
    return true;
}

bool tlm__cursor_double(struct tlm_cursor *cursor, double *value)
{
    const uint8_t *bytes = cursor->at;
    uint64_t bits;
    if (!tlm__cursor_take(cursor, sizeof bits, &bytes))
        return false;
    memcpy(&bits, bytes, sizeof bits);
    bits = le64toh(bits);
    memcpy(value, &bits, sizeof bits);
    return true;
}

bool tlm__cursor_text(struct tlm_cursor *cursor, struct tlm_string *text)
{
    const uint8_t *from = cursor->at;
    int64_t len;
    if (!tlm__cursor_long(cursor, &len))
        return false;
    if (len < 0)
        return tlm__cursor_fail(cursor, from, "a length of %" PRId64 " bytes", len);
    if ((uint64_t)len > tlm__cursor_left(cursor))
        return tlm__cursor_fail(cursor, from, "a length of %" PRId64 " bytes, but %zu are left",
                                len, tlm__cursor_left(cursor));
    *text = (struct tlm_string){.data = (const char *)cursor->at, .len = (size_t)len};
    cursor->at += len;
    return true;
}

bool tlm__cursor_index(struct tlm_cursor *cursor, const char *what, size_t n, size_t *index)
{
    const uint8_t *from = cursor->at;
    int64_t number;
    if (!tlm__cursor_long(cursor, &number))
        return false;
    if (number < 0 || (uint64_t)number >= n)
        return tlm__cursor_fail(cursor, from, "%s %" PRId64 ", but there are %zu", what, number, n);
    *index = (size_t)number;
    return true;
}

/* ---- limits ------------------------------------------------------------------------------------
 */

bool tlm__cursor_enter(struct tlm_cursor *cursor)
{
    if (cursor->depth == TLM_DATUM_DEPTH_MAX)
        return tlm__cursor_fail_code(cursor, TLM_LIMIT, cursor->at,
                                     "values more than 100 levels inside each other");
    cursor->depth++;
    return true;
}

void tlm__cursor_leave(struct tlm_cursor *cursor)
{
    cursor->depth--;
}

bool tlm__cursor_spend(struct tlm_cursor *cursor)
{
    if (cursor->spare == 0)
        return tlm__cursor_fail_code(cursor, TLM_LIMIT, cursor->at,
                                     "too many values that take no bytes");
    cursor->spare--;
    return true;
}

bool tlm__cursor_finish(struct tlm_cursor *cursor)
{
    if (cursor->at == cursor->end)
        return true;
    return tlm__cursor_fail(cursor, cursor->at, "%zu bytes behind the last record",
                            tlm__cursor_left(cursor));
}

/* ---- elements ----------------------------------------------------------------------------------
 */

static bool end_block(struct tlm_cursor *cursor, struct tlm_items *items)
{
    if (items->block_end && items->block_end != cursor->at)
        return tlm__cursor_fail(cursor, cursor->at,
                                "an array or map block ends here, not at byte %zu as it says",
                                (size_t)(items->block_end - cursor->start));
    items->block_end = NULL;
    return true;
}

/* The size in bytes that follows a negative count. */
static bool read_block_size(struct tlm_cursor *cursor, struct tlm_items *items)
{
    const uint8_t *from = cursor->at;
    int64_t size = 0;
    if (!tlm__cursor_long(cursor, &size))
        return false;
    if (size < 0 || (uint64_t)size > tlm__cursor_left(cursor))
        return tlm__cursor_fail(cursor, from,
                                "an array or map block of %" PRId64 " bytes, but %zu are left",
                                size, tlm__cursor_left(cursor));
    items->block_end = cursor->at + size;
    return true;
}

static bool check_count(struct tlm_cursor *cursor, const uint8_t *from,
                        const struct tlm_items *items, size_t min_bytes)
{
    const uint8_t *end = items->block_end ? items->block_end : cursor->end;
    size_t room = (size_t)(end - cursor->at);
    if (min_bytes && items->left > room / min_bytes)
        return tlm__cursor_fail(cursor, from, "%" PRIu64 " elements of %zu bytes or more in %zu",
                                items->left, min_bytes, room);
    if (!min_bytes && items->left > cursor->spare + room)
        return tlm__cursor_fail_code(cursor, TLM_LIMIT, from, "too many values that take no bytes");
    return true;
}

bool tlm__items_block(struct tlm_cursor *cursor, struct tlm_items *items, size_t min_bytes,
                      bool *more)
{
    if (!end_block(cursor, items))
        return false;
    const uint8_t *from = cursor->at;
    int64_t count = 0;
    if (!tlm__cursor_long(cursor, &count))
        return false;
    *more = count != 0;
    if (count == 0)
        return true;
    if (count == INT64_MIN)
        return tlm__cursor_fail(cursor, from, "an array or map block of 2^63 elements");
    items->left = (uint64_t)(count < 0 ? -count : count);
    if (count < 0 && !read_block_size(cursor, items))
        return false;
    return check_count(cursor, from, items, min_bytes);
}

bool tlm__items_next(struct tlm_cursor *cursor, struct tlm_items *items, size_t min_bytes,
                     bool *more)
{
    if (items->left == 0 && !tlm__items_block(cursor, items, min_bytes, more))
        return false;
    *more = items->left != 0;
    if (*more)
        items->left--;
    return true;
}
