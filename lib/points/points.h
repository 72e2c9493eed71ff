/* The points of one series, held in columns. */
#ifndef TLM_POINTS_POINTS_H
#define TLM_POINTS_POINTS_H

#include "base/buf.h"
#include "tlm.h"

/* A borrowed run of points, in order of arrival. */
struct tlm_points {
    const int64_t *times_ns;
    /* 8 bytes for each point: double bits, int64_t, or for the types with text the length of the
     * point's bytes in heap. */
    const uint64_t *values;
    const uint8_t *types; /* one enum tlm_type for each, or NULL: all are of `type` */
    enum tlm_type type;
    const uint8_t *heap; /* the bytes of strings, JSON and arrays one after another, as in
                          * struct tlm_cell */
    size_t n;
};

#endif
