/* A picture as PNG. */
#ifndef PNG_PAGE_H
#define PNG_PAGE_H

#include <stdio.h>

#include "plot/picture.h"

/* False: memory is out, or writing failed. */
bool png_page(FILE *out, const struct picture *picture);

#endif
