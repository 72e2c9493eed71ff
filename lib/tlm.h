/*
 * tlm.h - write telemetry points into rotated Avro files, and read such files.
 *
 * A point is (channel, tags, timestamp, value). Points are held per series (channel + tags) until
 * a batch is full, then written as one Avro record per series into the current part, a file that
 * appears under its final name only when it is complete and on disk.
 *
 * Units: timestamps are int64_t Unix nanoseconds; durations are nanoseconds; sizes are bytes.
 * Strings are UTF-8. Everything passed in is copied before the call returns; the caller keeps it.
 *
 * Threads: every function that takes a struct tlm_writer may be called from many threads at once,
 * except tlm_writer_free, which must be the last call. A struct tlm_feed belongs to one thread.
 *
 * Errors: functions that can fail return enum tlm_code and fill the caller's struct tlm_error
 * (last argument, may be NULL). Row codes concern one row or call and leave the writer usable. Any
 * other code is latched: each later write, flush, sync and close returns that first error again.
 */
#ifndef TLM_H
#define TLM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define TLM_API __attribute__((visibility("default")))
#else
#define TLM_API
#endif

#define TLM_VERSION "0.1.0"

/* ---- errors --------------------------------------------------------------------------------- */

enum tlm_code {
    TLM_OK = 0,

    /* Row codes: this row (or call) was refused, the writer goes on. */
    TLM_ROW_SYNTAX,    /* not a JSON object, or a quote that is never closed */
    TLM_ROW_TOO_LONG,  /* longer than max_line */
    TLM_ROW_COLUMNS,   /* a CSV record with more cells than columns, not all empty */
    TLM_ROW_UTF8,      /* text that is not UTF-8 */
    TLM_ROW_DUPLICATE, /* the same key twice in one object */
    TLM_ROW_NO_TIME,   /* the timestamp is missing or null */
    TLM_ROW_TIME,      /* the timestamp cannot be read, or is outside int64 nanoseconds */
    TLM_ROW_RANGE,     /* a number that no value type holds: 1e400, an integer above int64 */
    TLM_ROW_TYPE,      /* a value that the type asked for cannot hold */
    TLM_ROW_CHANNEL,   /* a long row without a channel, a tag that is empty or given twice */

    /* Everything else ends the writer or the feed. */
    TLM_NO_MEMORY,
    TLM_IO,       /* the system refused a read, write, fsync, rename, ...; see sys_errno */
    TLM_INPUT,    /* damaged compressed input, a header that fits no column, a directory */
    TLM_EXISTS,   /* an output name is taken */
    TLM_LOCKED,   /* another writer holds the output */
    TLM_CLOSED,   /* the writer was closed */
    TLM_ARGUMENT, /* options that contradict each other or cannot be read */
    TLM_LIMIT,    /* the memory budget is too small for this many series, or an arithmetic limit */
    TLM_ABORTED,  /* bad_rows is abort, or max_errors was reached; the partial stays */
    TLM_STOPPED,  /* the on_wake callback asked to stop */
    TLM_DAMAGED   /* an Avro file that is damaged, or a file that is none */
};

#define TLM_ROW_CODES (TLM_ROW_CHANNEL + 1) /* size of an array indexed by row code */

struct tlm_error {
    enum tlm_code code;
    int sys_errno;     /* errno of the call that failed, or 0 */
    uint64_t row;      /* row in its source, from 1, or 0 */
    uint64_t byte;     /* byte offset in its source; meaningful when row is set */
    char message[768]; /* one line of UTF-8, without newline and control characters; names file, row
                        * and value where known */
};

/* A short stable name of a code: "syntax", "time", "io". Never NULL. */
TLM_API const char *tlm_code_name(enum tlm_code code);
/* True for the codes that refuse one row and leave the writer usable. */
TLM_API bool tlm_code_is_row(enum tlm_code code);
TLM_API const char *tlm_version(void);

/* ---- values --------------------------------------------------------------------------------- */

/* The numbers are the branch of the union `values` in the output schema. */
enum tlm_type {
    TLM_DOUBLE = 0,
    TLM_STRING = 1,
    TLM_LONG = 2,
    TLM_DOUBLE_ARRAY = 3,
    TLM_STRING_ARRAY = 4,
    TLM_JSON = 5 /* JsonStruct: compact JSON text */
};
#define TLM_TYPES 6

TLM_API const char *tlm_type_name(enum tlm_type type);

struct tlm_tag {
    const char *key;
    const char *value;
};

/* Borrowed text; need not end with NUL. */
struct tlm_string {
    const char *data;
    size_t len;
};

struct tlm_doubles {
    const double *items;
    size_t len;
};

struct tlm_strings {
    const struct tlm_string *items;
    size_t len;
};

/* ---- the writer ----------------------------------------------------------------------------- */

/* Snappy and zstandard blocks are written with a checksum. */
enum tlm_codec { TLM_CODEC_SNAPPY, TLM_CODEC_NULL, TLM_CODEC_DEFLATE, TLM_CODEC_ZSTANDARD };

