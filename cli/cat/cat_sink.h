/* Where the rows go: standard output, or a file that appears under its name when it is whole. */
#ifndef CAT_SINK_H
#define CAT_SINK_H

#include "tlm.h"

struct cat_sink {
    int fd;
    const char *path; /* as it is called in messages */
    char *temporary;  /* its name until then; NULL: written to directly */
    bool force;
    bool failed; /* writing has */
    bool closed; /* nobody reads it any more: that is no error to talk about */
};

/* path: NULL or "-" is standard output. Without force a file of that name is refused; what is no
 * regular file (a pipe, a device) is written to directly. Ended by a signal, the process leaves no
 * temporary file behind. */
enum tlm_code cat_sink_open(struct cat_sink *sink, const char *path, bool force,
                            struct tlm_error *error);
enum tlm_code cat_sink_write(struct cat_sink *sink, const char *data, size_t len,
                             struct tlm_error *error);
/* All has been written: makes it safe and gives it its name. */
enum tlm_code cat_sink_publish(struct cat_sink *sink, struct tlm_error *error);
/* What was not published is gone. */
void cat_sink_release(struct cat_sink *sink);

#endif
