/* Inside the feed: one source at a time, from text to the writer.
 *   feed.c         options, policy on bad rows, counters
 *   feed_run.c     the loop over one source: fill, split, and what does not go to a parser
 *   feed_settle.c  what the source holds: format, columns, shape, time field
 *   feed_slots.c   chunks on their way through the parsers, in parallel, taken in order
 *   feed_ranges.c  chunks of plain files that the parsers' threads read themselves
 *   feed_pace.c    not faster than the options say */
#ifndef TLM_FEED_H
#define TLM_FEED_H

#include "base/apart.h"
#include "base/bucket.h"
#include "base/pool.h"
#include "rows/parse_csv.h"
#include "rows/parse_json.h"
#include "rows/source.h"
#include "rows/split.h"
#include "writer.h"

struct tlm_feed {
    struct tlm_writer *writer;
    struct tlm_row_rules rules; /* checked options; nothing settled */
    struct tlm_feed_stats stats;
    struct tlm_intern said;   /* notes */
    struct tlm_bucket bucket; /* of the rate, if there is one */
};

/* Parses one chunk at a time; remembers names, layout and time format from chunk to chunk. */
struct tlm_lane {
    _Alignas(TLM_APART_BYTES) struct tlm_columns columns;
    struct tlm_assembler assembler;
    struct tlm_json_parser *json; /* one of the two */
    struct tlm_csv_parser *csv;
    struct tlm_series_map map; /* from its numbers to series; the feed's thread uses it */
    pthread_mutex_t lock;      /* held while it parses */
    bool made;
};

/* A chunk of whole rows on its way through a lane. */
struct tlm_slot {
    _Alignas(TLM_APART_BYTES) struct tlm_job job;
    struct tlm_run *run;
    struct tlm_buf text; /* TLM_TEXT_PADDING bytes of room are kept behind */
    size_t start, len;   /* the rows */
    uint64_t byte;       /* of the rows in the source */
    struct tlm_lane *lane;
    struct tlm_rows rows; /* numbered by the lane; places count from the start of the chunk */
    uint64_t n_rows, n_lines, read_ns, parse_ns;
    size_t range;            /* bytes of the file whose rows it is to read; 0: it has its text */
    bool refused;            /* of a range: its rows are to be read in order instead */
    bool last;               /* of a range: the file ended */
    size_t lane_bytes;       /* names held by the lane */
    const char *time_format; /* what the lane has settled on, or NULL */
    bool parsed;
};

/* The largest chunk, unless a row is longer. */
enum { TLM_CHUNK_MAX = 1024 * 1024 };

/* One source being read. text[start] is the start of a row (or of what is skipped). */
struct tlm_run {
    struct tlm_feed *feed;
    struct tlm_source *source;
    struct tlm_buf text; /* TLM_TEXT_PADDING bytes of room are kept behind */
    size_t start;        /* text before this was used up */
    size_t chunk_bytes;  /* to read at a time */
    bool at_end;
    bool held_back;       /* whole rows are left in the text, for the sake of the rate */
    uint64_t waited_ns;   /* for input, in the last read */
    uint64_t file_bytes;  /* of the sources before */
    bool skipping;        /* inside a line that is too long */
    enum tlm_code broken; /* reading failed; said once the whole rows before it are taken */
    struct tlm_error failure;
    uint64_t byte;      /* of text[start] */
    uint64_t row, line; /* of the oldest chunk in a slot, or of text[start] when there is none */

    struct tlm_arena arena;     /* names that the next two borrow */
    struct tlm_row_rules rules; /* settled */
    struct tlm_string *header;  /* CSV: names of the columns */
    size_t n_header;
    struct tlm_split split;
    bool time_noted;

    struct tlm_lane *lanes;
    size_t n_lanes;         /* that may be used */
    size_t n_lanes_made;    /* that there is memory for in `lanes` */
    struct tlm_slot *slots; /* a ring */
    size_t n_slots, first_slot, n_waiting;
    bool crowded;         /* names in every lane take too much of the memory budget */
    uint64_t ranges_from; /* byte of the first range */
    uint64_t taken;       /* bytes up to which the rows of ranges were handed over */
    bool ranges_end;      /* the slot of a range was refused, or the last one */
    bool in_order;        /* no more ranges */
};

