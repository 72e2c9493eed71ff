/* Time zones, against the C library's reading of the same files. */
#include "rows/zone.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "rows/civil.h"
#include "rows/tzif.h"
#include "rows/tzrule.h"
#include "support/random.h"
#include "support/unit.h"

static const uint64_t seed = 20240302;

static int64_t between(uint64_t *state, int64_t low, int64_t high)
{
    return low + (int64_t)(draw(state) % (uint64_t)(high - low));
}

static struct tlm_zone *load(const char *name)
{
    struct tlm_zone *zone = NULL;
    struct tlm_error error = {0};
    ck_assert_msg(tlm__zone_load(&zone, name, &error) == TLM_OK, "%s", error.message);
    return zone;
}

/* ---- the C library as oracle ---------------------------------------------------------------- */

enum { MAX_OFFSETS = 64, MAX_CHANGES = 1024 };

#define FIRST_S INT64_C(-2208988800) /* 1900-01-01 */
#define LAST_S INT64_C(4133980800)   /* 2101-01-01 */

struct oracle {
    int64_t offsets[MAX_OFFSETS]; /* all that the zone has */
    size_t n_offsets;
    int64_t changes[MAX_CHANGES]; /* UTC */
    size_t n_changes;
};

static int64_t offset_at(int64_t utc_s)
{
    time_t t = (time_t)utc_s;
    struct tm tm;
    HOLDS(localtime_r(&t, &tm), "no local time");
    return tm.tm_gmtoff;
}

static void add_offset(struct oracle *oracle, int64_t offset_s)
{
    for (size_t i = 0; i < oracle->n_offsets; i++)
        if (oracle->offsets[i] == offset_s)
            return;
    ck_assert_uint_lt(oracle->n_offsets, MAX_OFFSETS);
    oracle->offsets[oracle->n_offsets++] = offset_s;
}

/* The first second after low at which the offset of low is no longer in force. */
static int64_t find_change(int64_t low, int64_t high)
{
    int64_t before = offset_at(low);
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (offset_at(middle) == before)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static void consult(struct oracle *oracle, const char *name)
{
    *oracle = (struct oracle){0};
    ck_assert_int_eq(setenv("TZ", name, 1), 0);
    tzset();
    add_offset(oracle, offset_at(FIRST_S));
    for (int64_t t = FIRST_S; t < LAST_S; t += 4 * TLM_DAY_S) {
        if (offset_at(t + 4 * TLM_DAY_S) == offset_at(t))
            continue;
        ck_assert_uint_lt(oracle->n_changes, MAX_CHANGES);
        oracle->changes[oracle->n_changes++] = find_change(t, t + 4 * TLM_DAY_S);
        add_offset(oracle, offset_at(t + 4 * TLM_DAY_S));
    }
}

/* The first instant that shows this local time; false: there is none. */
static bool earliest(const struct oracle *oracle, int64_t local_s, int64_t *offset_s)
{
    bool found = false;
    for (size_t i = 0; i < oracle->n_offsets; i++) {
        int64_t offset = oracle->offsets[i];
        if ((found && offset <= *offset_s) || offset_at(local_s - offset) != offset)
            continue;
        *offset_s = offset;
        found = true;
    }
    return found;
}

static void agree_at(const struct tlm_zone *zone, const struct oracle *oracle, const char *name,
                     int64_t local_s)
{
    int64_t expected = 0;
    struct tlm_zone_span span = {0};
    bool exists = earliest(oracle, local_s, &expected);
    HOLDS(tlm__zone_offset(zone, local_s, &span) == exists, "%s: local %" PRId64 " %s", name,
          local_s, exists ? "exists" : "does not exist");
    HOLDS(span.from_s <= local_s && local_s < span.to_s, "%s: span of %" PRId64, name, local_s);
    if (!exists)
        return;
    HOLDS(span.offset_s == expected, "%s: local %" PRId64 ": %" PRId64 " instead of %" PRId64, name,
          local_s, span.offset_s, expected);
}

static void agree_near(const struct tlm_zone *zone, const struct oracle *oracle, const char *name,
                       int64_t change_s)
{
    static const int64_t steps[] = {-90000, -7201, -7200, -3601, -3600, -1801, -1800, -1,   0,
                                    1,      1799,  1800,  3599,  3600,  7199,  7200,  90000};
    int64_t before = offset_at(change_s - 1), after = offset_at(change_s);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        agree_at(zone, oracle, name, change_s + before + steps[i]);
        agree_at(zone, oracle, name, change_s + after + steps[i]);
    }
}

