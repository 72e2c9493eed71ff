/*
 * Runs a program and records what it does to files below the current folder, in order:
 *
 *   record_files FILE PROGRAM...
 *
 * FILE gets a line for each operation, fields divided by tabs, paths relative to the folder:
 *   create PATH          write PATH OFFSET HEX     cut PATH BYTES     sync PATH
 *   rename FROM TO       link FROM TO              unlink PATH
 * An operation is recorded before it is done, on the supposition that it will be. Ends with the
 * program's exit status.
 */
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>

#include "support/notify.h"

static const int calls[] = {SYS_openat,   SYS_write,     SYS_pwrite64,  SYS_copy_file_range,
                            SYS_fsync,    SYS_fdatasync, SYS_ftruncate, SYS_renameat2,
                            SYS_unlinkat, SYS_linkat,
#ifdef SYS_open
                            SYS_open,     SYS_creat,     SYS_rename,    SYS_link,
                            SYS_unlink,
#endif
#ifdef SYS_renameat
                            SYS_renameat,
#endif
                            SYS_writev,   SYS_pwritev,   SYS_fallocate};

static FILE *record;
static char here[PATH_MAX]; /* with a slash at its end */

/* ---- paths ---------------------------------------------------------------------------------- */

/* Relative to here; NULL: elsewhere. */
static const char *below(const char *path)
{
    size_t len = strlen(here);
    if (strncmp(path, here, len) == 0)
        return path + len;
    return strncmp(path, here, len - 1) == 0 && !path[len - 1] ? "." : NULL;
}

/* The file of a descriptor; NULL: none below here. */
static const char *path_of_fd(const struct notify_call *call, uint64_t fd, char *path)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/%d/fd/%d", (int)call->notify->child, (int)fd);
    ssize_t n = readlink(link, path, PATH_MAX - 1);
    if (n < 0)
        return NULL;
    path[n] = '\0';
    return below(path);
}

/* A name in a folder, as the program gives them. */
static const char *path_at(const struct notify_call *call, uint64_t folder, uint64_t text,
                           char *path)
{
    char name[PATH_MAX], base[PATH_MAX];
    if (!notify_text(call, text, name, sizeof name))
        return NULL;
    if (name[0] == '/' || (int)folder == AT_FDCWD)
        snprintf(path, PATH_MAX, "%.2000s%.2000s", name[0] == '/' ? "" : here, name);
    else if (path_of_fd(call, folder, base))
        snprintf(path, PATH_MAX, "%.2000s/%.2000s", base, name);
    else
        return NULL;
    return below(path);
}

/* ---- operations ----------------------------------------------------------------------------- */

static void note_open(const struct notify_call *call, uint64_t folder, uint64_t text, int flags)
{
    char path[PATH_MAX];
    const char *name = path_at(call, folder, text, path);
    if (!name)
        return;
    bool there = access(name, F_OK) == 0;
    if (flags & O_CREAT && !there)
        fprintf(record, "create\t%s\n", name);
    if (flags & O_TRUNC && there)
        fprintf(record, "cut\t%s\t0\n", name);
}

static void note_bytes(const char *name, uint64_t offset, const uint8_t *bytes, size_t len)
{
    fprintf(record, "write\t%s\t%llu\t", name, (unsigned long long)offset);
    for (size_t i = 0; i < len; i++)
        fprintf(record, "%02x", bytes[i]);
    fprintf(record, "\n");
}

static void note_write(const struct notify_call *call)
{
    char path[PATH_MAX];
    struct stat file;
    const char *name = path_of_fd(call, call->args[0], path);
    if (!name || stat(name, &file) != 0 || !S_ISREG(file.st_mode))
        return;
    int fd = notify_fd(call, call->args[0]);
    size_t len = (size_t)call->args[2];
    uint8_t *bytes = malloc(len);
    if (bytes && notify_read(call, call->args[1], bytes, len))
        note_bytes(name,
                   call->number == SYS_pwrite64 ? call->args[3] : (uint64_t)lseek(fd, 0, SEEK_CUR),
                   bytes, len);
    free(bytes);
    close(fd);
}

