#include "output_rows.h"
#include "rotate_args.h"
#include "table_rows.h"

#define ARGS struct rotate_args

static const struct opt_choice sort_words[] = {{"time", ROTATE_BY_TIME, false}, {NULL, 0, false}};
static const struct opt_choice dedupe_words[] = {
    {"exact", TLM_DEDUPE_EXACT, false},
    {"first", TLM_DEDUPE_FIRST, false},
    {"last", TLM_DEDUPE_LAST, false},
    {NULL, 0, false},
};

static const struct opt rotate_operands = {LIST(0, "", operands), .value = "[FILE...]",
                                           .file = true,
                                           .help = "Avro files of telemetry, or folders of them"};

static const struct opt rotate_options[] = {
    {ROW(OPT_GROUP, 0, "Output")},
    {TEXT('o', "output", recut.writer.output), .value = "FILE|TEMPLATE", .file = true,
     .preset = "none", .help = "What to write"},
    OUTPUT_ROWS(recut.writer),
    {FLAG(0, "delete-source", recut.delete_sources),
     .help = "Delete the inputs, once the parts have been read again and hold the same points"},
    {FLAG(0, "skip-damaged", recut.skip_damaged),
     .help = "Leave out what cannot be read, and exit 3, instead of writing nothing"},

    {ROW(OPT_GROUP, 0, "Rotation")},
    LIMIT_ROWS(recut.writer),
    {DURATION(0, "rotate-span", recut.writer.rotate_span_ns), .value = "DUR",
     .help = "The points of DUR in a part, wherever they stand in the inputs"},
    {TEXT(0, "split-by", split_by), .value = "channel|tag.KEY",
     .help = "Parts of its own for each channel or value of a tag; {channel} or {tag} in the "
             "output is its name"},
    {COUNT(0, "max-open", max_open), .value = "N",
     .help = "How many of these are written at once; for more the inputs are read again"},
    HOOK_ROWS,

    {ROW(OPT_GROUP, 0, "Points")},
    {FLAG(0, "coalesce", recut.coalesce),
     .help = "Join the points of a series into large records, as after many small files"},
    {CHOICE(0, "sort", sort, sort_words), .preset = "as they come",
     .help = "Put the points of each series in order of time"},
    {CHOICE(0, "dedupe", recut.dedupe, dedupe_words), .optional = true, .preset = "none",
     .help = "Leave out points that a series has twice: of the same time and value, or, of the "
             "same time, all but the first or last; sorts"},
    {CHOICE(0, "recode", recut.writer.codec, table_codec_words), .given = AT(bool, recut.recode),
     .preset = "that of the first input", .help = "Compress the blocks anew"},

    SELECT_ROWS(select),

    {ROW(OPT_GROUP, 0, "A writer that runs")},
    {TEXT(0, "signal", signal), .value = "PIDFILE", .file = true,
     .help = "Have the tlm write --pidfile PIDFILE cut now, and print the part's path"},
    {DURATION(0, "timeout", timeout_ns), .value = "DUR", .help = "How long to wait for that"},

    {ROW(OPT_GROUP, 0, "How")},
    {COUNT('j', "threads", threads), .value = "N", .preset = "one per processor",
     .help = "Threads that decode, encode and compress"},
    {SIZE(0, "memory", recut.writer.memory_bytes), .value = "SIZE",
     .help = "Most that is held in memory"},
    {FLAG(0, "json", json), .help = "The summary as one JSON object on standard output"},
    {FLAG('q', "quiet", quiet), .help = "Only errors"},
    {FLAG('v', "verbose", verbose), .help = "Say more"},
    {HELP},
    {.kind = OPT_END},
};

static const struct example rotate_examples[] = {
    {.line = "tlm write -q --rotate-points 10 -o part.avro flight.csv && "
             "tlm rotate -o flight.avro part_*.avro",
     .says = "Many parts become one file; blocks are copied as they are.",
     .makes = "flight.avro"},
    {.line = "tlm write -q flight.csv && "
             "tlm rotate --rotate-points 40 -o cut.avro flight.avro",
     .says = "One file becomes parts of exactly 40 points.",
     .makes = "cut_002.avro"},
    {.line = "tlm write -q flight.csv && "
             "tlm rotate --split-by channel -o 'by/{channel}.avro' flight.avro",
     .says = "A file for each channel.",
     .makes = "by/altitude_m.avro"},
    {.line = "tlm write -q --rotate-points 10 -o part.avro flight.csv && "
             "tlm rotate -q --coalesce --sort time --dedupe --rotate-span 1h "
             "-o 'hour_%Y%m%dT%H.avro' part_*.avro",
     .says = "Small files become one for each hour, in order of time, without points that came "
             "twice.",
     .makes = "hour_20240601T09_000.avro"},
    {.line = "tlm write -q --rotate-points 10 -o part.avro flight.csv && "
             "tlm rotate -q --coalesce --delete-source -o flight.avro part_*.avro && ls",
     .says = "The same, and the small files go once the new ones hold all of their points.",
     .prints = "flight.avro"},
    {0},
};

const struct command command_rotate = {
    .name = "rotate",
    .summary = "cut, merge, split and sort finished files",
    .operands = &rotate_operands,
    .options = rotate_options,
    .examples = rotate_examples,
    .args_size = sizeof(struct rotate_args),
    .init = rotate_args_init,
    .run = cmd_rotate,
};
