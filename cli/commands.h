/* The table of commands: what parsing, help, manual pages, completions and example tests all
 * read. A new command is a file table_NAME.c with its options, a file cmd_NAME.c with what it does,
 * and a place in the list of commands.c. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "opt.h"

enum exit_status {
    EXIT_CLEAN = 0,
    EXIT_FAILED = 1,   /* also: verification found damage */
    EXIT_USAGE = 2,    /* the command line is wrong */
    EXIT_DEGRADED = 3, /* finished, but rows were rejected or data was lost */
    EXIT_DIFFERENT = 4 /* a comparison found a difference */
};

/* A command line that works in the folder of sample files, and is run there as a test. */
struct example {
    const char *line;   /* NULL ends the array */
    const char *says;   /* one sentence */
    const char *makes;  /* a file that is there afterwards and not empty, or NULL */
    const char *prints; /* a text within standard output, or NULL */
};

struct command {
    const char *name;
    const char *summary;        /* one line, no final dot */
    const struct opt *operands; /* its `value` stands in the synopsis; NULL: there are none */
    const struct opt *options;
    const struct example *examples;
    size_t args_size;
    void (*init)(void *args); /* fills in the defaults */
    int (*run)(void *args);   /* returns enum exit_status */
};

extern const struct command *const commands[]; /* NULL ends it */
/* `tlm` itself: what may stand before a command. It does not run. */
extern const struct command program;

/* NULL when there is none by that name. */
const struct command *command_find(const char *name);

#endif
