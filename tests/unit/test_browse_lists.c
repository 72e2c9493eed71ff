/* Lists in the browser: selecting and searching rows, fitting columns, names of series. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "browse/grid.h"
#include "browse/listing.h"
#include "plot/series_key.h"
#include "support/unit.h"

/* ---- selecting ------------------------------------------------------------------------------- */

START_TEST(selection_stays_in_sight)
{
    struct listing list = {0};
    listing_fit(&list, 100, 10);
    listing_move(&list, -1);
    ck_assert_uint_eq(list.selected, 0);
    listing_move(&list, 25);
    ck_assert_uint_eq(list.selected, 25);
    ck_assert_uint_eq(list.top, 16);
    listing_move(&list, 1000);
    ck_assert_uint_eq(list.selected, 99);
    ck_assert_uint_eq(list.top, 90);
    listing_fit(&list, 100, 40); /* a larger window leaves no empty rows */
    ck_assert_uint_eq(list.top, 60);
    listing_fit(&list, 100, 3);
    ck_assert(list.selected == 99 && list.top == 97);
    listing_fit(&list, 5, 3);
    ck_assert_uint_eq(list.selected, 4);
    listing_fit(&list, 0, 0);
    listing_move(&list, 5);
    listing_move(&list, -5);
    ck_assert_uint_eq(list.selected, 0);
}
END_TEST

/* ---- searching ------------------------------------------------------------------------------- */

static void row_text(const void *ctx, size_t row, char out[LISTING_TEXT])
{
    const char *const *rows = ctx;
    snprintf(out, LISTING_TEXT, "%s", rows[row]);
}

START_TEST(search_goes_round)
{
    static const char *const rows[] = {"engine.rpm", "fuel", "Engine.temp", "gear", "engine.oil"};
    struct listing list = {0};
    listing_fit(&list, 5, 2);
    ck_assert(listing_find(&list, "ENGINE", 1, false, row_text, rows));
    ck_assert_uint_eq(list.selected, 2);
    ck_assert(listing_find_next(&list, "engine", false, row_text, rows));
    ck_assert_uint_eq(list.selected, 4);
    ck_assert(listing_find_next(&list, "engine", false, row_text, rows));
    ck_assert_uint_eq(list.selected, 0);
    ck_assert(listing_find_next(&list, "engine", true, row_text, rows));
    ck_assert_uint_eq(list.selected, 4);
    ck_assert(list.top <= 4 && list.top >= 3);
    ck_assert(listing_find_next(&list, "fuel", true, row_text, rows));
    ck_assert(listing_find_next(&list, "fuel", true, row_text, rows)); /* itself */
    ck_assert_uint_eq(list.selected, 1);
    ck_assert(!listing_find_next(&list, "brake", false, row_text, rows));
    ck_assert_uint_eq(list.selected, 1);
    listing_fit(&list, 0, 2);
    ck_assert(!listing_find(&list, "x", 0, false, row_text, rows));
    ck_assert(!listing_find_next(&list, "x", true, row_text, rows));
}
END_TEST

/* ---- columns -------------------------------------------------------------------------------- */

static const struct grid_column columns[] = {
    {.title = "name", .width = 6},
    {.title = "points", .width = 8, .right = true},
    {.title = "rate", .width = 5, .right = true, .optional = 1},
    {.title = "curve", .width = 10, .optional = 2},
};

static void expect_row(int width, const char *want)
{
    static const char *const cells[] = {"a long name \xc3\xa9", "12", "1 Hz", "----"};
    struct grid grid = {columns, 4, true, {0}};
    struct canvas canvas = {0};
    ck_assert(canvas_resize(&canvas, 2, width));
    grid_fit(&grid, width);
    grid_titles(&grid, &canvas, 0);
    grid_row(&grid, &canvas, 1, CANVAS_PLAIN, cells);
    char *line = canvas_line(&canvas, 1);
    ck_assert_str_eq(line, want);
    free(line);
    canvas_release(&canvas);
}

