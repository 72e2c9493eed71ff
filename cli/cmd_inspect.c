/* tlm inspect: what is in these files. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "browse/browse.h"
#include "channel_files.h"
#include "commands.h"
#include "help.h"
#include "inspect/block_list.h"
#include "inspect/file_json.h"
#include "inspect/head_lines.h"
#include "inspect/show.h"
#include "inspect/show_blocks.h"
#include "inspect/show_timeline.h"
#include "inspect_args.h"

#define SAMPLE_ABOVE (UINT64_C(256) << 20)
#define SAMPLE_BYTES (UINT64_C(100) << 20)
#define MOST_THREADS 256u

/* One run. */
struct inspect {
    const struct inspect_args *args;
    struct channel_files files;
    struct screen_look look;
    struct survey_options options;
    bool damaged; /* something can be recovered */
    int status;
};

/* ---- messages ------------------------------------------------------------------------------- */

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), n = strlen(end);
    return len >= n && strcmp(text + len - n, end) == 0;
}

static void hint_recover(const char *path)
{
    fprintf(stderr,
            "tlm inspect: %s: its writer is still at work, or died: tlm recover gets back what "
            "is whole\n",
            path);
}

/* After what is known of the file has been shown. */
static void report(struct inspect *inspect, const char *path, enum tlm_code code,
                   const struct tlm_error *error)
{
    fflush(stdout);
    if (code)
        fprintf(stderr, "tlm inspect: %s\n", error->message);
    if (ends_with(path, ".partial"))
        hint_recover(path);
    else if (code == TLM_DAMAGED && error->byte)
        inspect->damaged = true;
    if (code)
        inspect->status = EXIT_FAILED;
}

/* Something was not printed: memory is out, or standard output failed, which is said at the end. */
static void report_memory(struct inspect *inspect)
{
    if (ferror(stdout))
        return;
    fflush(stdout);
    fprintf(stderr, "tlm inspect: %s\n", strerror(ENOMEM));
    inspect->status = EXIT_FAILED;
}

static void report_nothing(struct inspect *inspect)
{
    fprintf(stderr, "tlm inspect: there are no points to show\n");
    inspect->status = EXIT_FAILED;
}

static void hint_partials(const struct inspect *inspect)
{
    size_t n = inspect->files.n_partials;
    if (n)
        printf("and %zu unfinished .partial file%s: see tlm recover\n", n, n == 1 ? "" : "s");
}

/* ---- one file ------------------------------------------------------------------------------- */

static bool show_screen(const struct inspect *inspect, struct survey *survey)
{
    const struct screen_look *look = &inspect->look;
    channel_table_sort(&survey->channels, inspect->args->sort);
    return show_file(stdout, survey, look) &&
           (survey->info->has_points ? show_channels(stdout, survey, look)
                                     : show_fields(stdout, survey->info, look));
}

static void run_screen(struct inspect *inspect, const char *path)
{
    struct survey survey;
    survey_take(&survey, path, &inspect->options);
    if (survey.file && !show_screen(inspect, &survey))
        report_memory(inspect);
    report(inspect, path, survey.code, &survey.error);
    survey_release(&survey);
}

/* ---- many files ----------------------------------------------------------------------------- */

static void run_list(struct inspect *inspect)
{
    struct show_list *list = show_list_new();
    struct survey *surveys = calloc(1, sizeof *surveys);
    struct tlm_error *errors = calloc(inspect->files.n, sizeof *errors);
    bool done = list && surveys && errors;
    inspect->options.depth = inspect->args->full ? SURVEY_FULL : SURVEY_HEADS;
    for (size_t i = 0; done && i < inspect->files.n; i++) {
        survey_take(surveys, inspect->files.paths[i], &inspect->options);
        show_list_add(list, inspect->files.paths[i], surveys);
        errors[i] = surveys->error;
        errors[i].code = surveys->code;
        survey_release(surveys);
    }
    done = done && show_list_print(stdout, list, &inspect->look);
    if (done)
        hint_partials(inspect);
    else
        report_memory(inspect);
    for (size_t i = 0; done && i < inspect->files.n; i++)
        if (errors[i].code)
            report(inspect, inspect->files.paths[i], errors[i].code, &errors[i]);
    show_list_free(list);
    free(surveys);
    free(errors);
}

/* ---- the timeline --------------------------------------------------------------------------- */

static void add_to_timeline(struct inspect *inspect, struct timeline *timeline, const char *path)
{
    struct tlm_file *file;
    struct tlm_error error = {.code = TLM_OK};
    enum tlm_code code = tlm_file_open(&file, path, &error);
    if (!code) {
        code = timeline_add(timeline, file, &inspect->options.selection, inspect->options.threads,
                            &error);
        tlm_file_close(file);
    }
    report(inspect, path, code, &error);
}

