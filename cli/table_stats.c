#include "row_options.h"
#include "stats_args.h"
#include "table_rows.h"

#define ARGS struct stats_args

static const struct opt_choice sort_words[] = {
    {"name", STATS_BY_NAME, false},   {"points", STATS_BY_POINTS, false},
    {"rate", STATS_BY_RATE, false},   {"gaps", STATS_BY_GAPS, false},
    {"bytes", STATS_BY_BYTES, false}, {"mean", STATS_BY_MEAN, false},
    {"std", STATS_BY_STD, false},     {NULL, 0, false},
};

static const struct opt stats_operands = {
    LIST(0, "", operands), .value = "[FILE...|-]", .file = true,
    .help = "Avro files, folders of them, JSON lines or CSV, or - for standard input"};

static const struct opt stats_options[] = {
    {ROW(OPT_GROUP, 0, "What to show")},
    {TEXT(0, "by", by), .value = "WHAT",
     .help = "One line for each series, channel, or value of a tag: series, channel, tag.KEY"},
    {CHOICE(0, "sort", sort, sort_words), .given = AT(bool, given.sort),
     .help = "Order of the lines; most first but for names"},
    {COUNT(0, "top", top), .given = AT(bool, given.top), .value = "N", .preset = "all",
     .help = "Only the first N lines"},
    {TEXT(0, "gap", gap), .value = "FACTOR|DUR",
     .help = "A gap is an interval longer than that many times the median, or than DUR"},
    {FLAG(0, "json", json), .help = "Everything as JSON, one line for each series"},
    {FLAG(0, "csv", csv), .help = "The same as CSV"},
    {ROW(OPT_GROUP, 0, "Pictures")},
    {LIST(0, "plot", plot), .commas = true, .value = "CHANNEL,...",
     .help = "Draw these channels over time; no spike is left out"},
    {TEXT(0, "hist", hist), .value = "CHANNEL", .help = "Draw how often which value occurs"},
    {COUNT(0, "bins", bins), .given = AT(bool, given.bins), .value = "N",
     .preset = "at most 20, round ones", .help = "Bars of --hist"},
    {FLAG(0, "log", log), .help = "Bars of --hist that grow with the value: decades"},
    {TEXT(0, "svg", svg), .value = "FILE", .file = true,
     .help = "Draw into an SVG file, which is replaced if it exists"},
    {TEXT(0, "png", png), .value = "FILE", .file = true, .help = "The same as PNG"},
    {COUNT(0, "width", width), .given = AT(bool, given.width), .value = "N",
     .preset = "the terminal's or 80, 1200 in files",
     .help = "Width in characters, or in pixels of files"},
    {COUNT(0, "height", height), .given = AT(bool, given.height), .value = "N", .preset = "as fits",
     .help = "Height in lines, or in pixels of files"},
    {ROW(OPT_GROUP, 0, "Comparing")},
    {TEXT(0, "compare", compare), .value = "PATH", .file = true,
     .help = "Compare with the files there: what changed; exit 4 when it is more than tolerated"},
    {TEXT(0, "tolerance", tolerance), .value = "PERCENT",
     .help = "How much figures may differ, of the larger one or of the spread"},
    {TEXT(0, "phases", phases), .value = "FILE", .file = true,
     .help = "Draw where the time of a tlm write --stats-file FILE went"},
    SELECT_ROWS(select),
    ROW_OPTIONS(rows),
    {ROW(OPT_GROUP, 0, "How")},
    COLOR_ROW(color),
    {FLAG(0, "ascii", ascii), .help = "Draw with ASCII characters only"},
    {COUNT('j', "threads", threads), .value = "N", .preset = "one per processor",
     .help = "Threads that decode and compute"},
    {SIZE(0, "memory", memory_bytes), .value = "SIZE", .help = "Most that is held in memory"},
    {HELP},
    {.kind = OPT_END},
};

static const struct example stats_examples[] = {
    {.line = "tlm write -q --stats-file pace.json flight.csv && tlm stats --phases pace.json",
     .says = "What set the pace of a conversion.",
     .prints = "-bound: "},
    {.line = "tlm write -q flight.csv && tlm stats --plot 'altitude_m' flight.avro",
     .says = "A channel over time, in characters",
     .prints = "points"},
    {.line = "tlm write -q flight.csv && tlm stats --plot '*' --svg flight.svg flight.avro",
     .says = "All channels below each other, as a picture for a report",
     .makes = "flight.svg"},
    {.line = "tlm write -q flight.csv && tlm stats --hist 'altitude_m' --bins 8 flight.avro",
     .says = "How often which values occur",
     .prints = "share"},
    {0},
};

const struct command command_stats = {
    .name = "stats",
    .summary = "figures, histograms and plots of the channels in files",
    .operands = &stats_operands,
    .options = stats_options,
    .examples = stats_examples,
    .args_size = sizeof(struct stats_args),
    .init = stats_args_init,
    .run = cmd_stats,
};
