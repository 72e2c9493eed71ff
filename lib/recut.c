#include "recut.h"

#include <stdlib.h>

#include "base/error.h"

/* Half of it is for the writers. */
#define MEMORY_MIN ((uint64_t)16 << 20)

void tlm_recut_options_init(struct tlm_recut_options *options)
{
    *options = (struct tlm_recut_options){.max_open = 256};
    tlm_writer_options_init(&options->writer);
    tlm_selection_init(&options->selection);
}

bool tlm__recut_selects(const struct tlm_recut *recut)
{
    const struct tlm_selection *selection = &recut->options->selection;
    return selection->channels.len || selection->excludes.len || selection->tags.len ||
           selection->from_ns != INT64_MIN || selection->to_ns != INT64_MAX;
}

enum tlm_code tlm__recut_go_on(const struct tlm_recut *recut, struct tlm_error *error)
{
    const struct tlm_recut_options *options = recut->options;
    if (!options->go_on || options->go_on(options->ctx))
        return TLM_OK;
    return tlm__fail(error, TLM_STOPPED, "stopped; the sources are as they were");
}

static enum tlm_code check_options(const struct tlm_recut *recut, struct tlm_error *error)
{
    const struct tlm_recut_options *o = recut->options;
    if (!o->n_paths)
        return tlm__fail(error, TLM_ARGUMENT, "there is no input");
    if (!o->writer.output || o->writer.output_fd >= 0)
        return tlm__fail(error, TLM_ARGUMENT, "the output has to be a file");
    if (o->split == TLM_SPLIT_TAG && !o->split_tag)
        return tlm__fail(error, TLM_ARGUMENT, "the tag to split by has no name");
    if (o->writer.memory_bytes < MEMORY_MIN)
        return tlm__fail(error, TLM_ARGUMENT, "the memory budget is at least 16 MiB");
    if (o->delete_sources && (o->dedupe || o->skip_damaged || tlm__recut_selects(recut)))
        return tlm__fail(error, TLM_ARGUMENT,
                         "sources are only deleted when the parts hold all of their points, not "
                         "when some are left out");
    return TLM_OK;
}

/* ---- spans of time and keys ----------------------------------------------------------------- */

/* The span that begins at from_ns. */
static void set_span(struct tlm_recut *recut, int64_t from_ns)
{
    const uint64_t span_ns = recut->options->writer.rotate_span_ns;
    recut->from_ns = from_ns;
    recut->to_ns = recut->last_ns;
    if (span_ns && (uint64_t)recut->last_ns - (uint64_t)from_ns >= span_ns)
        recut->to_ns = (int64_t)((uint64_t)from_ns + span_ns - 1);
    recut->end_ns = recut->to_ns;
    recut->more = false;
}

static enum tlm_code write_span(struct tlm_recut *recut, struct tlm_error *error)
{
    return recut->options->sort || recut->options->dedupe ? tlm__recut_sort(recut, error)
                                                          : tlm__recut_pass(recut, error);
}

/* All spans, one after the other, for the keys that are open. */
static enum tlm_code write_keys(struct tlm_recut *recut, struct tlm_error *error)
{
    enum tlm_code code = tlm__outlets_open(recut, error);
    set_span(recut, recut->first_ns);
    if (!code)
        code = write_span(recut, error);
    while (!code && recut->more) {
        code = tlm__outlets_rotate(recut, error);
        set_span(recut, recut->next_ns);
        if (!code)
            code = write_span(recut, error);
    }
    if (!code)
        code = tlm__outlets_close(recut, error);
    recut->first_key += recut->n_outlets;
    tlm__outlets_drop(recut);
    return code;
}

static enum tlm_code write_all(struct tlm_recut *recut, struct tlm_error *error)
{
    enum tlm_code code = TLM_OK;
    while (!code && recut->first_key < recut->keys.names.len)
        code = write_keys(recut, error);
    return code;
}

/* ---- the run -------------------------------------------------------------------------------- */

static enum tlm_code add_metadata(struct tlm_recut *recut, struct tlm_error *error)
{
    const struct tlm_writer_options *writer = &recut->options->writer;
    for (size_t i = 0; i < writer->n_metadata; i++)
        if (!tlm__buf_append(&recut->metadata, &writer->metadata[i], sizeof *writer->metadata))
            return tlm__fail_memory(error, sizeof *writer->metadata);
    return TLM_OK;
}

static void release(struct tlm_recut *recut)
{
    free(recut->sources);
    tlm__buf_release(&recut->blocks);
    tlm__buf_release(&recut->metadata);
    tlm__buf_release(&recut->parts);
    tlm__intern_release(&recut->keys.names);
    tlm__intern_release(&recut->file_names);
    tlm__intern_release(&recut->part_paths);
    tlm__arena_release(&recut->arena);
}

enum tlm_code tlm_recut(const struct tlm_recut_options *options, struct tlm_recut_result *result,
                        struct tlm_error *error)
{
    struct tlm_recut recut = {.options = options,
                              .result = result,
                              .keys = {.split = options->split, .tag = options->split_tag}};
    *result = (struct tlm_recut_result){0};
    enum tlm_code code = check_options(&recut, error);
    if (code)
        return code;
    recut.sources = calloc(options->n_paths, sizeof *recut.sources);
    if (!recut.sources)
        return tlm__fail_memory(error, options->n_paths * sizeof *recut.sources);
    code = tlm__recut_survey(&recut, error);
    if (!code)
        code = add_metadata(&recut, error);
    if (!code && !tlm__recut_n_blocks(&recut))
        code = tlm__fail(error, TLM_INPUT,
                         tlm__recut_selects(&recut) ? "no point of the input is selected"
                                                    : "there is no point in the input");
    if (!code)
        code = write_all(&recut, error);
    if (!code && options->delete_sources && !options->writer.dry_run) {
        code = tlm__recut_compare(&recut, error);
        if (!code)
            code = tlm__recut_delete_sources(&recut, error);
    }
    release(&recut);
    return code;
}
