#include "bench/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/failure.h"
#include "bench/rival.h"
#include "bench/text.h"
#include "bench/workdir.h"
#include "signals.h"

struct measurement {
    const struct bench_plan *plan;
    struct bench_job job;
    struct bench_data *data;
    char text[BENCH_PATH + 16];
    char rival[BENCH_PATH + 16]; /* what the rival writes */
    struct bench_run *runs;
    struct bench_result *result;
};

/* ---- progress ------------------------------------------------------------------------------- */

static void show(const struct bench_plan *plan, const char *what, unsigned run)
{
    if (plan->quiet || !isatty(STDERR_FILENO))
        return;
    if (run)
        fprintf(stderr, "\r\033[K%s %u of %u", what, run, plan->runs);
    else
        fprintf(stderr, "\r\033[K%s", what);
    fflush(stderr);
}

/* ---- input ---------------------------------------------------------------------------------- */

static enum tlm_code make_input(struct measurement *m, struct tlm_error *error)
{
    const struct bench_shape *shape = &m->job.setup->shape;
    if (shape->input) {
        m->job.text = shape->input;
        return TLM_OK;
    }
    show(m->plan, "generating", 0);
    m->job.data = m->data = bench_data_new(shape);
    if (!m->data)
        return bench_fail_memory(error);
    if (shape->from == BENCH_MEMORY)
        return TLM_OK;
    snprintf(m->text, sizeof m->text, "%s/rows.%s", m->plan->folder, bench_from_name(shape->from));
    m->job.text = m->text;
    return bench_text_write(m->data, shape, m->text, error);
}

/* ---- runs ----------------------------------------------------------------------------------- */

static enum tlm_code run_rival(struct measurement *m, double *seconds, struct tlm_error *error)
{
    struct stat info;
    const struct bench_shape *shape = &m->job.setup->shape;
    enum tlm_code code = m->job.text ? bench_rival_text(shape->from, m->job.text, m->plan->time,
                                                        m->rival, seconds, error)
                                     : bench_rival_memory(m->data, m->rival, seconds, error);
    if (!code && stat(m->rival, &info) == 0)
        m->result->versus.bytes = (uint64_t)info.st_size;
    unlink(m->rival);
    return code;
}

static enum tlm_code run_pair(struct measurement *m, struct bench_run *run, double *rival_seconds,
                              struct tlm_error *error)
{
    enum tlm_code code = bench_run_once(&m->job, run, error);
    if (!code && m->plan->versus)
        code = run_rival(m, rival_seconds, error);
    if (!code && signals_stop())
        code = bench_fail(error, TLM_STOPPED, "stopped by a signal");
    return code;
}

static enum tlm_code run_all(struct measurement *m, struct tlm_error *error)
{
    struct bench_result *result = m->result;
    struct bench_run warm_up;
    double rival_seconds = 0;
    show(m->plan, "warming up", 0);
    enum tlm_code code = run_pair(m, &warm_up, &rival_seconds, error);
    for (unsigned i = 0; i < m->plan->runs && !code; i++) {
        show(m->plan, "run", i + 1);
        code = run_pair(m, &m->runs[i], &rival_seconds, error);
        if (code)
            break;
        result->seconds[i] = m->runs[i].seconds;
        if (!m->plan->versus)
            continue;
        result->versus.seconds[i] = rival_seconds;
        result->versus.ratios[i] = rival_seconds / m->runs[i].seconds;
    }
    return code;
}

static void sum_up(struct measurement *m)
{
    struct bench_result *result = m->result;
    unsigned n = m->plan->runs;
    result->spread = bench_spread_of(result->seconds, n);
    result->middle = m->runs[bench_spread_middle(result->seconds, n)];
    if (m->plan->versus) {
        result->versus.spread = bench_spread_of(result->versus.seconds, n);
        result->versus.ratio = bench_spread_of(result->versus.ratios, n);
    }
}

static enum tlm_code measure_limit(struct measurement *m, struct tlm_error *error)
{
    const struct tlm_stats *stats = &m->result->middle.stats;
    const struct bench_volume volume = {
        .text = m->job.text,
        .folder = m->plan->folder,
        .data = m->data,
        .bytes_raw = stats->bytes_raw,
        .bytes_out = stats->bytes_out,
        .threads = stats->threads,
    };
    show(m->plan, "measuring the floor", 0);
    enum tlm_code code = bench_limit_measure(&volume, m->plan->runs, &m->result->limit, error);
    m->result->limited = !code;
    return code;
}

static bool take_memory(struct measurement *m)
{
    struct bench_result *result = m->result;
    unsigned n = m->plan->runs;
    m->runs = calloc(n, sizeof *m->runs);
    result->seconds = calloc(n, sizeof *result->seconds);
    if (m->plan->versus) {
        result->versus.seconds = calloc(n, sizeof *result->versus.seconds);
        result->versus.ratios = calloc(n, sizeof *result->versus.ratios);
    }
    return m->runs && result->seconds &&
           (!m->plan->versus || (result->versus.seconds && result->versus.ratios));
}

enum tlm_code bench_measure(const struct bench_plan *plan, const struct bench_setup *setup,
                            struct bench_result *result, struct tlm_error *error)
{
    struct measurement m = {.plan = plan, .result = result};
    *result = (struct bench_result){.setup = *setup, .runs = plan->runs};
    m.job = (struct bench_job){.setup = setup, .folder = plan->folder};
    snprintf(m.rival, sizeof m.rival, "%s/rival.avro", plan->folder);
    enum tlm_code code = take_memory(&m) ? make_input(&m, error) : bench_fail_memory(error);
    if (!code)
        code = run_all(&m, error);
    if (!code) {
        sum_up(&m);
        code = plan->limit ? measure_limit(&m, error) : TLM_OK;
    }
    show(plan, "", 0);
    if (m.text[0])
        unlink(m.text);
    bench_data_free(m.data);
    free(m.runs);
    return code;
}

void bench_result_release(struct bench_result *result)
{
    free(result->seconds);
    free(result->versus.seconds);
    free(result->versus.ratios);
    *result = (struct bench_result){0};
}

double bench_result_points_per_s(const struct bench_result *result)
{
    return (double)result->middle.stats.points / result->spread.median;
}
