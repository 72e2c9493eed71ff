#include "pidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define NEW_SUFFIX ".new"
#define ANSWERS_MAX 65536 /* bytes of PIDFILE.cut until it is begun anew */
#define CLAIM_TRIES 10000 /* milliseconds that somebody else may take to claim the file */

struct pidfile {
    char *path, *new_path;         /* PIDFILE and the file that becomes it */
    char *cut_path, *new_cut_path; /* the same of the answers */
    char *folder;                  /* the current one, in front of relative paths; or NULL */
    int fd;                        /* locked; -1: not claimed */
    int cut_fd;
    unsigned long long number; /* of the last cut that began */
};

static bool fail(const char *path, const char *why)
{
    fprintf(stderr, "tlm write: --pidfile %s: %s\n", path, why);
    return false;
}

/* ---- reading -------------------------------------------------------------------------------- */

bool pidfile_is_held(int fd)
{
    int result;
    do
        result = flock(fd, LOCK_SH | LOCK_NB);
    while (result != 0 && errno == EINTR);
    if (result != 0)
        return errno == EWOULDBLOCK;
    flock(fd, LOCK_UN);
    return false;
}

long pidfile_read(int fd)
{
    char text[24], *end;
    ssize_t len = pread(fd, text, sizeof text - 1, 0);
    if (len <= 0)
        return len;
    text[len] = '\0';
    errno = 0;
    long pid = strtol(text, &end, 10);
    bool is_number = text[0] >= '1' && text[0] <= '9' && !errno && pid <= INT_MAX;
    return is_number && strcmp(end, "\n") == 0 && end + 1 == text + len ? pid : -1;
}

/* ---- files ---------------------------------------------------------------------------------- */

static char *join(const char *path, const char *suffix)
{
    size_t size = strlen(path) + strlen(suffix) + 1;
    char *made = malloc(size);
    if (made)
        snprintf(made, size, "%s%s", path, suffix);
    return made;
}

static bool is_named(int fd, const char *path)
{
    struct stat open_file, named;
    return fstat(fd, &open_file) == 0 && lstat(path, &named) == 0 &&
           open_file.st_dev == named.st_dev && open_file.st_ino == named.st_ino;
}

static void unlink_own(int fd, const char *path)
{
    if (fd >= 0 && is_named(fd, path))
        unlink(path);
}

static bool write_all(int fd, const char *bytes, size_t len)
{
    while (len) {
        ssize_t written = write(fd, bytes, len);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        len -= (size_t)written;
    }
    return true;
}

/* ---- answers -------------------------------------------------------------------------------- */

/* A record is there as a whole or not at all. */
static bool append(int fd, enum pidfile_record kind, unsigned long long number, const char *folder,
                   const char *text)
{
    char *record = NULL;
    off_t before = lseek(fd, 0, SEEK_END);
    int len = asprintf(&record, "%c %llu%s%s%s%s", (int)kind, number, text ? " " : "",
                       text && folder ? folder : "", text && folder ? "/" : "", text ? text : "");
    bool written = len >= 0 && write_all(fd, record, (size_t)len + 1);
    if (!written && ftruncate(fd, before) != 0)
        written = false;
    if (len >= 0)
        free(record);
    return written;
}

/* A new file of answers takes the place of what is there. */
static bool begin_answers(struct pidfile *pidfile)
{
    const int flags = O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW | O_CLOEXEC;
    unlink(pidfile->new_cut_path);
    int fd = open(pidfile->new_cut_path, flags, 0666);
    if (fd < 0)
        return false;
    if (!append(fd, PIDFILE_BEGUN, pidfile->number, NULL, NULL) ||
        rename(pidfile->new_cut_path, pidfile->cut_path) != 0) {
        int saved = errno;
        close(fd);
        unlink(pidfile->new_cut_path);
        errno = saved;
        return false;
    }
    if (pidfile->cut_fd >= 0)
        close(pidfile->cut_fd);
    pidfile->cut_fd = fd;
    return true;
}

void pidfile_cut_begins(struct pidfile *pidfile)
{
    struct stat file;
    if (!pidfile)
        return;
    pidfile->number++;
    bool is_long = fstat(pidfile->cut_fd, &file) == 0 && file.st_size > ANSWERS_MAX;
    if (is_long && begin_answers(pidfile))
        return;
    if (!append(pidfile->cut_fd, PIDFILE_BEGUN, pidfile->number, NULL, NULL))
        fail(pidfile->cut_path, strerror(errno));
}

