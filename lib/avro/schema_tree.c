#include "avro/schema_tree.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "avro/schema_logical.h"
#include "avro/schema_sizes.h"
#include "base/error.h"

/* Objects and arrays of the text: what bounds the memory that jansson takes. */
#define PARTS_MAX (1u << 18)
#define WHERE_MAX 200 /* bytes of a path in messages */

static const char *const kind_names[] = {
    [TLM_KIND_NULL] = "null",   [TLM_KIND_BOOLEAN] = "boolean", [TLM_KIND_INT] = "int",
    [TLM_KIND_LONG] = "long",   [TLM_KIND_FLOAT] = "float",     [TLM_KIND_DOUBLE] = "double",
    [TLM_KIND_BYTES] = "bytes", [TLM_KIND_STRING] = "string",   [TLM_KIND_RECORD] = "record",
    [TLM_KIND_ENUM] = "enum",   [TLM_KIND_ARRAY] = "array",     [TLM_KIND_MAP] = "map",
    [TLM_KIND_UNION] = "union", [TLM_KIND_FIXED] = "fixed",
};
#define KINDS (sizeof kind_names / sizeof kind_names[0])

#define PLAIN(which, text, least, bytes)                          \
    [which] = {.kind = (which),                                   \
               .name = {.data = (text), .len = sizeof(text) - 1}, \
               .min_bytes = (least),                              \
               .width = (bytes)}

/* Primitive types without annotation: all schemas share them. */
static const struct tlm_schema_node plain_nodes[TLM_PRIMITIVES] = {
    PLAIN(TLM_KIND_NULL, "null", 0, 0),
    PLAIN(TLM_KIND_BOOLEAN, "boolean", 1, TLM_WIDTH_VARIES),
    PLAIN(TLM_KIND_INT, "int", 1, TLM_WIDTH_VARIES),
    PLAIN(TLM_KIND_LONG, "long", 1, TLM_WIDTH_VARIES),
    PLAIN(TLM_KIND_FLOAT, "float", sizeof(float), sizeof(float)),
    PLAIN(TLM_KIND_DOUBLE, "double", sizeof(double), sizeof(double)),
    PLAIN(TLM_KIND_BYTES, "bytes", 1, TLM_WIDTH_VARIES),
    PLAIN(TLM_KIND_STRING, "string", 1, TLM_WIDTH_VARIES),
};

/* Where in the schema a type is written. */
struct place {
    const struct place *outer;
    struct tlm_string step;  /* field name, "[]" or "{}", or the record's name at the top */
    size_t branch;           /* of a union, when step is empty */
    unsigned depth;          /* types around this one */
    struct tlm_string space; /* namespace that undotted names are in */
};

struct parser {
    struct tlm_schema_tree *tree;
    struct tlm_schema_node **named; /* by number in tree->names */
    size_t named_cap;
    enum tlm_code code;
    struct tlm_error *error;
};

typedef const struct tlm_schema_node *node_ref;

static node_ref read_type(struct parser *parser, const json_t *json, const struct place *place);

const char *tlm__schema_kind_name(enum tlm_schema_kind kind)
{
    return kind_names[kind];
}

/* ---- errors and memory -------------------------------------------------------------------------
 */

static struct tlm_string text_of(const json_t *json)
{
    return (struct tlm_string){json_string_value(json), json_string_length(json)};
}

static int shown(struct tlm_string text)
{
    return text.len < 80 ? (int)text.len : 80;
}

/* Appends place from the outside in, as much as there is room for. */
static void describe(const struct place *place, char *out, size_t size)
{
    const struct place *way[TLM_SCHEMA_DEPTH_MAX + 2];
    size_t n = 0, used = 0;
    out[0] = '\0';
    for (; place && n < sizeof way / sizeof way[0]; place = place->outer)
        way[n++] = place;
    while (n-- > 0 && used < size - 1) {
        struct tlm_string step = way[n]->step;
        int len;
        if (!step.data && !way[n]->outer)
            continue; /* the top, as long as it has no name */
        if (!step.data)
            len = snprintf(out + used, size - used, "[%zu]", way[n]->branch);
        else
            len = snprintf(out + used, size - used, "%s%.*s",
                           used && step.data[0] != '[' ? "." : "", shown(step), step.data);
        used += len < 0 ? 0 : (size_t)len;
    }
}

