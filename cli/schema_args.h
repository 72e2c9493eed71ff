/* What the command line of `tlm schema` says. table_schema.c points right into it. */
#ifndef SCHEMA_ARGS_H
#define SCHEMA_ARGS_H

#include "tlm.h"

struct schema_args {
    struct tlm_list operands;
    bool name;
};

void schema_args_init(void *opaque);
int cmd_schema(void *opaque);

#endif
