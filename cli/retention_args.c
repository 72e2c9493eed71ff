#include "retention_args.h"

#include <stdio.h>

#include "help.h"

int retention_args_check(const struct retention_args *args, const char *command)
{
    const struct tlm_retention *limits = &args->limits;
    if (args->parts_given && !limits->keep_parts)
        return help_usage_error(command, "--keep must be at least 1: the newest part always stays");
    if (args->bytes_given && !limits->keep_bytes)
        return help_usage_error(command, "--keep-bytes 0 is no limit; --keep 1 keeps the newest");
    if (args->age_given && !limits->keep_age_ns)
        return help_usage_error(command, "--keep-age 0 is no limit; --keep 1 keeps the newest");
    return EXIT_CLEAN;
}

bool retention_args_any(const struct retention_args *args)
{
    return args->parts_given || args->bytes_given || args->age_given;
}

const char *retention_why(char out[RETENTION_WHY], unsigned limits)
{
    static const char *const names[] = {"keep", "keep-bytes", "keep-age"};
    size_t len = 0;
    out[0] = '\0';
    for (size_t i = 0; i < 3; i++)
        if (limits & 1u << i)
            len +=
                (size_t)snprintf(out + len, RETENTION_WHY - len, "%s%s", len ? "," : "", names[i]);
    return out;
}
