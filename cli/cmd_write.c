/* tlm write: rows in, parts out. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "environment.h"
#include "help.h"
#include "hooks.h"
#include "inputs.h"
#include "pidfile.h"
#include "progress.h"
#include "rejects.h"
#include "report.h"
#include "signals.h"
#include "write_args.h"

#define LOCK_RETRY_NS 50000000u

/* What all conversions of a call have in common. */
struct shared {
    struct rejects rejects;
    struct pidfile *pidfile;
};

/* One conversion: some inputs into one output. */
struct run {
    struct write_args *args;
    struct tlm_writer *writer;
    struct tlm_feed *feed;
    struct hooks *hooks;
    struct shared *shared;
    struct progress *progress;
};

static void say(const struct run *run, const char *message)
{
    progress_clear(run->progress);
    fprintf(stderr, "tlm write: %s\n", message);
}

/* ---- what the library calls ----------------------------------------------------------------- */

static void on_part(void *ctx, const struct tlm_part *part)
{
    struct run *run = ctx;
    if (run->args->verbose)
        fprintf(stderr, "tlm write: finished %s\n", part->path);
    if (run->hooks)
        hooks_part(run->hooks, part);
}

static void on_pruned(void *ctx, const struct tlm_pruned_part *part)
{
    const struct run *run = ctx;
    char why[RETENTION_WHY];
    if (run->args->verbose)
        fprintf(stderr, "tlm write: deleted %s (%s)\n", part->path,
                retention_why(why, part->limits));
}

/* A part stays until its command has ended. */
static bool may_prune(void *ctx, const char *path)
{
    const struct run *run = ctx;
    return !hooks_pending(run->hooks, path);
}

static void on_warning(void *ctx, const char *message)
{
    say(ctx, message);
}

static void on_note(void *ctx, const char *message)
{
    struct run *run = ctx;
    if (!run->args->quiet)
        say(run, message);
}

static void on_reject(void *ctx, const struct tlm_reject *reject)
{
    struct run *run = ctx;
    progress_clear(run->progress);
    rejects_add(&run->shared->rejects, reject);
}

static void on_progress(void *ctx)
{
    struct run *run = ctx;
    progress_show(run->progress, run->feed, run->writer);
}

/* Finishes the current part, and answers whoever asked for it by the pidfile. */
static void cut(struct run *run)
{
    struct pidfile *pidfile = run->shared->pidfile;
    struct tlm_error error;
    struct tlm_part part;
    pidfile_cut_begins(pidfile);
    size_t before = tlm_writer_parts(run->writer, 0, NULL, 0);
    enum tlm_code code = tlm_writer_rotate(run->writer, &error);
    size_t after = tlm_writer_parts(run->writer, 0, NULL, 0);
    if (code == TLM_ARGUMENT) {
        say(run, "HUP ignored: the output has one name only, there is nothing to rotate to");
        pidfile_cut_ended(pidfile, PIDFILE_ONE_NAME, NULL);
    } else if (code) {
        pidfile_cut_ended(pidfile, PIDFILE_FAILED, error.message);
    } else if (after > before) {
        tlm_writer_parts(run->writer, after - 1, &part, 1);
        pidfile_cut_ended(pidfile, PIDFILE_CUT, part.path);
    } else {
        pidfile_cut_ended(pidfile, PIDFILE_NOTHING, NULL);
    }
}

static int on_wake(void *ctx)
{
    struct run *run = ctx;
    struct signals_seen seen = signals_take();
    if (seen.hup)
        cut(run);
    if (seen.usr1) {
        struct report report = {.writer = run->writer, .feed = run->feed};
        progress_clear(run->progress);
        report_line(stderr, &report);
    }
    return signals_stop();
}

/* ---- the end of a run ----------------------------------------------------------------------- */

static bool write_stats_file(const struct report *report, const char *path)
{
    FILE *file = fopen(path, "we");
    bool written = file && report_stats_json(file, report);
    int failed = errno;
    if (file && fclose(file) != 0 && written) {
        written = false;
        failed = errno;
    }
    if (!written)
        fprintf(stderr, "tlm write: --stats-file %s: %s\n", path, strerror(failed));
    return written;
}

