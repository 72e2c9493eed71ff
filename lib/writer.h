/* Inside the writer: the coordinator's state and the pieces it is made of.
 *   writer.c          options, open, close, locking and latching of errors
 *   writer_input.c    points in: single points, columns and frames of the caller's
 *   writer_rows.c     points in: rows and frames of the parsers
 *   writer_flush.c    when the batch is written, all or the largest series of it
 *   writer_blocks.c   series -> records -> blocks, in parallel
 *   writer_parts.c    parts: open, rotate, publish, report
 *   writer_clock.c    what happens without input: flush interval, rotation by time
 * All functions below want the lock held. On an error they fill in writer->error. */
#ifndef TLM_WRITER_H
#define TLM_WRITER_H

#include <pthread.h>

#include "avro/container_write.h"
#include "avro/encode.h"
#include "base/pool.h"
#include "files/names.h"
#include "files/part.h"
#include "points/series.h"
#include "rows/columns.h"
#include "rows/json_compact.h"
#include "rows/rows.h"

/* Counts of a part or a block. */
struct tlm_tally {
    uint64_t points, records;
    int64_t first_ns, last_ns;
};

struct tlm_open_part {
    struct tlm_part_file *file; /* NULL: none is open; with dry_run always */
    bool started;               /* the header is written: there is data */
    char *name;                 /* of a dry run */
    uint64_t index;
    uint64_t bytes; /* of a dry run */
    struct tlm_tally tally;
    size_t figures[TLM_FIGURES]; /* offsets in the file */
};

/* Where values are put together that are not stored as they come. */
struct tlm_scratch {
    struct tlm_buf items;
    struct tlm_json_compactor json;
};

struct tlm_writer {
    pthread_mutex_t lock;
    pthread_mutex_t report_lock; /* taken without lock held */
    pthread_t clock;
    bool clock_runs;
    pthread_mutex_t clock_lock; /* of what follows; taken with lock held or without */
    pthread_cond_t tick;        /* wakes the clock thread */
    uint64_t clock_due_ns;      /* when it has something to do; UINT64_MAX: never */
    bool clock_stop;

    struct tlm_writer_options options; /* strings copied into arena */
    struct tlm_arena arena;
    bool rotates;
    bool is_stream;
    char *special_path; /* /dev/null, a fifo: opened at the first block */
    struct tlm_names names;
    struct tlm_folder folder;
    uint8_t sync[TLM_SYNC_BYTES];
    size_t memory_for_points;
    uint64_t header_max; /* bytes of a part's header at most */

    struct tlm_series_set series;
    struct tlm_series_header **headers; /* by series number */
    uint32_t n_headers, headers_cap;
    bool int_change_noted;

    uint64_t batch_born_ns; /* monotonic; when the first held point came; 0: none is held */
    uint64_t part_born_ns;  /* the same for the current part's first point; 0: none */
    int64_t part_wall_ns;   /* and by the wall clock */
    int64_t part_first_ns;  /* timestamp of the part's first point */
    bool part_has_points;   /* written or held */

    struct tlm_pool *pool;
    struct tlm_block_job *blocks; /* a ring: at work, to be written, planned */
    size_t n_blocks, first_block; /* first: not written yet */
    size_t next_block;            /* planned */
    pthread_mutex_t turn_lock;    /* of the next two */
    size_t turn;                  /* the block to be written next by whoever made one */
    bool turn_taken;              /* somebody writes it */
    bool turn_failed;             /* a block before it is missing; of the one who writes */
    uint64_t leaving_points;      /* in them */
    uint64_t leaving_born_ns;     /* when the first of those points came; 0: there are none */
    uint64_t flushing_ns;         /* the caller's time in flushes */
    struct tlm_scratch scratch;

    struct tlm_open_part part;
    struct tlm_part_file *next; /* the next part, created and locked, empty */
    uint64_t next_index;
    struct tlm_part *parts; /* finished */
    size_t n_parts, parts_cap, n_reported;

    uint64_t opened_ns;
    struct tlm_stats stats;
    struct tlm_error error; /* latched when code is not TLM_OK */
    bool closed;
    bool abandoned;
};

/* tlm_writer_open with a memory budget that may be as small as 1 MiB, for one writer of many. */
enum tlm_code tlm__writer_open(struct tlm_writer **writer, const struct tlm_writer_options *options,
                               struct tlm_error *error);

/* Takes the lock; fails with the latched error or TLM_CLOSED. Ends with leave in any case. */
enum tlm_code tlm__writer_enter(struct tlm_writer *writer, struct tlm_error *error);
/* Latches code unless it is a row code, gives the lock back, reports new parts. */
enum tlm_code tlm__writer_leave(struct tlm_writer *writer, enum tlm_code code,
                                struct tlm_error *error);
