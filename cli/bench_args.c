#include "bench_args.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/text.h"
#include "commands.h"
#include "environment.h"
#include "help.h"

#define QUICK 100u
#define MOST_RUNS 1000u
#define MOST_THREADS 256u

void bench_args_init(void *args)
{
    struct bench_args *bench = args;
    *bench = (struct bench_args){
        .setup.shape = {.channels = 10, .points = 10000000, .frame = 10000},
        .setup.producers = 1,
        .noise = BENCH_NOISE_NOISY,
        .runs = 5,
    };
    tlm_writer_options_init(&bench->setup.writer);
    tlm_row_options_init(&bench->setup.rows);
}

uint64_t bench_args_divisor(const struct bench_args *args)
{
    return args->quick ? QUICK : 1;
}

static int refuse(const char *a, const char *b)
{
    return help_usage_error("bench", "%s does not go with %s", a, b);
}

/* ---- checks --------------------------------------------------------------------------------- */

static int check_numbers(const struct bench_args *args)
{
    const struct {
        const char *name;
        uint64_t value;
    } counts[] = {
        {"channels", args->setup.shape.channels},
        {"points", args->setup.shape.points},
        {"frame", args->setup.shape.frame},
        {"producers", args->setup.producers},
        {"runs", args->runs},
    };
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        if (!counts[i].value)
            return help_usage_error("bench", "--%s: must be at least 1", counts[i].name);
    if (args->setup.producers > MOST_THREADS)
        return help_usage_error("bench", "--producers: at most %u", MOST_THREADS);
    if (args->runs > MOST_RUNS)
        return help_usage_error("bench", "--runs: at most %u", MOST_RUNS);
    return EXIT_CLEAN;
}

/* What a sweep varies cannot be given. */
static int check_sweep(const struct bench_args *args)
{
    const struct bench_given *given = &args->given;
    enum bench_sweep_kind sweep = args->sweep;
    bool frame = sweep == BENCH_SWEEP_FRAME || sweep == BENCH_SWEEP_GRID;
    bool channels = sweep == BENCH_SWEEP_CHANNELS || sweep == BENCH_SWEEP_GRID;
    const char *varied = frame && given->frame                            ? "--frame"
                         : channels && given->channels                    ? "--channels"
                         : sweep == BENCH_SWEEP_TYPES && given->type      ? "--type"
                         : sweep == BENCH_SWEEP_ROTATION && given->rotate ? "--rotate-points"
                         : sweep == BENCH_SWEEP_THREADS && given->threads ? "--threads"
                                                                          : NULL;
    char name[40];
    snprintf(name, sizeof name, "--sweep %s", bench_sweep_name(sweep));
    if (sweep == BENCH_SINGLE)
        return EXIT_CLEAN;
    if (varied)
        return help_usage_error("bench", "%s varies what %s sets", name, varied);
    if (args->versus || args->limit || args->profile)
        return refuse(name, args->versus ? "--versus" : args->limit ? "--limit" : "--profile");
    if (frame && args->setup.shape.from != BENCH_MEMORY)
        return help_usage_error("bench", "%s is about --from memory: text has no frames", name);
    if (args->setup.shape.input && sweep != BENCH_SWEEP_ROTATION && sweep != BENCH_SWEEP_THREADS)
        return refuse(name, "--input");
    return EXIT_CLEAN;
}

static int check_input(const struct bench_args *args)
{
    const struct bench_given *given = &args->given;
    const char *generated = given->type       ? "--type"
                            : given->channels ? "--channels"
                            : given->points   ? "--points"
                            : given->noise    ? "--noise"
                                              : NULL;
    if (!args->setup.shape.input) {
        const struct tlm_row_options *rows = &args->setup.rows;
        if (rows->time_field || rows->time_format || rows->tz)
            return help_usage_error("bench", "%s is about --input",
                                    rows->time_field    ? "--time-field"
                                    : rows->time_format ? "--time-format"
                                                        : "--tz");
        return EXIT_CLEAN;
    }
    if (generated)
        return help_usage_error("bench", "%s is about generated data, not --input", generated);
    if (given->from && args->setup.shape.from == BENCH_MEMORY)
        return refuse("--from memory", "--input");
    if (args->versus && !args->setup.rows.time_field)
        return help_usage_error("bench", "--versus with --input needs --time-field");
    return EXIT_CLEAN;
}

static int check_text(const struct bench_args *args)
{
    enum bench_from from = args->setup.shape.from;
    if (from == BENCH_MEMORY)
        return EXIT_CLEAN;
    if (args->given.frame || args->given.producers)
        return help_usage_error("bench", "%s is about --from memory",
                                args->given.frame ? "--frame" : "--producers");
    if (from == BENCH_CSV && args->setup.shape.type > BENCH_STRING)
        return help_usage_error("bench", "--type %s: no cell of a CSV holds that; use --from jsonl",
                                bench_type_name(args->setup.shape.type));
    return EXIT_CLEAN;
}

