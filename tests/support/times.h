/* Tables of timestamps and what they mean, for the unit tests of times. */
#ifndef TLM_TESTS_TIMES_H
#define TLM_TESTS_TIMES_H

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rows/timestamp.h"
#include "support/random.h"

#define S INT64_C(1000000000)
#define T2024 (INT64_C(1704067200) * S) /* 2024-01-01T00:00:00Z */

/* Reads text from memory of its own size, so that the sanitizer sees a byte too far. */
static inline enum tlm_code read_exact(struct tlm_time_reader *reader, const char *text,
                                       int64_t *ns, const char **why)
{
    size_t len = strlen(text);
    char *room = malloc(len ? len : 1);
    ck_assert_ptr_nonnull(room);
    memcpy(room, text, len);
    enum tlm_code code = tlm__time_read(reader, room, len, ns, why);
    free(room);
    return code;
}

static inline struct tlm_time_rules make_rules(const char *format, const char *origin,
                                               const char *tz)
{
    struct tlm_time_rules rules;
    struct tlm_error error = {0};
    enum tlm_code code = tlm__time_rules_init(&rules, format, origin, tz, &error);
    ck_assert_msg(code == TLM_OK, "%s: %s", format ? format : "-", error.message);
    return rules;
}

struct reading {
    const char *text;
    int64_t ns;
    const char *why; /* NULL: ns is right */
};

static inline void check_reading(struct tlm_time_reader *reader, const struct reading *expected)
{
    int64_t ns = -1;
    const char *why = "(unset)";
    enum tlm_code code = read_exact(reader, expected->text, &ns, &why);
    if (!expected->why) {
        HOLDS(code == TLM_OK, "\"%s\" %s", expected->text, why);
        HOLDS(ns == expected->ns, "\"%s\": %" PRId64 " instead of %" PRId64, expected->text, ns,
              expected->ns);
        return;
    }
    HOLDS(code == TLM_ROW_TIME, "\"%s\" is read as %" PRId64, expected->text, ns);
    HOLDS(strcmp(why, expected->why) == 0, "\"%s\": \"%s\" instead of \"%s\"", expected->text, why,
          expected->why);
    HOLDS(ns == -1, "\"%s\": refused, but the result is set", expected->text);
}

/* Each reading with a fresh reader, then all again with one. */
static inline void check_readings(const char *format, const char *origin, const char *tz,
                                  const struct reading *readings, size_t n)
{
    struct tlm_time_rules rules = make_rules(format, origin, tz);
    struct tlm_time_reader reader;
    for (size_t i = 0; i < n; i++) {
        tlm__time_reader_init(&reader, &rules);
        check_reading(&reader, &readings[i]);
    }
    if (rules.kind != TLM_TIME_AUTO) {
        tlm__time_reader_init(&reader, &rules);
        for (size_t i = 0; i < n; i++)
            check_reading(&reader, &readings[i]);
    }
    tlm__time_rules_release(&rules);
}

#define CHECK_READINGS(format, origin, tz, readings) \
    check_readings(format, origin, tz, readings, sizeof readings / sizeof readings[0])

#define NOT_ISO "is not ISO 8601"
#define NO_DATE "is not a date that exists"
#define NO_CLOCK "is not a time of day"
#define NO_ZONE "has no zone (say which with --tz)"
#define TOO_FINE "has more than nanosecond precision"
#define OUTSIDE "is outside the range of 64-bit nanoseconds"
#define GAP "does not exist in that zone (clocks went forward)"
#define NO_FORMAT "does not match the time format"
#define NO_NUMBER "is not a number"
#define NO_GUESS "is neither ISO 8601 nor an epoch number (say what it is with --time-format)"
#define TOO_SMALL "is no epoch time: below 1e8 (say which with --time-format)"
#define OTHER_FORM "has another form than the times before it (say which with --time-format)"

/* The options are TLM_ARGUMENT with this in the message, and nothing is set. */
static inline void refuses(const char *format, const char *origin, const char *tz,
                           const char *message)
{
    struct tlm_time_rules rules = {.unit_ns = 77};
    struct tlm_error error = {0};
    enum tlm_code code = tlm__time_rules_init(&rules, format, origin, tz, &error);
    ck_assert_msg(code == TLM_ARGUMENT, "%s", message);
    ck_assert_int_eq(error.code, TLM_ARGUMENT);
    ck_assert_msg(strstr(error.message, message) != NULL, "\"%s\" lacks \"%s\"", error.message,
                  message);
    ck_assert_int_eq(rules.unit_ns, 77);
    ck_assert_int_eq(tlm__time_rules_init(&rules, format, origin, tz, NULL), TLM_ARGUMENT);
}

#endif
