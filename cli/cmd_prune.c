/* tlm prune: the oldest parts of a set go. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "channel_files.h"
#include "clean_json.h"
#include "commands.h"
#include "help.h"
#include "prune_args.h"
#include "report.h"
#include "units.h"

struct prune_run {
    const struct prune_args *args;
    json_t *pruned, *passed, *errors; /* with --json */
};

void prune_args_init(void *opaque)
{
    *(struct prune_args *)opaque = (struct prune_args){.json = false};
}

/* ---- what is said ---------------------------------------------------------------------------- */

static json_t *make_text(const char *text)
{
    return clean_json(text, strlen(text));
}

static json_t *make_why(unsigned limits)
{
    char why[RETENTION_WHY], *place = NULL;
    json_t *list = json_array();
    retention_why(why, limits);
    for (char *word = strtok_r(why, ",", &place); word; word = strtok_r(NULL, ",", &place))
        json_array_append_new(list, json_string(word));
    return list;
}

static json_t *make_part(const struct tlm_pruned_part *part)
{
    char finished[REPORT_TIME];
    json_t *object = json_pack(
        "{s:o*, s:I, s:s, s:o}", "path", make_text(part->path), "bytes", (json_int_t)part->bytes,
        "finished", report_time(finished, part->finished_ns), "why", make_why(part->limits));
    if (part->has_times)
        json_object_update_new(object,
                               json_pack("{s:I, s:I}", "first_ns", (json_int_t)part->first_ns,
                                         "last_ns", (json_int_t)part->last_ns));
    return object;
}

static void on_pruned(void *ctx, const struct tlm_pruned_part *part)
{
    const struct prune_run *run = ctx;
    char newest[REPORT_TIME], why[RETENTION_WHY];
    if (run->args->json)
        json_array_append_new(run->pruned, make_part(part));
    else if (run->args->dry_run || run->args->verbose)
        printf("%s\t%" PRIu64 "\t%s\t%s\n", part->path, part->bytes,
               part->has_times ? report_time(newest, part->last_ns) : "-",
               retention_why(why, part->limits));
}

static void on_passed(void *ctx, const char *message)
{
    const struct prune_run *run = ctx;
    if (run->args->json)
        json_array_append_new(run->passed, make_text(message));
    if (!run->args->quiet)
        fprintf(stderr, "tlm prune: %s\n", message);
}

static void on_error(void *ctx, const struct tlm_error *error)
{
    const struct prune_run *run = ctx;
    if (run->args->json)
        json_array_append_new(run->errors, make_text(error->message));
    fprintf(stderr, "tlm prune: %s\n", error->message);
}

static void print_json(const struct prune_run *run, const struct tlm_pruning *pruning)
{
    json_t *object = json_pack(
        "{s:b, s:I, s:I, s:I, s:I, s:O, s:O, s:O}", "dry_run", (int)run->args->dry_run, "parts",
        (json_int_t)pruning->parts, "bytes", (json_int_t)pruning->bytes, "pruned_parts",
        (json_int_t)pruning->pruned_parts, "pruned_bytes", (json_int_t)pruning->pruned_bytes,
        "pruned", run->pruned, "passed", run->passed, "errors", run->errors);
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
}

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

static void say_summary(const struct prune_args *args, const struct tlm_pruning *pruning)
{
    char went[UNITS_TEXT], stays[UNITS_TEXT];
    uint64_t parts = pruning->parts - pruning->pruned_parts;
    if (pruning->pruned_parts)
        fprintf(stderr, "tlm prune: %s %" PRIu64 " part%s (%s)",
                args->dry_run ? "would delete" : "deleted", pruning->pruned_parts,
                plural(pruning->pruned_parts), units_print_size(went, pruning->pruned_bytes));
    else
        fputs("tlm prune: nothing to delete", stderr);
    fprintf(stderr, "; %" PRIu64 " part%s (%s) stay%s\n", parts, plural(parts),
            units_print_size(stays, pruning->bytes - pruning->pruned_bytes), parts == 1 ? "s" : "");
}

/* ---- a run ---------------------------------------------------------------------------------- */

static int end(const struct prune_run *run, enum tlm_code code, const struct tlm_error *error,
               const struct tlm_pruning *pruning)
{
    const struct prune_args *args = run->args;
    if (args->json)
        print_json(run, pruning);
    if (code == TLM_INPUT)
        fputs("tlm prune: nothing was deleted\n", stderr);
    else if (code == TLM_NO_MEMORY)
        fprintf(stderr, "tlm prune: %s\n", error->message);
    else if (!args->quiet)
        say_summary(args, pruning);
    return code ? EXIT_FAILED : EXIT_CLEAN;
}

static int prune(const struct prune_args *args, const struct channel_files *files)
{
    struct prune_run run = {args, json_array(), json_array(), json_array()};
    const struct tlm_prune_options options = {
        .paths = (const char *const *)files->paths,
        .n_paths = files->n,
        .retention = args->retention.limits,
        .dry_run = args->dry_run,
        .on_pruned = on_pruned,
        .on_passed = on_passed,
        .on_error = on_error,
        .ctx = &run,
    };
    struct tlm_pruning pruning;
    struct tlm_error error;
    enum tlm_code code = tlm_prune(&options, &pruning, &error);
    int status;
    if (!code && pruning.missing == files->n) {
        fprintf(stderr, "tlm prune: %s: %s\n", files->paths[0],
                files->n == 1 ? "is not there" : "is not there, and none of the others");
        status = EXIT_FAILED;
    } else {
        status = end(&run, code, &error, &pruning);
    }
    json_decref(run.pruned);
    json_decref(run.passed);
    json_decref(run.errors);
    return status;
}

/* 0, or an exit status. */
static int check_args(const struct prune_args *args)
{
    if (!args->operands.len)
        return help_usage_error("prune", "there is no file");
    for (size_t i = 0; i < args->operands.len; i++)
        if (strcmp(args->operands.items[i], "-") == 0)
            return help_usage_error("prune", "standard input cannot be deleted: name files");
    if (!retention_args_any(&args->retention))
        return help_usage_error("prune",
                                "say what stays: --keep N, --keep-bytes SIZE or --keep-age DUR");
    return retention_args_check(&args->retention, "prune");
}

int cmd_prune(void *opaque)
{
    const struct prune_args *args = opaque;
    struct channel_files files;
    int status = check_args(args);
    if (status)
        return status;
    status = channel_files_collect_real(&files, args->operands.items, args->operands.len, "prune");
    if (!status)
        status = prune(args, &files);
    channel_files_release(&files);
    return status;
}