START_TEST(test_agrees_with_libc)
{
    static const char *const names[] = {
        "America/New_York",
        "Europe/Berlin",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
        "America/Sao_Paulo",
        "Africa/Casablanca",
        "Antarctica/Troll",
        "Europe/Dublin",
        "Pacific/Apia",
        "America/Nuuk",
        "Asia/Tehran",
        "Etc/GMT+12",
        "UTC",
    };
    static struct oracle oracle;
    uint64_t state = seed;
    printf("test_zone: local times from seed %" PRIu64 "\n", seed);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct tlm_zone *zone = load(names[i]);
        consult(&oracle, names[i]);
        for (size_t k = 0; k < oracle.n_changes; k++)
            agree_near(zone, &oracle, names[i], oracle.changes[k]);
        for (int k = 0; k < 5000; k++)
            agree_at(zone, &oracle, names[i],
                     between(&state, FIRST_S + 2 * TLM_DAY_S, LAST_S - 2 * TLM_DAY_S));
        tlm__zone_free(zone);
    }
    ck_assert_int_eq(unsetenv("TZ"), 0);
}
END_TEST

/* Every second of a span has the answer of the span, and its neighbours have another one. */
START_TEST(test_spans_fit)
{
    struct tlm_zone *zone = load("Australia/Lord_Howe");
    struct tlm_zone_span span, next;
    int64_t local_s = INT64_C(1577836800); /* 2020 */
    int gaps = 0, spans = 0;               /* the first one began before 2020 */
    for (; local_s < INT64_C(1735689600); local_s = span.to_s, spans++) {
        bool exists = tlm__zone_offset(zone, local_s, &span);
        ck_assert(spans ? span.from_s == local_s : span.from_s < local_s);
        ck_assert_int_gt(span.to_s, local_s);
        ck_assert(tlm__zone_offset(zone, span.to_s - 1, &next) == exists);
        ck_assert(next.from_s == span.from_s && next.to_s == span.to_s);
        gaps += !exists;
        if (!exists)
            ck_assert_int_eq(span.to_s - span.from_s, 1800);
    }
    ck_assert_int_eq(gaps, 5);
    ck_assert_int_eq(spans, 16);
    tlm__zone_free(zone);
}
END_TEST

static int64_t offset_on(const char *name, int64_t local_s)
{
    struct tlm_zone *zone = load(name);
    struct tlm_zone_span span;
    ck_assert(tlm__zone_offset(zone, local_s, &span));
    tlm__zone_free(zone);
    return span.offset_s;
}

START_TEST(test_far_times)
{
    ck_assert_int_eq(offset_on("Europe/Berlin", INT64_MIN), 3208);
    ck_assert_int_eq(offset_on("Europe/Berlin", INT64_C(9214646400)), 3600); /* 2262-01-01 */
    ck_assert_int_eq(offset_on("Australia/Sydney", INT64_C(9214646400)), 39600);
    ck_assert_int_eq(offset_on("Europe/Berlin", INT64_C(9198921600)), 7200); /* 2261-07-03 */
    struct tlm_zone *zone = load("Europe/Berlin");
    struct tlm_zone_span span;
    ck_assert(tlm__zone_offset(zone, INT64_MAX, &span));
    tlm__zone_free(zone);
}
END_TEST

