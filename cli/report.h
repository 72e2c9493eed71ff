/* What a run of `tlm write` says at its end: summary, statistics, dry run; text and JSON. */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "tlm.h"

struct report {
    struct tlm_writer *writer;
    const struct tlm_feed *feed;
    const char *status; /* "ok", "rejected", "degraded", "stopped", "failed" */
    bool dry_run;
};

/* The closing lines. At most a few parts are listed. */
void report_summary_text(FILE *out, const struct report *report);
/* One line about the rows that were left out, if any, which begins with `before`. */
void report_rejected(FILE *out, const char *before, const struct tlm_feed *feed);
/* One JSON object with counts, reasons and all parts. False: out of memory or not written. */
bool report_summary_json(FILE *out, const struct report *report);
/* Channels, types and times that a dry run found. */
void report_series(FILE *out, struct tlm_writer *writer);
/* How much of everything there was, in a few lines. */
void report_counts(FILE *out, const struct tlm_stats *stats);
/* Counters and where the time went, with what set the pace. */
void report_stats_text(FILE *out, const struct report *report);
bool report_stats_json(FILE *out, const struct report *report);
/* One line for SIGUSR1. */
void report_line(FILE *out, const struct report *report);

/* A line for each part; of many only the first and the last ones. */
void report_parts(FILE *out, const struct tlm_part *parts, size_t n);
/* Prints an object as one line and drops it. False: it is NULL, or was not written. */
struct json_t;
bool report_json(FILE *out, struct json_t *object);
/* Parts as a JSON array. */
struct json_t *report_parts_json(const struct tlm_part *parts, size_t n);

#define REPORT_TIME 40
/* Nanoseconds since 1970 as RFC 3339 in UTC, fraction as short as it is exact. */
const char *report_time(char out[REPORT_TIME], int64_t ns);

#endif
