#include "cat/cat_wide.h"

#include <stdlib.h>

#include "cat/cat_error.h"
#include "cat/cat_quote.h"
#include "cat/cat_seen.h"

enum { PIECE_BYTES = 1 << 20 }; /* of text that is written at once */

static const char time_name[] = "timestamp";

/* A series on its way through time. */
struct lane {
    const struct cat_column *column;
    size_t at;           /* the next cell */
    struct cat_text key; /* what stands before its values */
};

struct wide {
    const struct cat_table *table;
    enum cat_fill fill;
    struct cat_limit *limit;
    struct cat_time time;
    struct lane *lanes; /* for series that have values */
    size_t n_lanes;
    int64_t *next_ns; /* of each lane; INT64_MAX also at its end */
    struct cat_text header, text;
    uint64_t n; /* rows in text */
};

/* ---- names ---------------------------------------------------------------------------------- */

/* channel, or channel{tag=value,tag=value}. */
static bool add_name(struct cat_text *name, const struct cat_column *column, bool tags)
{
    bool added = cat_text_add(name, column->channel.data, column->channel.len);
    for (size_t i = 0; added && tags && i < column->n_tags; i++)
        added = cat_text_add_char(name, i ? ',' : '{') &&
                cat_text_add(name, column->tags[i].key.data, column->tags[i].key.len) &&
                cat_text_add_char(name, '=') &&
                cat_text_add(name, column->tags[i].value.data, column->tags[i].value.len);
    return added && (!tags || cat_text_add_words(name, column->n_tags ? "}" : "{}"));
}

static bool is_time_name(struct tlm_string text)
{
    return text.len == sizeof time_name - 1 && memcmp(text.data, time_name, text.len) == 0;
}

/* The key in rows of JSON, or the cell in the header. */
static bool make_name(struct wide *wide, struct lane *lane, bool tags)
{
    const struct cat_format *format = wide->table->format;
    const char delimiter = cat_format_delimiter(format);
    struct cat_text name = {0};
    bool made = add_name(&name, lane->column, tags);
    struct tlm_string text = {name.data, name.len};
    if (cat_format_is_json(format))
        made = made && cat_text_add_char(&lane->key, ',') && cat_quote_json(&lane->key, text) &&
               cat_text_add_char(&lane->key, ':');
    else
        made = made && cat_text_add_char(&lane->key, delimiter) &&
               cat_text_add_char(&wide->header, delimiter) &&
               cat_quote_cell(&wide->header, text, delimiter);
    cat_text_release(&name);
    return made;
}

/* The series gets a lane. Channels of several series are in `twice`. */
static bool add_lane(struct wide *wide, const struct cat_column *column,
                     const struct cat_seen *twice)
{
    struct tlm_string channel = column->channel;
    struct lane *lane = &wide->lanes[wide->n_lanes];
    lane->column = column;
    wide->next_ns[wide->n_lanes++] = column->cells[0].time_ns;
    return make_name(wide, lane,
                     cat_seen_has(twice, cat_seen_hash(channel, NULL, 0)) || is_time_name(channel));
}

/* Tags are in the name where a channel has several series. */
static bool add_lanes(struct wide *wide)
{
    const struct cat_table *table = wide->table;
    struct cat_seen once = {0}, twice = {0};
    bool made = cat_text_add_words(&wide->header, time_name);
    for (size_t i = 0; made && i < table->n; i++) {
        uint64_t hash = cat_seen_hash(table->columns[i].channel, NULL, 0);
        if (table->columns[i].n)
            made = cat_seen_add(cat_seen_has(&once, hash) ? &twice : &once, hash);
    }
    for (size_t i = 0; made && i < table->n; i++)
        if (table->columns[i].n)
            made = add_lane(wide, &table->columns[i], &twice);
    cat_seen_release(&once);
    cat_seen_release(&twice);
    return made && cat_text_add(&wide->header, "\n", 2); /* with a NUL */
}

/* ---- rows ----------------------------------------------------------------------------------- */

