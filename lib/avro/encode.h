/* Points of a series to AvroStream records. */
#ifndef TLM_AVRO_ENCODE_H
#define TLM_AVRO_ENCODE_H

#include "points/points.h"

/* Channel and tags in their encoded form, made once per series. */
struct tlm_series_header {
    struct tlm_buf channel; /* Avro string */
    struct tlm_buf tags;    /* Avro map */
};

/* tag_set as made by tlm__tags_encode. False: memory is out, header is unchanged. */
bool tlm__series_header_init(struct tlm_series_header *header, const char *channel,
                             const char *tag_set, size_t tag_set_len);
void tlm__series_header_release(struct tlm_series_header *header);

/* One record in the buffer it was appended to. {0}: none. */
struct tlm_encoded {
    const int64_t *times_ns; /* as they were given */
    size_t points;
    size_t times_at, times_len;   /* where the timestamps' bytes are */
    size_t values_at, values_len; /* and the values' */
    bool mixed;                   /* values are of several types */
    enum tlm_type type;           /* of all of them, if not */
    bool same_times;              /* as the record before */
};

/* Appends one record with all points, at least one. The timestamps and the values are one array
 * block each; from 16 points on it is written with its size in bytes, so that readers can skip it.
 * *last is a record that is in `out` already: series that come from the same rows have the same
 * timestamps, whose bytes are copied then. It becomes this record.
 * False: memory is out, out and last are unchanged. */
bool tlm__encode_record(struct tlm_buf *out, const struct tlm_series_header *header,
                        const struct tlm_points *points, struct tlm_encoded *last);

#endif
