/* A picture as SVG. */
#ifndef SVG_PAGE_H
#define SVG_PAGE_H

#include <stdio.h>

#include "plot/picture.h"

/* False: memory is out, or writing failed. */
bool svg_page(FILE *out, const struct picture *picture);

#endif
