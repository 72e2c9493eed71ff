/* files/partial: leftovers of dead writers, and several writers at once. */
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "files/part.h"
#include "support/parts.h"
#include "support/unit.h"

#define FOREVER UINT64_MAX

static void leave_sparse(off_t size)
{
    int fd = open(PARTIAL, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    ck_assert_int_eq(ftruncate(fd, size), 0);
    ck_assert_int_eq(close(fd), 0);
}

START_TEST(leftover_set_aside)
{
    enter();
    static const struct {
        off_t size;
        const char *text;
    } cases[] = {
        {1, "1 byte"},        {999, "999 bytes"}, {1000, "1.0 KB"},      {12345, "12.3 KB"},
        {999949, "999.9 KB"}, {999950, "1.0 MB"}, {67108864, "67.1 MB"}, {2500000000, "2.5 GB"},
    };
    int n = sizeof cases / sizeof cases[0];
    for (int i = 0; i < n; i++) {
        leave_sparse(cases[i].size);
        notes[0] = '\0';
        struct tlm_part_file *part = create("run.avro");
        char expected[200];
        snprintf(expected, sizeof expected,
                 "found " PARTIAL " (%s) of a writer that died; kept as " PARTIAL ".%d\n",
                 cases[i].text, i + 1);
        ck_assert_str_eq(notes, expected);
        struct stat fresh;
        ck_assert_int_eq(stat(PARTIAL, &fresh), 0);
        ck_assert_int_eq(fresh.st_size, 0);
        tlm__part_discard(part);
        tlm__part_free(part);
    }
    ck_assert_int_eq(scratch_count("."), n);
    leave();
}
END_TEST

START_TEST(leftover_takes_the_first_free_name)
{
    enter();
    scratch_write(PARTIAL, "newest");
    scratch_write(PARTIAL ".1", "one");
    ck_assert_int_eq(symlink("nowhere", PARTIAL ".2") | mkdir(PARTIAL ".3", 0777), 0);
    struct tlm_part_request how = request("run.avro");
    how.on_note = NULL;
    struct tlm_part_file *part = create_with(how);
    tlm__part_discard(part);
    tlm__part_free(part);
    holds(PARTIAL ".1", "one");
    holds(PARTIAL ".4", "newest");
    ck_assert(!scratch_exists("nowhere"));
    leave();
}
END_TEST

START_TEST(leftover_note_is_one_line)
{
    enter();
    scratch_write(".a\nb.partial", "x");
    struct tlm_part_file *part = create("a\nb");
    ck_assert_str_eq(notes,
                     "found .a?b.partial (1 byte) of a writer that died; kept as .a?b.partial.1\n");
    tlm__part_free(part);
    leave();
}
END_TEST

START_TEST(empty_leftover_is_reused)
{
    enter();
    scratch_write(PARTIAL, "");
    struct stat before, after;
    ck_assert_int_eq(stat(PARTIAL, &before), 0);
    struct tlm_part_file *part = create("run.avro");
    ck_assert_int_eq(stat(PARTIAL, &after), 0);
    ck_assert_uint_eq(before.st_ino, after.st_ino);
    ck_assert_str_eq(notes, "");
    ck_assert_int_eq(scratch_count("."), 1);
    tlm__part_free(part);
    leave();
}
END_TEST

/* A writer that died between link and unlink: the partial is the finished part itself. */
START_TEST(leftover_that_was_published)
{
    enter();
    scratch_write("run.avro", "whole");
    ck_assert_int_eq(link("run.avro", PARTIAL), 0);
    struct tlm_part_request how = request("run.avro");
    how.force = true;
    struct tlm_part_file *part = create_with(how);
    write_text(part, "new");
    holds("run.avro", "whole");
    ck_assert_str_eq(notes, "");
    ck_assert_int_eq(scratch_count("."), 2);
    tlm__part_free(part);
    leave();
}
END_TEST

/* ---- several writers ------------------------------------------------------------------------ */

struct rival {
    pid_t pid;
    int go[2], told[2]; /* to it, from it */
};

static void tell(int fd)
{
    if (write(fd, "", 1) != 1)
        _exit(99);
}

static void hear(int fd)
{
    char byte;
    if (read(fd, &byte, 1) != 1)
        _exit(98);
}

/* Forks; 0 in the child. */
static pid_t rival_start(struct rival *rival)
{
    ck_assert_int_eq(pipe(rival->go) | pipe(rival->told), 0);
    rival->pid = fork();
    ck_assert_int_ge(rival->pid, 0);
    return rival->pid;
}

static int rival_end(struct rival *rival)
{
    int status;
    ck_assert_int_eq(waitpid(rival->pid, &status, 0), rival->pid);
    return status;
}

/* A process that holds the partial of run.avro with some bytes in it, then ends as `end` says. */
static void holder(struct rival *rival, void (*end)(struct tlm_part_file *part))
{
    if (rival_start(rival) != 0) {
        hear(rival->told[0]);
        return;
    }
    struct tlm_part_file *part = NULL;
    struct tlm_part_request how = request("run.avro");
    if (tlm__part_create(&part, &how, &error) != TLM_OK ||
        tlm__part_write(part, "first", 5, &error) != TLM_OK)
        _exit(97);
    tell(rival->told[1]);
    hear(rival->go[0]);
    end(part);
    _exit(0);
}

static void end_publish(struct tlm_part_file *part)
{
    if (tlm__part_publish(part, true, &error) != TLM_OK)
        _exit(96);
}

static void end_discard(struct tlm_part_file *part)
{
    tlm__part_discard(part);
}

/* A process that waits for the partial; its exit code is what it got: 0 and up a tlm_code. */
static void waiter(struct rival *rival)
{
    if (rival_start(rival) != 0)
        return;
    struct tlm_part_file *part = NULL;
    struct tlm_part_request how = request("run.avro");
    how.lock_wait_ns = FOREVER;
    notes[0] = '\0';
    enum tlm_code code = tlm__part_create(&part, &how, &error);
    if (code == TLM_OK && (tlm__part_write(part, "second", 6, &error) != TLM_OK ||
                           tlm__part_publish(part, true, &error) != TLM_OK))
        _exit(95);
    _exit((int)code + (notes[0] ? 50 : 0));
}

/* Returns when the process has the partial open: it waits for the lock. */
static void await_waiting(pid_t pid)
{
    char fds[64], link[512], target[4096];
    snprintf(fds, sizeof fds, "/proc/%ld/fd", (long)pid);
    for (;;) {
        DIR *dir = opendir(fds);
        ck_assert_ptr_nonnull(dir);
        bool found = false;
        for (const struct dirent *entry; (entry = readdir(dir));) {
            snprintf(link, sizeof link, "%s/%s", fds, entry->d_name);
            ssize_t n = readlink(link, target, sizeof target - 1);
            target[n > 0 ? n : 0] = '\0';
            found |= strstr(target, PARTIAL) != NULL;
        }
        closedir(dir);
        if (found)
            return;
        poll(NULL, 0, 1);
    }
}

START_TEST(second_writer_is_told)
{
    enter();
    struct rival rival;
    holder(&rival, end_publish);
    struct tlm_part_request how = request("run.avro");
    char by[64];
    snprintf(by, sizeof by, PARTIAL " is held by process %ld", (long)rival.pid);
    create_fails(how, TLM_LOCKED, by);
    how.force = true;
    how.lock_wait_ns = 50000000;
    create_fails(how, TLM_LOCKED, by);
    holds(PARTIAL, "first");
    tell(rival.go[1]);
    ck_assert_int_eq(rival_end(&rival), 0);
    holds("run.avro", "first");
    ck_assert_int_eq(scratch_count("."), 1);
    leave();
}
END_TEST

/* Also within one process, as two writers of one program. */
START_TEST(second_writer_of_this_process)
{
    enter();
    struct tlm_part_file *part = create("run.avro");
    char by[64];
    snprintf(by, sizeof by, PARTIAL " is held by process %ld", (long)getpid());
    create_fails(request("run.avro"), TLM_LOCKED, by);
    struct tlm_part_file *next = create("run_001.avro"); /* another name is no matter */
    publish_good(part);
    publish_good(next);
    tlm__part_free(part);
    tlm__part_free(next);
    leave();
}
END_TEST

START_TEST(holder_unknown)
{
    enter();
    struct tlm_part_file *part = create("run.avro");
    struct rlimit limit = {.rlim_cur = 0, .rlim_max = 0};
    struct rlimit before;
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    limit.rlim_max = before.rlim_max;
    int probe = open("/dev/null", O_RDONLY);
    limit.rlim_cur = (rlim_t)probe + 1; /* room for the partial, none for /proc/locks */
    ck_assert_int_eq(close(probe), 0);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    create_fails(request("run.avro"), TLM_LOCKED, PARTIAL " is held by another process");
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
    tlm__part_free(part);
    leave();
}
END_TEST

START_TEST(waiter_after_publish)
{
    enter();
    struct rival first, second;
    holder(&first, end_publish);
    waiter(&second);
    await_waiting(second.pid);
    tell(first.go[1]);
    ck_assert_int_eq(rival_end(&first), 0);
    int status = rival_end(&second);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), TLM_EXISTS);
    holds("run.avro", "first"); /* not touched by the second */
    ck_assert_int_eq(scratch_count("."), 1);
    leave();
}
END_TEST

