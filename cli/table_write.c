#include "output_rows.h"
#include "row_options.h"
#include "table_rows.h"
#include "write_args.h"

#define ARGS struct write_args

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
    ROW_INPUT_KIND(rows),
    {TEXT(0, "filelist", filelist), .value = "FILE", .file = true,
     .help = "Read the files named in FILE too, one on a line; - is standard input"},
    ROW_INPUT_TEXT(rows),
    {RATE(0, "rate-limit", rows.rate), .value = "RATE",
     .help = "Take no more than RATE, like 5MB/s of text or 10000rows/s"},

    {ROW(OPT_GROUP, 0, "Shape")},
    ROW_SHAPE(rows),
    {PAIRS(0, "tag", rows.tags), .value = "KEY=VALUE", .help = "Tag every series"},
    ROW_TAG_FIELD(rows),
    {LIST('c', "channel", rows.channels), .value = "GLOB",
     .help = "Only channels whose name in the input matches"},
    {LIST(0, "exclude", rows.excludes), .value = "GLOB", .help = "Not these channels"},
    ROW_NAMES(rows),

    {ROW(OPT_GROUP, 0, "Time")},
    ROW_TIME(rows),

    {ROW(OPT_GROUP, 0, "Values")},
    ROW_VALUES(rows),

    {ROW(OPT_GROUP, 0, "Bad rows")},
    ROW_BAD(rows),
    {TEXT(0, "rejects", rejects), .value = "FILE", .file = true,
     .help = "Keep each bad row in FILE, under a line with its place and the reason"},
    ROW_MAX_ERRORS(rows),

    {ROW(OPT_GROUP, 0, "Output")},
    {TEXT('o', "output", writer.output), .value = "FILE|TEMPLATE|-", .file = true,
     .preset = "x.avro for x.csv", .help = "What to write; - is standard output"},
    {CHOICE(0, "codec", writer.codec, table_codec_words), .help = "Compression of the blocks"},
    {CHOICE(0, "fsync", writer.fsync, table_fsync_words), .given = AT(bool, fsync_given),
     .preset = "close; flush for a live input", .help = "When data is made safe on disk"},
    OUTPUT_ROWS(writer),
    {TEXT(0, "pidfile", pidfile), .value = "FILE", .file = true,
     .help = "Keep the process id in FILE, which is locked, as long as this runs"},

    {ROW(OPT_GROUP, 0, "Rotation")},
    LIMIT_ROWS(writer),
    {DURATION(0, "rotate-every", writer.rotate_every_ns), .value = "DUR",
     .help = "A new part at every multiple of DUR on the clock (UTC)"},
    {DURATION(0, "rotate-age", writer.rotate_age_ns), .value = "DUR",
     .help = "A new part DUR after the first point came"},
    {DURATION(0, "rotate-span", writer.rotate_span_ns), .value = "DUR",
     .help = "A new part at the first point DUR later than the part's first one"},
    HOOK_ROWS,

    {ROW(OPT_GROUP, 0, "Retention")},
    {COUNT(0, "keep", retention.limits.keep_parts), .given = AT(bool, retention.parts_given),
     .value = "N", .preset = "no limit",
     .help = "After each finished part, delete all but the newest N of this name"},
    {SIZE(0, "keep-bytes", retention.limits.keep_bytes), .given = AT(bool, retention.bytes_given),
     .value = "SIZE", .preset = "no limit",
     .help = "All but the newest whose sizes add up to at most SIZE"},
    {DURATION(0, "keep-age", retention.limits.keep_age_ns), .given = AT(bool, retention.age_given),
     .value = "DUR", .preset = "no limit",
     .help = "All that were finished more than DUR ago, by the time of the file"},

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
    {.line = "tlm write -t ts -o run.avro --rotate-points 20 --keep-bytes 10GiB --keep 2 -v "
             "sensors.jsonl",
     .says = "A recorder that never fills the disk: the oldest parts go.",
     .makes = "run_002.avro"},
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
