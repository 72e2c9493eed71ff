#include "cat/cat_rows.h"

#include "cat/cat_quote.h"

enum {
    CHUNK_BYTES = 256 << 10,
    CHUNK_MAX = 4096,
    SLACK = 16, /* short texts are copied as so many bytes */
    ROW_BYTES = CAT_TIME_TEXT + 2 * SLACK + CAT_NUMBER_TEXT
};

const char *cat_rows_header(const struct cat_format *format)
{
    switch (format->form) {
    case CAT_FORM_JSONL:
        break;
    case CAT_FORM_CSV:
        return "channel,tags,timestamp,value,type\n";
    case CAT_FORM_TSV:
        return "channel\ttags\ttimestamp\tvalue\ttype\n";
    }
    return "";
}

static void set_joints(struct cat_rows *rows)
{
    const struct cat_format *format = rows->format;
    const char delimiter[] = {cat_format_delimiter(format), '\0'};
    const char *middle = !cat_format_is_json(format)        ? delimiter
                         : format->time == CAT_TIME_RFC3339 ? "\",\"value\":"
                                                            : ",\"value\":";
    const char *end = cat_format_is_json(format) ? "}\n" : (char[]){*delimiter, '\n', '\0'};
    rows->middle_len = strlen(middle);
    memcpy(rows->middle, middle, rows->middle_len);
    rows->end_len = strlen(end);
    memcpy(rows->end, end, rows->end_len);
}

void cat_rows_init(struct cat_rows *rows, const struct cat_format *format)
{
    *rows = (struct cat_rows){.format = format};
    cat_time_init(&rows->time, format->time);
    set_joints(rows);
}

void cat_rows_release(struct cat_rows *rows)
{
    cat_text_release(&rows->prefix);
    cat_text_release(&rows->text);
}

/* ---- the series ----------------------------------------------------------------------------- */

static bool json_series(struct cat_rows *rows, struct tlm_string channel,
                        const struct tlm_file_pair *tags, size_t n_tags)
{
    struct cat_text *prefix = &rows->prefix;
    return cat_text_add_words(prefix, "{\"channel\":") && cat_quote_json(prefix, channel) &&
           cat_text_add_words(prefix, ",\"tags\":") && cat_value_tags(prefix, tags, n_tags) &&
           cat_text_add_words(prefix, rows->format->time == CAT_TIME_RFC3339 ? ",\"timestamp\":\""
                                                                             : ",\"timestamp\":");
}

static bool tags_cell(struct cat_rows *rows, const struct tlm_file_pair *tags, size_t n_tags)
{
    struct cat_text json = {0};
    bool made = cat_value_tags(&json, tags, n_tags) &&
                cat_quote_cell(&rows->prefix, (struct tlm_string){json.data, json.len},
                               cat_format_delimiter(rows->format));
    cat_text_release(&json);
    return made;
}

static bool cell_series(struct cat_rows *rows, struct tlm_string channel,
                        const struct tlm_file_pair *tags, size_t n_tags)
{
    struct cat_text *prefix = &rows->prefix;
    const char delimiter = cat_format_delimiter(rows->format);
    return cat_quote_cell(prefix, channel, delimiter) && cat_text_add_char(prefix, delimiter) &&
           (!n_tags || tags_cell(rows, tags, n_tags)) && cat_text_add_char(prefix, delimiter);
}

bool cat_rows_series(struct cat_rows *rows, struct tlm_string channel,
                     const struct tlm_file_pair *tags, size_t n_tags)
{
    rows->prefix.len = 0;
    rows->type_longs = false;
    return cat_format_is_json(rows->format) ? json_series(rows, channel, tags, n_tags)
                                            : cell_series(rows, channel, tags, n_tags);
}

/* ---- numbers -------------------------------------------------------------------------------- */

static inline char *put_head(struct cat_rows *rows, char *p, int64_t time_ns)
{
    memcpy(p, rows->prefix.data, rows->prefix.len);
    p += rows->prefix.len;
    p += cat_time_text(&rows->time, time_ns, p);
    memcpy(p, rows->middle, SLACK);
    return p + rows->middle_len;
}

static inline char *put_end(const struct cat_rows *rows, char *p)
{
    memcpy(p, rows->end, sizeof rows->end);
    return p + rows->end_len;
}

/* Where to put n rows of numbers. */
static char *room_for(struct cat_rows *rows, size_t n)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, rows->prefix.len + ROW_BYTES, &bytes))
        return NULL;
    return cat_text_room(&rows->text, bytes);
}

static void end_at(struct cat_rows *rows, const char *p, size_t n)
{
    rows->text.len = (size_t)(p - rows->text.data);
    rows->n += n;
}

