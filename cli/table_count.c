#include "count_args.h"
#include "table_rows.h"

#define ARGS struct count_args

static const struct opt count_operands = {LIST(0, "", operands), .value = "[FILE...|-]",
                                          .file = true};

static const struct opt count_options[] = {
    SELECT_ROWS(select),
    {ROW(OPT_GROUP, 0, "Counting")},
    {FLAG(0, "records", records),
     .help = "Count Avro records, which in telemetry files hold many points each"},
    {FLAG(0, "trust", trust),
     .help = "Believe the header where it says how much there is, and read no further"},
    {COUNT('j', "threads", threads), .value = "N", .preset = "one per processor",
     .help = "Threads that decode"},
    {FLAG(0, "json", json), .help = "The numbers as one JSON object"},
    {HELP},
    {.kind = OPT_END},
};

static const struct example count_examples[] = {
    {.line = "tlm write -q flight.csv && tlm count flight.avro",
     .says = "How many points there are, as a bare number."},
    {.line = "tlm write -q -o run.avro --rotate-points 20 flight.csv && tlm count run_*.avro",
     .says = "A line for each of several files, then the total.",
     .prints = " total"},
    {.line = "tlm write -q flight.csv && tlm count -c altitude_m flight.avro",
     .says = "Only this channel."},
    {0},
};

const struct command command_count = {
    .name = "count",
    .summary = "count the points in files",
    .operands = &count_operands,
    .options = count_options,
    .examples = count_examples,
    .args_size = sizeof(struct count_args),
    .init = count_args_init,
    .run = cmd_count,
};