enum tlm_fsync {
    TLM_FSYNC_CLOSE, /* once, before a part is published */
    TLM_FSYNC_FLUSH, /* also after each flush: what a flush wrote survives a power loss */
    TLM_FSYNC_NONE
};

/* A finished part. Strings belong to the writer and live until tlm_writer_free. */
struct tlm_part {
    const char *path;
    uint64_t index;
    uint64_t points;
    uint64_t records;
    uint64_t bytes;
    int64_t first_ns; /* smallest and largest timestamp inside */
    int64_t last_ns;
};

/* How much of a set of parts stays; 0 is no limit. A part goes when one of the limits says so, each
 * counted for itself over all parts, and the newest part always stays. */
struct tlm_retention {
    uint64_t keep_parts;  /* the newest so many */
    uint64_t keep_bytes;  /* the newest whose sizes add up to at most this */
    uint64_t keep_age_ns; /* those that were finished (the file's mtime) at most this long ago */
};

/* Why a part goes: flags. */
enum tlm_limit_passed { TLM_PASSED_PARTS = 1, TLM_PASSED_BYTES = 2, TLM_PASSED_AGE = 4 };

/* A part that goes or went. Valid during the callback. */
struct tlm_pruned_part {
    const char *path;
    uint64_t bytes;
    int64_t finished_ns; /* the file's mtime */
    bool has_times;      /* the header tells the next two */
    int64_t first_ns;    /* smallest and largest timestamp inside */
    int64_t last_ns;
    unsigned limits; /* enum tlm_limit_passed */
};

struct tlm_metadata {
    const char *key;
    const char *value;
};

struct tlm_writer_options {
    /* Where: a file name, or a template with {stem} {ext} {index} {index:06d} and strftime of the
     * first point's time in UTC. With a rotation limit and no {index}, "_000" goes before the
     * extension. output_fd >= 0 writes one stream there instead (not closed); output
     * then is only its name in messages. */
    const char *output;
    int output_fd;
    bool force;                /* replace existing targets */
    bool continue_index;       /* go on after the highest existing index */
    uint64_t lock_wait_ns;     /* how long to wait for another writer's lock */
    const char *const *inputs; /* paths that must never be replaced, e.g. what is being read */
    size_t n_inputs;
    bool dry_run; /* write nothing; names, counts and series are still figured out */

    /* Rotation: 0 is no limit; the first one reached opens the next part. */
    uint64_t rotate_points;   /* exact */
    uint64_t rotate_bytes;    /* file size; the block that would pass it opens the next part. A
                               * point that alone is larger has a part of its own. */
    uint64_t rotate_every_ns; /* wall clock, aligned to multiples since the epoch (UTC) */
    uint64_t rotate_age_ns;   /* wall time since the part's first point was accepted */
    uint64_t rotate_span_ns;  /* data time: a point this much later than the part's first */

    /* After each finished part, and after on_part was told of it, older ones are deleted as far as
     * this says: those that this writer finished, and those that were there before whose names the
     * output could have made. Which is the oldest is decided as tlm_prune does it, but whatever
     * this writer finished is newer than all that was there before. Needs an output that makes
     * several names. What cannot be deleted is told to on_warning and counted, no more. */
    struct tlm_retention retention;

    /* Batching. */
    uint64_t batch_points;      /* points held in total before a flush; default 0: 250000, or 1000
                                 * for each series, up to a million and to what memory allows */
    uint64_t flush_interval_ns; /* longest a point waits; default 30 s; 0 is never */
    uint64_t memory_bytes;      /* budget for everything buffered; default 256 MiB */
    uint64_t block_bytes;       /* uncompressed bytes of a block; default 1 MiB */

    unsigned threads; /* that parse, encode and compress, the caller's included; default 1; 0: as
                       * many as there are processors for the process */
    enum tlm_codec codec;
    enum tlm_fsync fsync;
    const char *dataset_rid; /* header nominal.dataset_rid, or NULL */
    const struct tlm_metadata *metadata;
    size_t n_metadata;
    const uint8_t *sync_marker; /* 16 bytes, for reproducible files; NULL draws a random one */

    /* Called after a part was published, from whichever thread did it, without any lock of the
     * writer held. Parts are reported one at a time in index order. */
    void (*on_part)(void *ctx, const struct tlm_part *part);
    /* The next two, which may be NULL, are called after on_part, in the same way. on_pruned: a part
     * was deleted. may_prune is asked about parts that this writer finished; false: it stays until
     * the next time. */
    void (*on_pruned)(void *ctx, const struct tlm_pruned_part *part);
    bool (*may_prune)(void *ctx, const char *path);
    /* The next two may be called with a lock held: they must not call the writer. on_warning: what
     * a person should know, such as a dead writer's leftover that was set aside. on_note: what
     * explains the output, such as integers that became doubles. */
    void (*on_warning)(void *ctx, const char *message);
    void (*on_note)(void *ctx, const char *message);
    void *ctx;
};