static void narrow(const struct tlm_selection *selection, int64_t *first_ns, int64_t *last_ns)
{
    if (selection->from_ns > *first_ns)
        *first_ns = selection->from_ns;
    if (selection->to_ns <= *last_ns)
        *last_ns = selection->to_ns - 1;
}

static void run_timeline(struct inspect *inspect)
{
    struct timeline timeline;
    struct tlm_error error = {.code = TLM_OK};
    int64_t first_ns, last_ns;
    bool any;
    enum tlm_code code = select_span(&inspect->files, &first_ns, &last_ns, &any, &error);
    if (code) {
        report(inspect, "", code, &error);
        return;
    }
    narrow(&inspect->options.selection, &first_ns, &last_ns);
    if (!any || first_ns > last_ns) {
        report_nothing(inspect);
        return;
    }
    timeline_init(&timeline, first_ns, last_ns, show_timeline_cells(&inspect->look));
    for (size_t i = 0; i < inspect->files.n; i++)
        add_to_timeline(inspect, &timeline, inspect->files.paths[i]);
    if (!timeline.names.n)
        report_nothing(inspect);
    else if (inspect->args->json ? !show_timeline_json(stdout, &timeline)
                                 : !show_timeline(stdout, &timeline, &inspect->look))
        report_memory(inspect);
    timeline_release(&timeline);
}

/* ---- pieces of files ------------------------------------------------------------------------ */

static enum tlm_code print_line(void *ctx, const char *text, size_t len)
{
    (void)ctx;
    fwrite(text, 1, len, stdout);
    putchar('\n');
    return ferror(stdout) ? TLM_STOPPED : TLM_OK;
}

static void put_title(const struct inspect *inspect, const struct tlm_file_info *info)
{
    bool color = inspect->look.color;
    if (inspect->files.n > 1)
        printf("%s%s%s\n", color_begin(color, COLOR_TITLE), info->path,
               color_end(color, COLOR_TITLE));
}

/* The value of --meta=KEY. */
static bool print_value(const struct tlm_file_info *info, const char *key)
{
    for (size_t i = 0; i < info->n_metadata; i++) {
        const struct tlm_file_pair *pair = &info->metadata[i];
        if (pair->key.len != strlen(key) || memcmp(pair->key.data, key, pair->key.len) != 0)
            continue;
        print_line(NULL, pair->value.data, pair->value.len);
        return true;
    }
    return false;
}

static void run_metadata(struct inspect *inspect, const struct tlm_file_info *info)
{
    const char *key = inspect->args->meta;
    if (!key) {
        put_title(inspect, info);
        if (!show_metadata(stdout, info, &inspect->look))
            report_memory(inspect);
    } else if (!print_value(info, key)) {
        fflush(stdout);
        fprintf(stderr, "tlm inspect: %s: has no metadata \"%s\"\n", info->path, key);
        inspect->status = EXIT_FAILED;
    }
}

static void run_blocks(struct inspect *inspect, struct tlm_file *file)
{
    struct block_list list;
    const struct tlm_file_info *info = tlm_file_info(file);
    block_list_take(&list, file);
    put_title(inspect, info);
    if (!show_blocks(stdout, &list, &inspect->look))
        report_memory(inspect);
    report(inspect, info->path, list.code, &list.error);
    block_list_release(&list);
}

static void run_piece(struct inspect *inspect, const char *path)
{
    struct tlm_file *file;
    struct tlm_error error = {.code = TLM_OK};
    enum tlm_code code = tlm_file_open(&file, path, &error);
    if (code) {
        report(inspect, path, code, &error);
        return;
    }
    const struct tlm_file_info *info = tlm_file_info(file);
    if (inspect->args->schema)
        print_line(NULL, info->schema.data, info->schema.len);
    else if (inspect->args->blocks)
        run_blocks(inspect, file);
    else if (inspect->args->given.head)
        code = head_lines_read(file, inspect->args->head, print_line, NULL, &error);
    else
        run_metadata(inspect, info);
    if (code && code != TLM_STOPPED)
        report(inspect, path, code, &error);
    tlm_file_close(file);
}

/* ---- JSON ----------------------------------------------------------------------------------- */

/* Records kept for the end of the object. */
struct lines {
    char **items;
    size_t n, capacity;
};