static int print_reports(const struct run *run, int status, bool stdout_is_data)
{
    const struct write_args *args = run->args;
    struct report report = {
        .writer = run->writer,
        .feed = run->feed,
        .dry_run = args->writer.dry_run,
        .status = signals_stop()            ? "stopped"
                  : status == EXIT_CLEAN    ? "ok"
                  : status == EXIT_DEGRADED ? "degraded"
                                            : "failed",
    };
    bool written = true;
    if (report.dry_run && !args->quiet && args->summary != WRITE_SUMMARY_JSON)
        report_series(stdout_is_data ? stderr : stdout, run->writer);
    if (args->summary == WRITE_SUMMARY_JSON)
        written = report_summary_json(stdout_is_data ? stderr : stdout, &report);
    else if (args->summary == WRITE_SUMMARY_TEXT && !args->quiet && status != EXIT_FAILED)
        report_summary_text(stderr, &report);
    else if (args->quiet && status == EXIT_DEGRADED)
        report_rejected(stderr, "tlm write: ", run->feed);
    if (args->stats == WRITE_STATS_TEXT)
        report_stats_text(stderr, &report);
    else if (args->stats == WRITE_STATS_JSON)
        written = report_stats_json(stderr, &report) && written;
    if (args->stats_file)
        written = write_stats_file(&report, args->stats_file) && written;
    return written ? status : EXIT_FAILED;
}

/* What is safe although the run failed. */
static void say_what_is_left(const struct run *run, const char *partial)
{
    struct tlm_stats stats;
    tlm_writer_stats(run->writer, &stats);
    if (stats.parts)
        fprintf(stderr, "tlm write: %llu finished part%s safe\n", (unsigned long long)stats.parts,
                stats.parts == 1 ? " is" : "s are");
    struct stat info;
    if (*partial && stat(partial, &info) == 0)
        fprintf(stderr, "tlm write: what was flushed of the last part is in %s\n", partial);
}

static int end_failed(struct run *run, enum tlm_code code, const struct tlm_error *error,
                      bool rereadable)
{
    char partial[4096];
    /* When it is the input that failed and it can be read again, half of it is of no use. */
    bool of_input = code != TLM_ABORTED && !tlm_writer_health(run->writer, NULL);
    struct tlm_stats stats;
    tlm_writer_stats(run->writer, &stats);
    bool keep = !of_input || !rereadable || stats.parts;
    if (keep)
        tlm_writer_flush(run->writer, NULL);
    tlm_writer_partial(run->writer, partial, sizeof partial);
    tlm_writer_abandon(run->writer, keep);
    if (code == TLM_ABORTED && !run->args->quiet) /* the row itself has been said */
        say(run, run->args->rows.bad_rows == TLM_BAD_ABORT
                     ? "stopped at the first bad row (--bad-rows abort)"
                     : "stopped: too many bad rows (--max-errors)");
    else
        say(run, error->message);
    say_what_is_left(run, partial);
    return code == TLM_ARGUMENT ? EXIT_USAGE : EXIT_FAILED;
}

static int end_well(struct run *run)
{
    struct tlm_error error;
    struct tlm_feed_stats stats;
    char partial[4096];
    tlm_writer_partial(run->writer, partial, sizeof partial);
    if (tlm_writer_close(run->writer, &error)) {
        say(run, error.message);
        say_what_is_left(run, partial);
        return EXIT_FAILED;
    }
    tlm_feed_stats(run->feed, &stats);
    return stats.rejected && run->args->rows.bad_rows == TLM_BAD_REJECT ? EXIT_DEGRADED
                                                                        : EXIT_CLEAN;
}

/* ---- a run ---------------------------------------------------------------------------------- */

static int feed_all(struct run *run, const struct inputs *inputs, size_t first, size_t n,
                    bool rereadable)
{
    struct tlm_error error;
    enum tlm_code code = tlm_feed_new(&run->feed, run->writer, &run->args->rows, &error);
    for (size_t i = 0; i < n && !code; i++)
        code = tlm_feed_file(run->feed, inputs->paths[first + i], &error);
    progress_clear(run->progress);
    if (code && code != TLM_STOPPED)
        return end_failed(run, code, &error, rereadable);
    on_wake(run); /* what came too late for the feed */
    return end_well(run);
}

static int open_failed(const struct tlm_error *error)
{
    fprintf(stderr, "tlm write: %s\n", error->message);
    return error->code == TLM_ARGUMENT ? EXIT_USAGE : EXIT_FAILED;
}

/* Opens the writer; waits for another one's lock in a way that a signal can end. */
static enum tlm_code open_writer(struct run *run, struct tlm_error *error)
{
    struct tlm_writer_options options = run->args->writer;
    uint64_t left_ns = options.lock_wait_ns;
    options.lock_wait_ns = 0;
    for (;;) {
        enum tlm_code code = tlm_writer_open(&run->writer, &options, error);
        if (code != TLM_LOCKED || !left_ns || signals_stop())
            return code;
        uint64_t wait_ns = left_ns < LOCK_RETRY_NS ? left_ns : LOCK_RETRY_NS;
        struct pollfd wake = {.fd = signals_fd(), .events = POLLIN};
        poll(&wake, 1, (int)(wait_ns / 1000000) + 1);
        if (!signals_stop() && signals_take().hup) {
            pidfile_cut_begins(run->shared->pidfile);
            pidfile_cut_ended(run->shared->pidfile, PIDFILE_NOTHING, NULL);
        }
        left_ns -= wait_ns;
    }
}

