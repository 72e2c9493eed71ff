#include "files/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checked.h"
#include "base/error.h"

/* A walk down a path. `at` is only good for openat and the like: O_PATH needs no read permission
 * on the folders on the way. */
struct walk {
    const char *path;
    size_t done; /* bytes of path that `at` stands for, or failed at */
    int at;
    bool create;
};

static int sync_fd(int fd)
{
    int result;
    do
        result = fsync(fd);
    while (result != 0 && errno == EINTR);
    return result;
}

static bool cannot_sync(int sys_errno)
{
    return sys_errno == EINVAL || sys_errno == ENOTSUP || sys_errno == EROFS;
}

/* Makes the entry of a new folder durable. A parent that may be written but not read cannot be
 * fsynced by itself; then its whole file system is synced, through the new folder. */
static int sync_parent(int at, const char *name)
{
    int parent = openat(at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool unreadable = parent < 0 && errno == EACCES;
    if (unreadable)
        parent = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (parent < 0)
        return -1;
    int result = unreadable ? syncfs(parent) : sync_fd(parent);
    int saved = errno;
    close(parent);
    errno = saved;
    return result != 0 && cannot_sync(errno) ? 0 : result;
}

static enum tlm_code walk_failed(const struct walk *walk, int sys_errno, const char *name,
                                 struct tlm_error *error)
{
    int len = walk->done > INT_MAX ? INT_MAX : (int)walk->done;
    struct stat entry;
    if (sys_errno == ENOENT && fstatat(walk->at, name, &entry, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISLNK(entry.st_mode))
        return tlm__fail(error, TLM_IO, "folder %.*s: a symbolic link to nothing", len, walk->path);
    return tlm__fail_errno(error, TLM_IO, sys_errno, "folder %.*s", len, walk->path);
}

/* Steps into the folder `name` below walk->at. */
static enum tlm_code step(struct walk *walk, const char *name, struct tlm_error *error)
{
    const int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
    int next = openat(walk->at, name, flags);
    if (next < 0 && errno == ENOENT && walk->create) {
        if (mkdirat(walk->at, name, 0777) == 0) {
            if (sync_parent(walk->at, name) != 0)
                return walk_failed(walk, errno, name, error);
        } else if (errno != EEXIST) {
            return walk_failed(walk, errno, name, error);
        }
        next = openat(walk->at, name, flags);
    }
    if (next < 0)
        return walk_failed(walk, errno, name, error);
    close(walk->at);
    walk->at = next;
    return TLM_OK;
}

static enum tlm_code walk_down(struct walk *walk, struct tlm_error *error)
{
    const char *path = walk->path;
    walk->at = open(*path == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (walk->at < 0)
        return tlm__fail_errno(error, TLM_IO, errno, "folder %s", path);
    for (;;) {
        size_t start = walk->done + strspn(path + walk->done, "/");
        size_t len = strcspn(path + start, "/");
        if (len == 0)
            return TLM_OK;
        walk->done = start + len;
        char *name = strndup(path + start, len);
        if (!name)
            return tlm__fail_memory(error, len);
        enum tlm_code code = step(walk, name, error);
        free(name);
        if (code != TLM_OK)
            return code;
    }
}

enum tlm_code tlm__folder_open(struct tlm_folder *folder, const char *path, bool create,
                               struct tlm_error *error)
{
    struct tlm_folder made = {.fd = -1, .path = strdup(*path ? path : ".")};
    if (!made.path)
        return tlm__fail_memory(error, strlen(path));
    struct walk walk = {.path = made.path, .at = -1, .create = create};
    enum tlm_code code = walk_down(&walk, error);
    if (code == TLM_OK) {
        made.fd = openat(walk.at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (made.fd < 0)
            code = tlm__fail_errno(error, TLM_IO, errno, "folder %s", made.path);
    }
    if (walk.at >= 0)
        close(walk.at);
    if (code != TLM_OK) {
        free(made.path);
        return code;
    }
    *folder = made;
    return TLM_OK;
}

void tlm__folder_release(struct tlm_folder *folder)
{
    if (folder->fd >= 0)
        close(folder->fd);
    free(folder->path);
    free(folder->inputs);
    *folder = (struct tlm_folder){.fd = -1};
}

enum tlm_code tlm__folder_protect(struct tlm_folder *folder, const char *const *paths, size_t n,
                                  struct tlm_error *error)
{
    size_t total, bytes;
    if (n == 0)
        return TLM_OK;
    if (!tlm__size_add(folder->n_inputs, n, &total) ||
        !tlm__size_mul(total, sizeof *folder->inputs, &bytes))
        return tlm__fail_memory(error, SIZE_MAX);
    struct tlm_inode *inputs = realloc(folder->inputs, bytes);
    if (!inputs)
        return tlm__fail_memory(error, bytes);
    folder->inputs = inputs;
    for (size_t i = 0; i < n; i++) {
        struct stat file;
        bool is_stdin = strcmp(paths[i], "-") == 0;
        if (is_stdin ? fstat(STDIN_FILENO, &file) != 0 || !S_ISREG(file.st_mode)
                     : stat(paths[i], &file) != 0)
            continue;
        inputs[folder->n_inputs++] = (struct tlm_inode){file.st_dev, file.st_ino};
    }
    return TLM_OK;
}

bool tlm__folder_protects(const struct tlm_folder *folder, const struct stat *file)
{
    for (size_t i = 0; i < folder->n_inputs; i++)
        if (folder->inputs[i].device == file->st_dev && folder->inputs[i].inode == file->st_ino)
            return true;
    return false;
}

enum tlm_code tlm__folder_sync(struct tlm_folder *folder,
                               void (*note)(void *ctx, const char *message), void *ctx,
                               struct tlm_error *error)
{
    if (sync_fd(folder->fd) == 0)
        return TLM_OK;
    int saved = errno;
    if (!cannot_sync(saved))
        return tlm__fail_errno(error, TLM_IO, saved, "folder %s: fsync", folder->path);
    if (note && !folder->sync_warned) {
        struct tlm_error text;
        tlm__fail_errno(&text, TLM_IO, saved,
                        "folder %s: its file system cannot fsync folders; after a power loss a "
                        "finished file may have its old name",
                        folder->path);
        note(ctx, text.message);
    }
    folder->sync_warned = true;
    return TLM_OK;
}

char *tlm__folder_join(const struct tlm_folder *folder, const char *name)
{
    bool here = strcmp(folder->path, ".") == 0;
    const char *dir = here && name[0] != '-' ? "" : folder->path;
    size_t len = strlen(dir);
    const char *slash = len == 0 || dir[len - 1] == '/' ? "" : "/";
    size_t size = len + strlen(slash) + strlen(name) + 1;
    char *path = malloc(size);
    if (path)
        snprintf(path, size, "%s%s%s", dir, slash, name);
    return path;
}
