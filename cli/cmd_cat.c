/* tlm cat: points out of files. */
#include <inttypes.h>
#include <stdio.h>

#include "cat/cat_collect.h"
#include "cat/cat_error.h"
#include "cat/cat_rows.h"
#include "cat/cat_stream.h"
#include "cat_args.h"
#include "channel_files.h"
#include "commands.h"

/* One run over all files. */
struct run {
    const struct cat_args *args;
    struct cat_format format;
    struct cat_sink sink;
    struct cat_limit limit;
    struct tlm_reading reading;
    struct cat_stream *stream; /* or the table: rows that can be made at once, or not */
    struct cat_table table;
    bool failed; /* a file was not read to its end */
};

static void say(const struct tlm_error *error)
{
    fprintf(stderr, "tlm cat: %s\n", error->message);
}

static bool needs_table(const struct cat_args *args)
{
    return args->wide || args->every_ns;
}

/* ---- reading -------------------------------------------------------------------------------- */

/* True for errors that concern one file, and not what is made of it. */
static bool is_of_file(const struct run *run, enum tlm_code code)
{
    return code == TLM_DAMAGED || code == TLM_INPUT || (code == TLM_IO && !run->sink.failed);
}

/* Says what is wrong with a file and goes on, as cat(1) does. */
static enum tlm_code read_file(struct run *run, const char *path, struct tlm_error *error)
{
    struct tlm_file *file = NULL;
    enum tlm_code code = tlm_file_open(&file, path, error);
    if (!code)
        code = tlm_file_read(file, &run->reading, error);
    tlm_file_close(file);
    if (!is_of_file(run, code))
        return code;
    say(error);
    run->failed = true;
    return TLM_OK;
}

static enum tlm_code read_files(struct run *run, const struct channel_files *files,
                                struct tlm_error *error)
{
    enum tlm_code code = TLM_OK;
    for (size_t i = 0; i < files->n && !code; i++)
        code = read_file(run, files->paths[i], error);
    return code;
}

static enum tlm_code write_table(struct run *run, struct tlm_error *error)
{
    enum tlm_code code = cat_table_settle(&run->table, error);
    if (code)
        return code;
    return run->args->wide ? cat_wide_write(&run->table, run->args->fill, &run->limit, error)
                           : cat_collect_write(&run->table, &run->limit, error);
}

static enum tlm_code write_all(struct run *run, const struct channel_files *files,
                               struct tlm_error *error)
{
    enum tlm_code code = read_files(run, files, error);
    if (!code && needs_table(run->args))
        code = write_table(run, error);
    if (code == TLM_STOPPED) /* --head has what it wants */
        code = TLM_OK;
    if (!code && run->failed && !run->limit.passed)
        run->limit.header = NULL;
    return code ? code : cat_limit_finish(&run->limit, error);
}

/* ---- a run ---------------------------------------------------------------------------------- */

static bool attach(struct run *run, bool selects)
{
    run->reading.threads = (unsigned)run->args->threads;
    if (needs_table(run->args)) {
        cat_collect_attach(&run->table, &run->reading);
        return true;
    }
    run->stream = cat_stream_new(&run->limit);
    if (run->stream)
        cat_stream_attach(run->stream, cat_format_is_json(&run->format) && !selects, &run->reading);
    return run->stream;
}

static void init(struct run *run)
{
    const struct cat_args *args = run->args;
    run->format = cat_args_format(args);
    run->limit = (struct cat_limit){
        .sink = &run->sink,
        .format = &run->format,
        .header = args->wide ? NULL : cat_rows_header(&run->format),
        .head = args->head,
        .tail = args->tail,
    };
    run->table = (struct cat_table){
        .format = &run->format,
        .every_ns = args->every_ns,
        .aggregate = args->aggregate,
        .memory_bytes = args->memory_bytes,
    };
}

static enum tlm_code open_run(struct run *run, const struct select *select,
                              const struct channel_files *files, struct tlm_error *error)
{
    enum tlm_code code = select_resolve(select, files, &run->reading.selection, error);
    if (!code)
        code = cat_sink_open(&run->sink, run->args->output, run->args->force, error);
    if (!code && !attach(run, select_any(select)))
        code = cat_fail_memory(error);
    return code;
}

static void note_left_out(const struct run *run)
{
    if (run->table.left_out)
        fprintf(stderr,
                "tlm cat: %" PRIu64 " value%s no number%s left out (--agg last takes all)\n",
                run->table.left_out, run->table.left_out == 1 ? " that is" : "s that are",
                run->table.left_out == 1 ? " was" : "s were");
}

static void note_not_written(const struct run *run)
{
    if (run->failed && run->sink.temporary)
        fprintf(stderr, "tlm cat: %s is not written, since an input is not whole\n",
                run->sink.path);
}

static int run_cat(const struct cat_args *args, const struct select *select,
                   const struct channel_files *files)
{
    struct tlm_error error;
    struct run run = {.args = args, .sink = {.fd = -1}};
    init(&run);
    enum tlm_code code = open_run(&run, select, files, &error);
    if (!code)
        code = write_all(&run, files, &error);
    if (!code && !run.failed)
        code = cat_sink_publish(&run.sink, &error);
    int status = code || run.failed ? EXIT_FAILED : EXIT_CLEAN;
    if (run.sink.closed)
        status = EXIT_CLEAN;
    else if (code)
        say(&error);
    else
        note_left_out(&run);
    note_not_written(&run);
    cat_sink_release(&run.sink);
    cat_stream_free(run.stream);
    cat_table_release(&run.table);
    cat_limit_release(&run.limit);
    return status;
}

int cmd_cat(void *opaque)
{
    const struct cat_args *args = opaque;
    struct select select;
    struct channel_files files;
    int status = cat_args_check(args);
    if (!status)
        status = select_settle(&select, &args->select, "cat");
    if (!status)
        status = channel_files_collect(&files, args->operands.items, args->operands.len, "cat");
    if (status)
        return status;
    status = run_cat(args, &select, &files);
    channel_files_release(&files);
    return status;
}
