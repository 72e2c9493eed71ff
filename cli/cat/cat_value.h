/* The value of a point as text. */
#ifndef CAT_VALUE_H
#define CAT_VALUE_H

#include "cat/cat_format.h"
#include "cat/cat_text.h"

/* Room for a double or an integer, in quotes or not. */
#define CAT_NUMBER_TEXT 32

/* Both return the length. */
size_t cat_value_double(double value, char out[CAT_NUMBER_TEXT]);
size_t cat_value_long(const struct cat_format *format, int64_t value, char out[CAT_NUMBER_TEXT]);

/* Appends a value of any type. *typed is set, else left as it is, when `tlm write` would take this
 * JSON for another type; in a cell, when it is no number. False: memory is out. */
bool cat_value_add(struct cat_text *out, const struct cat_format *format, enum tlm_type type,
                   const union tlm_point_value *value, bool *typed);

/* An object of tags. False: memory is out. */
bool cat_value_tags(struct cat_text *out, const struct tlm_file_pair *tags, size_t n);

#endif
