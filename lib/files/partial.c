#include "files/partial.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/error.h"

#define POLL_NS 20000000u     /* how often a lock that is held is tried again */
#define MAX_ROUNDS 1000u      /* locks won in vain before the file system is not trusted */
#define MAX_LEFTOVERS 100000u /* .NAME.partial.N tried */

/* ---- who holds it --------------------------------------------------------------------------- */

/* The process that holds a flock on this file as /proc/locks has it, or 0: unknown, or in a process
 * namespace that cannot be seen from here. */
static long lock_holder(const struct stat *file)
{
    FILE *locks = fopen("/proc/locks", "re");
    if (!locks)
        return 0;
    char line[256];
    long holder = 0;
    while (holder == 0 && fgets(line, sizeof line, locks)) {
        long pid;
        unsigned major_number, minor_number;
        unsigned long long inode;
        /* NOLINTNEXTLINE(cert-err34-c): the numbers are the kernel's own */
        if (sscanf(line, "%*s FLOCK %*s WRITE %ld %x:%x:%llu", &pid, &major_number, &minor_number,
                   &inode) == 4 &&
            inode == file->st_ino && major_number == major(file->st_dev) &&
            minor_number == minor(file->st_dev))
            holder = pid;
    }
    fclose(locks);
    return holder > 0 ? holder : 0;
}

static enum tlm_code locked_by_another(const struct tlm_target *target, int fd,
                                       struct tlm_error *error)
{
    struct stat file;
    long holder = fstat(fd, &file) == 0 ? lock_holder(&file) : 0;
    if (holder)
        return tlm__fail(error, TLM_LOCKED, "%s is being written: %s is held by process %ld",
                         target->path, target->partial_path, holder);
    return tlm__fail(error, TLM_LOCKED, "%s is being written: %s is held by another process",
                     target->path, target->partial_path);
}

/* ---- leftovers ------------------------------------------------------------------------------ */

static void append_size(struct tlm_buf *out, uint64_t bytes)
{
    static const char units[] = "KMGTPE";
    if (bytes < 1000) {
        tlm__buf_printf(out, "%u byte%s", (unsigned)bytes, bytes == 1 ? "" : "s");
        return;
    }
    size_t unit = 0;
    uint64_t tenths = bytes / 100 + (bytes % 100 >= 50);
    for (; tenths >= 10000 && units[unit + 1]; unit++)
        tenths = tenths / 1000 + (tenths % 1000 >= 500);
    tlm__buf_printf(out, "%u.%u %cB", (unsigned)(tenths / 10), (unsigned)(tenths % 10),
                    units[unit]);
}

/* Memory that is out loses the note, not the run. */
static void note_leftover(const struct tlm_target *target, const struct tlm_partial_wait *wait,
                          uint64_t bytes, const char *kept)
{
    if (!wait->on_note)
        return;
    struct tlm_buf note = {0};
    tlm__buf_printf(&note, "found %s (", target->partial_path);
    append_size(&note, bytes);
    if (tlm__buf_printf(&note, ") of a writer that died; kept as %s", kept)) {
        for (size_t i = 0; i < note.len; i++)
            if (note.data[i] < 0x20)
                note.data[i] = '?';
        wait->on_note(wait->ctx, (const char *)note.data);
    }
    tlm__buf_release(&note);
}

/* Renames the partial to the first free .NAME.partial.N. The caller holds its lock. */
static enum tlm_code set_aside(const struct tlm_target *target, const struct tlm_partial_wait *wait,
                               uint64_t bytes, struct tlm_error *error)
{
    int failed = EEXIST;
    size_t size = strlen(target->partial) + sizeof ".4294967295";
    char *kept = malloc(size);
    if (!kept)
        return tlm__fail_memory(error, size);
    for (unsigned n = 1; failed == EEXIST && n < MAX_LEFTOVERS; n++) {
        snprintf(kept, size, "%s.%u", target->partial, n);
        failed = tlm__rename_new(target->folder->fd, target->partial, kept);
    }
    enum tlm_code code = TLM_OK;
    if (failed)
        code = tlm__fail_errno(error, TLM_IO, failed, "%s: cannot be set aside as %s",
                               target->partial_path, kept);
    else
        note_leftover(target, wait, bytes, kept);
    free(kept);
    return code;
}

