/* Texts as JSON strings and as CSV cells. */
#ifndef CAT_QUOTE_H
#define CAT_QUOTE_H

#include "cat/cat_text.h"

/* Both return false when memory is out. */

/* In quotes; what is not UTF-8 becomes U+FFFD. */
bool cat_quote_json(struct cat_text *out, struct tlm_string text);
/* RFC 4180: in quotes where it is empty, has blanks at its ends, or holds a delimiter, a quote or
 * the end of a line. */
bool cat_quote_cell(struct cat_text *out, struct tlm_string text, char delimiter);

/* The length of the UTF-8 sequence at the start of the text, or 0. */
size_t cat_quote_utf8(const char *text, size_t len);

#endif
