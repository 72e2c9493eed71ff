/* tlm rotate: finished files into others. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "channel_files.h"
#include "commands.h"
#include "cut_signal.h"
#include "help.h"
#include "hooks.h"
#include "monotonic.h"
#include "report.h"
#include "rotate_args.h"
#include "signals.h"
#include "units.h"

void rotate_args_init(void *opaque)
{
    struct rotate_args *args = opaque;
    *args = (struct rotate_args){.timeout_ns = UINT64_C(60000000000)};
    tlm_recut_options_init(&args->recut);
    args->max_open = args->recut.max_open;
}

struct rotation {
    struct rotate_args *args;
    struct select select;
    struct hooks *hooks;
    struct tlm_part *parts; /* paths are copies */
    size_t n_parts, parts_room;
    struct tlm_recut_result result;
    uint64_t started_ns;
};

/* ---- what the library calls ----------------------------------------------------------------- */

static bool keep_part(struct rotation *run, const struct tlm_part *part)
{
    if (run->n_parts == run->parts_room) {
        size_t room = run->parts_room ? 2 * run->parts_room : 16;
        struct tlm_part *parts = realloc(run->parts, room * sizeof *parts);
        if (!parts)
            return false;
        run->parts = parts;
        run->parts_room = room;
    }
    run->parts[run->n_parts] = *part;
    run->parts[run->n_parts].path = strdup(part->path);
    return run->parts[run->n_parts].path && ++run->n_parts;
}

static void on_part(void *ctx, const struct tlm_part *part)
{
    struct rotation *run = ctx;
    if (run->args->verbose)
        fprintf(stderr, "tlm rotate: finished %s\n", part->path);
    if (!keep_part(run, part))
        fprintf(stderr, "tlm rotate: out of memory: %s is missing in the summary\n", part->path);
    if (run->hooks)
        hooks_part(run->hooks, part);
}

static void on_warning(void *ctx, const char *message)
{
    (void)ctx;
    fprintf(stderr, "tlm rotate: %s\n", message);
}

static void on_lost(void *ctx, const char *path, const struct tlm_lost_range *range)
{
    (void)ctx;
    fprintf(stderr, "tlm rotate: %s: bytes %llu to %llu are lost: %s\n", path,
            (unsigned long long)range->from, (unsigned long long)range->to, range->why);
}

static bool go_on(void *ctx)
{
    (void)ctx;
    return !signals_stop();
}

/* ---- the summary ---------------------------------------------------------------------------- */

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

static void print_count(const char *before, uint64_t n, const char *what)
{
    char count[UNITS_TEXT];
    fprintf(stderr, "%s%s %s%s", before, units_print_count(count, n), what, plural(n));
}

static void print_summary(const struct rotation *run)
{
    const struct tlm_recut_result *result = &run->result;
    char size[UNITS_TEXT], time[UNITS_TEXT];
    print_count("tlm rotate: ", result->files, "file");
    print_count(", ", result->points, "point");
    print_count(", ", result->parts, "part");
    fprintf(stderr, "%s (%s) in %s\n", run->args->recut.writer.dry_run ? " would be written" : "",
            units_print_size(size, result->bytes_out),
            units_print_duration(time, monotonic_ns() - run->started_ns));
    print_count("  ", result->blocks_copied, "block");
    print_count(" copied, ", result->blocks_decoded, "block");
    fprintf(stderr, " written anew");
    if (result->duplicates)
        print_count(", ", result->duplicates, "duplicate");
    if (result->duplicates)
        fprintf(stderr, " left out");
    if (result->deleted)
        print_count(", ", result->deleted, "source");
    fprintf(stderr, "%s\n", result->deleted ? " deleted" : "");
    report_parts(stderr, run->parts, run->n_parts);
}

static void print_lost(const struct tlm_recut_result *result)
{
    char bytes[UNITS_TEXT], records[UNITS_TEXT];
    if (result->lost_files)
        fprintf(stderr, "tlm rotate: lost of %llu file%s: %s bytes, at least %s records\n",
                (unsigned long long)result->lost_files, plural(result->lost_files),
                units_print_count(bytes, result->lost_bytes),
                units_print_count(records, result->lost_records));
}

static bool print_json(const struct rotation *run, const char *status)
{
    const struct tlm_recut_result *r = &run->result;
    return report_json(
        stdout,
        json_pack("{s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:o}",
                  "status", status, "dry_run", (int)run->args->recut.writer.dry_run, "files",
                  (json_int_t)r->files, "bytes_in", (json_int_t)r->bytes_in, "points",
                  (json_int_t)r->points, "blocks_copied", (json_int_t)r->blocks_copied,
                  "blocks_decoded", (json_int_t)r->blocks_decoded, "duplicates",
                  (json_int_t)r->duplicates, "lost_files", (json_int_t)r->lost_files, "lost_bytes",
                  (json_int_t)r->lost_bytes, "lost_records", (json_int_t)r->lost_records, "deleted",
                  (json_int_t)r->deleted, "bytes_out", (json_int_t)r->bytes_out, "seconds",
                  (double)(monotonic_ns() - run->started_ns) / 1e9, "parts",
                  report_parts_json(run->parts, run->n_parts)));
}

