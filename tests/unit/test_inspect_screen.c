/* Text of files on a terminal, tables, small curves. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "screen.h"
#include "screen_text.h"
#include "sparkline.h"
#include "support/unit.h"

static void ck_clean(const char *text, size_t len, const char *clean)
{
    char *got = screen_text_clean(text, len);
    ck_assert_str_eq(got, clean);
    free(got);
}

START_TEST(clean)
{
    ck_clean("plain", 5, "plain");
    ck_clean("a\033[31mb", 7, "a?[31mb");
    ck_clean("a\nb\tc\0d", 7, "a?b?c?d");
    ck_clean("\xc2\x9b"
             "31m",
             5, "?31m"); /* a C1 control character */
    ck_clean("\xe2\x80\xae"
             "abc",
             6, "?abc");                /* right-to-left override */
    ck_clean("\xff\xc0\x80", 3, "???"); /* no UTF-8 */
    ck_clean("\xed\xa0\x80", 3, "???"); /* half a surrogate pair */
    ck_clean("\xc3", 1, "?");           /* cut off */
    ck_clean("caf\xc3\xa9 \xe6\xb8\xa9", 9, "caf\xc3\xa9 \xe6\xb8\xa9");
}
END_TEST

START_TEST(widths)
{
    ck_assert_uint_eq(screen_text_width(""), 0);
    ck_assert_uint_eq(screen_text_width("caf\xc3\xa9"), 4);
    ck_assert_uint_eq(screen_text_width("e\xcc\x81"), 1);
    ck_assert_uint_eq(screen_text_width("\xe6\xb8\xa9\xe5\xba\xa6"), 4);
    ck_assert_uint_eq(screen_text_width("\xf0\x9f\x98\x80"), 2);
}
END_TEST

static void ck_cut(const char *text, size_t width, enum screen_text_end where, bool ascii,
                   const char *cut)
{
    char *copy = strdup(text);
    ck_assert(screen_text_cut(&copy, width, where, ascii));
    ck_assert_str_eq(copy, cut);
    ck_assert_uint_le(screen_text_width(copy), width);
    free(copy);
}

START_TEST(cut)
{
    ck_cut("abcdef", 6, SCREEN_TEXT_CUT_END, false, "abcdef");
    ck_cut("abcdef", 5, SCREEN_TEXT_CUT_END, false, "abcd\u2026");
    ck_cut("abcdef", 5, SCREEN_TEXT_CUT_END, true, "abcd~");
    ck_cut("abcdefgh", 6, SCREEN_TEXT_CUT_MIDDLE, true, "abc~gh");
    ck_cut("abcdefgh", 1, SCREEN_TEXT_CUT_MIDDLE, true, "~");
    ck_cut("abcdefgh", 0, SCREEN_TEXT_CUT_END, true, "");
    ck_cut("\xe6\xb8\xa9\xe5\xba\xa6\xe6\xb8\xa9", 4, SCREEN_TEXT_CUT_END, true, "\xe6\xb8\xa9~");
    ck_cut("\xe6\xb8\xa9\xe5\xba\xa6\xe6\xb8\xa9", 5, SCREEN_TEXT_CUT_MIDDLE, true,
           "\xe6\xb8\xa9~\xe6\xb8\xa9");
}
END_TEST

static const struct screen_column columns[] = {
    {.title = "name", .shrinks_to = 5, .middle = true},
    {.title = "n", .right = true},
    {.title = "x", .optional = 2},
    {.title = "y", .optional = 2},
    {.title = "z", .optional = 1},
};

static void ck_table(size_t width, const char *expected)
{
    const struct screen_look look = {.width = width, .ascii = true};
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    struct screen_table *table = screen_table_new(columns, 5);
    const char *const cells[] = {"channel-one", "1", "xx", "yy", "zz", "two", "22", "", "y", ""};
    for (size_t i = 0; i < 10; i++)
        screen_table_add(table, cells[i]);
    ck_assert(screen_table_print(table, out, &look, 1));
    fclose(out);
    ck_assert_str_eq(text, expected);
    screen_table_free(table);
    free(text);
}

START_TEST(table)
{
    ck_table(80, " name          n  x   y   z\n"
                 " channel-one   1  xx  yy  zz\n"
                 " two          22      y\n");
    ck_table(25, " name       n  x   y   z\n"
                 " chan~one   1  xx  yy  zz\n"
                 " two       22      y\n");
    ck_table(18, " name        n  z\n"
                 " chan~-one   1  zz\n"
                 " two        22\n");
    ck_table(12, " name      n\n"
                 " cha~one   1\n"
                 " two      22\n");
}
END_TEST

/* What differs keeps differing as long as other columns can go. */
static void ck_names(size_t width, const char *expected)
{
    static const char *const names[] = {"unit.cpu.cost_ms", "unit.mem.cost_ms", "unit.cpu.cost_us"};
    const struct screen_look look = {.width = width, .ascii = true};
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    struct screen_table *made = screen_table_new(columns, 5);
    for (size_t i = 0; i < 3; i++) {
        screen_table_add(made, names[i]);
        for (size_t k = 1; k < 5; k++)
            screen_table_add(made, "1");
    }
    ck_assert(screen_table_print(made, out, &look, 0));
    fclose(out);
    ck_assert_str_eq(text, expected);
    screen_table_free(made);
    free(text);
}

START_TEST(names_stay_different)
{
    ck_names(28, "name              n  x  y  z\n"
                 "unit.cpu.cost_ms  1  1  1  1\n"
                 "unit.mem.cost_ms  1  1  1  1\n"
                 "unit.cpu.cost_us  1  1  1  1\n");
    ck_names(26, "name            n  x  y  z\n"
                 "unit.cp~ost_ms  1  1  1  1\n"
                 "unit.me~ost_ms  1  1  1  1\n"
                 "unit.cp~ost_us  1  1  1  1\n");
    ck_names(20, "name            n  z\n"
                 "unit.cp~ost_ms  1  1\n"
                 "unit.me~ost_ms  1  1\n"
                 "unit.cp~ost_us  1  1\n");
    ck_names(10, "name     n\n"
                 "uni~_ms  1\n"
                 "uni~_ms  1\n"
                 "uni~_us  1\n");
}
END_TEST

START_TEST(curve)
{
    char text[5 * SPARKLINE_BYTES + 1];
    ck_assert_str_eq(sparkline_draw(text, (double[]){0, 7, NAN, 3, 1}, 5, true), "_# =.");
    ck_assert_str_eq(sparkline_draw(text, (double[]){5, 5}, 2, false), "\u2584\u2584");
    ck_assert_str_eq(sparkline_draw(text, (double[]){-1e308, 1e308, INFINITY}, 3, true), "_##");
    ck_assert_str_eq(sparkline_draw(text, (double[]){NAN, NAN}, 2, false), "  ");
}
END_TEST

UNIT_MAIN("inspect_screen", clean, widths, cut, table, names_stay_different, curve)
