#include "rows/assemble.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "rows/cell.h"
#include "rows/row_tags.h"

#define NO_CELL SIZE_MAX

enum tlm_code tlm__assembler_init(struct tlm_assembler *assembler,
                                  const struct tlm_row_rules *rules, struct tlm_columns *columns,
                                  struct tlm_error *error)
{
    *assembler = (struct tlm_assembler){.rules = rules, .columns = columns};
    tlm__time_reader_init(&assembler->time, &rules->time);
    size_t n = rules->options.tag_fields.len;
    assembler->tag_text = calloc(n ? n : 1, sizeof *assembler->tag_text);
    if (!assembler->tag_text)
        return tlm__fail_memory(error, n * sizeof *assembler->tag_text);
    assembler->last_tags = TLM_INTERN_NONE;
    return TLM_OK;
}

void tlm__assembler_release(struct tlm_assembler *assembler)
{
    free(assembler->tag_text);
    tlm__buf_release(&assembler->tags_object);
    tlm__buf_release(&assembler->member);
    tlm__buf_release(&assembler->tags_key);
    tlm__buf_release(&assembler->last_key);
    tlm__buf_release(&assembler->scratch);
    *assembler = (struct tlm_assembler){0};
}

/* The capacity to grow to so that `more` go in behind `used`. */
static size_t grown(size_t cap, size_t used, size_t more)
{
    size_t next = cap ? cap * 2 : 4096;
    return next - used < more ? used + more : next;
}

static bool grow_rows(struct tlm_rows *rows, size_t more)
{
    size_t cap = grown(rows->rows_cap, rows->n_rows, more), bytes;
    struct tlm_row *made =
        tlm__size_mul(cap, sizeof *made, &bytes) ? realloc(rows->rows, bytes) : NULL;
    if (!made)
        return false;
    rows->rows = made;
    rows->rows_cap = cap;
    return true;
}

static bool grow_cells(struct tlm_rows *rows, size_t more)
{
    size_t cap = grown(rows->cells_cap, rows->n_cells, more), bytes;
    struct tlm_cell *made =
        tlm__size_mul(cap, sizeof *made, &bytes) ? realloc(rows->cells, bytes) : NULL;
    if (!made)
        return false;
    rows->cells = made;
    rows->cells_cap = cap;
    return true;
}

bool tlm__rows_reserve(struct tlm_rows *rows, size_t n_rows, size_t n_cells)
{
    return (rows->rows_cap - rows->n_rows >= n_rows || grow_rows(rows, n_rows)) &&
           (rows->cells_cap - rows->n_cells >= n_cells || grow_cells(rows, n_cells));
}

void tlm__row_begin(struct tlm_assembler *assembler, const struct tlm_place *place)
{
    assembler->row_number++;
    assembler->place = *place;
    assembler->first_cell = assembler->rows->n_cells;
    for (size_t i = 0; i < assembler->rules->n_time_parts; i++)
        assembler->time_text[i].data = NULL;
    for (size_t i = 0; i < assembler->rules->options.tag_fields.len; i++)
        assembler->tag_text[i].data = NULL;
    assembler->long_channel.data = NULL;
    assembler->long_has_value = assembler->long_is_null = false;
    assembler->long_cell.data = NULL;
    assembler->long_type = -1;
    assembler->object = NULL;
    assembler->has_dead_cells = false;
    assembler->tags_object.len = 0;
}

enum tlm_code tlm__row_fail(struct tlm_assembler *assembler, enum tlm_code code, const char *format,
                            ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(assembler->reason, sizeof assembler->reason, format, args);
    va_end(args);
    return code;
}

/* ---- values --------------------------------------------------------------------------------- */

static inline struct tlm_cell *add_cell(struct tlm_assembler *assembler)
{
    struct tlm_rows *rows = assembler->rows;
    if (rows->n_cells == rows->cells_cap && !grow_cells(rows, 1)) {
        assembler->no_memory = true;
        return NULL;
    }
    return &rows->cells[rows->n_cells++];
}

