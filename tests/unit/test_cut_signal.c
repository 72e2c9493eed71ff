/* Asking a writer to cut: real ones, started from the program beside this test. */
#include "cut_signal.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>

#include "pidfile.h"
#include "support/scratch.h"
#include "support/unit.h"
#include "tlm.h"

#define SECOND UINT64_C(1000000000)
#define PATIENCE_NS (60 * SECOND)

/* ---- the writer ----------------------------------------------------------------------------- */

static pid_t writer;
static int rows_fd;
static int rows_sent;

/* build/tests/unit/test_cut_signal -> build/tlm */
static const char *program(void)
{
    static char path[PATH_MAX + 8];
    ssize_t len = readlink("/proc/self/exe", path, PATH_MAX - 1);
    ck_assert_int_gt(len, 0);
    path[len] = '\0';
    for (int i = 0; i < 3; i++)
        *strrchr(path, '/') = '\0';
    strcat(path, "/tlm");
    return path;
}

static void pause_a_moment(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

/* `tlm write` with rows from a pipe; waits for its pidfile "p". */
static void start_writer(const char *output, const char *limit)
{
    int ends[2];
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    writer = fork();
    ck_assert_int_ge(writer, 0);
    if (writer == 0) {
        dup2(ends[0], STDIN_FILENO);
        execl(program(), "tlm", "write", "-q", "-t", "ts", "-T", "s", "--pidfile", "p", "-o",
              output, limit, "-", (char *)NULL);
        _exit(127);
    }
    close(ends[0]);
    rows_fd = ends[1];
    rows_sent = 0;
    for (int i = 0; !scratch_exists("p"); i++) {
        ck_assert_int_lt(i, 30000);
        pause_a_moment();
    }
}

static void start_rotating(void)
{
    start_writer("run.avro", "--rotate-points=1000");
}

/* Returns once the writer has read it. */
static void send_row(void)
{
    int unread;
    dprintf(rows_fd, "{\"ts\":%d,\"n\":%d}\n", 1700000000 + rows_sent, rows_sent);
    rows_sent++;
    do {
        pause_a_moment();
        ck_assert_int_eq(ioctl(rows_fd, FIONREAD, &unread), 0);
    } while (unread);
}

static int end_writer(void)
{
    int status;
    close(rows_fd);
    ck_assert_int_eq(waitpid(writer, &status, 0), writer);
    return status;
}

static void kill_writer(void)
{
    int status;
    kill(writer, SIGKILL);
    ck_assert_int_eq(waitpid(writer, &status, 0), writer);
    close(rows_fd);
}

/* ---- asking --------------------------------------------------------------------------------- */

/* What a call printed. */
static char printed[4096], said[4096];

static int keep(int fd, const char *path)
{
    int before = dup(fd), file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ck_assert_int_ge(file, 0);
    dup2(file, fd);
    close(file);
    return before;
}

static void give_back(int fd, int before, const char *path, char *text)
{
    dup2(before, fd);
    close(before);
    strcpy(text, scratch_read(path));
    unlink(path);
}

static int ask_for(uint64_t timeout_ns)
{
    fflush(stdout);
    int out = keep(STDOUT_FILENO, "out"), err = keep(STDERR_FILENO, "err");
    int status = cut_signal("p", timeout_ns, "rotate");
    fflush(stdout);
    give_back(STDOUT_FILENO, out, "out", printed);
    give_back(STDERR_FILENO, err, "err", said);
    return status;
}

static int ask(void)
{
    return ask_for(PATIENCE_NS);
}

static void expect_part(const char *name)
{
    char path[PATH_MAX + 64], folder[PATH_MAX];
    ck_assert_ptr_nonnull(getcwd(folder, sizeof folder));
    snprintf(path, sizeof path, "%s/%s\n", folder, name);
    ck_assert_msg(strcmp(printed, path) == 0, "%s%s", printed, said);
    ck_assert_str_eq(said, "");
    ck_assert(scratch_exists(name));
}

static void expect_failure(int status, const char *message)
{
    ck_assert_int_eq(status, 1);
    ck_assert_str_eq(printed, "");
    ck_assert_msg(strstr(said, message), "\"%s\" lacks \"%s\"", said, message);
    ck_assert_msg(strncmp(said, "tlm rotate: ", 12) == 0, "%s", said);
    ck_assert_ptr_eq(strchr(said, '\n'), said + strlen(said) - 1);
}

/* Points in the parts that are published. */
static uint64_t points_published(void)
{
    uint64_t points = 0;
    for (int i = 0;; i++) {
        char name[32];
        struct tlm_file *file;
        snprintf(name, sizeof name, "run_%03d.avro", i);
        if (!scratch_exists(name))
            return points;
        ck_assert_int_eq(tlm_file_open(&file, name, NULL), TLM_OK);
        points += tlm_file_info(file)->points;
        tlm_file_close(file);
    }
}

/* ---- cuts ----------------------------------------------------------------------------------- */

START_TEST(cuts_one_after_the_other)
{
    scratch_enter();
    start_rotating();
    for (int i = 0; i < 3; i++) {
        char name[32];
        snprintf(name, sizeof name, "run_%03d.avro", i);
        send_row();
        send_row();
        ck_assert_int_eq(ask(), 0);
        expect_part(name);
        ck_assert_uint_eq(points_published(), (uint64_t)rows_sent);
    }
    ck_assert_int_eq(end_writer(), 0);
    ck_assert(!scratch_exists("p") && !scratch_exists("p.cut"));
}
END_TEST

START_TEST(nothing_to_cut)
{
    scratch_enter();
    start_rotating();
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(ask(), 0);
        ck_assert_str_eq(printed, "");
        ck_assert_str_eq(said, "tlm rotate: nothing to cut: no point came since the last part\n");
    }
    send_row();
    ck_assert_int_eq(ask(), 0);
    expect_part("run_000.avro");
    ck_assert_int_eq(ask(), 0);
    ck_assert_str_eq(printed, "");
    ck_assert_int_eq(end_writer(), 0);
}
END_TEST

