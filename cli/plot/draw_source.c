#include "plot/draw_source.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/room.h"
#include "plot/scan.h"
#include "plot/series_key.h"
#include "row_pipe.h"
#include "suggest.h"

/* ---- names ---------------------------------------------------------------------------------- */

size_t draw_source_wants(const struct tlm_list *wanted, const char *channel)
{
    size_t i = 0;
    while (i < wanted->len && strcmp(wanted->items[i], channel) != 0 &&
           fnmatch(wanted->items[i], channel, 0) != 0)
        i++;
    return i;
}

static void free_patterns(const char **patterns, const struct tlm_list *wanted)
{
    for (size_t i = 0; patterns && i < wanted->len; i++)
        free((char *)patterns[wanted->len + i]);
    free(patterns);
}

/* The names as patterns, and as names that only look like patterns. NULL: memory is out. */
static const char **patterns_of(const struct tlm_list *wanted)
{
    const char **patterns = calloc(2 * wanted->len + 1, sizeof *patterns);
    bool done = patterns != NULL;
    for (size_t i = 0; done && i < wanted->len; i++) {
        patterns[i] = wanted->items[i];
        patterns[wanted->len + i] = series_key_glob(wanted->items[i], strlen(wanted->items[i]));
        done = patterns[wanted->len + i];
    }
    if (done)
        return patterns;
    free_patterns(patterns, wanted);
    return NULL;
}

/* ---- files ---------------------------------------------------------------------------------- */

bool draw_source_is_pipe(const struct draw_source *source)
{
    for (size_t i = 0; i < source->files->n; i++)
        if (channel_files_is_pipe(source->files->paths[i]))
            return true;
    return false;
}

static enum tlm_code read_points(struct tlm_file *file, const char *path,
                                 const struct tlm_reading *reading, struct tlm_error *error)
{
    if (tlm_file_info(file)->has_points)
        return tlm_file_read(file, reading, error);
    *error = (struct tlm_error){.code = TLM_INPUT};
    snprintf(error->message, sizeof error->message, "%.700s: there are no points in it", path);
    return TLM_INPUT;
}

static enum tlm_code read_file(struct draw_source *source, const char *path,
                               const struct tlm_reading *reading, struct tlm_error *error)
{
    struct row_pipe *pipe = NULL;
    struct tlm_row_options rows;
    struct row_pipe_options options = *source->files->rows;
    if (source->again)
        options = row_pipe_again(&options, &rows);
    enum tlm_code code = row_pipe_open(&pipe, path, &options, error);
    if (!code) {
        code = read_points(row_pipe_file(pipe), path, reading, error);
        code = row_pipe_close(pipe, code, &source->left_out, error);
    }
    source->misused = source->misused || code == TLM_ARGUMENT;
    if (code != TLM_DAMAGED && code != TLM_INPUT && code != TLM_IO)
        return code;
    if (!source->again)
        fprintf(stderr, "tlm stats: %s\n", error->message);
    source->failed = true;
    return TLM_OK;
}

enum tlm_code draw_source_read(struct draw_source *source, struct tlm_reading *reading,
                               const struct tlm_list *wanted, struct tlm_error *error)
{
    const char **patterns = patterns_of(wanted);
    enum tlm_code code = patterns ? TLM_OK : scan_fail_memory(error);
    reading->threads = (unsigned)source->args->threads;
    reading->selection = source->selection;
    if (!source->selection.channels.len)
        reading->selection.channels = (struct tlm_list){patterns, 2 * wanted->len};
    for (size_t i = 0; i < source->files->n && !code; i++)
        code = read_file(source, source->files->paths[i], reading, error);
    free_patterns(patterns, wanted);
    return code;
}

/* ---- no such channel ------------------------------------------------------------------------ */

/* Names of a block, each with a NUL. */
struct names {
    char *text;
    size_t len, room, last;
};

struct search {
    struct suggest suggest;
    char *best; /* a copy */
};

static void *names_begin(void *ctx)
{
    (void)ctx;
    return calloc(1, sizeof(struct names));
}

static void names_drop(void *ctx, void *batch)
{
    struct names *names = batch;
    (void)ctx;
    free(names->text);
    free(names);
}

static enum tlm_code names_points(void *ctx, void *batch, const struct tlm_run_of_points *points,
                                  struct tlm_error *error)
{
    struct names *names = batch;
    const struct tlm_string name = points->channel;
    (void)ctx;
    if (names->len && names->len - names->last == name.len + 1 &&
        memcmp(names->text + names->last, name.data, name.len) == 0)
        return TLM_OK;
    char *text = room_for(names->text, 1, names->len, name.len + 1, &names->room);
    if (!text)
        return scan_fail_memory(error);
    names->text = text;
    names->last = names->len;
    if (name.len)
        memcpy(text + names->len, name.data, name.len);
    names->len += name.len;
    text[names->len++] = '\0';
    return TLM_OK;
}

static enum tlm_code names_end(void *ctx, void *batch, const struct tlm_block *block,
                               struct tlm_error *error)
{
    struct search *search = ctx;
    struct names *names = batch;
    (void)block;
    (void)error;
    for (size_t at = 0; at < names->len; at += strlen(names->text + at) + 1) {
        const char *before = search->suggest.best;
        suggest_offer(&search->suggest, names->text + at);
        if (search->suggest.best == before)
            continue;
        free(search->best);
        search->suggest.best = search->best = strdup(search->suggest.best);
    }
    names_drop(NULL, batch);
    return TLM_OK;
}

static void search_files(const struct draw_source *source, struct search *search)
{
    struct tlm_reading reading = {
        .threads = (unsigned)source->args->threads,
        .ctx = search,
        .begin = names_begin,
        .points = names_points,
        .end = names_end,
        .drop = names_drop,
    };
    tlm_selection_init(&reading.selection);
    struct tlm_error error;
    struct tlm_row_options rows;
    const struct row_pipe_options options = row_pipe_again(source->files->rows, &rows);
    for (size_t i = 0; i < source->files->n; i++) {
        struct row_pipe *pipe;
        if (row_pipe_open(&pipe, source->files->paths[i], &options, &error))
            continue;
        if (tlm_file_info(row_pipe_file(pipe))->has_points)
            tlm_file_read(row_pipe_file(pipe), &reading, &error);
        row_pipe_close(pipe, TLM_OK, NULL, &error);
    }
}

void draw_source_no_channel(struct draw_source *source, const char *wanted)
{
    struct search search = {0};
    suggest_init(&search.suggest, wanted, strlen(wanted));
    if (!draw_source_is_pipe(source))
        search_files(source, &search);
    fprintf(stderr, "tlm stats: no points of a channel \"%.200s\" are selected", wanted);
    if (search.best && strcmp(search.best, wanted) != 0)
        fprintf(stderr, "; did you mean \"%.200s\"?", search.best);
    putc('\n', stderr);
    free(search.best);
}