/* Waits for the commands of --on-close, and then deletes what stayed for them. */
static int finish_parts(struct run *run, int status)
{
    struct tlm_stats stats;
    bool had_hooks = run->hooks;
    bool all_well = hooks_finish(run->hooks);
    run->hooks = NULL;
    if (had_hooks)
        tlm_writer_prune(run->writer);
    tlm_writer_stats(run->writer, &stats);
    all_well = all_well && !stats.prune_failures;
    return status == EXIT_CLEAN && !all_well ? EXIT_DEGRADED : status;
}

static int run_one(struct write_args *args, const struct inputs *inputs, size_t first, size_t n,
                   struct shared *shared)
{
    struct progress progress;
    struct run run = {.args = args, .shared = shared, .progress = &progress};
    struct hooks_options hooks = {"write", args->emit_files, args->emit_nul, args->on_close};
    struct tlm_error error;
    bool stdout_is_data = args->writer.output_fd == STDOUT_FILENO || args->emit_files;
    args->writer.ctx = args->rows.ctx = &run;
    args->writer.inputs = inputs->paths;
    args->writer.n_inputs = inputs->n;
    progress_start(&progress, !args->quiet && !args->writer.dry_run,
                   inputs->bytes_known ? inputs->bytes : 0);
    if ((hooks.emit || hooks.command) && !args->writer.dry_run &&
        !(run.hooks = hooks_start(&hooks)))
        return errno == EINVAL ? EXIT_USAGE : EXIT_FAILED;
    if (open_writer(&run, &error)) {
        hooks_finish(run.hooks);
        return signals_stop() ? EXIT_FAILED : open_failed(&error);
    }
    int status = finish_parts(&run, feed_all(&run, inputs, first, n, !inputs->live));
    if (run.feed)
        status = print_reports(&run, status, stdout_is_data);
    tlm_feed_free(run.feed);
    tlm_writer_free(run.writer);
    return status;
}

/* Without -o each input file becomes a file of its own. */
static int run_each(struct write_args *args, const struct inputs *inputs, struct shared *shared)
{
    int worst = EXIT_CLEAN;
    for (size_t i = 0; i < inputs->n && !signals_stop(); i++) {
        char *name = inputs_output_name(inputs->paths[i]);
        if (!name)
            return EXIT_FAILED;
        args->writer.output = name;
        int status = run_one(args, inputs, i, 1, shared);
        free(name);
        if (status == EXIT_FAILED || status == EXIT_USAGE)
            return status;
        worst = status > worst ? status : worst;
    }
    return worst;
}

/* Names that one of them would stumble over are found before the first is converted. */
static int check_each(const struct write_args *args, const struct inputs *inputs)
{
    struct tlm_writer_options options = args->writer;
    int status = EXIT_CLEAN;
    char **names = calloc(inputs->n, sizeof *names);
    options.dry_run = true;
    options.flush_interval_ns = 0;
    for (size_t i = 0; i < inputs->n && !status && names; i++) {
        struct tlm_writer *writer = NULL;
        struct tlm_error error;
        options.output = names[i] = inputs_output_name(inputs->paths[i]);
        if (!names[i])
            break;
        for (size_t k = 0; k < i && !status; k++)
            if (strcmp(names[k], names[i]) == 0)
                status = help_usage_error("write", "%s and %s would both become %s; use -o",
                                          inputs->paths[k], inputs->paths[i], names[i]);
        if (!status && tlm_writer_open(&writer, &options, &error))
            status = open_failed(&error);
        tlm_writer_free(writer);
    }
    for (size_t i = 0; i < inputs->n && names; i++)
        free(names[i]);
    free(names);
    return status;
}

/* A fifo as output is opened when it has a reader; a signal ends the wait. */
static int open_fifo(struct write_args *args, const char *path)
{
    struct stat info;
    if (args->writer.dry_run || stat(path, &info) < 0 || !S_ISFIFO(info.st_mode))
        return EXIT_CLEAN;
    int fd;
    while ((fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)) < 0 && errno == ENXIO) {
        struct pollfd wake = {.fd = signals_fd(), .events = POLLIN};
        poll(&wake, 1, LOCK_RETRY_NS / 1000000);
        signals_take();
        if (signals_stop())
            return EXIT_FAILED;
    }
    if (fd < 0 || fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK) < 0) {
        fprintf(stderr, "tlm write: %s: %s\n", path, strerror(errno));
        return EXIT_FAILED;
    }
    args->writer.output_fd = fd;
    return EXIT_CLEAN;
}

