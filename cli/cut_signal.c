#include "cut_signal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "monotonic.h"
#include "pidfile.h"
#include "units.h"

#define POLL_NS 5000000

/* One question to one writer. */
struct question {
    const char *pidfile, *command;
    int fd;  /* of the pidfile */
    int cut; /* of the file of answers as it was opened last */
    char *cut_path;
    long pid;
    unsigned long long before; /* the last cut that had begun when we asked */
};

static int fail(const struct question *question, const char *why)
{
    fprintf(stderr, "tlm %s: %s: %s\n", question->command, question->pidfile, why);
    return EXIT_FAILED;
}

static int fail_ended(const struct question *question)
{
    fprintf(stderr, "tlm %s: %s: process %ld ended before it answered\n", question->command,
            question->pidfile, question->pid);
    return EXIT_FAILED;
}

/* ---- finding the writer --------------------------------------------------------------------- */

static int find_writer(struct question *question)
{
    question->fd = open(question->pidfile, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (question->fd < 0 && errno == ENOENT)
        return fail(question, "no writer lives: there is no such file");
    if (question->fd < 0)
        return fail(question, strerror(errno));
    bool held = pidfile_is_held(question->fd);
    question->pid = pidfile_read(question->fd);
    if (question->pid <= 0)
        return fail(question, "holds no process id");
    if (held)
        return EXIT_CLEAN;
    fprintf(stderr, "tlm %s: no writer lives: %s is left from process %ld\n", question->command,
            question->pidfile, question->pid);
    return EXIT_FAILED;
}

/* The process is held on to first. When the file is still locked after that, the process is its
 * owner, and not another one that got the number of a dead one. */
static int send_hup(const struct question *question)
{
    int process = (int)syscall(SYS_pidfd_open, (pid_t)question->pid, 0);
    bool can_hold = process >= 0 || errno != ENOSYS;
    int failed = process >= 0 || !can_hold ? 0 : errno;
    if (!failed && !pidfile_is_held(question->fd))
        failed = ESRCH;
    if (!failed && can_hold && syscall(SYS_pidfd_send_signal, process, SIGHUP, NULL, 0) != 0)
        failed = errno;
    if (!failed && !can_hold && kill((pid_t)question->pid, SIGHUP) != 0)
        failed = errno;
    if (process >= 0)
        close(process);
    if (failed == ESRCH)
        return fail_ended(question);
    if (!failed)
        return EXIT_CLEAN;
    fprintf(stderr, "tlm %s: %s: cannot signal process %ld: %s\n", question->command,
            question->pidfile, question->pid, strerror(failed));
    return EXIT_FAILED;
}

/* ---- answers -------------------------------------------------------------------------------- */

struct answer {
    unsigned long long begun; /* the last cut that begun */
    enum pidfile_record kind; /* PIDFILE_BEGUN: no answer yet */
    char *text;               /* into `bytes` */
    char *bytes;              /* free() */
};

/* All of the file, with a NUL behind it; NULL: errno says why. */
static char *read_all(int fd, size_t *len)
{
    struct stat file;
    if (fstat(fd, &file) != 0)
        return NULL;
    size_t size = (size_t)file.st_size;
    char *bytes = malloc(size + 1);
    *len = 0;
    while (bytes && *len < size) {
        ssize_t n = pread(fd, bytes + *len, size - *len, (off_t)*len);
        if (n == 0)
            break;
        if (n > 0)
            *len += (size_t)n;
        else if (errno != EINTR) {
            free(bytes);
            return NULL;
        }
    }
    if (bytes)
        bytes[*len] = '\0';
    return bytes;
}

/* Takes in a record: the first one behind `before` is the answer. */
static void take(struct answer *answer, char *record, unsigned long long before)
{
    char *end;
    enum pidfile_record kind = (unsigned char)record[0];
    if (record[0] == '\0' || record[1] != ' ')
        return;
    unsigned long long number = strtoull(record + 2, &end, 10);
    if (kind == PIDFILE_BEGUN) {
        answer->begun = number;
    } else if (answer->kind == PIDFILE_BEGUN && number > before) {
        answer->kind = kind;
        answer->text = *end == ' ' ? end + 1 : end;
    }
}

/* Reads what has been written so far. A record without its NUL has not been written yet. */
static bool look(struct answer *answer, int fd, unsigned long long before)
{
    size_t len;
    *answer = (struct answer){.kind = PIDFILE_BEGUN, .bytes = read_all(fd, &len)};
    if (!answer->bytes)
        return false;
    for (size_t at = 0; at < len;) {
        size_t size = strlen(answer->bytes + at) + 1;
        if (at + size > len)
            break;
        take(answer, answer->bytes + at, before);
        at += size;
    }
    return true;
}

static bool open_answers(struct question *question)
{
    int fd = open(question->cut_path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return false;
    if (question->cut >= 0)
        close(question->cut);
    question->cut = fd;
    return true;
}

/* The file at hand is complete once another one has its name. */
static bool was_replaced(const struct question *question)
{
    struct stat open_file, named;
    return fstat(question->cut, &open_file) == 0 && stat(question->cut_path, &named) == 0 &&
           (open_file.st_ino != named.st_ino || open_file.st_dev != named.st_dev);
}

static int give(const struct question *question, const struct answer *answer)
{
    switch (answer->kind) {
    case PIDFILE_CUT:
        puts(answer->text);
        return EXIT_CLEAN;
    case PIDFILE_NOTHING:
        fprintf(stderr, "tlm %s: nothing to cut: no point came since the last part\n",
                question->command);
        return EXIT_CLEAN;
    case PIDFILE_ONE_NAME:
        return fail(question, "the output of this writer has one name only: it cannot be cut");
    case PIDFILE_FAILED:
        return fail(question, answer->text);
    case PIDFILE_BEGUN:
        break;
    }
    return fail(question, "an answer that is not known: is it another version of tlm?");
}

/* Looks once for the answer, which is given when it is there. */
static bool look_once(struct question *question, int *status)
{
    struct answer answer;
    for (;;) {
        bool replaced = was_replaced(question); /* before: what is read then is all there was */
        bool there = look(&answer, question->cut, question->before);
        bool answered = there && answer.kind != PIDFILE_BEGUN;
        if (answered)
            *status = give(question, &answer);
        free(answer.bytes);
        if (answered || !replaced || !open_answers(question))
            return answered;
    }
}

static int wait_for_answer(struct question *question, uint64_t timeout_ns)
{
    const struct timespec pause = {.tv_nsec = POLL_NS};
    uint64_t start = monotonic_ns();
    char text[UNITS_TEXT];
    int status;
    for (;;) {
        bool ended = !pidfile_is_held(question->fd); /* then it answers no more */
        if (look_once(question, &status))
            return status;
        if (ended)
            return fail_ended(question);
        if (monotonic_ns() - start >= timeout_ns)
            break;
        nanosleep(&pause, NULL);
    }
    fprintf(stderr, "tlm %s: %s: process %ld did not answer within %s\n", question->command,
            question->pidfile, question->pid, units_print_duration(text, timeout_ns));
    return EXIT_FAILED;
}

static int ask(struct question *question, uint64_t timeout_ns)
{
    struct answer answer;
    int status = find_writer(question);
    if (status)
        return status;
    do {
        if (!open_answers(question) || !look(&answer, question->cut, 0))
            return fail(question,
                        "the writer is ending, or its " PIDFILE_CUT_SUFFIX " was deleted");
        question->before = answer.begun;
        free(answer.bytes);
    } while (was_replaced(question)); /* a later cut may have begun before we looked */
    status = send_hup(question);
    return status ? status : wait_for_answer(question, timeout_ns);
}

int cut_signal(const char *pidfile, uint64_t timeout_ns, const char *command)
{
    struct question question = {.pidfile = pidfile, .command = command, .fd = -1, .cut = -1};
    int status = EXIT_FAILED;
    if (asprintf(&question.cut_path, "%s%s", pidfile, PIDFILE_CUT_SUFFIX) < 0)
        return fail(&question, strerror(ENOMEM));
    status = ask(&question, timeout_ns);
    if (question.fd >= 0)
        close(question.fd);
    if (question.cut >= 0)
        close(question.cut);
    free(question.cut_path);
    return status;
}
