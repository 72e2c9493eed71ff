/*
 * Runs a program of which one call fails, and tells how it ended.
 *
 *   fail_call [-s SECONDS] [-p fail_alloc.so] [-f CLASS:KIND:N] PROGRAM...
 *
 * The Nth call of the class (of a kind that can fail so) does not do what it should: KIND is an
 * errno such as ENOSPC; "one" and "half" are a read or write of 1 byte or half of them. "KIND+" is
 * the Nth and all that follow. The class alloc needs -p. Calls before main and those of a sanitizer
 * are not counted, nor those of a program that the program starts.
 *
 * The last line on descriptor 3: "exit STATUS" or "signal NUMBER" or "hang", "fired" or
 * "not-fired", and "CLASS=N" for each class: how many such calls there were (with -f, of those that
 * can fail so).
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#include "support/fault_kinds.h"
#include "support/fault_page.h"
#include "support/notify.h"

#define PAGE_FD 200
#define MAX_RUNTIMES 8

/* ---- the run -------------------------------------------------------------------------------- */

struct range {
    uint64_t from, to;
};

struct run {
    struct notify notify;
    struct fault fault;
    struct fault_page *page;
    bool fired;
    uint64_t counts[CLASSES];
    struct range runtimes[MAX_RUNTIMES]; /* where the code of sanitizers is */
    size_t n_runtimes;
    bool looked;
    char about[4096]; /* of the call that failed first */
};

static void find_runtimes(struct run *run)
{
    char path[64], line[4096];
    snprintf(path, sizeof path, "/proc/%d/maps", (int)run->notify.child);
    FILE *maps = fopen(path, "re");
    run->looked = true;
    while (maps && run->n_runtimes < MAX_RUNTIMES && fgets(line, sizeof line, maps)) {
        struct range *range = &run->runtimes[run->n_runtimes];
        char rights[8];
        bool sanitizer = strstr(line, "/libasan.so") || strstr(line, "/liblsan.so") ||
                         strstr(line, "/libubsan.so");
        if (sanitizer && sscanf(line, "%lx-%lx %7s", &range->from, &range->to, rights) == 3 &&
            rights[2] == 'x')
            run->n_runtimes++;
    }
    if (maps)
        fclose(maps);
}

static bool is_of_runtime(const struct run *run, uint64_t at)
{
    for (size_t i = 0; i < run->n_runtimes; i++)
        if (at >= run->runtimes[i].from && at < run->runtimes[i].to)
            return true;
    return false;
}

static bool counts(struct run *run, const struct notify_call *call)
{
    if (!atomic_load(&run->page->started) || !notify_is_own(call))
        return false;
    if (!run->looked)
        find_runtimes(run);
    return !is_of_runtime(run, call->at);
}

/* Only a pipe says that there is nothing to read or no room right now; and of one byte there is no
 * half. Stdin and so on are inherited and the program's all the same. */
static bool can_fail(const struct fault *fault, const struct notify_call *call)
{
    struct stat file;
    if (fault->class == WRITE && fault->for_good && call->args[0] == 2)
        return false; /* or nobody could say what is wrong */
    if (fault->class == COPY && fault->kind != ERRNO)
        return call->args[4] > 1;
    if (fault->kind != ERRNO)
        return call->args[2] > 1;
    if (fault->class == DUP)
        return call->args[1] == F_DUPFD || call->args[1] == F_DUPFD_CLOEXEC;
    if (fault->sys_errno != EAGAIN || fault->class == THREAD)
        return true;
    int fd = notify_fd(call, call->args[0]);
    bool pipe = fd >= 0 && fstat(fd, &file) == 0 && S_ISFIFO(file.st_mode);
    if (fd >= 0)
        close(fd);
    return pipe;
}

/* ---- less than was asked for ---------------------------------------------------------------- */

