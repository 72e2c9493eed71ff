#include "avro/avro_schema.h"

#include <avro.h>
#include <string.h>

#include "base/error.h"

/* The nested records carry no namespace of their own: they inherit io.nominal.ingest, as Nominal's
 * readers expect (Avro 1.11, Names). */
const char tlm__avro_stream_schema[] =
    "{\"type\":\"record\",\"name\":\"AvroStream\",\"namespace\":\"io.nominal.ingest\",\"fields\":["
    "{\"name\":\"channel\",\"type\":\"string\"},"
    "{\"name\":\"timestamps\",\"type\":{\"type\":\"array\",\"items\":\"long\"}},"
    "{\"name\":\"values\",\"type\":{\"type\":\"array\",\"items\":[\"double\",\"string\",\"long\","
    "{\"type\":\"record\",\"name\":\"DoubleArray\",\"fields\":["
    "{\"name\":\"items\",\"type\":{\"type\":\"array\",\"items\":\"double\"}}]},"
    "{\"type\":\"record\",\"name\":\"StringArray\",\"fields\":["
    "{\"name\":\"items\",\"type\":{\"type\":\"array\",\"items\":\"string\"}}]},"
    "{\"type\":\"record\",\"name\":\"JsonStruct\",\"fields\":["
    "{\"name\":\"json\",\"type\":\"string\"}]}]}},"
    "{\"name\":\"tags\",\"type\":{\"type\":\"map\",\"values\":\"string\"},\"default\":{}}]}";

enum tlm_code tlm__schema_check(const char *json, struct tlm_error *error)
{
    avro_schema_t schema = NULL;
    if (avro_schema_from_json_length(json, strlen(json), &schema) != 0)
        return tlm__fail(error, TLM_ARGUMENT, "not an Avro schema: %s", avro_strerror());
    avro_schema_decref(schema);
    return TLM_OK;
}
