/* Schemas to trees: what the specification allows, and what a stranger's file may try. */
#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "avro/avro_schema.h"
#include "avro/decode_stream.h"
#include "avro/schema_tree.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

typedef const struct tlm_schema_node *node_ref;

static struct tlm_schema_tree parse(const char *text)
{
    struct tlm_schema_tree tree;
    struct tlm_error error = {0};
    enum tlm_code code = tlm__schema_tree_parse(&tree, text, strlen(text), &error);
    ck_assert_msg(code == TLM_OK, "%.200s: %s", text, error.message);
    return tree;
}

static void refuse(const char *text, enum tlm_code code, const char *message)
{
    struct tlm_schema_tree tree;
    struct tlm_error error = {0};
    ck_assert_int_eq(tlm__schema_tree_parse(&tree, text, strlen(text), &error), code);
    ck_assert_ptr_null(tree.root);
    ck_assert_msg(strcmp(error.message, message) == 0, "%.200s\n  says: %s\n  want: %s", text,
                  error.message, message);
    ck_assert_int_eq(tlm__schema_tree_parse(&tree, text, strlen(text), NULL), code);
}

START_TEST(test_primitives_as_root)
{
    static const char *const names[] = {"null",  "boolean", "int",   "long",
                                        "float", "double",  "bytes", "string"};
    char text[64];
    for (size_t i = 0; i < LEN(names); i++) {
        for (int form = 0; form < 3; form++) {
            static const char *const forms[] = {"\"%s\"", "{\"type\":\"%s\",\"x\":1}",
                                                " {\"type\": {\"type\":\"%s\"}} "};
            const char *p = forms[form];
            const char *hole = strstr(p, "%s");
            snprintf(text, sizeof text, "%.*s%s%s", (int)(hole - p), p, names[i], hole + 2);
            struct tlm_schema_tree tree = parse(text);
            ck_assert_uint_eq((size_t)tree.root->kind, i);
            ck_assert_str_eq(tree.root->name.data, names[i]);
            tlm__schema_tree_release(&tree);
        }
    }
}
END_TEST

START_TEST(test_all_types)
{
    struct tlm_schema_tree tree = parse(
        "{\"type\":\"record\",\"name\":\"r\",\"doc\":\"d\",\"aliases\":[\"old\"],\"fields\":["
        "{\"name\":\"e\",\"type\":{\"type\":\"enum\",\"name\":\"e\",\"symbols\":[\"A\",\"B\"],"
        "\"default\":\"A\"},\"default\":\"B\",\"order\":\"ignore\"},"
        "{\"name\":\"f\",\"type\":{\"type\":\"fixed\",\"name\":\"f\",\"size\":5}},"
        "{\"name\":\"a\",\"type\":{\"type\":\"array\",\"items\":\"f\"},\"default\":[]},"
        "{\"name\":\"m\",\"type\":{\"type\":\"map\",\"values\":[\"null\",\"e\"]}},"
        "{\"name\":\"x\",\"type\":{\"type\":\"error\",\"name\":\"x\",\"fields\":[]}},"
        "{\"name\":\"d\",\"type\":\"double\",\"default\":123456789012345678901234567890}]}");
    node_ref root = tree.root;
    ck_assert_int_eq(root->kind, TLM_KIND_RECORD);
    ck_assert_uint_eq(root->n, 6);
    ck_assert_str_eq(root->labels[3].data, "m");
    ck_assert_int_eq(root->children[0]->kind, TLM_KIND_ENUM);
    ck_assert_uint_eq(root->children[0]->n, 2);
    ck_assert_str_eq(root->children[0]->labels[1].data, "B");
    ck_assert_uint_eq(root->children[1]->size, 5);
    ck_assert_ptr_eq(root->children[2]->children[0], root->children[1]);
    ck_assert_int_eq(root->children[3]->children[0]->kind, TLM_KIND_UNION);
    ck_assert_ptr_eq(root->children[3]->children[0]->children[1], root->children[0]);
    ck_assert_int_eq(root->children[4]->kind, TLM_KIND_RECORD);
    ck_assert_uint_eq(root->min_bytes, 1 + 5 + 1 + 1 + 0 + 8);
    ck_assert_uint_eq(root->width, TLM_WIDTH_VARIES);
    tlm__schema_tree_release(&tree);
}
END_TEST

