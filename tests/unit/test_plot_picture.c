/* Pictures: letters, lines and boxes, and both kinds of files that are made of them. */
#include <stdlib.h>
#include <string.h>

#include "plot/font.h"
#include "plot/png_page.h"
#include "plot/raster.h"
#include "plot/svg_page.h"
#include "support/unit.h"

START_TEST(letters_differ)
{
    for (uint32_t a = 0x20; a < 0x7f; a++)
        for (uint32_t b = 0x20; b < 0x7f; b++) {
            bool same = memcmp(font_glyph(a), font_glyph(b), FONT_ROWS) == 0;
            ck_assert_msg(same == (a == b), "%c and %c", (int)a, (int)b);
        }
    for (uint32_t a = 0x21; a < 0x7f; a++)
        for (int row = 0; row < FONT_ROWS; row++)
            ck_assert_uint_lt(font_glyph(a)[row], 1u << FONT_COLUMNS);
    ck_assert_ptr_eq(font_glyph(0x4e00), font_glyph(0x1f600));
    ck_assert_ptr_ne(font_glyph(0x4e00), font_glyph('?'));
}
END_TEST

static uint32_t pixel(const struct raster *raster, unsigned x, unsigned y)
{
    const uint8_t *at = raster->rgb + 3 * (y * raster->width + x);
    return (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
}

START_TEST(what_lies_outside_is_cut_off)
{
    static const struct picture_point line[] = {{-50, -50}, {5, 5}, {500, 3}, {5, 900}};
    struct raster raster;
    ck_assert(raster_init(&raster, 20, 10));
    raster_rect(&raster, 0xff0000, (struct picture_point){-5, -5}, 7, 7);
    raster_rect(&raster, 0x0000ff, (struct picture_point){18, 8}, 1e9, 1e9);
    raster_line(&raster, 0x00ff00, 2, line, 4);
    raster_text(&raster, 0x000000, (struct picture_point){-7, 3}, true, "W\xe6\xb8\xa9W");
    raster_text(&raster, 0x000000, (struct picture_point){1e7, 1e7}, false, "W");
    ck_assert_uint_eq(pixel(&raster, 19, 9), 0x0000ff);
    ck_assert_uint_eq(pixel(&raster, 4, 4), 0x00ff00);
    raster_release(&raster);
}
END_TEST

START_TEST(lines_have_no_holes)
{
    static const struct picture_point line[] = {{2.5, 3.5}, {57.5, 36.5}};
    struct raster raster;
    ck_assert(raster_init(&raster, 60, 40));
    raster_line(&raster, 0, 1.6, line, 2);
    for (unsigned x = 3; x < 57; x++) {
        unsigned ink = 0;
        for (unsigned y = 0; y < 40; y++)
            ink += 0xff - (pixel(&raster, x, y) & 0xff);
        ck_assert_msg(ink > 300 && ink < 700, "column %u has %u", x, ink);
    }
    ck_assert_uint_eq(pixel(&raster, 30, 5), PICTURE_PAPER);
    raster_release(&raster);
}
END_TEST

/* Everything there is, with a text that XML cares about. */
static void draw(struct picture *picture)
{
    *picture = (struct picture){.width = 120, .height = 60, .title = "a<b"};
    picture_rect(picture, PICTURE_GRID, (struct picture_point){10, 20}, 100, 1);
    picture_line_from(picture, PICTURE_CURVE, (struct picture_point){10, 50});
    picture_line_to(picture, (struct picture_point){60.25, 10});
    picture_line_to(picture, (struct picture_point){110, 50});
    picture_line_end(picture);
    picture_line_from(picture, PICTURE_NOTICE, (struct picture_point){100, 10});
    picture_line_end(picture);
    picture_text(picture, PICTURE_LABEL, (struct picture_point){60, 58}, PICTURE_MIDDLE, 100,
                 "<&\">");
    ck_assert(!picture->failed);
}

static char *page(bool (*make)(FILE *, const struct picture *), size_t *len)
{
    struct picture picture;
    char *bytes = NULL;
    draw(&picture);
    FILE *out = open_memstream(&bytes, len);
    ck_assert(make(out, &picture));
    fclose(out);
    picture_release(&picture);
    return bytes;
}

START_TEST(svg_says_what_there_is)
{
    size_t len;
    char *text = page(svg_page, &len);
    ck_assert_ptr_nonnull(strstr(text, "viewBox=\"0 0 120 60\""));
    ck_assert_ptr_nonnull(strstr(text, "<title>a&lt;b</title>"));
    ck_assert_ptr_nonnull(strstr(text, "d=\"M10 50L60.25 10 110 50\"/>"));
    ck_assert_ptr_nonnull(strstr(text, "<circle cx=\"100\" cy=\"10\" r=\"3\""));
    ck_assert_ptr_nonnull(strstr(text, "text-anchor=\"middle\">&lt;&amp;\"&gt;</text>"));
    ck_assert_str_eq(text + len - 7, "</svg>\n");
    free(text);
}
END_TEST

START_TEST(png_is_one)
{
    static const char signature[] = "\x89PNG\r\n\x1a\n";
    size_t len;
    char *bytes = page(png_page, &len);
    ck_assert_uint_gt(len, 60);
    ck_assert_mem_eq(bytes, signature, 8);
    ck_assert_mem_eq(bytes + 12, "IHDR\0\0\0\x78\0\0\0\x3c\x08\x02", 14);
    ck_assert_mem_eq(bytes + len - 8, "IEND", 4);
    free(bytes);
}
END_TEST

START_TEST(texts_are_cut_in_the_middle)
{
    struct picture picture = {.width = 100, .height = 50, .title = ""};
    picture_text(&picture, PICTURE_LABEL, (struct picture_point){0, 0}, PICTURE_START,
                 5 * PICTURE_ADVANCE, "engine.temperature");
    ck_assert_str_eq(picture.items[0].text, "en\u2026re");
    picture_release(&picture);
}
END_TEST

UNIT_MAIN("plot_picture", letters_differ, what_lies_outside_is_cut_off, lines_have_no_holes,
          svg_says_what_there_is, png_is_one, texts_are_cut_in_the_middle)
