/* The schema of telemetry files, as avro-c understands it. */
#include "support/unit.h"

#include <avro.h>
#include <string.h>

#include "avro/avro_schema.h"

static void check_record(avro_schema_t schema, const char *name, size_t fields)
{
    ck_assert(is_avro_record(schema));
    ck_assert_str_eq(avro_schema_name(schema), name);
    ck_assert_str_eq(avro_schema_namespace(schema), "io.nominal.ingest");
    ck_assert_uint_eq(avro_schema_record_size(schema), fields);
}

static avro_schema_t field(avro_schema_t record, int index, const char *name)
{
    ck_assert_str_eq(avro_schema_record_field_name(record, index), name);
    return avro_schema_record_field_get_by_index(record, index);
}

static avro_schema_t items(avro_schema_t array)
{
    ck_assert(is_avro_array(array));
    return avro_schema_array_items(array);
}

START_TEST(test_fields_and_branches)
{
    avro_schema_t schema;
    const char *text = tlm__avro_stream_schema;
    ck_assert_int_eq(avro_schema_from_json_length(text, strlen(text), &schema), 0);
    check_record(schema, "AvroStream", 4);
    ck_assert(is_avro_string(field(schema, 0, "channel")));
    ck_assert(is_avro_int64(items(field(schema, 1, "timestamps"))));
    avro_schema_t values = items(field(schema, 2, "values"));
    ck_assert(is_avro_union(values));
    ck_assert_uint_eq(avro_schema_union_size(values), TLM_TYPES);
    ck_assert(is_avro_double(avro_schema_union_branch(values, TLM_DOUBLE)));
    ck_assert(is_avro_string(avro_schema_union_branch(values, TLM_STRING)));
    ck_assert(is_avro_int64(avro_schema_union_branch(values, TLM_LONG)));
    avro_schema_t doubles = avro_schema_union_branch(values, TLM_DOUBLE_ARRAY);
    check_record(doubles, "DoubleArray", 1);
    ck_assert(is_avro_double(items(field(doubles, 0, "items"))));
    avro_schema_t strings = avro_schema_union_branch(values, TLM_STRING_ARRAY);
    check_record(strings, "StringArray", 1);
    ck_assert(is_avro_string(items(field(strings, 0, "items"))));
    avro_schema_t json = avro_schema_union_branch(values, TLM_JSON);
    check_record(json, "JsonStruct", 1);
    ck_assert(is_avro_string(field(json, 0, "json")));
    avro_schema_t tags = field(schema, 3, "tags");
    ck_assert(is_avro_map(tags));
    ck_assert(is_avro_string(avro_schema_map_values(tags)));
    avro_schema_decref(schema);
}
END_TEST

/* avro-c drops defaults and spellings of names; other readers compare them. */
START_TEST(test_text)
{
    static const char expected[] =
        "{'type':'record','name':'AvroStream','namespace':'io.nominal.ingest','fields':["
        "{'name':'channel','type':'string'},"
        "{'name':'timestamps','type':{'type':'array','items':'long'}},"
        "{'name':'values','type':{'type':'array','items':['double','string','long',"
        "{'type':'record','name':'DoubleArray','fields':["
        "{'name':'items','type':{'type':'array','items':'double'}}]},"
        "{'type':'record','name':'StringArray','fields':["
        "{'name':'items','type':{'type':'array','items':'string'}}]},"
        "{'type':'record','name':'JsonStruct','fields':[{'name':'json','type':'string'}]}]}},"
        "{'name':'tags','type':{'type':'map','values':'string'},'default':{}}]}";
    ck_assert_uint_eq(strlen(tlm__avro_stream_schema), sizeof expected - 1);
    for (size_t i = 0; i < sizeof expected - 1; i++)
        ck_assert_int_eq(tlm__avro_stream_schema[i], expected[i] == '\'' ? '"' : expected[i]);
}
END_TEST

START_TEST(test_check)
{
    struct tlm_error error;
    ck_assert_int_eq(tlm__schema_check(tlm__avro_stream_schema, &error), TLM_OK);
    ck_assert_int_eq(tlm__schema_check("\"long\"", NULL), TLM_OK);
    static const char *const bad[] = {
        "",
        "{",
        "nonsense",
        "{\"type\":\"recrod\",\"name\":\"A\",\"fields\":[]}",
        "{\"type\":\"record\",\"fields\":[]}",
        "{\"type\":\"array\",\"items\":\"Unknown\"}",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_int_eq(tlm__schema_check(bad[i], &error), TLM_ARGUMENT);
        ck_assert_int_eq(error.code, TLM_ARGUMENT);
        ck_assert_ptr_nonnull(strstr(error.message, "not an Avro schema: "));
        ck_assert_uint_gt(strlen(error.message), strlen("not an Avro schema: "));
        ck_assert_int_eq(tlm__schema_check(bad[i], NULL), TLM_ARGUMENT);
    }
}
END_TEST

UNIT_MAIN("schema", test_fields_and_branches, test_text, test_check)
