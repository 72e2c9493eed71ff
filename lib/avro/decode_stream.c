#include "avro/decode_stream.h"

#include <inttypes.h>
#include <string.h>

#include "avro/avro_schema.h"
#include "avro/decode_columns.h"
#include "base/checked.h"

enum {
    TIME_MIN = 1, /* bytes of a timestamp */
    VALUE_MIN = 2,
    TAG_MIN = 2,
    DOUBLE_BYTES = 9, /* branch and value */
    SLOW_RUN = 16     /* elements before the fast code is tried again */
};

enum tlm_code tlm__stream_schema(const struct tlm_schema_tree *tree, bool *is,
                                 struct tlm_error *error)
{
    struct tlm_schema_tree known;
    enum tlm_code code = tlm__schema_tree_parse(&known, tlm__avro_stream_schema,
                                                strlen(tlm__avro_stream_schema), error);
    if (code != TLM_OK)
        return code;
    *is = tlm__schema_equal(known.root, tree->root);
    tlm__schema_tree_release(&known);
    return TLM_OK;
}

/* Room for n elements in all; what is there already stays. */
static bool make_room(struct tlm_stream *stream, struct tlm_buf *column, size_t n, size_t size)
{
    size_t bytes;
    if (tlm__size_mul(n, size, &bytes) && tlm__buf_reserve(column, bytes))
        return true;
    return tlm__cursor_fail_code(&stream->cursor, TLM_NO_MEMORY, stream->cursor.at,
                                 "out of memory for its columns");
}

/* ---- timestamps --------------------------------------------------------------------------------
 */

static int64_t *times_of(const struct tlm_stream *stream)
{
    return (int64_t *)(void *)stream->times.data;
}

/* The elements of one array block behind the first n. */
static bool read_times_block(struct tlm_stream *stream, struct tlm_items *items, size_t n)
{
    struct tlm_cursor *cursor = &stream->cursor;
    int64_t *out = times_of(stream) + n, *end = out + items->left;
    while (out < end) {
        size_t fast = tlm__columns_times(&cursor->at, cursor->end, out, (size_t)(end - out));
        out += fast;
        for (size_t i = 0; !fast && i < SLOW_RUN && out < end; i++)
            if (!tlm__cursor_long(cursor, out++))
                return false;
    }
    items->left = 0;
    return true;
}

static bool read_times(struct tlm_stream *stream, size_t *n)
{
    struct tlm_items items = {0};
    bool more;
    *n = 0;
    for (;;) {
        if (!tlm__items_block(&stream->cursor, &items, TIME_MIN, &more))
            return false;
        if (!more)
            return true;
        size_t count = (size_t)items.left;
        if (!make_room(stream, &stream->times, *n + count, sizeof(int64_t)) ||
            !read_times_block(stream, &items, *n))
            return false;
        *n += count;
    }
}

/* The channels of one device have the same timestamps: then they are decoded once. */
static bool take_times(struct tlm_stream *stream)
{
    struct tlm_cursor *cursor = &stream->cursor;
    const uint8_t *from = cursor->at;
    if (stream->same_len && stream->same_len <= tlm__cursor_left(cursor) &&
        memcmp(from, stream->same_times, stream->same_len) == 0) {
        cursor->at += stream->same_len;
    } else {
        stream->same_len = 0;
        if (!read_times(stream, &stream->same_n))
            return false;
        stream->same_times = from;
        stream->same_len = (size_t)(cursor->at - from);
    }
    stream->record.n = stream->same_n;
    stream->record.times_ns = times_of(stream);
    return true;
}

static bool skip_times(struct tlm_stream *stream)
{
    struct tlm_cursor *cursor = &stream->cursor;
    struct tlm_items items = {0};
    int64_t last;
    bool more;
    for (stream->record.n = 0;;) {
        if (!tlm__items_block(cursor, &items, TIME_MIN, &more))
            return false;
        if (!more)
            return true;
        stream->record.n += (size_t)items.left;
        if (items.block_end)
            cursor->at = items.block_end;
        else if (tlm__columns_skip(&cursor->at, cursor->end, (size_t)items.left) != items.left)
            return tlm__cursor_long(cursor, &last); /* says what is wrong: it fails */
        items.left = 0;
    }
}

/* ---- values ------------------------------------------------------------------------------------
 */

static bool skip_doubles(struct tlm_cursor *cursor)
{
    struct tlm_items items = {0};
    bool more = true;
    while (more) {
        if (!tlm__items_block(cursor, &items, sizeof(double), &more))
            return false;
        cursor->at += more ? (size_t)items.left * sizeof(double) : 0;
        items.left = 0;
    }
    return true;
}