START_TEST(columns_fit)
{
    expect_row(50, "a long name \xc3\xa9                12   1 Hz  ----");
    expect_row(40, "a lon~ame \xc3\xa9        12   1 Hz  ----");
    expect_row(30, "a long name \xc3\xa9        12   1 Hz");
    expect_row(23, "a l~ \xc3\xa9        12   1 Hz");
    expect_row(22, "a long~ame \xc3\xa9        12");
    expect_row(16, "a l~ \xc3\xa9        12");
    expect_row(4, "~");
}
END_TEST

START_TEST(characters_keep_their_cells)
{
    struct canvas canvas = {0};
    ck_assert(canvas_resize(&canvas, 1, 6));
    ck_assert_int_eq(canvas_put(&canvas, 0, 0, 6, CANVAS_PLAIN, "e\xcc\x81\xe6\xbc\xa2x"), 4);
    char *line = canvas_line(&canvas, 0);
    ck_assert_str_eq(line, "e\xcc\x81\xe6\xbc\xa2x"); /* a mark, a wide character */
    free(line);
    canvas_clear(&canvas);
    canvas_put(&canvas, 0, 5, 9, CANVAS_PLAIN, "\xe6\xbc\xa2"); /* half of it has no room */
    canvas_put(&canvas, 0, -3, 9, CANVAS_PLAIN, "abcdef");
    canvas_put(&canvas, 7, 0, 9, CANVAS_PLAIN, "below");
    line = canvas_line(&canvas, 0);
    ck_assert_str_eq(line, "def");
    free(line);
    canvas_release(&canvas);
}
END_TEST

/* ---- series --------------------------------------------------------------------------------- */

static struct tlm_string text_of(const char *text)
{
    return (struct tlm_string){text, strlen(text)};
}

static void expect_label(const struct tlm_run_of_points *points, const char *label,
                         const char *glob)
{
    struct series_key key = {0};
    ck_assert(series_key_set(&key, points));
    char *got = series_key_label(key.bytes, key.len);
    char *pattern = series_key_glob(key.bytes, key.len);
    ck_assert_str_eq(got, label);
    ck_assert_str_eq(pattern, glob);
    ck_assert(series_key_is(key.bytes, key.len, points));
    free(got);
    free(pattern);
    series_key_release(&key);
}

START_TEST(series_have_keys)
{
    const struct tlm_file_pair tags[] = {{text_of("id"), text_of("7")},
                                         {text_of("unit"), text_of("")}};
    struct tlm_run_of_points points = {.channel = text_of("bus[0]*"), .tags = tags};
    expect_label(&points, "bus[0]*", "bus\\[0\\]\\*");
    points.n_tags = 1;
    expect_label(&points, "bus[0]*{id=7}", "bus\\[0\\]\\*");
    points.n_tags = 2;
    expect_label(&points, "bus[0]*{id=7,unit=}", "bus\\[0\\]\\*");
    points.channel = text_of("");
    expect_label(&points, "{id=7,unit=}", "");
    points.n_tags = 0;
    expect_label(&points, "", "");
    points.channel = text_of("Z\xc3\xbcndung");
    expect_label(&points, "Z\xc3\xbcndung", "*");
    points.channel = text_of("a\x1b[31m");
    expect_label(&points, "a?[31m", "*");
}
END_TEST

START_TEST(series_are_told_apart)
{
    const struct tlm_file_pair one[] = {{text_of("a"), text_of("bc")}};
    const struct tlm_file_pair two[] = {{text_of("ab"), text_of("c")}};
    const struct tlm_run_of_points points = {.channel = text_of("x"), .tags = one, .n_tags = 1};
    struct series_key key = {0};
    ck_assert(series_key_set(&key, &points));
    struct tlm_run_of_points other = points;
    other.tags = two;
    ck_assert(!series_key_is(key.bytes, key.len, &other));
    other = points;
    other.n_tags = 0;
    ck_assert(!series_key_is(key.bytes, key.len, &other));
    other = points;
    other.channel = text_of("y");
    ck_assert(!series_key_is(key.bytes, key.len, &other));
    series_key_release(&key);
}
END_TEST

UNIT_MAIN("browse_lists", selection_stays_in_sight, search_goes_round, columns_fit,
          characters_keep_their_cells, series_have_keys, series_are_told_apart)