/* The examples of the specification, and what follows from them. */
START_TEST(test_names)
{
    struct tlm_schema_tree tree = parse(
        "{\"type\":\"record\",\"name\":\"Example\",\"namespace\":\"a.b\",\"fields\":["
        "{\"name\":\"1\",\"type\":{\"type\":\"fixed\",\"name\":\"own\",\"size\":1}},"
        "{\"name\":\"2\",\"type\":{\"type\":\"record\",\"name\":\"c.d.In\",\"namespace\":\"no\","
        "\"fields\":[{\"name\":\"x\",\"type\":{\"type\":\"fixed\",\"name\":\"own\",\"size\":2}},"
        "{\"name\":\"y\",\"type\":\"own\"},{\"name\":\"z\",\"type\":\"a.b.own\"}]}},"
        "{\"name\":\"3\",\"type\":{\"type\":\"fixed\",\"name\":\"own\",\"namespace\":\"\","
        "\"size\":3}},"
        "{\"name\":\"4\",\"type\":\"own\"},{\"name\":\"5\",\"type\":\"c.d.own\"},"
        "{\"name\":\"6\",\"type\":\".own\"},{\"name\":\"7\",\"type\":{\"type\":\"c.d.In\"}},"
        "{\"name\":\"8\",\"type\":{\"type\":\"fixed\",\"name\":\"out\",\"namespace\":\"\","
        "\"size\":8}},"
        "{\"name\":\"9\",\"type\":\"out\"}]}");
    node_ref root = tree.root, inner = root->children[1];
    ck_assert_str_eq(root->name.data, "a.b.Example");
    ck_assert_str_eq(root->children[0]->name.data, "a.b.own");
    ck_assert_str_eq(inner->name.data, "c.d.In");
    ck_assert_str_eq(inner->children[0]->name.data, "c.d.own");
    ck_assert_uint_eq(inner->children[1]->size, 2);
    ck_assert_uint_eq(inner->children[2]->size, 1);
    ck_assert_str_eq(root->children[2]->name.data, "own");
    ck_assert_uint_eq(root->children[3]->size, 1);
    ck_assert_uint_eq(root->children[4]->size, 2);
    ck_assert_uint_eq(root->children[5]->size, 3);
    ck_assert_ptr_eq(root->children[6], inner);
    ck_assert_uint_eq(root->children[8]->size, 8); /* no a.b.out: looked for without namespace */
    tlm__schema_tree_release(&tree);
}
END_TEST

START_TEST(test_recursion)
{
    struct tlm_schema_tree tree = parse(
        "{\"type\":\"record\",\"name\":\"list\",\"fields\":[{\"name\":\"value\",\"type\":\"int\"},"
        "{\"name\":\"next\",\"type\":[\"null\",\"list\"]},"
        "{\"name\":\"all\",\"type\":{\"type\":\"array\",\"items\":\"list\"}},"
        "{\"name\":\"by\",\"type\":{\"type\":\"map\",\"values\":\"list\"}}]}");
    node_ref root = tree.root;
    ck_assert_ptr_eq(root->children[1]->children[1], root);
    ck_assert_ptr_eq(root->children[2]->children[0], root);
    ck_assert_uint_eq(root->min_bytes, 4);
    tlm__schema_tree_release(&tree);
    /* b's size depends on a's, which is only known behind b. */
    tree = parse("{\"type\":\"record\",\"name\":\"a\",\"fields\":[{\"name\":\"x\",\"type\":["
                 "{\"type\":\"record\",\"name\":\"b\",\"fields\":["
                 "{\"name\":\"y\",\"type\":\"a\"}]},\"null\"]}]}");
    ck_assert_uint_eq(tree.root->min_bytes, 1);
    ck_assert_uint_eq(tree.root->children[0]->children[0]->min_bytes, 1);
    tlm__schema_tree_release(&tree);
}
END_TEST

