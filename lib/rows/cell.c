#include "rows/cell.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "rows/json_array.h"
#include "rows/parse_json.h"

struct tlm_shown tlm__show(const char *text, size_t len)
{
    struct tlm_shown shown;
    size_t most = sizeof shown.text - 4;
    size_t n = len < most ? len : most;
    while (n < len && n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
        n--;
    if (n)
        memcpy(shown.text, text, n);
    tlm__make_printable(shown.text, n);
    strcpy(shown.text + n, n < len ? "..." : "");
    return shown;
}

static enum tlm_code fail_value(struct tlm_assembler *assembler, enum tlm_code code,
                                const struct tlm_name *name, const struct tlm_value *value,
                                const char *why)
{
    struct tlm_shown channel = tlm__show(name->text, name->len);
    struct tlm_shown shown = tlm__show(value->text, value->len);
    if (value->kind == TLM_VALUE_DOUBLES || value->kind == TLM_VALUE_STRINGS)
        shown = tlm__show(value->raw ? value->raw : "[...]", value->raw ? value->raw_len : 5);
    return tlm__row_fail(assembler, code, "\"%s\": %s %s", channel.text, shown.text, why);
}

static enum tlm_code set_bytes(struct tlm_cell *cell, enum tlm_type type, const char *bytes,
                               size_t len)
{
    cell->kind = (uint32_t)type & 0xf;
    cell->value.bytes = bytes;
    cell->length = (uint32_t)len;
    return TLM_OK;
}

static enum tlm_code set_double(struct tlm_cell *cell, double value)
{
    cell->kind = TLM_DOUBLE;
    cell->value.real = value;
    return TLM_OK;
}

static enum tlm_code set_long(struct tlm_cell *cell, int64_t value)
{
    cell->kind = TLM_LONG;
    cell->value.integer = value;
    return TLM_OK;
}

/* ---- without a forced type ------------------------------------------------------------------ */

static enum tlm_code settle_bool(const struct tlm_assembler *assembler,
                                 const struct tlm_value *value, struct tlm_cell *cell)
{
    switch (assembler->rules->options.bool_as) {
    case TLM_BOOL_STRING:
        return set_bytes(cell, TLM_STRING, value->truth ? "true" : "false", value->truth ? 4 : 5);
    case TLM_BOOL_DOUBLE:
        return set_double(cell, value->truth);
    case TLM_BOOL_LONG:
        break;
    }
    return set_long(cell, value->truth);
}

static enum tlm_code settle_big(struct tlm_assembler *assembler, const struct tlm_name *name,
                                const struct tlm_value *value, struct tlm_cell *cell)
{
    switch (assembler->rules->options.uint64_as) {
    case TLM_UINT64_DOUBLE:
        return set_double(cell, value->number.real);
    case TLM_UINT64_STRING:
        return set_bytes(cell, TLM_STRING, value->text, value->len);
    case TLM_UINT64_WRAP:
        if (value->number.fits_uint64)
            return set_long(cell, (int64_t)value->number.as_uint64);
        return fail_value(assembler, TLM_ROW_RANGE, name, value, "does not fit 64 bits");
    case TLM_UINT64_REJECT:
        break;
    }
    return fail_value(assembler, TLM_ROW_RANGE, name, value,
                      "is outside int64 (--uint64 or --type says what to do)");
}

static enum tlm_code settle_number(struct tlm_assembler *assembler, const struct tlm_name *name,
                                   const struct tlm_value *value, struct tlm_cell *cell)
{
    const struct tlm_number *number = &value->number;
    switch (number->kind) {
    case TLM_NUMBER_INT:
        if (assembler->rules->options.int_as == TLM_INT_DOUBLE)
            return set_double(cell, number->real);
        return set_long(cell, number->integer);
    case TLM_NUMBER_DOUBLE:
        return set_double(cell, number->real);
    case TLM_NUMBER_BIG:
        return settle_big(assembler, name, value, cell);
    case TLM_NUMBER_HUGE:
    case TLM_NUMBER_NONE:
        break;
    }
    return fail_value(assembler, TLM_ROW_RANGE, name, value, "is beyond the range of a double");
}

static enum tlm_code settle_free(struct tlm_assembler *assembler, const struct tlm_name *name,
                                 const struct tlm_value *value, struct tlm_cell *cell)
{
    switch (value->kind) {
    case TLM_VALUE_BOOL:
        return settle_bool(assembler, value, cell);
    case TLM_VALUE_NUMBER:
        return settle_number(assembler, name, value, cell);
    case TLM_VALUE_TEXT:
        return set_bytes(cell, TLM_STRING, value->text, value->len);
    case TLM_VALUE_DOUBLES:
        return set_bytes(cell, TLM_DOUBLE_ARRAY, value->text, value->len);
    case TLM_VALUE_STRINGS:
        return set_bytes(cell, TLM_STRING_ARRAY, value->text, value->len);
    case TLM_VALUE_JSON:
        break;
    }
    return set_bytes(cell, TLM_JSON, value->text, value->len);
}

/* ---- with a forced type --------------------------------------------------------------------- */

/* The value as a number: text is read as one. False: it is none. */
static bool as_number(const struct tlm_assembler *assembler, const struct tlm_value *value,
                      struct tlm_number *number)
{
    switch (value->kind) {
    case TLM_VALUE_BOOL:
        *number = (struct tlm_number){
            .kind = TLM_NUMBER_INT, .integer = value->truth, .real = value->truth};
        return true;
    case TLM_VALUE_NUMBER:
        *number = value->number;
        return true;
    case TLM_VALUE_TEXT:
        break;
    case TLM_VALUE_DOUBLES:
    case TLM_VALUE_STRINGS:
    case TLM_VALUE_JSON:
        return false;
    }
    const char *text = value->text;
    size_t len = value->len;
    while (len && (*text == ' ' || *text == '\t'))
        text++, len--;
    while (len && (text[len - 1] == ' ' || text[len - 1] == '\t'))
        len--;
    return tlm__number_read(text, len, assembler->rules->options.decimal, number);
}

static enum tlm_code force_double(struct tlm_assembler *assembler, const struct tlm_name *name,
                                  const struct tlm_value *value, struct tlm_cell *cell)
{
    struct tlm_number number;
    if (!as_number(assembler, value, &number))
        return fail_value(assembler, TLM_ROW_TYPE, name, value, "is no number");
    if (number.kind == TLM_NUMBER_HUGE)
        return fail_value(assembler, TLM_ROW_RANGE, name, value, "is beyond the range of a double");
    return set_double(cell, number.real);
}

static enum tlm_code force_long(struct tlm_assembler *assembler, const struct tlm_name *name,
                                const struct tlm_value *value, struct tlm_cell *cell)
{
    struct tlm_number number;
    if (!as_number(assembler, value, &number))
        return fail_value(assembler, TLM_ROW_TYPE, name, value, "is no number");
    if (number.kind == TLM_NUMBER_INT)
        return set_long(cell, number.integer);
    if (number.kind == TLM_NUMBER_BIG && number.fits_uint64 &&
        assembler->rules->options.uint64_as == TLM_UINT64_WRAP)
        return set_long(cell, (int64_t)number.as_uint64);
    if (number.kind != TLM_NUMBER_DOUBLE)
        return fail_value(assembler, TLM_ROW_RANGE, name, value, "is outside int64");
    if (isfinite(number.real) && (number.real >= 0x1p63 || number.real < -0x1p63))
        return fail_value(assembler, TLM_ROW_RANGE, name, value, "is outside int64");
    if (!isfinite(number.real) || number.real != (double)(int64_t)number.real)
        return fail_value(assembler, TLM_ROW_TYPE, name, value, "is no integer");
    return set_long(cell, (int64_t)number.real);
}

/* The value's JSON text, as type. */
static enum tlm_code set_json_text(struct tlm_assembler *assembler, const struct tlm_name *name,
                                   const struct tlm_value *value, enum tlm_type type,
                                   struct tlm_cell *cell)
{
    if (value->kind == TLM_VALUE_JSON)
        return set_bytes(cell, type, value->text, value->len);
    const char *raw = value->raw ? value->raw : value->text;
    size_t len = value->raw ? value->raw_len : value->len;
    const char *why = "";
    size_t at;
    tlm__buf_reset(&assembler->scratch);
    enum tlm_code code = tlm__json_compact(raw, len, assembler->rules->options.duplicate_keys,
                                           &assembler->scratch, &at, &why);
    if (code == TLM_NO_MEMORY)
        return code;
    if (code)
        return fail_value(assembler, TLM_ROW_TYPE, name, value, "is not JSON");
    const char *text = tlm__arena_text(&assembler->rows->arena, (char *)assembler->scratch.data,
                                       assembler->scratch.len);
    return text ? set_bytes(cell, type, text, assembler->scratch.len) : TLM_NO_MEMORY;
}

static enum tlm_code force_string(struct tlm_assembler *assembler, const struct tlm_name *name,
                                  const struct tlm_value *value, struct tlm_cell *cell)
{
    if (value->kind == TLM_VALUE_DOUBLES || value->kind == TLM_VALUE_STRINGS)
        return set_json_text(assembler, name, value, TLM_STRING, cell);
    return set_bytes(cell, TLM_STRING, value->text, value->len);
}

/* A cell with the text of an array. *items stays as it is when that is no array of numbers or of
 * texts alone. */
static enum tlm_code read_items(struct tlm_assembler *assembler, const struct tlm_value *value,
                                struct tlm_value *items)
{
    const char *end = value->text + value->len;
    struct tlm_json_reader reader = {.p = tlm__json_skip_space(value->text, end), .end = end};
    struct tlm_value read = *items;
    bool taken = false;
    enum tlm_code code = TLM_OK;
    if (tlm__json_peek(&reader) == '[')
        code = tlm__json_read_array(&reader, &assembler->rows->arena, &read, &taken);
    if (taken && tlm__json_skip_space(reader.p, end) == end)
        *items = read;
    tlm__json_reader_release(&reader);
    return code == TLM_NO_MEMORY ? code : TLM_OK;
}

static enum tlm_code force_array(struct tlm_assembler *assembler, const struct tlm_name *name,
                                 enum tlm_type type, const struct tlm_value *value,
                                 struct tlm_cell *cell)
{
    struct tlm_value items = *value;
    enum tlm_code code = TLM_OK;
    if (value->kind == TLM_VALUE_TEXT && !value->raw)
        code = read_items(assembler, value, &items);
    if (code)
        return code;
    const bool empty = items.kind == TLM_VALUE_DOUBLES && !items.len;
    if (items.kind == (type == TLM_DOUBLE_ARRAY ? TLM_VALUE_DOUBLES : TLM_VALUE_STRINGS) || empty)
        return set_bytes(cell, type, items.text, items.len);
    return fail_value(assembler, TLM_ROW_TYPE, name, value,
                      type == TLM_DOUBLE_ARRAY ? "is no array of numbers" : "is no array of texts");
}

enum tlm_code tlm__cell_force(struct tlm_assembler *assembler, const struct tlm_name *name,
                              enum tlm_type type, const struct tlm_value *value,
                              struct tlm_cell *cell)
{
    switch (type) {
    case TLM_DOUBLE:
        return force_double(assembler, name, value, cell);
    case TLM_LONG:
        return force_long(assembler, name, value, cell);
    case TLM_STRING:
        return force_string(assembler, name, value, cell);
    case TLM_JSON:
        return set_json_text(assembler, name, value, TLM_JSON, cell);
    case TLM_DOUBLE_ARRAY:
    case TLM_STRING_ARRAY:
        break;
    }
    return force_array(assembler, name, type, value, cell);
}

enum tlm_code tlm__cell_settle(struct tlm_assembler *assembler, const struct tlm_name *name,
                               const struct tlm_value *value, struct tlm_cell *cell)
{
    if (name->forced_type < 0)
        return settle_free(assembler, name, value, cell);
    return tlm__cell_force(assembler, name, (enum tlm_type)name->forced_type, value, cell);
}
