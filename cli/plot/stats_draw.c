/* tlm stats --plot and --hist: pictures of channels. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "plot/draw_source.h"
#include "plot/plot_read.h"
#include "plot/plot_text.h"
#include "screen.h"
#include "select.h"

static int fail(const struct tlm_error *error)
{
    fprintf(stderr, "tlm stats: %s\n", error->message);
    return EXIT_FAILED;
}

static int fail_memory(void)
{
    fprintf(stderr, "tlm stats: out of memory\n");
    return EXIT_FAILED;
}

static struct screen_look look_of(const struct stats_args *args)
{
    return (struct screen_look){
        .width = args->given.width ? (size_t)args->width : screen_width_or(stdout, 80),
        .color = color_wanted(args->color, stdout),
        .ascii = args->ascii || !screen_has_unicode(),
    };
}

/* ---- plots ---------------------------------------------------------------------------------- */

/* An exit status: every name stands for something. */
static int check_found(struct draw_source *source, const struct plot_data *data)
{
    const struct tlm_list *wanted = &source->args->plot;
    int status = EXIT_CLEAN;
    for (size_t i = 0; i < wanted->len; i++)
        if (!data->found[i]) {
            draw_source_no_channel(source, wanted->items[i]);
            status = EXIT_FAILED;
        }
    return status;
}

static void say_left_out(const struct plot_data *data)
{
    if (data->all > data->n)
        fprintf(stderr,
                "tlm stats: %zu series are drawn, %zu more are not: name fewer channels, "
                "or a --tag\n",
                data->n, data->all - data->n);
}

static int draw_plot(struct draw_source *source)
{
    struct tlm_error error;
    struct plot_data data;
    enum tlm_code code = plot_read(&data, source, &source->args->plot, &error);
    int status = code ? fail(&error) : check_found(source, &data);
    if (!status) {
        const struct screen_look look = look_of(source->args);
        if (!plot_text(stdout, &data, &look, (size_t)source->args->height))
            status = fail_memory();
        say_left_out(&data);
    }
    plot_data_release(&data);
    return status;
}

/* ---- the command ---------------------------------------------------------------------------- */

static int draw(const struct stats_args *args, const struct select *select,
                const struct channel_files *files)
{
    struct tlm_error error;
    struct draw_source source = {.args = args, .files = files};
    if (select_resolve(select, files, &source.selection, &error))
        return fail(&error);
    int status = draw_plot(&source);
    return source.failed ? EXIT_FAILED : status;
}

int stats_draw(const struct stats_args *args)
{
    struct channel_files files = {0};
    struct select select;
    int status = select_settle(&select, &args->select, "stats");
    if (!status)
        status = channel_files_collect(&files, args->operands.items, args->operands.len, "stats");
    if (!status)
        status = draw(args, &select, &files);
    channel_files_release(&files);
    return status;
}
