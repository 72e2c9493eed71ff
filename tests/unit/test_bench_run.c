/* tlm bench: runs, what sweeps consist of, and the folder that is written into. */
#include <dirent.h>
#include <signal.h>

#include "bench/latched.h"
#include "bench/machine.h"
#include "bench/measure.h"
#include "bench/sweep.h"
#include "bench/text.h"
#include "bench/workdir.h"
#include "support/scratch.h"
#include "support/unit.h"

static struct bench_setup small_setup(void)
{
    struct bench_setup setup = {
        .shape = {.channels = 5, .points = 20000, .frame = 500},
        .producers = 1,
    };
    tlm_writer_options_init(&setup.writer);
    tlm_row_options_init(&setup.rows);
    setup.writer.fsync = TLM_FSYNC_NONE;
    setup.rows.time_field = BENCH_TEXT_TIME;
    setup.rows.time_format = "ns";
    return setup;
}

static size_t count_files(const char *path)
{
    size_t n = 0;
    DIR *dir = opendir(path);
    ck_assert_ptr_nonnull(dir);
    while (readdir(dir))
        n++;
    closedir(dir);
    return n - 2; /* . and .. */
}

/* ---- runs ----------------------------------------------------------------------------------- */

static void run_well(const struct bench_setup *setup, const char *text)
{
    struct bench_run run;
    struct tlm_error error;
    struct bench_data *data = bench_data_new(&setup->shape);
    struct bench_job job = {.setup = setup, .data = data, .text = text, .folder = "."};
    if (text)
        ck_assert_int_eq(bench_text_write(data, &setup->shape, text, NULL), TLM_OK);
    size_t before = count_files(".");
    ck_assert_msg(bench_run_once(&job, &run, &error) == TLM_OK, "%s", error.message);
    ck_assert_uint_eq(run.stats.points, 20000);
    ck_assert_uint_eq(run.stats.series, 5);
    ck_assert(run.seconds > 0 && run.stats.bytes_out > 0);
    ck_assert_uint_eq(run.stats.parts,
                      setup->writer.rotate_points ? 20000 / setup->writer.rotate_points : 1);
    ck_assert_uint_eq(count_files("."), before);
    bench_data_free(data);
}

START_TEST(runs_leave_nothing)
{
    struct bench_setup setup = small_setup();
    scratch_enter();
    run_well(&setup, NULL);
    setup.producers = 3;
    run_well(&setup, NULL);
    setup.writer.rotate_points = 5000;
    run_well(&setup, NULL);
    setup.producers = 1;
    setup.shape.from = BENCH_JSONL;
    run_well(&setup, "rows");
    setup.shape.from = BENCH_CSV;
    run_well(&setup, "rows");
}
END_TEST

START_TEST(a_folder_may_have_any_name)
{
    struct bench_setup setup = small_setup();
    struct bench_data *data = bench_data_new(&setup.shape);
    struct bench_job job = {.setup = &setup, .data = data, .folder = "100 %d {x} {"};
    struct bench_run run;
    struct tlm_error error;
    scratch_enter();
    ck_assert_int_eq(mkdir(job.folder, 0777), 0);
    ck_assert_msg(bench_run_once(&job, &run, &error) == TLM_OK, "%s", error.message);
    ck_assert_uint_eq(count_files(job.folder), 0);
    ck_assert_uint_eq(count_files("."), 1);
    bench_data_free(data);
}
END_TEST

START_TEST(missing_points_are_an_error)
{
    struct bench_setup setup = small_setup();
    struct bench_data *data = bench_data_new(&setup.shape);
    struct bench_job job = {.setup = &setup, .data = data, .text = "rows", .folder = "."};
    struct bench_run run;
    struct tlm_error error;
    scratch_enter();
    scratch_write("rows", "{\"ts\":1717234200000000000,\"ch0000\":1.5}\n");
    ck_assert_int_eq(bench_run_once(&job, &run, &error), TLM_IO);
    ck_assert_str_eq(error.message, "20000 points were asked for, 1 taken, 1 written");
    ck_assert_uint_eq(count_files("."), 1);
    bench_data_free(data);
}
END_TEST