#define RECORD(name, fields) "{\"type\":\"record\",\"name\":\"" name "\",\"fields\":[" fields "]}"
#define FIELD(name, type) "{\"name\":\"" name "\",\"type\":" type "}"

START_TEST(test_records_without_end)
{
    refuse(RECORD("r", FIELD("f", "\"r\"")), TLM_DAMAGED,
           "Avro schema: r has no values: each would contain another one without end");
    refuse(RECORD("a", FIELD("f", RECORD("b", FIELD("g", "[\"a\"]")))), TLM_DAMAGED,
           "Avro schema: a has no values: each would contain another one without end");
    refuse("[\"null\"," RECORD("r", FIELD("f", "[\"r\"]")) "]", TLM_DAMAGED,
           "Avro schema: r has no values: each would contain another one without end");
}
END_TEST

START_TEST(test_refused)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"\"strin\"", "Avro schema: there is no type \"strin\""},
        {"\"union\"", "Avro schema: there is no type \"union\""},
        {"12", "Avro schema: a type is a name, an object or an array"},
        {"{}", "Avro schema: an object without \"type\""},
        {"[]", "Avro schema: an empty union"},
        {"[\"int\",[\"null\"]]", "Avro schema: [1]: a union in a union"},
        {"[\"int\",\"string\",\"int\"]", "Avro schema: [2]: int comes twice in a union"},
        {"[\"int\",{\"type\":\"int\",\"logicalType\":\"date\"}]",
         "Avro schema: [1]: int comes twice in a union"},
        {"[{\"type\":\"array\",\"items\":\"int\"},{\"type\":\"array\",\"items\":\"long\"}]",
         "Avro schema: [1]: array comes twice in a union"},
        {"[" RECORD("n.r", "") ",\"n.r\"]", "Avro schema: [1]: n.r comes twice in a union"},
        {"{\"type\":\"array\"}", "Avro schema: array without items"},
        {"{\"type\":\"map\"}", "Avro schema: map without values"},
        {"{\"type\":\"fixed\",\"name\":\"f\",\"size\":-2}",
         "Avro schema: f: the size of a fixed is none"},
        {"{\"type\":\"fixed\",\"name\":\"f\",\"size\":2147483648}",
         "Avro schema: f: the size of a fixed is none"},
        {"{\"type\":\"fixed\",\"name\":\"f\",\"size\":\"2\"}",
         "Avro schema: f: the size of a fixed is none"},
        {"{\"type\":\"fixed\",\"name\":\"f\",\"size\":1.5}",
         "Avro schema: f: the size of a fixed is none"},
        {"{\"type\":\"fixed\",\"size\":1}", "Avro schema: a type fixed without a name"},
        {"{\"type\":\"enum\",\"name\":\"e\"}", "Avro schema: e: an enum without symbols"},
        {"{\"type\":\"enum\",\"name\":\"e\",\"symbols\":[\"A\",\"A\"]}",
         "Avro schema: e: the name A comes twice"},
        {"{\"type\":\"enum\",\"name\":\"e\",\"symbols\":[\"A\",1]}",
         "Avro schema: e: name 1 of it is none"},
        {"{\"type\":\"record\",\"name\":\"r\"}", "Avro schema: r: a record without fields"},
        {RECORD("r", FIELD("f", "\"int\"") "," FIELD("f", "\"int\"")),
         "Avro schema: r: the name f comes twice"},
        {RECORD("r", "{\"name\":\"f\"}"), "Avro schema: r.f: a field without a type"},
        {RECORD("r", "{\"type\":\"int\"}"), "Avro schema: r: name 0 of it is none"},
        {RECORD("r", "7"), "Avro schema: r: name 0 of it is none"},
        {RECORD("r", FIELD("f", RECORD("r", ""))), "Avro schema: r.f: the name r is given twice"},
        {RECORD("n.r", FIELD("f", "[\"null\",{\"type\":\"array\",\"items\":\"no\"}]")),
         "Avro schema: n.r.f[1].items: there is no type \"no\""},
        {RECORD("r", FIELD("f", "\"later\"") "," FIELD("g", RECORD("later", ""))),
         "Avro schema: r.f: there is no type \"later\""},
        {"{\"type\":", "Avro schema: byte 8: not JSON: unexpected token near end of file"},
        {"", "Avro schema: byte 0: not JSON: unexpected token near end of file"},
    };
    for (size_t i = 0; i < LEN(cases); i++)
        refuse(cases[i].text, TLM_DAMAGED, cases[i].message);
}
END_TEST

