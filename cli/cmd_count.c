/* tlm count: a number. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "channel_files.h"
#include "commands.h"
#include "count_args.h"

void count_args_init(void *opaque)
{
    *(struct count_args *)opaque = (struct count_args){.records = false};
}

/* ---- one file ------------------------------------------------------------------------------- */

struct counting {
    bool records;
    uint64_t sum;
};

static void *begin(void *ctx)
{
    (void)ctx;
    return calloc(1, sizeof(uint64_t));
}

static void drop(void *ctx, void *batch)
{
    (void)ctx;
    free(batch);
}

static enum tlm_code add_points(void *ctx, void *batch, const struct tlm_run_of_points *points,
                                struct tlm_error *error)
{
    (void)error;
    const struct counting *counting = ctx;
    *(uint64_t *)batch += counting->records ? 1 : points->n;
    return TLM_OK;
}

static enum tlm_code end(void *ctx, void *batch, const struct tlm_block *block,
                         struct tlm_error *error)
{
    (void)block;
    (void)error;
    struct counting *counting = ctx;
    counting->sum += *(uint64_t *)batch;
    free(batch);
    return TLM_OK;
}

static enum tlm_code walk(struct tlm_file *file, uint64_t *records, struct tlm_error *error)
{
    struct tlm_block block;
    bool got = true;
    enum tlm_code code = TLM_OK;
    *records = 0;
    while (!code) {
        code = tlm_file_next_block(file, false, &block, &got, error);
        if (code || !got)
            break;
        *records += block.records;
    }
    return code;
}

static enum tlm_code read_all(struct tlm_file *file, const struct count_args *args,
                              const struct tlm_selection *selection, uint64_t *count,
                              struct tlm_error *error)
{
    struct counting counting = {.records = args->records};
    const struct tlm_reading reading = {
        .threads = (unsigned)args->threads,
        .selection = *selection,
        .ctx = &counting,
        .begin = begin,
        .points = add_points,
        .end = end,
        .drop = drop,
    };
    enum tlm_code code = tlm_file_read(file, &reading, error);
    *count = counting.sum;
    return code;
}

static enum tlm_code count_file(const char *path, const struct count_args *args,
                                const struct select *select, const struct tlm_selection *selection,
                                uint64_t *count, struct tlm_error *error)
{
    struct tlm_file *file;
    enum tlm_code code = tlm_file_open(&file, path, error);
    if (code)
        return code;
    const struct tlm_file_info *info = tlm_file_info(file);
    bool all = !select_any(select);
    if (all && args->trust && info->has_figures)
        *count = args->records || !info->has_points ? info->records : info->points;
    else if (all && (args->records || !info->has_points))
        code = walk(file, count, error);
    else
        code = read_all(file, args, selection, count, error);
    tlm_file_close(file);
    return code;
}

/* ---- all files ------------------------------------------------------------------------------ */

static void print_text(const struct channel_files *files, const uint64_t *counts, uint64_t total)
{
    if (files->n > 1)
        for (size_t i = 0; i < files->n; i++)
            printf("%" PRIu64 " %s\n", counts[i], files->paths[i]);
    printf(files->n > 1 ? "%" PRIu64 " total\n" : "%" PRIu64 "\n", total);
}

static void print_json(const struct channel_files *files, const uint64_t *counts, uint64_t total)
{
    json_t *list = json_array();
    for (size_t i = 0; i < files->n; i++)
        json_array_append_new(list, json_pack("{s:s*, s:I}", "path", files->paths[i], "count",
                                              (json_int_t)counts[i]));
    json_t *object = json_pack("{s:o, s:I}", "files", list, "total", (json_int_t)total);
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
}

static enum tlm_code count_files(const struct count_args *args, const struct select *select,
                                 const struct channel_files *files, uint64_t *counts,
                                 struct tlm_error *error)
{
    struct tlm_selection selection;
    uint64_t total = 0;
    enum tlm_code code = select_resolve(select, files, &selection, error);
    for (size_t i = 0; i < files->n && !code; i++) {
        code = count_file(files->paths[i], args, select, &selection, &counts[i], error);
        total += counts[i];
    }
    if (!code)
        (args->json ? print_json : print_text)(files, counts, total);
    return code;
}

static int run(const struct count_args *args, const struct select *select,
               const struct channel_files *files)
{
    struct tlm_error error;
    uint64_t *counts = calloc(files->n + 1, sizeof *counts);
    if (!counts) {
        perror("tlm count");
        return EXIT_FAILED;
    }
    enum tlm_code code = count_files(args, select, files, counts, &error);
    free(counts);
    if (code)
        fprintf(stderr, "tlm count: %s\n", error.message);
    return code ? EXIT_FAILED : EXIT_CLEAN;
}

int cmd_count(void *opaque)
{
    struct count_args *args = opaque;
    struct channel_files files = {0};
    struct select select;
    int status = select_settle(&select, &args->select, "count");
    if (!status)
        status = channel_files_collect(&files, args->operands.items, args->operands.len, "count");
    if (!status)
        status = run(args, &select, &files);
    channel_files_release(&files);
    return status;
}
