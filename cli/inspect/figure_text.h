/* Numbers and times as they stand in columns. */
#ifndef FIGURE_TEXT_H
#define FIGURE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "inspect/channel_table.h"

#define FIGURE_TEXT 64 /* room for any of the following */

/* Each writes into out and returns it. `about` puts a "~" before: it is estimated. */
char *figure_count(char out[FIGURE_TEXT], uint64_t count, bool about); /* ~1,234,567 */
char *figure_rate(char out[FIGURE_TEXT], double hertz, bool about);    /* 12.5 Hz, 0.2 mHz, "" */
char *figure_share(char out[FIGURE_TEXT], double part, double whole);  /* 12.3 % */
char *figure_ratio(char out[FIGURE_TEXT], double ratio);               /* 3.1x, "" for 0 */
/* Smallest or largest number: five digits of doubles, all of integers; "" when there is none. */
char *figure_least(char out[FIGURE_TEXT], const struct channel_figures *figures);
char *figure_most(char out[FIGURE_TEXT], const struct channel_figures *figures);
/* The types that occur, joined by "+". */
char *figure_types(char out[FIGURE_TEXT], unsigned types);
/* From the first point to the last one. */
char *figure_duration(char out[FIGURE_TEXT], int64_t first_ns, int64_t last_ns);

/* How much of a time has to be said so that those of one span differ. */
struct figure_clock {
    bool date;       /* they are not all of one day */
    bool year;       /* nor of one year */
    bool minutes;    /* it is not long enough to leave out the time of day */
    bool seconds;    /* it is not long enough to leave them out */
    unsigned digits; /* behind the second's point */
};
struct figure_clock figure_clock_of(int64_t first_ns, int64_t last_ns);
char *figure_time(char out[FIGURE_TEXT], int64_t ns, const struct figure_clock *clock);

#endif
