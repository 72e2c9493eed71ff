/* Avro schemas. (Not "schema.h": with lib/ on the include path that would hide avro-c's own
 * <avro/schema.h> from <avro.h>.) */
#ifndef TLM_AVRO_AVRO_SCHEMA_H
#define TLM_AVRO_AVRO_SCHEMA_H

#include "tlm.h"

/* io.nominal.ingest.AvroStream, the schema of every telemetry file, as compact JSON. The branches
 * of the union `values` come in the order of enum tlm_type. */
extern const char tlm__avro_stream_schema[];

/* Parses a schema with avro-c; TLM_ARGUMENT with avro-c's reason when it refuses. avro-c keeps its
 * error text in a global: not for use by several threads at once, and not for strangers' files. */
enum tlm_code tlm__schema_check(const char *json, struct tlm_error *error);

#endif
