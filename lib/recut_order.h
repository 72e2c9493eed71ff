/* The points of a series in order of time. */
#ifndef TLM_RECUT_ORDER_H
#define TLM_RECUT_ORDER_H

#include "points/series.h"

struct tlm_ordered {
    const struct tlm_held *held;
    struct tlm_points points; /* the held ones, or own copies */
    uint64_t duplicates;      /* left out */
    uint32_t key;             /* the caller's, as the next ones */
    size_t written, heap_written;
    /* below: the copies */
    int64_t *times_ns;
    uint64_t *values;
    uint8_t *types;
    struct tlm_buf heap;
};

/* Of what `held` holds now, which has to stay. Points of the same time stay in order, unless dedupe
 * leaves some out. False: memory is out. */
bool tlm__order_series(struct tlm_ordered *ordered, const struct tlm_held *held,
                       enum tlm_dedupe dedupe);
void tlm__ordered_release(struct tlm_ordered *ordered);

#endif