START_TEST(a_failed_run_leaves_nothing)
{
    struct bench_setup setup = small_setup();
    struct bench_data *data = bench_data_new(&setup.shape);
    struct bench_job job = {.setup = &setup, .data = data, .folder = "file"};
    struct bench_run run;
    struct tlm_error error;
    scratch_enter();
    scratch_write("file", "");
    ck_assert_int_eq(bench_run_once(&job, &run, &error), TLM_IO);
    job.folder = ".";
    job.text = "none";
    ck_assert_int_eq(bench_run_once(&job, &run, &error), TLM_IO);
    ck_assert_uint_eq(count_files("."), 1);
    bench_data_free(data);
}
END_TEST

START_TEST(a_measurement_sums_up_its_runs)
{
    struct bench_setup setup = small_setup();
    struct bench_plan plan = {
        .folder = ".", .time = "ts", .runs = 4, .versus = true, .quiet = true};
    struct bench_result result;
    struct tlm_error error;
    scratch_enter();
    for (int from = BENCH_MEMORY; from <= BENCH_CSV; from++) {
        setup.shape.from = (enum bench_from)from;
        ck_assert_msg(bench_measure(&plan, &setup, &result, &error) == TLM_OK, "%s", error.message);
        ck_assert_uint_eq(result.runs, 4);
        struct bench_spread spread = bench_spread_of(result.seconds, 4);
        ck_assert_double_eq(result.spread.median, spread.median);
        ck_assert_uint_eq(result.middle.stats.points, 20000);
        ck_assert_double_eq(bench_result_points_per_s(&result), 20000 / spread.median);
        for (int i = 0; i < 4; i++)
            ck_assert_double_eq(result.versus.ratios[i],
                                result.versus.seconds[i] / result.seconds[i]);
        ck_assert_uint_gt(result.versus.bytes, 20000);
        ck_assert(!result.limited);
        ck_assert_uint_eq(count_files("."), 0);
        bench_result_release(&result);
    }
}
END_TEST

START_TEST(a_failed_writer_costs_little)
{
    double ns = 0;
    struct tlm_error error;
    signal(SIGPIPE, SIG_IGN);
    ck_assert_msg(bench_latched_measure(&ns, &error) == TLM_OK, "%s", error.message);
    ck_assert(ns > 0);
}
END_TEST

/* ---- sweeps --------------------------------------------------------------------------------- */

START_TEST(sweeps_vary_one_thing)
{
    static struct bench_sweep sweep;
    struct bench_setup setup = small_setup();
    bench_sweep_plan(&sweep, BENCH_SINGLE, &setup, 1, 2);
    ck_assert_uint_eq(sweep.n, 1);
    ck_assert_mem_eq(&sweep.setups[0].shape, &setup.shape, sizeof setup.shape);

    bench_sweep_plan(&sweep, BENCH_SWEEP_FRAME, &setup, 1, 2);
    ck_assert_uint_eq(sweep.setups[0].shape.frame, 50000);
    ck_assert_uint_eq(sweep.setups[sweep.n - 1].shape.frame, 10000000);
    ck_assert_str_eq(sweep.labels[0], "50k");
    bench_sweep_plan(&sweep, BENCH_SWEEP_FRAME, &setup, 100, 2);
    ck_assert_uint_eq(sweep.setups[0].shape.frame, 500);

    setup.shape.points = 100;
    bench_sweep_plan(&sweep, BENCH_SWEEP_CHANNELS, &setup, 1, 2);
    ck_assert_uint_eq(sweep.setups[0].shape.channels, 10);
    ck_assert_uint_eq(sweep.setups[0].shape.points, 100);
    ck_assert_uint_eq(sweep.setups[sweep.n - 1].shape.channels, 5000);
    ck_assert_uint_eq(sweep.setups[sweep.n - 1].shape.points, 5000); /* one row at least */

    bench_sweep_plan(&sweep, BENCH_SWEEP_GRID, &setup, 1, 2);
    ck_assert_uint_gt(sweep.n_frames, 1);
    ck_assert_uint_eq(sweep.n % sweep.n_frames, 0);
    ck_assert_uint_eq(sweep.setups[1].shape.channels, sweep.setups[0].shape.channels);
    ck_assert_uint_gt(sweep.setups[sweep.n_frames].shape.channels, sweep.setups[0].shape.channels);

    bench_sweep_plan(&sweep, BENCH_SWEEP_TYPES, &setup, 1, 2);
    ck_assert_uint_eq(sweep.n, BENCH_TYPES);
    setup.shape.from = BENCH_CSV;
    bench_sweep_plan(&sweep, BENCH_SWEEP_TYPES, &setup, 1, 2);
    ck_assert_uint_eq(sweep.n, 3);

    bench_sweep_plan(&sweep, BENCH_SWEEP_ROTATION, &setup, 1, 2);
    ck_assert_uint_eq(sweep.n, 6);
    ck_assert_str_eq(sweep.labels[0], "off");
    ck_assert_uint_eq(sweep.setups[5].writer.rotate_points, 250000);
}
END_TEST

