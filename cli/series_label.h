/* Names of series as they are printed: channel{tag=value,tag=value}. */
#ifndef SERIES_LABEL_H
#define SERIES_LABEL_H

#include <stdio.h>

#include "tlm.h"

/* Control characters, which could be taken for the end of a line, become \n, \t and \xHH. */
void series_label_print(FILE *out, struct tlm_string channel, const struct tlm_file_pair *tags,
                        size_t n_tags);

#endif
