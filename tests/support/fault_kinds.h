/* Which calls may fail and how, for fail_call.c. */
#ifndef TLM_TESTS_FAULT_KINDS_H
#define TLM_TESTS_FAULT_KINDS_H

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

/* ---- classes of calls ----------------------------------------------------------------------- */

enum class {
    ALLOC,
    OPEN,
    READ,
    WRITE,
    COPY,
    SYNC,
    CLOSE,
    RENAME,
    LINK,
    UNLINK,
    MKDIR,
    MMAP,
    STAT,
    SEEK,
    RANDOM,
    THREAD,
    PIPE,
    EVENT,
    WAIT,
    LOCK,
    DUP,
    TRUNCATE,
    LIST,
    ADVISE,
    AFFINITY,
    CLASSES
};

static const char *const class_names[CLASSES] = {
    "alloc",  "open",  "read", "write",    "copy", "sync",   "close",   "rename", "link",
    "unlink", "mkdir", "mmap", "stat",     "seek", "random", "thread",  "pipe",   "event",
    "wait",   "lock",  "dup",  "truncate", "list", "advise", "affinity"};

static const struct {
    int number;
    enum class class;
} calls[] = {
    {SYS_openat, OPEN},
    {SYS_read, READ},
    {SYS_pread64, READ},
    {SYS_write, WRITE},
    {SYS_pwrite64, WRITE},
    {SYS_writev, WRITE},
    {SYS_copy_file_range, COPY},
    {SYS_fsync, SYNC},
    {SYS_fdatasync, SYNC},
    {SYS_syncfs, SYNC},
    {SYS_close, CLOSE},
    {SYS_renameat2, RENAME},
    {SYS_linkat, LINK},
    {SYS_unlinkat, UNLINK},
    {SYS_mkdirat, MKDIR},
    {SYS_mmap, MMAP},
    {SYS_fstat, STAT},
    {SYS_newfstatat, STAT},
    {SYS_statx, STAT},
    {SYS_statfs, STAT},
    {SYS_fstatfs, STAT},
    {SYS_faccessat, STAT},
    {SYS_faccessat2, STAT},
    {SYS_lseek, SEEK},
    {SYS_getrandom, RANDOM},
    {SYS_clone, THREAD},
    {SYS_clone3, THREAD},
    {SYS_pipe2, PIPE},
    {SYS_eventfd2, EVENT},
    {SYS_epoll_create1, EVENT},
    {SYS_epoll_ctl, EVENT},
    {SYS_signalfd4, EVENT},
    {SYS_timerfd_create, EVENT},
    {SYS_ppoll, WAIT},
    {SYS_epoll_pwait, WAIT},
    {SYS_pselect6, WAIT},
    {SYS_flock, LOCK},
    {SYS_fcntl, DUP},
    {SYS_ftruncate, TRUNCATE},
    {SYS_fallocate, TRUNCATE},
    {SYS_getdents64, LIST},
    {SYS_fadvise64, ADVISE},
    {SYS_sched_getaffinity, AFFINITY},
#ifdef SYS_open /* a machine with the names of old */
    {SYS_open, OPEN},
    {SYS_creat, OPEN},
    {SYS_rename, RENAME},
    {SYS_link, LINK},
    {SYS_unlink, UNLINK},
    {SYS_rmdir, UNLINK},
    {SYS_mkdir, MKDIR},
    {SYS_stat, STAT},
    {SYS_lstat, STAT},
    {SYS_access, STAT},
    {SYS_pipe, PIPE},
    {SYS_poll, WAIT},
    {SYS_select, WAIT},
    {SYS_epoll_wait, WAIT},
#endif
#ifdef SYS_renameat
    {SYS_renameat, RENAME},
#endif
};

#define N_CALLS (sizeof calls / sizeof calls[0])

static inline enum class class_of(long number) {
    for (size_t i = 0; i < N_CALLS; i++) if (calls[i].number == number) return calls[i].class;
    return CLASSES;
}

/* ---- what shall fail ------------------------------------------------------------------------ */

enum kind { ERRNO, ONE, HALF };

struct fault {
    enum class class; /* CLASSES: none */
    enum kind kind;
    int sys_errno;
    bool for_good;
    uint64_t n;
};

static const struct {
    const char *name;
    int value;
} errors[] = {{"EIO", EIO},       {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}, {"EACCES", EACCES},
              {"EMFILE", EMFILE}, {"ENOMEM", ENOMEM}, {"EINTR", EINTR},   {"EAGAIN", EAGAIN},
              {"EINVAL", EINVAL}, {"ENOSYS", ENOSYS}, {"EXDEV", EXDEV},   {"ENOLCK", ENOLCK},
              {"EPERM", EPERM},   {"ENOENT", ENOENT}, {"EROFS", EROFS}};

static inline void usage(const char *what)
{
    fprintf(stderr, "fail_call: %s\n", what);
    exit(125);
}

static inline void read_kind(struct fault *fault, const char *kind)
{
    if (strcmp(kind, "one") == 0 || strcmp(kind, "half") == 0) {
        fault->kind = *kind == 'o' ? ONE : HALF;
        return;
    }
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
        if (strcmp(kind, errors[i].name) == 0)
            fault->sys_errno = errors[i].value;
    if (!fault->sys_errno)
        usage("unknown kind of failure");
}

static inline struct fault read_fault(char *text)
{
    struct fault fault = {.class = ALLOC};
    char *kind = strchr(text, ':'), *n = kind ? strchr(kind + 1, ':') : NULL;
    if (!n || !isdigit((unsigned char)n[1]))
        usage("-f is CLASS:KIND:N");
    *kind++ = '\0';
    *n++ = '\0';
    while (fault.class < CLASSES && strcmp(text, class_names[fault.class]) != 0)
        fault.class ++;
    if (fault.class == CLASSES)
        usage("unknown class of calls");
    char *plus = strchr(kind, '+');
    fault.for_good = plus != NULL;
    if (plus)
        *plus = '\0';
    read_kind(&fault, kind);
    fault.n = strtoull(n, NULL, 10);
    return fault;
}

#endif
