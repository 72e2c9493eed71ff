/* files/folder: opening with missing parents, protected inodes, fsync, joined paths. */
#include <errno.h>
#include <sys/wait.h>

#include "files/folder.h"
#include "support/deny.h"
#include "support/scratch.h"
#include "support/unit.h"

static struct tlm_error error;

static void open_fails(const char *path, bool create, const char *part_of_message)
{
    struct tlm_folder folder = {.fd = 77};
    ck_assert_int_eq(tlm__folder_open(&folder, path, create, &error), TLM_IO);
    ck_assert_msg(strstr(error.message, part_of_message), "\"%s\" lacks \"%s\"", error.message,
                  part_of_message);
    ck_assert_int_eq(folder.fd, 77);
}

static struct tlm_folder open_good(const char *path)
{
    struct tlm_folder folder;
    ck_assert_msg(tlm__folder_open(&folder, path, true, &error) == TLM_OK, "%s: %s", path,
                  error.message);
    return folder;
}

static void open_and_release(const char *path)
{
    struct tlm_folder folder = open_good(path);
    tlm__folder_release(&folder);
}

START_TEST(current_folder)
{
    scratch_enter();
    static const char *const paths[] = {"", ".", "./", "./."};
    for (size_t i = 0; i < 4; i++) {
        struct tlm_folder folder = open_good(paths[i]);
        struct stat opened, here;
        ck_assert_int_eq(fstat(folder.fd, &opened), 0);
        ck_assert_int_eq(stat(".", &here), 0);
        ck_assert_uint_eq(opened.st_ino, here.st_ino);
        ck_assert_str_eq(folder.path, *paths[i] ? paths[i] : ".");
        tlm__folder_release(&folder);
    }
    open_and_release("/");
}
END_TEST

START_TEST(missing_parents)
{
    scratch_enter();
    open_and_release("a//b/c/");
    ck_assert(scratch_exists("a/b/c"));
    open_and_release("a/b/c");
    open_and_release("new/../other");
    ck_assert(scratch_exists("new") && scratch_exists("other"));
    char absolute[5000];
    snprintf(absolute, sizeof absolute, "%s/x/y", scratch_path);
    open_and_release(absolute);
    ck_assert(scratch_exists("x/y"));
    struct stat made;
    ck_assert_int_eq(stat("a/b", &made), 0);
    ck_assert_uint_eq(made.st_mode & 0777, 0755);
    open_and_release("with space/new\nline/\xff\xfe");
    ck_assert(scratch_exists("with space/new\nline/\xff\xfe"));
}
END_TEST

START_TEST(missing_without_create)
{
    scratch_enter();
    ck_assert_int_eq(mkdir("a", 0777), 0);
    open_fails("a/b/c", false, "folder a/b: No such file or directory");
    ck_assert_int_eq(error.sys_errno, ENOENT);
    ck_assert_int_eq(scratch_count("a"), 0);
}
END_TEST

/* The message names the part of the path that is in the way. */
START_TEST(parent_is_a_file)
{
    scratch_enter();
    ck_assert_int_eq(mkdir("a", 0777), 0);
    scratch_write("a/file", "x");
    open_fails("a/file/b/c", true, "folder a/file: Not a directory");
    open_fails("a/file", true, "folder a/file: Not a directory");
}
END_TEST

START_TEST(permission_denied)
{
    scratch_enter();
    ck_assert_int_eq(mkdir("a", 0777), 0);
    scratch_forbid("a", 0555);
    open_fails("a/b/c", true, "folder a/b: Permission denied");
    scratch_allow();
}
END_TEST

START_TEST(unreadable_folder)
{
    scratch_enter();
    ck_assert_int_eq(mkdir("a", 0777), 0);
    scratch_forbid("a", 0333);
    open_fails("a", true, "folder a: Permission denied");
    open_and_release("a/b"); /* passing through needs no more than permission to do so */
    scratch_allow();
}
END_TEST

START_TEST(symlinked_folders)
{
    scratch_enter();
    ck_assert_int_eq(mkdir("real", 0777), 0);
    ck_assert_int_eq(symlink("real", "link"), 0);
    ck_assert_int_eq(symlink("nowhere", "dangling"), 0);
    ck_assert_int_eq(symlink("loop", "loop"), 0);
    open_and_release("link/sub");
    ck_assert(scratch_exists("real/sub"));
    open_fails("dangling/sub", true, "folder dangling: a symbolic link to nothing");
    ck_assert(!scratch_exists("nowhere"));
    open_fails("loop/sub", true, "folder loop: Too many levels");
}
END_TEST

