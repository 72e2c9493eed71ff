#include "output_rows.h"
#include "table_rows.h"
#include "write_args.h"

#define ARGS struct write_args

static const struct opt_choice input_words[] = {
    {"auto", TLM_INPUT_AUTO, false},
    {"jsonl", TLM_INPUT_JSONL, false},
    {"csv", TLM_INPUT_CSV, false},
    {"tsv", TLM_INPUT_TSV, false},
    {"json", TLM_INPUT_JSONL, true},
    {"ndjson", TLM_INPUT_JSONL, true},
    {NULL, 0, false},
};
static const struct opt_choice decimal_words[] = {
    {".", 0, false}, {",", 0, false}, {NULL, 0, false}};
static const struct opt_choice shape_words[] = {
    {"auto", TLM_SHAPE_AUTO, false},
    {"wide", TLM_SHAPE_WIDE, false},
    {"long", TLM_SHAPE_LONG, false},
    {NULL, 0, false},
};
static const struct opt_choice int_words[] = {
    {"auto", TLM_INT_AUTO, false},
    {"long", TLM_INT_LONG, false},
    {"double", TLM_INT_DOUBLE, false},
    {NULL, 0, false},
};
static const struct opt_choice bool_words[] = {
    {"long", TLM_BOOL_LONG, false},
    {"string", TLM_BOOL_STRING, false},
    {"double", TLM_BOOL_DOUBLE, false},
    {NULL, 0, false},
};
static const struct opt_choice uint64_words[] = {
    {"reject", TLM_UINT64_REJECT, false},
    {"double", TLM_UINT64_DOUBLE, false},
    {"string", TLM_UINT64_STRING, false},
    {"wrap", TLM_UINT64_WRAP, false},
    {NULL, 0, false},
};
static const struct opt_choice duplicate_words[] = {
    {"reject", TLM_DUPLICATE_REJECT, false},
    {"last", TLM_DUPLICATE_LAST, false},
    {NULL, 0, false},
};
static const struct opt_choice bad_row_words[] = {
    {"reject", TLM_BAD_REJECT, false},
    {"skip", TLM_BAD_SKIP, false},
    {"abort", TLM_BAD_ABORT, false},
    {NULL, 0, false},
};
static const struct opt_choice stats_words[] = {
    {"text", WRITE_STATS_TEXT, false},
    {"json", WRITE_STATS_JSON, false},
    {NULL, 0, false},
};
static const struct opt_choice summary_words[] = {
    {"text", WRITE_SUMMARY_TEXT, false},
    {"json", WRITE_SUMMARY_JSON, false},
    {"none", WRITE_SUMMARY_NONE, false},
    {NULL, 0, false},
};

static const struct opt write_operands = {LIST(0, "", operands), .value = "[FILE...|-]",
                                          .file = true};

