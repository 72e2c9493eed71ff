/* files/part: streams, and outputs that are no regular file. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "files/part.h"
#include "support/parts.h"
#include "support/unit.h"

static void write_pattern(struct tlm_part_file *part, size_t len)
{
    unsigned char *bytes = malloc(len);
    ck_assert_ptr_nonnull(bytes);
    for (size_t i = 0; i < len; i++)
        bytes[i] = (unsigned char)(i * 31 + i / 251);
    enum tlm_code code = tlm__part_write(part, bytes, len, &error);
    free(bytes);
    ck_assert_msg(code == TLM_OK, "%s", error.message);
    ck_assert_uint_eq(tlm__part_size(part), len);
}

/* Reads to the end, slowly at first; exit code 0 when it is the pattern. */
static pid_t pattern_reader(const int ends[2], size_t len)
{
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child != 0) {
        close(ends[0]);
        return child;
    }
    close(ends[1]);
    unsigned char bytes[5000];
    size_t at = 0;
    for (ssize_t n; (n = read(ends[0], bytes, sizeof bytes)) > 0;) {
        for (ssize_t i = 0; i < n; i++, at++)
            if (bytes[i] != (unsigned char)(at * 31 + at / 251))
                _exit(1);
        if (at < 300000)
            poll(NULL, 0, 1);
    }
    _exit(at == len ? 0 : 2);
}

static struct tlm_part_file *stream_of(int fd, bool close_fd)
{
    struct tlm_part_file *part = NULL;
    ck_assert_int_eq(tlm__part_from_fd(&part, fd, close_fd, "<stdout>", &error), TLM_OK);
    return part;
}

START_TEST(stream_to_a_pipe)
{
    int ends[2], status;
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = pattern_reader(ends, 1000000);
    struct tlm_part_file *part = stream_of(ends[1], true);
    ck_assert(tlm__part_is_stream(part));
    ck_assert_str_eq(tlm__part_path(part), "<stdout>");
    ck_assert_str_eq(tlm__part_partial_path(part), "");
    write_pattern(part, 1000000);
    ck_assert_int_eq(tlm__part_sync(part, &error), TLM_OK);
    ck_assert_int_eq(tlm__part_patch(part, 0, "x", 1, &error), TLM_ARGUMENT);
    message_has("<stdout>");
    ck_assert_int_eq(tlm__part_publish(part, true, &error), TLM_OK);
    tlm__part_discard(part);
    tlm__part_free(part); /* closes: the reader sees the end */
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(stream_that_would_block)
{
    int ends[2], status;
    ck_assert_int_eq(pipe2(ends, O_NONBLOCK), 0);
    ck_assert_int_eq(fcntl(ends[0], F_SETFL, 0), 0);
    pid_t child = pattern_reader(ends, 1000000);
    struct tlm_part_file *part = stream_of(ends[1], false);
    write_pattern(part, 1000000);
    tlm__part_free(part);
    ck_assert_int_eq(close(ends[1]), 0); /* still the caller's */
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}
END_TEST

static void on_alarm(int number)
{
    (void)number;
}

START_TEST(stream_with_signals)
{
    int ends[2], status;
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = pattern_reader(ends, 1000000);
    struct sigaction action = {.sa_handler = on_alarm}; /* no SA_RESTART */
    struct itimerval often = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
    ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
    struct tlm_part_file *part = stream_of(ends[1], true);
    ck_assert_int_eq(setitimer(ITIMER_REAL, &often, NULL), 0);
    write_pattern(part, 1000000);
    ck_assert_int_eq(setitimer(ITIMER_REAL, &never, NULL), 0);
    tlm__part_free(part);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(stream_without_reader)
{
    int ends[2];
    signal(SIGPIPE, SIG_IGN);
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(close(ends[0]), 0);
    struct tlm_part_file *part = stream_of(ends[1], true);
    ck_assert_int_eq(tlm__part_write(part, "x", 1, &error), TLM_IO);
    ck_assert_int_eq(error.sys_errno, EPIPE);
    ck_assert_str_eq(error.message, "<stdout>: Broken pipe");
    ck_assert_uint_eq(tlm__part_size(part), 0);
    tlm__part_free(part);
}
END_TEST

START_TEST(stream_to_a_full_device)
{
    struct tlm_part_file *part = NULL;
    ck_assert_int_eq(tlm__part_open_special(&part, "/dev/full", &error), TLM_OK);
    ck_assert_int_eq(tlm__part_write(part, "x", 1, &error), TLM_IO);
    ck_assert_str_eq(error.message, "/dev/full: No space left on device");
    tlm__part_free(part);
}
END_TEST

START_TEST(special_or_not)
{
    enter();
    scratch_write("file", "");
    ck_assert_int_eq(mkfifo("fifo", 0666) | symlink("/dev/null", "null") | symlink("file", "link"),
                     0);
    ck_assert_int_eq(symlink("nowhere", "dangling") | mkdir("dir", 0777), 0);
    ck_assert_int_eq(symlink("dir", "dirlink"), 0);
    static const char *const yes[] = {"fifo", "null", "/dev/null"};
    static const char *const no[] = {"file", "link", "dangling", "missing", "file/x", ""};
    bool special;
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        special = false;
        ck_assert_int_eq(tlm__output_is_special(yes[i], &special, &error), TLM_OK);
        ck_assert_msg(special, "%s", yes[i]);
    }
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++) {
        special = true;
        ck_assert_int_eq(tlm__output_is_special(no[i], &special, &error), TLM_OK);
        ck_assert_msg(!special, "%s", no[i]);
    }
    ck_assert_int_eq(tlm__output_is_special("dir", &special, &error), TLM_ARGUMENT);
    ck_assert_str_eq(error.message, "dir is a directory");
    ck_assert_int_eq(tlm__output_is_special("dirlink", &special, &error), TLM_ARGUMENT);
    leave();
}
END_TEST

START_TEST(special_opened)
{
    enter();
    ck_assert_int_eq(mkfifo("fifo", 0666), 0);
    scratch_write("file", "precious");
    int ends[2], status;
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        char text[16] = "";
        int fd = open("fifo", O_RDONLY);
        _exit(fd >= 0 && read(fd, text, sizeof text) == 5 && strcmp(text, "hello") == 0 ? 0 : 1);
    }
    struct tlm_part_file *part = NULL;
    ck_assert_int_eq(tlm__part_open_special(&part, "fifo", &error), TLM_OK);
    write_text(part, "hello");
    ck_assert_int_eq(tlm__part_sync(part, &error), TLM_OK);
    ck_assert_str_eq(tlm__part_path(part), "fifo");
    tlm__part_free(part);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    part = NULL;
    ck_assert_int_eq(tlm__part_open_special(&part, "/dev/null", &error), TLM_OK);
    write_text(part, "gone");
    ck_assert_int_eq(tlm__part_sync(part, &error), TLM_OK);
    tlm__part_free(part);
    part = NULL;
    ck_assert_int_eq(tlm__part_open_special(&part, "file", &error), TLM_EXISTS);
    ck_assert_int_eq(tlm__part_open_special(&part, "missing", &error), TLM_IO);
    ck_assert_str_eq(error.message, "missing: No such file or directory");
    ck_assert_ptr_null(part);
    holds("file", "precious");
    leave();
}
END_TEST

UNIT_MAIN("stream", stream_to_a_pipe, stream_that_would_block, stream_with_signals,
          stream_without_reader, stream_to_a_full_device, special_or_not, special_opened)