/* Two processes make the same chain of folders at once, again and again. */
START_TEST(made_by_two)
{
    scratch_enter();
    int start[2];
    ck_assert_int_eq(pipe(start), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    bool good = true;
    if (child == 0)
        close(start[1]);
    char byte;
    for (int i = 0; i < 200; i++) {
        char path[64];
        snprintf(path, sizeof path, "r%d/a/b/c", i);
        if (child == 0 && i == 0)
            good = read(start[0], &byte, 1) == 1;
        if (child != 0 && i == 0)
            ck_assert_int_eq(write(start[1], "", 1), 1);
        struct tlm_folder folder;
        if (tlm__folder_open(&folder, path, true, &error) != TLM_OK)
            good = false;
        else
            tlm__folder_release(&folder);
    }
    if (child == 0)
        _exit(!good);
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert_msg(good, "%s", error.message);
}
END_TEST

START_TEST(deep_path)
{
    scratch_enter();
    char path[6000] = "";
    size_t len = 0;
    for (int i = 0; i < 50; i++) {
        memset(path + len, 'd', 100);
        path[len + 100] = '/';
        len += 101;
    }
    path[len] = '\0';
    open_and_release(path); /* longer than PATH_MAX as a whole */
    memset(path, 'n', 300);
    path[300] = '\0';
    open_fails(path, true, "File name too long");
}
END_TEST

START_TEST(protected_inodes)
{
    scratch_enter();
    scratch_write("in.csv", "a");
    scratch_write("other", "b");
    ck_assert_int_eq(symlink("in.csv", "link"), 0);
    ck_assert_int_eq(link("in.csv", "hard"), 0);
    struct tlm_folder folder = open_good(".");
    struct stat in, other, hard;
    ck_assert_int_eq(stat("in.csv", &in) | stat("other", &other) | stat("hard", &hard), 0);
    ck_assert(!tlm__folder_protects(&folder, &in));
    const char *const paths[] = {"missing", "link"};
    ck_assert_int_eq(tlm__folder_protect(&folder, paths, 2, &error), TLM_OK);
    ck_assert_uint_eq(folder.n_inputs, 1);
    ck_assert(tlm__folder_protects(&folder, &in) && tlm__folder_protects(&folder, &hard));
    ck_assert(!tlm__folder_protects(&folder, &other));
    const char *const more[] = {"other"};
    ck_assert_int_eq(tlm__folder_protect(&folder, more, 1, &error), TLM_OK);
    ck_assert(tlm__folder_protects(&folder, &in) && tlm__folder_protects(&folder, &other));
    ck_assert_int_eq(tlm__folder_protect(&folder, NULL, 0, &error), TLM_OK);
    tlm__folder_release(&folder);
}
END_TEST

START_TEST(protected_stdin)
{
    scratch_enter();
    scratch_write("in.csv", "a");
    struct tlm_folder folder = open_good(".");
    const char *const paths[] = {"-"};
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    ck_assert_int_eq(tlm__folder_protect(&folder, paths, 1, &error), TLM_OK);
    ck_assert_uint_eq(folder.n_inputs, 0);
    int fd = open("in.csv", O_RDONLY);
    ck_assert_int_eq(dup2(fd, STDIN_FILENO), STDIN_FILENO);
    ck_assert_int_eq(tlm__folder_protect(&folder, paths, 1, &error), TLM_OK);
    struct stat in;
    ck_assert_int_eq(stat("in.csv", &in), 0);
    ck_assert(tlm__folder_protects(&folder, &in));
    tlm__folder_release(&folder);
}
END_TEST

static int notes;
static char last_note[1024];

static void count_note(void *ctx, const char *message)
{
    ck_assert_ptr_eq(ctx, &notes);
    notes++;
    snprintf(last_note, sizeof last_note, "%s", message);
}

START_TEST(sync_good)
{
    scratch_enter();
    struct tlm_folder folder = open_good("a");
    ck_assert_int_eq(tlm__folder_sync(&folder, count_note, &notes, &error), TLM_OK);
    ck_assert_int_eq(notes, 0);
    tlm__folder_release(&folder);
}
END_TEST

START_TEST(sync_not_supported)
{
    scratch_enter();
    struct tlm_folder folder = open_good("a");
    deny_call(SYS_fsync, EINVAL);
    ck_assert_int_eq(tlm__folder_sync(&folder, NULL, NULL, &error), TLM_OK);
    folder.sync_warned = false;
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(tlm__folder_sync(&folder, count_note, &notes, &error), TLM_OK);
    ck_assert_int_eq(notes, 1);
    ck_assert_ptr_nonnull(strstr(last_note, "folder a"));
    tlm__folder_release(&folder);
    open_and_release("b/c"); /* nor does it keep folders from being made */
}
END_TEST

START_TEST(sync_fails)
{
    scratch_enter();
    struct tlm_folder folder = open_good("a");
    deny_call(SYS_fsync, EIO);
    ck_assert_int_eq(tlm__folder_sync(&folder, count_note, &notes, &error), TLM_IO);
    ck_assert_int_eq(error.sys_errno, EIO);
    ck_assert_ptr_nonnull(strstr(error.message, "folder a: fsync: Input/output error"));
    ck_assert_int_eq(notes, 0);
    tlm__folder_release(&folder);
    open_fails("b/c", true, "folder b: Input/output error"); /* a new folder is fsynced too */
}
END_TEST

static void joins(const char *path, const char *name, const char *expected)
{
    struct tlm_folder folder = open_good(path);
    char *joined = tlm__folder_join(&folder, name);
    ck_assert_str_eq(joined, expected);
    free(joined);
    tlm__folder_release(&folder);
}

START_TEST(joined_paths)
{
    scratch_enter();
    joins("", "run.avro", "run.avro");
    joins(".", "-run.avro", "./-run.avro");
    joins("a", "run.avro", "a/run.avro");
    joins("a/", "run.avro", "a/run.avro");
    joins("/", "run.avro", "/run.avro");
}
END_TEST

UNIT_MAIN("folder", current_folder, missing_parents, missing_without_create, parent_is_a_file,
          permission_denied, unreadable_folder, symlinked_folders, made_by_two, deep_path,
          protected_inodes, protected_stdin, sync_good, sync_not_supported, sync_fails,
          joined_paths)
