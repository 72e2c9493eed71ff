#include "bench/workdir.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "bench/failure.h"

#define IN_MEMORY "/dev/shm"

static bool has_room(const char *path, uint64_t bytes)
{
    struct statvfs space;
    return access(path, W_OK | X_OK) == 0 && statvfs(path, &space) == 0 &&
           space.f_bavail >= bytes / space.f_frsize + 1;
}

enum tlm_code bench_workdir_make(struct bench_workdir *workdir, const char *parent,
                                 const char *temporary, uint64_t bytes, struct tlm_error *error)
{
    workdir->path[0] = '\0';
    if (!parent)
        parent = has_room(IN_MEMORY, bytes) ? IN_MEMORY : temporary;
    char path[sizeof workdir->path];
    int len = snprintf(path, sizeof path, "%s/tlm-bench.XXXXXX", parent);
    if (len >= (int)sizeof path)
        return bench_fail(error, TLM_IO, "%.100s...: the path is too long", parent);
    if (!mkdtemp(path))
        return bench_fail_io(error, parent);
    memcpy(workdir->path, path, sizeof path);
    return TLM_OK;
}

void bench_workdir_remove(struct bench_workdir *workdir)
{
    if (!workdir->path[0])
        return;
    DIR *dir = opendir(workdir->path);
    for (const struct dirent *entry; dir && (entry = readdir(dir));)
        unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
    rmdir(workdir->path);
    workdir->path[0] = '\0';
}
