#include "prune.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "reader.h"

/* ---- looking at a file ---------------------------------------------------------------------- */

static enum tlm_code read_part(struct tlm_set_part *part, int fd, struct tlm_error *error)
{
    struct tlm_file *file = NULL;
    const struct tlm_open_input input = {.fd = fd, .name = part->path};
    enum tlm_code code = tlm_file_open_input(&file, &input, error);
    if (code == TLM_DAMAGED)
        code = error->code = TLM_INPUT;
    if (code)
        return code;
    const struct tlm_file_info *info = tlm_file_info(file);
    if (!info->has_points)
        code = tlm__fail(error, TLM_INPUT, "%s: is no telemetry file: its records are %s",
                         part->path, info->schema_name);
    else if (info->unfinished)
        code = tlm__fail(error, TLM_INPUT, "%s: is no finished part: its header was not completed",
                         part->path);
    part->has_times = info->has_figures && info->points;
    part->first_ns = info->first_ns;
    part->last_ns = info->last_ns;
    tlm_file_close(file);
    return code;
}

static enum tlm_code look_failed(const struct tlm_set_part *part, enum tlm_look *look,
                                 struct tlm_error *error)
{
    *look = errno == ELOOP ? TLM_LOOK_LINK : TLM_LOOK_GONE;
    if (errno == ENOENT || errno == ELOOP)
        return TLM_OK;
    return tlm__fail_errno(error, TLM_IO, errno, "%s", part->path);
}

enum tlm_code tlm__prune_look(int at, const char *name, struct tlm_set_part *part,
                              enum tlm_look *look, struct tlm_error *error)
{
    const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    struct stat file;
    if (fstatat(at, name, &file, AT_SYMLINK_NOFOLLOW) != 0)
        return look_failed(part, look, error);
    *look = TLM_LOOK_LINK;
    if (S_ISLNK(file.st_mode))
        return TLM_OK;
    *look = TLM_LOOK_PART;
    if (!S_ISREG(file.st_mode))
        return tlm__fail(error, TLM_INPUT, "%s: is no regular file", part->path);
    int fd = openat(at, name, flags);
    if (fd < 0)
        return look_failed(part, look, error);
    enum tlm_code code = TLM_OK;
    if (fstat(fd, &file) != 0)
        code = tlm__fail_errno(error, TLM_IO, errno, "%s", part->path);
    if (!code)
        code = read_part(part, fd, error);
    tlm__set_part_stat(part, &file);
    close(fd);
    return code;
}

struct tlm_pruned_part tlm__pruned_part(const struct tlm_set_part *part)
{
    return (struct tlm_pruned_part){
        .path = part->path,
        .bytes = part->bytes,
        .finished_ns = part->finished_ns,
        .has_times = part->has_times,
        .first_ns = part->first_ns,
        .last_ns = part->last_ns,
        .limits = part->limits,
    };
}

/* ---- a set ---------------------------------------------------------------------------------- */

struct prune {
    const struct tlm_prune_options *options;
    struct tlm_pruning *result;
    struct tlm_set_part *parts;
    size_t n;
    char *target; /* room for any path */
    size_t target_size;
    char **folders; /* in which something was deleted */
    size_t n_folders;
    size_t failed;
    struct tlm_error error; /* of the first that failed */
};

static void fail(struct prune *prune, const struct tlm_error *error)
{
    if (!prune->failed++)
        prune->error = *error;
    if (prune->options->on_error)
        prune->options->on_error(prune->options->ctx, error);
}

static void pass(const struct prune *prune, const char *path, const char *why)
{
    struct tlm_error text;
    tlm__fail(&text, TLM_INPUT, "%s: %s", path, why);
    if (prune->options->on_passed)
        prune->options->on_passed(prune->options->ctx, text.message);
}

static void look_at(struct prune *prune, const char *path)
{
    if (tlm_partial_target(path, prune->target, prune->target_size)) {
        pass(prune, path, "is a partial, which is never deleted");
        return;
    }
    struct tlm_set_part part = {.path = path};
    enum tlm_look look;
    struct tlm_error found;
    enum tlm_code code = tlm__prune_look(AT_FDCWD, path, &part, &look, &found);
    if (code)
        fail(prune, &found);
    else if (look == TLM_LOOK_PART)
        prune->parts[prune->n++] = part;
    else if (look == TLM_LOOK_LINK)
        pass(prune, path, "is a symbolic link, which is left alone");
    else
        prune->result->missing++;
}

static bool make_room(struct prune *prune)
{
    const struct tlm_prune_options *options = prune->options;
    for (size_t i = 0; i < options->n_paths; i++) {
        size_t size = strlen(options->paths[i]) + 1;
        prune->target_size = size > prune->target_size ? size : prune->target_size;
    }
    prune->target = malloc(prune->target_size + 1);
    prune->parts = calloc(options->n_paths + 1, sizeof *prune->parts);
    prune->folders = calloc(options->n_paths + 1, sizeof *prune->folders);
    return prune->target && prune->parts && prune->folders;
}