START_TEST(threads_end_with_the_cores)
{
    static const struct {
        unsigned cores, n, threads[4];
    } cases[] = {
        {1, 1, {1}}, {2, 2, {1, 2}}, {3, 3, {1, 2, 3}}, {4, 3, {1, 2, 4}}, {6, 4, {1, 2, 4, 6}},
    };
    static struct bench_sweep sweep;
    struct bench_setup setup = small_setup();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bench_sweep_plan(&sweep, BENCH_SWEEP_THREADS, &setup, 1, cases[i].cores);
        ck_assert_uint_eq(sweep.n, cases[i].n);
        for (size_t k = 0; k < sweep.n; k++)
            ck_assert_uint_eq(sweep.setups[k].writer.threads, cases[i].threads[k]);
    }
    bench_sweep_plan(&sweep, BENCH_SWEEP_THREADS, &setup, 1, 4096);
    ck_assert_uint_lt(sweep.n, BENCH_SWEEP_MOST);
}
END_TEST

/* ---- surroundings --------------------------------------------------------------------------- */

START_TEST(a_folder_comes_and_goes)
{
    struct bench_workdir workdir;
    struct tlm_error error;
    scratch_enter();
    ck_assert_int_eq(bench_workdir_make(&workdir, ".", "/tmp", 0, &error), TLM_OK);
    ck_assert_uint_eq(count_files("."), 1);
    int fd = open(workdir.path, O_RDONLY | O_DIRECTORY);
    close(openat(fd, ".out.avro.partial", O_WRONLY | O_CREAT, 0666));
    close(fd);
    bench_workdir_remove(&workdir);
    ck_assert_uint_eq(count_files("."), 0);
    bench_workdir_remove(&workdir);
    /* No memory has room for that. */
    ck_assert_int_eq(bench_workdir_make(&workdir, NULL, ".", UINT64_MAX, &error), TLM_OK);
    ck_assert_uint_eq(count_files("."), 1);
    bench_workdir_remove(&workdir);
    ck_assert_int_eq(bench_workdir_make(&workdir, "none", ".", 0, &error), TLM_IO);
    ck_assert_str_eq(error.message, "none: No such file or directory");
    bench_workdir_remove(&workdir);
}
END_TEST

START_TEST(a_machine_says_what_it_is)
{
    struct bench_machine machine;
    char command[4096], cut[5];
    bench_machine_look(&machine);
    ck_assert(machine.cpu[0] && machine.kernel[0] && machine.cores >= 1);
    ck_assert(!strchr(machine.cpu, '\n'));
    bench_machine_command(command, sizeof command);
    ck_assert_ptr_nonnull(strstr(command, "test_bench_run"));
    bench_machine_command(cut, sizeof cut);
    ck_assert_uint_eq(strlen(cut), 4);
}
END_TEST

UNIT_MAIN("bench_run", runs_leave_nothing, a_folder_may_have_any_name, missing_points_are_an_error,
          a_failed_run_leaves_nothing, a_measurement_sums_up_its_runs, a_failed_writer_costs_little,
          sweeps_vary_one_thing, threads_end_with_the_cores, a_folder_comes_and_goes,
          a_machine_says_what_it_is)
