#include "files/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

enum tlm_code tlm__target_init(struct tlm_target *target, struct tlm_folder *folder,
                               const char *name, bool force, struct tlm_error *error)
{
    if (!*name || strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return tlm__fail(error, TLM_ARGUMENT, "\"%s\" is not a file name", name);
    static const char suffix[] = ".partial";
    size_t size = strlen(name) + sizeof suffix + 1;
    struct tlm_target made = {.folder = folder, .force = force};
    made.name = strdup(name);
    made.path = tlm__folder_join(folder, name);
    made.partial = malloc(size);
    if (made.partial) {
        snprintf(made.partial, size, ".%s%s", name, suffix);
        made.partial_path = tlm__folder_join(folder, made.partial);
    }
    if (!made.name || !made.path || !made.partial_path) {
        tlm__target_release(&made);
        return tlm__fail_memory(error, size);
    }
    *target = made;
    return TLM_OK;
}

void tlm__target_release(struct tlm_target *target)
{
    free(target->name);
    free(target->path);
    free(target->partial);
    free(target->partial_path);
    *target = (struct tlm_target){0};
}

static const char *kind_of(mode_t mode)
{
    if (S_ISDIR(mode))
        return "a directory";
    if (S_ISLNK(mode))
        return "a symbolic link";
    if (S_ISFIFO(mode))
        return "a fifo";
    if (S_ISSOCK(mode))
        return "a socket";
    return "a device";
}

enum tlm_code tlm__target_check(const struct tlm_target *target, struct tlm_error *error)
{
    struct stat file;
    if (fstatat(target->folder->fd, target->name, &file, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT)
            return TLM_OK;
        return tlm__fail_errno(error, TLM_IO, errno, "%s", target->path);
    }
    if (!S_ISREG(file.st_mode))
        return tlm__fail(error, TLM_EXISTS, "%s exists and is %s, which is never replaced",
                         target->path, kind_of(file.st_mode));
    if (tlm__folder_protects(target->folder, &file))
        return tlm__fail(error, TLM_EXISTS, "%s is also an input of this run", target->path);
    if (!target->force)
        return tlm__fail(error, TLM_EXISTS, "%s exists already", target->path);
    return TLM_OK;
}

bool tlm__target_is_file(const struct tlm_target *target, const char *name, int fd)
{
    struct stat open_file, named;
    errno = 0;
    return fstat(fd, &open_file) == 0 &&
           fstatat(target->folder->fd, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
           open_file.st_dev == named.st_dev && open_file.st_ino == named.st_ino;
}

static int link_new(int dir_fd, const char *from, const char *to)
{
    if (linkat(dir_fd, from, dir_fd, to, 0) != 0)
        return errno;
    if (unlinkat(dir_fd, from, 0) == 0)
        return 0;
    int failed = errno;
    unlinkat(dir_fd, to, 0); /* our own link of a moment ago */
    return failed;
}

static int rename_after_look(int dir_fd, const char *from, const char *to)
{
    struct stat file;
    if (fstatat(dir_fd, to, &file, AT_SYMLINK_NOFOLLOW) == 0)
        return EEXIST;
    if (errno != ENOENT)
        return errno;
    return renameat(dir_fd, from, dir_fd, to) == 0 ? 0 : errno;
}

int tlm__rename_new(int dir_fd, const char *from, const char *to)
{
    if (renameat2(dir_fd, from, dir_fd, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != ENOSYS && errno != EINVAL)
        return errno;
    int failed = link_new(dir_fd, from, to);
    if (failed == EPERM || failed == EOPNOTSUPP || failed == ENOSYS || failed == EMLINK)
        failed = rename_after_look(dir_fd, from, to);
    return failed;
}

enum tlm_code tlm__target_publish(const struct tlm_target *target, int fd, struct tlm_error *error)
{
    int dir = target->folder->fd;
    bool ours = tlm__target_is_file(target, target->partial, fd);
    if (!ours && errno && errno != ENOENT)
        return tlm__fail_errno(error, TLM_IO, errno, "%s", target->partial_path);
    if (!ours)
        return tlm__fail(error, TLM_IO, "%s was removed or replaced by another program",
                         target->partial_path);
    int failed;
    if (target->force) {
        enum tlm_code code = tlm__target_check(target, error);
        if (code != TLM_OK)
            return code;
        failed = renameat(dir, target->partial, dir, target->name) == 0 ? 0 : errno;
    } else {
        failed = tlm__rename_new(dir, target->partial, target->name);
    }
    if (failed == EEXIST)
        return tlm__fail(error, TLM_EXISTS, "%s appeared meanwhile; what was written is in %s",
                         target->path, target->partial_path);
    if (failed)
        return tlm__fail_errno(error, TLM_IO, failed, "%s: cannot be renamed to %s",
                               target->partial_path, target->name);
    return TLM_OK;
}
