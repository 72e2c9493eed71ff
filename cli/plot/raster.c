#include "plot/raster.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plot/font.h"

#define SCALE 2 /* pixels of the picture for one of the font */

/* Pixels from x0, y0 up to before x1, y1. */
struct box {
    long x0, y0, x1, y1;
};

bool raster_init(struct raster *raster, unsigned width, unsigned height)
{
    const size_t n = (size_t)width * height;
    *raster = (struct raster){width, height, malloc(3 * n + 1), calloc(n + 1, 1)};
    if (!raster->rgb || !raster->cover) {
        raster_release(raster);
        return false;
    }
    memset(raster->rgb, 0xff, 3 * n); /* PICTURE_PAPER */
    return true;
}

void raster_release(struct raster *raster)
{
    free(raster->rgb);
    free(raster->cover);
    *raster = (struct raster){0};
}

static struct box clip(const struct raster *raster, double x0, double y0, double x1, double y1)
{
    return (struct box){
        .x0 = (long)fmax(0, fmin(x0, raster->width)),
        .y0 = (long)fmax(0, fmin(y0, raster->height)),
        .x1 = (long)fmax(0, fmin(x1, raster->width)),
        .y1 = (long)fmax(0, fmin(y1, raster->height)),
    };
}

static void blend(struct raster *raster, long x, long y, uint32_t color, unsigned cover)
{
    uint8_t *pixel = raster->rgb + 3 * ((size_t)y * raster->width + (size_t)x);
    for (unsigned i = 0; i < 3; i++) {
        unsigned ink = color >> (16 - 8 * i) & 0xff;
        pixel[i] = (uint8_t)((pixel[i] * (255 - cover) + ink * cover + 127) / 255);
    }
}

static void fill(struct raster *raster, const struct box *box, uint32_t color)
{
    for (long y = box->y0; y < box->y1; y++)
        for (long x = box->x0; x < box->x1; x++)
            blend(raster, x, y, color, 255);
}

void raster_rect(struct raster *raster, uint32_t color, struct picture_point at, double width,
                 double height)
{
    double x0 = floor(at.x + 0.5), y0 = floor(at.y + 0.5);
    double x1 = floor(at.x + width + 0.5), y1 = floor(at.y + height + 0.5);
    const struct box box = clip(raster, x0, y0, x1, y1);
    fill(raster, &box, color);
}

/* ---- lines ---------------------------------------------------------------------------------- */

/* Distance of a place from the part of a line from a to b. */
static double distance(struct picture_point a, struct picture_point b, double x, double y)
{
    double dx = b.x - a.x, dy = b.y - a.y, square = dx * dx + dy * dy;
    double part = square > 0 ? ((x - a.x) * dx + (y - a.y) * dy) / square : 0;
    part = fmax(0, fmin(1, part));
    return hypot(x - a.x - part * dx, y - a.y - part * dy);
}

/* Where the part of a to b lies that is between two heights, widened by `by`. */
static struct box row_box(const struct raster *raster, struct picture_point a,
                          struct picture_point b, double y, double by)
{
    double from = 0, to = 1, dy = b.y - a.y;
    if (fabs(dy) > 1e-9) {
        double one = (y - by - a.y) / dy, other = (y + by - a.y) / dy;
        from = fmax(0, fmin(1, fmin(one, other)));
        to = fmax(0, fmin(1, fmax(one, other)));
    }
    double x0 = a.x + from * (b.x - a.x), x1 = a.x + to * (b.x - a.x);
    return clip(raster, floor(fmin(x0, x1) - by), y, ceil(fmax(x0, x1) + by), y + 1);
}

static void cover_segment(struct raster *raster, struct picture_point a, struct picture_point b,
                          double radius)
{
    const double by = radius + 1;
    const struct box rows =
        clip(raster, 0, floor(fmin(a.y, b.y) - by), raster->width, ceil(fmax(a.y, b.y) + by));
    for (long y = rows.y0; y < rows.y1; y++) {
        const struct box row = row_box(raster, a, b, (double)y + 0.5, by + 0.5);
        for (long x = row.x0; x < row.x1; x++) {
            double inside = radius + 0.5 - distance(a, b, (double)x + 0.5, (double)y + 0.5);
            unsigned cover = inside <= 0 ? 0 : inside >= 1 ? 255 : (unsigned)(inside * 255);
            uint8_t *now = &raster->cover[(size_t)y * raster->width + (size_t)x];
            *now = cover > *now ? (uint8_t)cover : *now;
        }
    }
}

