/* Pixels to draw on. */
#ifndef RASTER_H
#define RASTER_H

#include "plot/picture.h"

struct raster {
    unsigned width, height;
    uint8_t *rgb;   /* three bytes a pixel, row by row */
    uint8_t *cover; /* how much of each pixel the line covers that is being drawn */
};

/* Paper of that size. False: memory is out. */
bool raster_init(struct raster *raster, unsigned width, unsigned height);
void raster_release(struct raster *raster);
/* Colours are 0xRRGGBB. What lies outside is cut off. */
void raster_rect(struct raster *raster, uint32_t color, struct picture_point at, double width,
                 double height);
/* A line through n points, with smooth edges; one point alone is a dot. */
void raster_line(struct raster *raster, uint32_t color, double stroke,
                 const struct picture_point *points, size_t n);
/* UTF-8, twice the size of the font (see font.h), from the left, on the line that letters stand
 * on. */
void raster_text(struct raster *raster, uint32_t color, struct picture_point at, bool bold,
                 const char *text);

#endif
