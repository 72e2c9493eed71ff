#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "base/error.h"
#include "base/globs.h"
#include "reader.h"

void tlm_selection_init(struct tlm_selection *selection)
{
    *selection = (struct tlm_selection){.from_ns = INT64_MIN, .to_ns = INT64_MAX};
}

void tlm__picker_release(struct tlm_picker *picker)
{
    tlm__buf_release(&picker->name);
    tlm__buf_release(&picker->tags);
    tlm__buf_release(&picker->times);
    tlm__buf_release(&picker->bits);
    tlm__buf_release(&picker->types);
    tlm__buf_release(&picker->values);
    tlm__arena_release(&picker->arena);
}

/* ---- channel and tags ----------------------------------------------------------------------- */

/* Whether records of the current channel are wanted. False: memory is out. */
static bool pick_channel(struct tlm_picker *picker, const struct tlm_stream *stream, bool *wanted)
{
    const struct tlm_string channel = stream->record.channel;
    const struct tlm_selection *selection = picker->selection;
    if (!selection->channels.len && !selection->excludes.len) {
        *wanted = true;
        return true;
    }
    if (!picker->name.len || picker->name.len - 1 != channel.len ||
        memcmp(picker->name.data, channel.data, channel.len) != 0) {
        tlm__buf_reset(&picker->name);
        if (!tlm__buf_append(&picker->name, channel.data, channel.len) ||
            !tlm__buf_append_byte(&picker->name, 0))
            return false;
        picker->wanted = tlm__globs_pick(&selection->channels, &selection->excludes,
                                         (const char *)picker->name.data);
    }
    *wanted = picker->wanted;
    return true;
}

/* Keys that come twice stay in their order. */
static int compare_tags(const void *a, const void *b)
{
    const struct tlm_file_pair *x = a, *y = b;
    size_t len = x->key.len < y->key.len ? x->key.len : y->key.len;
    int order = len ? memcmp(x->key.data, y->key.data, len) : 0;
    if (!order)
        order = (x->key.len > y->key.len) - (x->key.len < y->key.len);
    return order ? order : (x->key.data > y->key.data) - (x->key.data < y->key.data);
}

static bool take_tags(struct tlm_picker *picker, const struct tlm_stream *stream)
{
    const struct tlm_stream_record *record = &stream->record;
    tlm__buf_reset(&picker->tags);
    for (size_t i = 0; i < record->n_tags; i++) {
        struct tlm_file_pair pair = {record->tags[2 * i], record->tags[2 * i + 1]};
        if (!tlm__buf_append(&picker->tags, &pair, sizeof pair))
            return false;
    }
    picker->run.n_tags = record->n_tags;
    picker->run.tags = (const void *)picker->tags.data;
    if (record->n_tags > 1)
        qsort(picker->tags.data, record->n_tags, sizeof(struct tlm_file_pair), compare_tags);
    return true;
}

static bool is_text(const struct tlm_string *text, const char *wanted)
{
    return strlen(wanted) == text->len && memcmp(text->data, wanted, text->len) == 0;
}

static bool wants_tags(const struct tlm_picker *picker, const struct tlm_stream *stream)
{
    const struct tlm_pairs *wanted = &picker->selection->tags;
    const struct tlm_stream_record *record = &stream->record;
    for (size_t i = 0; i < wanted->len; i++) {
        bool found = false;
        for (size_t k = 0; k < record->n_tags && !found; k++)
            found = is_text(&record->tags[2 * k], wanted->items[i].key) &&
                    is_text(&record->tags[2 * k + 1], wanted->items[i].value);
        if (!found)
            return false;
    }
    return true;
}

/* ---- time ----------------------------------------------------------------------------------- */

static bool in_time(const struct tlm_selection *selection, int64_t time_ns)
{
    return time_ns >= selection->from_ns &&
           (time_ns < selection->to_ns || selection->to_ns == INT64_MAX);
}

static size_t count_in_time(const struct tlm_selection *selection,
                            const struct tlm_stream_record *record)
{
    size_t n = 0;
    for (size_t i = 0; i < record->n; i++)
        n += in_time(selection, record->times_ns[i]);
    return n;
}

static bool any_time(const struct tlm_selection *selection)
{
    return selection->from_ns == INT64_MIN && selection->to_ns == INT64_MAX;
}

static bool room_for(struct tlm_buf *buf, size_t n, size_t size)
{
    size_t bytes;
    tlm__buf_reset(buf);
    return tlm__size_mul(n, size, &bytes) && tlm__buf_reserve(buf, bytes);
}

/* Replaces the columns of *record by those of the selected points. */
static bool cut_by_time(struct tlm_picker *picker, struct tlm_stream_record *record)
{
    if (!room_for(&picker->times, record->n, sizeof(int64_t)) ||
        !room_for(&picker->bits, record->n, sizeof(uint64_t)) ||
        !room_for(&picker->types, record->n, 1))
        return false;
    int64_t *times = (void *)picker->times.data;
    uint64_t *bits = (void *)picker->bits.data;
    size_t n = 0;
    for (size_t i = 0; i < record->n; i++) {
        if (!in_time(picker->selection, record->times_ns[i]))
            continue;
        times[n] = record->times_ns[i];
        bits[n] = record->values[i];
        picker->types.data[n++] = record->types ? record->types[i] : 0;
    }
    record->n = n;
    record->times_ns = times;
    record->values = bits;
    record->types = record->types ? picker->types.data : NULL;
    return true;
}

/* ---- values --------------------------------------------------------------------------------- */

