#include "select.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channel_files.h"
#include "commands.h"
#include "help.h"
#include "row_pipe.h"

/* ---- options -------------------------------------------------------------------------------- */

static int settle_time(const char *command, const char *option, const char *text,
                       struct select_time *time)
{
    *time = (struct select_time){SELECT_TIME_NONE, 0};
    if (!text || select_time_parse(text, time))
        return EXIT_CLEAN;
    return help_usage_error(command,
                            "%s: \"%.100s\" is not a time: RFC 3339 like 2026-03-01T12:00:00Z, "
                            "nanoseconds since 1970, +5s from the start, or -10m from the end",
                            option, text);
}

int select_settle(struct select *select, const struct select_args *args, const char *command)
{
    *select = (struct select){.args = args};
    int status = settle_time(command, "--from", args->from, &select->from);
    if (!status)
        status = settle_time(command, "--to", args->to, &select->to);
    if (!status && select->from.kind == select->to.kind && select->from.kind != SELECT_TIME_NONE) {
        bool later = select->from.ns >= select->to.ns;
        if (select->from.kind == SELECT_TIME_END)
            later = select->from.ns <= select->to.ns;
        if (later)
            return help_usage_error(command, "--from %s is not before --to %s", args->from,
                                    args->to);
    }
    return status;
}

bool select_any(const struct select *select)
{
    const struct select_args *args = select->args;
    return args->channels.len || args->excludes.len || args->tags.len || args->from || args->to;
}

/* ---- the span of the data ------------------------------------------------------------------- */

struct span {
    int64_t first_ns, last_ns;
    bool any;
};

static void span_add(struct span *span, int64_t first_ns, int64_t last_ns)
{
    if (!span->any || first_ns < span->first_ns)
        span->first_ns = first_ns;
    if (!span->any || last_ns > span->last_ns)
        span->last_ns = last_ns;
    span->any = true;
}

static void *span_begin(void *ctx)
{
    (void)ctx;
    return calloc(1, sizeof(struct span));
}

static enum tlm_code span_points(void *ctx, void *batch, const struct tlm_run_of_points *points,
                                 struct tlm_error *error)
{
    (void)ctx;
    (void)error;
    for (size_t i = 0; i < points->n; i++)
        span_add(batch, points->timestamps_ns[i], points->timestamps_ns[i]);
    return TLM_OK;
}

static enum tlm_code span_end(void *ctx, void *batch, const struct tlm_block *block,
                              struct tlm_error *error)
{
    const struct span *span = batch;
    (void)block;
    (void)error;
    if (span->any)
        span_add(ctx, span->first_ns, span->last_ns);
    free(batch);
    return TLM_OK;
}

static void span_drop(void *ctx, void *batch)
{
    (void)ctx;
    free(batch);
}

static enum tlm_code read_through(struct tlm_file *file, struct span *span, struct tlm_error *error)
{
    struct tlm_reading reading = {
        .ctx = span,
        .begin = span_begin,
        .points = span_points,
        .end = span_end,
        .drop = span_drop,
    };
    tlm_selection_init(&reading.selection);
    return tlm_file_read(file, &reading, error);
}

static enum tlm_code span_of_open(struct tlm_file *file, struct span *span, struct tlm_error *error)
{
    const struct tlm_file_info *info = tlm_file_info(file);
    if (info->has_points && !info->has_figures)
        return read_through(file, span, error);
    if (info->has_points && info->points)
        span_add(span, info->first_ns, info->last_ns);
    return TLM_OK;
}

/* What there is to say about rows is said when their points are read. */
static enum tlm_code span_of_rows(const char *path, const struct row_pipe_options *options,
                                  struct span *span, struct tlm_error *error)
{
    struct row_pipe *pipe;
    struct tlm_row_options rows;
    const struct row_pipe_options silent = row_pipe_again(options, &rows);
    enum tlm_code code = row_pipe_open(&pipe, path, &silent, error);
    if (code)
        return code;
    code = span_of_open(row_pipe_file(pipe), span, error);
    return row_pipe_close(pipe, code, NULL, error);
}

static enum tlm_code span_of_file(const char *path, const struct row_pipe_options *rows,
                                  struct span *span, struct tlm_error *error)
{
    struct tlm_file *file;
    if (channel_files_is_pipe(path)) {
        if (error) {
            *error = (struct tlm_error){.code = TLM_ARGUMENT};
            snprintf(error->message, sizeof error->message,
                     "<stdin>: when the data begins and ends has to be known first: a pipe cannot "
                     "be read twice");
        }
        return TLM_ARGUMENT;
    }
    if (rows)
        return span_of_rows(path, rows, span, error);
    enum tlm_code code = tlm_file_open(&file, path, error);
    if (code)
        return code;
    code = span_of_open(file, span, error);
    tlm_file_close(file);
    return code;
}

enum tlm_code select_span(const struct channel_files *files, int64_t *first_ns, int64_t *last_ns,
                          bool *any, struct tlm_error *error)
{
    struct span span = {0};
    for (size_t i = 0; i < files->n; i++) {
        enum tlm_code code = span_of_file(files->paths[i], files->rows, &span, error);
        if (code)
            return code;
    }
    *any = span.any;
    *first_ns = span.first_ns;
    *last_ns = span.last_ns;
    return TLM_OK;
}

/* ---- what the library takes ----------------------------------------------------------------- */

static bool is_relative(const struct select_time *time)
{
    return time->kind == SELECT_TIME_START || time->kind == SELECT_TIME_END;
}

enum tlm_code select_resolve(const struct select *select, const struct channel_files *files,
                             struct tlm_selection *selection, struct tlm_error *error)
{
    int64_t first_ns = 0, last_ns = 0;
    bool any = true;
    if (is_relative(&select->from) || is_relative(&select->to)) {
        enum tlm_code code = select_span(files, &first_ns, &last_ns, &any, error);
        if (code)
            return code;
    }
    tlm_selection_init(selection);
    selection->channels = select->args->channels;
    selection->excludes = select->args->excludes;
    selection->tags = select->args->tags;
    if (select->from.kind != SELECT_TIME_NONE)
        selection->from_ns = select_time_at(&select->from, first_ns, last_ns);
    if (select->to.kind != SELECT_TIME_NONE)
        selection->to_ns = select_time_at(&select->to, first_ns, last_ns);
    return TLM_OK;
}