static int check_output(const struct bench_args *args)
{
    if (args->json && args->csv)
        return refuse("--json", "--csv");
    if (!args->csv)
        return EXIT_CLEAN;
    const char *other = args->versus     ? "--versus"
                        : args->limit    ? "--limit"
                        : args->profile  ? "--profile"
                        : args->baseline ? "--baseline"
                                         : NULL;
    return other ? help_usage_error("bench", "--csv has no columns for %s; use --json", other)
                 : EXIT_CLEAN;
}

/* ---- what follows --------------------------------------------------------------------------- */

static bool ends_with(const char *text, size_t len, const char *end)
{
    size_t n = strlen(end);
    return len >= n && strncmp(text + len - n, end, n) == 0;
}

/* Every run reads it anew, so it has to be a file. */
static bool read_start(const char *path, char *start, size_t size, size_t *len)
{
    struct stat info;
    FILE *file = stat(path, &info) == 0 && S_ISREG(info.st_mode) ? fopen(path, "re") : NULL;
    const char *why = strerror(errno);
    if (file) {
        *len = fread(start, 1, size, file);
        fclose(file);
        return true;
    }
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode))
        why = "is not a regular file";
    fprintf(stderr, "tlm bench: %s: %s\n", path, why);
    return false;
}

/* By extension, else by the first byte. */
static int settle_kind(struct bench_args *args)
{
    const char *path = args->setup.shape.input;
    char first[64];
    size_t n, len = strlen(path);
    if (!read_start(path, first, sizeof first, &n))
        return EXIT_FAILED;
    if (args->given.from)
        return EXIT_CLEAN;
    if (ends_with(path, len, ".gz") || ends_with(path, len, ".zst"))
        len -= path[len - 1] == 'z' ? 3 : 4;
    size_t blank = 0;
    while (blank < n && strchr(" \t\r\n", first[blank]))
        blank++;
    bool json = ends_with(path, len, ".jsonl") || ends_with(path, len, ".ndjson") ||
                ends_with(path, len, ".json") ||
                (!ends_with(path, len, ".csv") && !ends_with(path, len, ".tsv") && blank < n &&
                 first[blank] == '{');
    args->setup.shape.from = json ? BENCH_JSONL : BENCH_CSV;
    return EXIT_CLEAN;
}

static void settle_sizes(struct bench_args *args)
{
    struct bench_shape *shape = &args->setup.shape;
    if (args->sweep == BENCH_SWEEP_FRAME && !args->given.channels)
        shape->channels = 1000;
    if (!args->quick)
        return;
    if (!args->given.points)
        shape->points /= QUICK;
    if (!args->given.runs)
        args->runs = 3;
}

static void settle_rows(struct bench_args *args)
{
    struct tlm_row_options *rows = &args->setup.rows;
    enum bench_from from = args->setup.shape.from;
    if (args->given.from || !args->setup.shape.input)
        rows->input = from == BENCH_CSV ? TLM_INPUT_CSV : TLM_INPUT_JSONL;
    if (args->setup.shape.input)
        return;
    rows->time_field = BENCH_TEXT_TIME;
    rows->time_format = "ns";
}

int bench_args_settle(struct bench_args *args)
{
    struct bench_shape *shape = &args->setup.shape;
    int status = check_numbers(args);
    status = status ? status : check_output(args);
    status = status ? status : check_input(args);
    if (!status && shape->input)
        status = settle_kind(args);
    status = status ? status : check_text(args);
    status = status ? status : check_sweep(args);
    if (status)
        return status;
    settle_sizes(args);
    settle_rows(args);
    if (shape->channels > BENCH_CHANNELS_MAX)
        return help_usage_error("bench", "--channels: at most %d", BENCH_CHANNELS_MAX);
    if (!shape->input && args->sweep == BENCH_SINGLE && shape->points < shape->channels)
        return help_usage_error("bench", "--points: %llu make no row of %llu channels",
                                (unsigned long long)shape->points,
                                (unsigned long long)shape->channels);
    if (!environment_cpu(&args->setup.rows.cpu))
        return help_usage_error("bench", "TLM_CPU is none of " ENVIRONMENT_CPU_WORDS);
    shape->regular = args->noise == BENCH_NOISE_REGULAR;
    args->setup.writer.threads =
        (unsigned)(args->threads > MOST_THREADS ? MOST_THREADS : args->threads);
    return EXIT_CLEAN;
}
