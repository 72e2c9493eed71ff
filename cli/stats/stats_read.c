#include "stats_read.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "help.h"
#include "inspect/text_hash.h"
#include "stats/stats_figures.h"
#include "units.h"

#define MOST_THREADS 256u
#define GRAINS 256u /* marks of a curve over the span of a file */

/* ---- arguments ------------------------------------------------------------------------------ */

static int read_gap(struct stats_rules *rules, const char *text)
{
    size_t len = strlen(text);
    char *end;
    if (len > 1 && (text[len - 1] == 'x' || text[len - 1] == 'X')) {
        double factor = strtod(text, &end);
        bool plain = strspn(text, "0123456789.") == len - 1;
        if (plain && end == text + len - 1 && factor >= 1 && factor <= 1e9) {
            rules->gap_factor = factor;
            return 0;
        }
        return help_usage_error("stats", "--gap %s: the factor has to be from 1x to 1000000000x",
                                text);
    }
    if (units_parse_duration(text, &rules->gap_ns) != UNITS_OK || !rules->gap_ns)
        return help_usage_error("stats", "--gap %s: want a factor such as 3x, or a duration", text);
    return 0;
}

static int read_by(struct stats_rules *rules, const char *text)
{
    static const char tag[] = "tag.";
    if (strcmp(text, "series") == 0) {
        rules->by = STATS_EACH_SERIES;
    } else if (strcmp(text, "channel") == 0) {
        rules->by = STATS_EACH_CHANNEL;
    } else if (strncmp(text, tag, strlen(tag)) == 0 && text[strlen(tag)]) {
        rules->by = STATS_EACH_TAG;
        rules->tag = (struct tlm_string){text + strlen(tag), strlen(text) - strlen(tag)};
    } else {
        return help_usage_error("stats", "--by %s: want series, channel or tag.KEY", text);
    }
    return 0;
}

int stats_read_init(struct stats_read *read, const struct stats_args *args)
{
    *read = (struct stats_read){.args = args, .rules = {.seed = text_hash_seed()}};
    int status = read_gap(&read->rules, args->gap);
    return status ? status : read_by(&read->rules, args->by);
}

struct row_pipe_options stats_read_rows(const struct stats_args *args)
{
    return (struct row_pipe_options){.command = "stats",
                                     .rows = &args->rows,
                                     .threads = (unsigned)args->threads,
                                     .memory_bytes = args->memory_bytes / 2,
                                     .quiet = args->quiet};
}

/* ---- callbacks ------------------------------------------------------------------------------ */

/* One file. Batches go from block to block and keep their memory. */
struct run {
    const struct stats_read *read;
    struct stats_rules rules;
    struct stats_lines *lines;
    bool again; /* what there is to say has been said */
    bool *left_out;
    pthread_mutex_t lock;
    struct stats_batch *free;
};

static enum tlm_code fail_memory(struct tlm_error *error)
{
    *error = (struct tlm_error){.code = TLM_NO_MEMORY};
    snprintf(error->message, sizeof error->message, "out of memory");
    return TLM_NO_MEMORY;
}

static enum tlm_code fail_limit(const struct stats_lines *lines, struct tlm_error *error)
{
    char size[UNITS_TEXT], count[UNITS_TEXT];
    *error = (struct tlm_error){.code = TLM_LIMIT};
    snprintf(error->message, sizeof error->message,
             "the figures of %s series or more do not fit into %s: allow more with --memory, put "
             "them together with --by channel, or choose some with -c",
             units_print_count(count, lines->n), units_print_size(size, lines->memory_bytes));
    return TLM_LIMIT;
}

static void *begin(void *ctx)
{
    struct run *run = ctx;
    pthread_mutex_lock(&run->lock);
    struct stats_batch *batch = run->free;
    if (batch)
        run->free = batch->next;
    pthread_mutex_unlock(&run->lock);
    return batch ? batch : stats_batch_new();
}

static enum tlm_code points(void *ctx, void *batch, const struct tlm_run_of_points *found,
                            struct tlm_error *error)
{
    const struct run *run = ctx;
    return stats_batch_add(batch, &run->rules, found) ? TLM_OK : fail_memory(error);
}

