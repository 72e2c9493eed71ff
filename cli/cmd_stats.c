/* tlm stats: what the data says. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

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
static int check_size(const struct stats_args *args)
{
    bool file = args->svg || args->png;
    const uint64_t least = file ? STATS_LEAST_PIXELS : STATS_LEAST_COLUMNS;
    const uint64_t most = file ? STATS_MOST_PIXELS : STATS_MOST_COLUMNS;
    const char *what = file ? "pixels" : "characters";
    if (args->given.width && (args->width < least || args->width > most))
        return help_usage_error("stats", "--width: %" PRIu64 " to %" PRIu64 " %s", least, most,
                                what);
    if (args->given.height && args->height > most)
        return help_usage_error("stats", "--height: at most %" PRIu64 " %s", most,
                                file ? "pixels" : "lines");
    return 0;
}

static int check_picture(const struct stats_args *args)
{
    bool files = args->svg || args->png;
    if (args->plot.len && (args->given.bins || args->log))
        return help_usage_error("stats", "--bins and --log want --hist");
    if (args->given.bins && (args->bins < 1 || args->bins > STATS_MOST_BINS))
        return help_usage_error("stats", "--bins: 1 to %u", STATS_MOST_BINS);
    if (args->csv || (args->json && (args->plot.len || files)))
        return help_usage_error("stats", args->csv
                                             ? "pictures are not CSV"
                                             : "--json prints the bins of --hist, no picture");
    if (args->svg && args->png && strcmp(args->svg, args->png) == 0)
        return help_usage_error("stats", "--svg and --png name the same file");
    if (args->png && strcmp(args->png, "-") == 0 && isatty(STDOUT_FILENO))
        return help_usage_error("stats", "--png -: the terminal cannot show it: name a file");
    return check_size(args);
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
    if (!draws && (args->given.bins || args->log))
        return help_usage_error("stats", "--bins and --log want --hist");
    if (draws)
        return check_picture(args);
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