void pidfile_cut_ended(struct pidfile *pidfile, enum pidfile_record how, const char *text)
{
    if (!pidfile)
        return;
    const char *folder = how == PIDFILE_CUT && *text != '/' ? pidfile->folder : NULL;
    if (!append(pidfile->cut_fd, how, pidfile->number, folder, text))
        fail(pidfile->cut_path, strerror(errno));
}

/* ---- claiming ------------------------------------------------------------------------------- */

static void release(struct pidfile *pidfile)
{
    if (pidfile->cut_fd >= 0)
        close(pidfile->cut_fd);
    free(pidfile->path);
    free(pidfile->new_path);
    free(pidfile->cut_path);
    free(pidfile->new_cut_path);
    free(pidfile->folder);
    free(pidfile);
}

/* Locks PIDFILE.new, by which one at a time can become PIDFILE. Whoever became it keeps that lock,
 * under the other name. */
static bool lock_new(struct pidfile *pidfile)
{
    const int flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC;
    for (int tries = 0; tries < CLAIM_TRIES; tries++) {
        int fd = open(pidfile->new_path, flags, 0666);
        if (fd < 0)
            return fail(pidfile->new_path, strerror(errno));
        int failed = flock(fd, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
        if (!failed && is_named(fd, pidfile->new_path)) {
            pidfile->fd = fd;
            return true;
        }
        close(fd);
        if (failed == EWOULDBLOCK)
            usleep(1000); /* soon it has its other name, or is given up */
        else if (failed && failed != EINTR)
            return fail(pidfile->new_path, strerror(failed));
    }
    return fail(pidfile->new_path, "is held by another process");
}

/* What is there under the name is a pidfile, and nobody's. */
static bool check_old(const struct pidfile *pidfile)
{
    int fd = open(pidfile->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct stat file;
    if (fd < 0 && errno == ENOENT)
        return true;
    if (fd < 0)
        return fail(pidfile->path, strerror(errno));
    bool is_regular = fstat(fd, &file) == 0 && S_ISREG(file.st_mode);
    long pid = is_regular ? pidfile_read(fd) : -1;
    bool held = is_regular && pidfile_is_held(fd);
    close(fd);
    if (held) {
        fprintf(stderr, "tlm write: --pidfile %s: another writer lives: process %ld\n",
                pidfile->path, pid);
        return false;
    }
    return pid >= 0 || fail(pidfile->path, "is no pidfile, and is not replaced");
}

static bool take_name(struct pidfile *pidfile)
{
    char text[32];
    int len = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(pidfile->fd, 0) != 0 || !write_all(pidfile->fd, text, (size_t)len))
        return fail(pidfile->new_path, strerror(errno));
    if (!begin_answers(pidfile))
        return fail(pidfile->cut_path, strerror(errno));
    if (rename(pidfile->new_path, pidfile->path) == 0)
        return true;
    fail(pidfile->path, strerror(errno));
    unlink_own(pidfile->cut_fd, pidfile->cut_path);
    return false;
}

struct pidfile *pidfile_claim(const char *path)
{
    struct pidfile *pidfile = calloc(1, sizeof *pidfile);
    if (!pidfile) {
        fail(path, strerror(ENOMEM));
        return NULL;
    }
    *pidfile = (struct pidfile){
        .path = strdup(path),
        .new_path = join(path, NEW_SUFFIX),
        .cut_path = join(path, PIDFILE_CUT_SUFFIX),
        .new_cut_path = join(path, PIDFILE_CUT_SUFFIX NEW_SUFFIX),
        .folder = getcwd(NULL, 0),
        .fd = -1,
        .cut_fd = -1,
    };
    bool made = pidfile->path && pidfile->new_path && pidfile->cut_path && pidfile->new_cut_path;
    if (!made)
        fail(path, strerror(ENOMEM));
    if (made && lock_new(pidfile) && check_old(pidfile) && take_name(pidfile))
        return pidfile;
    if (made)
        unlink_own(pidfile->fd, pidfile->new_path);
    if (pidfile->fd >= 0)
        close(pidfile->fd);
    release(pidfile);
    return NULL;
}

void pidfile_remove(struct pidfile *pidfile)
{
    if (!pidfile)
        return;
    unlink_own(pidfile->cut_fd, pidfile->cut_path);
    unlink_own(pidfile->fd, pidfile->path);
    release(pidfile);
}
