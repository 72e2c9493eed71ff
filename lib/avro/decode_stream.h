/* AvroStream records to columns: the fast way for the files that this library is for. */
#ifndef TLM_AVRO_DECODE_STREAM_H
#define TLM_AVRO_DECODE_STREAM_H

#include "avro/cursor.h"
#include "avro/schema_tree.h"
#include "base/buf.h"

/* Whether records of this schema are AvroStream's: same names, types and order. Docs, aliases,
 * defaults and how names are written do not matter. TLM_NO_MEMORY, or TLM_OK with *is set. */
enum tlm_code tlm__stream_schema(const struct tlm_schema_tree *tree, bool *is,
                                 struct tlm_error *error);

/* What of a record's points is wanted. */
enum tlm_stream_want {
    TLM_WANT_TIMES = 1,
    TLM_WANT_VALUES = 2, /* else they are not looked into where they say their size */
    TLM_WANT_POINTS = 3
};

/* A record. Texts point into the block, columns into the stream: they live until its next call. */
struct tlm_stream_record {
    struct tlm_string channel;
    const struct tlm_string *tags; /* key, value, key, value, ... as they come */
    size_t n_tags;                 /* pairs */
    size_t n;                      /* points */
    const int64_t *times_ns;
    /* 8 bytes for each point: double bits, int64_t, or for the other types what the functions below
     * take: where the value starts in the block. */
    const uint64_t *values;
    const uint8_t *types; /* one enum tlm_type for each, or NULL: all are of `type` */
    enum tlm_type type;
};

/* {0}, then tlm__stream_begin for each block; keeps its memory from one to the next. */
struct tlm_stream {
    struct tlm_cursor cursor;
    struct tlm_buf times, values, types, tags;
    struct tlm_stream_record record;
    const uint8_t *body;       /* where the current record's timestamps start */
    const uint8_t *tags_end;   /* where it ends, once its tags have been read */
    const uint8_t *same_times; /* bytes whose decoded form is in times */
    size_t same_len, same_n;
};

void tlm__stream_begin(struct tlm_stream *stream, const void *block, size_t len,
                       struct tlm_error *error);
void tlm__stream_release(struct tlm_stream *stream);

/* All functions return false with stream->cursor.code and the error of tlm__stream_begin set: what
 * is damaged is TLM_DAMAGED, and nothing of the block after it can be read.
 *
 * The channel of the next record, to record.channel. A record that neither of the other functions
 * has taken is skipped: at its arrays' sizes where they have one. Call it once for each record of
 * the block, then tlm__stream_end. */
bool tlm__stream_next(struct tlm_stream *stream);
/* The tags of the current record, past its points, to record.tags, and record.n. */
bool tlm__stream_tags(struct tlm_stream *stream);
/* All of the current record, or without the columns that are not wanted (those are then NULL). */
bool tlm__stream_points(struct tlm_stream *stream, enum tlm_stream_want want);
/* Skips the last record if need be, and checks that the block ends behind it. */
bool tlm__stream_end(struct tlm_stream *stream);

/* The text of a point whose type is STRING or JSON. */
struct tlm_string tlm__stream_text(const struct tlm_stream *stream, uint64_t value);
/* The items of a point whose type is DOUBLE_ARRAY or STRING_ARRAY, one after the other: items is
 * {0} before the first; *at is the point's value before the first one. False after the last one. */
bool tlm__stream_next_double(const struct tlm_stream *stream, uint64_t *at, struct tlm_items *items,
                             double *item);
bool tlm__stream_next_string(const struct tlm_stream *stream, uint64_t *at, struct tlm_items *items,
                             struct tlm_string *item);

#endif
