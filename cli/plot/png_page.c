#include "plot/png_page.h"

#include <png.h>
#include <stdlib.h>

#include "plot/raster.h"

/* ---- drawing -------------------------------------------------------------------------------- */

static void draw_text(struct raster *raster, const struct picture_item *item)
{
    static const double shares[] = {[PICTURE_START] = 0, [PICTURE_MIDDLE] = 0.5, [PICTURE_END] = 1};
    struct picture_point at = item->at;
    at.x -= shares[item->anchor] * picture_text_width(item->text);
    raster_text(raster, picture_color(item->role), at, item->role == PICTURE_TITLE, item->text);
}

static void draw_item(struct raster *raster, const struct picture *picture,
                      const struct picture_item *item)
{
    const uint32_t color = picture_color(item->role);
    switch (item->kind) {
    case PICTURE_LINE_ITEM:
        raster_line(raster, color, PICTURE_STROKE, picture->points + item->first, item->n);
        break;
    case PICTURE_DOT_ITEM:
        raster_line(raster, color, 2 * PICTURE_DOT, &item->at, 1);
        break;
    case PICTURE_RECT_ITEM:
        raster_rect(raster, color, item->at, item->width, item->height);
        break;
    case PICTURE_TEXT_ITEM:
        draw_text(raster, item);
        break;
    }
}

/* ---- writing -------------------------------------------------------------------------------- */

/* libpng leaves by longjmp when something is wrong: nothing but it happens in here. */
static bool write_rows(png_structp png, png_infop info, FILE *out, const struct raster *raster)
{
    if (setjmp(png_jmpbuf(png)))
        return false;
    png_init_io(png, out);
    png_set_IHDR(png, info, raster->width, raster->height, 8, PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    for (unsigned y = 0; y < raster->height; y++)
        png_write_row(png, raster->rgb + 3 * (size_t)y * raster->width);
    png_write_end(png, info);
    return true;
}

static void ignore(png_structp png, png_const_charp message)
{
    (void)png;
    (void)message;
}

static void give_up(png_structp png, png_const_charp message)
{
    (void)message;
    png_longjmp(png, 1);
}

static bool write_png(FILE *out, const struct raster *raster)
{
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, give_up, ignore);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    bool written = info && write_rows(png, info, out, raster);
    png_destroy_write_struct(&png, &info);
    return written && !ferror(out);
}

bool png_page(FILE *out, const struct picture *picture)
{
    struct raster raster;
    if (!raster_init(&raster, picture->width, picture->height))
        return false;
    for (size_t i = 0; i < picture->n; i++)
        draw_item(&raster, picture, &picture->items[i]);
    bool written = write_png(out, &raster);
    raster_release(&raster);
    return written;
}
