/* What the browser reads of files: the series that there are, and the points of one of them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "browse/catalog.h"
#include "plot/series_key.h"
#include "plot/series_points.h"
#include "support/scratch.h"
#include "support/unit.h"

enum { POINTS = 1000, FILES = 3 };

static const char *const paths[FILES] = {"a.avro", "b.avro", "c.avro"};

/* Three files that follow each other: a number with two tags, one value of which sticks out; a
 * state; a text that is always another one; numbers and texts mixed. */
static void write_file(const char *path, int64_t from)
{
    static const struct tlm_tag one = {"id", "1"}, two = {"id", "2"};
    struct tlm_writer_options options;
    struct tlm_writer *writer = NULL;
    char text[32];
    tlm_writer_options_init(&options);
    options.output = path;
    options.fsync = TLM_FSYNC_NONE;
    options.batch_points = 100;
    ck_assert_int_eq(tlm_writer_open(&writer, &options, NULL), TLM_OK);
    for (int64_t i = from; i < from + POINTS; i++) {
        snprintf(text, sizeof text, "%lld", (long long)i);
        tlm_write_double(writer, "v[1]", &one, 1, i, i == 1500 ? 99 : 1, NULL);
        tlm_write_double(writer, "v[1]", &two, 1, i, i == 1500 ? NAN : -1, NULL);
        tlm_write_string(writer, "state", NULL, 0, i, i % 3 ? "on" : "off", NULL);
        tlm_write_string(writer, "text", NULL, 0, i, text, NULL);
        if (i % 2)
            tlm_write_string(writer, "mixed", NULL, 0, i, "none", NULL);
        else
            tlm_write_long(writer, "mixed", NULL, 0, i, i, NULL);
    }
    ck_assert_int_eq(tlm_writer_close(writer, NULL), TLM_OK);
    tlm_writer_free(writer);
}

static void write_files(void)
{
    scratch_enter();
    for (int i = 0; i < FILES; i++)
        write_file(paths[i], i * POINTS);
}

/* Calls off at the count of *watcher; never for 0. */
static bool count_down(void *watcher, uint64_t done, uint64_t bytes)
{
    unsigned *left = watcher;
    ck_assert_uint_le(done, bytes);
    return *left == 0 || --*left > 0;
}

static uint64_t bytes_of(const char *path)
{
    struct stat info;
    ck_assert_int_eq(stat(path, &info), 0);
    return (uint64_t)info.st_size;
}

static struct scan all_files(unsigned *left)
{
    struct scan scan = {.paths = paths, .n = FILES, .go_on = count_down, .watcher = left};
    for (int i = 0; i < FILES; i++)
        scan.bytes += bytes_of(paths[i]);
    return scan;
}

static const struct channel *find(const struct catalog *catalog, const char *label)
{
    const struct channel *found = NULL;
    for (size_t i = 0; i < catalog->series.n; i++) {
        const struct channel *channel = &catalog->series.items[i];
        char *got = series_key_label(channel->name, channel->name_len);
        if (strcmp(got, label) == 0)
            found = channel;
        free(got);
    }
    ck_assert_msg(found != NULL, "%s is not there", label);
    return found;
}

static struct series_request request_of(const struct channel *channel)
{
    return (struct series_request){
        .key = channel->name,
        .len = channel->name_len,
        .types = channel->figures.types,
        .first_ns = channel->figures.first_ns,
        .last_ns = channel->figures.last_ns,
    };
}

START_TEST(all_series_of_all_files)
{
    unsigned never = 0;
    struct catalog catalog;
    write_files();
    struct scan scan = all_files(&never);
    catalog_read(&catalog, &scan, 0);
    ck_assert_int_eq(catalog.code, TLM_OK);
    ck_assert_uint_eq(catalog.series.n, 5);
    const struct channel *channel = find(&catalog, "v[1]{id=1}");
    ck_assert_uint_eq(channel->figures.points, FILES * POINTS);
    ck_assert(channel->figures.least_real == 1 && channel->figures.most_real == 99);
    ck_assert_int_eq(channel->figures.last_ns, FILES * POINTS - 1);
    ck_assert(find(&catalog, "v[1]{id=2}")->figures.most_real == -1);
    catalog_release(&catalog);
}
END_TEST