static void note_copy(const struct notify_call *call)
{
    char path[PATH_MAX];
    off64_t from = 0;
    const char *name = path_of_fd(call, call->args[2], path);
    int in = notify_fd(call, call->args[0]), out = notify_fd(call, call->args[2]);
    size_t len = (size_t)call->args[4];
    uint8_t *bytes = malloc(len);
    if (name && bytes && notify_read(call, call->args[1], &from, sizeof from)) {
        ssize_t n = pread(in, bytes, len, from);
        note_bytes(name, (uint64_t)lseek(out, 0, SEEK_CUR), bytes, n > 0 ? (size_t)n : 0);
    }
    free(bytes);
    close(in);
    close(out);
}

static void note_fd(const struct notify_call *call, const char *what)
{
    char path[PATH_MAX];
    const char *name = path_of_fd(call, call->args[0], path);
    if (name && call->number == SYS_ftruncate)
        fprintf(record, "%s\t%s\t%llu\n", what, name, (unsigned long long)call->args[1]);
    else if (name)
        fprintf(record, "%s\t%s\n", what, name);
}

/* args: folder and name of both, as of linkat. */
static void note_two(const struct notify_call *call, const char *what, const uint64_t args[4],
                     bool may_replace)
{
    char from[PATH_MAX], to[PATH_MAX];
    const char *old = path_at(call, args[0], args[1], from);
    const char *new = path_at(call, args[2], args[3], to);
    if (old && new && (may_replace || access(new, F_OK) != 0))
        fprintf(record, "%s\t%s\t%s\n", what, old, new);
}

static void note_unlink(const struct notify_call *call, uint64_t folder, uint64_t text)
{
    char path[PATH_MAX];
    const char *name = path_at(call, folder, text, path);
    if (name && access(name, F_OK) == 0)
        fprintf(record, "unlink\t%s\n", name);
}

/* Names without a folder: as if of the current one. */
static void note_old(const struct notify_call *call)
{
    const uint64_t cwd = (uint64_t)AT_FDCWD, both[4] = {cwd, call->args[0], cwd, call->args[1]};
    switch (call->number) {
#ifdef SYS_open
    case SYS_open:
        note_open(call, cwd, call->args[0], (int)call->args[1]);
        break;
    case SYS_rename:
        note_two(call, "rename", both, true);
        break;
    case SYS_link:
        note_two(call, "link", both, false);
        break;
    case SYS_unlink:
        note_unlink(call, cwd, call->args[0]);
        break;
#endif
    default:
        (void)both; /* a machine without the names of old */
        fprintf(stderr, "record_files: call %ld is not known here\n", call->number);
        exit(125);
    }
}

static void note(const struct notify_call *call)
{
    switch (call->number) {
    case SYS_openat:
        note_open(call, call->args[0], call->args[1], (int)call->args[2]);
        break;
    case SYS_write:
    case SYS_pwrite64:
        note_write(call);
        break;
    case SYS_copy_file_range:
        note_copy(call);
        break;
    case SYS_fsync:
    case SYS_fdatasync:
        note_fd(call, "sync");
        break;
    case SYS_ftruncate:
        note_fd(call, "cut");
        break;
    case SYS_renameat2:
        note_two(call, "rename", call->args, call->args[4] == 0);
        break;
#ifdef SYS_renameat
    case SYS_renameat:
        note_two(call, "rename", call->args, true);
        break;
#endif
    case SYS_linkat:
        note_two(call, "link", call->args, false);
        break;
    case SYS_unlinkat:
        note_unlink(call, call->args[0], call->args[1]);
        break;
    default:
        note_old(call);
    }
}

/* ---- the run -------------------------------------------------------------------------------- */

static void serve(struct notify *notify)
{
    struct pollfd both[2] = {{.fd = notify->listener, .events = POLLIN},
                             {.fd = notify->pidfd, .events = POLLIN}};
    while (poll(both, 2, -1) >= 0) {
        struct notify_call call;
        if (both[0].revents & POLLIN && notify_next(notify, &call)) {
            if (notify_is_own(&call))
                note(&call);
            notify_go_on(&call);
        } else if (both[0].revents & (POLLHUP | POLLERR)) {
            both[0].fd = -1;
        }
        if (both[1].revents)
            return;
    }
}

int main(int argc, char **argv)
{
    struct notify notify;
    int status;
    if (argc < 3)
        return 125;
    record = fopen(argv[1], "we");
    if (!record || !getcwd(here, sizeof here - 1))
        notify_give_up(argv[1]);
    strcat(here, "/");
    notify_start(&notify, argv + 2, calls, sizeof calls / sizeof calls[0]);
    serve(&notify);
    waitpid(notify.child, &status, 0);
    if (fclose(record) != 0)
        notify_give_up(argv[1]);
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}
