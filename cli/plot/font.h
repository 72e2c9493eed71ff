/* The letters of pictures made of pixels: ASCII and a few signs, five pixels wide. */
#ifndef FONT_H
#define FONT_H

#include <stdint.h>

#define FONT_COLUMNS 5
#define FONT_ROWS 9    /* the last two are below the line that letters stand on */
#define FONT_ADVANCE 6 /* to the next letter */
#define FONT_BASE 7    /* rows above that line */

/* Rows from the top, the leftmost pixel of each being bit 4. What the font does not have is a box.
 */
const uint8_t *font_glyph(uint32_t code_point);

#endif
