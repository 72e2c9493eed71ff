/* Files above a limit are read in part: what is exact, what is estimated, and what is wrong with
 * them is found all the same. */
#include <fcntl.h>
#include <unistd.h>

#include "inspect/survey.h"
#include "support/scratch.h"
#include "support/unit.h"

enum { POINTS = 60000, BATCH = 300, BLOCK = 4096 };
#define START_NS INT64_C(1700000000000000000)
#define PATH "big.avro"

static struct tlm_error error;

/* Two channels in many small blocks: a ramp with every point, and one with every tenth. */
static void make_file(enum tlm_codec codec)
{
    struct tlm_writer_options options;
    struct tlm_writer *writer;
    tlm_writer_options_init(&options);
    options.output = PATH;
    options.codec = codec;
    options.batch_points = BATCH;
    options.block_bytes = BLOCK;
    scratch_enter();
    ck_assert_msg(!tlm_writer_open(&writer, &options, &error), "%s", error.message);
    for (int64_t i = 0; i < POINTS; i++) {
        ck_assert(!tlm_write_double(writer, "ramp", NULL, 0, START_NS + i * 1000000,
                                    (double)i * 1.1, &error));
        if (i % 10 == 0)
            ck_assert(!tlm_write_long(writer, "slow", NULL, 0, START_NS + i * 1000000, i, &error));
    }
    ck_assert_msg(!tlm_writer_close(writer, &error), "%s", error.message);
    tlm_writer_free(writer);
}

static struct survey_options sampling(uint64_t above, uint64_t bytes)
{
    return (struct survey_options){
        .depth = SURVEY_SAMPLE,
        .sample_above = above,
        .sample_bytes = bytes,
        .threads = 2,
        .selection = {.from_ns = INT64_MIN, .to_ns = INT64_MAX},
    };
}

static const struct channel *find(const struct survey *survey, const char *name)
{
    for (size_t i = 0; i < survey->channels.n; i++)
        if (strcmp(survey->channels.items[i].name, name) == 0)
            return &survey->channels.items[i];
    ck_abort_msg("no channel %s", name);
}

static void check_near(const struct survey *survey, const char *name, double points)
{
    double found = (double)survey_scaled(survey, find(survey, name)->figures.points);
    ck_assert_msg(found > 0.7 * points && found < 1.3 * points, "%s: %f, not %f", name, found,
                  points);
}

START_TEST(small_files_are_read_whole)
{
    struct survey survey;
    struct survey_options options = sampling(UINT64_C(1) << 30, 1);
    make_file(TLM_CODEC_SNAPPY);
    survey_take(&survey, PATH, &options);
    ck_assert_int_eq(survey.code, TLM_OK);
    ck_assert(!survey.sampled && survey.counted);
    ck_assert_double_eq(survey_scale(&survey), 1);
    ck_assert_uint_eq(find(&survey, "ramp")->figures.points, POINTS);
    ck_assert_uint_eq(find(&survey, "slow")->figures.points, POINTS / 10);
    survey_release(&survey);
}
END_TEST

START_TEST(of_large_files_some_is_read)
{
    struct survey survey;
    struct survey_options options = sampling(1000, 40000);
    uint64_t points;
    int64_t first, last;
    bool exact;
    make_file(TLM_CODEC_SNAPPY);
    survey_take(&survey, PATH, &options);
    ck_assert_msg(survey.code == TLM_OK, "%s", survey.error.message);
    ck_assert(survey.sampled && survey.counted);
    ck_assert_uint_gt(survey.blocks, 100);
    ck_assert_uint_lt(survey.read_blocks, survey.blocks / 2);
    ck_assert_uint_gt(survey.read_blocks, 0);
    ck_assert(survey_points(&survey, &points, &exact) && exact);
    ck_assert_uint_eq(points, POINTS + POINTS / 10);
    ck_assert(survey_span(&survey, &first, &last));
    ck_assert_int_eq(first, START_NS);
    ck_assert_int_eq(last, START_NS + (POINTS - 1) * INT64_C(1000000));
    check_near(&survey, "ramp", POINTS);
    check_near(&survey, "slow", POINTS / 10);
    ck_assert_double_eq(find(&survey, "ramp")->figures.least_real, 0); /* the ends are in it */
    ck_assert_double_eq(find(&survey, "ramp")->figures.most_real, (POINTS - 1) * 1.1);
    survey_release(&survey);
}
END_TEST

START_TEST(a_full_look_reads_all_of_them)
{
    struct survey survey;
    struct survey_options options = sampling(1000, 40000);
    options.depth = SURVEY_FULL;
    make_file(TLM_CODEC_SNAPPY);
    survey_take(&survey, PATH, &options);
    ck_assert(!survey.sampled && survey.read_blocks == survey.blocks);
    ck_assert_uint_eq(find(&survey, "ramp")->figures.points, POINTS);
    survey_release(&survey);
}
END_TEST

START_TEST(slow_codecs_are_sampled_earlier)
{
    struct survey survey;
    struct survey_options options = sampling(0, 1);
    struct stat stat;
    make_file(TLM_CODEC_DEFLATE);
    ck_assert_int_eq(lstat(PATH, &stat), 0);
    options.sample_above = (uint64_t)stat.st_size * 2;
    survey_take(&survey, PATH, &options);
    ck_assert(survey.sampled && survey.read_blocks < survey.blocks);
    survey_release(&survey);
}
END_TEST

START_TEST(a_selection_is_estimated)
{
    static const char *const patterns[] = {"slow"};
    struct survey survey;
    struct survey_options options = sampling(1000, 40000);
    uint64_t points;
    bool exact;
    options.selection.channels = (struct tlm_list){patterns, 1};
    make_file(TLM_CODEC_SNAPPY);
    survey_take(&survey, PATH, &options);
    ck_assert(survey.sampled && survey_points(&survey, &points, &exact) && !exact);
    ck_assert_msg(points > POINTS / 20 && points < POINTS / 5, "%llu", (unsigned long long)points);
    ck_assert_uint_eq(survey.channels.n, 1);
    survey_release(&survey);
}
END_TEST

START_TEST(a_large_file_that_is_cut_is_known_as_cut)
{
    struct survey survey;
    struct survey_options options = sampling(1000, 40000);
    struct stat stat;
    make_file(TLM_CODEC_SNAPPY);
    ck_assert_int_eq(lstat(PATH, &stat), 0);
    ck_assert_int_eq(truncate(PATH, stat.st_size - 100), 0);
    survey_take(&survey, PATH, &options);
    ck_assert_int_eq(survey.code, TLM_DAMAGED);
    ck_assert(strstr(survey.error.message, "byte ") && !survey.counted);
    ck_assert_uint_gt(find(&survey, "ramp")->figures.points, 0);
    survey_release(&survey);
}
END_TEST

UNIT_MAIN("inspect_sample", small_files_are_read_whole, of_large_files_some_is_read,
          a_full_look_reads_all_of_them, slow_codecs_are_sampled_earlier, a_selection_is_estimated,
          a_large_file_that_is_cut_is_known_as_cut)
