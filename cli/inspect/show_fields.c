#include <jansson.h>
#include <string.h>

#include "inspect/show.h"

#define TYPE_TEXT 200
#define MOST_DEPTH 8

/* Text that stops growing when it is full. */
struct type_text {
    char text[TYPE_TEXT];
    size_t len;
};

static void put(struct type_text *to, const char *text)
{
    size_t len = strlen(text), room = sizeof to->text - 1 - to->len;
    len = len < room ? len : room;
    memcpy(to->text + to->len, text, len);
    to->len += len;
    to->text[to->len] = '\0';
}

static void put_type(struct type_text *to, const json_t *type, int depth);

static void put_union(struct type_text *to, const json_t *types, int depth)
{
    size_t i;
    const json_t *type;
    json_array_foreach(types, i, type)
    {
        put(to, i ? " | " : "");
        put_type(to, type, depth + 1);
    }
}

static void put_inside(struct type_text *to, const char *name, const json_t *inside, int depth)
{
    put(to, name);
    put(to, "<");
    put_type(to, inside, depth + 1);
    put(to, ">");
}

/* {"type": "array", ...} */
static void put_complex(struct type_text *to, const json_t *type, int depth)
{
    const json_t *kind = json_object_get(type, "type");
    const char *word = json_string_value(kind), *name, *logical;
    name = json_string_value(json_object_get(type, "name"));
    logical = json_string_value(json_object_get(type, "logicalType"));
    if (!word)
        put_type(to, kind, depth + 1);
    else if (strcmp(word, "array") == 0)
        put_inside(to, word, json_object_get(type, "items"), depth);
    else if (strcmp(word, "map") == 0)
        put_inside(to, word, json_object_get(type, "values"), depth);
    else
        put(to, word);
    if (name) {
        put(to, " ");
        put(to, name);
    }
    if (logical) {
        put(to, " (");
        put(to, logical);
        put(to, ")");
    }
}

static void put_type(struct type_text *to, const json_t *type, int depth)
{
    if (depth > MOST_DEPTH)
        put(to, "...");
    else if (json_is_string(type))
        put(to, json_string_value(type));
    else if (json_is_array(type))
        put_union(to, type, depth);
    else if (json_is_object(type))
        put_complex(to, type, depth);
}

static void add_field(struct screen_table *table, const json_t *field)
{
    struct type_text type = {.len = 0};
    const char *name = json_string_value(json_object_get(field, "name"));
    const char *doc = json_string_value(json_object_get(field, "doc"));
    put_type(&type, json_object_get(field, "type"), 0);
    screen_table_add(table, name ? name : "");
    screen_table_add(table, type.text);
    screen_table_add(table, doc ? doc : "");
}

bool show_fields(FILE *out, const struct tlm_file_info *info, const struct screen_look *look)
{
    static const struct screen_column columns[] = {
        {.title = "field", .shrinks_to = 12, .role = COLOR_NAME},
        {.title = "type", .shrinks_to = 20},
        {.title = "doc", .shrinks_to = 10, .optional = 1, .role = COLOR_FAINT},
    };
    json_t *schema = json_loadb(info->schema.data, info->schema.len, JSON_DECODE_ANY, NULL);
    const json_t *fields = json_object_get(schema, "fields"), *field;
    size_t i;
    bool done = true;
    struct screen_table *table = screen_table_new(columns, 3);
    if (table && json_array_size(fields)) {
        json_array_foreach(fields, i, field)
        {
            add_field(table, field);
        }
        putc('\n', out);
        done = screen_table_print(table, out, look, 0);
    }
    json_decref(schema);
    screen_table_free(table);
    return table && done;
}
