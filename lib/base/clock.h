/* The two clocks. */
#ifndef TLM_BASE_CLOCK_H
#define TLM_BASE_CLOCK_H

#include <stdint.h>

int64_t tlm__clock_wall_ns(void);       /* CLOCK_REALTIME, Unix nanoseconds */
uint64_t tlm__clock_monotonic_ns(void); /* for durations and counters */

#endif