START_TEST(waiter_after_discard)
{
    enter();
    struct rival first, second;
    holder(&first, end_discard);
    waiter(&second);
    await_waiting(second.pid);
    tell(first.go[1]);
    ck_assert_int_eq(rival_end(&first), 0);
    ck_assert_int_eq(rival_end(&second), 0);
    holds("run.avro", "second");
    ck_assert_int_eq(scratch_count("."), 1);
    leave();
}
END_TEST

START_TEST(waiter_after_kill)
{
    enter();
    struct rival first, second;
    holder(&first, end_publish);
    waiter(&second);
    await_waiting(second.pid);
    ck_assert_int_eq(kill(first.pid, SIGKILL), 0);
    rival_end(&first);
    int status = rival_end(&second);
    ck_assert_int_eq(WEXITSTATUS(status), 50); /* with a note */
    holds("run.avro", "second");
    holds(PARTIAL ".1", "first");
    ck_assert_int_eq(scratch_count("."), 2);
    leave();
}
END_TEST

START_TEST(leftover_of_a_killed_writer)
{
    enter();
    struct rival first;
    holder(&first, end_publish);
    ck_assert_int_eq(kill(first.pid, SIGKILL), 0);
    rival_end(&first);
    struct tlm_part_file *part = create("run.avro");
    ck_assert_str_eq(notes,
                     "found " PARTIAL " (5 bytes) of a writer that died; kept as " PARTIAL ".1\n");
    write_text(part, "second");
    publish_good(part);
    tlm__part_free(part);
    holds("run.avro", "second");
    holds(PARTIAL ".1", "first");
    leave();
}
END_TEST