static enum tlm_code add_value(struct tlm_assembler *assembler, struct tlm_name *name,
                               const struct tlm_value *value)
{
    /* A later value of the same key stands where the first one stood. */
    struct tlm_cell *cell =
        name->seen_cell != NO_CELL ? &assembler->rows->cells[name->seen_cell] : add_cell(assembler);
    if (!cell)
        return TLM_NO_MEMORY;
    /* Set as a whole: memory that is only written need not be waited for. */
    struct tlm_cell made = {.channel = name->number & TLM_CHANNEL_MAX};
    const struct tlm_number *number = &value->number;
    name->seen_cell = (size_t)(cell - assembler->rows->cells);
    if (name->forced_type < 0 && value->kind == TLM_VALUE_TEXT) {
        made.kind = TLM_STRING;
        made.value.bytes = value->text;
        made.length = (uint32_t)value->len;
    } else if (name->forced_type < 0 && value->kind == TLM_VALUE_NUMBER &&
               number->kind == TLM_NUMBER_DOUBLE) {
        made.kind = TLM_DOUBLE;
        made.value.real = number->real;
    } else if (name->forced_type < 0 && value->kind == TLM_VALUE_NUMBER &&
               number->kind == TLM_NUMBER_INT && assembler->rules->options.int_as == TLM_INT_AUTO) {
        made.kind = TLM_CELL_INT;
        made.value.integer = number->integer;
    } else {
        *cell = made;
        return tlm__cell_settle(assembler, name, value, cell);
    }
    *cell = made;
    return TLM_OK;
}

/* Drops what an earlier member of the same name left in this row. */
static void forget_earlier(struct tlm_assembler *assembler, struct tlm_name *name)
{
    switch (name->role) {
    case TLM_ROLE_CHANNEL:
        if (name->seen_cell != NO_CELL) {
            assembler->rows->cells[name->seen_cell].kind = TLM_CELL_DEAD;
            assembler->has_dead_cells = true;
        }
        break;
    case TLM_ROLE_TIME:
        assembler->time_text[name->number].data = NULL;
        break;
    case TLM_ROLE_TAG:
        assembler->tag_text[name->number].data = NULL;
        break;
    case TLM_ROLE_NAME:
        assembler->long_channel.data = NULL;
        break;
    case TLM_ROLE_VALUE:
        assembler->long_has_value = assembler->long_is_null = false;
        break;
    case TLM_ROLE_TAGS:
        assembler->tags_object.len = 0;
        break;
    case TLM_ROLE_TYPE:
        assembler->long_type = -1;
        break;
    case TLM_ROLE_DROP:
    case TLM_ROLE_NAMELESS:
        break;
    }
}

static bool is_under(const struct tlm_name *name, const struct tlm_name *object)
{
    for (name = name->seen_under; name; name = name->seen_under)
        if (name == object)
            return true;
    return false;
}

/* With flatten: what an earlier object of that name left in this row. */
static void forget_members(struct tlm_assembler *assembler, const struct tlm_name *object)
{
    const struct tlm_columns *columns = assembler->columns;
    for (uint32_t i = 0; assembler->rules->options.flatten && i < columns->keys.len; i++) {
        struct tlm_name *name = columns->names[i];
        if (name && name->seen_row == assembler->row_number && is_under(name, object))
            forget_earlier(assembler, name);
    }
    for (uint32_t i = 0; assembler->rules->options.flatten && i < columns->keys.len; i++) {
        struct tlm_name *name = columns->names[i];
        if (name && name->seen_row == assembler->row_number && is_under(name, object))
            name->seen_row = 0;
    }
}

