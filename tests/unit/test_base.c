/* The base room: errors, buffers, arena, interning, tags. */
#include "support/unit.h"

#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/intern.h"
#include "base/tags.h"

START_TEST(errors_name_code_cause_and_keep_one_line)
{
    struct tlm_error error;
    ck_assert_int_eq(tlm__fail_errno(&error, TLM_IO, ENOSPC, "a\nb %d", 7), TLM_IO);
    ck_assert_str_eq(error.message, "a?b 7: No space left on device");
    ck_assert_int_eq(error.sys_errno, ENOSPC);
    ck_assert_int_eq(tlm__fail(NULL, TLM_LIMIT, "unseen"), TLM_LIMIT);
    for (int code = 0; code <= TLM_DAMAGED; code++)
        ck_assert_str_ne(tlm_code_name((enum tlm_code)code), "unknown");
    ck_assert_str_eq(tlm_code_name((enum tlm_code)99), "unknown");
    ck_assert(tlm_code_is_row(TLM_ROW_SYNTAX) && tlm_code_is_row(TLM_ROW_CHANNEL));
    ck_assert(!tlm_code_is_row(TLM_OK) && !tlm_code_is_row(TLM_NO_MEMORY));
}
END_TEST

/* A terminal takes nothing from a file for its own. */
START_TEST(messages_are_printable_text)
{
    static const char *const cases[][2] = {
        {"sn\xf9\x1bpy", "sn??py"},
        {"\x7f\x9b\xc2\x9b|\xc2\xa0|", "????|\xc2\xa0|"},
        {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"},
        {"\xed\xa0\x80|\xc0\x80|\xe2\x82", "???|??|??"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tlm_error error;
        tlm__fail(&error, TLM_INPUT, "%s", cases[i][0]);
        ck_assert_str_eq(error.message, cases[i][1]);
    }
}
END_TEST

START_TEST(a_long_path_leaves_room_for_the_reason)
{
    struct tlm_error error;
    char path[4096];
    memset(path, 'p', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    tlm__fail_errno(&error, TLM_IO, ENOSPC, "%s", path);
    ck_assert_ptr_nonnull(strstr(error.message, "...: No space left on device"));
}
END_TEST

START_TEST(buffers_grow_and_refuse_absurd_sizes)
{
    struct tlm_buf buf = {0};
    for (int i = 0; i < 1000; i++)
        ck_assert(tlm__buf_printf(&buf, "%d,", i));
    ck_assert_uint_eq(buf.len, 3890);
    ck_assert(!tlm__buf_reserve(&buf, SIZE_MAX));
    ck_assert_uint_eq(buf.len, 3890);
    ck_assert_int_eq(memcmp(buf.data, "0,1,2,", 6), 0);
    tlm__buf_release(&buf);
}
END_TEST

START_TEST(arena_pieces_stay_where_they_are)
{
    struct tlm_arena arena = {0};
    char *pieces[2000];
    for (int i = 0; i < 2000; i++) {
        pieces[i] = tlm__arena_take(&arena, (size_t)i);
        ck_assert_ptr_nonnull(pieces[i]);
        ck_assert_uint_eq((uintptr_t)pieces[i] % 8, 0);
        memset(pieces[i], i & 0xff, (size_t)i);
    }
    for (int i = 0; i < 2000; i++)
        for (int k = 0; k < i; k++)
            if ((pieces[i][k] & 0xff) != (i & 0xff))
                ck_abort_msg("piece %d was overwritten", i);
    ck_assert_ptr_null(tlm__arena_take(&arena, SIZE_MAX - 3));
    tlm__arena_reset(&arena);
    ck_assert_uint_le(arena.bytes, 1 << 20);
    tlm__arena_release(&arena);
}
END_TEST

START_TEST(interning_numbers_in_order)
{
    struct tlm_intern intern = {0};
    char text[32];
    ck_assert_uint_eq(tlm__intern_find(&intern, "x", 1), TLM_INTERN_NONE);
    for (uint32_t round = 0; round < 2; round++)
        for (uint32_t i = 0; i < 50000; i++) {
            int len = snprintf(text, sizeof text, "name %u", i);
            ck_assert_uint_eq(tlm__intern_add(&intern, text, (size_t)len), i);
        }
    ck_assert_uint_eq(intern.len, 50000);
    ck_assert_uint_eq(tlm__intern_add(&intern, "a\0b", 3), 50000);
    ck_assert_uint_eq(tlm__intern_add(&intern, "a", 1), 50001);
    ck_assert_uint_eq(tlm__intern_find(&intern, "name 4711", 9), 4711);
    ck_assert_str_eq(intern.entries[4711].bytes, "name 4711");
    tlm__intern_release(&intern);
}
END_TEST

START_TEST(tag_sets_do_not_depend_on_order)
{
    struct tlm_buf one = {0}, two = {0};
    struct tlm_tag a[] = {{"b", "2"}, {"a", "1"}, {"c", ""}};
    struct tlm_tag b[] = {{"c", ""}, {"b", "2"}, {"a", "1"}};
    const char *duplicate;
    ck_assert(tlm__tags_encode(&one, a, 3, &duplicate));
    ck_assert_ptr_null(duplicate);
    ck_assert(tlm__tags_encode(&two, b, 3, &duplicate));
    ck_assert_uint_eq(one.len, two.len);
    ck_assert_int_eq(memcmp(one.data, two.data, one.len), 0);
    struct tlm_tag tag;
    size_t at = 0;
    ck_assert_uint_eq(tlm__tags_count((char *)one.data, one.len), 3);
    ck_assert(tlm__tags_next((char *)one.data, one.len, &at, &tag));
    ck_assert_str_eq(tag.key, "a");
    ck_assert_str_eq(tag.value, "1");
    struct tlm_tag twice[] = {{"k", "1"}, {"k", "2"}};
    ck_assert(tlm__tags_encode(&two, twice, 2, &duplicate));
    ck_assert_str_eq(duplicate, "k");
    tlm__buf_release(&one);
    tlm__buf_release(&two);
}
END_TEST

UNIT_MAIN("base", errors_name_code_cause_and_keep_one_line, messages_are_printable_text,
          a_long_path_leaves_room_for_the_reason, buffers_grow_and_refuse_absurd_sizes,
          arena_pieces_stay_where_they_are, interning_numbers_in_order,
          tag_sets_do_not_depend_on_order)
