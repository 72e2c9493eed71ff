/* tlm verify: which files are bad. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "channel_files.h"
#include "clean_json.h"
#include "commands.h"
#include "units.h"
#include "verify_args.h"
#include "verify_file.h"
#include "verify_parts.h"

struct verify_run {
    const struct verify_args *args;
    struct verify_parts parts;
    json_t *list; /* with --json */
    size_t bad;
};

void verify_args_init(void *opaque)
{
    *(struct verify_args *)opaque = (struct verify_args){.full = false};
}

/* ---- what is said ---------------------------------------------------------------------------- */

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

static void say_good(const char *path, const struct verify_result *result)
{
    char blocks[UNITS_TEXT], records[UNITS_TEXT], points[UNITS_TEXT];
    fprintf(stderr, "tlm verify: %s: good: %s block%s, %s record%s", path,
            units_print_count(blocks, result->blocks), plural(result->blocks),
            units_print_count(records, result->records), plural(result->records));
    if (result->has_points || result->has_figures)
        fprintf(stderr, ", %s point%s", units_print_count(points, result->points),
                plural(result->points));
    putc('\n', stderr);
}

static void say_backwards(const char *path, const struct verify_result *result)
{
    char records[UNITS_TEXT];
    fprintf(stderr, "tlm verify: %s: note: times go back in %s record%s\n", path,
            units_print_count(records, result->backwards), plural(result->backwards));
}

static void print_bad(struct verify_run *run, const char *path, const char *reason)
{
    run->bad++;
    if (!run->args->json)
        puts(path);
    if (!run->args->quiet)
        fprintf(stderr, "tlm verify: %s\n", reason);
}

static void add_json(struct verify_run *run, const char *path, const struct verify_result *result,
                     const char *reason)
{
    json_t *object =
        json_pack("{s:o*, s:b, s:o*}", "path", clean_json(path, strlen(path)), "good", !reason,
                  "reason", reason ? clean_json(reason, strlen(reason)) : NULL);
    if (!reason)
        json_object_update_new(object,
                               json_pack("{s:I, s:I, s:I}", "blocks", (json_int_t)result->blocks,
                                         "records", (json_int_t)result->records,
                                         "unordered_records", (json_int_t)result->backwards));
    if (!reason && (result->has_points || result->has_figures))
        json_object_set_new(object, "points", json_integer((json_int_t)result->points));
    json_array_append_new(run->list, object);
}

static void report_file(struct verify_run *run, const char *path,
                        const struct verify_result *result, const char *reason)
{
    const struct verify_args *args = run->args;
    if (args->json)
        add_json(run, path, result, reason);
    if (reason) {
        print_bad(run, path, reason);
        return;
    }
    if (result->backwards && !args->quiet)
        say_backwards(path, result);
    if (result->not_compared && !args->quiet)
        fprintf(stderr, "tlm verify: %s: note: not compared: avro-c does not read its codec\n",
                path);
    if (args->verbose)
        say_good(path, result);
}

static void report_missing(void *ctx, const char *path, uint64_t n)
{
    struct verify_run *run = ctx;
    char reason[sizeof((struct tlm_error *)0)->message];
    if (n > 1)
        snprintf(reason, sizeof reason,
                 "%s: missing, and %" PRIu64 " more of the %" PRIu64 " parts from there on", path,
                 n - 1, n);
    else
        snprintf(reason, sizeof reason, "%s: missing, while the parts around it are there", path);
    const struct verify_result none = {.bytes = TLM_SIZE_UNKNOWN};
    report_file(run, path, &none, reason);
}

/* ---- all files ------------------------------------------------------------------------------ */

static bool check_files(struct verify_run *run, const struct channel_files *files)
{
    for (size_t i = 0; i < files->n; i++) {
        struct verify_result result;
        struct tlm_error error;
        enum tlm_code code = verify_file(files->paths[i], run->args, &result, &error);
        report_file(run, files->paths[i], &result, code ? error.message : NULL);
        if (result.has_part && !verify_parts_add(&run->parts, files->paths[i], result.part))
            return false;
    }
    verify_parts_check(&run->parts, report_missing, run);
    return true;
}

static int verify(struct verify_run *run, const struct channel_files *files)
{
    run->list = json_array();
    bool done = check_files(run, files);
    if (!done)
        fputs("tlm verify: out of memory\n", stderr);
    if (run->args->json && done) {
        json_t *object = json_pack("{s:O, s:I}", "files", run->list, "bad", (json_int_t)run->bad);
        json_dumpf(object, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(object);
    }
    json_decref(run->list);
    verify_parts_release(&run->parts);
    return run->bad || !done ? EXIT_FAILED : EXIT_CLEAN;
}

int cmd_verify(void *opaque)
{
    struct verify_args *args = opaque;
    struct verify_run run = {.args = args};
    struct channel_files files = {0};
    if (args->with != VERIFY_WITH_NONE)
        args->full = true; /* the other library is shown good files only */
    int status = channel_files_collect(&files, args->operands.items, args->operands.len, "verify");
    if (!status)
        status = verify(&run, &files);
    channel_files_release(&files);
    return status;
}
