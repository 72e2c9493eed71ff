/* A canvas as lines of text on a stream. */
#ifndef CANVAS_PRINT_H
#define CANVAS_PRINT_H

#include <stdio.h>

#include "plot/canvas.h"

/* Lines without the blanks at their ends. */
void canvas_print(const struct canvas *canvas, FILE *out, bool color);

#endif
