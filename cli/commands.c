#include "commands.h"

#include <string.h>

#include "table_rows.h"

extern const struct command command_write, command_rotate, command_bench, command_inspect,
    command_verify, command_recover, command_checksum, command_count, command_schema, command_cat,
    command_stats, command_prune;

const struct command *const commands[] = {&command_write,
                                          &command_rotate,
                                          &command_bench,
                                          &command_inspect,
                                          &command_stats,
                                          &command_cat,
                                          &command_verify,
                                          &command_recover,
                                          &command_prune,
                                          &command_checksum,
                                          &command_count,
                                          &command_schema,
                                          NULL};

static const struct opt program_options[] = {
    {ROW(OPT_GROUP, 0, "Options")},
    {HELP},
    {ROW(OPT_VERSION, 'V', "version"), .help = "Show the version"},
    {.kind = OPT_END},
};

static const struct example program_examples[] = {
    {.line = "tlm write flight.csv", .says = "Writes flight.avro.", .makes = "flight.avro"},
    {.line = "tlm help write", .says = "All options of a command.", .prints = "--rotate-size"},
    {0},
};

const struct command program = {
    .name = "tlm",
    .summary = "turn telemetry rows into Avro files, and look into them",
    .options = program_options,
    .examples = program_examples,
};

const struct command *command_find(const char *name)
{
    for (size_t i = 0; commands[i]; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}