/* Fills in the defaults. Call it first, so that fields added later have a value. */
TLM_API void tlm_writer_options_init(struct tlm_writer_options *options);

struct tlm_writer;

/* Checks the options and all output names, creates missing folders, sets aside what a dead writer
 * left. No part exists before the first flush. *writer is set only on TLM_OK. */
TLM_API enum tlm_code tlm_writer_open(struct tlm_writer **writer,
                                      const struct tlm_writer_options *options,
                                      struct tlm_error *error);

/* One point. tags may be NULL when n_tags is 0; their order does not matter. */
TLM_API enum tlm_code tlm_write_double(struct tlm_writer *writer, const char *channel,
                                       const struct tlm_tag *tags, size_t n_tags,
                                       int64_t timestamp_ns, double value, struct tlm_error *error);
TLM_API enum tlm_code tlm_write_long(struct tlm_writer *writer, const char *channel,
                                     const struct tlm_tag *tags, size_t n_tags,
                                     int64_t timestamp_ns, int64_t value, struct tlm_error *error);
TLM_API enum tlm_code tlm_write_string(struct tlm_writer *writer, const char *channel,
                                       const struct tlm_tag *tags, size_t n_tags,
                                       int64_t timestamp_ns, const char *value,
                                       struct tlm_error *error);

/* A column: n values of one type. */
struct tlm_column {
    const char *channel;
    const struct tlm_tag *tags;
    size_t n_tags;
    enum tlm_type type;
    /* n elements: double, struct tlm_string (TLM_STRING and TLM_JSON), int64_t,
     * struct tlm_doubles or struct tlm_strings, as type says. */
    const void *values;
    const uint8_t *present; /* n bytes, 0: no point here; NULL: all present */
};

/* n points of one series. With an error of the row kind nothing of the column was accepted; with
 * another one, tlm_writer_points tells how many points were. */
TLM_API enum tlm_code tlm_write_column(struct tlm_writer *writer, const int64_t *timestamps_ns,
                                       const struct tlm_column *column, size_t n,
                                       struct tlm_error *error);
/* A wide frame: n_columns columns over the same n timestamps. Points enter row by row, so that a
 * rotation limit cuts the frame in time, not by channel. */
TLM_API enum tlm_code tlm_write_frame(struct tlm_writer *writer, const int64_t *timestamps_ns,
                                      const struct tlm_column *columns, size_t n_columns, size_t n,
                                      struct tlm_error *error);

/* Writes everything accepted so far into the current part (in the page cache). */
TLM_API enum tlm_code tlm_writer_flush(struct tlm_writer *writer, struct tlm_error *error);
/* Flushes, then fsyncs the current part. */
TLM_API enum tlm_code tlm_writer_sync(struct tlm_writer *writer, struct tlm_error *error);
/* Flushes and finishes the current part now; the next point opens another one. Without {index} in
 * the name, TLM_ARGUMENT. */
TLM_API enum tlm_code tlm_writer_rotate(struct tlm_writer *writer, struct tlm_error *error);
/* Flushes, finishes and publishes the last part. Idempotent: a second call returns what the first
 * one did. Calls of other threads that come later get TLM_CLOSED. */
TLM_API enum tlm_code tlm_writer_close(struct tlm_writer *writer, struct tlm_error *error);
/* Stops without publishing. With keep what was accepted is flushed and the partial stays, to be
 * finished or recovered later; without, the partial is removed. Finished parts stay in any case. */
TLM_API void tlm_writer_abandon(struct tlm_writer *writer, bool keep);
/* Closes if need be and releases. NULL is fine. Never fails. */
TLM_API void tlm_writer_free(struct tlm_writer *writer);

/* The parts finished so far: copies up to max of them, oldest first, from index `from` of that
 * list on. Returns how many there are in all. */
TLM_API size_t tlm_writer_parts(struct tlm_writer *writer, size_t from, struct tlm_part *parts,
                                size_t max);
/* Deletes once more what retention says, where may_prune said no before. Nothing is done before the
 * first part was finished; a writer that was closed will do. Not to be called by a callback. */
TLM_API void tlm_writer_prune(struct tlm_writer *writer);
/* Copies the path of the partial being written ("" when there is none); returns its length. */
TLM_API size_t tlm_writer_partial(struct tlm_writer *writer, char *path, size_t size);
/* TLM_OK, or the latched error, or TLM_CLOSED. */
TLM_API enum tlm_code tlm_writer_health(struct tlm_writer *writer, struct tlm_error *error);
/* Points accepted so far. */
TLM_API uint64_t tlm_writer_points(struct tlm_writer *writer);

