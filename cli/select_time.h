/* Points in time as a person types them for --from and --to. */
#ifndef SELECT_TIME_H
#define SELECT_TIME_H

#include <stdbool.h>
#include <stdint.h>

enum select_time_kind {
    SELECT_TIME_NONE,
    SELECT_TIME_AT,    /* ns since 1970 */
    SELECT_TIME_START, /* ns after the first point */
    SELECT_TIME_END    /* ns before the last point */
};

struct select_time {
    enum select_time_kind kind;
    int64_t ns;
};

/* 2026-03-01T12:00:00.5Z, with any offset; without one it is UTC; "T" may be a space; seconds, or
 * the whole time of day, may be left out. Or an integer: ns since 1970. Or +DURATION, -DURATION.
 * False: it is none of these, or out of range; *time is untouched. */
bool select_time_parse(const char *text, struct select_time *time);
/* The time meant when the data goes from first to last; at the ends of the range it stays there. */
int64_t select_time_at(const struct select_time *time, int64_t first_ns, int64_t last_ns);

#endif
