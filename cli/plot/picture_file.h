/* A picture into files. */
#ifndef PICTURE_FILE_H
#define PICTURE_FILE_H

#include <stdio.h>

#include "plot/picture.h"
#include "tlm.h"

/* What makes the bytes: svg_page or png_page. */
typedef bool picture_page(FILE *out, const struct picture *picture);

/* Writes it to this path, "-" being standard output. The file appears when it is whole, in the
 * place of one that is there. */
enum tlm_code picture_file_write(const char *path, picture_page *page,
                                 const struct picture *picture, struct tlm_error *error);

#endif
