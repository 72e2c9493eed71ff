#include "cat_args.h"
#include "table_rows.h"

#define ARGS struct cat_args

static const struct opt_choice time_words[] = {
    {"rfc3339", CAT_TIME_RFC3339, false}, {"s", CAT_TIME_S, false},   {"ms", CAT_TIME_MS, false},
    {"us", CAT_TIME_US, false},           {"ns", CAT_TIME_NS, false}, {NULL, 0, false},
};
static const struct opt_choice int64_words[] = {
    {"number", CAT_INT64_NUMBER, false},
    {"string", CAT_INT64_STRING, false},
    {NULL, 0, false},
};
static const struct opt_choice fill_words[] = {
    {"none", CAT_FILL_NONE, false},
    {"last", CAT_FILL_LAST, false},
    {NULL, 0, false},
};
static const struct opt_choice aggregate_words[] = {
    {"mean", CAT_MEAN, false}, {"min", CAT_MIN, false}, {"max", CAT_MAX, false},
    {"last", CAT_LAST, false}, {NULL, 0, false},
};

static const struct opt cat_operands = {LIST(0, "", operands), .value = "[FILE...|-]",
                                        .file = true};

static const struct opt cat_options[] = {
    SELECT_ROWS(select),
    {COUNT(0, "head", head), .given = AT(bool, given.head), .value = "N", .preset = "all",
     .help = "Only the first N rows"},
    {COUNT(0, "tail", tail), .given = AT(bool, given.tail), .value = "N", .preset = "all",
     .help = "Only the last N rows"},

    {ROW(OPT_GROUP, 0, "Rows")},
    {FLAG(0, "csv", csv), .help = "CSV instead of JSON lines"},
    {FLAG(0, "tsv", tsv), .help = "The same with tabs"},
    {FLAG(0, "wide", wide),
     .help = "A row for each time, with a column for each channel, sorted by time"},
    {CHOICE(0, "fill", fill, fill_words), .given = AT(bool, given.fill),
     .help = "What --wide puts where a channel has no point: nothing, or its last value"},
    {CHOICE('T', "time-format", time_format, time_words),
     .help = "Times as RFC 3339, or as a number since 1970"},
    {CHOICE(0, "int64", int64, int64_words),
     .help = "Integers in JSON; string is for programs that know no more than 53 bits"},

    {ROW(OPT_GROUP, 0, "Summing up")},
    {DURATION(0, "every", every_ns), .given = AT(bool, given.every), .value = "DUR",
     .preset = "every point",
     .help = "One point for each DUR of each channel, at the start of that span"},
    {CHOICE(0, "agg", aggregate, aggregate_words), .given = AT(bool, given.aggregate),
     .help = "How --every makes one value of several"},

    {ROW(OPT_GROUP, 0, "Output")},
    {TEXT('o', "output", output), .value = "FILE|-", .file = true, .preset = "standard output",
     .help = "What to write; the file appears when it is whole"},
    {FLAG('f', "force", force), .help = "Replace a file that exists"},
    {COUNT('j', "threads", threads), .value = "N", .preset = "one per processor",
     .help = "Threads that decode and write text"},
    {SIZE(0, "memory", memory_bytes), .given = AT(bool, given.memory), .value = "SIZE",
     .help = "Most that --wide and --every hold"},
    {HELP},
    {.kind = OPT_END},
};

static const struct example cat_examples[] = {
    {.line = "tlm write -q flight.csv && tlm cat --head 2 flight.avro",
     .says = "Points as JSON lines, which tlm write reads.",
     .prints = "\"channel\":\"altitude_m\""},
    {.line = "tlm write -q flight.csv && tlm cat -c '*_m' --from +5s --to +10s flight.avro",
     .says = "Five seconds of some channels.",
     .prints = "\"timestamp\":\"2024-06-01T09:30:"},
    {.line = "tlm write -q flight.csv && tlm cat --csv --wide --fill last -o wide.csv flight.avro",
     .says = "A table for a spreadsheet.",
     .makes = "wide.csv"},
    {.line = "tlm write -q flight.csv && "
             "tlm cat --csv --wide --every 10s --agg max flight.avro",
     .says = "The largest value in each ten seconds.",
     .prints = "2024-06-01T09:30:10Z,"},
    {.line = "tlm write -q flight.csv && tlm cat flight.avro | tlm write -q -o again.avro",
     .says = "There and back again: the points are the same.",
     .makes = "again.avro"},
    {0},
};

const struct command command_cat = {
    .name = "cat",
    .summary = "print the points in files as JSON lines or CSV",
    .operands = &cat_operands,
    .options = cat_options,
    .examples = cat_examples,
    .args_size = sizeof(struct cat_args),
    .init = cat_args_init,
    .run = cmd_cat,
};
