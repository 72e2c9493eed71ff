#include "prune_args.h"
#include "table_rows.h"

#define ARGS struct prune_args

static const struct opt prune_operands = {LIST(0, "", operands), .value = "FILE...", .file = true};

static const struct opt prune_options[] = {
    {ROW(OPT_GROUP, 0, "What stays")},
    {COUNT(0, "keep", retention.limits.keep_parts), .given = AT(bool, retention.parts_given),
     .value = "N", .preset = "no limit", .help = "The newest N parts"},
    {SIZE(0, "keep-bytes", retention.limits.keep_bytes), .given = AT(bool, retention.bytes_given),
     .value = "SIZE", .preset = "no limit",
     .help = "The newest parts whose sizes add up to at most SIZE"},
    {DURATION(0, "keep-age", retention.limits.keep_age_ns), .given = AT(bool, retention.age_given),
     .value = "DUR", .preset = "no limit",
     .help = "Parts that were finished at most DUR ago, by the time of the file"},
    {FLAG('n', "dry-run", dry_run), .help = "Only list what would be deleted"},
    {ROW(OPT_GROUP, 0, "Reporting")},
    {FLAG(0, "json", json), .help = "What was deleted as one JSON object"},
    {FLAG('q', "quiet", quiet), .help = "Only errors: no summary, no word on what is left alone"},
    {FLAG('v', "verbose", verbose), .help = "List what is deleted"},
    {HELP},
    {.kind = OPT_END},
};

static const struct example prune_examples[] = {
    {.line = "tlm write -q -o run.avro --rotate-points 20 flight.csv && tlm prune --keep 2 -n "
             "run_*.avro",
     .says = "See first what would go: path, bytes, newest time and the limit that it passes.",
     .makes = "run_000.avro",
     .prints = "run_000.avro"},
    {.line = "tlm write -q -o run.avro --rotate-points 20 flight.csv && tlm prune -v --keep 100 "
             "--keep-bytes 2KiB run_*.avro",
     .says = "Whichever limit is reached first; what is deleted is listed.",
     .prints = "keep-bytes"},
    {.line = "tlm write -q -o run.avro --rotate-points 20 flight.csv && tlm prune -q --keep-bytes "
             "10GiB --keep-age 30d .",
     .says = "From cron: all parts in this folder and those below are one set.",
     .makes = "run_000.avro"},
    {0},
};

const struct command command_prune = {
    .name = "prune",
    .summary = "delete the oldest finished parts of a set",
    .operands = &prune_operands,
    .options = prune_options,
    .examples = prune_examples,
    .args_size = sizeof(struct prune_args),
    .init = prune_args_init,
    .run = cmd_prune,
};
