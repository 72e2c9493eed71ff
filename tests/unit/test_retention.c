/* Which parts go: order, each limit, limits together; and that only the file that was looked at is
 * removed. */
#include "files/retention.h"

#include <time.h>

#include "support/scratch.h"
#include "support/unit.h"

#define SECOND INT64_C(1000000000)
#define NOW (1000 * SECOND)
#define MAX_PARTS 8

static struct tlm_set_part set[MAX_PARTS];
static size_t n_parts;

static struct tlm_set_part *add(const char *path)
{
    struct tlm_set_part *part = &set[n_parts++];
    *part = (struct tlm_set_part){
        .path = path, .inode = {1, n_parts}, .bytes = 100, .finished_ns = NOW};
    return part;
}

/* `last` in seconds. */
static struct tlm_set_part *add_times(const char *path, int64_t first, int64_t last)
{
    struct tlm_set_part *part = add(path);
    part->has_times = true;
    part->first_ns = first * SECOND;
    part->last_ns = last * SECOND;
    return part;
}

/* Five parts of 100 bytes, a (oldest) to e, finished 10 s apart, e now. */
static void add_five(void)
{
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    n_parts = 0;
    for (int i = 0; i < 5; i++)
        add_times(names[i], i, i)->finished_ns = NOW - (4 - i) * 10 * SECOND;
}

static void expect_order(const char *names)
{
    tlm__retention_order(set, n_parts);
    for (size_t i = 0; i < n_parts; i++)
        ck_assert_msg(set[i].path[0] == names[i], "%s in place %zu of %s", set[i].path, i, names);
}

/* The names of what goes, one letter each. */
static void expect_going(struct tlm_retention retention, const char *wanted)
{
    char going[MAX_PARTS + 1] = {0};
    size_t len = 0;
    tlm__retention_order(set, n_parts);
    size_t n = tlm__retention_decide(set, n_parts, &retention, NOW);
    for (size_t i = 0; i < n_parts; i++)
        if (set[i].limits)
            going[len++] = set[i].path[0];
    ck_assert_str_eq(going, wanted);
    ck_assert_uint_eq(n, len);
}

/* ---- order ---------------------------------------------------------------------------------- */

START_TEST(by_time_not_by_name)
{
    n_parts = 0;
    add_times("c", 1, 5);
    add_times("a", 6, 9);
    add_times("b", 0, 20);
    expect_order("cab");
}
END_TEST

START_TEST(ties_of_time)
{
    n_parts = 0;
    add_times("a10", 2, 5);
    add_times("c", 1, 5);
    add_times("a9", 2, 5);
    tlm__retention_order(set, n_parts);
    ck_assert_str_eq(set[0].path, "c");
    ck_assert_str_eq(set[1].path, "a9");
    ck_assert_str_eq(set[2].path, "a10");
}
END_TEST

START_TEST(extreme_times)
{
    n_parts = 0;
    add_times("b", 0, 0);
    add_times("c", 0, 0)->last_ns = INT64_MAX;
    add_times("a", 0, 0)->last_ns = INT64_MIN;
    expect_order("abc");
}
END_TEST

START_TEST(one_without_times)
{
    n_parts = 0;
    add_times("b", 1, 1);
    add_times("a", 2, 2);
    add("c");
    expect_order("abc");
}
END_TEST

START_TEST(names_by_value)
{
    n_parts = 0;
    add("run_1000");
    add("run_999");
    add("run_010");
    tlm__retention_order(set, n_parts);
    ck_assert_str_eq(set[0].path, "run_010");
    ck_assert_str_eq(set[1].path, "run_999");
    ck_assert_str_eq(set[2].path, "run_1000");
}
END_TEST

START_TEST(turns_come_first)
{
    n_parts = 0;
    add_times("c", 1, 1)->turn = 2;
    add_times("b", 9, 9)->turn = 1;
    add_times("a", 20, 20);
    expect_order("abc");
}
END_TEST

START_TEST(one_file_twice)
{
    n_parts = 0;
    add("b");
    add("x");
    add("a")->inode = set[0].inode;
    add("c")->inode = (struct tlm_inode){2, set[1].inode.inode};
    n_parts = tlm__retention_unique(set, n_parts);
    expect_order("acx");
    ck_assert_uint_eq(n_parts, 3);
    ck_assert_uint_eq(tlm__retention_unique(set, 0), 0);
}
END_TEST