static enum tlm_code look_at_all(struct prune *prune, struct tlm_error *error)
{
    if (!make_room(prune))
        return tlm__fail_memory(error, prune->options->n_paths * sizeof *prune->parts);
    for (size_t i = 0; i < prune->options->n_paths; i++)
        look_at(prune, prune->options->paths[i]);
    if (!prune->failed)
        return TLM_OK;
    prune->error.code = TLM_INPUT;
    if (error)
        *error = prune->error;
    return TLM_INPUT;
}

/* ---- deleting ------------------------------------------------------------------------------- */

static void count(struct prune *prune, const struct tlm_set_part *part)
{
    const struct tlm_pruned_part pruned = tlm__pruned_part(part);
    prune->result->pruned_parts++;
    prune->result->pruned_bytes += part->bytes;
    if (prune->options->on_pruned)
        prune->options->on_pruned(prune->options->ctx, &pruned);
}

/* Takes over the path of a folder in which something was deleted. */
static void remember_folder(struct prune *prune, char *path)
{
    if (prune->n_folders && strcmp(prune->folders[prune->n_folders - 1], path) == 0)
        free(path);
    else
        prune->folders[prune->n_folders++] = path;
}

/* Folders are opened one at a time: there may be more of them than descriptors. */
static enum tlm_code delete_part(struct prune *prune, const struct tlm_set_part *part,
                                 struct tlm_error *error)
{
    const char *slash = strrchr(part->path, '/'), *name = slash ? slash + 1 : part->path;
    size_t len = slash == part->path ? 1 : slash ? (size_t)(slash - part->path) : 0;
    char *path = strndup(part->path, len);
    struct tlm_folder folder;
    bool removed = false;
    if (!path)
        return tlm__fail_memory(error, len);
    enum tlm_code code = tlm__folder_open(&folder, path, false, error);
    if (code) {
        free(path);
        return code;
    }
    code = tlm__set_part_remove(part, &folder, name, &removed, error);
    tlm__folder_release(&folder);
    if (removed) {
        remember_folder(prune, path);
        count(prune, part);
    } else {
        free(path);
    }
    return code;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sync_folders(struct prune *prune)
{
    struct tlm_error error;
    if (prune->n_folders)
        qsort(prune->folders, prune->n_folders, sizeof *prune->folders, compare_paths);
    for (size_t i = 0; i < prune->n_folders; i++) {
        struct tlm_folder folder;
        if (i && strcmp(prune->folders[i], prune->folders[i - 1]) == 0)
            continue;
        enum tlm_code code = tlm__folder_open(&folder, prune->folders[i], false, &error);
        if (!code) {
            code = tlm__folder_sync(&folder, NULL, NULL, &error);
            tlm__folder_release(&folder);
        }
        if (code)
            fail(prune, &error);
    }
}

static enum tlm_code delete_all(struct prune *prune, struct tlm_error *error)
{
    for (size_t i = 0; i < prune->n; i++) {
        struct tlm_error failed;
        if (!prune->parts[i].limits)
            continue;
        if (prune->options->dry_run)
            count(prune, &prune->parts[i]);
        else if (delete_part(prune, &prune->parts[i], &failed))
            fail(prune, &failed);
    }
    sync_folders(prune);
    if (error && prune->failed)
        *error = prune->error;
    return prune->failed ? prune->error.code : TLM_OK;
}

static void release(struct prune *prune)
{
    for (size_t i = 0; i < prune->n_folders; i++)
        free(prune->folders[i]);
    free(prune->folders);
    free(prune->target);
    free(prune->parts);
}

enum tlm_code tlm_prune(const struct tlm_prune_options *options, struct tlm_pruning *pruning,
                        struct tlm_error *error)
{
    struct prune prune = {.options = options, .result = pruning};
    const struct tlm_retention *keep = &options->retention;
    *pruning = (struct tlm_pruning){0};
    if (!keep->keep_parts && !keep->keep_bytes && !keep->keep_age_ns)
        return tlm__fail(error, TLM_ARGUMENT, "no limit is set: nothing would be deleted");
    enum tlm_code code = look_at_all(&prune, error);
    if (!code) {
        prune.n = tlm__retention_unique(prune.parts, prune.n);
        tlm__retention_order(prune.parts, prune.n);
        tlm__retention_decide(prune.parts, prune.n, keep, tlm__clock_wall_ns());
        pruning->parts = prune.n;
        for (size_t i = 0; i < prune.n; i++)
            pruning->bytes += prune.parts[i].bytes;
        code = delete_all(&prune, error);
    }
    release(&prune);
    return code;
}