void tlm__writer_note(struct tlm_writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- parts ---------------------------------------------------------------------------------- */
enum tlm_code tlm__writer_claim(struct tlm_writer *writer); /* names and lock, when opening */
/* Whether the threads that make blocks write them, too: not where the size of a block decides
 * which part it goes to, nor to where a write may take long or end the process. */
static inline bool tlm__writer_writes_in_turn(const struct tlm_writer *writer)
{
    return !writer->options.rotate_bytes && !writer->options.dry_run && !writer->is_stream;
}
/* How many bytes a part's header takes at most. False: memory is out. */
bool tlm__writer_measure_header(struct tlm_writer *writer, uint64_t *most);
/* Opens a part for blocks that are written in turn, if none is open. */
enum tlm_code tlm__writer_open_part(struct tlm_writer *writer);
/* Puts a block into the part, opening and finishing parts; in turn, what was written is counted. */
enum tlm_code tlm__writer_write_block(struct tlm_writer *writer, const struct tlm_buf *block,
                                      const struct tlm_tally *tally);
/* The two halves of that: makes sure that a part is open which has room for a block; counts it once
 * it is in the file. */
enum tlm_code tlm__writer_place(struct tlm_writer *writer, uint64_t bytes,
                                const struct tlm_tally *tally);
void tlm__writer_placed(struct tlm_writer *writer, uint64_t bytes, const struct tlm_tally *tally);
enum tlm_code tlm__writer_finish_part(struct tlm_writer *writer, bool more);
void tlm__writer_drop_parts(struct tlm_writer *writer, bool keep); /* closes what is open */
void tlm__writer_report(struct tlm_writer *writer);                /* without the lock */
enum tlm_code tlm__writer_start_stream(struct tlm_writer *writer);

/* ---- flush ---------------------------------------------------------------------------------- */
/* Returns when everything has been written. */
enum tlm_code tlm__writer_flush_all(struct tlm_writer *writer);
/* Starts the writing of what is held, and goes on with it while more comes. */
enum tlm_code tlm__writer_flush_behind(struct tlm_writer *writer);
/* Writes what is ready of what was started. */
enum tlm_code tlm__writer_catch_up(struct tlm_writer *writer);
/* Frees memory until `bytes` more fit the budget, writing the largest series first. */
enum tlm_code tlm__writer_make_room(struct tlm_writer *writer, size_t bytes);
/* Flushes; then finishes the current part if it has data. */
enum tlm_code tlm__writer_rotate_now(struct tlm_writer *writer);

/* ---- input ---------------------------------------------------------------------------------- */
/* How many more points may be held before a flush or a rotation is due; flushes when none. */
enum tlm_code tlm__writer_allowance(struct tlm_writer *writer, uint64_t *points);
/* True when a point of this time belongs to the next part (rotate_span). */
bool tlm__writer_passes_span(const struct tlm_writer *writer, int64_t time_ns);

/* From a parser's numbers to series. {0} is empty. */
struct tlm_series_map {
    pthread_mutex_t *names_lock; /* taken to read the parser's names, which it may be adding to */
    struct tlm_held ***by_tags;  /* [tag set][channel] */
    uint32_t *channel_caps;
    uint32_t n_tags;
    size_t bytes;
};
void tlm__series_map_release(struct tlm_series_map *map);
/* How much of a chunk's rows has been taken. {0} is the start. */
struct tlm_rows_cursor {
    size_t row, cell, frame;
    size_t frame_row; /* of that frame */
    size_t taken;     /* rows, in frames or not */
};
/* Takes the rows of a chunk until `to` of them have been taken. */
enum tlm_code tlm__writer_take_rows(struct tlm_writer *writer, const struct tlm_columns *columns,
                                    struct tlm_series_map *map, const struct tlm_rows *rows,
                                    struct tlm_rows_cursor *cursor, size_t to,
                                    struct tlm_error *error);
/* Counters of the feed. */
void tlm__writer_count(struct tlm_writer *writer, const struct tlm_stats *more);

/* ---- clock ---------------------------------------------------------------------------------- */
bool tlm__writer_wants_clock(const struct tlm_writer *writer);
enum tlm_code tlm__writer_start_clock(struct tlm_writer *writer, struct tlm_error *error);
void tlm__writer_stop_clock(struct tlm_writer *writer); /* without the lock */
/* Called when the first point enters an empty batch. */
void tlm__writer_batch_begins(struct tlm_writer *writer, int64_t first_ns);

#endif