START_TEST(test_fixed_zones)
{
    static const struct {
        const char *name;
        int64_t offset_s;
    } cases[] = {{"UTC", 0},        {"Z", 0},       {"GMT", 0},        {"+02:00", 7200},
                 {"-0330", -12600}, {"+2", 7200},   {"-11", -39600},   {"+00:00", 0},
                 {"+05:45", 20700}, {"-9", -32400}, {"+23:59", 86340}, {"Etc/UTC", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_int_eq(offset_on(cases[i].name, 0), cases[i].offset_s);
        ck_assert_int_eq(offset_on(cases[i].name, INT64_C(1) << 40), cases[i].offset_s);
        ck_assert_int_eq(offset_on(cases[i].name, INT64_MIN), cases[i].offset_s);
    }
}
END_TEST

static void refuses_from(const char *folder, const char *name, const char *message)
{
    struct tlm_zone *zone = NULL;
    struct tlm_error error = {0};
    enum tlm_code code = tlm__zone_load_from(&zone, folder, name, &error);
    ck_assert_msg(code == TLM_ARGUMENT, "%s: code %d", name, (int)code);
    ck_assert_ptr_null(zone);
    ck_assert_msg(strstr(error.message, message) != NULL, "\"%s\" lacks \"%s\"", error.message,
                  message);
}

START_TEST(test_names_refused)
{
    const char *const names[] = {"",
                                 "Europe/Atlantis",
                                 "../../../etc/passwd",
                                 "..",
                                 ".",
                                 "/etc/localtime",
                                 "Europe/../UTC",
                                 "Europe//Berlin",
                                 "./UTC",
                                 "Europe/.",
                                 "Europe/Berlin/x",
                                 "utc ",
                                 "+24:00",
                                 "+02:60",
                                 "+2:00",
                                 "+",
                                 "-x",
                                 "EST 5",
                                 "Europe/B\xc3\xa9",
                                 "*",
                                 "Europe\nBerlin",
                                 "+02:00x"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        refuses_from(TLM_ZONE_FOLDER, names[i], "unknown time zone \"");
    char longest[300];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    refuses_from(TLM_ZONE_FOLDER, longest, "unknown time zone");
    refuses_from(TLM_ZONE_FOLDER, "Europe", "a folder of zones");
    refuses_from(TLM_ZONE_FOLDER, "zone.tab", "not a TZif file");
    refuses_from("/nonexistent", "Europe/Berlin", "there is no /nonexistent; install");
}
END_TEST

/* ---- files that are not what they should be ------------------------------------------------- */

struct file {
    uint8_t bytes[8192];
    size_t len;
};

static void slurp(const char *name, struct file *file)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", TLM_ZONE_FOLDER, name);
    int fd = open(path, O_RDONLY);
    ck_assert_int_ge(fd, 0);
    ssize_t n = read(fd, file->bytes, sizeof file->bytes);
    close(fd);
    ck_assert(n > 0 && (size_t)n < sizeof file->bytes);
    file->len = (size_t)n;
}

/* From memory of its own size, so that the sanitizer sees a byte too far. */
static enum tlm_code parse(const uint8_t *bytes, size_t len, const char **why)
{
    uint8_t *room = malloc(len ? len : 1);
    HOLDS(room, "memory");
    memcpy(room, bytes, len);
    struct tlm_regimes regimes = {0};
    enum tlm_code code = tlm__tzif_read(room, len, &regimes, why);
    free(room);
    for (size_t i = 1; code == TLM_OK && i < regimes.len; i++)
        HOLDS(regimes.items[i].start_s >= regimes.items[i - 1].start_s, "regimes out of order");
    tlm__regimes_release(&regimes);
    return code;
}

START_TEST(test_cut_files)
{
    static struct file file;
    const char *why;
    slurp("Europe/Berlin", &file);
    ck_assert_int_eq(parse(file.bytes, file.len, &why), TLM_OK);
    for (size_t len = 0; len < file.len; len++)
        HOLDS(parse(file.bytes, len, &why) == TLM_INPUT && why, "%zu bytes", len);
}
END_TEST

START_TEST(test_damaged_files)
{
    static const char *const names[] = {"Europe/Dublin", "Africa/Casablanca", "Asia/Kolkata"};
    static struct file file;
    uint64_t state = seed + 1;
    printf("test_zone: damage from seed %" PRIu64 "\n", seed + 1);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        slurp(names[i], &file);
        for (int k = 0; k < 3000; k++) {
            struct file damaged = file;
            for (int64_t n = between(&state, 1, 4); n > 0; n--) {
                bool header = between(&state, 0, 2) == 0;
                int64_t at = between(&state, 0, header ? 44 : (int64_t)file.len);
                damaged.bytes[at] = (uint8_t)draw(&state);
            }
            const char *why = NULL;
            enum tlm_code code = parse(damaged.bytes, damaged.len, &why);
            HOLDS(code == TLM_OK || (code == TLM_INPUT && why), "code %d", (int)code);
        }
    }
}
END_TEST