/* Counters; readable after close. Times are summed over threads. */
struct tlm_stats {
    uint64_t read_ns, parse_ns, batch_ns, encode_ns, compress_ns, write_ns, sync_ns;
    uint64_t wait_input_ns; /* the feed had nothing to read, or was ahead of its rate */
    uint64_t wall_ns;       /* since open */
    unsigned threads;       /* that share the work */
    uint64_t bytes_in;      /* text, after decompression */
    uint64_t rows, rejected;
    uint64_t points, records, blocks, parts, series, flushes;
    uint64_t pressure_flushes; /* flushes that the memory budget forced */
    uint64_t bytes_raw;        /* records before compression */
    uint64_t bytes_out;        /* file bytes, headers included */
    uint64_t bytes_held;       /* buffered now */
    uint64_t bytes_held_max;
    uint64_t int_changes; /* series that went from long to double (int_as auto) */
    uint64_t pruned_parts, pruned_bytes;
    uint64_t prune_failures; /* what retention could not look at or delete, each counted once */
};
TLM_API void tlm_writer_stats(struct tlm_writer *writer, struct tlm_stats *stats);

/* What of a series has been written so far (all of it, once closed). Strings live until
 * tlm_writer_free. */
struct tlm_series {
    const char *channel;
    const struct tlm_tag *tags;
    size_t n_tags;
    uint64_t points;
    uint64_t points_of_type[TLM_TYPES];
    int64_t first_ns, last_ns; /* smallest and largest */
};
/* Calls visit for each series in order of first appearance, under the writer's lock: visit must
 * not call the writer. */
TLM_API void tlm_writer_each_series(struct tlm_writer *writer,
                                    void (*visit)(void *ctx, const struct tlm_series *series),
                                    void *ctx);

/* ---- open inputs ---------------------------------------------------------------------------- */

/* An input that is open, such as a pipe, of which a few bytes may have been read to see what it is.
 * It is read from where it stands, and stays open. */
struct tlm_open_input {
    int fd;
    const char *name; /* for messages; what rows are is guessed from its ending, too */
    uint8_t head[16]; /* what was read already */
    size_t head_len;
};

/* ---- rows: JSON lines and CSV into a writer ------------------------------------------------- */

enum tlm_input { TLM_INPUT_AUTO, TLM_INPUT_JSONL, TLM_INPUT_CSV, TLM_INPUT_TSV };
/* AUTO is long when the first row's keys are channel, timestamp and value (and perhaps tags),
 * else wide. */
enum tlm_shape { TLM_SHAPE_AUTO, TLM_SHAPE_WIDE, TLM_SHAPE_LONG };
enum tlm_int_as { TLM_INT_AUTO, TLM_INT_LONG, TLM_INT_DOUBLE };
enum tlm_bool_as { TLM_BOOL_LONG, TLM_BOOL_STRING, TLM_BOOL_DOUBLE };
enum tlm_uint64_as { TLM_UINT64_REJECT, TLM_UINT64_DOUBLE, TLM_UINT64_STRING, TLM_UINT64_WRAP };
enum tlm_duplicate_keys { TLM_DUPLICATE_REJECT, TLM_DUPLICATE_LAST };
enum tlm_bad_rows { TLM_BAD_REJECT, TLM_BAD_SKIP, TLM_BAD_ABORT };

struct tlm_pair {
    const char *key;
    const char *value;
};

/* A list of borrowed strings. */
struct tlm_list {
    const char *const *items;
    size_t len;
};

struct tlm_pairs {
    const struct tlm_pair *items;
    size_t len;
};

/* A row that was refused. Pointers are valid during the callback only. */
struct tlm_reject {
    enum tlm_code code;
    const char *source;     /* file name, or "<stdin>" */
    uint64_t row;           /* from 1; a CSV header is not a row */
    uint64_t line;          /* line of the row's first byte, from 1 */
    uint64_t byte;          /* offset of the row's first byte in the (decompressed) source */
    struct tlm_string text; /* the row as it came, without its newline; cut when too long */
    const char *reason;     /* names the column and the value */
};

/* Instructions to use; what comes out is the same for all. */
enum tlm_cpu {
    TLM_CPU_AUTO,     /* the best that the machine has */
    TLM_CPU_AVX2,     /* at most these */
    TLM_CPU_PORTABLE, /* plain C */
    TLM_CPU_ROWWISE   /* plain C, without the lanes that take many rows at once */
};

enum tlm_rate_of { TLM_RATE_BYTES, TLM_RATE_ROWS };
struct tlm_rate {
    uint64_t per_second; /* 0: no limit */
    enum tlm_rate_of of; /* bytes of text, or rows */
};

struct tlm_row_options {
    /* Text. */
    enum tlm_input input;
    char delimiter; /* 0: ',' for CSV, tab for TSV, or guessed from the header */
    char decimal;   /* '.' or ',' */
    bool no_header; /* then columns names them */
    struct tlm_list columns;
    uint64_t skip_lines;         /* lines to drop at the start of each source */
    const char *comment;         /* CSV lines that start with this are dropped; NULL: none */
    struct tlm_list null_values; /* further texts that are no point */
    uint64_t max_line;           /* bytes; default 16 MiB */