START_TEST(test_logical_types)
{
    static const struct {
        const char *text;
        enum tlm_logical logical;
    } cases[] = {
        {"\"int\",\"logicalType\":\"date\"", TLM_LOGICAL_DATE},
        {"\"long\",\"logicalType\":\"date\"", TLM_LOGICAL_NONE},
        {"\"int\",\"logicalType\":\"time-millis\"", TLM_LOGICAL_TIME_MILLIS},
        {"\"long\",\"logicalType\":\"time-micros\"", TLM_LOGICAL_TIME_MICROS},
        {"\"long\",\"logicalType\":\"timestamp-millis\"", TLM_LOGICAL_TIMESTAMP_MILLIS},
        {"\"long\",\"logicalType\":\"timestamp-micros\"", TLM_LOGICAL_TIMESTAMP_MICROS},
        {"\"long\",\"logicalType\":\"timestamp-nanos\"", TLM_LOGICAL_TIMESTAMP_NANOS},
        {"\"long\",\"logicalType\":\"local-timestamp-millis\"", TLM_LOGICAL_LOCAL_MILLIS},
        {"\"long\",\"logicalType\":\"local-timestamp-micros\"", TLM_LOGICAL_LOCAL_MICROS},
        {"\"long\",\"logicalType\":\"local-timestamp-nanos\"", TLM_LOGICAL_LOCAL_NANOS},
        {"\"long\",\"logicalType\":\"fancy\"", TLM_LOGICAL_NONE},
        {"\"long\",\"logicalType\":17", TLM_LOGICAL_NONE},
        {"\"string\",\"logicalType\":\"uuid\"", TLM_LOGICAL_UUID},
        {"\"fixed\",\"name\":\"f\",\"size\":16,\"logicalType\":\"uuid\"", TLM_LOGICAL_UUID},
        {"\"fixed\",\"name\":\"f\",\"size\":15,\"logicalType\":\"uuid\"", TLM_LOGICAL_NONE},
        {"\"fixed\",\"name\":\"f\",\"size\":12,\"logicalType\":\"duration\"", TLM_LOGICAL_DURATION},
        {"\"fixed\",\"name\":\"f\",\"size\":8,\"logicalType\":\"duration\"", TLM_LOGICAL_NONE},
        {"\"bytes\",\"logicalType\":\"decimal\",\"precision\":4,\"scale\":2", TLM_LOGICAL_DECIMAL},
        {"\"bytes\",\"logicalType\":\"decimal\",\"precision\":4", TLM_LOGICAL_DECIMAL},
        {"\"bytes\",\"logicalType\":\"decimal\"", TLM_LOGICAL_NONE},
        {"\"bytes\",\"logicalType\":\"decimal\",\"precision\":0", TLM_LOGICAL_NONE},
        {"\"bytes\",\"logicalType\":\"decimal\",\"precision\":4,\"scale\":5", TLM_LOGICAL_NONE},
        {"\"bytes\",\"logicalType\":\"decimal\",\"precision\":4,\"scale\":-1", TLM_LOGICAL_NONE},
        {"\"bytes\",\"logicalType\":\"decimal\",\"precision\":4,\"scale\":\"1\"", TLM_LOGICAL_NONE},
        {"\"bytes\",\"logicalType\":\"decimal\",\"precision\":1001", TLM_LOGICAL_NONE},
        {"\"fixed\",\"name\":\"f\",\"size\":1,\"logicalType\":\"decimal\",\"precision\":2",
         TLM_LOGICAL_DECIMAL},
        {"\"fixed\",\"name\":\"f\",\"size\":1,\"logicalType\":\"decimal\",\"precision\":3",
         TLM_LOGICAL_NONE},
        {"\"fixed\",\"name\":\"f\",\"size\":16,\"logicalType\":\"decimal\",\"precision\":38",
         TLM_LOGICAL_DECIMAL},
        {"\"fixed\",\"name\":\"f\",\"size\":16,\"logicalType\":\"decimal\",\"precision\":39",
         TLM_LOGICAL_NONE},
        {"\"string\",\"logicalType\":\"decimal\",\"precision\":3", TLM_LOGICAL_NONE},
    };
    char text[200];
    for (size_t i = 0; i < LEN(cases); i++) {
        snprintf(text, sizeof text, "{\"type\":%s}", cases[i].text);
        struct tlm_schema_tree tree = parse(text);
        ck_assert_msg(tree.root->logical == cases[i].logical, "%s", text);
        tlm__schema_tree_release(&tree);
    }
}
END_TEST