static enum tlm_code end(void *ctx, void *opaque, const struct tlm_block *block,
                         struct tlm_error *error)
{
    struct run *run = ctx;
    struct stats_batch *batch = opaque;
    enum tlm_code code = stats_lines_add(run->lines, batch, &run->rules, block);
    stats_batch_reset(batch);
    pthread_mutex_lock(&run->lock);
    batch->next = run->free;
    run->free = batch;
    pthread_mutex_unlock(&run->lock);
    if (code == TLM_LIMIT)
        return fail_limit(run->lines, error);
    return code ? fail_memory(error) : TLM_OK;
}

static void drop(void *ctx, void *batch)
{
    (void)ctx;
    stats_batch_free(batch);
}

/* ---- files ---------------------------------------------------------------------------------- */

static int64_t grain_of(const struct tlm_file_info *info)
{
    if (!info->has_figures || info->last_ns <= info->first_ns)
        return 0;
    return (int64_t)(((uint64_t)info->last_ns - (uint64_t)info->first_ns) / GRAINS);
}

static enum tlm_code read_points(struct run *run, struct tlm_file *file, struct tlm_error *error)
{
    const struct tlm_reading reading = {
        .threads = (unsigned)(run->read->args->threads > MOST_THREADS ? MOST_THREADS
                                                                      : run->read->args->threads),
        .selection = run->read->selection,
        .ctx = run,
        .begin = begin,
        .points = points,
        .end = end,
        .drop = drop,
    };
    run->rules = run->read->rules;
    run->rules.full = run->lines->full;
    run->rules.grain_ns = grain_of(tlm_file_info(file));
    return tlm_file_read(file, &reading, error);
}

/* The one place where a path is opened. */
static enum tlm_code read_file(struct run *run, const char *path, struct tlm_error *error)
{
    struct row_pipe *pipe = NULL;
    struct tlm_row_options rows;
    struct row_pipe_options options = *run->read->files->rows;
    if (run->again)
        options = row_pipe_again(&options, &rows);
    enum tlm_code code = row_pipe_open(&pipe, path, &options, error);
    if (code)
        return code;
    code = read_points(run, row_pipe_file(pipe), error);
    return row_pipe_close(pipe, code, run->left_out, error);
}

static enum tlm_code read_files(struct stats_read *read, struct stats_lines *lines, bool again,
                                struct tlm_error *error)
{
    struct run run = {.read = read,
                      .lines = lines,
                      .again = again,
                      .left_out = &read->left_out,
                      .lock = PTHREAD_MUTEX_INITIALIZER};
    enum tlm_code code = TLM_OK;
    for (size_t i = 0; i < read->files->n && !code; i++)
        code = read_file(&run, read->files->paths[i], error);
    for (struct stats_batch *batch = run.free, *next; batch; batch = next) {
        next = batch->next;
        stats_batch_free(batch);
    }
    return code;
}

static bool is_regular(const char *path)
{
    struct stat info;
    return strcmp(path, "-") == 0 ? !channel_files_is_pipe(path)
                                  : stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

static bool can_read_again(const struct channel_files *files)
{
    for (size_t i = 0; i < files->n; i++)
        if (!is_regular(files->paths[i]))
            return false;
    return true;
}

enum tlm_code stats_read_all(struct stats_read *read, struct stats_lines *lines,
                             struct tlm_error *error)
{
    bool more = false;
    enum tlm_code code = read_files(read, lines, false, error);
    for (size_t i = 0; i < lines->n && !code; i++) {
        struct stats_line *line = lines->items[i];
        if (!stats_lines_finish(lines, line) ||
            !stats_settle_gaps(line, &read->rules, lines->ranks, &more))
            code = fail_memory(error);
    }
    if (code || !more || !can_read_again(read->files))
        return code;
    stats_lines_recount(lines);
    code = read_files(read, lines, true, error);
    for (size_t i = 0; i < lines->n; i++)
        lines->items[i]->recount = false;
    return code;
}