static int64_t read_some(const struct notify_call *call, int fd, char *room, size_t len)
{
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    if (poll(&readable, 1, 0) <= 0)
        return 0;
    ssize_t n = call->number == SYS_pread64 ? pread(fd, room, len, (off_t)call->args[3])
                                            : read(fd, room, len);
    if (n < 0)
        return -errno;
    return notify_write(call, call->args[1], room, (size_t)n) ? n : -EFAULT;
}

static int64_t write_some(const struct notify_call *call, int fd, char *room, size_t len)
{
    if (!notify_read(call, call->args[1], room, len))
        return -EFAULT;
    ssize_t n = call->number == SYS_pwrite64 ? pwrite(fd, room, len, (off_t)call->args[3])
                                             : write(fd, room, len);
    return n < 0 ? -errno : n;
}

static int64_t copy_some(const struct notify_call *call, int from, size_t len)
{
    int to = notify_fd(call, call->args[2]);
    off64_t offset = 0;
    bool given = notify_read(call, call->args[1], &offset, sizeof offset);
    ssize_t n = copy_file_range(from, given ? &offset : NULL, to, NULL, len, 0);
    int failed = errno;
    if (given)
        notify_write(call, call->args[1], &offset, sizeof offset);
    close(to);
    return n < 0 ? -failed : n;
}

static void shorten(const struct fault *fault, const struct notify_call *call)
{
    const uint64_t asked = fault->class == COPY ? call->args[4] : call->args[2];
    size_t len = fault->kind == ONE ? 1 : (size_t)asked / 2;
    char *room = malloc(len);
    int fd = notify_fd(call, call->args[0]);
    if (!room || fd < 0 || call->number == SYS_writev) {
        notify_go_on(call);
    } else {
        notify_answer(call, fault->class == READ    ? read_some(call, fd, room, len)
                            : fault->class == WRITE ? write_some(call, fd, room, len)
                                                    : copy_some(call, fd, len));
    }
    if (fd >= 0)
        close(fd);
    free(room);
}

/* ---- answering ------------------------------------------------------------------------------ */

/* The argument that is a path, or -1. */
static int path_argument(const struct notify_call *call)
{
    switch (call->number) {
    case SYS_openat:
    case SYS_renameat2:
    case SYS_linkat:
    case SYS_unlinkat:
    case SYS_mkdirat:
    case SYS_statx:
    case SYS_newfstatat:
    case SYS_faccessat:
    case SYS_faccessat2:
        return 1;
#ifdef SYS_open
    case SYS_open:
    case SYS_rename:
    case SYS_link:
    case SYS_unlink:
    case SYS_rmdir:
    case SYS_mkdir:
    case SYS_stat:
    case SYS_lstat:
    case SYS_access:
        return 0;
#endif
    default:
        return -1;
    }
}

static void note_subject(struct run *run, const struct notify_call *call)
{
    char path[64];
    int at = path_argument(call);
    ssize_t n = 0;
    if (run->about[0])
        return;
    if (at >= 0 && notify_text(call, call->args[at], run->about, sizeof run->about) &&
        run->about[0])
        return;
    uint64_t fd = call->args[run->fault.class == COPY ? 2 : 0];
    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)call->notify->child, (int)fd);
    if (run->fault.class <= CLOSE || run->fault.class >= STAT)
        n = readlink(path, run->about, sizeof run->about - 1);
    run->about[n > 0 ? n : 0] = '\0';
    if (n > 0 && call->args[0] <= 2)
        snprintf(run->about, sizeof run->about, "fd %d", (int)call->args[0]);
}

static void fail(struct run *run, const struct notify_call *call)
{
    run->fired = true;
    note_subject(run, call);
    if (run->fault.kind != ERRNO) {
        shorten(&run->fault, call);
        return;
    }
    if (run->fault.class == CLOSE) { /* a close that fails has closed */
        int null = open("/dev/null", O_RDWR | O_CLOEXEC);
        notify_replace_fd(call, call->args[0], null);
        close(null);
    }
    notify_answer(call, -run->fault.sys_errno);
}