/* ---- limits --------------------------------------------------------------------------------- */

START_TEST(nothing_and_one)
{
    const struct tlm_retention strict = {1, 1, 1};
    n_parts = 0;
    expect_going(strict, "");
    add_times("a", 0, 0)->finished_ns = 0;
    expect_going(strict, "");
}
END_TEST

START_TEST(no_limit)
{
    add_five();
    expect_going((struct tlm_retention){0, 0, 0}, "");
}
END_TEST

START_TEST(so_many_parts)
{
    add_five();
    expect_going((struct tlm_retention){.keep_parts = 1}, "abcd");
    expect_going((struct tlm_retention){.keep_parts = 3}, "ab");
    expect_going((struct tlm_retention){.keep_parts = 4}, "a");
    expect_going((struct tlm_retention){.keep_parts = 5}, "");
    expect_going((struct tlm_retention){.keep_parts = UINT64_MAX}, "");
}
END_TEST

START_TEST(so_many_bytes)
{
    add_five();
    expect_going((struct tlm_retention){.keep_bytes = 1}, "abcd");
    expect_going((struct tlm_retention){.keep_bytes = 199}, "abcd");
    expect_going((struct tlm_retention){.keep_bytes = 200}, "abc");
    expect_going((struct tlm_retention){.keep_bytes = 499}, "a");
    expect_going((struct tlm_retention){.keep_bytes = 500}, "");
}
END_TEST

START_TEST(sizes_that_differ)
{
    add_five();
    set[2].bytes = 1000; /* c: what is older goes with it, however small */
    expect_going((struct tlm_retention){.keep_bytes = 500}, "abc");
    set[2].bytes = UINT64_MAX;
    expect_going((struct tlm_retention){.keep_bytes = UINT64_MAX - 1}, "abc");
    set[2].bytes = 0;
    expect_going((struct tlm_retention){.keep_bytes = 200}, "ab");
    set[4].bytes = 1000; /* the newest stays, and has used everything up */
    expect_going((struct tlm_retention){.keep_bytes = 500}, "abcd");
}
END_TEST

START_TEST(so_old)
{
    add_five();
    expect_going((struct tlm_retention){.keep_age_ns = 1}, "abcd");
    expect_going((struct tlm_retention){.keep_age_ns = 20 * SECOND}, "ab");
    expect_going((struct tlm_retention){.keep_age_ns = 20 * SECOND - 1}, "abc");
    expect_going((struct tlm_retention){.keep_age_ns = 40 * SECOND}, "");
}
END_TEST

START_TEST(age_is_that_of_the_file)
{
    add_five();
    set[0].finished_ns = NOW;           /* a fresh conversion of old data */
    set[2].finished_ns = NOW + SECOND;  /* a clock that was set back */
    set[3].finished_ns = INT64_MIN + 1; /* nonsense, but old */
    set[4].finished_ns = 0;             /* the newest */
    expect_going((struct tlm_retention){.keep_age_ns = 5 * SECOND}, "bd");
}
END_TEST

START_TEST(limits_together)
{
    add_five();
    expect_going((struct tlm_retention){4, 300, 35 * SECOND}, "ab");
    ck_assert_uint_eq(set[0].limits, TLM_PASSED_PARTS | TLM_PASSED_BYTES | TLM_PASSED_AGE);
    ck_assert_uint_eq(set[1].limits, TLM_PASSED_BYTES);
    ck_assert_uint_eq(set[2].limits, 0);
    /* Decided anew, nothing of before is left. */
    expect_going((struct tlm_retention){.keep_parts = 5}, "");
    ck_assert_uint_eq(set[0].limits, 0);
}
END_TEST

/* ---- files ---------------------------------------------------------------------------------- */

static struct tlm_folder folder = {.fd = -1};

static struct tlm_set_part look(const char *name)
{
    struct stat file;
    struct tlm_set_part part = {.path = name};
    ck_assert_int_eq(lstat(name, &file), 0);
    tlm__set_part_stat(&part, &file);
    return part;
}

static bool was_removed(const struct tlm_set_part *part, const char *name)
{
    struct tlm_error error;
    bool removed = true;
    ck_assert_int_eq(tlm__set_part_remove(part, &folder, name, &removed, &error), TLM_OK);
    return removed;
}

