#include "inspect_args.h"
#include "table_rows.h"

#define ARGS struct inspect_args

static const struct opt_choice sort_words[] = {
    {"name", CHANNEL_BY_NAME, false},
    {"points", CHANNEL_BY_POINTS, false},
    {"bytes", CHANNEL_BY_BYTES, false},
    {"rate", CHANNEL_BY_RATE, false},
    {NULL, 0, false},
};

static const struct opt inspect_operands = {
    LIST(0, "", operands), .value = "FILE...", .file = true,
    .help = "Avro files, folders of them, or - for standard input"};

static const struct opt inspect_options[] = {
    {ROW(OPT_GROUP, 0, "What to show")},
    {FLAG(0, "timeline", timeline),
     .help = "When which channel has data, across all files: gaps, overlaps, late data"},
    {FLAG(0, "browse", browse),
     .help = "Full screen: files, channels, plots to zoom and pan, blocks, metadata"},
    {FLAG(0, "schema", schema), .help = "The schema, byte for byte"},
    {TEXT(0, "meta", meta), .given = AT(bool, given.meta), .optional = true, .value = "KEY",
     .help = "The header's metadata, or the value of one key"},
    {FLAG(0, "blocks", blocks),
     .help = "Every block: offset, records, sizes, ratio, sync marker and checksum"},
    {COUNT(0, "head", head), .given = AT(bool, given.head), .value = "N", .preset = "none",
     .help = "The first N records as JSON lines"},
    {FLAG(0, "full", full), .help = "Read all of large files, too, instead of estimating"},
    SELECT_ROWS(select),
    {ROW(OPT_GROUP, 0, "How")},
    {CHOICE(0, "sort", sort, sort_words), .given = AT(bool, given.sort),
     .help = "Order of the channels"},
    {FLAG(0, "json", json), .help = "Everything as JSON, one line for each file"},
    COLOR_ROW(color),
    {FLAG(0, "ascii", ascii), .help = "Draw with ASCII characters only"},
    {COUNT('j', "threads", threads), .value = "N", .preset = "one per processor",
     .help = "Threads that decompress and decode"},
    {HELP},
    {.kind = OPT_END},
};

static const struct example inspect_examples[] = {
    {.line = "tlm write -q flight.csv && tlm inspect flight.avro",
     .says = "What is in a file.",
     .prints = "channel"},
    {.line = "tlm write -q -o run.avro --rotate-points 10 flight.csv && "
             "tlm inspect run_*.avro --timeline",
     .says = "When which channel has data, over a set of files.",
     .prints = "gap"},
    {.line = "tlm write -q flight.csv && tlm inspect flight.avro --json >flight.json",
     .says = "For scripts: everything as one JSON object.",
     .makes = "flight.json"},
    {0},
};

const struct command command_inspect = {
    .name = "inspect",
    .summary = "show what is in Avro files: channels, times, sizes, blocks",
    .operands = &inspect_operands,
    .options = inspect_options,
    .examples = inspect_examples,
    .args_size = sizeof(struct inspect_args),
    .init = inspect_args_init,
    .run = cmd_inspect,
};
