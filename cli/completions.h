/* Shell completions from the table of commands; only docgen uses it. */
#ifndef COMPLETIONS_H
#define COMPLETIONS_H

#include <stdbool.h>
#include <stdio.h>

/* shell: "bash", "zsh" or "fish"; false for any other. */
bool completions_print(FILE *out, const char *shell);

#endif