static void enter(void)
{
    scratch_enter();
    ck_assert_int_eq(tlm__folder_open(&folder, ".", false, NULL), TLM_OK);
}

START_TEST(what_a_file_tells)
{
    enter();
    scratch_write("a", "four");
    const struct timespec times[] = {{0, 0}, {-2, 500}};
    ck_assert_int_eq(utimensat(AT_FDCWD, "a", times, 0), 0);
    struct tlm_set_part part = look("a");
    ck_assert_uint_eq(part.bytes, 4);
    ck_assert_int_eq(part.finished_ns, -2 * SECOND + 500);
    const struct stat far = {.st_mtim = {INT64_MAX, 0}}, early = {.st_mtim = {INT64_MIN, 0}};
    tlm__set_part_stat(&part, &far);
    ck_assert_int_eq(part.finished_ns, INT64_MAX);
    tlm__set_part_stat(&part, &early);
    ck_assert_int_eq(part.finished_ns, INT64_MIN);
    tlm__folder_release(&folder);
}
END_TEST

START_TEST(only_that_file)
{
    enter();
    scratch_write("a", "old");
    struct tlm_set_part part = look("a");
    scratch_write("b", "new");
    ck_assert_int_eq(rename("b", "a"), 0);
    ck_assert(!was_removed(&part, "a"));
    ck_assert_str_eq(scratch_read("a"), "new");
    ck_assert_int_eq(rename("a", "c"), 0);
    part = look("c");
    ck_assert_int_eq(symlink("c", "a"), 0);
    ck_assert(!was_removed(&part, "a"));
    ck_assert(scratch_exists("a") && scratch_exists("c"));
    ck_assert(was_removed(&part, "c"));
    ck_assert(!scratch_exists("c"));
    ck_assert(!was_removed(&part, "c"));
    tlm__folder_release(&folder);
}
END_TEST

START_TEST(not_allowed)
{
    struct tlm_error error;
    bool removed = true;
    enter();
    scratch_write("a", "old");
    struct tlm_set_part part = look("a");
    scratch_forbid(".", 0555);
    ck_assert_int_eq(tlm__set_part_remove(&part, &folder, "a", &removed, &error), TLM_IO);
    scratch_allow();
    ck_assert(!removed);
    ck_assert_str_eq(error.message, "a: cannot be deleted: Permission denied");
    ck_assert(scratch_exists("a"));
    tlm__folder_release(&folder);
}
END_TEST

/* ---- tlm_prune ------------------------------------------------------------------------------ */

START_TEST(without_callbacks)
{
    static const char *const paths[] = {"a", "nothing", ".b.avro.partial", "link"};
    struct tlm_prune_options options = {.paths = paths, .n_paths = 4};
    struct tlm_pruning pruning = {.missing = 77};
    struct tlm_error error;
    enter();
    ck_assert_int_eq(symlink("a", "link"), 0);
    ck_assert_int_eq(tlm_prune(&options, &pruning, &error), TLM_ARGUMENT);
    ck_assert_uint_eq(pruning.missing, 0);
    options.retention.keep_parts = 1;
    ck_assert_int_eq(tlm_prune(&options, &pruning, &error), TLM_OK);
    ck_assert_uint_eq(pruning.missing, 2);
    scratch_write("a", "no part");
    ck_assert_int_eq(tlm_prune(&options, &pruning, NULL), TLM_INPUT);
    ck_assert_int_eq(tlm_prune(&options, &pruning, &error), TLM_INPUT);
    ck_assert_int_eq(error.code, TLM_INPUT);
    options.n_paths = 0;
    ck_assert_int_eq(tlm_prune(&options, &pruning, &error), TLM_OK);
    ck_assert_uint_eq(pruning.parts, 0);
    tlm__folder_release(&folder);
}
END_TEST

UNIT_MAIN("retention", by_time_not_by_name, ties_of_time, extreme_times, one_without_times,
          names_by_value, turns_come_first, one_file_twice, nothing_and_one, no_limit,
          so_many_parts, so_many_bytes, sizes_that_differ, so_old, age_is_that_of_the_file,
          limits_together, what_a_file_tells, only_that_file, not_allowed, without_callbacks)
