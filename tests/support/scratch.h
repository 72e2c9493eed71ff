/* A fresh folder for a test to work in, and files in it. All folders of a test program go away when
 * it ends, also those of tests that failed. */
#ifndef TLM_TESTS_SCRATCH_H
#define TLM_TESTS_SCRATCH_H

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char scratch_root[2048]; /* of this program */
static char scratch_path[4096]; /* of this test */
static pid_t scratch_owner;

/* Step by step, since a path may be longer than PATH_MAX; folders are made writable first. */
static inline void scratch_remove(int at, const char *name)
{
    if (unlinkat(at, name, 0) == 0)
        return;
    (void)!fchmodat(at, name, S_IRWXU, 0);
    int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    for (const struct dirent *entry; dir && (entry = readdir(dir));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            scratch_remove(fd, entry->d_name);
    if (dir)
        closedir(dir);
    (void)!unlinkat(at, name, AT_REMOVEDIR);
}

static inline void scratch_clean(void)
{
    if (getpid() != scratch_owner)
        return;
    scratch_remove(AT_FDCWD, scratch_root);
}

/* Before main: tests run in processes of their own, which do not get to clean up when they fail. */
__attribute__((constructor)) static void scratch_start(void)
{
    const char *parent = getenv("TMPDIR");
    snprintf(scratch_root, sizeof scratch_root, "%s/tlm-unit-XXXXXX", parent ? parent : "/tmp");
    if (!mkdtemp(scratch_root) || chmod(scratch_root, 0755) != 0) {
        perror(scratch_root);
        _exit(1);
    }
    scratch_owner = getpid();
    atexit(scratch_clean);
}

/* Makes a folder and changes into it. */
static inline void scratch_enter(void)
{
    snprintf(scratch_path, sizeof scratch_path, "%s/XXXXXX", scratch_root);
    ck_assert_ptr_nonnull(mkdtemp(scratch_path));
    ck_assert_int_eq(chdir(scratch_path), 0);
    umask(022);
}

static inline void scratch_write(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    ck_assert_int_eq(close(fd), 0);
}

static inline bool scratch_exists(const char *path)
{
    struct stat file;
    return lstat(path, &file) == 0;
}

/* The content of a small file. */
static inline const char *scratch_read(const char *path)
{
    static char text[4096];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ck_assert_msg(fd >= 0, "%s cannot be opened", path);
    ssize_t n = read(fd, text, sizeof text - 1);
    ck_assert_int_ge(n, 0);
    text[n] = '\0';
    close(fd);
    return text;
}

/* How many entries the folder has. */
static inline int scratch_count(const char *path)
{
    DIR *dir = opendir(path);
    ck_assert_ptr_nonnull(dir);
    int n = 0;
    for (const struct dirent *entry; (entry = readdir(dir));)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(dir);
    return n;
}

/* Sets the mode of a folder in the scratch folder, and takes from root the right to ignore it. */
static inline void scratch_forbid(const char *path, mode_t mode)
{
    ck_assert_int_eq(chmod(scratch_path, 0755), 0);
    ck_assert_int_eq(chmod(path, mode), 0);
    if (geteuid() == 0)
        ck_assert_int_eq(seteuid(65534), 0);
}

static inline void scratch_allow(void)
{
    if (getuid() == 0)
        ck_assert_int_eq(seteuid(0), 0);
}

#endif
