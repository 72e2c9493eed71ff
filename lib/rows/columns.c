#include "rows/columns.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/globs.h"
#include "rows/rows.h"

void tlm__columns_init(struct tlm_columns *columns, const struct tlm_row_rules *rules)
{
    *columns = (struct tlm_columns){.rules = rules};
}

void tlm__columns_release(struct tlm_columns *columns)
{
    tlm__intern_release(&columns->keys);
    tlm__intern_release(&columns->channels);
    tlm__intern_release(&columns->tag_sets);
    free(columns->names);
    tlm__name_table_release(&columns->by_text);
    tlm__name_table_release(&columns->long_channels);
    tlm__arena_release(&columns->arena);
}

size_t tlm__columns_bytes(const struct tlm_columns *columns)
{
    return tlm__intern_bytes(&columns->keys) + tlm__intern_bytes(&columns->channels) +
           tlm__intern_bytes(&columns->tag_sets) + tlm__name_table_bytes(&columns->by_text) +
           tlm__name_table_bytes(&columns->long_channels) +
           columns->names_cap * sizeof *columns->names + columns->arena.bytes;
}

static bool is_wanted(const struct tlm_row_options *options, const char *name)
{
    return tlm__globs_pick(&options->channels, &options->excludes, name);
}

static int forced_type(const struct tlm_row_options *options, const char *name)
{
    for (size_t i = 0; i < options->types.len; i++) {
        const struct tlm_pair *type = &options->types.items[i];
        if (fnmatch(type->key, name, 0) != 0)
            continue;
        switch (type->value[0]) {
        case 'd':
            return TLM_DOUBLE;
        case 'l':
            return TLM_LONG;
        case 's':
            return TLM_STRING;
        default:
            return TLM_JSON;
        }
    }
    return -1;
}

/* Makes name a channel, under its output name, or drops it. False: memory is out. */
static bool make_channel(struct tlm_columns *columns, struct tlm_name *name)
{
    const struct tlm_row_options *options = &columns->rules->options;
    name->role = TLM_ROLE_DROP;
    if (!is_wanted(options, name->text))
        return true;
    name->role = TLM_ROLE_NAMELESS;
    if (!name->len || memchr(name->text, 0, name->len))
        return true;
    const char *output = name->text;
    size_t len = name->len;
    for (size_t i = 0; i < options->renames.len; i++)
        if (strcmp(options->renames.items[i].key, name->text) == 0) {
            output = options->renames.items[i].value;
            len = strlen(output);
        }
    struct tlm_buf full = {0};
    size_t prefix = options->prefix ? strlen(options->prefix) : 0;
    bool made =
        tlm__buf_append(&full, options->prefix, prefix) && tlm__buf_append(&full, output, len);
    if (made)
        name->number = tlm__intern_add(&columns->channels, (const char *)full.data, full.len);
    tlm__buf_release(&full);
    name->role = TLM_ROLE_CHANNEL;
    name->forced_type = forced_type(options, name->text);
    return made && name->number <= TLM_CHANNEL_MAX;
}

static bool is_named(const struct tlm_name *name, const char *text)
{
    return text && strcmp(name->text, text) == 0;
}

/* The roles that the options give to names. False: none, it is a channel. */
static bool find_role(const struct tlm_row_rules *rules, struct tlm_name *name)
{
    for (size_t i = 0; i < rules->n_time_parts; i++)
        if (rules->time_part_lens[i] == name->len &&
            memcmp(rules->time_parts[i], name->text, name->len) == 0) {
            name->role = TLM_ROLE_TIME;
            name->number = (uint32_t)i;
            return true;
        }
    for (size_t i = 0; i < rules->options.tag_fields.len; i++)
        if (is_named(name, rules->options.tag_fields.items[i].value)) {
            name->role = TLM_ROLE_TAG;
            name->number = (uint32_t)i;
            return true;
        }
    if (rules->shape != TLM_SHAPE_LONG)
        return false;
    if (is_named(name, rules->options.channel_field))
        name->role = TLM_ROLE_NAME;
    else if (is_named(name, rules->options.value_field))
        name->role = TLM_ROLE_VALUE;
    else if (rules->tags_object && is_named(name, "tags"))
        name->role = TLM_ROLE_TAGS;
    else if (rules->type_field && is_named(name, "type"))
        name->role = TLM_ROLE_TYPE;
    else
        name->role = TLM_ROLE_DROP;
    return true;
}

static struct tlm_name *new_name(struct tlm_columns *columns, const char *text, size_t len)
{
    if (columns->budget && tlm__columns_bytes(columns) > columns->budget)
        return NULL;
    struct tlm_name *name = tlm__arena_take(&columns->arena, sizeof *name);
    if (name)
        *name = (struct tlm_name){.text = text, .len = len, .forced_type = -1};
    return name;
}

/* Room for the name of that number. */
static bool grow(struct tlm_columns *columns, uint32_t number)
{
    if (number < columns->names_cap)
        return true;
    uint32_t cap = columns->names_cap ? columns->names_cap * 2 : 64;
    struct tlm_name **names = realloc(columns->names, cap * sizeof *names);
    if (!names)
        return false;
    memset(names + columns->names_cap, 0, (cap - columns->names_cap) * sizeof *names);
    columns->names = names;
    columns->names_cap = cap;
    return true;
}

static struct tlm_name *new_key(struct tlm_columns *columns, const char *text, size_t len)
{
    uint32_t key = tlm__intern_add(&columns->keys, text, len);
    if (key == TLM_INTERN_NONE || !grow(columns, key))
        return NULL;
    text = columns->keys.entries[key].bytes;
    struct tlm_name *name = new_name(columns, text, len);
    if (!name || (!find_role(columns->rules, name) && !make_channel(columns, name)) ||
        !tlm__name_put(&columns->by_text, text, len, name))
        return NULL;
    columns->names[key] = name;
    return name;
}

struct tlm_name *tlm__columns_name(struct tlm_columns *columns, const char *text, size_t len)
{
    struct tlm_name *name = tlm__name_find(&columns->by_text, text, len);
    return name ? name : new_key(columns, text, len);
}

/* No white space at its ends, and nothing that JSON escapes or CSV quotes. */
static bool is_plain(const char *text, size_t len)
{
    if (!len || text[0] == ' ' || text[len - 1] == ' ')
        return false;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == '"' || text[i] == '\\')
            return false;
    return true;
}

static struct tlm_name *new_long_channel(struct tlm_columns *columns, const char *text, size_t len)
{
    const char *copy = tlm__arena_text(&columns->arena, text, len);
    struct tlm_name *name = copy ? new_name(columns, copy, len) : NULL;
    if (!name || !make_channel(columns, name))
        return NULL;
    name->is_plain = is_plain(copy, len);
    return tlm__name_put(&columns->long_channels, copy, len, name) ? name : NULL;
}

struct tlm_name *tlm__columns_long_channel(struct tlm_columns *columns, const char *text,
                                           size_t len)
{
    struct tlm_name *name = tlm__name_find(&columns->long_channels, text, len);
    return name ? name : new_long_channel(columns, text, len);
}