/* ---- the run -------------------------------------------------------------------------------- */

/* 0, or an exit status. */
static int settle_split(struct rotate_args *args)
{
    if (!args->split_by)
        return 0;
    if (strcmp(args->split_by, "channel") == 0) {
        args->recut.split = TLM_SPLIT_CHANNEL;
        return 0;
    }
    if (strncmp(args->split_by, "tag.", 4) != 0 || !args->split_by[4])
        return help_usage_error("rotate", "--split-by is channel or tag.KEY, not \"%s\"",
                                args->split_by);
    args->recut.split = TLM_SPLIT_TAG;
    args->recut.split_tag = args->split_by + 4;
    return 0;
}

/* 0, or an exit status. */
static int check_signal(const struct rotate_args *args)
{
    if (args->operands.len || args->recut.writer.output)
        return help_usage_error("rotate", "--signal takes no files: the writer has its own");
    return 0;
}

/* 0, or an exit status. */
static int check_args(struct rotate_args *args)
{
    if (!args->recut.writer.output)
        return help_usage_error("rotate", "say where to: -o FILE");
    if (strcmp(args->recut.writer.output, "-") == 0)
        return help_usage_error("rotate", "-o must be a file: its header is completed at the end");
    if (!args->operands.len)
        return help_usage_error("rotate", "there is no file");
    if (args->json && (args->emit_files || args->emit_nul))
        return help_usage_error("rotate", "--json and --emit-files exclude each other");
    return settle_split(args);
}

static int fail(const struct rotation *run, enum tlm_code code, const struct tlm_error *error)
{
    fprintf(stderr, "tlm rotate: %s\n", error->message);
    if (run->n_parts && !run->result.deleted)
        fprintf(stderr, "tlm rotate: %zu part%s finished before; the sources are as they were\n",
                run->n_parts, run->n_parts == 1 ? " was" : "s were");
    return code == TLM_ARGUMENT ? EXIT_USAGE : EXIT_FAILED;
}

static int report(const struct rotation *run, enum tlm_code code, const struct tlm_error *error)
{
    int status = code                     ? fail(run, code, error)
                 : run->result.lost_files ? EXIT_DEGRADED
                                          : EXIT_CLEAN;
    print_lost(&run->result);
    if (run->args->json && !print_json(run, code ? "failed" : status ? "degraded" : "ok"))
        return EXIT_FAILED;
    if (!run->args->json && !run->args->quiet && !code)
        print_summary(run);
    return status;
}

static int rotate(struct rotation *run, const struct channel_files *files)
{
    struct rotate_args *args = run->args;
    const struct hooks_options hooks = {"rotate", args->emit_files || args->emit_nul,
                                        args->emit_nul, args->on_close};
    struct tlm_recut_options *recut = &args->recut;
    struct tlm_error error = {0};
    if ((hooks.emit || hooks.command) && !(run->hooks = hooks_start(&hooks)))
        return EXIT_FAILED;
    recut->paths = (const char *const *)files->paths;
    recut->n_paths = files->n;
    recut->sort = args->sort == ROTATE_BY_TIME;
    recut->max_open = args->max_open > 4096 ? 4096 : (unsigned)args->max_open;
    recut->writer.threads = args->threads > 256 ? 256 : (unsigned)args->threads;
    recut->writer.on_part = on_part;
    recut->writer.on_warning = on_warning;
    recut->writer.ctx = recut->ctx = run;
    recut->on_lost = on_lost;
    recut->go_on = go_on;
    run->started_ns = monotonic_ns();
    enum tlm_code code = select_resolve(&run->select, files, &recut->selection, &error);
    if (!code)
        code = tlm_recut(recut, &run->result, &error);
    bool delivered = !run->hooks || hooks_finish(run->hooks);
    int status = report(run, code, &error);
    return status || delivered ? status : EXIT_DEGRADED;
}

int cmd_rotate(void *opaque)
{
    struct rotate_args *args = opaque;
    struct rotation run = {.args = args};
    struct channel_files files = {0};
    if (args->signal) {
        int status = check_signal(args);
        return status ? status : cut_signal(args->signal, args->timeout_ns, "rotate");
    }
    int status = check_args(args);
    if (!status)
        status = select_settle(&run.select, &args->select, "rotate");
    if (!status && !signals_start()) {
        perror("tlm rotate");
        status = EXIT_FAILED;
    }
    if (!status)
        status = channel_files_collect(&files, args->operands.items, args->operands.len, "rotate");
    if (!status)
        status = rotate(&run, &files);
    channel_files_release(&files);
    for (size_t i = 0; i < run.n_parts; i++)
        free((char *)run.parts[i].path);
    free(run.parts);
    if (signals_stop())
        signals_die(signals_stop());
    return status;
}