/* One of a crowd: publishes over and over, each time one file with one line. Its own published
 * file, kept by a second name, must never change afterwards. 0, or what went wrong. */
static int crowd(int number, int rounds)
{
    struct tlm_part_request how = request("run.avro");
    how.force = true;
    how.lock_wait_ns = FOREVER;
    for (int i = 0; i < rounds; i++) {
        char line[32], kept[32];
        snprintf(line, sizeof line, "%d %d\n", number, i);
        snprintf(kept, sizeof kept, "kept-%d-%d", number, i);
        struct tlm_part_file *part = NULL;
        if (tlm__part_create(&part, &how, &error) != TLM_OK)
            return 1;
        struct stat fresh;
        if (stat(PARTIAL, &fresh) != 0 || fresh.st_size != 0)
            return 2;
        if (tlm__part_write(part, line, strlen(line), &error) != TLM_OK)
            return 3;
        if (link(PARTIAL, kept) != 0)
            return 4;
        if (i % 3 == 2)
            tlm__part_discard(part);
        else if (tlm__part_publish(part, false, &error) != TLM_OK)
            return 5;
        tlm__part_free(part);
    }
    return notes[0] ? 6 : 0; /* nobody died */
}

START_TEST(crowd_never_shares_a_file)
{
    enter();
    struct rival rivals[3];
    for (int k = 0; k < 3; k++)
        if (rival_start(&rivals[k]) == 0)
            _exit(crowd(k, 300));
    for (int k = 0; k < 3; k++)
        ck_assert_int_eq(rival_end(&rivals[k]), 0);
    ck_assert(!scratch_exists(PARTIAL) && !scratch_exists(PARTIAL ".1"));
    for (int k = 0; k < 3; k++) {
        for (int i = 0; i < 300; i++) {
            char line[32], kept[32];
            snprintf(line, sizeof line, "%d %d\n", k, i);
            snprintf(kept, sizeof kept, "kept-%d-%d", k, i);
            holds(kept, line);
        }
    }
    leave();
}
END_TEST

UNIT_MAIN("partial", leftover_set_aside, leftover_takes_the_first_free_name,
          leftover_note_is_one_line, empty_leftover_is_reused, leftover_that_was_published,
          second_writer_is_told, second_writer_of_this_process, holder_unknown,
          waiter_after_publish, waiter_after_discard, waiter_after_kill,
          leftover_of_a_killed_writer, crowd_never_shares_a_file)
