#include "recover_args.h"
#include "table_rows.h"

#define ARGS struct recover_args

static const struct opt recover_operands = {LIST(0, "", operands), .value = "FILE...",
                                            .file = true};

static const struct opt recover_options[] = {
    {ROW(OPT_GROUP, 0, "Output")},
    {TEXT('o', "output", output), .value = "OUT", .file = true,
     .help =
         "File to make of what is whole; for several FILEs a folder, where each keeps its name"},
    {FLAG(0, "finish", finish),
     .help = "FILEs are partials of dead writers: finish each under its own name, in place"},
    {FLAG(0, "report", report), .help = "Make nothing, only tell"},
    {FLAG('f', "force", force), .help = "Replace an existing file"},
    {ROW(OPT_GROUP, 0, "Reading")},
    {TEXT(0, "like", like), .value = "FILE", .file = true,
     .help = "Where a header is damaged, take that of FILE, another one with the same schema"},
    {ROW(OPT_GROUP, 0, "Reporting")},
    {FLAG(0, "json", json), .help = "Everything as one JSON object on standard output"},
    {FLAG('q', "quiet", quiet), .help = "Only errors"},
    {HELP},
    {.kind = OPT_END},
};

static const struct example recover_examples[] = {
    {.line = "tlm write -q --batch-points 50 flight.csv && head -c 1600 flight.avro >cut.avro && "
             "{ tlm recover cut.avro -o saved.avro || test $? -eq 3; }",
     .says = "The whole blocks of a file that was cut off; exit status 3 says that some were lost.",
     .makes = "saved.avro"},
    {.line = "tlm write -q flight.csv && tlm recover --report flight.avro",
     .says = "What would be kept and lost."},
    {0},
};

const struct command command_recover = {
    .name = "recover",
    .summary = "save what is whole of damaged, cut or unfinished files",
    .operands = &recover_operands,
    .options = recover_options,
    .examples = recover_examples,
    .args_size = sizeof(struct recover_args),
    .init = recover_args_init,
    .run = cmd_recover,
};
