#include "commands.h"
#include "help.h"
#include "stats_args.h"

int stats_table(const struct stats_args *args)
{
    (void)args;
    return help_usage_error("stats", "stats_table is not there yet");
}