/* n arrays inside each other. */
static char *nest(size_t n)
{
    static const char open[] = "{\"type\":\"array\",\"items\":";
    char *text = malloc(n * (sizeof open + 1) + 10), *at = text;
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < n; i++)
        at = stpcpy(at, open);
    at = stpcpy(at, "\"int\"");
    memset(at, '}', n);
    at[n] = '\0';
    return text;
}

START_TEST(test_depth)
{
    char *text = nest(TLM_SCHEMA_DEPTH_MAX);
    struct tlm_schema_tree tree = parse(text);
    tlm__schema_tree_release(&tree);
    free(text);
    text = nest(TLM_SCHEMA_DEPTH_MAX + 1);
    refuse(text, TLM_LIMIT, "Avro schema: types more than 100 levels inside each other");
    free(text);
    text = nest(3000); /* jansson's own limit comes first */
    refuse(text, TLM_DAMAGED,
           "Avro schema: byte 49143: not JSON: maximum parsing depth reached near '\"array\"'");
    free(text);
}
END_TEST

START_TEST(test_sizes)
{
    char *text = malloc(TLM_SCHEMA_BYTES_MAX + 2);
    ck_assert_ptr_nonnull(text);
    memset(text, ' ', TLM_SCHEMA_BYTES_MAX + 1);
    memcpy(text, "\"int\"", 5);
    text[TLM_SCHEMA_BYTES_MAX + 1] = '\0';
    refuse(text, TLM_LIMIT, "Avro schema: 4194305 bytes are more than 4194304");
    text[TLM_SCHEMA_BYTES_MAX] = '\0';
    struct tlm_schema_tree tree = parse(text);
    tlm__schema_tree_release(&tree);
    memset(text, '{', 300000);
    text[300000] = '\0';
    refuse(text, TLM_LIMIT, "Avro schema: more than 262144 types");
    char name[TLM_SCHEMA_NAME_MAX + 2];
    memset(name, 'n', sizeof name);
    name[sizeof name - 1] = '\0';
    snprintf(text, 2000, "{\"type\":\"fixed\",\"size\":1,\"name\":\"%s\"}", name);
    refuse(text, TLM_DAMAGED, "Avro schema: a name of more than 1000 bytes");
    snprintf(text, 2000, "{\"type\":\"fixed\",\"size\":1,\"name\":\"%s\"}", name + 1);
    tree = parse(text);
    tlm__schema_tree_release(&tree);
    snprintf(text, 3000, "{\"type\":\"fixed\",\"size\":1,\"name\":\"x\",\"namespace\":\"%s\"}",
             name + 1);
    refuse(text, TLM_DAMAGED, "Avro schema: a name of more than 1000 bytes");
    free(text);
}
END_TEST