static bool take_reals(struct tlm_picker *picker, const struct tlm_stream *stream, uint64_t at,
                       union tlm_point_value *value)
{
    struct tlm_items items = {0};
    uint64_t from = at;
    double item;
    size_t n = 0;
    while (tlm__stream_next_double(stream, &at, &items, &item))
        n++;
    double *list = tlm__arena_take(&picker->arena, (n + 1) * sizeof *list);
    if (!list)
        return false;
    items = (struct tlm_items){0};
    for (size_t i = 0; i < n; i++)
        tlm__stream_next_double(stream, &from, &items, &list[i]);
    value->reals = (struct tlm_doubles){list, n};
    return true;
}

static bool take_texts(struct tlm_picker *picker, const struct tlm_stream *stream, uint64_t at,
                       union tlm_point_value *value)
{
    struct tlm_items items = {0};
    uint64_t from = at;
    struct tlm_string item;
    size_t n = 0;
    while (tlm__stream_next_string(stream, &at, &items, &item))
        n++;
    struct tlm_string *list = tlm__arena_take(&picker->arena, (n + 1) * sizeof *list);
    if (!list)
        return false;
    items = (struct tlm_items){0};
    for (size_t i = 0; i < n; i++)
        tlm__stream_next_string(stream, &from, &items, &list[i]);
    value->texts = (struct tlm_strings){list, n};
    return true;
}

static bool take_value(struct tlm_picker *picker, const struct tlm_stream *stream,
                       enum tlm_type type, uint64_t bits, union tlm_point_value *value)
{
    switch (type) {
    case TLM_DOUBLE:
    case TLM_LONG:
        memcpy(value, &bits, sizeof bits);
        return true;
    case TLM_STRING:
    case TLM_JSON:
        value->text = tlm__stream_text(stream, bits);
        return true;
    case TLM_DOUBLE_ARRAY:
        return take_reals(picker, stream, bits, value);
    case TLM_STRING_ARRAY:
        return take_texts(picker, stream, bits, value);
    }
    return true;
}

static bool take_values(struct tlm_picker *picker, const struct tlm_stream *stream,
                        const struct tlm_stream_record *record)
{
    struct tlm_run_of_points *run = &picker->run;
    run->types = record->types;
    run->type = record->type;
    run->reals = NULL;
    run->integers = NULL;
    run->values = NULL;
    if (!record->types && record->type == TLM_DOUBLE) {
        run->reals = (const void *)record->values;
        return true;
    }
    if (!record->types && record->type == TLM_LONG) {
        run->integers = (const void *)record->values;
        return true;
    }
    tlm__arena_reset(&picker->arena);
    bool room = room_for(&picker->values, record->n, sizeof(union tlm_point_value));
    union tlm_point_value *values = (void *)picker->values.data;
    if (!room || !values)
        return false;
    for (size_t i = 0; i < record->n; i++) {
        enum tlm_type type = record->types ? (enum tlm_type)record->types[i] : record->type;
        if (!take_value(picker, stream, type, record->values[i], &values[i]))
            return false;
    }
    run->values = values;
    return true;
}

/* ---- the record ----------------------------------------------------------------------------- */

/* Reads no more of the current record than it takes to see that nothing of it is wanted. */
static bool find_wanted(const struct tlm_picker *picker, struct tlm_stream *stream, size_t *n)
{
    const struct tlm_selection *selection = picker->selection;
    *n = 0;
    if (selection->tags.len) {
        if (!tlm__stream_tags(stream))
            return false;
        if (!wants_tags(picker, stream))
            return true;
    }
    if (!any_time(selection)) {
        if (!tlm__stream_points(stream, TLM_WANT_TIMES))
            return false;
        *n = count_in_time(selection, &stream->record);
        if (!*n)
            return true;
    }
    if (!tlm__stream_points(stream, TLM_WANT_POINTS))
        return false;
    if (any_time(selection))
        *n = stream->record.n;
    return true;
}

/* Decodes the current record as far as it is selected; picker->run.n is 0 when nothing of it is.
 * On failure the stream's cursor has the code, or memory is out (TLM_NO_MEMORY). */
static enum tlm_code take(struct tlm_picker *picker, struct tlm_stream *stream)
{
    struct tlm_run_of_points *run = &picker->run;
    size_t n;
    run->n = 0;
    if (!find_wanted(picker, stream, &n))
        return stream->cursor.code;
    if (!n)
        return TLM_OK;
    struct tlm_stream_record record = stream->record;
    run->channel = record.channel;
    run->raw_bytes = (uint64_t)(stream->tags_end - (const uint8_t *)record.channel.data) + 1;
    bool made = take_tags(picker, stream) && (n == record.n || cut_by_time(picker, &record)) &&
                take_values(picker, stream, &record);
    if (!made)
        return TLM_NO_MEMORY;
    run->timestamps_ns = record.times_ns;
    run->n = n;
    return TLM_OK;
}

/* ---- the block ------------------------------------------------------------------------------ */

enum tlm_code tlm__pick_block(const struct tlm_picking *picking, const uint8_t *raw, size_t len,
                              uint64_t records, struct tlm_error *error)
{
    struct tlm_stream *stream = picking->stream;
    struct tlm_picker *picker = picking->picker;
    tlm__stream_begin(stream, raw, len, error);
    for (uint64_t i = 0; i < records; i++) {
        bool wanted;
        if (!tlm__stream_next(stream))
            return stream->cursor.code;
        if (!pick_channel(picker, stream, &wanted))
            return tlm__fail_memory(error, stream->record.channel.len);
        if (!wanted)
            continue;
        enum tlm_code code = take(picker, stream);
        if (code == TLM_NO_MEMORY)
            return tlm__fail_memory(error, stream->record.n);
        if (!code && picker->run.n)
            code = picking->points(picking->ctx, picking->batch, &picker->run, error);
        if (code)
            return code;
    }
    return tlm__stream_end(stream) ? TLM_OK : stream->cursor.code;
}
