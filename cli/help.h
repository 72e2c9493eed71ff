/* Texts about the program itself: help and usage errors. */
#ifndef HELP_H
#define HELP_H

#include <stdio.h>

#include "commands.h"

#define HELP_TEXT 200

void help_program(FILE *out);
void help_command(FILE *out, const struct command *command);
/* Prints "tlm COMMAND: message" and where to look on stderr; command may be NULL. Returns
 * EXIT_USAGE, for `return help_usage_error(...)`. */
int help_usage_error(const char *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What follows an option: "SIZE", "auto|jsonl|csv|tsv", or "" when it takes none. */
const char *help_value(const struct opt *opt, char out[HELP_TEXT]);
/* What happens without the option: "16 MiB", "auto", or "". args holds the defaults. */
const char *help_preset(const struct opt *opt, const void *args, char out[HELP_TEXT]);
/* Prints words, the first one at the cursor, which is in `column`; later lines begin there too. */
void help_put_wrapped(FILE *out, const char *text, size_t column, size_t width);
/* How much of a command line to print before " \\" and a new line, so that width columns do; its
 * whole length when it fits. The character at that place is a blank to be left out. */
size_t help_line_piece(const char *line, size_t width);
/* A struct of the command's arguments with its defaults, or NULL; free() releases it. */
void *help_defaults(const struct command *command);

#endif
