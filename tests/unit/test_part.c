/* files/part: one writer's partial, and what may stand in its way. */
#include "files/part.h"
#include "support/parts.h"
#include "support/unit.h"

START_TEST(life_of_a_part)
{
    enter();
    struct tlm_part_file *part = create("run.avro");
    ck_assert(!tlm__part_is_stream(part));
    ck_assert_str_eq(tlm__part_path(part), "run.avro");
    ck_assert_str_eq(tlm__part_partial_path(part), PARTIAL);
    write_text(part, "head....");
    write_text(part, "body");
    ck_assert_int_eq(tlm__part_write(part, NULL, 0, &error), TLM_OK);
    ck_assert_uint_eq(tlm__part_size(part), 12);
    ck_assert_int_eq(tlm__part_patch(part, 4, "1234", 4, &error), TLM_OK);
    write_text(part, "!"); /* a patch does not move the end */
    ck_assert_int_eq(tlm__part_sync(part, &error), TLM_OK);
    ck_assert(!scratch_exists("run.avro"));
    holds(PARTIAL, "head1234body!");
    publish_good(part);
    holds("run.avro", "head1234body!");
    ck_assert_int_eq(scratch_count("."), 1);
    tlm__part_free(part);
    tlm__part_free(NULL);
    ck_assert_int_eq(scratch_count("."), 1);
    ck_assert_str_eq(notes, "");
    leave();
}
END_TEST

START_TEST(without_errors_asked_for)
{
    enter();
    scratch_write("run.avro", "old");
    struct tlm_part_request how = request("run.avro");
    struct tlm_part_file *part = NULL;
    ck_assert_int_eq(tlm__part_create(&part, &how, NULL), TLM_EXISTS);
    leave();
}
END_TEST

START_TEST(mode_follows_umask)
{
    enter();
    umask(027);
    struct tlm_part_file *part = create("run.avro");
    struct stat file;
    ck_assert_int_eq(stat(PARTIAL, &file), 0);
    ck_assert_uint_eq(file.st_mode & 07777, 0640);
    tlm__part_free(part);
    leave();
}
END_TEST

START_TEST(strange_names)
{
    enter();
    char longest[244];
    memset(longest, 'x', 243);
    longest[243] = '\0';
    const char *const names[] = {"with space", "new\nline", "\xff\xc3\x28", "-dash",
                                 ".hidden",    "100%{}",    longest};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct tlm_part_file *part = create(names[i]);
        write_text(part, "x");
        publish_good(part);
        holds(names[i], "x");
        tlm__part_free(part);
    }
    ck_assert_int_eq(scratch_count("."), sizeof names / sizeof names[0]);
    /* The longest one also has room for its leftover. */
    ck_assert_int_eq(unlink(longest), 0);
    char partial[300];
    snprintf(partial, sizeof partial, ".%s.partial", longest);
    scratch_write(partial, "old");
    struct tlm_part_file *part = create(longest);
    tlm__part_discard(part);
    tlm__part_free(part);
    strcat(partial, ".1");
    holds(partial, "old");
    create_fails(request("a/b"), TLM_ARGUMENT, "not a file name");
    create_fails(request(""), TLM_ARGUMENT, "not a file name");
    create_fails(request(".."), TLM_ARGUMENT, "not a file name");
    leave();
}
END_TEST

START_TEST(in_a_folder)
{
    enter();
    leave();
    ck_assert_int_eq(tlm__folder_open(&folder, "sub/dir", true, &error), TLM_OK);
    struct tlm_part_file *part = create("run.avro");
    ck_assert_str_eq(tlm__part_path(part), "sub/dir/run.avro");
    ck_assert_str_eq(tlm__part_partial_path(part), "sub/dir/" PARTIAL);
    ck_assert_int_eq(rename("sub", "moved"), 0); /* the folder is held by descriptor */
    publish_good(part);
    ck_assert(scratch_exists("moved/dir/run.avro"));
    tlm__part_free(part);
    leave();
}
END_TEST

