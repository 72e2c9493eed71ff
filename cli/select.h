/* The options by which commands that read points choose them, spelled alike everywhere:
 * -c/--channel, --exclude, --tag, --from, --to. A command puts SELECT_ROWS among its rows, calls
 * select_settle before it opens anything, and select_resolve once it knows its files. */
#ifndef SELECT_H
#define SELECT_H

#include "select_time.h"
#include "tlm.h"

struct channel_files;

struct select_args {
    struct tlm_list channels, excludes;
    struct tlm_pairs tags;
    const char *from, *to;
};

/* NOLINTBEGIN(bugprone-macro-parentheses): the field goes into offsetof */
/* Option rows for the field `field`, a struct select_args, of ARGS (see table_rows.h). */
#define SELECT_ROWS(field)                                                                        \
    {ROW(OPT_GROUP, 0, "Selection")},                                                             \
        {LIST('c', "channel", field.channels), .value = "GLOB",                                   \
         .help = "Only channels that match"},                                                     \
        {LIST(0, "exclude", field.excludes), .value = "GLOB", .help = "Not these channels"},      \
        {PAIRS(0, "tag", field.tags), .value = "KEY=VALUE", .help = "Only points with this tag"}, \
        {TEXT(0, "from", field.from), .value = "TIME",                                            \
         .help = "Only points from then on: RFC 3339, nanoseconds since 1970, "                   \
                 "+5s from the start, -10m from the end"},                                        \
    {                                                                                             \
        TEXT(0, "to", field.to), .value = "TIME", .help = "Only points before then"               \
    }
/* NOLINTEND(bugprone-macro-parentheses) */

struct select {
    const struct select_args *args;
    struct select_time from, to;
};

/* Reads the times. What is wrong is said on stderr as a usage error of the command; returns an exit
 * status, 0 when all is well. The args must outlive what is made of them. */
int select_settle(struct select *select, const struct select_args *args, const char *command);
/* True when anything is asked for that leaves points out. */
bool select_any(const struct select *select);

/* What the library takes. Times that count from the start or the end of the data need the files:
 * those whose headers do not say are read through for it, and pipes are refused. A file that
 * cannot be read ends it with that error; no data at all selects nothing. */
enum tlm_code select_resolve(const struct select *select, const struct channel_files *files,
                             struct tlm_selection *selection, struct tlm_error *error);

/* Smallest and largest timestamp of all points in these files, from the headers where they say it.
 * *any is false when there are none. */
enum tlm_code select_span(const struct channel_files *files, int64_t *first_ns, int64_t *last_ns,
                          bool *any, struct tlm_error *error);

#endif
