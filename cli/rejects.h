/* Bad rows: said on stderr, kept in a file. */
#ifndef REJECTS_H
#define REJECTS_H

#include <stdbool.h>
#include <stdio.h>

#include "tlm.h"

struct rejects {
    const char *command; /* for messages */
    bool keepable;       /* the command has an option for the file */
    const char *path;    /* of the file, or NULL */
    FILE *file;
    bool quiet;
    unsigned said;
    bool failed; /* the file could not take a row; said */
};

/* Creates the file of tlm write. False: said why on stderr. */
bool rejects_open(struct rejects *rejects, const char *path, bool quiet);
/* For a command that keeps none. Need not be closed. */
void rejects_only_say(struct rejects *rejects, const char *command, bool quiet);
/* Says the first few and keeps all: "# SOURCE:LINE: row R, byte B: CODE: REASON", then the row
 * as it came. */
void rejects_add(struct rejects *rejects, const struct tlm_reject *reject);
/* Writes the file out. False when rows are missing in it; said. */
bool rejects_close(struct rejects *rejects);

#endif
