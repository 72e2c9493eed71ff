/* The files that a picture is made of, and which of their points. */
#ifndef DRAW_SOURCE_H
#define DRAW_SOURCE_H

#include "channel_files.h"
#include "stats_args.h"

struct draw_source {
    const struct stats_args *args;
    const struct channel_files *files;
    struct tlm_selection selection;
    bool again;    /* they are read once more: what is wrong has been said */
    bool failed;   /* a file was not read to its end */
    bool left_out; /* bad rows were */
    bool misused;  /* the options for rows are wrong */
};

/* Reads the points of all files that belong to a channel on the list - a name or a pattern - and to
 * what else is selected; the reading's threads and selection are filled in, and what it hands on
 * has still to be asked for with draw_source_wants. A file that cannot be read does not keep the
 * next ones from being read. */
enum tlm_code draw_source_read(struct draw_source *source, struct tlm_reading *reading,
                               const struct tlm_list *wanted, struct tlm_error *error);
/* The first name or pattern on the list that is this channel's; wanted->len: none is. */
size_t draw_source_wants(const struct tlm_list *wanted, const char *channel);
/* True when one of the files can be read only once. */
bool draw_source_is_pipe(const struct draw_source *source);

/* Says on stderr that there is no such channel, and which one may have been meant. */
void draw_source_no_channel(struct draw_source *source, const char *wanted);

#endif