    /* Shape. */
    enum tlm_shape shape;
    const char *channel_field;   /* long rows; NULL: "channel" */
    const char *value_field;     /* NULL: "value" */
    struct tlm_pairs tags;       /* constant tags: key=tag, value=value */
    struct tlm_pairs tag_fields; /* key=tag, value=column */
    struct tlm_list channels;    /* globs on the input's names; empty: all */
    struct tlm_list excludes;
    struct tlm_pairs renames; /* key=old, value=new */
    const char *prefix;       /* put before every channel name */
    const char *flatten;      /* separator: nested objects become channels; NULL: JsonStruct */

    /* Time. */
    const char *time_field;  /* NULL: guessed; "Date,Time" joins two columns by a space */
    const char *time_format; /* auto|rfc3339|s|ms|us|ns|strptime:FMT|relative:UNIT; NULL: auto */
    const char *time_origin; /* RFC 3339; for relative */
    const char *tz;          /* IANA name, "UTC" or "+02:00", for times without zone */

    /* Values. */
    enum tlm_int_as int_as;
    enum tlm_bool_as bool_as;
    enum tlm_uint64_as uint64_as;
    struct tlm_pairs types; /* key=glob, value=double|long|string|json */
    enum tlm_duplicate_keys duplicate_keys;

    /* Bad rows. */
    enum tlm_bad_rows bad_rows;
    uint64_t max_errors; /* stop after this many bad rows; 0: never */

    /* Rows are taken in order and evenly, no more of them than this, but for one second's worth at
     * the start and whenever less came. When on_wake is called, what was read before (less than a
     * quarter of a MiB, as a rule) is taken at once, on account of what follows. */
    struct tlm_rate rate;

    enum tlm_cpu cpu;
    bool explain; /* note what each source was taken for, also where nothing was guessed */

    void (*on_reject)(void *ctx, const struct tlm_reject *reject);
    void (*on_note)(void *ctx, const char *message); /* guesses and other things said once */
    /* wake_fd >= 0: whenever it is readable while the feed waits or between chunks, on_wake is
     * called; it must drain wake_fd. A return other than 0 ends the feed with TLM_STOPPED. */
    int wake_fd;
    int (*on_wake)(void *ctx);
    void (*on_progress)(void *ctx); /* after each chunk */
    void *ctx;
};

TLM_API void tlm_row_options_init(struct tlm_row_options *options);

struct tlm_feed;

/* Options are checked here; they and what they point to must outlive the feed. */
TLM_API enum tlm_code tlm_feed_new(struct tlm_feed **feed, struct tlm_writer *writer,
                                   const struct tlm_row_options *options, struct tlm_error *error);
/* Reads one source to its end; path "-" is standard input. .gz and .zst are told by content.
 * The rows before an error have been accepted. */
TLM_API enum tlm_code tlm_feed_file(struct tlm_feed *feed, const char *path,
                                    struct tlm_error *error);
TLM_API enum tlm_code tlm_feed_open_input(struct tlm_feed *feed, const struct tlm_open_input *input,
                                          struct tlm_error *error);

struct tlm_feed_stats {
    uint64_t rows; /* good and bad */
    uint64_t rejected;
    uint64_t rejected_by_code[TLM_ROW_CODES];
    uint64_t bytes_in;      /* text */
    uint64_t file_bytes_in; /* as on disk, for progress */
};
TLM_API void tlm_feed_stats(const struct tlm_feed *feed, struct tlm_feed_stats *stats);
TLM_API void tlm_feed_free(struct tlm_feed *feed);

/* ---- reading --------------------------------------------------------------------------------
 * Avro object container files of any schema and their points. No byte of a file is trusted: what is
 * wrong with it is TLM_DAMAGED, and the message names the file and the byte. */

#define TLM_SIZE_UNKNOWN UINT64_MAX

struct tlm_file; /* belongs to one thread */

struct tlm_file_pair {
    struct tlm_string key, value; /* any bytes */
};

/* What the header says. Everything belongs to the file. */
struct tlm_file_info {
    const char *path;           /* as given; "<stdin>" for "-"; name of an open input */
    uint64_t bytes;             /* as it was opened; TLM_SIZE_UNKNOWN: a pipe */
    uint64_t header_bytes;      /* the first block starts here */
    const char *codec;          /* "null" when the header does not say */
    struct tlm_string schema;   /* byte for byte */
    const char *schema_name;    /* full name of the root type, or the primitive's */
    const uint8_t *sync_marker; /* 16 bytes */
    const struct tlm_file_pair *metadata;
    size_t n_metadata;
    bool has_points;  /* the schema is that of telemetry files: records of points */
    bool has_figures; /* the header tells the next four */
    uint64_t points, records;
    int64_t first_ns, last_ns; /* smallest and largest timestamp */
    bool unfinished; /* there is room for the figures, but no writer came to fill them in */
};

/* Opens a file and reads its header; "-" is standard input. */
TLM_API enum tlm_code tlm_file_open(struct tlm_file **file, const char *path,
                                    struct tlm_error *error);
TLM_API enum tlm_code tlm_file_open_input(struct tlm_file **file,
                                          const struct tlm_open_input *input,
                                          struct tlm_error *error);
