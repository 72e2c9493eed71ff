/* Reads the points of files into the lines of the table. */
#ifndef STATS_READ_H
#define STATS_READ_H

#include "channel_files.h"
#include "row_pipe.h"
#include "stats/stats_lines.h"
#include "stats_args.h"

struct stats_read {
    const struct stats_args *args;
    const struct channel_files *files;
    struct tlm_selection selection;
    struct stats_rules rules;
    bool left_out; /* bad rows were */
};

/* How operands that are not Avro are read. */
struct row_pipe_options stats_read_rows(const struct stats_args *args);

/* What the arguments say; says on stderr what is wrong and returns an exit status. */
int stats_read_init(struct stats_read *read, const struct stats_args *args);
/* All files, in order; then those that say too little of gaps once more. An error ends it. */
enum tlm_code stats_read_all(struct stats_read *read, struct stats_lines *lines,
                             struct tlm_error *error);

#endif
