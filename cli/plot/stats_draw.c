/* tlm stats --plot and --hist: pictures of channels. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "plot/draw_source.h"
#include "plot/hist_json.h"
#include "plot/hist_picture.h"
#include "plot/hist_text.h"
#include "plot/picture_file.h"
#include "plot/plot_picture.h"
#include "plot/plot_text.h"
#include "plot/png_page.h"
#include "plot/svg_page.h"
#include "row_pipe.h"
#include "screen.h"
#include "screen_text.h"
#include "select.h"

#define PAGE_WIDTH 1200
#define HIST_AROUND 3 /* lines that are no bins, at least one bin included */

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

/* ---- files ---------------------------------------------------------------------------------- */

static bool into_file(const struct stats_args *args)
{
    return args->svg || args->png;
}

static unsigned width_of(const struct stats_args *args)
{
    return args->given.width ? (unsigned)args->width : PAGE_WIDTH;
}

static int write_picture(const struct stats_args *args, const struct picture *picture)
{
    struct tlm_error error;
    enum tlm_code code = TLM_OK;
    if (picture->failed)
        return fail_memory();
    if (args->svg)
        code = picture_file_write(args->svg, svg_page, picture, &error);
    if (!code && args->png)
        code = picture_file_write(args->png, png_page, picture, &error);
    return code ? fail(&error) : EXIT_CLEAN;
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

static int print_plot(const struct stats_args *args, const struct plot_data *data)
{
    const struct screen_look look = look_of(args);
    return plot_text(stdout, data, &look, (size_t)args->height) ? EXIT_CLEAN : fail_memory();
}

static int write_plot(const struct stats_args *args, const struct plot_data *data)
{
    struct picture picture;
    plot_picture(&picture, data, width_of(args), (unsigned)args->height);
    int status = write_picture(args, &picture);
    picture_release(&picture);
    return status;
}

static int draw_plot(struct draw_source *source)
{
    struct tlm_error error;
    struct plot_data data;
    const struct stats_args *args = source->args;
    enum tlm_code code = plot_read(&data, source, &args->plot, &error);
    int status = code ? fail(&error) : check_found(source, &data);
    if (!status) {
        status = (into_file(args) ? write_plot : print_plot)(args, &data);
        say_left_out(&data);
    }
    plot_data_release(&data);
    return status;
}

/* ---- histograms ----------------------------------------------------------------------------- */

/* A line is for a bin: what --height leaves beside title, heads, and what is not finite. */
static struct hist_wish wish_of(const struct stats_args *args)
{
    const size_t lines = into_file(args) || args->height < HIST_AROUND ? 0 : (size_t)args->height;
    return (struct hist_wish){
        .growing = args->log,
        .exactly = (size_t)args->bins,
        .most = lines ? lines - HIST_AROUND + 1 : HIST_BINS,
    };
}

static size_t texts_of(const struct stats_args *args)
{
    const struct hist_wish wish = wish_of(args);
    return wish.exactly ? wish.exactly : wish.most;
}

static int print_hist(const struct stats_args *args, const struct hist *hist)
{
    const struct screen_look look = look_of(args);
    bool done = args->json ? hist_json(stdout, hist, texts_of(args))
                           : hist_text(stdout, hist, &look, texts_of(args));
    return done || ferror(stdout) ? EXIT_CLEAN : fail_memory();
}

static int write_hist(const struct stats_args *args, const struct hist *hist)
{
    struct picture picture;
    char *title = screen_text_clean(hist->name, strlen(hist->name));
    if (!title)
        return fail_memory();
    hist_picture(&picture, hist, title, width_of(args), (unsigned)args->height, texts_of(args));
    int status = write_picture(args, &picture);
    picture_release(&picture);
    free(title);
    return status;
}

static int draw_hist(struct draw_source *source)
{
    struct tlm_error error;
    struct hist hist;
    const struct stats_args *args = source->args;
    const struct hist_wish wish = wish_of(args);
    enum tlm_code code = hist_read(&hist, source, args->hist, &wish, &error);
    int status = code ? fail(&error) : EXIT_CLEAN;
    if (!status && !hist.points) {
        draw_source_no_channel(source, args->hist);
        status = EXIT_FAILED;
    }
    if (!status)
        status = (into_file(args) ? write_hist : print_hist)(args, &hist);
    hist_release(&hist);
    return status;
}

/* ---- the command ---------------------------------------------------------------------------- */

static int draw(const struct stats_args *args, const struct select *select,
                struct channel_files *files)
{
    struct tlm_error error;
    struct draw_source source = {.args = args, .files = files};
    const struct row_pipe_options rows = {.command = "stats",
                                          .rows = &args->rows,
                                          .threads = (unsigned)args->threads,
                                          .memory_bytes = args->memory_bytes / 2};
    files->rows = &rows;
    if (select_resolve(select, files, &source.selection, &error))
        return fail(&error);
    int status = (args->hist ? draw_hist : draw_plot)(&source);
    if (source.misused)
        return EXIT_USAGE;
    if (source.failed)
        return EXIT_FAILED;
    return status || !source.left_out ? status : EXIT_DEGRADED;
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