TLM_API void tlm_file_close(struct tlm_file *file); /* NULL is fine */
TLM_API const struct tlm_file_info *tlm_file_info(const struct tlm_file *file);

struct tlm_block {
    uint64_t offset;     /* in the file, where the block starts */
    uint64_t records;    /* as the block says */
    uint64_t bytes;      /* all of it, counts and sync marker included */
    uint64_t data_bytes; /* compressed */
    uint64_t raw_bytes;  /* decompressed; 0: not looked at */
};

/* The next block, without its records; its sync marker has been checked. With unpack its data is
 * decompressed (and its checksum compared, where the codec has one). *got is false at the end. */
TLM_API enum tlm_code tlm_file_next_block(struct tlm_file *file, bool unpack,
                                          struct tlm_block *block, bool *got,
                                          struct tlm_error *error);

/* Which points. */
struct tlm_selection {
    struct tlm_list channels; /* globs; empty: all */
    struct tlm_list excludes;
    struct tlm_pairs tags;  /* key=tag, value=value: each has to be there */
    int64_t from_ns, to_ns; /* from_ns <= timestamp < to_ns; INT64_MAX as to_ns: no end */
};
TLM_API void tlm_selection_init(struct tlm_selection *selection); /* everything */

/* The value of a point whose type is not that of a whole run. */
union tlm_point_value {
    double real;              /* TLM_DOUBLE */
    int64_t integer;          /* TLM_LONG */
    struct tlm_string text;   /* TLM_STRING, TLM_JSON */
    struct tlm_doubles reals; /* TLM_DOUBLE_ARRAY */
    struct tlm_strings texts; /* TLM_STRING_ARRAY */
};

/* Points of one record, those selected, in the order of the file. Valid during the callback. */
struct tlm_run_of_points {
    struct tlm_string channel;
    const struct tlm_file_pair *tags; /* sorted by key */
    size_t n_tags;
    size_t n; /* at least 1 */
    const int64_t *timestamps_ns;
    const uint8_t *types; /* of each point, or NULL: all are of `type` */
    enum tlm_type type;
    const double *reals;                 /* when all are TLM_DOUBLE, else NULL */
    const int64_t *integers;             /* when all are TLM_LONG, else NULL */
    const union tlm_point_value *values; /* in every other case */
    uint64_t offset;                     /* of the block in the file */
    uint64_t raw_bytes;                  /* that the whole record takes, decompressed */
};

/* Blocks are decoded on several threads; what the callbacks make of them comes back in the order of
 * the file. A result other than TLM_OK ends the reading and is returned (with error filled in by
 * the callback). */
struct tlm_reading {
    unsigned threads; /* 0: as many as there are processors for the process */
    struct tlm_selection selection;
    void *ctx;
    /* Makes what a block's records are collected in; NULL: memory is out. Any thread. */
    void *(*begin)(void *ctx);
    /* One record with at least one selected point. Any thread, one at a time for a `batch`. */
    enum tlm_code (*points)(void *ctx, void *batch, const struct tlm_run_of_points *points,
                            struct tlm_error *error);
    /* A record of another schema (and of telemetry files, when `points` is NULL), as one line of
     * JSON without a newline. Any thread, one at a time for a `batch`. */
    enum tlm_code (*json)(void *ctx, void *batch, struct tlm_string line, struct tlm_error *error);
    /* The block is done: takes the batch over and releases it. The caller's thread, in order. */
    enum tlm_code (*end)(void *ctx, void *batch, const struct tlm_block *block,
                         struct tlm_error *error);
    /* Releases a batch that never comes to its end. Any thread. */
    void (*drop)(void *ctx, void *batch);
};

/* Reads the blocks from where the file is to its end. Records that cannot be selected are skipped
 * without decoding; a file whose figures say that it holds nothing of the selection is not read.
 * TLM_DAMAGED, after all that is there, when the header's figures say that there were more records:
 * the file was cut at the end of a block. */
TLM_API enum tlm_code tlm_file_read(struct tlm_file *file, const struct tlm_reading *reading,
                                    struct tlm_error *error);

/* Room for the text of a double, with its NUL. */
#define TLM_DOUBLE_TEXT 32
/* Writes the shortest text that reads back to the same bits; there is always a point or an exponent
 * in it. "NaN", "Infinity" and "-Infinity" are these. Returns its length. */
TLM_API size_t tlm_double_text(double value, char text[TLM_DOUBLE_TEXT]);

/* ---- checksums ------------------------------------------------------------------------------
 * What points there are, as numbers to compare: the same for the same points, however they are
 * spread over files, blocks and records and in whatever order they come.
 *
 * The digest of a set of points is the sum, modulo 2^128, of XXH3-128(payload, seed) over its
 * points. All numbers are little endian.
 *   payload  timestamp (8 bytes), then the value: 8 bytes of a double or long; a text's bytes; 8
 *            bytes for each item of a double array; for each item of a string array its length in 8
 *            bytes and its bytes
 *   seed     XXH3-64(name, the number of the value's type): the length of the channel in 8 bytes
 *            and its bytes, then the same of key and value of each tag, in the order of the keys
 * Every NaN counts as 0x7ff8000000000000. 0.0 and -0.0 differ, and so do 1 and 1.0. */

