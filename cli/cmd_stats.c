/* tlm stats: what the data says. */
#include "commands.h"
#include "help.h"
#include "stats_args.h"

void stats_args_init(void *opaque)
{
    struct stats_args *args = opaque;
    *args = (struct stats_args){
        .by = "series",
        .gap = "3x",
        .tolerance = "1%",
        .memory_bytes = UINT64_C(256) << 20,
    };
    tlm_row_options_init(&args->rows);
}

/* 0, or an exit status. */
static int check_args(const struct stats_args *args)
{
    bool draws = args->plot.len || args->hist;
    if ((args->compare != NULL) + (args->phases != NULL) + draws > 1)
        return help_usage_error("stats", "--compare, --phases and pictures exclude each other");
    if (args->plot.len && args->hist)
        return help_usage_error("stats", "--plot and --hist exclude each other");
    if (!draws && (args->svg || args->png))
        return help_usage_error("stats", "--svg and --png want --plot or --hist");
    if (args->json && args->csv)
        return help_usage_error("stats", "--json and --csv exclude each other");
    return 0;
}

int cmd_stats(void *opaque)
{
    const struct stats_args *args = opaque;
    int status = check_args(args);
    if (status)
        return status;
    if (args->phases)
        return stats_phases(args);
    if (args->compare)
        return stats_compare(args);
    if (args->plot.len || args->hist)
        return stats_draw(args);
    return stats_table(args);
}