/* Makes the name free of what a dead writer left there. The caller holds its lock. */
static enum tlm_code clear_leftover(const struct tlm_target *target,
                                    const struct tlm_partial_wait *wait, int fd,
                                    const struct stat *file, struct tlm_error *error)
{
    /* Died between link and unlink of publishing: the part is whole, under its own name. */
    if (tlm__target_is_file(target, target->name, fd)) {
        if (unlinkat(target->folder->fd, target->partial, 0) == 0)
            return TLM_OK;
        return tlm__fail_errno(error, TLM_IO, errno, "%s", target->partial_path);
    }
    return set_aside(target, wait, (uint64_t)file->st_size, error);
}

/* ---- locking -------------------------------------------------------------------------------- */

/* Opens or creates the partial, without following or waiting for whatever may be planted there. */
static enum tlm_code open_partial(const struct tlm_target *target, int *fd, struct tlm_error *error)
{
    const int flags = O_CREAT | O_RDWR | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC;
    int opened;
    do
        opened = openat(target->folder->fd, target->partial, flags, 0666);
    while (opened < 0 && errno == EINTR);
    if (opened < 0 && errno == ELOOP)
        return tlm__fail(error, TLM_EXISTS, "%s is a symbolic link, which is never followed",
                         target->partial_path);
    if (opened < 0)
        return tlm__fail_errno(error, TLM_IO, errno, "%s", target->partial_path);
    struct stat file;
    int failed = fstat(opened, &file) == 0 ? 0 : errno;
    if (!failed && S_ISREG(file.st_mode)) {
        *fd = opened;
        return TLM_OK;
    }
    close(opened);
    if (failed)
        return tlm__fail_errno(error, TLM_IO, failed, "%s", target->partial_path);
    return tlm__fail(error, TLM_EXISTS, "%s exists and is not a regular file",
                     target->partial_path);
}

/* 0, EWOULDBLOCK (somebody holds it) or another errno. */
static int try_lock(int fd)
{
    int result;
    do
        result = flock(fd, LOCK_EX | LOCK_NB);
    while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : errno;
}

/* Sleeps until the next try; false when lock_wait_ns has passed since start. */
static bool wait_a_moment(uint64_t start_ns, uint64_t lock_wait_ns)
{
    uint64_t passed = tlm__clock_monotonic_ns() - start_ns;
    if (passed >= lock_wait_ns)
        return false;
    uint64_t rest = lock_wait_ns - passed;
    struct timespec pause = {.tv_nsec = (long)(rest < POLL_NS ? rest : POLL_NS)};
    clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
    return true;
}

enum outcome { OURS, AGAIN, HELD };

/* One try with an open partial. A lock on a file that has lost its name meanwhile (published, set
 * aside, removed) is worth nothing: AGAIN, as after clearing a leftover away. */
static enum tlm_code try_partial(const struct tlm_target *target,
                                 const struct tlm_partial_wait *wait, int fd, enum outcome *outcome,
                                 struct tlm_error *error)
{
    int failed = try_lock(fd);
    *outcome = HELD;
    if (failed == EWOULDBLOCK)
        return TLM_OK;
    if (failed)
        return tlm__fail_errno(error, TLM_IO, failed, "%s: cannot be locked", target->partial_path);
    *outcome = AGAIN;
    if (!tlm__target_is_file(target, target->partial, fd))
        return TLM_OK;
    struct stat file;
    if (fstat(fd, &file) != 0)
        return tlm__fail_errno(error, TLM_IO, errno, "%s", target->partial_path);
    /* An empty file with a second name is not ours alone to write to. */
    if (file.st_size == 0 && file.st_nlink <= 1) {
        *outcome = OURS;
        return TLM_OK;
    }
    return clear_leftover(target, wait, fd, &file, error);
}

enum tlm_code tlm__partial_lock(const struct tlm_target *target,
                                const struct tlm_partial_wait *wait, int *fd,
                                struct tlm_error *error)
{
    uint64_t start_ns = tlm__clock_monotonic_ns();
    unsigned rounds = 0;
    for (;;) {
        /* Opened anew each time: while we waited, the name may have gone to another file. */
        int opened = -1;
        enum tlm_code code = open_partial(target, &opened, error);
        if (code != TLM_OK)
            return code;
        enum outcome outcome;
        code = try_partial(target, wait, opened, &outcome, error);
        if (code == TLM_OK && outcome == OURS) {
            *fd = opened;
            return TLM_OK;
        }
        if (code == TLM_OK && outcome == HELD && !wait_a_moment(start_ns, wait->lock_wait_ns))
            code = locked_by_another(target, opened, error);
        if (code == TLM_OK && outcome == AGAIN && ++rounds >= MAX_ROUNDS)
            code = tlm__fail(error, TLM_IO, "%s does not stay the same file", target->partial_path);
        close(opened);
        if (code != TLM_OK)
            return code;
    }
}