static bool add_time(struct wide *wide, int64_t time_ns)
{
    const struct cat_format *format = wide->table->format;
    const char *quote = format->time == CAT_TIME_RFC3339 && cat_format_is_json(format) ? "\"" : "";
    if (cat_format_is_json(format) && !cat_text_add_words(&wide->text, "{\"timestamp\":"))
        return false;
    char *to =
        cat_text_add_words(&wide->text, quote) ? cat_text_room(&wide->text, CAT_TIME_TEXT) : NULL;
    if (!to)
        return false;
    wide->text.len += cat_time_text(&wide->time, time_ns, to);
    return cat_text_add_words(&wide->text, quote);
}

/* The cell of a row, or NULL. Steps behind it. */
static const struct cat_cell *take_cell(struct wide *wide, size_t i, int64_t time_ns)
{
    struct lane *lane = &wide->lanes[i];
    const struct cat_column *column = lane->column;
    if (lane->at < column->n && wide->next_ns[i] == time_ns) {
        lane->at++;
        wide->next_ns[i] = lane->at < column->n ? column->cells[lane->at].time_ns : INT64_MAX;
        return &column->cells[lane->at - 1];
    }
    return wide->fill == CAT_FILL_LAST && lane->at ? &column->cells[lane->at - 1] : NULL;
}

static bool add_row(struct wide *wide, int64_t time_ns)
{
    const bool json = cat_format_is_json(wide->table->format);
    bool added = add_time(wide, time_ns);
    for (size_t i = 0; added && i < wide->n_lanes; i++) {
        const struct lane *lane = &wide->lanes[i];
        const struct cat_cell *cell = take_cell(wide, i, time_ns);
        if (cell || !json)
            added = cat_text_add(&wide->text, lane->key.data, lane->key.len);
        if (cell)
            added = added && cat_table_print(wide->table, cell, &wide->text);
    }
    wide->n++;
    return added && cat_text_add_words(&wide->text, json ? "}\n" : "\n");
}

static enum tlm_code flush(struct wide *wide, struct tlm_error *error)
{
    enum tlm_code code = cat_limit_rows(wide->limit, &wide->text, wide->n, error);
    wide->text.len = 0;
    wide->n = 0;
    return code;
}

/* False: there is no further row. */
static bool next_time(const struct wide *wide, int64_t *time_ns)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < wide->n_lanes; i++)
        next = wide->next_ns[i] < next ? wide->next_ns[i] : next;
    *time_ns = next;
    if (next < INT64_MAX)
        return true;
    for (size_t i = 0; i < wide->n_lanes; i++)
        if (wide->lanes[i].at < wide->lanes[i].column->n)
            return true;
    return false;
}

static enum tlm_code write_rows(struct wide *wide, struct tlm_error *error)
{
    enum tlm_code code = TLM_OK;
    for (int64_t time_ns; !code && next_time(wide, &time_ns);) {
        if (!add_row(wide, time_ns))
            return cat_fail_memory(error);
        if (wide->text.len >= PIECE_BYTES)
            code = flush(wide, error);
    }
    return code ? code : flush(wide, error);
}

/* ---- all of it ------------------------------------------------------------------------------ */

static bool make_lanes(struct wide *wide)
{
    wide->lanes = calloc(wide->table->n + 1, sizeof *wide->lanes);
    wide->next_ns = calloc(wide->table->n + 1, sizeof *wide->next_ns);
    return wide->lanes && wide->next_ns && add_lanes(wide);
}

static void release(struct wide *wide)
{
    for (size_t i = 0; i < wide->n_lanes; i++)
        cat_text_release(&wide->lanes[i].key);
    free(wide->lanes);
    free(wide->next_ns);
    cat_text_release(&wide->header);
    cat_text_release(&wide->text);
}

enum tlm_code cat_wide_write(const struct cat_table *table, enum cat_fill fill,
                             struct cat_limit *limit, struct tlm_error *error)
{
    struct wide wide = {.table = table, .fill = fill, .limit = limit};
    cat_time_init(&wide.time, table->format->time);
    enum tlm_code code = make_lanes(&wide) ? TLM_OK : cat_fail_memory(error);
    if (!code && !cat_format_is_json(table->format))
        limit->header = wide.header.data;
    if (!code)
        code = write_rows(&wide, error);
    if (!code) /* while the header is there */
        code = cat_limit_finish(limit, error);
    limit->header = NULL;
    release(&wide);
    return code;
}
