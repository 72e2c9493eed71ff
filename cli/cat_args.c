#include "cat_args.h"

#include "commands.h"
#include "help.h"

void cat_args_init(void *opaque)
{
    struct cat_args *args = opaque;
    *args = (struct cat_args){
        .head = CAT_LIMIT_NONE,
        .tail = CAT_LIMIT_NONE,
        .memory_bytes = UINT64_C(1) << 30,
    };
}

static int fail(const char *message)
{
    return help_usage_error("cat", "%s", message);
}

int cat_args_check(const struct cat_args *args)
{
    if (args->csv && args->tsv)
        return fail("--csv and --tsv exclude each other");
    if (args->given.head && args->given.tail)
        return fail("--head and --tail exclude each other");
    if (args->given.every && !args->every_ns)
        return fail("--every needs a time above zero");
    if (args->given.aggregate && !args->given.every)
        return fail("--agg says how --every sums up points");
    if (args->given.fill && !args->wide)
        return fail("--fill is for --wide rows");
    if (args->given.memory && !args->wide && !args->given.every)
        return fail("--memory is for --wide and --every, which hold points in memory");
    return EXIT_CLEAN;
}

struct cat_format cat_args_format(const struct cat_args *args)
{
    return (struct cat_format){
        .form = args->csv   ? CAT_FORM_CSV
                : args->tsv ? CAT_FORM_TSV
                            : CAT_FORM_JSONL,
        .time = args->time_format,
        .long_strings = args->int64 == CAT_INT64_STRING && !args->csv && !args->tsv,
    };
}
