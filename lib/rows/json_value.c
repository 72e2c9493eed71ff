#include "rows/json_value.h"

#include "base/checked.h"
#include "rows/json_array.h"

static enum tlm_code read_string(struct tlm_json_reader *reader, struct tlm_arena *arena,
                                 struct tlm_value *value)
{
    bool escaped;
    const char *text = reader->p + 1;
    const char *close = tlm__json_string_end(text, reader->end, &escaped, &reader->fault);
    if (!close)
        return reader->fault.code;
    value->kind = TLM_VALUE_TEXT;
    value->text = text;
    value->len = (size_t)(close - text);
    value->raw = reader->p;
    value->raw_len = value->len + 2;
    reader->p = close + 1;
    if (!escaped)
        return TLM_OK;
    size_t room;
    char *decoded =
        tlm__size_add(value->len, TLM_TEXT_PADDING, &room) ? tlm__arena_take(arena, room) : NULL;
    if (!decoded)
        return TLM_NO_MEMORY;
    value->len = tlm__json_decode(text, value->len, decoded);
    value->text = decoded;
    memset(decoded + value->len, 0, TLM_TEXT_PADDING);
    return TLM_OK;
}

enum tlm_code tlm__json_skip_value(struct tlm_json_reader *reader, struct tlm_string *text)
{
    struct tlm_json_span span = {reader->p, reader->end, reader->depth};
    enum tlm_code code = tlm__json_walk(&reader->compactor, &span, text, &reader->fault);
    reader->p = span.p;
    return code;
}

/* An object, or an array that is neither of numbers nor of strings. */
static enum tlm_code read_json(struct tlm_json_reader *reader, struct tlm_arena *arena,
                               struct tlm_value *value)
{
    struct tlm_string text;
    const char *raw = reader->p;
    enum tlm_code code = tlm__json_skip_value(reader, &text);
    if (code)
        return code;
    value->kind = TLM_VALUE_JSON;
    value->text = text.data == raw ? raw : tlm__arena_text(arena, text.data, text.len);
    value->len = text.len;
    value->raw = raw;
    value->raw_len = (size_t)(reader->p - raw);
    return value->text ? TLM_OK : TLM_NO_MEMORY;
}

static enum tlm_code read_array(struct tlm_json_reader *reader, struct tlm_arena *arena,
                                struct tlm_value *value)
{
    bool taken;
    enum tlm_code code = tlm__json_read_array(reader, arena, value, &taken);
    return code || taken ? code : read_json(reader, arena, value);
}

static enum tlm_code read_word(struct tlm_json_reader *reader, struct tlm_value *value,
                               bool *is_null)
{
    const char *p = reader->p, *end = reader->end;
    value->text = p;
    value->kind = TLM_VALUE_BOOL;
    value->truth = *p == 't';
    *is_null = *p == 'n';
    if (tlm__json_starts(p, end, "true", 4) || tlm__json_starts(p, end, "null", 4))
        value->len = 4;
    else if (tlm__json_starts(p, end, "false", 5))
        value->len = 5;
    else
        return tlm__json_fail_value(&reader->fault, p, end);
    reader->p += value->len;
    return TLM_OK;
}

static enum tlm_code read_number(struct tlm_json_reader *reader, struct tlm_value *value)
{
    size_t len = tlm__json_read_number(reader->p, reader->end, &value->number);
    if (!len)
        return tlm__json_fail_value(&reader->fault, reader->p, reader->end);
    value->kind = TLM_VALUE_NUMBER;
    value->text = reader->p;
    value->len = len;
    reader->p += len;
    return TLM_OK;
}

enum tlm_code tlm__json_read_value(struct tlm_json_reader *reader, struct tlm_arena *arena,
                                   struct tlm_value *value, bool *is_null)
{
    *is_null = false;
    value->raw = NULL;
    value->raw_len = 0;
    switch (tlm__json_peek(reader)) {
    case '"':
        return read_string(reader, arena, value);
    case '{':
        return read_json(reader, arena, value);
    case '[':
        return read_array(reader, arena, value);
    case 't':
    case 'f':
    case 'n':
        return read_word(reader, value, is_null);
    default:
        return read_number(reader, value);
    }
}

void tlm__json_reader_release(struct tlm_json_reader *reader)
{
    tlm__json_compactor_release(&reader->compactor);
    tlm__buf_release(&reader->items);
}
