#include "cat/cat_sink.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cat/cat_error.h"

enum { NAMES_MAX = 100 }; /* temporary ones to try */

/* ---- signals -------------------------------------------------------------------------------- */

/* Handlers have nothing but globals to look at. */
static const char *volatile to_remove;

static void on_signal(int number)
{
    const char *path = to_remove;
    if (path)
        unlink(path);
    raise(number); /* the handler is reset: ends the process once it returns */
}

static void remove_on_signal(const char *path)
{
    static const int numbers[] = {SIGHUP, SIGINT, SIGTERM};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND}, before;
    to_remove = path;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
            sigaction(numbers[i], &action, NULL);
}

/* ---- opening -------------------------------------------------------------------------------- */

static enum tlm_code fail(const struct cat_sink *sink, struct tlm_error *error)
{
    int number = errno;
    cat_fail(error, TLM_IO, "%s: %s", sink->path, strerror(number));
    error->sys_errno = number;
    return TLM_IO;
}

/* A name beside the file, hidden. NULL: memory is out. */
static char *temporary_name(const char *path, int try)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    char *name = NULL;
    int len =
        asprintf(&name, "%.*s.%s.%ld-%d.tmp", (int)(base - path), path, base, (long)getpid(), try);
    return len < 0 ? NULL : name;
}

static enum tlm_code create(struct cat_sink *sink, struct tlm_error *error)
{
    for (int i = 0; i < NAMES_MAX; i++) {
        char *name = temporary_name(sink->path, i);
        if (!name)
            return cat_fail_memory(error);
        sink->fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (sink->fd >= 0) {
            sink->temporary = name;
            remove_on_signal(name);
            return TLM_OK;
        }
        free(name);
        if (errno != EEXIST)
            break;
    }
    return fail(sink, error);
}

static enum tlm_code fail_exists(const struct cat_sink *sink, struct tlm_error *error)
{
    return cat_fail(error, TLM_EXISTS, "%s exists already (-f replaces it)", sink->path);
}

static enum tlm_code open_path(struct cat_sink *sink, struct tlm_error *error)
{
    struct stat info;
    if (stat(sink->path, &info) < 0)
        return create(sink, error);
    if (S_ISREG(info.st_mode))
        return sink->force ? create(sink, error) : fail_exists(sink, error);
    sink->fd = open(sink->path, O_WRONLY | O_CLOEXEC);
    return sink->fd < 0 ? fail(sink, error) : TLM_OK;
}

enum tlm_code cat_sink_open(struct cat_sink *sink, const char *path, bool force,
                            struct tlm_error *error)
{
    signal(SIGXFSZ, SIG_IGN); /* then write says EFBIG */
    if (!path || strcmp(path, "-") == 0) {
        *sink = (struct cat_sink){.fd = STDOUT_FILENO, .path = "standard output"};
        return TLM_OK;
    }
    *sink = (struct cat_sink){.fd = -1, .path = path, .force = force};
    return open_path(sink, error);
}

/* ---- writing -------------------------------------------------------------------------------- */

/* True when the write is to be tried again. */
static bool wait_for(const struct cat_sink *sink)
{
    if (errno == EINTR)
        return true;
    struct pollfd full = {.fd = sink->fd, .events = POLLOUT};
    return errno == EAGAIN && (poll(&full, 1, -1) >= 0 || errno == EINTR);
}

enum tlm_code cat_sink_write(struct cat_sink *sink, const char *data, size_t len,
                             struct tlm_error *error)
{
    while (len) {
        ssize_t written = write(sink->fd, data, len);
        if (written < 0 && !wait_for(sink)) {
            sink->failed = true;
            sink->closed = errno == EPIPE;
            return fail(sink, error);
        }
        if (written > 0) {
            data += written;
            len -= (size_t)written;
        }
    }
    return TLM_OK;
}

/* ---- the end -------------------------------------------------------------------------------- */

static bool take_name(const struct cat_sink *sink)
{
    if (sink->force)
        return rename(sink->temporary, sink->path) == 0;
    if (renameat2(AT_FDCWD, sink->temporary, AT_FDCWD, sink->path, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    /* A file system that cannot do that. */
    return link(sink->temporary, sink->path) == 0 && unlink(sink->temporary) == 0;
}

enum tlm_code cat_sink_publish(struct cat_sink *sink, struct tlm_error *error)
{
    if (sink->fd == STDOUT_FILENO)
        return TLM_OK;
    bool safe = !sink->temporary || fsync(sink->fd) == 0;
    safe = close(sink->fd) == 0 && safe;
    sink->fd = -1;
    if (!safe)
        return fail(sink, error);
    if (!sink->temporary)
        return TLM_OK;
    if (!take_name(sink))
        return errno == EEXIST ? fail_exists(sink, error) : fail(sink, error);
    to_remove = NULL;
    free(sink->temporary);
    sink->temporary = NULL;
    return TLM_OK;
}

void cat_sink_release(struct cat_sink *sink)
{
    if (sink->temporary)
        unlink(sink->temporary);
    to_remove = NULL;
    free(sink->temporary);
    if (sink->fd >= 0 && sink->fd != STDOUT_FILENO)
        close(sink->fd);
    *sink = (struct cat_sink){.fd = -1};
}