START_TEST(discarded)
{
    enter();
    struct tlm_part_file *part = create("run.avro");
    tlm__part_discard(part);
    ck_assert_int_eq(scratch_count("."), 0);
    publish_fails(part, TLM_IO, PARTIAL " was removed");
    tlm__part_free(part);
    /* A file that came to stand in its place is somebody else's. */
    part = create("run.avro");
    ck_assert_int_eq(unlink(PARTIAL), 0);
    scratch_write(PARTIAL, "other");
    publish_fails(part, TLM_IO, PARTIAL " was removed or replaced");
    tlm__part_discard(part);
    tlm__part_free(part);
    holds(PARTIAL, "other");
    ck_assert_int_eq(scratch_count("."), 1);
    leave();
}
END_TEST

START_TEST(folder_not_writable)
{
    enter();
    leave();
    ck_assert_int_eq(tlm__folder_open(&folder, "dir", true, &error), TLM_OK);
    scratch_forbid("dir", 0555);
    create_fails(request("run.avro"), TLM_IO, "dir/" PARTIAL ": Permission denied");
    leave();
    scratch_allow();
}
END_TEST

START_TEST(patch_limits)
{
    enter();
    struct tlm_part_file *part = create("run.avro");
    write_text(part, "12345678");
    ck_assert_int_eq(tlm__part_patch(part, 8, "", 0, &error), TLM_OK);
    ck_assert_int_eq(tlm__part_patch(part, 7, "ab", 2, &error), TLM_ARGUMENT);
    ck_assert_int_eq(tlm__part_patch(part, UINT64_MAX, "ab", 2, &error), TLM_ARGUMENT);
    ck_assert_int_eq(tlm__part_patch(part, 0, "123456789", 9, &error), TLM_ARGUMENT);
    message_has(PARTIAL);
    holds(PARTIAL, "12345678");
    tlm__part_free(part);
    leave();
}
END_TEST

/* ---- what stands in the way ----------------------------------------------------------------- */

START_TEST(target_exists)
{
    enter();
    scratch_write("run.avro", "old");
    create_fails(request("run.avro"), TLM_EXISTS, "run.avro exists already");
    ck_assert_int_eq(scratch_count("."), 1);
    struct tlm_part_request how = request("run.avro");
    how.force = true;
    struct tlm_part_file *part = create_with(how);
    write_text(part, "new");
    holds("run.avro", "old");
    publish_good(part);
    holds("run.avro", "new");
    ck_assert_int_eq(scratch_count("."), 1);
    tlm__part_free(part);
    leave();
}
END_TEST

START_TEST(target_is_no_file)
{
    enter();
    ck_assert_int_eq(mkdir("dir", 0777) | mkfifo("fifo", 0666) | symlink("victim", "dangling"), 0);
    scratch_write("victim2", "precious");
    ck_assert_int_eq(symlink("victim2", "link"), 0);
    static const char *const names[] = {"dir", "fifo", "dangling", "link"};
    static const char *const kinds[] = {"a directory", "a fifo", "a symbolic link",
                                        "a symbolic link"};
    for (size_t i = 0; i < 8; i++) {
        struct tlm_part_request how = request(names[i / 2]);
        how.force = i % 2;
        create_fails(how, TLM_EXISTS, kinds[i / 2]);
        message_has(names[i / 2]);
    }
    ck_assert(!scratch_exists("victim"));
    holds("victim2", "precious");
    ck_assert_int_eq(scratch_count("."), 5);
    leave();
}
END_TEST

START_TEST(symlink_at_the_partial)
{
    enter();
    scratch_write("victim", "precious");
    static const char *const aims[] = {"victim", "nothing"};
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(symlink(aims[i], PARTIAL), 0);
        create_fails(request("run.avro"), TLM_EXISTS, PARTIAL " is a symbolic link");
        ck_assert(scratch_exists(PARTIAL));
        ck_assert_int_eq(unlink(PARTIAL), 0);
    }
    holds("victim", "precious");
    ck_assert_int_eq(scratch_count("."), 1);
    leave();
}
END_TEST