static int settle_output(struct write_args *args, const struct inputs *inputs, bool *each)
{
    const char *output = args->writer.output;
    bool from_stdin = strcmp(inputs->paths[0], "-") == 0;
    *each = !output && !from_stdin;
    if (*each && inputs->n > 1)
        for (size_t i = 0; i < inputs->n; i++)
            if (strcmp(inputs->paths[i], "-") == 0)
                return help_usage_error("write", "standard input among files needs -o");
    if (output && strcmp(output, "-") != 0)
        return open_fifo(args, output);
    if ((output && strcmp(output, "-") == 0) || (!output && from_stdin)) {
        if (isatty(STDOUT_FILENO))
            return help_usage_error("write", "not writing Avro to a terminal; use -o FILE");
        if (args->emit_files)
            return help_usage_error("write", "--emit-files and data both want standard output");
        args->writer.output = NULL;
        args->writer.output_fd = STDOUT_FILENO;
    }
    return EXIT_CLEAN;
}

/* Reports must not overwrite what is about to be read. */
static int check_reports(const struct write_args *args, const struct inputs *inputs)
{
    const char *const paths[] = {args->rejects, args->stats_file};
    for (size_t i = 0; i < 2; i++)
        if (paths[i] && inputs_have(inputs, paths[i])) {
            fprintf(stderr, "tlm write: --%s %s: is one of the inputs\n",
                    i ? "stats-file" : "rejects", paths[i]);
            return EXIT_FAILED;
        }
    return EXIT_CLEAN;
}

/* For reproducible files in tests: 32 hex digits. */
static bool sync_from_environment(struct write_args *args, uint8_t sync[16])
{
    const char *text = getenv("TLM_SYNC_MARKER");
    if (!text)
        return true;
    for (size_t i = 0; i < 16; i++) {
        char digits[3] = {0}, *end;
        memcpy(digits, text + 2 * i, strnlen(text + 2 * i, 2));
        sync[i] = (uint8_t)strtoul(digits, &end, 16);
        if (end != digits + 2)
            return false;
    }
    args->writer.sync_marker = sync;
    return text[32] == '\0';
}

/* A dry run leaves no file behind, and has nothing to cut. */
static int claim_pidfile(const struct write_args *args, struct shared *shared)
{
    if (!args->pidfile || args->writer.dry_run)
        return EXIT_CLEAN;
    shared->pidfile = signals_want_hup() ? pidfile_claim(args->pidfile) : NULL;
    return shared->pidfile ? EXIT_CLEAN : EXIT_FAILED;
}

int cmd_write(void *opaque)
{
    struct write_args *args = opaque;
    struct inputs inputs;
    struct shared shared = {.pidfile = NULL};
    uint8_t sync[16];
    bool each = false;
    if (!sync_from_environment(args, sync))
        return help_usage_error("write", "TLM_SYNC_MARKER is not 32 hex digits");
    if (!environment_cpu(&args->rows.cpu))
        return help_usage_error("write", "TLM_CPU is none of " ENVIRONMENT_CPU_WORDS);
    if (!signals_start()) {
        fprintf(stderr, "tlm write: signals: %s\n", strerror(errno));
        return EXIT_FAILED;
    }
    args->rows.wake_fd = signals_fd();
    int status = inputs_collect(&inputs, args->operands.items, args->operands.len, args->filelist);
    if (!status)
        status = settle_output(args, &inputs, &each);
    if (!status)
        status = retention_args_check(&args->retention, "write");
    args->writer.retention = args->retention.limits;
    if (!status && args->emit_nul && !args->emit_files)
        status = help_usage_error("write", "--null is about the paths of --emit-files");
    if (!status && each)
        status = check_each(args, &inputs);
    if (!status)
        status = check_reports(args, &inputs);
    if (!status)
        status = claim_pidfile(args, &shared);
    if (!status &&
        !rejects_open(&shared.rejects, args->rejects,
                      args->quiet || (args->rows.bad_rows == TLM_BAD_SKIP && !args->verbose)))
        status = EXIT_FAILED;
    if (!status) {
        if (!args->fsync_given && inputs.live)
            args->writer.fsync = TLM_FSYNC_FLUSH;
        args->writer.threads = args->threads > 256 ? 256 : (unsigned)args->threads;
        args->writer.on_part = on_part;
        args->writer.on_note = on_note;
        args->writer.on_warning = on_warning;
        args->writer.on_pruned = on_pruned;
        args->writer.may_prune = may_prune;
        args->rows.on_note = on_note;
        args->rows.on_reject = on_reject;
        args->rows.on_progress = on_progress;
        args->rows.on_wake = on_wake;
        args->rows.explain = args->verbose || args->writer.dry_run;
        status =
            each ? run_each(args, &inputs, &shared) : run_one(args, &inputs, 0, inputs.n, &shared);
        if (!rejects_close(&shared.rejects))
            status = EXIT_FAILED;
    }
    pidfile_remove(shared.pidfile);
    inputs_release(&inputs);
    if (signals_stop())
        signals_die(signals_stop());
    return status;
}
