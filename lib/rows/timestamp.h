/* Text to Unix nanoseconds, exactly: never through a double.
 *
 * Decisions where texts leave room:
 * - A fraction of a second has up to nine digits; further ones must be zero. Counts of a unit
 *   (epoch, relative) may have any number of digits, as programs print doubles such as
 *   12.340000000000002: they are rounded to the nearest nanosecond, halves away from zero.
 * - Second 60 is read as second 0 of the next minute, where leap seconds are: at the end of a UTC
 *   day. 24:00:00 is the midnight that ends the day. A date alone is its first midnight.
 * - A local time that occurs twice is its first occurrence; one that does not occur is refused.
 * - AUTO: whatever is a decimal number is a count, so 20240101 is one and no date. Its size
 *   (whole part, without sign) tells the unit: from 1e8 on seconds, from 1e11 on milliseconds,
 *   from 1e14 on microseconds, from 1e17 on nanoseconds; for times from March 1973 on these cannot
 *   be confused. A smaller number is refused. The first readable time settles form and unit, and
 *   every later one must have them too. */
#ifndef TLM_ROWS_TIMESTAMP_H
#define TLM_ROWS_TIMESTAMP_H

#include "rows/iso8601.h"
#include "rows/strptime_fixed.h"
#include "rows/zone.h"
#include "tlm.h"

enum tlm_time_kind {
    TLM_TIME_AUTO,
    TLM_TIME_RFC3339, /* RFC 3339 and ISO 8601, see iso8601.h */
    TLM_TIME_EPOCH,   /* decimal count of unit_ns since 1970 or since origin_ns; 1.7e9 too */
    TLM_TIME_STRPTIME /* see strptime.h */
};

/* What the options ask for; does not change once made and may be shared by threads. */
struct tlm_time_rules {
    enum tlm_time_kind kind;
    int64_t unit_ns;   /* EPOCH */
    int64_t origin_ns; /* EPOCH; 0 unless relative */
    char *format;      /* STRPTIME, owned */
    struct tlm_strptime_fixed fixed;
    struct tlm_zone *zone; /* for times without zone; NULL: such a time is an error */
    char decimal;          /* of counts: '.', the caller may set ',' */
};

/* format, origin and tz as in struct tlm_row_options; any may be NULL. TLM_ARGUMENT: one of them
 * cannot be read, or origin without relative, or relative without origin. rules is set only on
 * TLM_OK. */
enum tlm_code tlm__time_rules_init(struct tlm_time_rules *rules, const char *format,
                                   const char *origin, const char *tz, struct tlm_error *error);
void tlm__time_rules_release(struct tlm_time_rules *rules);

/* Longer texts are not remembered. */
enum { TLM_TIME_LAST = 32 };

/* One thread's reader: rules, what AUTO has settled on, and a cache of the last time, date and
 * zone. */
struct tlm_time_reader {
    const struct tlm_time_rules *rules;
    enum tlm_time_kind kind; /* AUTO until the first readable time */
    int64_t unit_ns;
    /* private to timestamp.c */
    struct tlm_date_cache date;
    struct tlm_zone_span span;
    char last[TLM_TIME_LAST]; /* the text read last, and its time */
    size_t last_len;          /* 0: none */
    int64_t last_ns;
};

void tlm__time_reader_init(struct tlm_time_reader *reader, const struct tlm_time_rules *rules);
/* Text without surrounding blanks. On TLM_ROW_TIME *why is a static reason that completes
 * `timestamp "X" ...`: "is not ISO 8601", "has no zone (say which with --tz)". */
enum tlm_code tlm__time_read(struct tlm_time_reader *reader, const char *text, size_t len,
                             int64_t *timestamp_ns, const char **why);
/* What the reader holds to: "rfc3339", "s", "ms", "us", "ns", "strptime", or NULL: still open. */
const char *tlm__time_reader_settled(const struct tlm_time_reader *reader);

#endif
