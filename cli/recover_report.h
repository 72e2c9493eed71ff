/* What `tlm recover` says about a file: on stderr as text, or collected for --json. */
#ifndef RECOVER_REPORT_H
#define RECOVER_REPORT_H

#include "recover_args.h"

struct json_t;

struct recover_report {
    const struct recover_args *args;
    struct json_t *files, *lost; /* with --json; lost is that of the file at hand */
    const char *path;            /* of the file at hand */
};

/* For struct tlm_recover_options; opaque is the report. */
void recover_report_lost(void *opaque, const struct tlm_lost_range *range);
void recover_report_note(void *opaque, const char *message);
/* The file is done. output: what was made, NULL when that is nothing. why: it failed. */
void recover_report_file(struct recover_report *report, const struct tlm_recovery *recovery,
                         const char *output, const char *why);

#endif