/* Paints what is covered, and uncovers it. */
static void paint(struct raster *raster, uint32_t color, const struct box *box)
{
    for (long y = box->y0; y < box->y1; y++)
        for (long x = box->x0; x < box->x1; x++) {
            uint8_t *cover = &raster->cover[(size_t)y * raster->width + (size_t)x];
            if (*cover)
                blend(raster, x, y, color, *cover);
            *cover = 0;
        }
}

void raster_line(struct raster *raster, uint32_t color, double stroke,
                 const struct picture_point *points, size_t n)
{
    double x0 = raster->width, y0 = raster->height, x1 = 0, y1 = 0;
    for (size_t i = 0; i < n; i++) {
        cover_segment(raster, points[i ? i - 1 : 0], points[i], stroke / 2);
        x0 = fmin(x0, points[i].x);
        x1 = fmax(x1, points[i].x);
        y0 = fmin(y0, points[i].y);
        y1 = fmax(y1, points[i].y);
    }
    const double by = stroke + 3;
    const struct box box = clip(raster, x0 - by, y0 - by, x1 + by, y1 + by);
    paint(raster, color, &box);
}

/* ---- texts ---------------------------------------------------------------------------------- */

/* The next code point of clean UTF-8. */
static uint32_t next_code_point(const char **text)
{
    const unsigned char *byte = (const unsigned char *)*text;
    unsigned more = *byte >= 0xf0 ? 3 : *byte >= 0xe0 ? 2 : *byte >= 0xc0 ? 1 : 0;
    uint32_t code = more ? *byte & (0x3fu >> more) : *byte;
    for (byte++; more && (*byte & 0xc0) == 0x80; more--)
        code = code << 6 | (*byte++ & 0x3f);
    *text = (const char *)byte;
    return code;
}

static bool is_set(const uint8_t *glyph, int row, int column)
{
    return row >= 0 && row < FONT_ROWS && column >= 0 && column < FONT_COLUMNS &&
           glyph[row] >> (FONT_COLUMNS - 1 - column) & 1;
}

/* Whether a quarter of a pixel of the font is ink. Corners between diagonal neighbours are filled
 * in or taken off, which makes slanted strokes smooth. */
static bool quarter(const uint8_t *glyph, int row, int column, bool lower, bool right)
{
    int up = lower ? 1 : -1, side = right ? 1 : -1;
    bool here = is_set(glyph, row, column);
    bool beside = is_set(glyph, row, column + side), above = is_set(glyph, row + up, column);
    bool other_side = is_set(glyph, row, column - side), below = is_set(glyph, row - up, column);
    if (beside == above && beside != other_side && above != below)
        return beside;
    return here;
}

static void put_glyph(struct raster *raster, uint32_t color, double left, double top,
                      const uint8_t *glyph)
{
    for (int row = 0; row < SCALE * FONT_ROWS; row++)
        for (int column = 0; column < SCALE * FONT_COLUMNS; column++) {
            double x = left + column, y = top + row;
            const struct box box = clip(raster, x, y, x + 1, y + 1);
            if (x >= 0 && y >= 0 &&
                quarter(glyph, row / SCALE, column / SCALE, row % SCALE, column % SCALE))
                fill(raster, &box, color);
        }
}

void raster_text(struct raster *raster, uint32_t color, struct picture_point at, bool bold,
                 const char *text)
{
    double left = floor(at.x + 0.5), top = floor(at.y + 0.5) - SCALE * FONT_BASE;
    for (; *text; left += SCALE * FONT_ADVANCE) {
        const uint8_t *glyph = font_glyph(next_code_point(&text));
        put_glyph(raster, color, left, top, glyph);
        if (bold)
            put_glyph(raster, color, left + 1, top, glyph);
    }
}