static const struct opt write_options[] = {
    {ROW(OPT_GROUP, 0, "Input")},
    {CHOICE('i', "input", rows.input, input_words),
     .help = "What the input is; auto goes by content and file extension"},
    {TEXT(0, "filelist", filelist), .value = "FILE", .file = true,
     .help = "Read the files named in FILE too, one on a line; - is standard input"},
    {CHARACTER(0, "delimiter", rows.delimiter), .value = "CHAR", .preset = "guessed",
     .help = "What stands between CSV cells; tab is a tab"},
    {CHARACTER(0, "decimal", rows.decimal), .choices = decimal_words,
     .help = "Decimal sign of CSV numbers"},
    {FLAG(0, "no-header", rows.no_header),
     .help = "The first CSV line is data; --columns names the columns"},
    {LIST(0, "columns", rows.columns), .commas = true, .value = "A,B,...",
     .help = "Names of the columns of a CSV without header"},
    {COUNT(0, "skip-lines", rows.skip_lines), .value = "N",
     .help = "Drop the first N lines of each file"},
    {TEXT(0, "comment", rows.comment), .value = "TEXT",
     .help = "Drop CSV lines that begin with TEXT"},
    {LIST(0, "null-values", rows.null_values), .commas = true, .value = "A,B,...",
     .help = "Texts that mean \"no value\", such as NA"},
    {SIZE(0, "max-line", rows.max_line), .value = "SIZE", .help = "A longer line is a bad row"},

    {ROW(OPT_GROUP, 0, "Shape")},
    {CHOICE(0, "shape", rows.shape, shape_words),
     .help = "wide: each column is a channel; long: each row names its channel"},
    {TEXT(0, "channel-field", rows.channel_field), .value = "NAME", .preset = "channel",
     .help = "Long rows: where the channel's name is"},
    {TEXT(0, "value-field", rows.value_field), .value = "NAME", .preset = "value",
     .help = "Long rows: where the value is"},
    {PAIRS(0, "tag", rows.tags), .value = "KEY=VALUE", .help = "Tag every series"},
    {PAIRS(0, "tag-field", rows.tag_fields), .value = "KEY=COLUMN",
     .help = "Tag each row's points with what COLUMN holds"},
    {LIST('c', "channel", rows.channels), .value = "GLOB",
     .help = "Only channels whose name in the input matches"},
    {LIST(0, "exclude", rows.excludes), .value = "GLOB", .help = "Not these channels"},
    {PAIRS(0, "rename", rows.renames), .value = "OLD=NEW", .help = "Rename a channel"},
    {TEXT(0, "prefix", rows.prefix), .value = "TEXT",
     .help = "Put TEXT before every channel's name"},
    {TEXT(0, "flatten", rows.flatten), .value = "SEP",
     .help = "Nested objects become channels with names joined by SEP, instead of JSON text"},

    {ROW(OPT_GROUP, 0, "Time")},
    {TEXT('t', "time-field", rows.time_field), .value = "NAME", .preset = "guessed",
     .help = "Where the timestamp is; Date,Time joins two columns"},
    {TEXT('T', "time-format", rows.time_format), .value = "FORM", .preset = "auto",
     .help = "auto, rfc3339, s, ms, us, ns, strptime:FORMAT or relative:UNIT"},
    {TEXT(0, "time-origin", rows.time_origin), .value = "TIME",
     .help = "What relative times count from, as RFC 3339"},
    {TEXT(0, "tz", rows.tz), .value = "ZONE",
     .help = "Zone of times that name none: Europe/Oslo, UTC or +02:00"},

    {ROW(OPT_GROUP, 0, "Values")},
    {CHOICE(0, "int-as", rows.int_as, int_words),
     .help = "Integers; auto: long until the series brings a fraction"},
    {CHOICE(0, "bool-as", rows.bool_as, bool_words), .help = "true and false"},
    {CHOICE(0, "uint64", rows.uint64_as, uint64_words), .help = "Integers above the range of long"},
    {PAIRS(0, "type", rows.types), .value = "GLOB=TYPE",
     .help = "Type of channels: double, long, string or json"},
    {CHOICE(0, "duplicate-keys", rows.duplicate_keys, duplicate_words),
     .help = "A JSON object that has a key twice"},

    {ROW(OPT_GROUP, 0, "Bad rows")},
    {CHOICE(0, "bad-rows", rows.bad_rows, bad_row_words),
     .help = "reject: leave out and exit 3; skip: exit 0; abort: stop at the first"},
    {TEXT(0, "rejects", rejects), .value = "FILE", .file = true,
     .help = "Keep each bad row in FILE, under a line with its place and the reason"},
    {COUNT(0, "max-errors", rows.max_errors), .value = "N", .help = "Stop after N bad rows"},

    {ROW(OPT_GROUP, 0, "Output")},
    {TEXT('o', "output", writer.output), .value = "FILE|TEMPLATE|-", .file = true,
     .preset = "x.avro for x.csv", .help = "What to write; - is standard output"},
    {CHOICE(0, "codec", writer.codec, table_codec_words), .help = "Compression of the blocks"},
    {CHOICE(0, "fsync", writer.fsync, table_fsync_words), .given = AT(bool, fsync_given),
     .preset = "close; flush for a live input", .help = "When data is made safe on disk"},
    OUTPUT_ROWS(writer),

    {ROW(OPT_GROUP, 0, "Rotation")},
    LIMIT_ROWS(writer),
    {DURATION(0, "rotate-every", writer.rotate_every_ns), .value = "DUR",
     .help = "A new part at every multiple of DUR on the clock (UTC)"},
    {DURATION(0, "rotate-age", writer.rotate_age_ns), .value = "DUR",
     .help = "A new part DUR after the first point came"},
    {DURATION(0, "rotate-span", writer.rotate_span_ns), .value = "DUR",
     .help = "A new part at the first point DUR later than the part's first one"},
    HOOK_ROWS,

    {ROW(OPT_GROUP, 0, "Batching")},
    {COUNT(0, "batch-points", writer.batch_points), .value = "N",
     .preset = "250k, for many series up to 1M", .help = "Write when N points are held"},
    {DURATION(0, "flush-interval", writer.flush_interval_ns), .value = "DUR",
     .help = "Write a held point at the latest after DUR; 0: no limit"},
    {COUNT('j', "threads", threads), .value = "N", .preset = "one per processor",
     .help = "Threads that parse, encode and compress"},
    {SIZE(0, "memory", writer.memory_bytes), .value = "SIZE",
     .help = "Most that is held in memory"},

    {ROW(OPT_GROUP, 0, "Reporting")},
    {CHOICE(0, "stats", stats, stats_words), .optional = true,
     .help = "At the end, counters, times, and what set the pace"},
    {TEXT(0, "stats-file", stats_file), .value = "FILE", .file = true,
     .help = "Write the statistics to FILE"},
    {CHOICE(0, "summary", summary, summary_words), .help = "The closing summary"},
    {FLAG('q', "quiet", quiet), .help = "Only errors: no progress, notes or summary"},
    {FLAG('v', "verbose", verbose), .help = "Say more"},
    {HELP},
    {.kind = OPT_END},
};

