#include "avro/decode_json.h"

#include <endian.h>
#include <string.h>

#include "avro/decode_logical.h"
#include "base/json_escape.h"
#include "base/shortest.h"

#define MAX_BYTES_DEFAULT ((size_t)256 << 20)
#define INTEGER_MAX 20

struct writer {
    struct tlm_cursor *cursor;
    const struct tlm_json_options *options;
    struct tlm_buf *out;
    size_t most; /* out->len that must not be passed */
};

typedef const struct tlm_schema_node *node_ref;

static bool put_value(struct writer *writer, node_ref node);

/* ---- pieces ------------------------------------------------------------------------------------
 */

static bool need_memory(struct writer *writer, bool had)
{
    return had || tlm__cursor_fail_code(writer->cursor, TLM_NO_MEMORY, writer->cursor->at,
                                        "out of memory for its text");
}

static bool put(struct writer *writer, const char *text, size_t len)
{
    return need_memory(writer, tlm__buf_append(writer->out, text, len));
}

static bool put_quoted(struct writer *writer, const char *text, size_t len)
{
    return put(writer, "\"", 1) && put(writer, text, len) && put(writer, "\"", 1);
}

static bool put_text(struct writer *writer, struct tlm_string text)
{
    return need_memory(writer, tlm__json_escape(writer->out, text.data, text.len));
}

static bool put_bytes(struct writer *writer, const uint8_t *bytes, size_t len)
{
    return need_memory(writer, tlm__json_escape_bytes(writer->out, bytes, len));
}

static size_t integer_text(char *out, int64_t value)
{
    char digits[INTEGER_MAX];
    uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;
    size_t n = 0, len = 0;
    do {
        digits[n++] = (char)('0' + left % 10);
        left /= 10;
    } while (left);
    if (value < 0)
        out[len++] = '-';
    while (n)
        out[len++] = digits[--n];
    return len;
}

static bool put_integer(struct writer *writer, int64_t value)
{
    char text[INTEGER_MAX];
    return put(writer, text, integer_text(text, value));
}

static bool put_real(struct writer *writer, const char *text, size_t len)
{
    bool finite = text[len - 1] != 'N' && text[len - 1] != 'y'; /* NaN, Infinity */
    return finite || writer->options->bare_non_finite ? put(writer, text, len)
                                                      : put_quoted(writer, text, len);
}

/* ---- numbers -----------------------------------------------------------------------------------
 */

/* 0: it has none of its own. */
static size_t moment_text(enum tlm_logical logical, char *out, int64_t value)
{
    switch (logical) {
    case TLM_LOGICAL_DATE:
        return tlm__date_text(out, (int32_t)value);
    case TLM_LOGICAL_TIME_MILLIS:
        return tlm__time_text(out, value, 3);
    case TLM_LOGICAL_TIME_MICROS:
        return tlm__time_text(out, value, 6);
    case TLM_LOGICAL_TIMESTAMP_MILLIS:
        return tlm__timestamp_text(out, value, 3, true);
    case TLM_LOGICAL_TIMESTAMP_MICROS:
        return tlm__timestamp_text(out, value, 6, true);
    case TLM_LOGICAL_TIMESTAMP_NANOS:
        return tlm__timestamp_text(out, value, 9, true);
    case TLM_LOGICAL_LOCAL_MILLIS:
        return tlm__timestamp_text(out, value, 3, false);
    case TLM_LOGICAL_LOCAL_MICROS:
        return tlm__timestamp_text(out, value, 6, false);
    case TLM_LOGICAL_LOCAL_NANOS:
        return tlm__timestamp_text(out, value, 9, false);
    case TLM_LOGICAL_NONE:
    case TLM_LOGICAL_DECIMAL:
    case TLM_LOGICAL_UUID:
    case TLM_LOGICAL_DURATION:
        return 0;
    }
    return 0;
}