static bool add_reals(struct cat_rows *rows, const int64_t *times, const double *reals, size_t n)
{
    char *p = room_for(rows, n);
    if (!p)
        return false;
    for (size_t i = 0; i < n; i++) {
        p = put_head(rows, p, times[i]);
        p += cat_value_double(reals[i], p);
        p = put_end(rows, p);
    }
    end_at(rows, p, n);
    return true;
}

static bool add_integers(struct cat_rows *rows, const int64_t *times, const int64_t *integers,
                         size_t n)
{
    char *p = room_for(rows, n);
    if (!p)
        return false;
    for (size_t i = 0; i < n; i++) {
        p = put_head(rows, p, times[i]);
        p += cat_value_long(rows->format, integers[i], p);
        p = put_end(rows, p);
    }
    end_at(rows, p, n);
    return true;
}

/* ---- any value ------------------------------------------------------------------------------ */

static bool begin_row(struct cat_rows *rows, int64_t time_ns)
{
    char *p = room_for(rows, 1);
    if (!p)
        return false;
    rows->text.len = (size_t)(put_head(rows, p, time_ns) - rows->text.data);
    return true;
}

/* The end of a row that names its type. */
static bool add_typed_end(struct cat_text *out, const struct cat_format *format, enum tlm_type type)
{
    const char *name = tlm_type_name(type);
    if (!cat_format_is_json(format))
        return cat_text_add_char(out, cat_format_delimiter(format)) &&
               cat_text_add_words(out, name) && cat_text_add_char(out, '\n');
    return cat_text_add_words(out, ",\"type\":\"") && cat_text_add_words(out, name) &&
           cat_text_add_words(out, "\"}\n");
}

static bool end_row(struct cat_rows *rows, bool typed, enum tlm_type type)
{
    rows->n++;
    return typed ? add_typed_end(&rows->text, rows->format, type)
                 : cat_text_add(&rows->text, rows->end, rows->end_len);
}

static bool add_value(struct cat_rows *rows, int64_t time_ns, enum tlm_type type,
                      const union tlm_point_value *value)
{
    bool typed = type == TLM_LONG && rows->type_longs;
    return begin_row(rows, time_ns) &&
           cat_value_add(&rows->text, rows->format, type, value, &typed) &&
           end_row(rows, typed, type);
}

static bool add_values(struct cat_rows *rows, const struct tlm_run_of_points *points, size_t from,
                       size_t to)
{
    for (size_t i = from; i < to; i++) {
        enum tlm_type type = points->types ? (enum tlm_type)points->types[i] : points->type;
        union tlm_point_value value;
        if (points->integers)
            value.integer = points->integers[i];
        else
            value = points->values[i];
        if (!add_value(rows, points->timestamps_ns[i], type, &value))
            return false;
    }
    return true;
}

bool cat_rows_points(struct cat_rows *rows, const struct tlm_run_of_points *points, size_t from,
                     size_t to)
{
    const int64_t *times = points->timestamps_ns + from;
    if (points->reals)
        return add_reals(rows, times, points->reals + from, to - from);
    if (points->integers && !rows->type_longs && !rows->format->long_strings)
        return add_integers(rows, times, points->integers + from, to - from);
    return add_values(rows, points, from, to);
}

bool cat_rows_cell(struct cat_rows *rows, int64_t time_ns, struct tlm_string cell, bool typed,
                   enum tlm_type type)
{
    typed = typed || (type == TLM_LONG && rows->type_longs);
    return begin_row(rows, time_ns) && cat_text_add(&rows->text, cell.data, cell.len) &&
           end_row(rows, typed, type);
}

size_t cat_rows_chunk(const struct cat_rows *rows)
{
    size_t n = CHUNK_BYTES / (rows->prefix.len + ROW_BYTES);
    return n < 1 ? 1 : n > CHUNK_MAX ? CHUNK_MAX : n;
}

/* ---- rows that are there -------------------------------------------------------------------- */

/* The end of the row at p. A line that ends inside quotes is not the end of a CSV row. */
static const char *row_end(const struct cat_format *format, const char *p, const char *end)
{
    bool quoted = false;
    if (cat_format_is_json(format)) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        return newline ? newline + 1 : end;
    }
    while (p < end && (quoted || *p != '\n'))
        quoted ^= *p++ == '"';
    return p < end ? p + 1 : end;
}

size_t cat_rows_length(const struct cat_format *format, const char *text, size_t len, uint64_t n)
{
    const char *p = text;
    for (; n; n--)
        p = row_end(format, p, text + len);
    return (size_t)(p - text);
}

bool cat_rows_add_typed(const struct cat_format *format, struct cat_text *out, const char *text,
                        size_t len)
{
    const size_t untyped_end = 2; /* in every form */
    for (const char *p = text, *end = text + len, *next; p < end; p = next) {
        next = row_end(format, p, end);
        if (!cat_text_add(out, p, (size_t)(next - p) - untyped_end) ||
            !add_typed_end(out, format, TLM_LONG))
            return false;
    }
    return true;
}