static const struct example write_examples[] = {
    {.line = "tlm write flight.csv",
     .says = "One CSV file with a time column, which is guessed, becomes flight.avro.",
     .makes = "flight.avro"},
    {.line = "cat sensors.jsonl | tlm write -t ts -o run.avro --rotate-size 64MiB",
     .says = "A live stream of JSON lines becomes run_000.avro, run_001.avro and so on.",
     .makes = "run_000.avro"},
    {.line = "tlm write -q -f --tz UTC --rejects night.bad -o night.avro night.csv.gz",
     .says = "From cron: last night's export, whose times name no zone; bad rows are kept aside.",
     .makes = "night.avro"},
    {.line = "tlm write -t Date,Time -T 'strptime:%d/%m/%Y %H:%M:%S' --tz Europe/Lisbon "
             "--tag-field vessel=ID boats.csv",
     .says = "Date and time in two columns, day first; each vessel becomes series of its own.",
     .makes = "boats.avro"},
    {.line = "tlm write -t t -T relative:s --time-origin 2024-06-01T09:30:00Z rocket.csv",
     .says = "Seconds since lift-off.",
     .makes = "rocket.avro"},
    {.line = "tlm write -t ts --flatten . -c 'gps.*' --prefix car7. -o gps.avro sensors.jsonl",
     .says = "Only the members of the nested object gps, as channels car7.gps.lat and so on.",
     .makes = "gps.avro"},
    {.line = "tlm write -t ts --rotate-points 20 --emit-files -o 'run_{index:04d}.avro' "
             "sensors.jsonl | xargs -n 1 echo upload",
     .says = "Hand over each part as soon as it is finished and safe.",
     .makes = "run_0000.avro",
     .prints = "run_0001.avro"},
    {.line = "tlm write -t ts -o - sensors.jsonl >all.avro",
     .says = "To standard output, for another program.",
     .makes = "all.avro"},
    {.line = "tlm write --dry-run flight.csv",
     .says = "See the channels, types and time range first; nothing is written.",
     .prints = "altitude_m"},
    {0},
};

const struct command command_write = {
    .name = "write",
    .summary = "turn JSON lines and CSV into rotated Avro files, batched by channel",
    .operands = &write_operands,
    .options = write_options,
    .examples = write_examples,
    .args_size = sizeof(struct write_args),
    .init = write_args_init,
    .run = cmd_write,
};