/* Each record twice in the next one: more bytes at least than any machine has. */
START_TEST(test_sizes_do_not_overflow)
{
    char text[16000], *at = text;
    at = stpcpy(at, "{\"type\":\"record\",\"name\":\"top\",\"fields\":[" FIELD(
                        "f0", RECORD("r0", FIELD("d", "\"double\""))));
    for (int i = 1; i < 80; i++)
        at +=
            sprintf(at,
                    ",{\"name\":\"f%d\",\"type\":{\"type\":\"record\",\"name\":\"r%d\",\"fields\":["
                    "{\"name\":\"a\",\"type\":\"r%d\"},{\"name\":\"b\",\"type\":\"r%d\"}]}}",
                    i, i, i - 1, i - 1);
    stpcpy(at, "]}");
    struct tlm_schema_tree tree = parse(text);
    ck_assert_uint_eq(tree.root->min_bytes, TLM_MIN_BYTES_MAX);
    tlm__schema_tree_release(&tree);
}
END_TEST

START_TEST(test_names_of_any_characters)
{
    struct tlm_schema_tree tree =
        parse(RECORD("caf\xc3\xa9-1", FIELD("a b", "\"int\"") "," FIELD("\\u0001.", "\"int\"")));
    ck_assert_str_eq(tree.root->name.data, "caf\xc3\xa9-1");
    ck_assert_str_eq(tree.root->labels[0].data, "a b");
    tlm__schema_tree_release(&tree);
}
END_TEST

static bool is_stream(const char *text)
{
    struct tlm_schema_tree tree = parse(text);
    bool is = false;
    ck_assert_int_eq(tlm__stream_schema(&tree, &is, NULL), TLM_OK);
    tlm__schema_tree_release(&tree);
    return is;
}

/* The schema with `from` replaced by `to`. */
static bool is_stream_with(const char *from, const char *to)
{
    char text[4096];
    const char *all = tlm__avro_stream_schema, *at = strstr(all, from);
    ck_assert_ptr_nonnull(at);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - all), all, to, at + strlen(from));
    return is_stream(text);
}

START_TEST(test_avro_stream_is_recognized)
{
    ck_assert(is_stream(tlm__avro_stream_schema));
    ck_assert(is_stream_with("{\"type\":\"record\",\"name\":\"AvroStream\"",
                             "{\"doc\":\"x\",\"aliases\":[\"y\"],\"type\":\"record\","
                             "\"name\":\"AvroStream\""));
    ck_assert(is_stream_with(",\"default\":{}", ""));
    ck_assert(is_stream_with("\"name\":\"AvroStream\",\"namespace\":\"io.nominal.ingest\"",
                             "\"name\":\"io.nominal.ingest.AvroStream\""));
    ck_assert(is_stream_with("\"name\":\"DoubleArray\"",
                             "\"name\":\"DoubleArray\",\"namespace\":\"io.nominal.ingest\""));
    ck_assert(!is_stream_with("\"name\":\"AvroStream\"", "\"name\":\"AvroStreams\""));
    ck_assert(!is_stream_with("\"name\":\"channel\"", "\"name\":\"chanel\""));
    ck_assert(!is_stream_with("\"double\",\"string\",\"long\"", "\"string\",\"double\",\"long\""));
    ck_assert(!is_stream_with("\"items\":\"long\"", "\"items\":\"int\""));
    ck_assert(!is_stream_with(",\"default\":{}}", "},{\"name\":\"more\",\"type\":\"int\"}"));
    ck_assert(!is_stream_with("\"items\":\"long\"", "\"items\":{\"type\":\"long\",\"logicalType\":"
                                                    "\"timestamp-nanos\"}"));
    ck_assert(!is_stream(RECORD("io.nominal.ingest.AvroStream", "")));
    ck_assert(!is_stream("\"int\""));
}
END_TEST

UNIT_MAIN("schema_tree", test_primitives_as_root, test_all_types, test_names, test_recursion,
          test_records_without_end, test_refused, test_logical_types, test_depth, test_sizes,
          test_sizes_do_not_overflow, test_names_of_any_characters, test_avro_stream_is_recognized)