/* Returns NULL. */
static void *fail(struct parser *parser, const struct place *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void *fail(struct parser *parser, const struct place *place, const char *format, ...)
{
    char what[256], where[WHERE_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    describe(place, where, sizeof where);
    parser->code = tlm__fail(parser->error, TLM_DAMAGED, "Avro schema: %s%s%s", where,
                             where[0] ? ": " : "", what);
    return NULL;
}

static void *fail_memory(struct parser *parser)
{
    parser->code = tlm__fail_memory(parser->error, parser->tree->arena.bytes);
    return NULL;
}

static void *take(struct parser *parser, size_t n, size_t size)
{
    void *piece = tlm__arena_take(&parser->tree->arena, n * size); /* n is of a text in memory */
    return piece ? memset(piece, 0, n * size) : fail_memory(parser);
}

static struct tlm_schema_node *make_node(struct parser *parser, enum tlm_schema_kind kind)
{
    struct tlm_schema_node *node = take(parser, 1, sizeof *node);
    if (!node)
        return NULL;
    node->kind = kind;
    node->name = (struct tlm_string){kind_names[kind], strlen(kind_names[kind])};
    node->earlier = parser->tree->latest;
    parser->tree->latest = node;
    return node;
}

static bool make_children(struct parser *parser, struct tlm_schema_node *node, size_t n)
{
    node->n = n;
    node->children = take(parser, n, sizeof(node_ref));
    return node->children;
}

static struct place step_into(const struct place *place, struct tlm_string step)
{
    return (struct place){
        .outer = place, .step = step, .depth = place->depth + 1, .space = place->space};
}

/* ---- names -------------------------------------------------------------------------------------
 */

static bool same_text(struct tlm_string a, const char *b)
{
    return a.len == strlen(b) && memcmp(a.data, b, a.len) == 0;
}

/* The part before the last dot, or "" (Avro 1.12, Names). */
static struct tlm_string space_of(struct tlm_string full)
{
    const char *dot = full.len ? memrchr(full.data, '.', full.len) : NULL;
    return (struct tlm_string){full.data, dot ? (size_t)(dot - full.data) : 0};
}

/* name in space, as a full name: a name with a dot is one already. False: too long. */
static bool full_name(char *out, struct tlm_string space, struct tlm_string name, size_t *len)
{
    bool dotted = memchr(name.data, '.', name.len) != NULL;
    if (name.len && name.data[0] == '.') { /* in no namespace */
        name.data++;
        name.len--;
    }
    size_t before = dotted || !space.len ? 0 : space.len + 1;
    if (before > TLM_SCHEMA_NAME_MAX || name.len > TLM_SCHEMA_NAME_MAX - before)
        return false;
    if (before) {
        memcpy(out, space.data, space.len);
        out[space.len] = '.';
    }
    memcpy(out + before, name.data, name.len);
    *len = before + name.len;
    return true;
}

static bool register_name(struct parser *parser, const struct place *place, struct tlm_string full,
                          struct tlm_schema_node *node)
{
    struct tlm_intern *names = &parser->tree->names;
    uint32_t known = names->len, number = tlm__intern_add(names, full.data, full.len);
    if (number == TLM_INTERN_NONE)
        return fail_memory(parser);
    if (number < known)
        return fail(parser, place, "the name %.*s is given twice", shown(full), full.data);
    if (number >= parser->named_cap) {
        size_t cap = parser->named_cap ? 2 * parser->named_cap : 16;
        struct tlm_schema_node **named = take(parser, cap, sizeof *named);
        if (!named)
            return false;
        if (number)
            memcpy(named, parser->named, number * sizeof *named);
        parser->named = named;
        parser->named_cap = cap;
    }
    parser->named[number] = node;
    node->name = (struct tlm_string){names->entries[number].bytes, full.len};
    return true;
}

/* Gives the node its name and namespace; inside is then the place of what is in it. */
static bool define(struct parser *parser, const json_t *json, struct tlm_schema_node *node,
                   const struct place *place, struct place *inside)
{
    const json_t *name = json_object_get(json, "name"), *space = json_object_get(json, "namespace");
    struct tlm_string in = json_is_string(space) ? text_of(space) : place->space;
    char full[TLM_SCHEMA_NAME_MAX];
    size_t len;
    if (!json_is_string(name) || json_string_length(name) == 0)
        return fail(parser, place, "a type %s without a name", kind_names[node->kind]);
    if (!full_name(full, in, text_of(name), &len))
        return fail(parser, place, "a name of more than %d bytes", TLM_SCHEMA_NAME_MAX);
    if (!register_name(parser, place, (struct tlm_string){full, len}, node))
        return false;
    *inside = *place;
    inside->space = space_of(node->name);
    if (!place->outer && !place->step.len)
        inside->step = node->name;
    return true;
}

static node_ref find_name(const struct parser *parser, struct tlm_string space,
                          struct tlm_string name)
{
    char full[TLM_SCHEMA_NAME_MAX];
    size_t len;
    if (!full_name(full, space, name, &len))
        return NULL;
    uint32_t number = tlm__intern_find(&parser->tree->names, full, len);
    return number == TLM_INTERN_NONE ? NULL : parser->named[number];
}

/* A name alone: of a primitive type, or of one defined before. As other readers do, a name that its
 * namespace does not have is looked for outside of all namespaces. */
static node_ref read_name(struct parser *parser, struct tlm_string name, const struct place *place)
{
    for (size_t kind = 0; kind < TLM_PRIMITIVES; kind++)
        if (same_text(name, kind_names[kind]))
            return &plain_nodes[kind];
    node_ref node = find_name(parser, place->space, name);
    if (!node)
        node = find_name(parser, (struct tlm_string){0}, name);
    return node ? node : fail(parser, place, "there is no type \"%.*s\"", shown(name), name.data);
}

/* ---- types -------------------------------------------------------------------------------------
 */

/* An integer; all numbers were read as real ones. */
static int64_t read_integer(const json_t *json, int64_t absent)
{
    const double most = 1e15;
    if (!json)
        return absent;
    double real = json_is_real(json) ? json_real_value(json) : -1;
    return real >= 0 && real <= most && real == (double)(int64_t)real ? (int64_t)real : -1;
}

static void annotate(const json_t *json, struct tlm_schema_node *node)
{
    const json_t *name = json_object_get(json, "logicalType");
    if (!json_is_string(name))
        return;
    const struct tlm_logical_text text = {
        .name = json_string_value(name),
        .precision = read_integer(json_object_get(json, "precision"), -1),
        .scale = read_integer(json_object_get(json, "scale"), 0),
    };
    tlm__logical_set(node, &text);
}

static node_ref read_primitive(struct parser *parser, enum tlm_schema_kind kind, const json_t *json)
{
    if (!json_object_get(json, "logicalType"))
        return &plain_nodes[kind];
    struct tlm_schema_node *node = make_node(parser, kind);
    if (node)
        annotate(json, node);
    return node;
}

static node_ref read_fixed(struct parser *parser, const json_t *json, const struct place *place)
{
    struct place inside = {0};
    struct tlm_schema_node *node = make_node(parser, TLM_KIND_FIXED);
    if (!node || !define(parser, json, node, place, &inside))
        return NULL;
    int64_t size = read_integer(json_object_get(json, "size"), -1);
    if (size < 0 || size > INT32_MAX)
        return fail(parser, &inside, "the size of a fixed is none");
    node->size = (size_t)size;
    annotate(json, node);
    return node;
}

/* Names that must differ, to node->labels. */
static bool add_label(struct parser *parser, const struct place *place,
                      struct tlm_schema_node *node, struct tlm_intern *seen, const json_t *json)
{
    uint32_t known = seen->len;
    struct tlm_string text = text_of(json);
    if (!text.data || !text.len)
        return fail(parser, place, "name %" PRIu32 " of it is none", known);
    uint32_t number = tlm__intern_add(seen, text.data, text.len);
    char *copy = tlm__arena_text(&parser->tree->arena, text.data, text.len);
    if (number == TLM_INTERN_NONE || !copy)
        return fail_memory(parser);
    if (number < known)
        return fail(parser, place, "the name %.*s comes twice", shown(text), text.data);
    ((struct tlm_string *)node->labels)[number] = (struct tlm_string){copy, text.len};
    return true;
}

static node_ref read_enum(struct parser *parser, const json_t *json, const struct place *place)
{
    const json_t *symbols = json_object_get(json, "symbols");
    struct place inside = {0};
    struct tlm_intern seen = {0};
    struct tlm_schema_node *node = make_node(parser, TLM_KIND_ENUM);
    if (!node || !define(parser, json, node, place, &inside))
        return NULL;
    if (!json_is_array(symbols))
        return fail(parser, &inside, "an enum without symbols");
    node->labels = take(parser, json_array_size(symbols), sizeof *node->labels);
    bool ok = node->labels;
    for (; ok && node->n < json_array_size(symbols); node->n++)
        ok = add_label(parser, &inside, node, &seen, json_array_get(symbols, node->n));
    tlm__intern_release(&seen);
    return ok ? node : NULL;
}

static bool read_field(struct parser *parser, const json_t *field, const struct place *place,
                       node_ref *type)
{
    const json_t *json = json_object_get(field, "type");
    struct place inside = step_into(place, text_of(json_object_get(field, "name")));
    if (!json)
        return fail(parser, &inside, "a field without a type");
    *type = read_type(parser, json, &inside);
    return *type;
}

static node_ref read_record(struct parser *parser, const json_t *json, const struct place *place)
{
    const json_t *fields = json_object_get(json, "fields");
    size_t n = json_array_size(fields);
    struct place inside = {0};
    struct tlm_intern seen = {0};
    struct tlm_schema_node *node = make_node(parser, TLM_KIND_RECORD);
    if (!node || !define(parser, json, node, place, &inside))
        return NULL;
    if (!json_is_array(fields))
        return fail(parser, &inside, "a record without fields");
    node->labels = take(parser, n, sizeof *node->labels);
    bool ok = node->labels && make_children(parser, node, n);
    for (size_t i = 0; ok && i < n; i++) {
        const json_t *field = json_array_get(fields, i);
        ok = add_label(parser, &inside, node, &seen, json_object_get(field, "name")) &&
             read_field(parser, field, &inside, &node->children[i]);
    }
    tlm__intern_release(&seen);
    return ok ? node : NULL;
}

/* array or map */
static node_ref read_items(struct parser *parser, enum tlm_schema_kind kind, const json_t *json,
                           const struct place *place)
{
    const char *key = kind == TLM_KIND_ARRAY ? "items" : "values";
    const json_t *items = json_object_get(json, key);
    struct place inside = step_into(place, (struct tlm_string){key, strlen(key)});
    struct tlm_schema_node *node = make_node(parser, kind);
    if (!node || !make_children(parser, node, 1))
        return NULL;
    if (!items)
        return fail(parser, place, "%s without %s", kind_names[kind], key);
    node->children[0] = read_type(parser, items, &inside);
    return node->children[0] ? node : NULL;
}

static bool is_named(node_ref node)
{
    return node->kind == TLM_KIND_RECORD || node->kind == TLM_KIND_ENUM ||
           node->kind == TLM_KIND_FIXED;
}

/* Of named types each may come once, of the others each kind (Avro 1.12, Unions). A name that a
 * definition may have only once means the same node. */
static bool check_branch(struct parser *parser, const struct place *place, node_ref node,
                         struct tlm_intern *seen)
{
    uint32_t known = seen->len, number;
    if (node->kind == TLM_KIND_UNION)
        return fail(parser, place, "a union in a union");
    if (is_named(node))
        number = tlm__intern_add(seen, (const char *)&node, sizeof node);
    else
        number = tlm__intern_add(seen, (const char *)&node->kind, sizeof node->kind);
    if (number == TLM_INTERN_NONE)
        return fail_memory(parser);
    if (number < known)
        return fail(parser, place, "%.*s comes twice in a union", shown(node->name),
                    node->name.data);
    return true;
}

static node_ref read_union(struct parser *parser, const json_t *json, const struct place *place)
{
    size_t n = json_array_size(json);
    struct tlm_intern seen = {0};
    struct tlm_schema_node *node = make_node(parser, TLM_KIND_UNION);
    if (!node || !make_children(parser, node, n))
        return NULL;
    if (n == 0)
        return fail(parser, place, "an empty union");
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++) {
        struct place inside = step_into(place, (struct tlm_string){0});
        inside.branch = i;
        node->children[i] = read_type(parser, json_array_get(json, i), &inside);
        ok = node->children[i] && check_branch(parser, &inside, node->children[i], &seen);
    }
    tlm__intern_release(&seen);
    return ok ? node : NULL;
}

static node_ref read_kind(struct parser *parser, enum tlm_schema_kind kind, const json_t *json,
                          const struct place *place)
{
    switch (kind) {
    case TLM_KIND_RECORD:
        return read_record(parser, json, place);
    case TLM_KIND_ENUM:
        return read_enum(parser, json, place);
    case TLM_KIND_FIXED:
        return read_fixed(parser, json, place);
    case TLM_KIND_ARRAY:
    case TLM_KIND_MAP:
        return read_items(parser, kind, json, place);
    case TLM_KIND_NULL:
    case TLM_KIND_BOOLEAN:
    case TLM_KIND_INT:
    case TLM_KIND_LONG:
    case TLM_KIND_FLOAT:
    case TLM_KIND_DOUBLE:
    case TLM_KIND_BYTES:
    case TLM_KIND_STRING:
    case TLM_KIND_UNION: /* nothing is called so: the caller has seen to it */
        break;
    }
    return read_primitive(parser, kind, json);
}

static node_ref read_object(struct parser *parser, const json_t *json, const struct place *place)
{
    const json_t *type = json_object_get(json, "type");
    if (!type)
        return fail(parser, place, "an object without \"type\"");
    if (!json_is_string(type)) {
        const struct place inside = step_into(place, (struct tlm_string){"type", 4});
        return read_type(parser, type, &inside);
    }
    struct tlm_string name = text_of(type);
    if (same_text(name, "error"))
        return read_record(parser, json, place);
    for (size_t kind = 0; kind < KINDS; kind++)
        if (kind != TLM_KIND_UNION && same_text(name, kind_names[kind]))
            return read_kind(parser, (enum tlm_schema_kind)kind, json, place);
    return read_name(parser, name, place);
}

static node_ref read_type(struct parser *parser, const json_t *json, const struct place *place)
{
    if (place->depth > TLM_SCHEMA_DEPTH_MAX) {
        fail(parser, NULL, "types more than %d levels inside each other", TLM_SCHEMA_DEPTH_MAX);
        parser->code = TLM_LIMIT;
        return NULL;
    }
    if (json_is_string(json))
        return read_name(parser, text_of(json), place);
    if (json_is_array(json))
        return read_union(parser, json, place);
    if (json_is_object(json))
        return read_object(parser, json, place);
    return fail(parser, place, "a type is a name, an object or an array");
}

/* ---- texts -------------------------------------------------------------------------------------
 */

static enum tlm_code check_text(const char *text, size_t len, struct tlm_error *error)
{
    size_t parts = 0;
    if (len > TLM_SCHEMA_BYTES_MAX)
        return tlm__fail(error, TLM_LIMIT, "Avro schema: %zu bytes are more than %u", len,
                         TLM_SCHEMA_BYTES_MAX);
    for (size_t i = 0; i < len; i++)
        parts += text[i] == '{' || text[i] == '[';
    if (parts > PARTS_MAX)
        return tlm__fail(error, TLM_LIMIT, "Avro schema: more than %u types", PARTS_MAX);
    return TLM_OK;
}

/* Numbers are read as real ones: a default may have more digits than 64 bits. */
static enum tlm_code load(const char *text, size_t len, json_t **json, struct tlm_error *error)
{
    json_error_t reason;
    size_t flags = JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL;
    errno = 0;
    json_t *made = json_loadb(text, len, flags, &reason);
    /* When memory is out jansson may call the text wrong, or leave out a character of it. */
    if (errno == ENOMEM || (!made && json_error_code(&reason) == json_error_out_of_memory)) {
        json_decref(made);
        return tlm__fail_memory(error, len);
    }
    *json = made;
    if (made)
        return TLM_OK;
    return tlm__fail(error, TLM_DAMAGED, "Avro schema: byte %d: not JSON: %s", reason.position,
                     reason.text);
}

static void measure(struct parser *parser)
{
    bool entangled;
    node_ref endless = tlm__schema_measure(parser->tree->latest, &entangled);
    if (entangled)
        parser->code = tlm__fail(parser->error, TLM_LIMIT, "Avro schema: too entangled");
    else if (endless)
        fail(parser, NULL, "%.*s has no values: each would contain another one without end",
             shown(endless->name), endless->name.data);
}

enum tlm_code tlm__schema_tree_parse(struct tlm_schema_tree *tree, const char *text, size_t len,
                                     struct tlm_error *error)
{
    struct parser parser = {.tree = tree, .error = error};
    const struct place top = {0};
    json_t *json = NULL;
    *tree = (struct tlm_schema_tree){0};
    parser.code = check_text(text, len, error);
    if (parser.code == TLM_OK)
        parser.code = load(text, len, &json, error);
    if (parser.code != TLM_OK)
        return parser.code;
    tree->root = read_type(&parser, json, &top);
    if (tree->root)
        measure(&parser);
    json_decref(json);
    if (parser.code != TLM_OK)
        tlm__schema_tree_release(tree);
    return parser.code;
}

void tlm__schema_tree_release(struct tlm_schema_tree *tree)
{
    tlm__intern_release(&tree->names);
    tlm__arena_release(&tree->arena);
    *tree = (struct tlm_schema_tree){0};
}

static bool same_string(struct tlm_string a, struct tlm_string b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

bool tlm__schema_equal(node_ref known, node_ref node)
{
    if (known->kind != node->kind || known->logical != node->logical || known->n != node->n ||
        known->precision != node->precision || known->scale != node->scale ||
        known->size != node->size || !same_string(known->name, node->name))
        return false;
    for (size_t i = 0; i < known->n; i++) {
        if (known->labels && !same_string(known->labels[i], node->labels[i]))
            return false;
        if (known->children && !tlm__schema_equal(known->children[i], node->children[i]))
            return false;
    }
    return true;
}