/* Where the second header's count stands, and the data after it. */
static uint8_t *second_header(struct file *file)
{
    for (size_t i = 44; i + 44 < file->len; i++)
        if (memcmp(file->bytes + i, "TZif", 4) == 0)
            return file->bytes + i;
    ck_abort_msg("no second header");
}

static void is_damaged(const struct file *file, const char *expected)
{
    const char *why = "nothing";
    ck_assert_int_eq(parse(file->bytes, file->len, &why), TLM_INPUT);
    ck_assert_msg(strstr(why, expected) != NULL, "\"%s\" lacks \"%s\"", why, expected);
}

/* One entry of twelve bytes before the rule, and its count. */
static void add_leap_second(struct file *file)
{
    uint8_t *rule = file->bytes + file->len - 2;
    while (*rule != '\n')
        rule--;
    memmove(rule + 12, rule, (size_t)(file->bytes + file->len - rule));
    memset(rule, 0, 12);
    file->len += 12;
    second_header(file)[31] = 1;
}

START_TEST(test_damage_is_named)
{
    static struct file file, damaged;
    slurp("Europe/Berlin", &file);
    damaged = file;
    damaged.bytes[4] = 0;
    is_damaged(&damaged, "version 2 or later");
    damaged = file;
    memset(second_header(&damaged) + 20, 0xff, 24);
    is_damaged(&damaged, "cut short");
    damaged = file;
    memset(second_header(&damaged) + 44 + 8, 0, 8); /* a change in 1970 before one in the 19th c. */
    is_damaged(&damaged, "list of changes");
    damaged = file;
    memset(second_header(&damaged) + 36, 0, 4); /* no types; the rest of the counts is larger */
    is_damaged(&damaged, "");
    damaged = file;
    damaged.bytes[damaged.len - 2] = '/';
    is_damaged(&damaged, "rule for the future");
    damaged = file;
    add_leap_second(&damaged);
    is_damaged(&damaged, "leap seconds");
    damaged = file;
    damaged.len--; /* the newline of the rule */
    is_damaged(&damaged, "cut short");
}
END_TEST

static void write_file(const char *path, const void *bytes, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, bytes, len), (ssize_t)len);
    close(fd);
}

