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

/* Bytes of a column in the buffer. */
struct tlm_column_bytes {
    size_t at, len;
};

/* Where the columns of a record are in the buffer it was appended to; of one that was left out,
 * where it would be. */
struct tlm_encoded {
    struct tlm_column_bytes times, values;
};

/* Columns whose bytes are in the buffer already, from an earlier record with the same ones. */
struct tlm_known_columns {
    struct tlm_column_bytes times, values; /* len 0: not known */
    bool leave_out; /* the record gets none; whoever reads the buffer knows where they belong */
};

/* Appends one record with all points, at least one. The timestamps and the values are one array
 * block each; from 16 points on it is written with its size in bytes, so that readers can skip it.
 * known may be NULL. False: memory is out, out is unchanged. */
bool tlm__encode_record(struct tlm_buf *out, const struct tlm_series_header *header,
                        const struct tlm_points *points, const struct tlm_known_columns *known,
                        struct tlm_encoded *made);

#endif
