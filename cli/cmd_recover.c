/* tlm recover: what is whole of files that are not. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "commands.h"
#include "help.h"
#include "recover_args.h"
#include "recover_report.h"

void recover_args_init(void *opaque)
{
    *(struct recover_args *)opaque = (struct recover_args){.finish = false};
}

static bool is_folder(const char *path)
{
    struct stat info;
    size_t len = strlen(path);
    return (len && path[len - 1] == '/') || (stat(path, &info) == 0 && S_ISDIR(info.st_mode));
}

/* 0, or an exit status. */
static int check_args(const struct recover_args *args)
{
    int modes = args->finish + args->report + (args->output != NULL);
    if (!args->operands.len)
        return help_usage_error("recover", "there is no file");
    if (modes == 0)
        return help_usage_error("recover", "say where to: -o OUT, --finish, or --report");
    if (modes > 1)
        return help_usage_error("recover", "-o, --finish and --report exclude each other");
    if (args->output && strcmp(args->output, "-") == 0)
        return help_usage_error("recover", "-o must be a file: its header is completed at the end");
    if (args->output && args->operands.len > 1 && !is_folder(args->output))
        return help_usage_error("recover", "-o must be a folder for several files: %s is none",
                                args->output);
    return 0;
}

/* ---- one file ------------------------------------------------------------------------------- */

/* In a folder a file keeps its name, and a partial gets that of its part. */
static void put_in_folder(const char *folder, const char *path, char *output, size_t size)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t len = (size_t)snprintf(output, size, "%s", folder);
    if (output[len - 1] != '/')
        output[len++] = '/';
    if (!tlm_partial_target(name, output + len, size - len))
        snprintf(output + len, size - len, "%s", name);
}

/* What is to be made of a file; NULL: memory is out. The caller frees. */
static char *output_of(const struct recover_args *args, const char *path)
{
    const char *out = args->output ? args->output : "";
    size_t size = strlen(path) + strlen(out) + 2;
    char *output = calloc(1, size);
    if (!output)
        return NULL;
    if (args->finish)
        tlm_partial_target(path, output, size);
    else if (is_folder(out))
        put_in_folder(out, path, output, size);
    else
        snprintf(output, size, "%s", out);
    return output;
}

static int recover_file(struct recover_report *report, const char *path)
{
    const struct recover_args *args = report->args;
    char *output = args->report ? NULL : output_of(args, path);
    struct tlm_recovery recovery = {0};
    struct tlm_error error;
    const struct tlm_recover_options options = {
        .path = path,
        .output = output,
        .force = args->force,
        .like = args->like,
        .on_lost = recover_report_lost,
        .on_note = recover_report_note,
        .ctx = report,
    };
    if (!output && !args->report) {
        perror("tlm recover");
        return EXIT_FAILED;
    }
    report->path = path;
    enum tlm_code code = args->finish ? tlm_recover_finish(&options, &recovery, &error)
                                      : tlm_recover(&options, &recovery, &error);
    recover_report_file(report, &recovery, code ? NULL : output, code ? error.message : NULL);
    free(output);
    if (code)
        return EXIT_FAILED;
    return recovery.complete ? EXIT_CLEAN : EXIT_DEGRADED;
}

/* ---- all files ------------------------------------------------------------------------------ */

/* A file that failed counts for more than one of which something was lost. */
static int worse(int a, int b)
{
    if (a == EXIT_FAILED || b == EXIT_FAILED)
        return EXIT_FAILED;
    return a > b ? a : b;
}

static void print_json(const struct recover_report *report)
{
    json_t *object = json_pack("{s:O}", "files", report->files);
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
}

int cmd_recover(void *opaque)
{
    const struct recover_args *args = opaque;
    int status = check_args(args);
    if (status)
        return status;
    struct recover_report report = {.args = args, .files = json_array(), .lost = json_array()};
    for (size_t i = 0; i < args->operands.len; i++)
        status = worse(status, recover_file(&report, args->operands.items[i]));
    if (args->json)
        print_json(&report);
    json_decref(report.files);
    json_decref(report.lost);
    return status;
}