static bool put_moment(struct writer *writer, node_ref node, int64_t value)
{
    char text[TLM_LOGICAL_TEXT_MAX];
    size_t len = 0;
    if (node->logical != TLM_LOGICAL_NONE && !writer->options->avro_encoding)
        len = moment_text(node->logical, text, value);
    if (len)
        return put_quoted(writer, text, len);
    len = integer_text(text, value);
    if (node->kind == TLM_KIND_LONG && writer->options->int64_text)
        return put_quoted(writer, text, len);
    return put(writer, text, len);
}

static bool put_int(struct writer *writer, node_ref node)
{
    int32_t value;
    return tlm__cursor_int(writer->cursor, &value) && put_moment(writer, node, value);
}

static bool put_long(struct writer *writer, node_ref node)
{
    int64_t value;
    return tlm__cursor_long(writer->cursor, &value) && put_moment(writer, node, value);
}

static bool put_float(struct writer *writer)
{
    char text[TLM_SHORTEST_MAX];
    float value;
    return tlm__cursor_float(writer->cursor, &value) &&
           put_real(writer, text, tlm__float_text(value, text));
}

static bool put_double(struct writer *writer)
{
    char text[TLM_SHORTEST_MAX];
    double value;
    return tlm__cursor_double(writer->cursor, &value) &&
           put_real(writer, text, tlm__double_text(value, text));
}

static bool put_boolean(struct writer *writer)
{
    bool value;
    if (!tlm__cursor_boolean(writer->cursor, &value))
        return false;
    return value ? put(writer, "true", 4) : put(writer, "false", 5);
}

/* ---- bytes -------------------------------------------------------------------------------------
 */

static bool put_decimal(struct writer *writer, node_ref node, const uint8_t *bytes, size_t len)
{
    bool quote = writer->options->int64_text, fits;
    size_t before = writer->out->len;
    if ((quote && !put(writer, "\"", 1)) ||
        !need_memory(writer, tlm__decimal_append(writer->out, bytes, len, node->scale, &fits)))
        return false;
    if (fits)
        return !quote || put(writer, "\"", 1);
    writer->out->len = before;
    return put_bytes(writer, bytes, len);
}

static bool put_duration(struct writer *writer, const uint8_t *bytes)
{
    static const char *const names[] = {"{\"months\":", ",\"days\":", ",\"millis\":"};
    for (size_t i = 0; i < 3; i++) {
        uint32_t part;
        memcpy(&part, bytes + i * sizeof part, sizeof part);
        if (!put(writer, names[i], strlen(names[i])) || !put_integer(writer, le32toh(part)))
            return false;
    }
    return put(writer, "}", 1);
}

static bool put_annotated(struct writer *writer, node_ref node, const uint8_t *bytes, size_t len)
{
    char text[TLM_LOGICAL_TEXT_MAX];
    if (writer->options->avro_encoding || node->logical == TLM_LOGICAL_NONE)
        return put_bytes(writer, bytes, len);
    if (node->logical == TLM_LOGICAL_DECIMAL)
        return put_decimal(writer, node, bytes, len);
    if (node->logical == TLM_LOGICAL_UUID)
        return put_quoted(writer, text, tlm__uuid_text(text, bytes));
    return put_duration(writer, bytes);
}

static bool put_fixed(struct writer *writer, node_ref node)
{
    const uint8_t *bytes;
    return tlm__cursor_take(writer->cursor, node->size, &bytes) &&
           (node->size || tlm__cursor_spend(writer->cursor)) &&
           put_annotated(writer, node, bytes, node->size);
}

static bool put_variable(struct writer *writer, node_ref node)
{
    struct tlm_string text;
    if (!tlm__cursor_text(writer->cursor, &text))
        return false;
    if (node->kind == TLM_KIND_STRING)
        return put_text(writer, text);
    return put_annotated(writer, node, (const uint8_t *)text.data, text.len);
}

/* ---- what has values inside --------------------------------------------------------------------
 */

