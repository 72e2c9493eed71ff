#include "writer_value.h"

#include <string.h>

#include "base/error.h"
#include "rows/parse_json.h"

/* ---- checks --------------------------------------------------------------------------------- */

static enum tlm_code check_names(const struct tlm_column *column, struct tlm_error *error)
{
    if (!column->channel || !*column->channel)
        return tlm__fail(error, TLM_ROW_CHANNEL, "the channel has no name");
    if (!tlm__utf8_valid(column->channel, strlen(column->channel)))
        return tlm__fail(error, TLM_ROW_UTF8, "the channel's name is not UTF-8");
    for (size_t i = 0; i < column->n_tags; i++) {
        const struct tlm_tag *tag = &column->tags[i];
        if (!tag->key || !*tag->key || !tag->value)
            return tlm__fail(error, TLM_ROW_CHANNEL, "channel \"%s\": a tag has no name or value",
                             column->channel);
        if (!tlm__utf8_valid(tag->key, strlen(tag->key)) ||
            !tlm__utf8_valid(tag->value, strlen(tag->value)))
            return tlm__fail(error, TLM_ROW_UTF8, "channel \"%s\": a tag is not UTF-8",
                             column->channel);
    }
    return TLM_OK;
}

static bool all_utf8(const struct tlm_strings *strings)
{
    for (size_t i = 0; i < strings->len; i++)
        if (!tlm__utf8_valid(strings->items[i].data, strings->items[i].len))
            return false;
    return true;
}

static enum tlm_code check_json(struct tlm_json_compactor *compactor, const struct tlm_string *text)
{
    struct tlm_json_fault fault;
    struct tlm_string compact;
    return tlm__json_document(compactor, text->data, text->len, &compact, &fault);
}

static enum tlm_code check_value(struct tlm_json_compactor *compactor,
                                 const struct tlm_column *column, size_t i)
{
    const struct tlm_string *text = column->values;
    const struct tlm_strings *strings = column->values;
    switch (column->type) {
    case TLM_DOUBLE:
    case TLM_LONG:
    case TLM_DOUBLE_ARRAY:
        return TLM_OK;
    case TLM_STRING:
        return tlm__utf8_valid(text[i].data, text[i].len) ? TLM_OK : TLM_ROW_UTF8;
    case TLM_STRING_ARRAY:
        return all_utf8(&strings[i]) ? TLM_OK : TLM_ROW_UTF8;
    case TLM_JSON:
        return check_json(compactor, &text[i]);
    }
    return TLM_ROW_TYPE;
}

static enum tlm_code fail_value(const struct tlm_column *column, size_t i, enum tlm_code code,
                                struct tlm_error *error)
{
    tlm__fail(error, code, "channel \"%s\", value %zu: %s", column->channel, i + 1,
              code == TLM_ROW_UTF8        ? "not UTF-8"
              : code == TLM_ROW_TYPE      ? "an unknown type"
              : code == TLM_ROW_DUPLICATE ? "a JSON object with a key twice"
                                          : "not JSON");
    if (error)
        error->row = i + 1;
    return code;
}

enum tlm_code tlm__column_check(const struct tlm_column *column, size_t n, struct tlm_error *error)
{
    enum tlm_code code = check_names(column, error);
    if (code || column->type == TLM_DOUBLE || column->type == TLM_LONG ||
        column->type == TLM_DOUBLE_ARRAY)
        return code;
    struct tlm_json_compactor compactor = {.duplicates = TLM_DUPLICATE_REJECT};
    for (size_t i = 0; i < n && !code; i++) {
        if (column->present && !column->present[i])
            continue;
        code = check_value(&compactor, column, i);
        if (code)
            fail_value(column, i, code, error);
    }
    tlm__json_compactor_release(&compactor);
    return code;
}

/* ---- conversion ----------------------------------------------------------------------------- */

bool tlm__join_strings(const struct tlm_strings *strings, struct tlm_buf *scratch)
{
    for (size_t i = 0; i < strings->len; i++) {
        if (strings->items[i].len > UINT32_MAX)
            return false;
        uint32_t len = (uint32_t)strings->items[i].len;
        if (!tlm__buf_append(scratch, &len, sizeof len) ||
            !tlm__buf_append(scratch, strings->items[i].data, len))
            return false;
    }
    return true;
}

static bool compact_json(struct tlm_scratch *scratch, const struct tlm_string *text,
                         struct tlm_stored *stored)
{
    struct tlm_json_fault fault;
    struct tlm_string compact;
    if (tlm__json_document(&scratch->json, text->data, text->len, &compact, &fault))
        return false;
    stored->bytes = compact.data;
    stored->bits = stored->len = compact.len;
    return true;
}

bool tlm__stored_from_column(const struct tlm_column *column, size_t i, struct tlm_scratch *scratch,
                             struct tlm_stored *stored)
{
    const struct tlm_string *text = column->values;
    const struct tlm_doubles *doubles = column->values;
    *stored = (struct tlm_stored){.type = column->type};
    switch (column->type) {
    case TLM_DOUBLE:
    case TLM_LONG:
        memcpy(&stored->bits, (const char *)column->values + i * sizeof stored->bits,
               sizeof stored->bits);
        return true;
    case TLM_STRING:
        stored->bytes = text[i].data;
        stored->len = text[i].len;
        break;
    case TLM_DOUBLE_ARRAY:
        stored->bytes = doubles[i].items;
        stored->len = doubles[i].len * sizeof(double);
        break;
    case TLM_STRING_ARRAY:
        tlm__buf_reset(&scratch->items);
        if (!tlm__join_strings((const struct tlm_strings *)column->values + i, &scratch->items))
            return false;
        stored->bytes = scratch->items.data;
        stored->len = scratch->items.len;
        break;
    case TLM_JSON:
        return compact_json(scratch, &text[i], stored);
    }
    stored->bits = stored->len;
    return true;
}

/* ---- into the series ------------------------------------------------------------------------ */

enum tlm_code tlm__writer_reserve(struct tlm_writer *w, struct tlm_held *held, size_t points,
                                  size_t heap_bytes)
{
    size_t bytes = tlm__held_growth(held, points, heap_bytes);
    if (!bytes)
        return TLM_OK;
    enum tlm_code code = tlm__writer_make_room(w, bytes);
    if (code)
        return code;
    if (!tlm__held_reserve(&w->series, held, points, heap_bytes))
        return tlm__fail_memory(&w->error, bytes);
    size_t total = tlm__series_bytes(&w->series);
    if (total > w->stats.bytes_held_max)
        w->stats.bytes_held_max = total;
    return TLM_OK;
}

enum tlm_code tlm__writer_push(struct tlm_writer *w, struct tlm_held *held, int64_t time_ns,
                               const struct tlm_stored *stored)
{
    struct tlm_held_columns *now = &held->now;
    if (now->n == now->cap || stored->len > now->heap.cap - now->heap.len) {
        enum tlm_code code = tlm__writer_reserve(w, held, 1, stored->len);
        if (code)
            return code;
        if (!w->batch_born_ns)
            tlm__writer_batch_begins(w, time_ns);
    }
    if (!tlm__held_push(&w->series, held, time_ns, stored->type, stored->bits))
        return tlm__fail_memory(&w->error, now->cap);
    if (stored->len) {
        memcpy(now->heap.data + now->heap.len, stored->bytes, stored->len);
        now->heap.len += stored->len;
    }
    w->stats.points++;
    return TLM_OK;
}