static bool skip_strings(struct tlm_cursor *cursor)
{
    struct tlm_items items = {0};
    struct tlm_string text;
    bool more;
    for (;;) {
        if (!tlm__items_next(cursor, &items, 1, &more))
            return false;
        if (!more)
            return true;
        if (!tlm__cursor_text(cursor, &text))
            return false;
    }
}

/* Any value, whatever its form. */
static bool read_value(struct tlm_cursor *cursor, enum tlm_type *type, uint64_t *value)
{
    struct tlm_string text;
    size_t branch;
    int64_t integer;
    double real;
    if (!tlm__cursor_index(cursor, "union branch", TLM_TYPES, &branch))
        return false;
    *type = (enum tlm_type)branch;
    *value = (uint64_t)(cursor->at - cursor->start);
    switch (*type) {
    case TLM_DOUBLE:
        if (!tlm__cursor_double(cursor, &real))
            return false;
        memcpy(value, &real, sizeof real);
        return true;
    case TLM_LONG:
        if (!tlm__cursor_long(cursor, &integer))
            return false;
        *value = (uint64_t)integer;
        return true;
    case TLM_STRING:
    case TLM_JSON:
        return tlm__cursor_text(cursor, &text);
    case TLM_DOUBLE_ARRAY:
        return skip_doubles(cursor);
    case TLM_STRING_ARRAY:
        return skip_strings(cursor);
    }
    return false;
}

/* The column of values as far as it is decoded. */
struct column {
    size_t n, most; /* decoded; and with the rest of this array block */
    bool mixed;     /* the types are kept one by one */
    enum tlm_type type;
};

static uint64_t *values_of(const struct tlm_stream *stream)
{
    return (uint64_t *)(void *)stream->values.data;
}

/* Counts in n more values, of one type. */
static bool add_values(struct tlm_stream *stream, struct column *column, enum tlm_type type,
                       size_t n)
{
    if (column->n == 0)
        column->type = type;
    if (!column->mixed && column->type != type) {
        if (!make_room(stream, &stream->types, column->most, 1))
            return false;
        memset(stream->types.data, column->type, column->n);
        column->mixed = true;
    }
    if (column->mixed)
        memset(stream->types.data + column->n, type, n);
    column->n += n;
    return true;
}

static bool read_some_values(struct tlm_stream *stream, struct column *column)
{
    struct tlm_cursor *cursor = &stream->cursor;
    uint64_t *out = values_of(stream) + column->n;
    size_t left = column->most - column->n;
    enum tlm_type type = TLM_DOUBLE;
    size_t n = tlm__columns_doubles(&cursor->at, cursor->end, out, left);
    if (!n) {
        type = TLM_LONG;
        n = tlm__columns_longs(&cursor->at, cursor->end, out, left);
    }
    if (!n) {
        n = 1;
        if (!read_value(cursor, &type, out))
            return false;
    }
    return add_values(stream, column, type, n);
}

static bool read_values(struct tlm_stream *stream, struct column *column)
{
    struct tlm_items items = {0};
    bool more;
    for (;;) {
        if (!tlm__items_block(&stream->cursor, &items, VALUE_MIN, &more))
            return false;
        if (!more)
            return true;
        column->most += (size_t)items.left;
        items.left = 0;
        if (!make_room(stream, &stream->values, column->most, sizeof(uint64_t)) ||
            (column->mixed && !make_room(stream, &stream->types, column->most, 1)))
            return false;
        while (column->n < column->most)
            if (!read_some_values(stream, column))
                return false;
    }
}

static bool skip_values_block(struct tlm_cursor *cursor, struct tlm_items *items)
{
    enum tlm_type type;
    uint64_t value;
    if (items->block_end) {
        cursor->at = items->block_end;
        items->left = 0;
    }
    for (; items->left; items->left--) {
        if (tlm__cursor_left(cursor) >= DOUBLE_BYTES && cursor->at[0] == 0)
            cursor->at += DOUBLE_BYTES;
        else if (!read_value(cursor, &type, &value))
            return false;
    }
    return true;
}

static bool skip_values(struct tlm_stream *stream, struct column *column)
{
    struct tlm_items items = {0};
    bool more;
    for (;;) {
        if (!tlm__items_block(&stream->cursor, &items, VALUE_MIN, &more))
            return false;
        if (!more)
            return true;
        column->n += (size_t)items.left;
        if (!skip_values_block(&stream->cursor, &items))
            return false;
    }
}

/* ---- records -----------------------------------------------------------------------------------
 */

static bool check_lengths(struct tlm_stream *stream, const struct column *column)
{
    if (stream->record.n == column->n)
        return true;
    return tlm__cursor_fail(&stream->cursor, stream->body, "%zu timestamps, but %zu values",
                            stream->record.n, column->n);
}