static void handle(struct run *run)
{
    struct notify_call call;
    if (!notify_next(&run->notify, &call))
        return;
    enum class class = class_of(call.number);
    const struct fault *fault = &run->fault;
    bool wanted = class == fault->class;
    if (!counts(run, &call) || (wanted && !can_fail(fault, &call))) {
        notify_go_on(&call);
        return;
    }
    uint64_t n = ++run->counts[class];
    if (wanted && (n == fault->n || (n > fault->n && fault->for_good)))
        fail(run, &call);
    else
        notify_go_on(&call);
}

static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* False when the time was over. */
static bool serve(struct run *run, uint64_t limit_ms)
{
    const uint64_t end_ms = now_ms() + limit_ms;
    struct pollfd both[2] = {{.fd = run->notify.listener, .events = POLLIN},
                             {.fd = run->notify.pidfd, .events = POLLIN}};
    for (;;) {
        uint64_t now = now_ms();
        int n = now < end_ms ? poll(both, 2, (int)(end_ms - now)) : 0;
        if (n == 0) {
            kill(run->notify.child, SIGKILL);
            return false;
        }
        if (n > 0 && both[0].revents & POLLIN)
            handle(run);
        else if (n > 0 && both[0].revents)
            both[0].fd = -1; /* nobody is there any more */
        if (n > 0 && both[1].revents)
            return true;
    }
}

static void tell(const struct run *run, bool in_time, int status)
{
    if (!in_time)
        dprintf(3, "hang");
    else if (WIFSIGNALED(status))
        dprintf(3, "signal %d", WTERMSIG(status));
    else
        dprintf(3, "exit %d", WEXITSTATUS(status));
    dprintf(3, run->fired || atomic_load(&run->page->fired) ? " fired" : " not-fired");
    for (int i = 0; i < CLASSES; i++)
        dprintf(
            3, " %s=%llu", class_names[i],
            (unsigned long long)(i == ALLOC ? atomic_load(&run->page->allocs) : run->counts[i]));
    dprintf(3, " on=%s\n", run->about);
}

static struct fault_page *make_page(void)
{
    int fd = memfd_create("fault", MFD_CLOEXEC);
    void *page = fd < 0 || ftruncate(fd, 4096) != 0
                     ? MAP_FAILED
                     : mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (page == MAP_FAILED || dup2(fd, PAGE_FD) < 0)
        notify_give_up("shared page");
    char text[16];
    snprintf(text, sizeof text, "%d", PAGE_FD);
    setenv("FAULT_PAGE", text, 1);
    return page;
}

static void start(struct run *run, char **argv, const char *preload)
{
    int numbers[N_CALLS];
    for (size_t i = 0; i < N_CALLS; i++)
        numbers[i] = calls[i].number;
    if (preload)
        setenv("LD_PRELOAD", preload, 1);
    fcntl(3, F_SETFD, FD_CLOEXEC);
    notify_start(&run->notify, argv, numbers, N_CALLS);
    unsetenv("LD_PRELOAD");
    close(PAGE_FD);
}

int main(int argc, char **argv)
{
    struct run run = {.fault = {.class = CLASSES}};
    const char *preload = NULL;
    uint64_t limit_ms = 30000;
    int option, status = 0;
    while ((option = getopt(argc, argv, "+s:p:f:")) != -1) {
        if (option == 's')
            limit_ms = 1000 * strtoull(optarg, NULL, 10);
        else if (option == 'p')
            preload = optarg;
        else if (option == 'f')
            run.fault = read_fault(optarg);
        else
            return 125;
    }
    if (optind == argc)
        usage("there is no program");
    run.page = make_page();
    run.page->for_good = run.fault.for_good;
    if (run.fault.class == ALLOC)
        run.page->fail_alloc = run.fault.n;
    if (!preload)
        atomic_store(&run.page->started, true);
    start(&run, argv + optind, preload);
    bool in_time = serve(&run, limit_ms);
    waitpid(run.notify.child, &status, 0);
    tell(&run, in_time, status);
    _exit(0); /* without a search for leaks here */
}
