/* Names by their text. */
#include "rows/name_table.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/unit.h"

enum { NAMES = 3000, LONGEST = 40 };

/* Stands for struct tlm_name, which the table does not look into. */
static struct tlm_name *name_of(char *text)
{
    return (struct tlm_name *)(void *)text;
}

/* Names of all lengths that differ in one place only: at the start, in the middle, at the end. */
START_TEST(names_are_told_apart)
{
    struct tlm_name_table table = {0};
    static char texts[LONGEST + 1][LONGEST][LONGEST];
    for (size_t len = 0; len <= LONGEST; len++)
        for (size_t at = 0; at < (len ? len : 1); at++) {
            char *text = texts[len][at];
            memset(text, 'x', LONGEST);
            if (len)
                text[at] = 'y';
            ck_assert_ptr_null(tlm__name_find(&table, text, len));
            ck_assert(tlm__name_put(&table, text, len, name_of(text)));
        }
    for (size_t len = 0; len <= LONGEST; len++)
        for (size_t at = 0; at < (len ? len : 1); at++) {
            char copy[LONGEST];
            memcpy(copy, texts[len][at], LONGEST);
            ck_assert_ptr_eq(tlm__name_find(&table, copy, len), name_of(texts[len][at]));
        }
    tlm__name_table_release(&table);
}
END_TEST

START_TEST(many_names)
{
    struct tlm_name_table table = {0};
    static char texts[NAMES][LONGEST];
    for (int i = 0; i < NAMES; i++) {
        int len = snprintf(texts[i], LONGEST, "a/rather/long/%d/name", i);
        ck_assert(tlm__name_put(&table, texts[i], (size_t)len, name_of(texts[i])));
    }
    for (int i = 0; i < NAMES; i++)
        ck_assert_ptr_eq(tlm__name_find(&table, texts[i], strlen(texts[i])), name_of(texts[i]));
    ck_assert_ptr_null(tlm__name_find(&table, "a/rather/long/3000/name", 23));
    ck_assert_uint_gt(tlm__name_table_bytes(&table), NAMES * sizeof(struct tlm_name_slot));
    tlm__name_table_release(&table);
}
END_TEST

UNIT_MAIN("name_table", names_are_told_apart, many_names)
