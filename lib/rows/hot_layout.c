#include "rows/hot_layout.h"

#include <stdlib.h>
#include <string.h>

#include "rows/json_array.h"
#include "rows/json_compact.h"

enum { PARTS_MAX = 256 /* values of a row with arrays or objects: more are left to the parser */ };

/* A row being learned. The values' places in its text are kept until the literals between them can
 * be counted through. */
struct lesson {
    struct tlm_hot_layout *layout;
    struct tlm_columns *columns;
    const char *start, *p, *end; /* of the row, end is its newline */
    const char *literal;         /* where the literal at hand starts */
    uint32_t entry;              /* the last one before that literal */
    bool inside;                 /* JSON: the literal ends in a string */
    bool has_texts;
    size_t n_times;
};

void tlm__hot_layout_release(struct tlm_hot_layout *layout)
{
    free(layout->values);
    free(layout->literals);
    free(layout->groups);
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
        lesson->inside ^= layout->json && layout->texts && *p == '"';
        if (!is_separator(layout, *p) || (lesson->inside && *p != '\n'))
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
    layout->shortest_row += len + layout->json; /* cells may be empty */
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

static bool has_tag(const struct tlm_hot_layout *layout, uint32_t tag)
{
    for (size_t i = 0; i < layout->n_values; i++)
        if (layout->values[i].role == TLM_HOT_TAG && layout->values[i].tag == tag)
            return true;
    return false;
}

static bool find_role(struct lesson *lesson, const struct tlm_name *name,
                      struct tlm_hot_value *value)
{
    struct tlm_hot_layout *layout = lesson->layout;
    switch (name->role) {
    case TLM_ROLE_CHANNEL:
        value->role = TLM_HOT_CELL;
        value->channel = name->number;
        value->column = (uint32_t)layout->n_columns++;
        value->padded = false;
        return name->forced_type < 0 && mark(layout, name->number);
    case TLM_ROLE_TIME:
        value->role = TLM_HOT_TIME;
        return lesson->n_times++ == 0;
    case TLM_ROLE_TAG:
        value->role = TLM_HOT_TAG;
        value->tag = name->number;
        layout->n_tags++;
        return !has_tag(layout, name->number);
    case TLM_ROLE_DROP:
        value->role = TLM_HOT_SKIP;
        return true;
    case TLM_ROLE_NAME:
    case TLM_ROLE_VALUE:
    case TLM_ROLE_TAGS:
    case TLM_ROLE_TYPE:
    case TLM_ROLE_NAMELESS:
        break;
    }
    return false;
}

/* What its text looks like, as a first guess. */
static enum tlm_hot_form guess_form(const struct tlm_hot_layout *layout, const char *p, size_t len)
{
    struct tlm_number number;
    if (!layout->json) {
        while (len && (*p == ' ' || *p == '\t'))
            p++, len--;
        while (len && (p[len - 1] == ' ' || p[len - 1] == '\t'))
            len--;
    }
    if (!len || (layout->json && (*p == 't' || *p == 'f' || *p == 'n')))
        return TLM_HOT_WORD;
    if (layout->json)
        return *p == '"' ? TLM_HOT_TEXT : TLM_HOT_FIXED;
    return tlm__number_read(p, len, '.', &number) ? TLM_HOT_FIXED : TLM_HOT_TEXT;
}

/* The next value of the row, of which only the role is left to say, or NULL. */
static struct tlm_hot_value *next_value(struct lesson *lesson, const char *text, const char *end)
{
    struct tlm_hot_layout *layout = lesson->layout;
    const bool quoted = layout->json && layout->texts;
    for (const char *p = text; p < end; p++)
        if (is_separator(layout, *p) && (!quoted || *p == '\n'))
            return NULL;
    if (!has_room(layout) || !end_literal(lesson, text))
        return NULL;
    struct tlm_hot_value *value = &layout->values[layout->n_values];
    value->form = guess_form(layout, text, (size_t)(end - text));
    lesson->literal = end;
    return value;
}

static bool add_value(struct lesson *lesson, const struct tlm_name *name, const char *text,
                      const char *end)
{
    struct tlm_hot_value *value = next_value(lesson, text, end);
    if (!value || !find_role(lesson, name, value))
        return false;
    lesson->layout->n_values++;
    if (value->role == TLM_HOT_CELL)
        lesson->has_texts |= value->form == TLM_HOT_TEXT || value->form == TLM_HOT_WORD;
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
    layout->n_values = layout->n_columns = layout->n_entries = layout->n_tags = 0;
    layout->n_groups = 0;
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

/* p is at a quote. Returns the one that closes, or NULL. */
static const char *string_end(const char *p, const char *end)
{
    for (p++; p < end && *p != '"'; p++)
        p += *p == '\\';
    return p < end ? p : NULL;
}

static const char *scalar_end(const char *p, const char *end)
{
    if (p < end && *p == '"') {
        p = string_end(p, end);
        return p ? p + 1 : NULL;
    }
    if (p < end && *p == '\r') /* white space, too; who knows what comes behind it */
        return NULL;
    while (p < end && *p != ',' && *p != '}' && *p != ' ' && *p != '\t')
        p++;
    return p;
}

/* ---- arrays and objects ---------------------------------------------------------------------- */

/* The next scalar from *p on, or NULL: there is none, or one cannot be sure where strings start. *p
 * is moved behind it. What is at *p is well-formed and compact. */
static const char *next_part(const char **p, const char *end)
{
    const char *at = *p;
    while (at < end) {
        if (strchr("{}[],:", *at)) {
            at++;
            continue;
        }
        const char *close = at;
        if (*at == '"')
            close = string_end(at, end) + 1;
        else
            close += strcspn(at, ",]}");
        if (close == end || *close != ':') {
            *p = close;
            return at;
        }
        if (memchr(at, '\\', (size_t)(close - at)))
            return NULL;
        at = close;
    }
    return NULL;
}

/* How many bytes the array or object at the row's next place has, when its text is kept as it is;
 * 0: it is not. */
static size_t compact_length(const struct lesson *lesson)
{
    struct tlm_json_compactor compactor = {.duplicates = TLM_DUPLICATE_REJECT};
    struct tlm_json_span span = {lesson->p, lesson->end, 1};
    struct tlm_json_fault fault;
    struct tlm_string text = {0};
    enum tlm_code code = tlm__json_walk(&compactor, &span, &text, &fault);
    const bool kept = !code && text.data == lesson->p;
    tlm__json_compactor_release(&compactor);
    return kept ? text.len : 0;
}

static bool learn_parts(struct lesson *lesson, struct tlm_hot_group *group, const char *end)
{
    struct tlm_hot_layout *layout = lesson->layout;
    const char *start = lesson->p, *p = start, *text;
    group->first = layout->n_values;
    while ((text = next_part(&p, end))) {
        lesson->has_texts |= *text == '"';
        struct tlm_hot_value *value = next_value(lesson, text, p);
        if (!value || layout->n_values >= PARTS_MAX || (group->doubles && strchr("\"tf", *text)))
            return false;
        value->role = TLM_HOT_PART;
        value->group = (uint32_t)layout->n_groups;
        if (layout->n_values == group->first)
            group->lead = (size_t)(text - start);
        group->last = layout->n_values++;
        group->tail = (size_t)(end - p);
    }
    return layout->n_values > group->first;
}

/* An array whose first item is an array or object is no array of numbers, whatever else it has. */
static bool is_flat(const char *p, const char *end)
{
    return *p == '[' && p[1] != '[' && p[1] != '{' && p < end;
}

static bool has_inner(const char *p, const char *end)
{
    for (p++; p < end; p++)
        if (*p == '{' || *p == '[')
            return true;
    return false;
}

static bool has_group_room(struct tlm_hot_layout *layout)
{
    if (layout->n_groups < layout->groups_cap)
        return true;
    size_t cap = layout->groups_cap ? layout->groups_cap * 2 : 8;
    struct tlm_hot_group *groups = realloc(layout->groups, cap * sizeof *groups);
    if (!groups)
        return false;
    layout->groups = groups;
    layout->groups_cap = cap;
    return true;
}

/* p is at the array or object. */
static bool learn_group(struct lesson *lesson, const struct tlm_name *name)
{
    struct tlm_hot_layout *layout = lesson->layout;
    const char *end = lesson->p + compact_length(lesson);
    struct tlm_hot_value whole;
    struct tlm_hot_group group = {.doubles = is_flat(lesson->p, end)};
    if (end == lesson->p || (group.doubles && has_inner(lesson->p, end)) ||
        lesson->columns->rules->options.flatten || !has_group_room(layout) ||
        !find_role(lesson, name, &whole) || !learn_parts(lesson, &group, end))
        return false;
    group.wanted = whole.role == TLM_HOT_CELL;
    group.doubles &= group.wanted;
    if (group.wanted) {
        group.channel = whole.channel;
        group.column = whole.column;
    }
    layout->groups[layout->n_groups++] = group;
    lesson->p = end;
    return group.wanted || whole.role == TLM_HOT_SKIP;
}

/* p is at the value. */
static bool learn_json_value(struct lesson *lesson, const struct tlm_name *name)
{
    if (lesson->p < lesson->end && (*lesson->p == '{' || *lesson->p == '['))
        return learn_group(lesson, name);
    const char *text = lesson->p, *end = scalar_end(text, lesson->end);
    if (!end || end == text)
        return false;
    lesson->p = end;
    lesson->has_texts |= name->role != TLM_ROLE_TIME && *text == '"';
    bool quoted_time = name->role == TLM_ROLE_TIME && *text == '"';
    lesson->layout->time_quoted |= quoted_time;
    if (quoted_time)
        return add_value(lesson, name, text + 1, end - 1);
    return add_value(lesson, name, text, end);
}

/* The key at p, which has no escapes, or NULL. */
static const struct tlm_name *learn_key(struct lesson *lesson)
{
    const char *key = lesson->p;
    const char *close = key < lesson->end && *key == '"' ? string_end(key, lesson->end) : NULL;
    if (!close || memchr(key, '\\', (size_t)(close - key)))
        return NULL;
    lesson->p = close + 1;
    return tlm__columns_name(lesson->columns, key + 1, (size_t)(close - key - 1));
}

static bool learn_json_members(struct lesson *lesson)
{
    if (!step_over(lesson, '{'))
        return false;
    do {
        const struct tlm_name *name = learn_key(lesson);
        if (!name || !step_over(lesson, ':') || !learn_json_value(lesson, name))
            return false;
    } while (step_over(lesson, ','));
    return step_over(lesson, '}') && lesson->p == lesson->end;
}

static bool learn_json(struct lesson *lesson, struct tlm_hot_layout *layout, const char *text,
                       size_t len)
{
    return begin(lesson, layout, text, len) && finish(lesson, learn_json_members(lesson));
}

bool tlm__hot_learn_json(struct tlm_hot_layout *layout, struct tlm_columns *columns,
                         const char *text, size_t len)
{
    struct lesson lesson = {.columns = columns};
    layout->separator = ',';
    layout->json = true;
    bool learned = learn_json(&lesson, layout, text, len);
    if (!lesson.has_texts || layout->texts)
        return learned;
    layout->texts = true;
    lesson = (struct lesson){.columns = columns};
    return learn_json(&lesson, layout, text, len);
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
        if (!add_value(lesson, names[i], text, end))
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
    layout->json = false;
    bool learned = strchr(",;\t|", layout->separator) && layout->separator &&
                   begin(&lesson, layout, text, len) &&
                   finish(&lesson, learn_csv_cells(&lesson, names, n_names));
    layout->texts |= lesson.has_texts;
    return learned;
}