static enum tlm_code see_again(struct tlm_assembler *assembler, struct tlm_name *name)
{
    if (assembler->rules->options.duplicate_keys == TLM_DUPLICATE_REJECT) {
        struct tlm_shown shown = tlm__show(name->text, name->len);
        return tlm__row_fail(assembler, TLM_ROW_DUPLICATE, "key \"%s\" appears twice", shown.text);
    }
    forget_earlier(assembler, name);
    forget_members(assembler, name);
    name->seen_under = assembler->object;
    return TLM_OK;
}

/* Notes that a name came up in this row. */
static enum tlm_code see(struct tlm_assembler *assembler, struct tlm_name *name)
{
    if (name->seen_row == assembler->row_number)
        return see_again(assembler, name);
    name->seen_row = assembler->row_number;
    name->seen_cell = NO_CELL;
    name->seen_under = assembler->object;
    return TLM_OK;
}

/* The text of a scalar, for times, tags and channel names. */
static enum tlm_code scalar_text(struct tlm_assembler *assembler, const struct tlm_name *name,
                                 const struct tlm_value *value, enum tlm_code refuse_as,
                                 struct tlm_string *text)
{
    if (value->kind > TLM_VALUE_TEXT) {
        struct tlm_shown shown = tlm__show(name->text, name->len);
        return tlm__row_fail(assembler, refuse_as, "\"%s\" is an array or object", shown.text);
    }
    *text = (struct tlm_string){value->text, value->len};
    return TLM_OK;
}

static enum tlm_code take_type(struct tlm_assembler *assembler, const struct tlm_value *value)
{
    for (int type = 0; type < TLM_TYPES && value->kind == TLM_VALUE_TEXT; type++) {
        const char *text = tlm_type_name((enum tlm_type)type);
        if (strlen(text) == value->len && memcmp(text, value->text, value->len) == 0) {
            assembler->long_type = type;
            return TLM_OK;
        }
    }
    struct tlm_shown shown =
        tlm__show(value->raw ? value->raw : value->text, value->raw ? value->raw_len : value->len);
    const char *quote = value->raw ? "" : "\"";
    return tlm__row_fail(assembler, TLM_ROW_TYPE,
                         "type %s%s%s is none of double, string, long, double array, string array "
                         "and json (--tag-field takes it for a tag)",
                         quote, shown.text, quote);
}

enum tlm_code tlm__row_value(struct tlm_assembler *assembler, struct tlm_name *name,
                             const struct tlm_value *value)
{
    enum tlm_code code = see(assembler, name);
    if (code)
        return code;
    if (value->kind == TLM_VALUE_TEXT && assembler->rules->options.null_values.len &&
        tlm__row_rules_is_null(assembler->rules, value->text, value->len))
        return TLM_OK;
    switch (name->role) {
    case TLM_ROLE_CHANNEL:
        return add_value(assembler, name, value);
    case TLM_ROLE_TIME:
        return scalar_text(assembler, name, value, TLM_ROW_TIME,
                           &assembler->time_text[name->number]);
    case TLM_ROLE_TAG:
        return scalar_text(assembler, name, value, TLM_ROW_CHANNEL,
                           &assembler->tag_text[name->number]);
    case TLM_ROLE_NAME:
        return scalar_text(assembler, name, value, TLM_ROW_CHANNEL, &assembler->long_channel);
    case TLM_ROLE_VALUE:
        assembler->long_value = *value;
        assembler->long_has_value = true;
        return TLM_OK;
    case TLM_ROLE_TAGS:
        return tlm__row_tags_value(assembler, value);
    case TLM_ROLE_TYPE:
        return take_type(assembler, value);
    case TLM_ROLE_NAMELESS:
        return tlm__row_fail(assembler, TLM_ROW_CHANNEL, "a key is empty or holds a NUL");
    case TLM_ROLE_DROP:
        break;
    }
    return TLM_OK;
}

enum tlm_code tlm__row_null(struct tlm_assembler *assembler, struct tlm_name *name)
{
    enum tlm_code code = see(assembler, name);
    if (!code && name->role == TLM_ROLE_VALUE)
        assembler->long_is_null = assembler->rules->input == TLM_INPUT_JSONL;
    return code;
}