/* From the timestamps up to the tags. */
static bool read_body(struct tlm_stream *stream, unsigned want)
{
    struct column column = {.type = TLM_DOUBLE};
    struct tlm_stream_record *record = &stream->record;
    bool values = want & TLM_WANT_VALUES;
    stream->cursor.at = stream->body;
    record->times_ns = NULL;
    record->values = NULL;
    record->types = NULL;
    if (!(want & TLM_WANT_TIMES ? take_times(stream) : skip_times(stream)) ||
        !(values ? read_values(stream, &column) : skip_values(stream, &column)) ||
        !check_lengths(stream, &column))
        return false;
    record->type = column.type;
    if (values)
        record->values = values_of(stream);
    if (column.mixed)
        record->types = stream->types.data;
    return true;
}

static bool read_tags(struct tlm_stream *stream)
{
    struct tlm_items items = {0};
    struct tlm_string pair[2];
    bool more;
    tlm__buf_reset(&stream->tags);
    for (;;) {
        if (!tlm__items_next(&stream->cursor, &items, TAG_MIN, &more))
            return false;
        if (!more)
            break;
        if (!tlm__cursor_text(&stream->cursor, &pair[0]) ||
            !tlm__cursor_text(&stream->cursor, &pair[1]) ||
            !make_room(stream, &stream->tags, 1, sizeof pair))
            return false;
        tlm__buf_append(&stream->tags, pair, sizeof pair); /* there is room */
    }
    stream->record.tags = (const struct tlm_string *)(void *)stream->tags.data;
    stream->record.n_tags = stream->tags.len / sizeof pair;
    stream->tags_end = stream->cursor.at;
    return true;
}

bool tlm__stream_tags(struct tlm_stream *stream)
{
    if (stream->tags_end)
        return true;
    return read_body(stream, 0) && read_tags(stream);
}

bool tlm__stream_points(struct tlm_stream *stream, enum tlm_stream_want want)
{
    if (!read_body(stream, want))
        return false;
    if (!stream->tags_end)
        return read_tags(stream);
    stream->cursor.at = stream->tags_end;
    return true;
}

void tlm__stream_begin(struct tlm_stream *stream, const void *block, size_t len,
                       struct tlm_error *error)
{
    tlm__cursor_init(&stream->cursor, block, len, error);
    stream->body = NULL;
    stream->tags_end = NULL;
    stream->same_len = 0;
}

/* Behind the current record, if there is one. */
static bool leave_record(struct tlm_stream *stream)
{
    return !stream->body || tlm__stream_tags(stream);
}

bool tlm__stream_next(struct tlm_stream *stream)
{
    if (!leave_record(stream))
        return false;
    stream->record = (struct tlm_stream_record){0};
    stream->tags_end = NULL;
    if (!tlm__cursor_text(&stream->cursor, &stream->record.channel))
        return false;
    stream->body = stream->cursor.at;
    return true;
}

bool tlm__stream_end(struct tlm_stream *stream)
{
    return leave_record(stream) && tlm__cursor_finish(&stream->cursor);
}

void tlm__stream_release(struct tlm_stream *stream)
{
    tlm__buf_release(&stream->times);
    tlm__buf_release(&stream->values);
    tlm__buf_release(&stream->types);
    tlm__buf_release(&stream->tags);
    *stream = (struct tlm_stream){0};
}

/* ---- what is behind a value --------------------------------------------------------------------
 */

/* What was accepted once is read again: it cannot fail. */
static struct tlm_cursor cursor_at(const struct tlm_stream *stream, uint64_t at)
{
    struct tlm_cursor cursor = stream->cursor;
    cursor.at = cursor.start + at;
    cursor.error = NULL;
    return cursor;
}

struct tlm_string tlm__stream_text(const struct tlm_stream *stream, uint64_t value)
{
    struct tlm_cursor cursor = cursor_at(stream, value);
    struct tlm_string text = {0};
    tlm__cursor_text(&cursor, &text);
    return text;
}

bool tlm__stream_next_double(const struct tlm_stream *stream, uint64_t *at, struct tlm_items *items,
                             double *item)
{
    struct tlm_cursor cursor = cursor_at(stream, *at);
    bool more = false;
    if (!tlm__items_next(&cursor, items, sizeof(double), &more) || !more ||
        !tlm__cursor_double(&cursor, item))
        return false;
    *at = (uint64_t)(cursor.at - cursor.start);
    return true;
}

bool tlm__stream_next_string(const struct tlm_stream *stream, uint64_t *at, struct tlm_items *items,
                             struct tlm_string *item)
{
    struct tlm_cursor cursor = cursor_at(stream, *at);
    bool more = false;
    if (!tlm__items_next(&cursor, items, 1, &more) || !more || !tlm__cursor_text(&cursor, item))
        return false;
    *at = (uint64_t)(cursor.at - cursor.start);
    return true;
}
