/* What happens outside for each finished part: its path on standard output, and a command. */
#ifndef HOOKS_H
#define HOOKS_H

#include <stdbool.h>
#include <stddef.h>

#include "tlm.h"

struct hooks;

struct hooks_options {
    const char *name;    /* of the tlm command, for messages */
    bool emit;           /* print paths */
    bool nul;            /* end them with NUL */
    const char *command; /* NULL: none; words as a shell would split them, but no shell runs */
};

/* NULL: said why on stderr; errno is EINVAL when the command cannot be read. */
struct hooks *hooks_start(const struct hooks_options *options);
/* Hands over a finished part. The path is printed at once, the command runs in the background, one
 * at a time and in order, with TLM_PART_PATH, TLM_PART_INDEX, TLM_PART_POINTS, TLM_PART_RECORDS,
 * TLM_PART_BYTES, TLM_PART_FIRST_NS and TLM_PART_LAST_NS in its environment. */
void hooks_part(struct hooks *hooks, const struct tlm_part *part);
/* Whether the command for this part has not ended yet. NULL is fine. */
bool hooks_pending(struct hooks *hooks, const char *path);
/* Waits for the commands. Returns true when everything was delivered and every command ended with
 * status 0. NULL is fine. */
bool hooks_finish(struct hooks *hooks);

#endif
