#include "commands.h"
#include "help.h"
#include "stats_args.h"

int stats_phases(const struct stats_args *args)
{
    (void)args;
    return help_usage_error("stats", "stats_phases is not there yet");
}