struct tlm_digest {
    uint64_t high, low;
};

#define TLM_DIGEST_TEXT 33
/* 32 hexadecimal digits and a NUL. */
TLM_API void tlm_digest_text(struct tlm_digest digest, char text[TLM_DIGEST_TEXT]);
TLM_API struct tlm_digest tlm_digest_sum(struct tlm_digest a, struct tlm_digest b);

struct tlm_checksum; /* belongs to one thread at a time */

TLM_API enum tlm_code tlm_checksum_new(struct tlm_checksum **checksum, struct tlm_error *error);
TLM_API void tlm_checksum_free(struct tlm_checksum *checksum); /* NULL is fine */
TLM_API enum tlm_code tlm_checksum_add(struct tlm_checksum *checksum,
                                       const struct tlm_run_of_points *points,
                                       struct tlm_error *error);
/* Adds all selected points of a file, decoding on several threads (0: as many as there are
 * processors for the process). On an error those read before it have been added. */
TLM_API enum tlm_code tlm_checksum_add_file(struct tlm_checksum *checksum, const char *path,
                                            const struct tlm_selection *selection, unsigned threads,
                                            struct tlm_error *error);
/* Adds what `from` holds, which stays as it is. */
TLM_API enum tlm_code tlm_checksum_merge(struct tlm_checksum *into, const struct tlm_checksum *from,
                                         struct tlm_error *error);

/* A series, or all of them together: then without channel and tags. Texts belong to the checksum.
 */
struct tlm_series_digest {
    struct tlm_string channel;
    const struct tlm_file_pair *tags; /* sorted by key */
    size_t n_tags;
    uint64_t points;
    struct tlm_digest digest;
};
/* Calls visit for each series, sorted by channel and tags, with tags that are valid during the
 * call. Then *total is what all have together. */
TLM_API enum tlm_code tlm_checksum_each(const struct tlm_checksum *checksum,
                                        void (*visit)(void *ctx,
                                                      const struct tlm_series_digest *series),
                                        void *ctx, struct tlm_error *error);
TLM_API struct tlm_series_digest tlm_checksum_total(const struct tlm_checksum *checksum);

/* ---- recovering -----------------------------------------------------------------------------
 * What is whole of a damaged or cut file, or of a partial that a dead writer left, into a file of
 * its own: the blocks that are good, byte for byte, behind the same header, in which the figures
 * are made true. */

/* Bytes that are lost. */
struct tlm_lost_range {
    uint64_t from, to; /* `to` is behind the last one */
    uint64_t blocks;   /* whose head could still be read, */
    uint64_t records;  /* and how many records these say they had */
    const char *why;
};

struct tlm_recovery {
    bool complete; /* nothing is lost, as far as can be told */
    uint64_t bytes, lost_bytes, lost_ranges;
    bool own_header;                  /* else that of `like` */
    bool has_points;                  /* the next but one counts; else records of another schema */
    uint64_t blocks, records, points; /* kept */
    int64_t first_ns, last_ns;        /* of the points kept, if any */
    bool unfinished;                  /* nobody filled in the figures in the header */
    bool has_figures;                 /* else how many were lost is unknown */
    uint64_t lost_records, lost_points; /* what the figures say, less what was kept */
    bool in_place;                      /* finish: by cutting off the end */
};

struct tlm_recover_options {
    const char *path;
    /* The file to make, published as the writer's parts are: by .NAME.partial, fsync, rename. A
     * regular file of that name is replaced with force only, and never when it is the input. NULL:
     * nothing is made, only looked. Not used by tlm_recover_finish. */
    const char *output;
    bool force;
    /* Another file with the same schema and codec, for when the header is damaged; or NULL. */
    const char *like;
    void (*on_lost)(void *ctx, const struct tlm_lost_range *range); /* in order; may be NULL */
    void (*on_note)(void *ctx, const char *message);                /* may be NULL */
    void *ctx;
};

/* TLM_DAMAGED: there is nothing to keep, and no file was made. What was found is in *recovery
 * then, too. */
TLM_API enum tlm_code tlm_recover(const struct tlm_recover_options *options,
                                  struct tlm_recovery *recovery, struct tlm_error *error);
/* path is a partial (see tlm_partial_target): makes the part of it that it was to become, in the
 * same folder. Where nothing but its end is lost the file itself is cut and renamed; otherwise the
 * part is made anew, and the partial stays under another name. TLM_LOCKED: its writer lives. */
TLM_API enum tlm_code tlm_recover_finish(const struct tlm_recover_options *options,
                                         struct tlm_recovery *recovery, struct tlm_error *error);
/* Copies the path of the part that a partial was to become: "dir/.run.avro.partial" and
 * "dir/.run.avro.partial.2" are "dir/run.avro". False: it is no partial's name, or size is too
 * small. */