START_TEST(path_that_was_absolute)
{
    char output[PATH_MAX + 64], folder[PATH_MAX];
    scratch_enter();
    ck_assert_ptr_nonnull(getcwd(folder, sizeof folder));
    snprintf(output, sizeof output, "%s/sub/run.avro", folder);
    start_writer(output, "--rotate-points=1000");
    send_row();
    ck_assert_int_eq(ask(), 0);
    expect_part("sub/run_000.avro");
    ck_assert_int_eq(end_writer(), 0);
}
END_TEST

/* Other signals come at the same time, so that cuts begin just before and after the request. */
START_TEST(what_was_read_is_published)
{
    scratch_enter();
    start_rotating();
    for (int i = 0; i < 60; i++) {
        send_row();
        for (int k = 0; k < i % 3; k++)
            kill(writer, SIGHUP);
        ck_assert_int_eq(ask(), 0);
        ck_assert_msg(points_published() == (uint64_t)rows_sent, "round %d: %s%s", i, printed,
                      said);
    }
    ck_assert_int_eq(end_writer(), 0);
}
END_TEST

START_TEST(many_at_once)
{
    enum { ASKERS = 8 };
    pid_t askers[ASKERS];
    scratch_enter();
    start_rotating();
    for (int round = 0; round < 5; round++) {
        send_row();
        for (int i = 0; i < ASKERS; i++) {
            askers[i] = fork();
            ck_assert_int_ge(askers[i], 0);
            if (askers[i] == 0) {
                int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
                dup2(null, STDOUT_FILENO);
                dup2(null, STDERR_FILENO);
                int status = cut_signal("p", PATIENCE_NS, "rotate");
                _exit(status ? status : points_published() == (uint64_t)rows_sent ? 0 : 9);
            }
        }
        for (int i = 0; i < ASKERS; i++) {
            int status;
            ck_assert_int_eq(waitpid(askers[i], &status, 0), askers[i]);
            ck_assert_int_eq(status, 0);
        }
    }
    ck_assert_int_eq(end_writer(), 0);
}
END_TEST

