#include "rows/hot_layout.h"

#include <stdlib.h>
#include <string.h>

#include "rows/json_array.h"
#include "rows/json_text.h"

/* A row being learned. The values' places in its text are kept until the literals between them can
 * be counted through. */
struct lesson {
    struct tlm_hot_layout *layout;
    struct tlm_columns *columns;
    const char *start, *p, *end; /* of the row, end is its newline */
    const char *literal;         /* where the literal at hand starts */
    uint32_t entry;              /* the last one before that literal */
    size_t n_times;
};

void tlm__hot_layout_release(struct tlm_hot_layout *layout)
{
    free(layout->values);
    free(layout->literals);
    tlm__buf_release(&layout->text);
    tlm__buf_release(&layout->marks);
    *layout = (struct tlm_hot_layout){0};
}

static bool has_room(struct tlm_hot_layout *layout)
{
    if (layout->n_values + 1 < layout->values_cap)
        return true;
    size_t cap = layout->values_cap ? layout->values_cap * 2 : 32;
    struct tlm_hot_value *values = realloc(layout->values, cap * sizeof *values);
    if (!values)
        return false;
    layout->values = values;
    struct tlm_hot_literal *literals = realloc(layout->literals, cap * sizeof *literals);
    if (!literals)
        return false;
    layout->literals = literals;
    layout->values_cap = cap;
    return true;
}

static bool is_separator(const struct tlm_hot_layout *layout, char c)
{
    return c == layout->separator || c == '\n';
}

/* Ends the literal at hand before `to`. Where the value before it ends becomes known by that. */
static bool end_literal(struct lesson *lesson, const char *to)
{
    struct tlm_hot_layout *layout = lesson->layout;
    const char *first = NULL, *last = lesson->literal;
    uint32_t entries = 0;
    for (const char *p = lesson->literal; p < to; p++) {
        if (!is_separator(layout, *p))
            continue;
        first = first ? first : p;
        last = p + 1;
        entries++;
    }
    size_t n = layout->n_values, len = (size_t)(to - lesson->literal);
    if (n && !first)
        return false;
    if (n)
        layout->values[n - 1].before = (uint32_t)(first + 1 - lesson->literal);
    layout->literals[n] = (struct tlm_hot_literal){lesson->literal, len};
    layout->longest = len > layout->longest ? len : layout->longest;
    layout->shortest_row += len + 1;
    lesson->entry += entries;
    layout->values[n].entry = lesson->entry;
    layout->values[n].behind = (uint32_t)(to - last);
    return true;
}

/* False when the channel has come already. */
static bool mark(struct tlm_hot_layout *layout, uint32_t channel)
{
    size_t byte = channel / 8;
    unsigned char bit = (unsigned char)(1u << channel % 8);
    if (byte >= layout->marks.len) {
        size_t more = byte + 1 - layout->marks.len;
        if (!tlm__buf_reserve(&layout->marks, more))
            return false;
        memset(layout->marks.data + layout->marks.len, 0, more);
        layout->marks.len += more;
    }
    bool is_new = !(layout->marks.data[byte] & bit);
    layout->marks.data[byte] |= bit;
    return is_new;
}

static bool find_role(struct lesson *lesson, const struct tlm_name *name,
                      struct tlm_hot_value *value)
{
    switch (name->role) {
    case TLM_ROLE_CHANNEL:
        value->role = TLM_HOT_NUMBER;
        value->channel = name->number;
        value->column = (uint32_t)lesson->layout->n_columns++;
        value->form = TLM_HOT_FIXED;
        value->real = false;
        return name->forced_type < 0 && mark(lesson->layout, name->number);
    case TLM_ROLE_TIME:
        value->role = TLM_HOT_TIME;
        return lesson->n_times++ == 0;
    case TLM_ROLE_DROP:
        value->role = TLM_HOT_SKIP;
        return true;
    case TLM_ROLE_TAG:
    case TLM_ROLE_NAME:
    case TLM_ROLE_VALUE:
    case TLM_ROLE_TAGS:
    case TLM_ROLE_NAMELESS:
        break;
    }
    return false;
}

/* A value of the row. */
static bool add_value(struct lesson *lesson, const struct tlm_name *name, const char *text,
                      const char *end)
{
    struct tlm_hot_layout *layout = lesson->layout;
    for (const char *p = text; p < end; p++)
        if (is_separator(layout, *p))
            return false;
    if (!has_room(layout) || !end_literal(lesson, text) ||
        !find_role(lesson, name, &layout->values[layout->n_values]))
        return false;
    layout->n_values++;
    lesson->literal = end;
    return true;
}

/* The literals so far point into the row: from now on into a copy of it. */
static bool keep_text(struct lesson *lesson, size_t len)
{
    struct tlm_hot_layout *layout = lesson->layout;
    tlm__buf_reset(&layout->text);
    if (!tlm__buf_reserve(&layout->text, len + 8))
        return false;
    memcpy(layout->text.data, lesson->start, len);
    memset(layout->text.data + len, 0, 8);
    layout->text.len = len;
    for (size_t i = 0; i <= layout->n_values; i++)
        layout->literals[i].text =
            (const char *)layout->text.data + (layout->literals[i].text - lesson->start);
    return true;
}

