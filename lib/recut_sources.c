#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "files/retention.h"
#include "recut.h"

/* ---- comparing ------------------------------------------------------------------------------ */

static enum tlm_code add_up(const struct tlm_recut *recut, const char *const *paths, size_t n,
                            struct tlm_series_digest *total, struct tlm_error *error)
{
    const unsigned threads = recut->options->writer.threads;
    struct tlm_checksum *checksum = NULL;
    struct tlm_selection everything;
    tlm_selection_init(&everything);
    enum tlm_code code = tlm_checksum_new(&checksum, error);
    for (size_t i = 0; i < n && !code; i++) {
        code = tlm_checksum_add_file(checksum, paths[i], &everything, threads, error);
        if (!code)
            code = tlm__recut_go_on(recut, error);
    }
    if (!code)
        *total = tlm_checksum_total(checksum);
    tlm_checksum_free(checksum);
    return code;
}

enum tlm_code tlm__recut_compare(struct tlm_recut *recut, struct tlm_error *error)
{
    const struct tlm_recut_options *options = recut->options;
    struct tlm_series_digest before, after;
    const char *const *parts = (const char *const *)(const void *)recut->parts.data;
    enum tlm_code code = add_up(recut, options->paths, options->n_paths, &before, error);
    if (!code)
        code = add_up(recut, parts, recut->parts.len / sizeof *parts, &after, error);
    if (!code && (before.points != after.points || before.digest.high != after.digest.high ||
                  before.digest.low != after.digest.low))
        code = tlm__fail(error, TLM_DAMAGED,
                         "the parts do not hold the same points as the sources, which stay");
    return code;
}

/* ---- deleting ------------------------------------------------------------------------------- */

static enum tlm_code delete_in(const struct tlm_folder *folder,
                               const struct tlm_recut_source *source, struct tlm_error *error)
{
    const char *slash = strrchr(source->path, '/'), *name = slash ? slash + 1 : source->path;
    struct tlm_set_part part = {.path = source->path};
    bool removed;
    tlm__set_part_stat(&part, &source->info);
    enum tlm_code code = tlm__set_part_remove(&part, folder, name, &removed, error);
    if (!code && !removed)
        code = tlm__fail(error, TLM_EXISTS, "%s is not deleted: it is not what was read",
                         source->path);
    return code;
}

static enum tlm_code delete_source(const struct tlm_recut_source *source, struct tlm_error *error)
{
    const char *slash = strrchr(source->path, '/');
    char *path = strndup(source->path, slash ? (size_t)(slash - source->path) + 1 : 0);
    struct tlm_folder folder;
    if (!path)
        return tlm__fail_memory(error, strlen(source->path));
    enum tlm_code code = tlm__folder_open(&folder, path, false, error);
    free(path);
    if (code)
        return code;
    code = delete_in(&folder, source, error);
    if (!code)
        code = tlm__folder_sync(&folder, NULL, NULL, error);
    tlm__folder_release(&folder);
    return code;
}

enum tlm_code tlm__recut_delete_sources(struct tlm_recut *recut, struct tlm_error *error)
{
    enum tlm_code code = TLM_OK;
    for (size_t i = 0; i < recut->options->n_paths; i++) {
        struct tlm_error failed = {0};
        if (!delete_source(&recut->sources[i], &failed))
            recut->result->deleted++;
        else if (!code) { /* the others go nevertheless */
            code = failed.code;
            if (error)
                *error = failed;
        }
    }
    return code;
}