/* A note of the feed, unless it was said before. */
void tlm__feed_note(struct tlm_feed *feed, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The rules to start a source with; what they note is said once. */
struct tlm_row_rules tlm__feed_rules(struct tlm_feed *feed);
/* Counts and reports a bad row; TLM_ABORTED when the options say so. */
enum tlm_code tlm__feed_reject(struct tlm_feed *feed, const char *source,
                               const struct tlm_bad_row *bad, struct tlm_error *error);
bool tlm__feed_is_woken(const struct tlm_feed *feed); /* wake_fd is readable */
/* Calls on_wake when wake_fd is readable; TLM_STOPPED when it asks for that. */
enum tlm_code tlm__feed_wake(struct tlm_feed *feed, struct tlm_error *error);

/* ---- feed_run.c ----------------------------------------------------------------------------- */
/* Reads the source to its end and releases it. */
enum tlm_code tlm__run_source(struct tlm_feed *feed, struct tlm_source *source,
                              struct tlm_error *error);
/* Reads on until the buffer is full, or something came of a live source, or the end. When reading
 * fails, what came before is delivered first: the failure comes back from the next call. */
enum tlm_code tlm__run_fill(struct tlm_run *run, struct tlm_error *error);
/* What is due between chunks. */
enum tlm_code tlm__run_breathe(struct tlm_run *run, uint64_t source_bytes, struct tlm_error *error);
/* Uses up text from the front; only while no chunk is in a slot. */
void tlm__run_skip(struct tlm_run *run, size_t len, uint64_t lines);

/* ---- feed_settle.c -------------------------------------------------------------------------- */
/* Looks at the first row and settles the rules. *empty: the source holds no row. */
enum tlm_code tlm__run_settle(struct tlm_run *run, bool *empty, struct tlm_error *error);

/* ---- feed_slots.c --------------------------------------------------------------------------- */
/* What names may take in each lane, and the error when they take more. */
size_t tlm__run_names_budget(const struct tlm_run *run);
enum tlm_code tlm__run_fail_crowded(const struct tlm_run *run, struct tlm_error *error);
enum tlm_code tlm__slots_init(struct tlm_run *run, struct tlm_error *error);
void tlm__slots_release(struct tlm_run *run);
/* Takes len bytes of whole rows from the front of the text and has them parsed. */
enum tlm_code tlm__slots_submit(struct tlm_run *run, size_t len, struct tlm_error *error);
/* A slot for the next chunk, which takes the oldest one's when all are in use. */
enum tlm_code tlm__slots_next(struct tlm_run *run, struct tlm_slot **slot, struct tlm_error *error);
/* Has job run, which ends in tlm__slot_parse. */
void tlm__slots_start(struct tlm_run *run, struct tlm_slot *slot, void (*job)(void *slot));
void tlm__slot_parse(struct tlm_slot *slot);
/* Waits for all chunks and hands their rows to the writer. */
enum tlm_code tlm__slots_drain(struct tlm_run *run, struct tlm_error *error);
/* Waits for all chunks and forgets them. */
void tlm__slots_drop(struct tlm_run *run);

/* ---- feed_ranges.c -------------------------------------------------------------------------- */
/* Whether rows can be told apart wherever one starts to read, and more than one thread parses. */
bool tlm__ranges_possible(const struct tlm_run *run);
/* Reads rows in ranges as long as that goes; afterwards the source is where it goes on in order. */
enum tlm_code tlm__ranges_run(struct tlm_run *run, struct tlm_error *error);

/* ---- feed_pace.c ---------------------------------------------------------------------------- */
void tlm__pace_init(struct tlm_feed *feed);
/* How much to read at a time, at most chunk_bytes. */
size_t tlm__pace_chunk(const struct tlm_run *run, size_t chunk_bytes);
/* The first of len bytes of whole rows: `most` bytes, or the first row if that is longer. */
size_t tlm__run_cut(const struct tlm_run *run, size_t len, uint64_t most);
/* *len bytes of whole rows are there: makes that a piece for which it is time, and waits until it
 * is. Once the feed is woken, it is all of them at once, on account of what comes later. */
enum tlm_code tlm__pace(struct tlm_run *run, size_t *len, struct tlm_error *error);

static inline const char *tlm__run_text(const struct tlm_run *run)
{
    return (const char *)run->text.data + run->start;
}

static inline size_t tlm__run_len(const struct tlm_run *run)
{
    return run->text.len - run->start;
}

#endif
