/* Counting texts within limits, and forgetting the rarest. */
#include <stdio.h>
#include <string.h>

#include "inspect/text_hash.h"
#include "stats/text_counts.h"
#include "support/unit.h"

static const struct text_limits wide = {100, 1 << 20};

static void add(struct text_counts *counts, const struct text_limits *limits, const char *text,
                uint64_t times)
{
    const struct text_count one = {text, strlen(text), text_hash(1, text, strlen(text)), times};
    ck_assert(text_counts_add(counts, limits, &one));
}

static void check_top(const struct text_counts *counts, size_t n, const char *const *texts,
                      const uint64_t *times)
{
    const struct text_count *top[8];
    ck_assert_uint_eq(text_counts_top(counts, top, 8), n);
    for (size_t i = 0; i < n; i++) {
        ck_assert_uint_eq(top[i]->len, strlen(texts[i]));
        ck_assert_mem_eq(top[i]->text, texts[i], top[i]->len);
        ck_assert_uint_eq(top[i]->count, times[i]);
    }
}

START_TEST(the_most_frequent_come_first_then_by_their_bytes)
{
    struct text_counts counts = {0};
    add(&counts, &wide, "b", 2);
    add(&counts, &wide, "", 1);
    add(&counts, &wide, "ab", 2);
    add(&counts, &wide, "a", 1);
    add(&counts, &wide, "c", 3);
    add(&counts, &wide, "a", 1);
    check_top(&counts, 5, (const char *const[]){"c", "a", "ab", "b", ""},
              (const uint64_t[]){3, 2, 2, 2, 1});
    ck_assert(!counts.more);
    text_counts_release(&counts);
}
END_TEST

START_TEST(new_texts_are_left_out_beyond_the_limits)
{
    const struct text_limits two = {2, 1 << 20};
    struct text_counts counts = {0};
    add(&counts, &two, "a", 1);
    add(&counts, &two, "b", 1);
    add(&counts, &two, "c", 1);
    add(&counts, &two, "a", 1);
    check_top(&counts, 2, (const char *const[]){"a", "b"}, (const uint64_t[]){2, 1});
    ck_assert(counts.more);
    ck_assert_uint_eq(counts.seen, 2);
    text_counts_reset(&counts);
    ck_assert(!counts.more);
    add(&counts, &wide, "c", 1);
    check_top(&counts, 1, (const char *const[]){"c"}, (const uint64_t[]){1});
    text_counts_release(&counts);
}
END_TEST

START_TEST(shrinking_forgets_the_rarest)
{
    const struct text_limits few = {6, 1 << 20};
    struct text_counts counts = {0};
    char text[8];
    for (unsigned i = 0; i < 50; i++) {
        snprintf(text, sizeof text, "t%02u", i);
        add(&counts, &wide, text, i * 7 % 50);
    }
    ck_assert(text_counts_shrink(&counts, &wide));
    ck_assert(!counts.more);
    ck_assert(text_counts_shrink(&counts, &few));
    ck_assert(counts.more);
    ck_assert_uint_eq(counts.seen, 50);
    check_top(&counts, 3, (const char *const[]){"t07", "t14", "t21"},
              (const uint64_t[]){49, 48, 47});
    text_counts_release(&counts);
}
END_TEST

UNIT_MAIN("text_counts", the_most_frequent_come_first_then_by_their_bytes,
          new_texts_are_left_out_beyond_the_limits, shrinking_forgets_the_rarest)
