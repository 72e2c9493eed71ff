/* tlm bench: what this machine makes of this shape of data. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/latched.h"
#include "bench/measure.h"
#include "bench/print.h"
#include "bench/result_json.h"
#include "bench/title.h"
#include "bench/workdir.h"
#include "bench_args.h"
#include "commands.h"
#include "environment.h"
#include "signals.h"

#define COMMAND_SIZE 4096

struct session {
    const struct bench_args *args;
    struct bench_machine machine;
    struct bench_sweep sweep;
    struct bench_workdir workdir;
    struct bench_result results[BENCH_SWEEP_MOST];
    double latched_ns;
    struct bench_row *baseline; /* what --baseline holds */
    size_t n_baseline;
};

static int fail(const struct tlm_error *error)
{
    if (error->code != TLM_STOPPED)
        fprintf(stderr, "tlm bench: %s\n", error->message);
    return error->code == TLM_ARGUMENT ? EXIT_USAGE : EXIT_FAILED;
}

static bool prints_text(const struct bench_args *args)
{
    return !args->json && !args->csv;
}

/* ---- where to ------------------------------------------------------------------------------- */

/* About what one measurement has in files at a time. */
static uint64_t bytes_needed(const struct bench_args *args)
{
    static const uint64_t point_bytes[BENCH_TYPES] = {24, 24, 48, 100, 80, 64};
    const struct bench_shape *shape = &args->setup.shape;
    struct stat info;
    if (shape->input)
        return stat(shape->input, &info) == 0 ? 2 * (uint64_t)info.st_size : 0;
    uint64_t point = args->sweep == BENCH_SWEEP_TYPES ? 100 : point_bytes[shape->type];
    uint64_t files = 1u + (shape->from != BENCH_MEMORY) + (args->versus != BENCH_RIVAL_NONE);
    uint64_t bytes;
    return __builtin_mul_overflow(shape->points, point * files, &bytes) ? UINT64_MAX : bytes;
}

/* ---- measuring ------------------------------------------------------------------------------ */

static void print_begin(const struct session *session)
{
    char title[BENCH_NAME];
    const struct bench_sweep *sweep = &session->sweep;
    if (!prints_text(session->args))
        return;
    bench_title_of_sweep(&session->args->setup, sweep->kind, title);
    if (sweep->kind == BENCH_SINGLE) {
        bench_print_heading(stdout, &session->machine, title);
        return;
    }
    char whole[BENCH_NAME + 32];
    snprintf(whole, sizeof whole, "sweep of %s: %s", bench_sweep_name(sweep->kind), title);
    bench_print_heading(stdout, &session->machine, whole);
    bench_print_sweep_begin(stdout, sweep);
}

static void print_one(const struct session *session, size_t i)
{
    const struct bench_result *result = &session->results[i];
    if (!prints_text(session->args))
        return;
    if (session->sweep.kind != BENCH_SINGLE) {
        bench_print_sweep_row(stdout, &session->sweep, session->results, i);
        return;
    }
    bench_print_result(stdout, result);
    if (session->args->profile)
        bench_print_profile(stdout, result);
}

static enum tlm_code measure_all(struct session *session, struct tlm_error *error)
{
    const struct bench_args *args = session->args;
    const struct bench_plan plan = {
        .folder = session->workdir.path,
        .time = args->setup.rows.time_field,
        .runs = (unsigned)args->runs,
        .versus = args->versus != BENCH_RIVAL_NONE,
        .limit = args->limit,
        .quiet = session->sweep.n_frames != 0,
    };
    enum tlm_code code = bench_latched_measure(&session->latched_ns, error);
    if (!code)
        print_begin(session);
    for (size_t i = 0; i < session->sweep.n && !code; i++) {
        code = bench_measure(&plan, &session->sweep.setups[i], &session->results[i], error);
        if (!code)
            print_one(session, i);
    }
    return code;
}

/* ---- the end -------------------------------------------------------------------------------- */

static void print_text(const struct session *session, const struct bench_pair *pairs, size_t n)
{
    if (session->sweep.kind != BENCH_SINGLE)
        bench_print_sweep_end(stdout, &session->sweep, session->results);
    bench_print_latched(stdout, session->latched_ns);
    if (session->args->baseline)
        bench_print_compare(stdout, session->args->baseline, pairs, n);
}

static bool print_json(const struct session *session, const struct bench_pair *pairs, size_t n)
{
    char command[COMMAND_SIZE];
    const struct bench_sweep *sweep = &session->sweep;
    const struct bench_report report = {
        .machine = &session->machine,
        .command = command,
        .sweep = sweep->kind == BENCH_SINGLE ? NULL : bench_sweep_name(sweep->kind),
        .latched_ns = session->latched_ns,
        .results = session->results,
        .n_results = sweep->n,
        .baseline = session->args->baseline,
        .pairs = pairs,
        .n_pairs = n,
    };
    bench_machine_command(command, sizeof command);
    return bench_json_print(stdout, &report);
}

static bool print_end(const struct session *session)
{
    size_t n_new = session->sweep.n, n = 0;
    struct bench_row *rows = calloc(n_new, sizeof *rows);
    struct bench_pair *pairs = calloc(n_new + session->n_baseline, sizeof *pairs);
    bool printed = rows && pairs;
    for (size_t i = 0; printed && i < n_new; i++) {
        bench_title(&session->results[i].setup, rows[i].name);
        rows[i].seconds = session->results[i].spread.median;
    }
    if (printed && session->args->baseline)
        n = bench_compare(session->baseline, session->n_baseline, rows, n_new, pairs);
    if (!printed)
        fprintf(stderr, "tlm bench: %s\n", strerror(ENOMEM));
    else if (session->args->json)
        printed = print_json(session, pairs, n);
    else if (session->args->csv)
        bench_print_csv(stdout, session->results, n_new);
    else
        print_text(session, pairs, n);
    free(rows);
    free(pairs);
    return printed;
}

/* Rows of the user's own file that were left out. */
static int settle_status(const struct session *session)
{
    return session->results[0].middle.stats.rejected ? EXIT_DEGRADED : EXIT_CLEAN;
}

static int run(struct session *session)
{
    const struct bench_args *args = session->args;
    struct tlm_error error;
    if (args->baseline &&
        bench_json_load(args->baseline, &session->baseline, &session->n_baseline, &error))
        return fail(&error);
    bench_machine_look(&session->machine);
    bench_sweep_plan(&session->sweep, args->sweep, &args->setup, bench_args_divisor(args),
                     session->machine.cores);
    if (bench_workdir_make(&session->workdir, args->dir, environment_temporary(),
                           bytes_needed(args), &error))
        return fail(&error);
    int status = EXIT_FAILED;
    if (measure_all(session, &error))
        status = fail(&error);
    else if (print_end(session))
        status = settle_status(session);
    bench_workdir_remove(&session->workdir);
    return status;
}

int cmd_bench(void *opaque)
{
    struct bench_args *args = opaque;
    int status = bench_args_settle(args);
    if (status)
        return status;
    if (!signals_start()) {
        fprintf(stderr, "tlm bench: signals: %s\n", strerror(errno));
        return EXIT_FAILED;
    }
    struct session *session = calloc(1, sizeof *session);
    if (!session) {
        fprintf(stderr, "tlm bench: %s\n", strerror(ENOMEM));
        return EXIT_FAILED;
    }
    session->args = args;
    status = run(session);
    for (size_t i = 0; i < BENCH_SWEEP_MOST; i++)
        bench_result_release(&session->results[i]);
    free(session->baseline);
    free(session);
    if (signals_stop())
        signals_die(signals_stop());
    return status;
}