START_TEST(others_at_the_partial)
{
    enter();
    ck_assert_int_eq(mkfifo(PARTIAL, 0666), 0);
    create_fails(request("run.avro"), TLM_EXISTS, PARTIAL " exists and is not a regular file");
    ck_assert_int_eq(unlink(PARTIAL) | mkdir(PARTIAL, 0777), 0);
    create_fails(request("run.avro"), TLM_IO, PARTIAL ": Is a directory");
    leave();
}
END_TEST

/* An empty partial that is also another file is not written to. */
START_TEST(hard_link_at_the_partial)
{
    enter();
    scratch_write("victim", "");
    ck_assert_int_eq(link("victim", PARTIAL), 0);
    struct tlm_part_file *part = create("run.avro");
    write_text(part, "data");
    publish_good(part);
    tlm__part_free(part);
    holds("victim", "");
    holds("run.avro", "data");
    holds(PARTIAL ".1", "");
    leave();
}
END_TEST

START_TEST(target_appears)
{
    enter();
    static const char *const keeps[] = {"theirs", ""};
    for (size_t i = 0; i < 2; i++) {
        struct tlm_part_file *part = create("run.avro");
        write_text(part, "ours");
        scratch_write("run.avro", keeps[i]);
        publish_fails(part, TLM_EXISTS, "run.avro appeared meanwhile");
        message_has(PARTIAL);
        tlm__part_free(part);
        holds("run.avro", keeps[i]);
        holds(PARTIAL, "ours");
        ck_assert_int_eq(unlink("run.avro") | unlink(PARTIAL), 0);
    }
    struct tlm_part_file *part = create("run.avro");
    ck_assert_int_eq(symlink("nowhere", "run.avro"), 0);
    publish_fails(part, TLM_EXISTS, "run.avro appeared meanwhile");
    tlm__part_free(part);
    leave();
}
END_TEST

START_TEST(forced_target_becomes_a_folder)
{
    enter();
    struct tlm_part_request how = request("run.avro");
    how.force = true;
    struct tlm_part_file *part = create_with(how);
    ck_assert_int_eq(mkdir("run.avro", 0777), 0);
    publish_fails(part, TLM_EXISTS, "run.avro exists and is a directory");
    tlm__part_free(part);
    ck_assert(scratch_exists(PARTIAL));
    leave();
}
END_TEST

START_TEST(never_onto_an_input)
{
    enter();
    scratch_write("input.csv", "precious");
    ck_assert_int_eq(link("input.csv", "run.avro"), 0);
    const char *const inputs[] = {"input.csv"};
    ck_assert_int_eq(tlm__folder_protect(&folder, inputs, 1, &error), TLM_OK);
    struct tlm_part_request how = request("run.avro");
    create_fails(how, TLM_EXISTS, "run.avro is also an input of this run");
    how.force = true;
    create_fails(how, TLM_EXISTS, "run.avro is also an input of this run");
    ck_assert_int_eq(unlink("run.avro"), 0);
    struct tlm_part_file *part = create_with(how);
    ck_assert_int_eq(link("input.csv", "run.avro"), 0);
    publish_fails(part, TLM_EXISTS, "run.avro is also an input of this run");
    tlm__part_free(part);
    holds("run.avro", "precious");
    ck_assert(scratch_exists(PARTIAL));
    leave();
}
END_TEST

UNIT_MAIN("part", life_of_a_part, without_errors_asked_for, mode_follows_umask, strange_names,
          in_a_folder, discarded, folder_not_writable, patch_limits, target_exists,
          target_is_no_file, symlink_at_the_partial, others_at_the_partial,
          hard_link_at_the_partial, target_appears, forced_target_becomes_a_folder,
          never_onto_an_input)
