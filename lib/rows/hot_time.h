/* Timestamps of the hot lane: short ways for the usual forms, tlm__time_read for all others. */
#ifndef TLM_ROWS_HOT_TIME_H
#define TLM_ROWS_HOT_TIME_H

#include "rows/hot_level.h"
#include "rows/timestamp.h"

/* The day of the last RFC 3339 time. */
struct tlm_hot_day {
    char text[11]; /* 2024-01-01T */
    char zone[8];  /* what follows the clock, zeros behind it */
    size_t zone_len;
    int64_t start_ns;
    bool known;
    bool even; /* it can be read, and its offset does not change */
};

struct tlm_hot_times {
    struct tlm_time_reader *reader; /* its form is settled */
    const struct tlm_hot_level *level;
    struct tlm_hot_day day;
    int64_t unit_ns; /* counts of it; 0: none */
    int unit_digits; /* 10^unit_digits nanoseconds */
    size_t min_digits, max_digits;
    bool lax; /* CSV: blanks around it, and numbers as JSON does not write them */
    bool quoted;
};

/* To be called whenever a layout has been learned. */
void tlm__hot_times_init(struct tlm_hot_times *times, struct tlm_time_reader *reader,
                         const struct tlm_hot_level *level);
/* Times to out, which has room for a multiple of 8; returns the rows that were refused. */
uint64_t tlm__hot_times_read(struct tlm_hot_times *times, const char *text,
                             const struct tlm_hot_spans *spans, size_t n, int64_t *out);

#endif