static bool begin(struct lesson *lesson, struct tlm_hot_layout *layout, const char *text,
                  size_t len)
{
    layout->n_values = layout->n_columns = layout->n_entries = 0;
    layout->longest = layout->shortest_row = 0;
    layout->time_quoted = false;
    tlm__buf_reset(&layout->marks);
    if (!len || text[len - 1] != '\n' || len > UINT32_MAX || !has_room(layout))
        return false;
    layout->newline_len = len > 1 && text[len - 2] == '\r' ? 2 : 1;
    lesson->layout = layout;
    lesson->start = lesson->p = lesson->literal = text;
    lesson->end = text + len - layout->newline_len;
    return true;
}

static bool finish(struct lesson *lesson, bool learned)
{
    struct tlm_hot_layout *layout = lesson->layout;
    const char *end = lesson->end + layout->newline_len;
    if (learned && has_room(layout) && end_literal(lesson, end) && lesson->n_times == 1 &&
        layout->n_columns) {
        layout->n_entries = lesson->entry;
        if (keep_text(lesson, (size_t)(end - lesson->start)))
            return true;
    }
    layout->n_values = 0;
    return false;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void skip_blanks(struct lesson *lesson)
{
    while (lesson->p < lesson->end && (*lesson->p == ' ' || *lesson->p == '\t'))
        lesson->p++;
}

/* Steps over the character, with blanks around it. */
static bool step_over(struct lesson *lesson, char c)
{
    skip_blanks(lesson);
    if (lesson->p == lesson->end || *lesson->p != c)
        return false;
    lesson->p++;
    skip_blanks(lesson);
    return true;
}

/* p is at a quote. Returns the one that closes, or NULL; a backslash is not waited for. */
static const char *simple_string_end(const char *p, const char *end)
{
    for (p++; p < end && *p != '"'; p++)
        if (*p == '\\')
            return NULL;
    return p < end ? p : NULL;
}

static const char *scalar_end(const char *p, const char *end)
{
    if (p < end && *p == '"') {
        p = simple_string_end(p, end);
        return p ? p + 1 : NULL;
    }
    if (p < end && (*p == '{' || *p == '['))
        return NULL;
    while (p < end && *p != ',' && *p != '}' && *p != ' ' && *p != '\t')
        p++;
    return p;
}

/* p is at the value. */
static bool learn_json_value(struct lesson *lesson, const struct tlm_name *name)
{
    const char *text = lesson->p, *end = scalar_end(text, lesson->end);
    if (!end || end == text)
        return false;
    lesson->p = end;
    struct tlm_number number;
    if (name->role == TLM_ROLE_CHANNEL &&
        tlm__json_read_number(text, end, &number) != (size_t)(end - text))
        return false;
    bool quoted_time = name->role == TLM_ROLE_TIME && *text == '"';
    lesson->layout->time_quoted |= quoted_time;
    if (quoted_time)
        return add_value(lesson, name, text + 1, end - 1);
    return add_value(lesson, name, text, end);
}

static bool learn_json_members(struct lesson *lesson)
{
    if (!step_over(lesson, '{'))
        return false;
    do {
        const char *key = lesson->p;
        const char *close =
            key < lesson->end && *key == '"' ? simple_string_end(key, lesson->end) : NULL;
        if (!close)
            return false;
        lesson->p = close + 1;
        const struct tlm_name *name =
            tlm__columns_name(lesson->columns, key + 1, (size_t)(close - key - 1));
        if (!name || !step_over(lesson, ':') || !learn_json_value(lesson, name))
            return false;
    } while (step_over(lesson, ','));
    return step_over(lesson, '}') && lesson->p == lesson->end;
}

bool tlm__hot_learn_json(struct tlm_hot_layout *layout, struct tlm_columns *columns,
                         const char *text, size_t len)
{
    struct lesson lesson = {.columns = columns};
    layout->separator = ',';
    return begin(&lesson, layout, text, len) && finish(&lesson, learn_json_members(&lesson));
}

/* ---- CSV ------------------------------------------------------------------------------------- */

static bool learn_csv_cells(struct lesson *lesson, struct tlm_name *const *names, size_t n_names)
{
    const char delimiter = lesson->layout->separator;
    if (memchr(lesson->start, '"', (size_t)(lesson->end - lesson->start)))
        return false;
    for (size_t i = 0; i < n_names; i++) {
        size_t left = (size_t)(lesson->end - lesson->p);
        const char *end = memchr(lesson->p, delimiter, left), *text = lesson->p;
        end = end ? end : lesson->end;
        struct tlm_number number;
        if (names[i]->role == TLM_ROLE_CHANNEL) {
            while (text < end && (*text == ' ' || *text == '\t'))
                text++;
            size_t len = (size_t)(end - text);
            while (len && (text[len - 1] == ' ' || text[len - 1] == '\t'))
                len--;
            if (!tlm__number_read(text, len, '.', &number))
                return false;
        }
        if (!add_value(lesson, names[i], lesson->p, end))
            return false;
        lesson->p = end;
        if (end == lesson->end)
            return true;
        lesson->p++;
    }
    return false;
}

bool tlm__hot_learn_csv(struct tlm_hot_layout *layout, struct tlm_columns *columns,
                        struct tlm_name *const *names, size_t n_names, const char *text, size_t len)
{
    struct lesson lesson = {.columns = columns};
    layout->separator = columns->rules->delimiter;
    return strchr(",;\t|", layout->separator) && layout->separator &&
           begin(&lesson, layout, text, len) &&
           finish(&lesson, learn_csv_cells(&lesson, names, n_names));
}
