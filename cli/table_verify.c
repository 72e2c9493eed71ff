#include "table_rows.h"
#include "verify_args.h"

#define ARGS struct verify_args

static const struct opt verify_operands = {LIST(0, "", operands), .value = "[FILE...|-]",
                                           .file = true};

static const struct opt_choice with_words[] = {
    {"avro-c", VERIFY_WITH_AVRO_C, false},
    {NULL, 0, false},
};

static const struct opt verify_options[] = {
    {ROW(OPT_GROUP, 0, "Checking")},
    {FLAG(0, "full", full),
     .help = "Decompress and decode every block, and compare the header's figures with them"},
    {FLAG(0, "strict", strict), .help = "Times that go back within a record are damage, too"},
    {CHOICE(0, "with", with, with_words),
     .help = "Read what passed a second time with another library, and compare the points"},
    {COUNT('j', "threads", threads), .value = "N", .preset = "one per processor",
     .help = "Threads that decode"},
    {ROW(OPT_GROUP, 0, "Reporting")},
    {FLAG(0, "json", json), .help = "All findings as one JSON object, instead of names"},
    {FLAG('q', "quiet", quiet), .help = "No reasons, only names"},
    {FLAG('v', "verbose", verbose), .help = "A line for each good file, too"},
    {HELP},
    {.kind = OPT_END},
};

static const struct example verify_examples[] = {
    {.line = "tlm write -q -o run.avro --rotate-points 20 flight.csv && tlm verify run_*.avro",
     .says = "Silence is good news: whole files, no part missing between them."},
    {.line = "tlm write -q flight.csv && tlm verify --full --with avro-c -v flight.avro",
     .says = "Every byte, and the points compared with what another library reads."},
    {.line = "tlm write -q flight.csv && head -c 900 flight.avro >cut.avro; "
             "tlm verify *.avro || true",
     .says = "The names of bad files come on standard output, for a script to go on with.",
     .makes = "cut.avro",
     .prints = "cut.avro"},
    {0},
};

const struct command command_verify = {
    .name = "verify",
    .summary = "find out whether files are whole",
    .operands = &verify_operands,
    .options = verify_options,
    .examples = verify_examples,
    .args_size = sizeof(struct verify_args),
    .init = verify_args_init,
    .run = cmd_verify,
};