/* The writer replaces a file of answers that has grown long. */
START_TEST(answers_begun_anew)
{
    struct stat file;
    scratch_enter();
    start_rotating();
    int fd = open("p.cut", O_WRONLY | O_APPEND | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    for (int i = 0; i < 20000; i++)
        ck_assert_int_eq(write(fd, "b 0", 4), 4);
    close(fd);
    for (int i = 0; i < 3; i++) {
        send_row();
        ck_assert_int_eq(ask(), 0);
        ck_assert_uint_eq(points_published(), (uint64_t)rows_sent);
        ck_assert_int_eq(stat("p.cut", &file), 0);
        ck_assert_int_lt(file.st_size, 1000);
    }
    ck_assert_int_eq(end_writer(), 0);
    ck_assert_int_eq(scratch_count("."), 3);
}
END_TEST

/* ---- failures ------------------------------------------------------------------------------- */

START_TEST(one_name)
{
    scratch_enter();
    start_writer("one.avro", "--wait=0");
    send_row();
    expect_failure(ask(), "p: the output of this writer has one name only");
    ck_assert_int_eq(end_writer(), 0);
    ck_assert(scratch_exists("one.avro"));
}
END_TEST

START_TEST(no_writer)
{
    char message[64];
    scratch_enter();
    expect_failure(ask(), "p: no writer lives: there is no such file");
    scratch_write("p", "");
    expect_failure(ask(), "p: holds no process id");
    scratch_write("p", "some text\n");
    expect_failure(ask(), "p: holds no process id");
    scratch_write("p", "-1\n");
    expect_failure(ask(), "p: holds no process id");
    /* A process that lives, but did not write this. */
    snprintf(message, sizeof message, "%ld\n", (long)getpid());
    scratch_write("p", message);
    snprintf(message, sizeof message, "no writer lives: p is left from process %ld",
             (long)getpid());
    expect_failure(ask(), message);
}
END_TEST

START_TEST(left_by_a_dead_writer)
{
    char message[64];
    scratch_enter();
    start_rotating();
    send_row();
    snprintf(message, sizeof message, "no writer lives: p is left from process %ld", (long)writer);
    kill_writer();
    expect_failure(ask(), message);
    ck_assert(scratch_exists("p"));
}
END_TEST

START_TEST(does_not_answer)
{
    scratch_enter();
    start_rotating();
    send_row();
    kill(writer, SIGSTOP);
    expect_failure(ask_for(SECOND / 5), "did not answer within 200 ms");
    kill(writer, SIGCONT);
    /* The question that nobody waits for any more does no harm. */
    send_row();
    ck_assert_int_eq(ask(), 0);
    ck_assert_uint_eq(points_published(), (uint64_t)rows_sent);
    ck_assert_int_eq(end_writer(), 0);
}
END_TEST

START_TEST(dies_meanwhile)
{
    int status;
    scratch_enter();
    start_rotating();
    send_row();
    kill(writer, SIGSTOP);
    pid_t killer = fork();
    if (killer == 0) {
        nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
        kill(writer, SIGKILL);
        _exit(0);
    }
    expect_failure(ask(), "ended before it answered");
    waitpid(killer, &status, 0);
    kill_writer();
}
END_TEST

/* The answer is not lost when the writer ends right after it. */
START_TEST(ends_right_after)
{
    scratch_enter();
    for (int i = 0; i < 10; i++) {
        start_rotating();
        send_row();
        kill(writer, SIGSTOP);
        close(rows_fd);
        rows_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
        pid_t waker = fork();
        if (waker == 0) {
            nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
            kill(writer, SIGCONT);
            _exit(0);
        }
        ck_assert_int_eq(ask(), 0);
        expect_part("run_000.avro");
        ck_assert_int_eq(waitpid(waker, NULL, 0), waker);
        ck_assert_int_eq(end_writer(), 0);
        unlink("run_000.avro");
    }
}
END_TEST

UNIT_MAIN("cut_signal", cuts_one_after_the_other, nothing_to_cut, path_that_was_absolute,
          what_was_read_is_published, many_at_once, answers_begun_anew, one_name, no_writer,
          left_by_a_dead_writer, does_not_answer, dies_meanwhile, ends_right_after)
