#include "schema_args.h"
#include "table_rows.h"

#define ARGS struct schema_args

static const struct opt schema_operands = {LIST(0, "", operands), .value = "[FILE...|-]",
                                           .file = true};

static const struct opt schema_options[] = {
    {ROW(OPT_GROUP, 0, "Options")},
    {FLAG(0, "name", name), .help = "Only the full name of the type"},
    {HELP},
    {.kind = OPT_END},
};

static const struct example schema_examples[] = {
    {.line = "tlm write -q flight.csv && tlm schema flight.avro",
     .says = "The schema as it is in the file.",
     .prints = "timestamps"},
    {.line = "tlm write -q flight.csv && tlm schema --name flight.avro",
     .says = "What its records are called.",
     .prints = "AvroStream"},
    {0},
};

const struct command command_schema = {
    .name = "schema",
    .summary = "print the Avro schema of files",
    .operands = &schema_operands,
    .options = schema_options,
    .examples = schema_examples,
    .args_size = sizeof(struct schema_args),
    .init = schema_args_init,
    .run = cmd_schema,
};
