/* A program whose system calls stop at another one, which lets them go, answers in their place, or
 * looks at what they are about to do (seccomp user notification). Works for calls that are made
 * inside the C library and others, too, and from any thread. */
#ifndef TLM_TESTS_NOTIFY_H
#define TLM_TESTS_NOTIFY_H

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOTIFY_MAX_CALLS 100

struct notify {
    pid_t child;
    int pidfd, listener;
};

/* One call that waits for an answer. */
struct notify_call {
    struct notify *notify;
    uint64_t id, at; /* at: address of the instruction */
    pid_t thread;
    long number;
    uint64_t args[6];
};

static inline void notify_give_up(const char *what)
{
    perror(what);
    exit(125);
}

/* ---- starting ------------------------------------------------------------------------------- */

static inline int notify_install(const int *numbers, size_t n)
{
    struct sock_filter filter[NOTIFY_MAX_CALLS + 3];
    size_t len = 0;
    filter[len++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                                 (uint32_t)offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < n; i++)
        filter[len++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
                                                     (uint32_t)numbers[i], (uint8_t)(n - i), 0);
    filter[len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    filter[len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
    struct sock_fprog program = {.len = (unsigned short)len, .filter = filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        notify_give_up("prctl");
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
                        &program);
}

static inline void notify_send_fd(int to, int fd)
{
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control = {0};
    char byte = 0;
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = control.room,
                             .msg_controllen = sizeof control.room};
    control.header = (struct cmsghdr){CMSG_LEN(sizeof fd), SOL_SOCKET, SCM_RIGHTS};
    memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
    if (sendmsg(to, &message, 0) != 1)
        notify_give_up("sendmsg");
}

static inline int notify_take_fd(int from)
{
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control = {0};
    char byte;
    int fd;
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = control.room,
                             .msg_controllen = sizeof control.room};
    if (recvmsg(from, &message, MSG_CMSG_CLOEXEC) != 1 || !message.msg_controllen)
        exit(125); /* the child said why */
    memcpy(&fd, CMSG_DATA(&control.header), sizeof fd);
    return fd;
}

/* Runs argv, of which calls with these numbers will wait. The environment is as it is now. */
static inline void notify_start(struct notify *notify, char **argv, const int *numbers, size_t n)
{
    int pair[2];
    if (n > NOTIFY_MAX_CALLS || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        notify_give_up("socketpair");
    notify->child = fork();
    if (notify->child == 0) {
        int listener = notify_install(numbers, n);
        if (listener < 0)
            notify_give_up("seccomp user notification");
        notify_send_fd(pair[1], listener);
        execv(argv[0], argv);
        notify_give_up(argv[0]);
    }
    close(pair[1]);
    notify->pidfd = (int)syscall(SYS_pidfd_open, notify->child, 0);
    if (notify->pidfd < 0)
        notify_give_up("pidfd_open");
    notify->listener = notify_take_fd(pair[0]);
    close(pair[0]);
}

/* ---- calls ---------------------------------------------------------------------------------- */

/* The next call that waits; false when it is gone already. */
static inline bool notify_next(struct notify *notify, struct notify_call *call)
{
    struct seccomp_notif got;
    memset(&got, 0, sizeof got);
    if (ioctl(notify->listener, SECCOMP_IOCTL_NOTIF_RECV, &got) != 0)
        return false;
    *call = (struct notify_call){.notify = notify,
                                 .id = got.id,
                                 .at = got.data.instruction_pointer,
                                 .thread = (pid_t)got.pid,
                                 .number = got.data.nr};
    for (size_t i = 0; i < 6; i++)
        call->args[i] = got.data.args[i];
    return true;
}

static inline void notify_go_on(const struct notify_call *call)
{
    struct seccomp_notif_resp answer = {.id = call->id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
    ioctl(call->notify->listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

/* The call is not made: result when it is not negative, else -errno. */
static inline void notify_answer(const struct notify_call *call, int64_t result)
{
    struct seccomp_notif_resp answer = {
        .id = call->id, .val = result < 0 ? -1 : result, .error = result < 0 ? (int)result : 0};
    ioctl(call->notify->listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

/* A descriptor of the program, here; -1: it has none of this number. */
static inline int notify_fd(const struct notify_call *call, uint64_t fd)
{
    return (int)syscall(SYS_pidfd_getfd, call->notify->pidfd, (int)fd, 0);
}

/* Puts /dev/null in the place of a descriptor, which closes what was there. */
static inline void notify_replace_fd(const struct notify_call *call, uint64_t fd, int by)
{
    struct seccomp_notif_addfd replace = {.id = call->id,
                                          .flags = SECCOMP_ADDFD_FLAG_SETFD,
                                          .srcfd = (uint32_t)by,
                                          .newfd = (uint32_t)fd};
    ioctl(call->notify->listener, SECCOMP_IOCTL_NOTIF_ADDFD, &replace);
}

static inline bool notify_read(const struct notify_call *call, uint64_t from, void *to, size_t len)
{
    struct iovec here = {to, len}, there = {(void *)(uintptr_t)from, len};
    return process_vm_readv(call->thread, &here, 1, &there, 1, 0) == (ssize_t)len;
}

static inline bool notify_write(const struct notify_call *call, uint64_t to, void *from, size_t len)
{
    struct iovec here = {from, len}, there = {(void *)(uintptr_t)to, len};
    return process_vm_writev(call->thread, &here, 1, &there, 1, 0) == (ssize_t)len;
}

/* A text of the program, at most size - 1 bytes of it. */
static inline bool notify_text(const struct notify_call *call, uint64_t from, char *text,
                               size_t size)
{
    for (size_t i = 0; i + 1 < size; i++) {
        if (!notify_read(call, from + i, text + i, 1))
            return false;
        if (!text[i])
            return true;
    }
    text[size - 1] = '\0';
    return true;
}

/* A thread of the program itself, not of one that it started. */
static inline bool notify_is_own(const struct notify_call *call)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task/%d", (int)call->notify->child, (int)call->thread);
    return call->thread == call->notify->child || access(path, F_OK) == 0;
}

#endif
