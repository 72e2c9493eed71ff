#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "prune.h"
#include "writer.h"

/* Once the writer is open, of whoever has the report lock. */
struct tlm_part_set {
    struct tlm_folder folder;
    struct tlm_set_part *parts; /* paths are owned */
    size_t n, capacity;
    uint64_t turns;
};

bool tlm__writer_retains(const struct tlm_writer *w)
{
    const struct tlm_retention *keep = &w->options.retention;
    return keep->keep_parts || keep->keep_bytes || keep->keep_age_ns;
}

static void warn(struct tlm_writer *w, const struct tlm_error *error)
{
    pthread_mutex_lock(&w->lock);
    w->stats.prune_failures++;
    pthread_mutex_unlock(&w->lock);
    if (w->options.on_warning)
        w->options.on_warning(w->options.ctx, error->message);
}

static const char *name_of(const struct tlm_set_part *part)
{
    const char *slash = strrchr(part->path, '/');
    return slash ? slash + 1 : part->path;
}

/* ---- the set -------------------------------------------------------------------------------- */

/* Takes over the path. */
static bool add(struct tlm_part_set *set, const struct tlm_set_part *part)
{
    if (set->n == set->capacity) {
        size_t capacity = set->capacity ? 2 * set->capacity : 16;
        struct tlm_set_part *parts = realloc(set->parts, capacity * sizeof *parts);
        if (!parts)
            return false;
        set->parts = parts;
        set->capacity = capacity;
    }
    set->parts[set->n++] = *part;
    return true;
}

/* What is no part stays for ever, and is said once. */
static enum tlm_code add_found(struct tlm_writer *w, const char *name)
{
    struct tlm_part_set *set = w->set;
    char *path = tlm__folder_join(&set->folder, name);
    struct tlm_set_part part = {.path = path};
    enum tlm_look look;
    struct tlm_error error;
    if (!path)
        return tlm__fail_memory(&w->error, strlen(name));
    enum tlm_code code = tlm__prune_look(set->folder.fd, name, &part, &look, &error);
    if (code)
        warn(w, &error);
    if (!code && look == TLM_LOOK_PART) {
        if (add(set, &part))
            return TLM_OK;
        code = tlm__fail_memory(&w->error, sizeof part);
    }
    free(path);
    return code == TLM_NO_MEMORY ? code : TLM_OK;
}

static enum tlm_code read_folder(struct tlm_writer *w)
{
    int fd = openat(w->set->folder.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    enum tlm_code code = TLM_OK;
    const struct dirent *entry;
    while (dir && !code && (errno = 0, entry = readdir(dir)))
        if (tlm__names_match(&w->names, entry->d_name))
            code = add_found(w, entry->d_name);
    if (!code && errno)
        code = tlm__fail_errno(&w->error, TLM_IO, errno, "folder %s", w->names.folder);
    if (dir)
        closedir(dir);
    else if (fd >= 0)
        close(fd);
    return code;
}

enum tlm_code tlm__writer_survey_set(struct tlm_writer *w)
{
    if (!tlm__writer_retains(w))
        return TLM_OK;
    w->set = calloc(1, sizeof *w->set);
    if (!w->set)
        return tlm__fail_memory(&w->error, sizeof *w->set);
    w->set->folder.fd = -1;
    enum tlm_code code = tlm__folder_open(&w->set->folder, w->names.folder, false, &w->error);
    return code ? code : read_folder(w);
}

void tlm__writer_release_set(struct tlm_writer *w)
{
    if (!w->set)
        return;
    for (size_t i = 0; i < w->set->n; i++)
        free((char *)w->set->parts[i].path);
    free(w->set->parts);
    tlm__folder_release(&w->set->folder);
    free(w->set);
    w->set = NULL;
}

/* Forgets a part. */
static void drop(struct tlm_part_set *set, size_t i)
{
    free((char *)set->parts[i].path);
    set->parts[i] = set->parts[--set->n];
}

/* Others delete and replace parts, too. */
static void refresh(struct tlm_part_set *set)
{
    for (size_t i = set->n; i-- > 0;) {
        struct tlm_set_part *part = &set->parts[i];
        struct stat file;
        if (fstatat(set->folder.fd, name_of(part), &file, AT_SYMLINK_NOFOLLOW) == 0 &&
            file.st_dev == part->inode.device && file.st_ino == part->inode.inode)
            tlm__set_part_stat(part, &file);
        else
            drop(set, i);
    }
}

/* ---- pruning -------------------------------------------------------------------------------- */

static bool may_go(const struct tlm_writer *w, const struct tlm_set_part *part)
{
    const struct tlm_writer_options *o = &w->options;
    return !part->turn || !o->may_prune || o->may_prune(o->ctx, part->path);
}

static void tell(struct tlm_writer *w, const struct tlm_set_part *part)
{
    const struct tlm_pruned_part pruned = tlm__pruned_part(part);
    pthread_mutex_lock(&w->lock);
    w->stats.pruned_parts++;
    w->stats.pruned_bytes += part->bytes;
    pthread_mutex_unlock(&w->lock);
    if (w->options.on_pruned)
        w->options.on_pruned(w->options.ctx, &pruned);
}

/* Returns whether it is gone now. */
static bool delete_part(struct tlm_writer *w, struct tlm_set_part *part)
{
    struct tlm_error error;
    bool removed;
    enum tlm_code code =
        tlm__set_part_remove(part, &w->set->folder, name_of(part), &removed, &error);
    if (removed)
        tell(w, part);
    if (code && !part->warned)
        warn(w, &error);
    part->warned = part->warned || code;
    return removed;
}

static void prune(struct tlm_writer *w)
{
    struct tlm_part_set *set = w->set;
    struct tlm_error error;
    bool removed = false;
    refresh(set);
    tlm__retention_order(set->parts, set->n);
    tlm__retention_decide(set->parts, set->n, &w->options.retention, tlm__clock_wall_ns());
    for (size_t i = 0; i < set->n; i++)
        if (set->parts[i].limits && may_go(w, &set->parts[i]))
            removed = delete_part(w, &set->parts[i]) || removed;
    if (removed && w->options.fsync != TLM_FSYNC_NONE &&
        tlm__folder_sync(&set->folder, NULL, NULL, &error))
        warn(w, &error);
}

static bool add_finished(struct tlm_part_set *set, const struct tlm_part *from)
{
    struct stat file;
    struct tlm_set_part part = {.path = from->path};
    if (fstatat(set->folder.fd, name_of(&part), &file, AT_SYMLINK_NOFOLLOW) != 0)
        return true; /* on_part may have moved it away */
    part = (struct tlm_set_part){
        .path = strdup(from->path),
        .has_times = true,
        .first_ns = from->first_ns,
        .last_ns = from->last_ns,
        .turn = ++set->turns,
    };
    tlm__set_part_stat(&part, &file);
    for (size_t i = set->n; i-- > 0 && part.path;)
        if (strcmp(set->parts[i].path, part.path) == 0)
            drop(set, i);
    if (part.path && add(set, &part))
        return true;
    free((char *)part.path);
    return false;
}

void tlm__writer_prune_after(struct tlm_writer *w, const struct tlm_part *part)
{
    struct tlm_error error;
    if (!w->set)
        return;
    if (add_finished(w->set, part)) {
        prune(w);
    } else {
        tlm__fail_memory(&error, sizeof *w->set->parts);
        warn(w, &error);
    }
}

void tlm_writer_prune(struct tlm_writer *w)
{
    pthread_mutex_lock(&w->report_lock);
    if (w->set && w->set->turns)
        prune(w);
    pthread_mutex_unlock(&w->report_lock);
}
