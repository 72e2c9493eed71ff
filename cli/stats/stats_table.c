/* tlm stats without pictures: the figures of each series. */
#include <stdio.h>

#include "commands.h"
#include "stats/stats_csv.h"
#include "stats/stats_json.h"
#include "stats/stats_order.h"
#include "stats/stats_read.h"
#include "stats/stats_show.h"

static int fail(enum tlm_code code, const struct tlm_error *error)
{
    fprintf(stderr, "tlm stats: %s\n", error->message);
    return code == TLM_ARGUMENT ? EXIT_USAGE : EXIT_FAILED;
}

/* ---- printing ------------------------------------------------------------------------------- */

static bool print_rows(const struct stats_args *args, const struct stats_rules *rules,
                       const struct stats_lines *lines, size_t n)
{
    bool done = args->json || stats_csv_head(stdout, rules);
    for (size_t i = 0; i < n && done; i++) {
        struct stats_figures figures;
        done = stats_figures(lines->items[i], lines->ranks, &figures) &&
               (args->json ? stats_json_print : stats_csv_print)(stdout, rules, lines->items[i],
                                                                 &figures);
    }
    return done;
}

static int print(const struct stats_args *args, const struct stats_rules *rules,
                 struct stats_lines *lines)
{
    static const struct tlm_error memory = {.code = TLM_NO_MEMORY, .message = "out of memory"};
    const struct screen_look look = {
        .width = args->given.width ? (size_t)args->width : screen_width(stdout),
        .color = color_wanted(args->color, stdout),
        .ascii = args->ascii,
    };
    if (!stats_order_sort(lines, args->sort))
        return fail(TLM_NO_MEMORY, &memory);
    size_t n = args->top && args->top < lines->n ? (size_t)args->top : lines->n;
    bool text = !args->json && !args->csv;
    if (!lines->n) {
        fputs("tlm stats: there are no points\n", stderr);
        return EXIT_FAILED;
    }
    bool done =
        text ? stats_show(stdout, rules, lines, n, &look) : print_rows(args, rules, lines, n);
    return done || ferror(stdout) ? EXIT_CLEAN : fail(TLM_NO_MEMORY, &memory);
}

/* ---- reading -------------------------------------------------------------------------------- */

static int run(struct stats_read *read, const struct select *select)
{
    struct stats_lines lines;
    struct tlm_error error = {.code = TLM_OK};
    enum tlm_code code = select_resolve(select, read->files, &read->selection, &error);
    if (code)
        return fail(code, &error);
    if (!stats_lines_init(&lines, read->args->memory_bytes))
        code = TLM_NO_MEMORY;
    else
        code = stats_read_all(read, &lines, &error);
    int status = code ? fail(code, &error) : print(read->args, &read->rules, &lines);
    stats_lines_release(&lines);
    return status || !read->left_out ? status : EXIT_DEGRADED;
}

int stats_table(const struct stats_args *args)
{
    struct channel_files files = {0};
    struct select select;
    struct stats_read read;
    int status = stats_read_init(&read, args);
    if (!status)
        status = select_settle(&select, &args->select, "stats");
    if (!status)
        status = channel_files_collect(&files, args->operands.items, args->operands.len, "stats");
    if (status)
        return status;
    const struct row_pipe_options rows = stats_read_rows(args);
    files.rows = &rows;
    read.files = &files;
    read.rules.curves = !args->json && !args->csv;
    status = run(&read, &select);
    channel_files_release(&files);
    return status;
}