START_TEST(points_of_one_series)
{
    unsigned never = 0;
    struct catalog catalog;
    struct series_points points;
    write_files();
    struct scan scan = all_files(&never);
    catalog_read(&catalog, &scan, 0);

    struct series_request request = request_of(find(&catalog, "v[1]{id=1}"));
    ck_assert(series_points_read(&points, &scan, &request));
    ck_assert_int_eq(points.kind, SERIES_NUMBERS);
    struct pyramid_sum sum = pyramid_ask(points.pyramid, INT64_MIN, INT64_MAX);
    ck_assert(sum.points == FILES * POINTS && sum.least == 1 && sum.most == 99 && sum.odd == 0);
    ck_assert(pyramid_ask(points.pyramid, 1500, 1500).most == 99);
    series_points_release(&points);

    request = request_of(find(&catalog, "v[1]{id=2}"));
    request.first_ns = 1400; /* a part of the time */
    request.last_ns = 1599;
    ck_assert(series_points_read(&points, &scan, &request));
    sum = pyramid_ask(points.pyramid, INT64_MIN, INT64_MAX);
    ck_assert(sum.points == 200 && sum.most == -1 && sum.odd == 1);
    series_points_release(&points);

    request = request_of(find(&catalog, "mixed"));
    ck_assert(series_points_read(&points, &scan, &request));
    ck_assert_int_eq(points.kind, SERIES_NUMBERS);
    sum = pyramid_ask(points.pyramid, INT64_MIN, INT64_MAX);
    ck_assert(sum.points == FILES * POINTS && sum.odd == sum.points / 2 && sum.least == 0);
    series_points_release(&points);
    catalog_release(&catalog);
}
END_TEST

START_TEST(texts_are_states_or_counted)
{
    unsigned never = 0;
    struct catalog catalog;
    struct series_points points;
    write_files();
    struct scan scan = all_files(&never);
    catalog_read(&catalog, &scan, 0);

    struct series_request request = request_of(find(&catalog, "state"));
    ck_assert(series_points_read(&points, &scan, &request));
    ck_assert_int_eq(points.kind, SERIES_STATES);
    ck_assert_uint_eq(points.states.n, 2);
    ck_assert_str_eq(points.states.names[0], "off");
    ck_assert_str_eq(points.states.names[1], "on");
    ck_assert(pyramid_ask(points.pyramid, 3, 3).most == 0);
    ck_assert(pyramid_ask(points.pyramid, 4, 5).least == 1);
    series_points_release(&points);

    request = request_of(find(&catalog, "text"));
    ck_assert(series_points_read(&points, &scan, &request));
    ck_assert_int_eq(points.kind, SERIES_COUNTS);
    ck_assert_uint_eq(pyramid_ask(points.pyramid, 0, 99).points, 100);
    series_points_release(&points);
    catalog_release(&catalog);
}
END_TEST

START_TEST(reading_can_be_called_off)
{
    unsigned left = 3;
    struct catalog catalog;
    struct series_points points;
    write_files();
    struct scan scan = all_files(&left);
    catalog_read(&catalog, &scan, 0);
    ck_assert_int_eq(catalog.code, TLM_STOPPED);
    ck_assert_uint_gt(catalog.series.n, 0); /* what came before is kept */
    const struct channel *channel = find(&catalog, "state");
    ck_assert_uint_lt(channel->figures.points, FILES * POINTS);

    const struct series_request request = request_of(channel);
    left = 1;
    ck_assert(!series_points_read(&points, &scan, &request));
    ck_assert_int_eq(points.code, TLM_STOPPED);
    ck_assert_ptr_null(points.pyramid);
    catalog_release(&catalog);
}
END_TEST

START_TEST(damage_hides_only_what_is_behind_it)
{
    unsigned never = 0;
    struct catalog catalog;
    struct series_points points;
    write_files();
    struct scan scan = all_files(&never);
    ck_assert_int_eq(truncate("b.avro", (off_t)bytes_of("b.avro") - 10), 0);
    catalog_read(&catalog, &scan, 0);
    ck_assert_int_eq(catalog.code, TLM_DAMAGED);
    ck_assert_ptr_nonnull(strstr(catalog.error.message, "b.avro"));
    const struct channel *channel = find(&catalog, "v[1]{id=1}");
    ck_assert_uint_ge(channel->figures.points, 2 * POINTS);
    ck_assert_int_eq(channel->figures.last_ns, FILES * POINTS - 1);

    const struct series_request request = request_of(channel);
    ck_assert(series_points_read(&points, &scan, &request));
    ck_assert_int_eq(points.code, TLM_DAMAGED);
    ck_assert_uint_eq(pyramid_ask(points.pyramid, INT64_MIN, INT64_MAX).points,
                      channel->figures.points);
    series_points_release(&points);
    catalog_release(&catalog);
}
END_TEST

UNIT_MAIN("browse_read", all_series_of_all_files, points_of_one_series, texts_are_states_or_counted,
          reading_can_be_called_off, damage_hides_only_what_is_behind_it)