START_TEST(test_odd_files)
{
    char folder[] = "/tmp/tlm-zone-XXXXXX", path[64];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    static uint8_t large[300000];
    snprintf(path, sizeof path, "%s/large", folder);
    write_file(path, large, sizeof large);
    refuses_from(folder, "large", "too large");
    unlink(path);
    snprintf(path, sizeof path, "%s/empty", folder);
    write_file(path, "", 0);
    refuses_from(folder, "empty", "not a TZif file");
    unlink(path);
    snprintf(path, sizeof path, "%s/fifo", folder);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    refuses_from(folder, "fifo", "not a regular file");
    unlink(path);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

/* ---- rules ---------------------------------------------------------------------------------- */

static bool parse_rule(const char *text, struct tlm_tzrule *rule)
{
    size_t len = strlen(text);
    char *room = malloc(len ? len : 1);
    ck_assert_ptr_nonnull(room);
    memcpy(room, text, len);
    bool ok = tlm__tzrule_parse(room, len, rule);
    free(room);
    return ok;
}

START_TEST(test_rules)
{
    struct tlm_tzrule rule;
    ck_assert(parse_rule("EST5EDT,M3.2.0,M11.1.0", &rule));
    ck_assert(rule.has_summer && rule.standard_s == -18000 && rule.summer_s == -14400);
    ck_assert_int_eq(tlm__tzrule_start(&rule, 2024), INT64_C(1710054000));
    ck_assert_int_eq(tlm__tzrule_end(&rule, 2024), INT64_C(1730613600));
    ck_assert(parse_rule("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", &rule));
    ck_assert(rule.standard_s == 37800 && rule.summer_s == 39600);
    ck_assert(parse_rule("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", &rule));
    ck_assert_int_eq(rule.start.time_s, -3600);
    ck_assert(parse_rule("IST-1GMT0,M10.5.0,M3.5.0/1", &rule));
    ck_assert(rule.standard_s == 3600 && rule.summer_s == 0);
    ck_assert(parse_rule("<+0545>-5:45", &rule) && !rule.has_summer && rule.standard_s == 20700);
    ck_assert(parse_rule("AAA0BBB,J60/0,364/-167:59:59", &rule));
    ck_assert_int_eq(tlm__tzrule_start(&rule, 2024), INT64_C(1709251200)); /* March 1, leap */
    ck_assert_int_eq(tlm__tzrule_start(&rule, 2023), INT64_C(1677628800)); /* March 1 */
    ck_assert(parse_rule("AAA0BBB,J59/0,J365/0", &rule));
    ck_assert_int_eq(tlm__tzrule_start(&rule, 2024), INT64_C(1709078400)); /* February 28 */
    ck_assert(parse_rule("AAA0BBB,59/0,0/0", &rule));
    ck_assert_int_eq(tlm__tzrule_start(&rule, 2024), INT64_C(1709164800)); /* February 29 */
}
END_TEST

START_TEST(test_rules_refused)
{
    const char *const texts[] = {"",
                                 "EST",
                                 "E5",
                                 "EST5EDT",
                                 "EST5EDT,",
                                 "EST25",
                                 "EST5EDT,M3.2.0",
                                 "EST5EDT,M13.2.0,M11.1.0",
                                 "EST5EDT,M3.0.0,M11.1.0",
                                 "EST5EDT,M3.6.0,M11.1.0",
                                 "EST5EDT,M3.2.7,M11.1.0",
                                 "EST5EDT,J0,J5",
                                 "EST5EDT,J366,J5",
                                 "EST5EDT,366,5",
                                 "EST5EDT,M3.2.0/168,M11.1.0",
                                 "EST5EDT,M3.2.0,M11.1.0x",
                                 "<EST5EDT,M3.2.0,M11.1.0",
                                 "EST5:60",
                                 "EST99999999999999999999",
                                 "EST5EDT,M3.2,M11.1.0"};
    struct tlm_tzrule rule;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        ck_assert_msg(!parse_rule(texts[i], &rule), "%s", texts[i]);
}
END_TEST

/* The calendar against the C library's, over ten thousand years. */
START_TEST(test_calendar)
{
    for (int64_t days = -719162; days < 2932897; days += 97) {
        time_t t = (time_t)(days * TLM_DAY_S);
        struct tm tm;
        HOLDS(gmtime_r(&t, &tm), "no time");
        int64_t year = tm.tm_year + INT64_C(1900);
        HOLDS(tlm__days_from_civil(year, tm.tm_mon + 1, tm.tm_mday) == days, "day %" PRId64, days);
        HOLDS(tlm__year_of_day(days) == year, "year of %" PRId64, days);
        HOLDS(tm.tm_mday <= tlm__month_days(year, tm.tm_mon + 1), "month of %" PRId64, days);
    }
}
END_TEST

UNIT_MAIN("zone", test_agrees_with_libc, test_spans_fit, test_far_times, test_fixed_zones,
          test_names_refused, test_cut_files, test_damaged_files, test_damage_is_named,
          test_odd_files, test_rules, test_rules_refused, test_calendar)
