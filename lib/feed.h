/* Inside the feed: one source at a time, from text to the writer.
 *   feed.c         options, policy on bad rows, counters
 *   feed_run.c     the loop over one source: fill, split, parse, hand over
 *   feed_settle.c  what the source holds: format, columns, shape, time field */
#ifndef TLM_FEED_H
#define TLM_FEED_H

#include "rows/parse_csv.h"
#include "rows/parse_json.h"
#include "rows/source.h"
#include "rows/split.h"
#include "writer.h"

struct tlm_feed {
    struct tlm_writer *writer;
    struct tlm_row_rules rules; /* checked options; nothing settled */
    struct tlm_feed_stats stats;
    struct tlm_intern said; /* notes */
};

/* One source being read. text[0] is the start of a row (or of what is skipped). */
struct tlm_run {
    struct tlm_feed *feed;
    struct tlm_source *source;
    struct tlm_buf text; /* TLM_TEXT_PADDING bytes of room are kept behind */
    size_t start;        /* text before this was used up */
    bool at_end;
    bool skipping;        /* inside a line that is too long */
    enum tlm_code broken; /* reading failed; said once the whole rows before it are taken */
    struct tlm_error failure;
    uint64_t row, line, byte; /* of text[start] */

    struct tlm_arena arena;     /* names that rules borrows */
    struct tlm_row_rules rules; /* settled */
    struct tlm_columns columns;
    struct tlm_assembler assembler;
    struct tlm_json_parser *json; /* one of the two */
    struct tlm_csv_parser *csv;
    struct tlm_split split;
    struct tlm_rows rows;
    struct tlm_series_map map;
    bool time_noted;
};

/* A note of the feed, unless it was said before. */
void tlm__feed_note(struct tlm_feed *feed, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The rules to start a source with; what they note is said once. */
struct tlm_row_rules tlm__feed_rules(struct tlm_feed *feed);
/* Counts and reports a bad row; TLM_ABORTED when the options say so. */
enum tlm_code tlm__feed_reject(struct tlm_feed *feed, const char *source,
                               const struct tlm_bad_row *bad, struct tlm_error *error);
/* Calls on_wake when wake_fd is readable; TLM_STOPPED when it asks for that. */
enum tlm_code tlm__feed_wake(struct tlm_feed *feed, struct tlm_error *error);

enum tlm_code tlm__run_source(struct tlm_feed *feed, const char *path, struct tlm_error *error);
/* Reads on until the buffer is full, or something came of a live source, or the end. When reading
 * fails, what came before is delivered first: the failure comes back from the next call. */
enum tlm_code tlm__run_fill(struct tlm_run *run, struct tlm_error *error);
/* Uses up text from the front. */
void tlm__run_skip(struct tlm_run *run, size_t len, uint64_t lines);

/* Looks at the first row and makes the parser. *empty: the source holds no row. */
enum tlm_code tlm__run_settle(struct tlm_run *run, bool *empty, struct tlm_error *error);

static inline const char *tlm__run_text(const struct tlm_run *run)
{
    return (const char *)run->text.data + run->start;
}

static inline size_t tlm__run_len(const struct tlm_run *run)
{
    return run->text.len - run->start;
}

#endif