enum tlm_code tlm__row_enter(struct tlm_assembler *assembler, struct tlm_name *name)
{
    enum tlm_code code = see(assembler, name);
    if (!code)
        assembler->object = name;
    return code;
}

void tlm__row_leave(struct tlm_assembler *assembler)
{
    if (assembler->object)
        assembler->object = assembler->object->seen_under;
}

/* ---- the end of a row ----------------------------------------------------------------------- */

static enum tlm_code read_time(struct tlm_assembler *assembler, int64_t *time_ns)
{
    const struct tlm_row_rules *rules = assembler->rules;
    struct tlm_string text = assembler->time_text[0];
    for (size_t i = 0; i < rules->n_time_parts; i++)
        if (!assembler->time_text[i].data)
            return tlm__row_fail(assembler, TLM_ROW_NO_TIME, "no timestamp: \"%.*s\" is %s",
                                 (int)rules->time_part_lens[i], rules->time_parts[i],
                                 "missing or null");
    if (rules->n_time_parts > 1) {
        tlm__buf_reset(&assembler->scratch);
        for (size_t i = 0; i < rules->n_time_parts; i++)
            if ((i && !tlm__buf_append_byte(&assembler->scratch, ' ')) ||
                !tlm__buf_append(&assembler->scratch, assembler->time_text[i].data,
                                 assembler->time_text[i].len))
                return TLM_NO_MEMORY;
        if (!tlm__buf_reserve(&assembler->scratch, TLM_TEXT_PADDING))
            return TLM_NO_MEMORY;
        text = (struct tlm_string){(char *)assembler->scratch.data, assembler->scratch.len};
    }
    while (text.len && text.data[0] == ' ')
        text.data++, text.len--;
    while (text.len && text.data[text.len - 1] == ' ')
        text.len--;
    const char *why = "cannot be read";
    enum tlm_code code = tlm__time_read(&assembler->time, text.data, text.len, time_ns, &why);
    if (!code)
        return TLM_OK;
    struct tlm_shown shown = tlm__show(text.data, text.len);
    return tlm__row_fail(assembler, code, "timestamp \"%s\" %s", shown.text, why);
}

/* Long rows that name a type: the value that is meant to have it. False: there is none. */
static bool find_typed_value(const struct tlm_assembler *assembler, struct tlm_value *value)
{
    const struct tlm_string *cell = &assembler->long_cell;
    if (assembler->long_type == TLM_JSON && assembler->long_is_null) {
        *value = (struct tlm_value){.kind = TLM_VALUE_TEXT, .text = "null", .len = 4};
        return true;
    }
    if (assembler->long_type == TLM_STRING && cell->data) {
        *value = (struct tlm_value){.kind = TLM_VALUE_TEXT, .text = cell->data, .len = cell->len};
        return true;
    }
    *value = assembler->long_value;
    return assembler->long_has_value;
}

static enum tlm_code add_typed_value(struct tlm_assembler *assembler, const struct tlm_name *name)
{
    struct tlm_value value;
    if (!find_typed_value(assembler, &value))
        return TLM_OK;
    struct tlm_cell *cell = add_cell(assembler);
    if (!cell)
        return TLM_NO_MEMORY;
    cell->channel = name->number & TLM_CHANNEL_MAX;
    return tlm__cell_force(assembler, name, (enum tlm_type)assembler->long_type, &value, cell);
}

