#include "inspect_args.h"

#include "commands.h"
#include "help.h"

void inspect_args_init(void *args)
{
    struct inspect_args *inspect = args;
    *inspect = (struct inspect_args){.sort = CHANNEL_BY_NAME};
}

/* One view at a time, but in JSON, where they stand side by side. */
static int check_views(const struct inspect_args *args)
{
    const struct {
        bool on;
        const char *name;
    } views[] = {
        {args->timeline, "--timeline"}, {args->schema, "--schema"},   {args->given.meta, "--meta"},
        {args->blocks, "--blocks"},     {args->given.head, "--head"}, {args->browse, "--browse"},
    };
    const char *first = NULL;
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        if (!views[i].on)
            continue;
        if (first && (!args->json || args->timeline || args->browse))
            return help_usage_error("inspect", "%s does not go with %s", views[i].name, first);
        first = views[i].name;
    }
    return EXIT_CLEAN;
}

/* Views that know nothing of points. */
static int check_selection(const struct inspect_args *args)
{
    const struct select select = {.args = &args->select};
    const char *view = args->schema       ? "--schema"
                       : args->given.meta ? "--meta"
                       : args->blocks     ? "--blocks"
                       : args->given.head ? "--head"
                       : args->browse     ? "--browse"
                                          : NULL;
    if (!view || args->json || !select_any(&select))
        return EXIT_CLEAN;
    return help_usage_error("inspect", "%s shows what is in the file, not selected points%s", view,
                            args->given.head ? ": see tlm cat" : "");
}

int inspect_args_check(const struct inspect_args *args)
{
    if (args->browse && args->json)
        return help_usage_error("inspect", "--browse does not go with --json");
    int status = check_views(args);
    return status ? status : check_selection(args);
}