static enum tlm_code keep_line(void *ctx, const char *text, size_t len)
{
    struct lines *lines = ctx;
    if (lines->n == lines->capacity) {
        size_t capacity = lines->capacity ? 2 * lines->capacity : 16;
        char **items = realloc(lines->items, capacity * sizeof *items);
        if (!items)
            return TLM_NO_MEMORY;
        lines->items = items;
        lines->capacity = capacity;
    }
    lines->items[lines->n] = strndup(text, len);
    return lines->items[lines->n++] ? TLM_OK : TLM_NO_MEMORY;
}

/* What is read of the file beside the survey, which tells of all errors. */
static void take_pieces(const struct inspect *inspect, const char *path, struct block_list *blocks,
                        struct lines *lines)
{
    struct tlm_file *file;
    if (inspect->args->blocks && tlm_file_open(&file, path, NULL) == TLM_OK) {
        block_list_take(blocks, file);
        tlm_file_close(file);
    }
    if (inspect->args->given.head && tlm_file_open(&file, path, NULL) == TLM_OK) {
        head_lines_read(file, inspect->args->head, keep_line, lines, NULL);
        tlm_file_close(file);
    }
}

static void run_json(struct inspect *inspect, const char *path)
{
    struct survey survey;
    struct block_list blocks = {0};
    struct lines lines = {0};
    if (channel_files_is_pipe(path) && (inspect->args->blocks || inspect->args->given.head)) {
        inspect->status = help_usage_error(
            "inspect", "%s with --json reads twice, which a pipe does not allow: name a file",
            inspect->args->blocks ? "--blocks" : "--head");
        return;
    }
    survey_take(&survey, path, &inspect->options);
    channel_table_sort(&survey.channels, inspect->args->sort);
    take_pieces(inspect, path, &blocks, &lines);
    const struct file_json file = {
        .path = survey.info ? survey.info->path : path,
        .survey = &survey,
        .blocks = inspect->args->blocks ? &blocks : NULL,
        .head = lines.items,
        .n_head = lines.n,
    };
    if (!file_json_print(stdout, &file))
        report_memory(inspect);
    report(inspect, path, survey.code, &survey.error);
    for (size_t i = 0; i < lines.n; i++)
        free(lines.items[i]);
    free(lines.items);
    block_list_release(&blocks);
    survey_release(&survey);
}

/* ---- the command ---------------------------------------------------------------------------- */

static void run_each(struct inspect *inspect, void (*run)(struct inspect *, const char *))
{
    for (size_t i = 0; i < inspect->files.n && !ferror(stdout); i++)
        run(inspect, inspect->files.paths[i]);
}

static void run(struct inspect *inspect)
{
    const struct inspect_args *args = inspect->args;
    if (args->timeline)
        run_timeline(inspect);
    else if (args->json)
        run_each(inspect, run_json);
    else if (args->schema || args->given.meta || args->blocks || args->given.head)
        run_each(inspect, run_piece);
    else if (inspect->files.n == 1 && !inspect->files.folder)
        run_screen(inspect, inspect->files.paths[0]);
    else
        run_list(inspect);
}

static void prepare(struct inspect *inspect, const struct inspect_args *args)
{
    *inspect = (struct inspect){
        .args = args,
        .look = {.width = screen_width(stdout),
                 .color = color_wanted(args->color, stdout),
                 .ascii = args->ascii},
        .options = {.depth = args->full ? SURVEY_FULL : SURVEY_SAMPLE,
                    .sample_above = SAMPLE_ABOVE,
                    .sample_bytes = SAMPLE_BYTES,
                    .threads =
                        (unsigned)(args->threads > MOST_THREADS ? MOST_THREADS : args->threads)},
    };
}

int cmd_inspect(void *opaque)
{
    const struct inspect_args *args = opaque;
    struct inspect inspect;
    struct select select;
    struct tlm_error error = {.code = TLM_OK};
    int status = inspect_args_check(args);
    if (!status)
        status = select_settle(&select, &args->select, "inspect");
    if (status)
        return status;
    if (args->browse)
        return browse_run(&args->operands, args->ascii, color_wanted(args->color, stdout));
    prepare(&inspect, args);
    status =
        channel_files_collect(&inspect.files, args->operands.items, args->operands.len, "inspect");
    if (status)
        return status;
    enum tlm_code code =
        select_resolve(&select, &inspect.files, &inspect.options.selection, &error);
    if (code)
        report(&inspect, "", code, &error);
    else
        run(&inspect);
    if (inspect.damaged)
        fprintf(stderr, "tlm inspect: tlm recover saves the blocks that are whole\n");
    channel_files_release(&inspect.files);
    return inspect.status;
}