/* Long rows: the one cell, now that the channel is known. */
static enum tlm_code add_long_value(struct tlm_assembler *assembler)
{
    const struct tlm_string *channel = &assembler->long_channel;
    if (!channel->data || !channel->len)
        return tlm__row_fail(assembler, TLM_ROW_CHANNEL, "the channel (\"%s\") is missing or empty",
                             assembler->rules->options.channel_field);
    struct tlm_name *name =
        tlm__columns_long_channel(assembler->columns, channel->data, channel->len);
    if (!name)
        return TLM_NO_MEMORY;
    const bool typed = assembler->long_type >= 0 && name->forced_type < 0;
    if (name->role == TLM_ROLE_DROP || (!assembler->long_has_value && !typed))
        return TLM_OK;
    if (name->role == TLM_ROLE_NAMELESS)
        return tlm__row_fail(assembler, TLM_ROW_CHANNEL, "the channel's name holds a NUL");
    if (typed)
        return add_typed_value(assembler, name);
    name->seen_cell = NO_CELL;
    return add_value(assembler, name, &assembler->long_value);
}

static void drop_dead_cells(struct tlm_assembler *assembler)
{
    struct tlm_rows *rows = assembler->rows;
    size_t kept = assembler->first_cell;
    for (size_t i = kept; i < rows->n_cells; i++)
        if (rows->cells[i].kind != TLM_CELL_DEAD)
            rows->cells[kept++] = rows->cells[i];
    rows->n_cells = kept;
}

static inline bool add_row(struct tlm_rows *rows, const struct tlm_row *row)
{
    if (rows->n_rows == rows->rows_cap && !grow_rows(rows, 1))
        return false;
    rows->rows[rows->n_rows++] = *row;
    return true;
}

bool tlm__row_end(struct tlm_assembler *assembler)
{
    struct tlm_row row;
    if (assembler->place.len > assembler->rules->options.max_line)
        return tlm__row_refuse_as_said(assembler, TLM_ROW_TOO_LONG);
    enum tlm_code code = read_time(assembler, &row.time_ns);
    if (!code && assembler->rules->shape == TLM_SHAPE_LONG)
        code = add_long_value(assembler);
    if (!code)
        code = tlm__row_tag_set(assembler, &row.tags);
    if (tlm_code_is_row(code))
        return tlm__row_refuse_as_said(assembler, code);
    if (assembler->has_dead_cells)
        drop_dead_cells(assembler);
    row.cells = (uint32_t)(assembler->rows->n_cells - assembler->first_cell);
    if (code || !add_row(assembler->rows, &row))
        assembler->no_memory = true;
    return !assembler->no_memory;
}

/* ---- bad rows ------------------------------------------------------------------------------- */

bool tlm__row_refuse_as_said(struct tlm_assembler *assembler, enum tlm_code code)
{
    struct tlm_rows *rows = assembler->rows;
    uint64_t longest = assembler->rules->options.max_line;
    rows->n_cells = assembler->first_cell;
    if (assembler->place.len > longest) /* whatever else is wrong with it */
        code = tlm__row_fail(assembler, TLM_ROW_TOO_LONG,
                             "%zu bytes are more than the limit of %llu (--max-line)",
                             assembler->place.len, (unsigned long long)longest);
    if (rows->n_bad == rows->bad_cap) {
        size_t cap = rows->bad_cap ? rows->bad_cap * 2 : 16;
        struct tlm_bad_row *grown = realloc(rows->bad, cap * sizeof *grown);
        if (!grown) {
            assembler->no_memory = true;
            return false;
        }
        rows->bad = grown;
        rows->bad_cap = cap;
    }
    const char *reason =
        tlm__arena_text(&rows->arena, assembler->reason, strlen(assembler->reason));
    const struct tlm_place *place = &assembler->place;
    rows->bad[rows->n_bad++] = (struct tlm_bad_row){
        .code = code,
        .rows_before = rows->n_rows + rows->frame_rows,
        .row = place->row,
        .line = place->line,
        .byte = place->byte,
        .text = place->text,
        .text_len = place->len,
        .reason = reason ? reason : "",
    };
    return true;
}

bool tlm__row_refuse(struct tlm_assembler *assembler, enum tlm_code code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(assembler->reason, sizeof assembler->reason, format, args);
    va_end(args);
    return tlm__row_refuse_as_said(assembler, code);
}
