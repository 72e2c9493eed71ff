#include "checksum_args.h"
#include "table_rows.h"

#define ARGS struct checksum_args

static const struct opt checksum_operands = {LIST(0, "", operands), .value = "[FILE...|-]",
                                             .file = true};

static const struct opt checksum_options[] = {
    SELECT_ROWS(select),
    {ROW(OPT_GROUP, 0, "Reporting")},
    {FLAG(0, "total", total), .help = "Only the digest of all points together"},
    {FLAG(0, "json", json), .help = "Everything as one JSON object"},
    {COUNT('j', "threads", threads), .value = "N", .preset = "one per processor",
     .help = "Threads that decode and hash"},
    {HELP},
    {.kind = OPT_END},
};

static const struct example checksum_examples[] = {
    {.line = "tlm write -q flight.csv && tlm checksum flight.avro",
     .says = "A digest for each channel, and one for the file.",
     .prints = " total"},
    {.line =
         "tlm write -q flight.csv && tlm write -q --rotate-points 20 -o part.avro flight.csv && "
         "test \"$(tlm checksum --total flight.avro)\" = \"$(tlm checksum --total part_*.avro)\"",
     .says = "Cut into parts or not, the points are the same.",
     .makes = "part_000.avro"},
    {0},
};

const struct command command_checksum = {
    .name = "checksum",
    .summary = "digests of the points in files, to compare what two sets of files hold",
    .operands = &checksum_operands,
    .options = checksum_options,
    .examples = checksum_examples,
    .args_size = sizeof(struct checksum_args),
    .init = checksum_args_init,
    .run = cmd_checksum,
};
