#include "bench_args.h"
#include "table_rows.h"

#define ARGS struct bench_args

static const struct opt_choice type_words[] = {
    {"double", BENCH_DOUBLE, false},
    {"long", BENCH_LONG, false},
    {"string", BENCH_STRING, false},
    {"array", BENCH_ARRAY, false},
    {"struct", BENCH_STRUCT, false},
    {"mixed", BENCH_MIXED, false},
    {NULL, 0, false},
};
static const struct opt_choice noise_words[] = {
    {"regular", BENCH_NOISE_REGULAR, false},
    {"noisy", BENCH_NOISE_NOISY, false},
    {NULL, 0, false},
};
static const struct opt_choice from_words[] = {
    {"memory", BENCH_MEMORY, false},
    {"jsonl", BENCH_JSONL, false},
    {"csv", BENCH_CSV, false},
    {"json", BENCH_JSONL, true},
    {NULL, 0, false},
};
static const struct opt_choice sweep_words[] = {
    {"frame", BENCH_SWEEP_FRAME, false},
    {"channels", BENCH_SWEEP_CHANNELS, false},
    {"types", BENCH_SWEEP_TYPES, false},
    {"rotation", BENCH_SWEEP_ROTATION, false},
    {"threads", BENCH_SWEEP_THREADS, false},
    {"grid", BENCH_SWEEP_GRID, false},
    {NULL, 0, false},
};
static const struct opt_choice versus_words[] = {
    {"avro-c", BENCH_RIVAL_AVRO_C, false},
    {NULL, 0, false},
};

static const struct opt bench_options[] = {
    {ROW(OPT_GROUP, 0, "Data")},
    {CHOICE(0, "type", setup.shape.type, type_words), .given = AT(bool, given.type),
     .help = "What the values are; arrays have eight doubles; mixed: the channels take turns"},
    {COUNT(0, "channels", setup.shape.channels), .given = AT(bool, given.channels), .value = "N",
     .help = "How many channels"},
    {COUNT(0, "points", setup.shape.points), .given = AT(bool, given.points), .value = "N",
     .help = "Points of all channels together, cut to whole rows"},
    {COUNT(0, "frame", setup.shape.frame), .given = AT(bool, given.frame), .value = "N",
     .help = "Points handed over in one call"},
    {CHOICE(0, "noise", noise, noise_words), .given = AT(bool, given.noise),
     .help = "Values that repeat with a period, or random walks"},
    {CHOICE(0, "from", setup.shape.from, from_words), .given = AT(bool, given.from),
     .help = "Write columns from memory, or convert text"},
    {TEXT(0, "input", setup.shape.input), .value = "FILE", .file = true,
     .help = "Convert this file of rows instead of generated data"},
    {TEXT('t', "time-field", setup.rows.time_field), .value = "NAME", .preset = "guessed",
     .help = "Where the timestamp of --input is"},
    {TEXT('T', "time-format", setup.rows.time_format), .value = "FORM", .preset = "auto",
     .help = "Its form, as in tlm write"},
    {TEXT(0, "tz", setup.rows.tz), .value = "ZONE", .help = "Its zone, as in tlm write"},

    {ROW(OPT_GROUP, 0, "Writing")},
    {COUNT(0, "rotate-points", setup.writer.rotate_points), .given = AT(bool, given.rotate),
     .value = "N", .help = "Exactly N points in a part"},
    {CHOICE(0, "codec", setup.writer.codec, table_codec_words),
     .help = "Compression of the blocks"},
    {COUNT(0, "producers", setup.producers), .given = AT(bool, given.producers), .value = "N",
     .help = "Threads that hand over frames"},
    {COUNT('j', "threads", threads), .given = AT(bool, given.threads), .value = "N",
     .preset = "one per processor", .help = "Threads that parse, encode and compress"},
    {COUNT(0, "batch-points", setup.writer.batch_points), .value = "N",
     .preset = "250k, for many series up to 1M", .help = "Write when N points are held"},
    {SIZE(0, "memory", setup.writer.memory_bytes), .value = "SIZE",
     .help = "Most that is held in memory"},
    {TEXT(0, "dir", dir), .value = "FOLDER", .file = true, .preset = "in memory",
     .help = "Write on the disk where FOLDER is, into a fresh folder there"},
    {CHOICE(0, "fsync", setup.writer.fsync, table_fsync_words),
     .help = "When data is made safe on disk"},

    {ROW(OPT_GROUP, 0, "Measuring")},
    {COUNT(0, "runs", runs), .given = AT(bool, given.runs), .value = "N",
     .help = "Runs to take the median of, after one to warm up"},
    {CHOICE(0, "sweep", sweep, sweep_words),
     .help = "Measure many shapes that differ in this, as a table"},
    {CHOICE(0, "versus", versus, versus_words),
     .help = "Do the same with another library, alternately, and give the ratio"},
    {FLAG(0, "limit", limit),
     .help = "Measure the least that this machine needs for these bytes, and how near it comes"},
    {FLAG(0, "profile", profile), .help = "Say where the time went, and what bounds it"},
    {FLAG(0, "quick", quick), .help = "A hundredth of the points and sizes, 3 runs"},

    {ROW(OPT_GROUP, 0, "Reporting")},
    {FLAG(0, "json", json), .help = "Everything as one JSON object"},
    {FLAG(0, "csv", csv), .help = "One line for each measurement"},
    {TEXT(0, "baseline", baseline), .value = "FILE", .file = true,
     .help = "Compare with what --json printed earlier"},
    {HELP},
    {.kind = OPT_END},
};

static const struct example bench_examples[] = {
    {.line = "tlm bench --quick", .says = "A first impression.", .prints = "points"},
    {.line = "tlm bench --points 100k --from jsonl --versus avro-c --limit",
     .says = "JSON lines, against the straightforward way, and against what the machine could do.",
     .prints = "avro-c"},
    {.line = "tlm bench --quick --sweep rotation --csv >rotation.csv",
     .says = "What rotation costs, as a table for a spreadsheet.",
     .makes = "rotation.csv"},
    {.line = "tlm bench --input sensors.jsonl -t ts --profile",
     .says = "One's own file, and where the time goes.",
     .prints = "-bound"},
    {.line = "tlm bench --quick --json >old.json && tlm bench --quick --baseline old.json",
     .says = "Before and after a change.",
     .makes = "old.json",
     .prints = "now/then"},
    {0},
};

const struct command command_bench = {
    .name = "bench",
    .summary = "measure how fast data of some shape is written on this machine",
    .options = bench_options,
    .examples = bench_examples,
    .args_size = sizeof(struct bench_args),
    .init = bench_args_init,
    .run = cmd_bench,
};
