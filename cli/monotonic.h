/* The clock for durations. */
#ifndef MONOTONIC_H
#define MONOTONIC_H

#include <stdint.h>

uint64_t monotonic_ns(void);

#endif
