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

/* What one call of tlm__encode_record took. */
struct tlm_encoded {
    size_t points;
    size_t heap_bytes;
    size_t times_at, times_len;   /* where the timestamps' bytes are, in out */
    size_t values_at, values_len; /* and the values' */
    bool doubles;                 /* all values are doubles: nine bytes each */
};

/* Appends one record with as many points from the front as make it no longer than room bytes. The
 * limit is exact, length prefixes included: the record is at most room bytes long, and with one
 * point more it would be longer.
 * Takes none (and appends nothing) when not even one fits, unless `force`: then at least one,
 * whatever its size. The timestamps and the values are one array block each; from 16 points on it
 * is written with its size in bytes, so that readers can skip it.
 * False: memory is out, out and taken are unchanged. */
bool tlm__encode_record(struct tlm_buf *out, const struct tlm_series_header *header,
                        const struct tlm_points *points, size_t room, bool force,
                        struct tlm_encoded *taken);

#endif