TLM_API bool tlm_partial_target(const char *path, char *target, size_t size);

/* ---- cutting anew ---------------------------------------------------------------------------
 * Finished files into others, under the limits of a writer: cut, merged, split by channel, sorted.
 * Each input is read through before anything is written. Blocks that need not be cut are copied as
 * they are; the points of the others are written again. No point is changed. */

enum tlm_split_by { TLM_SPLIT_NONE, TLM_SPLIT_CHANNEL, TLM_SPLIT_TAG };

enum tlm_dedupe {
    TLM_DEDUPE_NONE,
    TLM_DEDUPE_EXACT, /* of points of a series that have timestamp and value in common, one stays */
    TLM_DEDUPE_FIRST, /* of those that have the timestamp in common, the one that came first */
    TLM_DEDUPE_LAST   /* or last */
};

struct tlm_recut_result {
    uint64_t files, bytes_in;
    uint64_t points;                               /* written */
    uint64_t blocks_copied, blocks_decoded;        /* a block that is decoded twice counts twice */
    uint64_t duplicates;                           /* points left out */
    uint64_t lost_files, lost_bytes, lost_records; /* skip_damaged; as far as it is known */
    uint64_t parts, bytes_out;
    uint64_t deleted; /* inputs */
};

struct tlm_recut_options {
    const char *const *paths; /* files, in the order of their points; no pipes */
    size_t n_paths;
    /* Where to and with what limits; inputs are filled in. codec counts with recode. What is called
     * by the clock does not apply: rotate_every_ns, rotate_age_ns, flush_interval_ns. on_part may
     * be called for parts of several outputs, each with indexes of its own. rotate_span_ns counts
     * from the earliest point: a part takes the points of so much time, wherever they stand in
     * the inputs. */
    struct tlm_writer_options writer;
    struct tlm_selection selection; /* other points are left out */
    bool recode;                    /* else the codec of the first input, if it can be written */
    bool coalesce;          /* join the points of series into records as the writer makes them */
    bool sort;              /* each series by time; points of the same time stay in order */
    enum tlm_dedupe dedupe; /* anything but NONE sorts */
    /* A set of parts for each channel, or each value of a tag (points without it are one, too).
     * {channel} or {tag} in the output is where its name goes; else it stands behind an
     * underscore before the extension. */
    enum tlm_split_by split;
    const char *split_tag;
    unsigned max_open;   /* sets that are written at once; the inputs are read again for more */
    bool skip_damaged;   /* leave out what cannot be read; else it ends the run before it begins */
    bool delete_sources; /* once the parts are on disk, have been read again, and hold the same
                          * points. Not with dedupe, skip_damaged and a selection. */
    void (*on_lost)(void *ctx, const char *path, const struct tlm_lost_range *range);
    bool (*go_on)(void *ctx); /* asked now and then; false: TLM_STOPPED, partials are removed */
    void *ctx;                /* of the last two, which may be NULL */
};

TLM_API void tlm_recut_options_init(struct tlm_recut_options *options);
/* On an error the inputs are as they were; parts that were finished before stay. */
TLM_API enum tlm_code tlm_recut(const struct tlm_recut_options *options,
                                struct tlm_recut_result *result, struct tlm_error *error);

/* ---- pruning --------------------------------------------------------------------------------
 * Deletes the oldest finished parts of a set. A part is a file of points whose header a writer has
 * completed; only headers are read. The oldest is the one whose newest point is the oldest; where
 * one of the files has no times in its header, all go by path, numbers in it by value. */

struct tlm_prune_options {
    /* One set, in any order. A file that is there twice counts once. */
    const char *const *paths;
    size_t n_paths;
    struct tlm_retention retention;
    bool dry_run; /* deletes nothing */
    /* A part was deleted, or would be in a dry run; the oldest first. */
    void (*on_pruned)(void *ctx, const struct tlm_pruned_part *part);
    /* A path that is left alone and does not count: a symbolic link, or the name of a partial. */
    void (*on_passed)(void *ctx, const char *message);
    /* A path that is no finished part, or a part that could not be deleted. */
    void (*on_error)(void *ctx, const struct tlm_error *error);
    void *ctx; /* callbacks may be NULL */
};

struct tlm_pruning {
    uint64_t parts, bytes;               /* that there were */
    uint64_t pruned_parts, pruned_bytes; /* deleted, or to be in a dry run */
    uint64_t missing;                    /* paths at which nothing is (any more) */
};

/* Looks at all files, decides, and only then deletes. TLM_INPUT: there were paths that are no
 * finished parts, and nothing was deleted. TLM_IO: some could not be deleted, all others were. Each
 * of those has been told to on_error. A file that disappears meanwhile is no error, and one that is
 * replaced meanwhile stays. TLM_ARGUMENT: no limit is set. */
TLM_API enum tlm_code tlm_prune(const struct tlm_prune_options *options,
                                struct tlm_pruning *pruning, struct tlm_error *error);

#ifdef __cplusplus
}
#endif
#endif