static bool put_record(struct writer *writer, node_ref node)
{
    struct tlm_cursor *cursor = writer->cursor;
    const uint8_t *from = cursor->at;
    if (!tlm__cursor_enter(cursor) || !put(writer, "{", 1))
        return false;
    for (size_t i = 0; i < node->n; i++) {
        if ((i && !put(writer, ",", 1)) || !put_text(writer, node->labels[i]) ||
            !put(writer, ":", 1))
            return false;
        if (!put_value(writer, node->children[i]))
            return tlm__cursor_name(cursor, node->labels[i], node->name);
    }
    tlm__cursor_leave(cursor);
    return put(writer, "}", 1) && (cursor->at != from || tlm__cursor_spend(cursor));
}

static bool put_key(struct writer *writer)
{
    struct tlm_string key;
    return tlm__cursor_text(writer->cursor, &key) && put_text(writer, key) && put(writer, ":", 1);
}

static bool put_items(struct writer *writer, node_ref node)
{
    struct tlm_items items = {0};
    bool map = node->kind == TLM_KIND_MAP, more;
    size_t min_bytes = node->children[0]->min_bytes + map;
    if (!tlm__cursor_enter(writer->cursor) || !put(writer, map ? "{" : "[", 1))
        return false;
    for (bool first = true;; first = false) {
        if (!tlm__items_next(writer->cursor, &items, min_bytes, &more))
            return false;
        if (!more)
            break;
        if ((!first && !put(writer, ",", 1)) || (map && !put_key(writer)) ||
            !put_value(writer, node->children[0]))
            return false;
    }
    tlm__cursor_leave(writer->cursor);
    return put(writer, map ? "}" : "]", 1);
}

static bool put_union(struct writer *writer, node_ref node)
{
    size_t number;
    if (!tlm__cursor_index(writer->cursor, "union branch", node->n, &number))
        return false;
    node_ref branch = node->children[number];
    if (!writer->options->avro_encoding || branch->kind == TLM_KIND_NULL)
        return put_value(writer, branch);
    return put(writer, "{", 1) && put_text(writer, branch->name) && put(writer, ":", 1) &&
           put_value(writer, branch) && put(writer, "}", 1);
}

static bool put_symbol(struct writer *writer, node_ref node)
{
    size_t number;
    return tlm__cursor_index(writer->cursor, "enum symbol", node->n, &number) &&
           put_text(writer, node->labels[number]);
}

static bool put_value(struct writer *writer, node_ref node)
{
    if (writer->out->len > writer->most)
        return tlm__cursor_fail_code(writer->cursor, TLM_LIMIT, writer->cursor->at,
                                     "the record is too long as JSON");
    switch (node->kind) {
    case TLM_KIND_NULL:
        return tlm__cursor_spend(writer->cursor) && put(writer, "null", 4);
    case TLM_KIND_BOOLEAN:
        return put_boolean(writer);
    case TLM_KIND_INT:
        return put_int(writer, node);
    case TLM_KIND_LONG:
        return put_long(writer, node);
    case TLM_KIND_FLOAT:
        return put_float(writer);
    case TLM_KIND_DOUBLE:
        return put_double(writer);
    case TLM_KIND_BYTES:
    case TLM_KIND_STRING:
        return put_variable(writer, node);
    case TLM_KIND_RECORD:
        return put_record(writer, node);
    case TLM_KIND_ENUM:
        return put_symbol(writer, node);
    case TLM_KIND_ARRAY:
    case TLM_KIND_MAP:
        return put_items(writer, node);
    case TLM_KIND_UNION:
        return put_union(writer, node);
    case TLM_KIND_FIXED:
        return put_fixed(writer, node);
    }
    return false;
}

bool tlm__value_json(struct tlm_cursor *cursor, const struct tlm_schema_node *node,
                     const struct tlm_json_options *options, struct tlm_buf *out)
{
    size_t most = options->max_bytes ? options->max_bytes : MAX_BYTES_DEFAULT;
    struct writer writer = {
        .cursor = cursor,
        .options = options,
        .out = out,
        .most = out->len < SIZE_MAX - most ? out->len + most : SIZE_MAX,
    };
    return put_value(&writer, node);
}
