/* files/publish: file systems that cannot do everything, and disks that break. */
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "files/part.h"
#include "support/deny.h"
#include "support/parts.h"
#include "support/unit.h"

static void publish_without(int rename_errno, int link_errno)
{
    enter();
    struct tlm_part_file *good = create("run.avro"), *late = create("late.avro");
    write_text(good, "data");
    write_text(late, "late");
    scratch_write(".lost.avro.partial", "lost");
    scratch_write(".lost.avro.partial.1", "lost before");
    deny_rename_flags(rename_errno);
    if (link_errno)
        deny_call(SYS_linkat, link_errno);
    publish_good(good);
    holds("run.avro", "data");
    ck_assert(!scratch_exists(PARTIAL));
    scratch_write("late.avro", "theirs");
    publish_fails(late, TLM_EXISTS, "late.avro appeared meanwhile");
    holds("late.avro", "theirs");
    holds(".late.avro.partial", "late");
    struct tlm_part_file *part = create("lost.avro");
    tlm__part_discard(part);
    holds(".lost.avro.partial.1", "lost before");
    holds(".lost.avro.partial.2", "lost");
    tlm__part_free(good);
    tlm__part_free(late);
    tlm__part_free(part);
    leave();
}

START_TEST(no_renameat2)
{
    publish_without(ENOSYS, 0);
}
END_TEST

START_TEST(no_noreplace)
{
    publish_without(EINVAL, 0);
}
END_TEST

START_TEST(no_links)
{
    publish_without(EINVAL, EPERM);
}
END_TEST

START_TEST(no_links_at_all)
{
    publish_without(EINVAL, EOPNOTSUPP);
}
END_TEST

START_TEST(rename_fails)
{
    enter();
    struct tlm_part_file *part = create("run.avro");
    write_text(part, "data");
    deny_rename_flags(EDQUOT);
    publish_fails(part, TLM_IO, PARTIAL ": cannot be renamed to run.avro: Disk quota exceeded");
    tlm__part_free(part);
    holds(PARTIAL, "data");
    leave();
}
END_TEST

/* Once fsync has failed nothing is known any more: it is not tried again, nothing is published. */
START_TEST(fsync_fails)
{
    enter();
    struct tlm_part_file *part = create("run.avro");
    write_text(part, "data");
    pid_t child = fork();
    if (child == 0) {
        deny_call(SYS_fsync, EIO);
        bool good = tlm__part_sync(part, &error) == TLM_IO && error.sys_errno == EIO &&
                    strstr(error.message, PARTIAL ": fsync: Input/output error");
        good = good && tlm__part_sync(part, &error) == TLM_IO && error.sys_errno == EIO;
        good = good && tlm__part_publish(part, true, &error) == TLM_IO && error.sys_errno == EIO;
        good = good && scratch_exists(PARTIAL) && !scratch_exists("run.avro");
        _exit(good ? 0 : 1);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    deny_call(SYS_fsync, EINVAL); /* no file that matters says so: an error as well */
    ck_assert_int_eq(tlm__part_sync(part, &error), TLM_IO);
    tlm__part_free(part);
    leave();
}
END_TEST

START_TEST(folder_fsync)
{
    enter();
    struct tlm_part_file *first = create("a"), *second = create("b");
    deny_call(SYS_fsync, EINVAL);
    publish_good(first);
    publish_good(second);
    ck_assert_ptr_nonnull(strstr(notes, "cannot fsync folders"));
    ck_assert_ptr_eq(strchr(notes, '\n'), notes + strlen(notes) - 1); /* once */
    tlm__part_free(first);
    tlm__part_free(second);
    leave();
}
END_TEST

START_TEST(folder_fsync_fails)
{
    enter();
    struct tlm_part_file *durable = create("a"), *quick = create("b");
    deny_call(SYS_fsync, EIO);
    publish_fails(durable, TLM_IO, "folder .: fsync: Input/output error");
    ck_assert_int_eq(tlm__part_publish(quick, false, &error), TLM_OK); /* does not ask */
    ck_assert(scratch_exists("b"));
    tlm__part_free(durable);
    tlm__part_free(quick);
    leave();
}
END_TEST

/* Network file systems report delayed writes at close. */
START_TEST(close_reports_lost_data)
{
    enter();
    struct tlm_part_file *part = create("run.avro");
    write_text(part, "data");
    pid_t child = fork();
    if (child == 0) {
        deny_call(SYS_close, EDQUOT);
        bool good = tlm__part_publish(part, false, &error) == TLM_IO && error.sys_errno == EDQUOT;
        _exit(good && scratch_exists(PARTIAL) && !scratch_exists("run.avro") ? 0 : 1);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    tlm__part_free(part);
    leave();
}
END_TEST

START_TEST(write_beyond_a_limit)
{
    enter();
    struct rlimit limit = {.rlim_cur = 1000, .rlim_max = RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    struct tlm_part_file *part = create("run.avro");
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    char bytes[900] = {0};
    ck_assert_int_eq(tlm__part_write(part, bytes, sizeof bytes, &error), TLM_OK);
    enum tlm_code code = tlm__part_write(part, bytes, sizeof bytes, &error);
    limit.rlim_cur = RLIM_INFINITY;
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert_int_eq(code, TLM_IO);
    ck_assert_int_eq(error.sys_errno, EFBIG);
    ck_assert_str_eq(error.message, PARTIAL ": File too large");
    ck_assert_uint_eq(tlm__part_size(part), 1000); /* what went in */
    tlm__part_free(part);
    struct stat file;
    ck_assert_int_eq(stat(PARTIAL, &file), 0);
    ck_assert_int_eq(file.st_size, 1000);
    leave();
}
END_TEST

UNIT_MAIN("publish", no_renameat2, no_noreplace, no_links, no_links_at_all, rename_fails,
          fsync_fails, folder_fsync, folder_fsync_fails, close_reports_lost_data,
          write_beyond_a_limit)
